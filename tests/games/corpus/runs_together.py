"""Games that run together: headers without moves, words or a game behind a result."""

from engine.games.parsing import SkipReason
from tests.games.corpus.case import CEDAR, NAMES, SECOND, TWO, Case, played

_TIGHT = "it wants a blank line above headers"

CASES = (
    Case(
        "headers without moves above a game 1",
        NAMES + '[Result "1-0"]\n' + CEDAR,
        games=TWO[1:],
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves above a game 2",
        NAMES + '\n[White "Elm"]\n[Black "Fir"]\n\n' + CEDAR,
        games=TWO[1:],
        skipped=(SkipReason.NO_MOVES, SkipReason.NO_MOVES),
    ),
    Case(
        "headers without moves above a game 3",
        NAMES
        + '[Result "1-0"]\n\n[White "Birch"]\n[Black "Alder"]\n[Result "0-1"]\n\n1. d4 d5 0-1\n',
        games=("Birch - Alder 0-1 d4 d5",),
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves above a game 4",
        '[Event "A"]\n[White "Alder"]\n[Bla[Event "B"]\n' + CEDAR,
        games=TWO[1:],
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves above a game 5",
        '[Event "A"]\n[White "Ald\n[Event "B"]\n' + CEDAR,
        games=TWO[1:],
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves above a game 6",
        '[Event "A"]\n[Site "x"]\n'
        + NAMES
        + '\n[Event "B"]\n[Site "x"]\n[White "Cedar"]\n[Black "Dogwood"]\n\n1. d4 d5 0-1',
        games=TWO[1:],
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves above a game 7",
        '[Event "A"]\n' + NAMES + '\n[Event "A"]\n[White "Alder"]\n[Black "Cedar"]\n\n1. d4 d5 0-1',
        games=("Alder - Cedar 0-1 d4 d5",),
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves above a game 8",
        NAMES + "\n{no moves kept}\n\n" + CEDAR,
        games=TWO[1:],
        skipped=(SkipReason.NO_MOVES,),
    ),
    played("words behind the result 1", "1. e4 e5 1-0\x00\x00\x00\x00"),
    played("words behind the result 2", "1. e4 e5 1-0\n</pgn>\n</body>"),
    Case(
        "words behind the result 3",
        NAMES + "\n1. e4 e5 1-0\n\n-- \nElm, editor, a1 street\n\n" + CEDAR,
        games=TWO,
    ),
    Case(
        "words behind the result 4",
        NAMES + "\n1. e4 e5 1-0\n========\n" + CEDAR,
        games=TWO,
        differs=_TIGHT,
    ),
    Case("words behind the result 5", NAMES + "\n1. e4 e5 1-0 \\\n"),
    played("words behind the result 6", "1. e4 e5 1-0 (time)"),
    played("words behind the result 7", "1. e4 e5 1-0 Time: 1:23"),
    Case(
        "a game right behind a result 1",
        NAMES + '\n1. e4 e5 1/2-1/2[White "Cedar"]\n[Black "Dogwood"]\n\n1. d4 d5 0-1',
        games=("Alder - Birch 1/2-1/2 e4 e5", "Cedar - Dogwood 0-1 d4 d5"),
        differs=_TIGHT,
    ),
    Case(
        "a game right behind a result 2",
        NAMES
        + (
            "\n"
            '1. e4 e5 *[Event "2"] [White "Cedar"]\n'
            '[Black "Dogwood"]\n'
            '[Result "0-1"] 1. d4 d5 0-1\n'
        ),
        games=("Alder - Birch * e4 e5", "Cedar - Dogwood 0-1 d4 d5"),
        differs=_TIGHT,
    ),
    Case(
        "a game right behind a result 3",
        NAMES + "\n1. e4 e5" + SECOND,
        games=("Alder - Birch * e4 e5", "Cedar - Dogwood 0-1 d4 d5"),
        differs=_TIGHT,
    ),
)
