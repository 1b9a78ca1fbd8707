"""A second look at every kind: texts that came to mind once the others were read rightly."""

from engine.games.parsing import SkipReason
from tests.games.corpus.case import TWO, Case

_LINE = "it loses the names with a line that it does not know"
_BLANK = "a blank line ends its headers or its game"
_BESIDE = "it reads nothing beside a header"
_ZEROS = "it takes zeros for castling wherever they stand"
_TIGHT = "it wants a blank line above headers"
_GLUED = "it wants a blank behind a move"
_PRINT = "it knows no such letters"
_FORM = "it reads one form of a promotion only"
_BRACKETS = "it drops what stands in brackets, and minds no result"
_NAMED = "it knows other names of variants and starts"
_RAW = "it keeps control characters in names"
_PEOPLE = "it takes every word for a name"

CASES = (
    Case(
        "headers without moves above a game 1",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            '[Result "1-0"]\n'
            '[White "Cedar"]\n'
            '[Black "Dogwood"]\n'
            '[Result "0-1"]\n'
            "\n"
            "1. d4 d5 0-1\n"
        ),
        games=("Cedar - Dogwood 0-1 d4 d5",),
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves above a game 2",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            "\n"
            '[White "Elm"]\n'
            '[Black "Fir"]\n'
            "\n"
            '[White "Cedar"]\n'
            '[Black "Dogwood"]\n'
            '[Result "0-1"]\n'
            "\n"
            "1. d4 d5 0-1\n"
        ),
        games=("Cedar - Dogwood 0-1 d4 d5",),
        skipped=(
            SkipReason.NO_MOVES,
            SkipReason.NO_MOVES,
        ),
    ),
    Case(
        "headers without moves above a game 3",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            '[Result "1-0"]\n'
            "\n"
            '[White "Birch"]\n'
            '[Black "Alder"]\n'
            '[Result "0-1"]\n'
            "\n"
            "1. d4 d5 0-1\n"
        ),
        games=("Birch - Alder 0-1 d4 d5",),
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves above a game 4",
        (
            '[Event "A"]\n'
            '[White "Alder"]\n'
            '[Bla[Event "B"]\n'
            '[White "Cedar"]\n'
            '[Black "Dogwood"]\n'
            '[Result "0-1"]\n'
            "\n"
            "1. d4 d5 0-1\n"
        ),
        games=("Cedar - Dogwood 0-1 d4 d5",),
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves above a game 5",
        (
            '[Event "A"]\n'
            '[White "Ald\n'
            '[Event "B"]\n'
            '[White "Cedar"]\n'
            '[Black "Dogwood"]\n'
            '[Result "0-1"]\n'
            "\n"
            "1. d4 d5 0-1\n"
        ),
        games=("Cedar - Dogwood 0-1 d4 d5",),
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves above a game 6",
        (
            '[Event "A"]\n'
            '[Site "x"]\n'
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            "\n"
            '[Event "B"]\n'
            '[Site "x"]\n'
            '[White "Cedar"]\n'
            '[Black "Dogwood"]\n'
            "\n"
            "1. d4 d5 0-1"
        ),
        games=("Cedar - Dogwood 0-1 d4 d5",),
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves above a game 7",
        (
            '[Event "A"]\n'
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            "\n"
            '[Event "A"]\n'
            '[White "Alder"]\n'
            '[Black "Cedar"]\n'
            "\n"
            "1. d4 d5 0-1"
        ),
        games=("Alder - Cedar 0-1 d4 d5",),
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves above a game 8",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            "\n"
            "{no moves kept}\n"
            "\n"
            '[White "Cedar"]\n'
            '[Black "Dogwood"]\n'
            '[Result "0-1"]\n'
            "\n"
            "1. d4 d5 0-1\n"
        ),
        games=("Cedar - Dogwood 0-1 d4 d5",),
        skipped=(SkipReason.NO_MOVES,),
    ),
    Case(
        "headers not quite written as such 1",
        ('[Event]\n[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 1-0'),
    ),
    Case(
        "headers not quite written as such 2",
        ('[White Elo "2010"]\n[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 1-0'),
    ),
    Case(
        "headers not quite written as such 3",
        ('[White "Alder"]\n[Black "Birch"]\n[1stPrize "yes"]\n\n1. e4 e5 1-0'),
    ),
    Case(
        "headers not quite written as such 4",
        ("[White 'Alder']\n[Black 'Birch']\n\n1. e4 e5 1-0"),
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 5",
        ('[White "Alder"]\n[Black "Birch"]\n[Annotator "A "B" C"]\n\n1. e4 e5 1-0'),
    ),
    Case(
        "headers not quite written as such 6",
        ('[White "Alder"]\n[Black "Birch"]\n[Opening "Sicilian\n\n1. e4 e5 1-0'),
    ),
    Case(
        "headers not quite written as such 7",
        ('[White "Alder"\n[Black "Birch"\n\n1. e4 e5 1-0'),
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 8",
        ('White "Alder"\nBlack "Birch"\n\n1. e4 e5 1-0'),
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 9",
        ('[White"Alder"]\n[Black"Birch"]\n\n1. e4 e5 1-0'),
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 10",
        ('[White : "Alder"]\n[Black = "Birch"]\n\n1. e4 e5 1-0'),
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 11",
        ('  [White "Alder"]\n\t[Black "Birch"]\n\n1. e4 e5 1-0'),
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 12",
        ('[White "Alder"]\n[Black "Birch"]\n[]\n\n1. e4 e5 1-0'),
    ),
    Case(
        "headers not quite written as such 13",
        ('[White "Alder"]\n[Black "Birch"]\n[Source "a [b] c"]\n\n1. e4 e5 1-0'),
    ),
    Case(
        "headers not quite written as such 14",
        ('[white "Alder"]\n[BLACK "Birch"]\n\n1. e4 e5 1-0'),
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 15",
        ('[White "Alder]\n[Black "Birch]\n\n1. e4 e5 1-0'),
        differs=_LINE,
    ),
    Case(
        "headers not quite written as such 16",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            '[Site ""]\n'
            '[Note "line one\n'
            "line two\n"
            'line three"]\n'
            "\n"
            "1. e4 e5 1-0"
        ),
        differs=_LINE,
    ),
    Case(
        "a blank line within a game 1",
        ('[White "Alder"]\n[Black "Birch"]\n\n{a long\n\nstory}\n\n1. e4 e5 1-0'),
        differs=_BLANK,
    ),
    Case(
        "a blank line within a game 2",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 (1. d4\n\n1... d5) 1... e5 1-0'),
        differs=_BLANK,
    ),
    Case(
        "a blank line within a game 3",
        ('[White "Alder"]\n[Black "Birch"]\n\n{one}\n\n{two}\n\n1. e4 e5 1-0'),
        differs=_BLANK,
    ),
    Case(
        "a blank line within a game 4",
        ('[White "Alder"]\n[Black "Birch"]\n\n$1 \n\n1. e4 e5 1-0'),
        differs=_BLANK,
    ),
    Case(
        "a blank line within a game 5",
        ('[White "Alder"]\n[Black "Birch"]\n\n; by Elm\n\n1. e4 e5 1-0'),
        differs=_BLANK,
    ),
    Case(
        "a blank line within a game 6",
        ('[White "Alder"]\n[Black "Birch"]\n\n1.\n\ne4 e5 1-0'),
        differs=_BLANK,
    ),
    Case(
        "a blank line within a game 7",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4\n\n1... e5 1-0'),
        differs=_BLANK,
    ),
    Case(
        "more than a header on its line 1",
        ('[White "Alder"] [Black "Birch"] 1. e4 e5 1-0'),
        differs=_BESIDE,
    ),
    Case(
        "more than a header on its line 2",
        ('[White "Alder"]\n[Black "Birch"]\n[Result "1-0"]1.e4 e5 1-0'),
        differs=_BESIDE,
    ),
    Case(
        "more than a header on its line 3",
        ('[White "Alder"] {captain}\n[Black "Birch"] % x\n\n1. e4 e5 1-0'),
        differs=_BESIDE,
    ),
    Case(
        "more than a header on its line 4",
        ('[White "Alder"]\n[Black "Birch"]\n[Result "1-0"] {good game} 1. e4 e5 1-0'),
        differs=_BESIDE,
    ),
    Case(
        "more than a header on its line 5",
        ('[White "Alder"]\n[Black "Birch"]\n[Result "1-0"] e4 e5 1-0'),
        differs=_BESIDE,
    ),
    Case(
        "both have lost 1",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            '[Result "0-0"]\n'
            "\n"
            "1. Nf3 Nf6 2. g3 g6 3. Bg2 Bg7 0-0\n"
            "\n"
            '[White "Cedar"]\n'
            '[Black "Dogwood"]\n'
            '[Result "0-1"]\n'
            "\n"
            "1. d4 d5 0-1\n"
        ),
        games=("Alder - Birch * Nf3 Nf6 g3 g6 Bg2 Bg7", "Cedar - Dogwood 0-1 d4 d5"),
        differs=_ZEROS,
    ),
    Case(
        "both have lost 2",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 0:0'),
        games=("Alder - Birch * e4 e5",),
    ),
    Case(
        "both have lost 3",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 0–0'),
        games=("Alder - Birch * e4 e5",),
    ),
    Case(
        "words behind the result 1",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 1-0\x00\x00\x00\x00'),
    ),
    Case(
        "words behind the result 2",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 1-0\n</pgn>\n</body>'),
    ),
    Case(
        "words behind the result 3",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            "\n"
            "1. e4 e5 1-0\n"
            "\n"
            "-- \n"
            "Elm, editor, a1 street\n"
            "\n"
            '[White "Cedar"]\n'
            '[Black "Dogwood"]\n'
            '[Result "0-1"]\n'
            "\n"
            "1. d4 d5 0-1\n"
        ),
        games=TWO,
    ),
    Case(
        "words behind the result 4",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            "\n"
            "1. e4 e5 1-0\n"
            "========\n"
            '[White "Cedar"]\n'
            '[Black "Dogwood"]\n'
            '[Result "0-1"]\n'
            "\n"
            "1. d4 d5 0-1\n"
        ),
        games=TWO,
        differs=_TIGHT,
    ),
    Case(
        "words behind the result 5",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 1-0 \\\n'),
    ),
    Case(
        "words behind the result 6",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 1-0 (time)'),
    ),
    Case(
        "words behind the result 7",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 1-0 Time: 1:23'),
    ),
    Case(
        "words behind the result 8",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 1-0 1-0'),
    ),
    Case(
        "a game right behind a result 1",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            "\n"
            '1. e4 e5 1/2-1/2[White "Cedar"]\n'
            '[Black "Dogwood"]\n'
            "\n"
            "1. d4 d5 0-1"
        ),
        games=("Alder - Birch 1/2-1/2 e4 e5", "Cedar - Dogwood 0-1 d4 d5"),
        differs=_TIGHT,
    ),
    Case(
        "a game right behind a result 2",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
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
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            "\n"
            '1. e4 e5[Event "2"]\n'
            '[White "Cedar"]\n'
            '[Black "Dogwood"]\n'
            '[Result "0-1"]\n'
            "\n"
            "1. d4 d5 0-1\n"
        ),
        games=("Alder - Birch * e4 e5", "Cedar - Dogwood 0-1 d4 d5"),
        differs=_TIGHT,
    ),
    Case(
        "signs 1",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 ⇆ e5 ⩲ 1-0'),
    ),
    Case(
        "signs 2",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 =/∞ e5 ⩱ 2. Nf3 □ N 1-0'),
        games=("Alder - Birch 1-0 e4 e5 Nf3",),
    ),
    Case(
        "signs 3",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4!!N e5?!± 1-0'),
    ),
    Case(
        "signs 4",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 $146 e5 D 1-0'),
    ),
    Case(
        "signs 5",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 +/= e5 =+ 1-0'),
    ),
    Case(
        "signs 6",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 (=) e5 [+0.35] 1-0'),
    ),
    Case(
        "signs 7",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 ↑↑ e5 ○ N↑ 1-0'),
    ),
    Case(
        "signs 8",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4N e5TN 1-0'),
        differs=_GLUED,
    ),
    Case(
        "signs 9",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 👍 e5 😀 1-0'),
    ),
    Case(
        "signs 10",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 0.35/12 e5 -M5 1-0'),
    ),
    Case(
        "signs 11",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 ±/= 1-0'),
    ),
    Case(
        "signs 12",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 {[%clk 0:00:01]} e5 [%clk 0:01] 1-0'),
    ),
    Case(
        "blanks and dots of print 1",
        ('[White "Alder"]\n[Black "Birch"]\n\n1.\xa0e4\xa0e5\u20091-0'),
    ),
    Case(
        "blanks and dots of print 2",
        ('[White "Alder"]\n[Black "Birch"]\n\n1․ e4 e5 1-0'),
    ),
    Case(
        "blanks and dots of print 3",
        ('[White "Alder"]\n[Black "Birch"]\n\n1 . e4 e5 1-0'),
    ),
    Case(
        "blanks and dots of print 4",
        ('[White "Alder"]\n[Black "Birch"]\n\n1) e4 e5 2) Nf3 1-0'),
        games=("Alder - Birch 1-0 e4 e5 Nf3",),
    ),
    Case(
        "blanks and dots of print 5",
        ('[White "Alder"]\n[Black "Birch"]\n\n1.e4 1…e5 1‑0'),
    ),
    Case(
        "blanks and dots of print 6",
        ('[White "Alder"]\n[Black "Birch"]\n\n１．ｅ４\u3000ｅ５ 1-0'),
        differs=_PRINT,
    ),
    Case(
        "blanks and dots of print 7",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e\xad4 e5 1-0'),
        differs=_PRINT,
    ),
    Case(
        "blanks and dots of print 8",
        ('[White "Alder"]\n[Black "Birch"]\n\n1: e4 e5 1-0'),
    ),
    Case(
        "braces in braces 1",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 {x {y} z} e5 1-0'),
    ),
    Case(
        "braces in braces 2",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 {:} } e5 1-0'),
    ),
    Case(
        "braces in braces 3",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 {a {b {c} d} e} e5 1-0'),
    ),
    Case(
        "how it ended, in words 1",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 White resigns'),
        games=("Alder - Birch * e4 e5",),
    ),
    Case(
        "how it ended, in words 2",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 and Black lost on time 1-0'),
    ),
    Case(
        "how it ended, in words 3",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. f3 e5 2. g4 Qh4 mate 0-1'),
        games=("Alder - Birch 0-1 f3 e5 g4 Qh4#",),
    ),
    Case(
        "how it ended, in words 4",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. f3 e5 2. g4 Qh4 checkmate 0-1'),
        games=("Alder - Birch 0-1 f3 e5 g4 Qh4#",),
    ),
    Case(
        "how it ended, in words 5",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 draw agreed'),
        games=("Alder - Birch * e4 e5",),
    ),
    Case(
        "how it ended, in words 6",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 Resigns. 1-0'),
    ),
    Case(
        "how it ended, in words 7",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            "\n"
            "1. a4 b5 2. axb5 a6 3. bxa6 Bb7 4. axb7 c6 5. bxa8(Q) 1-0"
        ),
        games=("Alder - Birch 1-0 a4 b5 axb5 a6 bxa6 Bb7 axb7 c6 bxa8=Q",),
        differs=_FORM,
    ),
    Case(
        "how it ended, in words 8",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            "\n"
            "1. a4 b5 2. axb5 a6 3. bxa6 Bb7 4. axb7 c6 5. bxa8-Q 1-0"
        ),
        games=("Alder - Birch 1-0 a4 b5 axb5 a6 bxa6 Bb7 axb7 c6 bxa8=Q",),
        differs=_FORM,
    ),
    Case(
        "how it ended, in words 9",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            "\n"
            "1. a4 b5 2. axb5 a6 3. bxa6 Bb7 4. axb7 c6 5. bxa8=q+ 1-0"
        ),
        games=("Alder - Birch 1-0 a4 b5 axb5 a6 bxa6 Bb7 axb7 c6 bxa8=Q",),
    ),
    Case(
        "how it ended, in words 10",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            "\n"
            "1. a4 b5 2. axb5 a6 3. bxa6 Bb7 4. axb7 c6 5. bxa8=Queen 1-0"
        ),
        games=("Alder - Birch 1-0 a4 b5 axb5 a6 bxa6 Bb7 axb7 c6 bxa8=Q",),
    ),
    Case(
        "results of headers 1",
        ('[White "Alder"]\n[Black "Birch"]\n[Result "1–0"]\n\n1. e4 e5'),
    ),
    Case(
        "results of headers 2",
        ('[White "Alder"]\n[Black "Birch"]\n[Result "½:½"]\n\n1. e4 e5'),
        games=("Alder - Birch 1/2-1/2 e4 e5",),
    ),
    Case(
        "results of headers 3",
        ('[White "Alder"]\n[Black "Birch"]\n[Result "1/2 1/2"]\n\n1. e4 e5'),
        games=("Alder - Birch 1/2-1/2 e4 e5",),
    ),
    Case(
        "results of headers 4",
        ('[White "Alder"]\n[Black "Birch"]\n[Result "0.5:0.5"]\n\n1. e4 e5'),
        games=("Alder - Birch 1/2-1/2 e4 e5",),
    ),
    Case(
        "results of headers 5",
        ('[White "Alder"]\n[Black "Birch"]\n[Result "0-1 (time)"]\n\n1. e4 e5'),
        games=("Alder - Birch 0-1 e4 e5",),
    ),
    Case(
        "results of headers 6",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 1/2 1/2'),
        games=("Alder - Birch 1/2-1/2 e4 e5",),
    ),
    Case(
        "results of headers 7",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 0-1.'),
        games=("Alder - Birch 0-1 e4 e5",),
    ),
    Case(
        "results of headers 8",
        ('[White "Alder"]\n[Black "Birch"]\n[Result "1-O"]\n\n1. e4 e5'),
    ),
    Case(
        "results of headers 9",
        ('[White "Alder"]\n[Black "Birch"]\n[Result "1-0F"]\n\n1. e4 e5'),
    ),
    Case(
        "results of headers 10",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 +-  '),
        games=("Alder - Birch * e4 e5",),
    ),
    Case(
        "variants and starts 1",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            '[FEN "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w QKqk - 0 1"]\n'
            "\n"
            "1. e4 e5 1-0"
        ),
    ),
    Case(
        "variants and starts 2",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            '[SetUp "1"]\n'
            '[FEN "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 0"]\n'
            "\n"
            "1. e4 e5 1-0"
        ),
    ),
    Case(
        "variants and starts 3",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            '[FEN "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR"]\n'
            "\n"
            "1. e4 e5 1-0"
        ),
        games=(),
        skipped=(SkipReason.SET_UP,),
    ),
    Case(
        "variants and starts 4",
        ('[White "Alder"]\n[Black "Birch"]\n[Variant "N/A"]\n\n1. e4 e5 1-0'),
        differs=_NAMED,
    ),
    Case(
        "variants and starts 5",
        ('[White "Alder"]\n[Black "Birch"]\n[Variant "normal"]\n[SetUp "0"]\n\n1. e4 e5 1-0'),
    ),
    Case(
        "variants and starts 6",
        ('[White "Alder"]\n[Black "Birch"]\n[Variant "Standard Chess"]\n\n1. e4 e5 1-0'),
        differs=_NAMED,
    ),
    Case(
        "variants and starts 7",
        ('[White "Alder"]\n[Black "Birch"]\n[Variant "Fischerandom"]\n\n1. e4 e5 1-0'),
        games=(),
        skipped=(SkipReason.VARIANT,),
        differs=_NAMED,
    ),
    Case(
        "variants and starts 8",
        ('[White "Alder"]\n[Black "Birch"]\n[FEN ""]\n\n1. e4 e5 1-0'),
        differs=_NAMED,
    ),
    Case(
        "variants and starts 9",
        (
            '[White "Alder"]\n'
            '[Black "Birch"]\n'
            '[Variant "fromPosition"]\n'
            '[FEN "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq -"]\n'
            "\n"
            "1. e4 e5 1-0"
        ),
        differs=_NAMED,
    ),
    Case(
        "control characters 1",
        ('[White "Al\x1b[31mder"]\n[Black "Bi\x07rch"]\n\n1. e4 e5 1-0'),
        games=("Al [31mder - Bi rch 1-0 e4 e5",),
        differs=_RAW,
    ),
    Case(
        "control characters 2",
        ('[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 \u202e2. Nf3 Zf9\x9b31m 1-0'),
        games=("Alder - Birch 1-0 e4 e5 Nf3",),
    ),
    Case(
        "names of nobody 1",
        ('[White "N. N."]\n[Black "Stockfish level 3"]\n\n1. e4 e5 1-0'),
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 2",
        ('[White "NN, NN"]\n[Black "Guest1234"]\n\n1. e4 e5 1-0'),
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 3",
        ('[White "--"]\n[Black "UNKNOWN"]\n\n1. e4 e5 1-0'),
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 4",
        ('[White "Anonymous, ?"]\n[Black "Amateur"]\n\n1. e4 e5 1-0'),
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 5",
        ('[White "lichess AI level 8"]\n[Black "No Name"]\n\n1. e4 e5 1-0'),
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 6",
        ('[White "Unknown, Player"]\n[Black "AN Other"]\n\n1. e4 e5 1-0'),
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 7",
        ('[White "N.N"]\n[Black "[unknown]"]\n\n1. e4 e5 1-0'),
        games=("? - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
    Case(
        "names of nobody 8",
        ('[White "NN1"]\n[Black "_"]\n\n1. e4 e5 1-0'),
        games=("NN1 - ? 1-0 e4 e5",),
        differs=_PEOPLE,
    ),
)
