"""Results as people write them, and what stands behind them."""

from engine.games.parsing import SkipReason
from tests.games.corpus.case import CEDAR, NAMES, PLAYED, Case, played, refused

_DRAWN = "Alder - Birch 1/2-1/2 e4 e5"
_LOST = "Alder - Birch 0-1 e4 e5"
_OPEN = "Alder - Birch * e4 e5"
_READY = "1. Nf3 Nf6 2. g3 g6 3. Bg2 Bg7"
_READY_MOVES = "Nf3 Nf6 g3 g6 Bg2 Bg7"
_CASTLES = "it takes zeros for castling wherever they stand"


def _header(written: str, game: str) -> Case:
    return Case(
        f"result {written!r} in the header", f'{NAMES}[Result "{written}"]\n\n1. e4 e5\n', (game,)
    )


def _forfeit(kind: str, header: str, movetext: str, game: str, differs: str = "") -> Case:
    return Case(kind, f'{NAMES}[Result "{header}"]\n\n{movetext}\n', (game,), differs=differs)


CASES = (
    *(
        _header(text, PLAYED)
        for text in (
            "1-0",
            "1 - 0",
            "1:0",
            "1\u20130",
            "1\u20140",
            " 1-0 ",
            "1-0 (forfeit)",
            "White wins",
            "+:-",
        )
    ),
    *(_header(text, _LOST) for text in ("0-1", "0 - 1", "0:1", "0\u22121", "Black wins", "-/+")),
    *(
        _header(text, _DRAWN)
        for text in (
            "1/2-1/2",
            "1/2",
            "½-½",
            "½",
            "1/2 - 1/2",
            "½ : ½",
            "0.5-0.5",
            "0,5-0,5",
            "0.5 - 0.5",
            "1/2\u20131/2",
            "draw",
            "Remis",
        )
    ),
    *(_header(text, _OPEN) for text in ("*", "?", "", "unknown", "1-1", "in progress")),
    *(
        played(f"result {text!r} below the moves", f"1. e4 e5 {text}")
        for text in (
            "1-0",
            "1 - 0",
            "1:0",
            "1 : 0",
            "1\u20130",
            "1-0.",
            "1-0`",
            "1- 0",
        )
    ),
    *(
        played(f"result {text!r} below the moves", f"1. e4 e5 {text}", _LOST)
        for text in ("0-1", "0 - 1", "0:1", "0\u20141")
    ),
    *(
        played(f"result {text!r} below the moves", f"1. e4 e5 {text}", _DRAWN)
        for text in (
            "1/2-1/2",
            "1/2",
            "½-½",
            "½",
            "1/2 - 1/2",
            "½ - ½",
            "0.5-0.5",
            "0.5 - 0.5",
            "0,5 - 0,5",
            "1/2\u20131/2",
            "1/2:1/2",
        )
    ),
    played("no result", "1. e4 e5", _OPEN),
    played("star", "1. e4 e5 *", _OPEN),
    Case(
        "the header's result against the moves'",
        f'{NAMES}[Result "0-1"]\n\n1. e4 e5 1-0\n',
        (_LOST,),
    ),
    Case("a header's star against the moves' result", f'{NAMES}[Result "*"]\n\n1. e4 e5 1-0\n'),
    _forfeit("both forfeit, castling illegal", "0-0", "1. e4 e5 0-0", _OPEN, _CASTLES),
    _forfeit("both forfeit, castling illegal, no header", "*", "1. e4 e5 0-0", _OPEN, _CASTLES),
    _forfeit("both forfeit, star behind", "0-0", "1. e4 e5 0-0 *", _OPEN, _CASTLES),
    _forfeit("both forfeit, spaced", "0 - 0", "1. e4 e5 0 - 0", _OPEN),
    _forfeit(
        "both forfeit, castling legal",
        "0-0",
        f"{_READY} 0-0",
        f"Alder - Birch * {_READY_MOVES}",
        _CASTLES,
    ),
    _forfeit(
        "both forfeit after castling",
        "0-0",
        f"{_READY} 4. 0-0 0-0 0-0",
        f"Alder - Birch * {_READY_MOVES} O-O O-O",
        _CASTLES,
    ),
    _forfeit(
        "castling with zeros",
        "1-0",
        f"{_READY} 4. 0-0 0-0 1-0",
        f"Alder - Birch 1-0 {_READY_MOVES} O-O O-O",
    ),
    _forfeit(
        "castling with zeros, no result behind",
        "1-0",
        f"{_READY} 4. 0-0 0-0",
        f"Alder - Birch 1-0 {_READY_MOVES} O-O O-O",
    ),
    _forfeit(
        "castling with zeros and a number last",
        "*",
        f"{_READY} 4. 0-0 *",
        f"Alder - Birch * {_READY_MOVES} O-O",
    ),
    _forfeit(
        "castling with zeros last but the result",
        "*",
        f"{_READY} 4. O-O 0-0 1/2-1/2",
        f"Alder - Birch 1/2-1/2 {_READY_MOVES} O-O O-O",
    ),
    Case(
        "castling or both forfeit",
        f"{NAMES}\n{_READY} 0-0\n",
        (),
        (SkipReason.AMBIGUOUS,),
        differs=_CASTLES,
    ),
    Case(
        "numbered castling or both forfeit",
        f'{NAMES}[Result "0-0"]\n\n{_READY} 4. 0-0\n',
        (),
        (SkipReason.AMBIGUOUS,),
        differs=_CASTLES,
    ),
    refused("castling with letters where it is illegal", "1. e4 e5 2. O-O 1-0", SkipReason.ILLEGAL),
    *(
        played(f"behind the result: {text!r}", f"1. e4 e5 1-0{text}")
        for text in (
            "\n[/pgn]",
            "\n```",
            " ```",
            " {good}",
            " (good)",
            " $1",
            "!",
            "\n\n* * *",
            " Black resigns",
            "\nhttps://example.org/x",
            "\n<br>",
            " 1-0",
            "\n(c) 2001 Elm",
            "\nde Firmian looked on",
            " #",
            "\n}",
        )
    ),
    played("a comment behind the result that never ends", "1. e4 e5 1-0 {and so"),
    played("dashes behind the result", "1. e4 e5 1-0\n--", differs="it takes them for a move"),
    refused(
        "a move behind the result",
        "1. e4 e5 1-0 2. Nf3",
        SkipReason.AFTER_RESULT,
        differs="it plays on after a result",
    ),
    refused(
        "a game behind the result on one line",
        "1. e4 e5 1-0 1. d4 d5 0-1",
        SkipReason.RUN_TOGETHER,
        differs="it plays on after a result",
    ),
    refused(
        "moves around a star",
        "1. e4 * e5 1-0",
        SkipReason.AFTER_RESULT,
        differs="it plays on after a result",
    ),
    refused(
        "numbers that begin again",
        "1. e4 e5 1. d4 d5 1-0",
        SkipReason.RUN_TOGETHER,
        differs="it takes no note of numbers",
    ),
    refused(
        "numbers that begin again, no blanks",
        "1.e4 e5 1.d4 d5 1-0",
        SkipReason.RUN_TOGETHER,
        differs="it takes no note of numbers",
    ),
    refused("a result alone", "1-0", SkipReason.NO_MOVES),
    Case(
        "both have lost 1",
        NAMES + '[Result "0-0"]\n\n1. Nf3 Nf6 2. g3 g6 3. Bg2 Bg7 0-0\n\n' + CEDAR,
        games=("Alder - Birch * Nf3 Nf6 g3 g6 Bg2 Bg7", "Cedar - Dogwood 0-1 d4 d5"),
        differs=_CASTLES,
    ),
    played("both have lost 2", "1. e4 e5 0:0", "Alder - Birch * e4 e5"),
    played("both have lost 3", "1. e4 e5 0–0", "Alder - Birch * e4 e5"),
    Case("results of headers 1", NAMES + '[Result "1–0"]\n\n1. e4 e5'),
    Case(
        "results of headers 2",
        NAMES + '[Result "½:½"]\n\n1. e4 e5',
        games=("Alder - Birch 1/2-1/2 e4 e5",),
    ),
    Case(
        "results of headers 3",
        NAMES + '[Result "1/2 1/2"]\n\n1. e4 e5',
        games=("Alder - Birch 1/2-1/2 e4 e5",),
    ),
    Case(
        "results of headers 4",
        NAMES + '[Result "0.5:0.5"]\n\n1. e4 e5',
        games=("Alder - Birch 1/2-1/2 e4 e5",),
    ),
    Case(
        "results of headers 5",
        NAMES + '[Result "0-1 (time)"]\n\n1. e4 e5',
        games=("Alder - Birch 0-1 e4 e5",),
    ),
    played("results of headers 6", "1. e4 e5 1/2 1/2", "Alder - Birch 1/2-1/2 e4 e5"),
    played("results of headers 7", "1. e4 e5 0-1.", "Alder - Birch 0-1 e4 e5"),
    Case("results of headers 8", NAMES + '[Result "1-O"]\n\n1. e4 e5'),
    Case("results of headers 9", NAMES + '[Result "1-0F"]\n\n1. e4 e5'),
    played("results of headers 10", "1. e4 e5 +-  ", "Alder - Birch * e4 e5"),
)
