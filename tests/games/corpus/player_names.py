"""Names that are nobody's, and names that no terminal should be told."""

from tests.games.corpus.case import Case, played

_PEOPLE = "it takes every word for a name"
_RAW = "it keeps control characters in names"

CASES = (
    Case(
        "control characters 1",
        '[White "Al\x1b[31mder"]\n[Black "Bi\x07rch"]\n\n1. e4 e5 1-0',
        games=("Al [31mder - Bi rch 1-0 e4 e5",),
        differs=_RAW,
    ),
    played(
        "control characters 2",
        "1. e4 e5 \u202e2. Nf3 Zf9\x9b31m 1-0",
        "Alder - Birch 1-0 e4 e5 Nf3",
    ),
    Case(
        "names of nobody 1",
        '[White "N. N."]\n[Black "Stockfish level 3"]\n\n1. e4 e5 1-0',
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 2",
        '[White "NN, NN"]\n[Black "Guest1234"]\n\n1. e4 e5 1-0',
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 3",
        '[White "--"]\n[Black "UNKNOWN"]\n\n1. e4 e5 1-0',
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 4",
        '[White "Anonymous, ?"]\n[Black "Amateur"]\n\n1. e4 e5 1-0',
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 5",
        '[White "lichess AI level 8"]\n[Black "No Name"]\n\n1. e4 e5 1-0',
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 6",
        '[White "Unknown, Player"]\n[Black "AN Other"]\n\n1. e4 e5 1-0',
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 7",
        '[White "N.N"]\n[Black "[unknown]"]\n\n1. e4 e5 1-0',
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 8",
        '[White "NN1"]\n[Black "_"]\n\n1. e4 e5 1-0',
        games=("NN1 - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
)
