"""Headers that are not quite headers, names, the usual start written otherwise."""

from engine.games.parsing import SkipReason
from tests.games.corpus.case import NAMES, SECOND, TWO, Case

_PLACEMENT = "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR"
_REFUSES_KEY = "it drops headers that are not written to the letter"
_ENDS_HEADERS = "it takes the line for moves, and what follows for another game"
_KEEPS_ALL = "it has no word for nobody"


def _beside(kind: str, line: str, differs: str = "") -> Case:
    """Return a game with one odd line among its headers."""
    text = f'[White "Alder"]\n{line}\n[Black "Birch"]\n[Result "1-0"]\n\n1. e4 e5 1-0\n'
    return Case(kind, text, differs=differs)


def _white(kind: str, line: str, white: str = "Alder", differs: str = "") -> Case:
    """Return a game of which one line names White."""
    text = f'{line}\n[Black "Birch"]\n\n1. e4 e5 1-0\n'
    return Case(kind, text, (f"{white} - Birch 1-0 e4 e5",), differs=differs)


def _start(kind: str, fen: str, differs: str = "") -> Case:
    return Case(kind, f'{NAMES}[SetUp "1"]\n[FEN "{fen}"]\n\n1. e4 e5 1-0\n', differs=differs)


def _variant(name: str, differs: str = "") -> Case:
    text = f'{NAMES}[Variant "{name}"]\n\n1. e4 e5 1-0\n'
    return Case(f"the usual game, called {name!r}", text, differs=differs)


_BESIDE = "it reads nothing beside a header"
_LINE = "it loses the names with a line that it does not know"
_NAMED = "it knows other names of variants and starts"

