"""Signs and words beside the moves, typography, and what copies bring."""

from tests.games.corpus.case import NAMES, Case, played

_SIGNS = (
    *(
        "!",
        "?",
        "!!",
        "??",
        "!?",
        "?!",
        "‼",
        "⁇",
        "⁉",
        "⁈",
        "+",
        "#",
        "++",
        "=",
        "+=",
        "=+",
        "+/-",
        "-/+",
    ),
    *(
        "+-",
        "-+",
        "±",
        "∓",
        "⩲",
        "⩱",
        "∞",
        "□",
        "⨀",
        "⊕",
        "⊙",
        "∆",
        "△",
        "▲",
        "⌓",
        "⟫",
        "⟪",
        "⨁",
        "⇆",
        "→",
    ),
    *(
        "↑",
        "○",
        "⟳",
        "⊥",
        "⊞",
        "⯹",
        "▷",
        "◁",
        "✓",
        "★",
        "†",
        "‡",
        "~",
        "…",
        "`",
        "|",
        "$1",
        "$146",
        "·",
    ),
)
_GLUED = tuple(sign for sign in _SIGNS if sign not in ("$146", "·", "…", "|"))
_WORDS = ("N", "TN", "RR", "D", "ch", "dbl", "mate", "novelty", "e.p.", "ep", "!N", "?!TN")
_INVISIBLE = {
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "soft hyphen": "\u00ad",
    "mark of the bytes' order": "\ufeff",
    "mark from left to right": "\u200e",
    "word joiner": "\u2060",
    "look of text": "\ufe0e",
}
_DASHES = {
    "hyphen": "\u2010",
    "hyphen that does not break": "\u2011",
    "figure dash": "\u2012",
    "en dash": "\u2013",
    "em dash": "\u2014",
    "minus": "\u2212",
    "full-width hyphen": "\uff0d",
}
_READY = "1. Nf3 Nf6 2. g3 g6 3. Bg2 Bg7"
_CASTLED = "Alder - Birch 1-0 Nf3 Nf6 g3 g6 Bg2 Bg7"
_ASCII_ONLY = "it reads no letters but its own"
_THREE = "Alder - Birch 1-0 e4 e5 Nf3"
_PRINT = "it knows no such letters"
_NO_BLANK = "it wants a blank behind a move"