CASES = (
    _beside("a header without value", "[Annotator]"),
    _beside("a header without value, with a blank", "[Annotator ]"),
    _beside("an empty header", '[Annotator ""]'),
    _beside("brackets alone", "[]"),
    _beside("a value without quotes", "[WhiteElo 2010]"),
    _beside("a value without quotes that has no end", "[WhiteElo 2010"),
    _beside("no blank before the value", '[WhiteElo"2010"]'),
    _beside("a key of two words", '[White Elo "2010"]'),
    _beside("a key of two words without quotes", "[White Elo 2010]"),
    _beside("a key that begins with a digit", '[2ndBoard "yes"]'),
    _beside("a key with a dash", '[Time-Control "60"]'),
    _beside("a key with a colon", '[Opening: "Open Game"]'),
    _beside("a key and a sign of equality", '[Opening = "Open Game"]'),
    _beside("a value over two lines", '[Annotator "one\ntwo"]', _ENDS_HEADERS),
    _beside("a value over three lines", '[Annotator "one\ntwo\nthree"]', _ENDS_HEADERS),
    _beside("a value without its last quote", '[Site "there]'),
    _beside("a value without its end", '[Site "there'),
    _beside("a value without its last bracket", '[Site "there"'),
    _beside("a value with quotes in it", '[Event "Joe "The Rook" Cup"]'),
    _beside("a value with escaped quotes", '[Event "Joe \\"The Rook\\" Cup"]'),
    _beside("a value that ends in a backslash", '[Event "C:\\"]'),
    _beside("a value with brackets in it", '[Event "Open [A] Group]"]'),
    _beside("a value with a header in brackets", '[Event "the [Annotator] open"]'),
    _beside("a value with moves in it", '[Opening "1. e4 e5 2. Nf3"]'),
    _beside("a value with a brace in it", '[Event "open { brace"]'),
    _beside("a comment behind a header", '[Site "there"] ; on the river'),
    _beside("a comment in braces behind a header", '[Site "there"] {on the river}'),
    _beside("a comment line among the headers", "; on the river"),
    _beside("two headers on a line", '[Site "there"][Round "1"]'),
    _beside("two headers on a line, a blank between", '[Site "there"] [Round "1"]'),
    _beside("typographic quotes", "[Site \u201cthere\u201d]"),
    _beside("single quotes", "[Site 'there']"),
    _beside("French quotes", "[Site «there»]"),
    _beside("blanks within the brackets", '[ Site   "there"   ]'),
    _beside("a tabulator within the brackets", '[Site\t"there"]'),
    _beside("blanks behind a header", '[Site "there"]   '),
    _white("a comment behind the name", '[White "Alder"] ; captain', differs=_REFUSES_KEY),
    _white(
        "a comment in braces behind the name", '[White "Alder"] {captain}', differs=_REFUSES_KEY
    ),
    _white("typographic quotes of a name", "[White \u201cAlder\u201d]", differs=_REFUSES_KEY),
    _white("low quotes of a name", "[White \u201eAlder\u201c]", differs=_REFUSES_KEY),
    _white("single quotes of a name", "[White 'Alder']", differs=_REFUSES_KEY),
    _white("a name without quotes", "[White Alder]", differs=_REFUSES_KEY),
    _white("a name without quotes, of two words", "[White Alder, Ann]", "Alder, Ann", _REFUSES_KEY),
    _white("no blank before the name", '[White"Alder"]', differs=_REFUSES_KEY),
    _white("a name without its last quote", '[White "Alder]', differs=_REFUSES_KEY),
    _white("a name without its last bracket", '[White "Alder"', differs=_REFUSES_KEY),
    _white("a name without its first bracket", 'White "Alder"]', differs=_ENDS_HEADERS),
    _white("a name over two lines", '[White "Alder,\nAnn"]', "Alder, Ann", _ENDS_HEADERS),
    _white("a name with an apostrophe", '[White "O\'Alder"]', "O'Alder"),
    _white("a name in quotes of its own", '[White "Ann "Ace" Alder"]', 'Ann "Ace" Alder'),
    _white(
        "a name with escaped quotes",
        '[White "Ann \\"Ace\\" Alder"]',
        'Ann "Ace" Alder',
        "it keeps the backslashes",
    ),
    _white("blanks around a name", '[White "  Alder "]'),
    _white("a key in lower case", '[white "Alder"]', differs="its keys have no two cases"),
    _white("a key in capitals", '[WHITE "Alder"]', differs="its keys have no two cases"),
    _white("the title of White, no name", "[White Title GM]", "?"),
    _white("an empty name", '[White ""]', "?"),
    *(
        _white(f"nobody, written {name!r}", f'[White "{name}"]', "?", _KEEPS_ALL)
        for name in (
            "NN",
            "N.N.",
            "N. N.",
            "nn",
            "Anonymous",
            "anonymous",
            "???",
            "?, ?",
            "-",
            "--",
            "Unknown",
            "unknown",
            "Unknown Player",
            "lichess AI level 3",
            "NN, ?",
            "No Name",
            "Guest",
            "None",
            "NULL",
            "n/a",
            "xxx",
            "Opponent",
            "Computer",
        )
    ),
    *(
        _white(f"a person called {name!r}", f'[White "{name}"]', name)
        for name in (
            "Nn, Ann",
            "Anonymous Bosch",
            "Guest, Ann",
            "No, Name",
            "Unknown, Ann",
            "A",
            "64",
            "Ünal, Ş",
            "李",
            "O",
            "Null, Ann",
            "Bye, Ann",
            "Computer, Ann",
            "Xx, Ann",
        )
    ),
    Case(
        "a name in Latin-1",
        b'[White "J\xfcrgen"]\n[Black "Birch"]\n\n1. e4 e5 1-0\n',
        ("Jürgen - Birch 1-0 e4 e5",),
        differs="it is handed text, which is not Latin-1 here",
    ),
    Case(
        "a quote of Windows in a name",
        b'[White "O\x92Alder"]\n[Black "Birch"]\n\n1. e4 e5 1-0\n',
        ("O\u2019Alder - Birch 1-0 e4 e5",),
        differs="it is handed text, which is not Windows' here",
    ),
    Case(
        "moves on the line of a header",
        '[White "Alder"]\n[Black "Birch"]\n[Result "1-0"] 1. e4 e5 1-0\n',
        differs="it does not read moves behind a header",
    ),
    Case(
        "all on one line",
        '[White "Alder"] [Black "Birch"] [Result "1-0"] 1. e4 e5 1-0\n',
        differs="it does not read moves behind a header",
    ),
    Case(
        "comment and moves on the line of a header",
        f'{NAMES}[Result "1-0"] {{short}} 1. e4 e5 1-0\n',
        differs="it does not read moves behind a header",
    ),
    Case(
        "an odd header begins the second game",
        f"{NAMES}\n1. e4 e5 1-0\n\n[Annotator]\n{SECOND}",
        TWO,
    ),
    Case(
        "names without quotes begin the second game",
        f"{NAMES}\n1. e4 e5 1-0\n\n[White Cedar]\n[Black Dogwood]\n\n1. d4 d5 0-1\n",
        TWO,
        differs=_REFUSES_KEY,
    ),
    _start("the usual start", f"{_PLACEMENT} w KQkq - 0 1"),
    _start("the usual start, other counters", f"{_PLACEMENT} w KQkq - 3 7"),
    _start("the usual start, no counters", f"{_PLACEMENT} w KQkq -"),
    _start("the usual start, no square", f"{_PLACEMENT} w KQkq"),
    _start(
        "the usual start, rights in another order",
        f"{_PLACEMENT} w kqKQ - 0 1",
        "it wants one order",
    ),
    _start("the usual start, rights as files", f"{_PLACEMENT} w HAha - 0 1"),
    _start(
        "the usual start, underscores",
        f"{_PLACEMENT}_w_KQkq_-_0_1",
        "it wants blanks between the fields",
    ),
    _start("the usual start, two blanks", f"{_PLACEMENT}  w  KQkq  -  0  1"),
    Case(
        "no position",
        f'{NAMES}[FEN ""]\n\n1. e4 e5 1-0\n',
        differs="it takes nothing for a position",
    ),
    Case(
        "no position, a question mark",
        f'{NAMES}[FEN "?"]\n\n1. e4 e5 1-0\n',
        differs="it takes the sign for a position",
    ),
    *map(_variant, ("Standard", "standard", "STANDARD", "Classical", "Chess", "Normal")),
    _variant("From Position"),
    *(
        _variant(name, "it knows no variant of that name")
        for name in ("", "?", "-", "none", "Standard chess")
    ),
    Case(
        "another variant", f'{NAMES}[Variant "Atomic"]\n\n1. e4 e5 1-0\n', (), (SkipReason.VARIANT,)
    ),
    Case(
        "an unheard-of variant",
        f'{NAMES}[Variant "Knightmare"]\n\n1. e4 e5 1-0\n',
        (),
        (SkipReason.VARIANT,),
    ),
    Case(
        "another start",
        f'{NAMES}[FEN "4k3/8/8/8/8/8/4P3/4K3 w - - 0 1"]\n\n1. e4 Kd7 1-0\n',
        (),
        (SkipReason.SET_UP,),
    ),
    Case(
        "the usual start without castling",
        f'{NAMES}[FEN "{_PLACEMENT} w - - 0 1"]\n\n1. e4 e5 1-0\n',
        (),
        (SkipReason.SET_UP,),
    ),
    Case(
        "the usual pieces, Black to move",
        f'{NAMES}[FEN "{_PLACEMENT} b KQkq - 0 1"]\n\n1... e5 1-0\n',
        (),
        (SkipReason.SET_UP,),
    ),
    Case(
        "set up, nobody says how",
        f'{NAMES}[SetUp "1"]\n\n1. e4 e5 1-0\n',
        (),
        (SkipReason.SET_UP,),
        differs="it plays from the usual start, which the header denies",
    ),
    Case("headers not quite written as such 1", "[Event]\n" + NAMES + "\n1. e4 e5 1-0"),
    Case("headers not quite written as such 2", '[White Elo "2010"]\n' + NAMES + "\n1. e4 e5 1-0"),
    Case("headers not quite written as such 3", NAMES + '[1stPrize "yes"]\n\n1. e4 e5 1-0'),
    Case(
        "headers not quite written as such 4",
        "[White 'Alder']\n[Black 'Birch']\n\n1. e4 e5 1-0",
        differs=_LINE,
    ),
    Case("headers not quite written as such 5", NAMES + '[Annotator "A "B" C"]\n\n1. e4 e5 1-0'),
    Case("headers not quite written as such 6", NAMES + '[Opening "Sicilian\n\n1. e4 e5 1-0'),
    Case(
        "headers not quite written as such 7",
        '[White "Alder"\n[Black "Birch"\n\n1. e4 e5 1-0',
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 8",
        'White "Alder"\nBlack "Birch"\n\n1. e4 e5 1-0',
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 9",
        '[White"Alder"]\n[Black"Birch"]\n\n1. e4 e5 1-0',
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 10",
        '[White : "Alder"]\n[Black = "Birch"]\n\n1. e4 e5 1-0',
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 11",
        '  [White "Alder"]\n\t[Black "Birch"]\n\n1. e4 e5 1-0',
        differs=_LINE,
    ),
    Case("headers not quite written as such 12", NAMES + "[]\n\n1. e4 e5 1-0"),
    Case("headers not quite written as such 13", NAMES + '[Source "a [b] c"]\n\n1. e4 e5 1-0'),
    Case(
        "headers not quite written as such 14",
        '[white "Alder"]\n[BLACK "Birch"]\n\n1. e4 e5 1-0',
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 15",
        '[White "Alder]\n[Black "Birch]\n\n1. e4 e5 1-0',
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 16",
        NAMES + '[Site ""]\n[Note "line one\nline two\nline three"]\n\n1. e4 e5 1-0',
        differs=_LINE,
    ),
    Case(
        "more than a header on its line 1",
        '[White "Alder"] [Black "Birch"] 1. e4 e5 1-0',
        differs=_BESIDE,
    ),
    Case("more than a header on its line 2", NAMES + '[Result "1-0"]1.e4 e5 1-0', differs=_BESIDE),
    Case(
        "more than a header on its line 3",
        '[White "Alder"] {captain}\n[Black "Birch"] % x\n\n1. e4 e5 1-0',
        differs=_BESIDE,
    ),
    Case(
        "more than a header on its line 4",
        NAMES + '[Result "1-0"] {good game} 1. e4 e5 1-0',
        differs=_BESIDE,
    ),
    Case("more than a header on its line 5", NAMES + '[Result "1-0"] e4 e5 1-0', differs=_BESIDE),
    Case(
        "variants and starts 1",
        NAMES + '[FEN "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w QKqk - 0 1"]\n\n1. e4 e5 1-0',
    ),
    Case(
        "variants and starts 2",
        NAMES
        + (
            '[SetUp "1"]\n'
            '[FEN "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 0"]\n'
            "\n"
            "1. e4 e5 1-0"
        ),
    ),
    Case(
        "variants and starts 3",
        NAMES + '[FEN "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR"]\n\n1. e4 e5 1-0',
        games=(),
        skipped=(SkipReason.SET_UP,),
    ),
    Case("variants and starts 4", NAMES + '[Variant "N/A"]\n\n1. e4 e5 1-0', differs=_NAMED),
    Case("variants and starts 5", NAMES + '[Variant "normal"]\n[SetUp "0"]\n\n1. e4 e5 1-0'),
    Case(
        "variants and starts 6",
        NAMES + '[Variant "Standard Chess"]\n\n1. e4 e5 1-0',
        differs=_NAMED,
    ),
    Case(
        "variants and starts 7",
        NAMES + '[Variant "Fischerandom"]\n\n1. e4 e5 1-0',
        games=(),
        skipped=(SkipReason.VARIANT,),
        differs=_NAMED,
    ),
    Case("variants and starts 8", NAMES + '[FEN ""]\n\n1. e4 e5 1-0', differs=_NAMED),
    Case(
        "variants and starts 9",
        NAMES
        + (
            '[Variant "fromPosition"]\n'
            '[FEN "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq -"]\n'
            "\n"
            "1. e4 e5 1-0"
        ),
        differs=_NAMED,
    ),
)