CASES = (
    *(played(f"sign {sign!r} beside moves", f"1. e4 {sign} e5 {sign} 1-0") for sign in _SIGNS),
    *(
        played(f"sign {sign!r} on moves", f"1. e4{sign} e5{sign} 2. Nf3{sign} 1-0", _THREE)
        for sign in _GLUED
    ),
    *(played(f"word {word!r} beside moves", f"1. e4 {word} e5 {word} 1-0") for word in _WORDS),
    *(
        played(f"word {word!r} on moves", f"1. e4{word} e5{word} 2. Nf3{word} 1-0", _THREE)
        for word in ("TN", "D", "ch", "!N", "±→", "?!±", "+0.35", "/12", "+0.35/12")
    ),
    played(
        "word 'N' on moves",
        "1. e4N e5N 2. Nf3N 1-0",
        _THREE,
        differs="it takes the letter for a knight to become",
    ),
    *(
        played(f"{name} beside moves", f"1. e4 {sign} e5{sign} 1-0")
        for name, sign in _INVISIBLE.items()
    ),
    *(
        played(
            f"{name} between letters",
            f"1. e4 e5 2. N{sign}f{sign}3 1-0",
            _THREE,
            differs="it reads what is left of the word",
        )
        for name, sign in _INVISIBLE.items()
    ),
    *(
        played(
            f"{name} in castling",
            f"{_READY} 4. O{dash}O O-O 1-0",
            f"{_CASTLED} O-O O-O",
            differs="it drops the word",
        )
        for name, dash in _DASHES.items()
    ),
    *(
        played(
            f"{name} in castling with zeros",
            f"{_READY} 4. 0{dash}0 0-0 1-0",
            f"{_CASTLED} O-O O-O",
            differs="it drops the word",
        )
        for name, dash in _DASHES.items()
    ),
    *(
        played(
            f"{name} in a long move", f"1. e2{dash}e4 e7{dash}e5 1-0", differs="it reads two moves"
        )
        for name, dash in _DASHES.items()
    ),
    played(
        "figurines", "1. e4 e5 2. ♘f3 ♞c6 1-0", "Alder - Birch 1-0 e4 e5 Nf3 Nc6", "it plays a pawn"
    ),
    played("figurines with a look", "1. e4 e5 2. ♘\ufe0ef3 1-0", _THREE, "it plays a pawn"),
    played("figurines of pawns", "1. ♙e4 ♟e5 1-0"),
    played("full-width letters", "1. e4 e5 2. \uff2e\uff46\uff13 1-0", _THREE, _ASCII_ONLY),
    played("hard blanks", "1.\u00a0e4\u00a0e5 1-0"),
    played("thin blanks", "1.\u2009e4\u2009e5 1-0"),
    played("tabulators", "1.\te4\te5\t1-0"),
    played("form feeds", "1. e4\x0ce5 1-0"),
    played("dots of one sign", "1. e4 1… e5 1-0"),
    played("dots of one sign before the move", "1. e4 …e5 1-0"),
    played("three dots", "1. e4 1... e5 1-0"),
    played("two dots", "1. e4 1.. e5 1-0"),
    played("dots without a number", "1. e4 ... e5 1-0"),
    played("dots on the move", "1. e4 ...e5 1-0"),
    played("no dots", "1 e4 e5 2 Nf3 1-0", _THREE),
    played("no dots or blanks", "1e4 e5 2Nf3 1-0", _THREE, "it takes the number for a rank"),
    played("no blanks", "1.e4 e5 2.Nf3 1-0", _THREE),
    played("brackets behind numbers", "1) e4 e5 2) Nf3 1-0", _THREE),
    played("a blank before the dot", "1 . e4 e5 2 . Nf3 1-0", _THREE),
    played("a colon behind numbers", "1: e4 e5 2: Nf3 1-0", _THREE),
    played("no numbers", "e4 e5 Nf3 1-0", _THREE),
    played("wrong numbers", "1. e4 e5 7. Nf3 1-0", _THREE),
    played("moves on lines of their own", "1.\ne4\ne5\n2.\nNf3\n1-0", _THREE),
    played("commas between moves", "1. e4, e5, 2. Nf3, 1-0", _THREE),
    played("commas without blanks", "1.e4,e5 2.Nf3 1-0", _THREE),
    played("a full stop behind the last move", "1. e4 e5.", "Alder - Birch * e4 e5"),
    played("full stops behind moves", "1. e4. e5. 2. Nf3. 1-0", _THREE),
    played("a semicolon behind the last move", "1. e4 e5;\n1-0"),
    played("words of people", "1. e4 e5 Black resigns 1-0"),
    played("words of people, and the flag", "1. e4 e5 White's flag fell 1-0"),
    played("words of people in another language", "1. e4 e5 Schwarz gibt auf 1-0"),
    played("words amid the moves", "1. e4 bravely e5 1-0"),
    played("a question amid the moves", "1. e4 (?) e5 1-0"),
    played("evaluations", "1. e4 0.35 e5 -0.20 1-0"),
    played("an evaluation of nothing", "1. e4 0.00 e5 0.00/18 1-0"),
    played("an evaluation of nothing where castling is legal", f"{_READY} 0.00 1-0", _CASTLED),
    played("times", "1. e4 0:03:00 e5 0:02:58 1-0"),
    played("commands outside comments", "1. e4 [%clk 0:03:00] e5 [%clk 0:02:58] 1-0"),
    played("tags of a web page", "1. e4<br>e5 <b>good</b> 1-0"),
    played(
        "hard blanks of a web page",
        "1.&nbsp;e4&nbsp;e5 1-0",
        differs="it takes the semicolon for a comment",
    ),
    played("control signs", "1. e4 \x1b[31m e5\x07 1-0"),
    Case(
        "a line of dashes",
        f"{NAMES}\n1. e4\n----\ne5 1-0\n",
        differs="it takes them for moves",
    ),
    played("signs 1", "1. e4 ⇆ e5 ⩲ 1-0"),
    played("signs 2", "1. e4 =/∞ e5 ⩱ 2. Nf3 □ N 1-0", "Alder - Birch 1-0 e4 e5 Nf3"),
    played("signs 3", "1. e4!!N e5?!± 1-0"),
    played("signs 4", "1. e4 $146 e5 D 1-0"),
    played("signs 5", "1. e4 +/= e5 =+ 1-0"),
    played("signs 6", "1. e4 (=) e5 [+0.35] 1-0"),
    played("signs 7", "1. e4 ↑↑ e5 ○ N↑ 1-0"),
    played("signs 8", "1. e4N e5TN 1-0", differs=_NO_BLANK),
    played("signs 9", "1. e4 👍 e5 😀 1-0"),
    played("signs 10", "1. e4 0.35/12 e5 -M5 1-0"),
    played("signs 11", "1. e4 e5 ±/= 1-0"),
    played("signs 12", "1. e4 {[%clk 0:00:01]} e5 [%clk 0:01] 1-0"),
    played("blanks and dots of print 1", "1.\xa0e4\xa0e5\u20091-0"),
    played("blanks and dots of print 2", "1․ e4 e5 1-0"),
    played("blanks and dots of print 3", "1 . e4 e5 1-0"),
    played("blanks and dots of print 5", "1.e4 1…e5 1‑0"),
    played("blanks and dots of print 6", "１．ｅ４\u3000ｅ５ 1-0", differs=_PRINT),
    played("blanks and dots of print 7", "1. e\xad4 e5 1-0", differs=_PRINT),
    played("blanks and dots of print 8", "1: e4 e5 1-0"),
    played(
        "thin blanks in castling",
        f"{_READY} 4. O\u2009–\u2009O O\u202f-\u202fO 1-0",
        f"{_CASTLED} O-O O-O",
        differs=_PRINT,
    ),
    played("a sign of two signs", "1. e4 \U0001f44d\U0001f3fd e5\U0001f525 1-0"),
    played("marks from right to left", "\u200f1. e4\u200e e5 \u202c1-0"),
)
