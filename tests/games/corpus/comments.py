"""Comments and variations."""

from engine.games.parsing import SkipReason
from tests.games.corpus.case import played, refused

_FOUR = "Alder - Birch 1-0 e4 e5 Nf3 Nc6"
_BLANK = "a blank line ends its headers or its game"

CASES = (
    played("a comment", "1. e4 {best by test} e5 1-0"),
    played("a comment on a move", "1. e4{best by test} e5{same} 1-0"),
    played("a comment with moves", "1. e4 {1. d4 d5} e5 1-0"),
    played("a comment with a result", "1. e4 {1-0} e5 1-0"),
    played("a comment over lines", "1. e4 {best\nby\ntest} e5 1-0"),
    played("a comment over empty lines", "1. e4 {best\n\nby test} e5 1-0"),
    played("an empty comment", "1. e4 {} e5 1-0"),
    played("commands in comments", "1. e4 {[%clk 0:03:00][%eval 0.2]} e5 {[%cal Ge7e5]} 1-0"),
    played("a semicolon comment", "1. e4 ; best by test\ne5 1-0"),
    played("a semicolon comment with a brace", "1. e4 ; {\ne5 1-0"),
    played("a comment with a semicolon", "1. e4 {a; b} e5 1-0"),
    played("a comment with a parenthesis", "1. e4 {:-(} e5 {:-)} 1-0"),
    played("braces in braces", "1. e4 {a {b} c} e5 1-0"),
    played("braces in braces, twice", "1. e4 {a {b {c} d} e} e5 1-0"),
    played("a brace in braces", "1. e4 {a {b} e5 1-0"),
    played("a closing brace too many", "1. e4 {a}} e5 1-0"),
    played("a closing brace alone", "1. e4 } e5 1-0"),
    played("a variation", "1. e4 (1. d4 d5) 1... e5 1-0"),
    played("a variation in a variation", "1. e4 (1. d4 d5 (1... Nf6 2. c4)) e5 1-0"),
    played("a variation with a comment", "1. e4 (1. d4 {:)} d5) e5 1-0"),
    played(
        "a variation with a result",
        "1. e4 (1. d4 d5 1-0) e5 1-0",
        differs="it ends the variation at its result",
    ),
    played(
        "a variation before the first move",
        "(1. d4 d5) 1. e4 e5 1-0",
        differs="it knows no variation of a move that has not come",
    ),
    played("a variation without blanks", "1. e4(1. d4 d5)e5 1-0"),
    played("words in parentheses", "1. e4 (best by test) e5 1-0"),
    played("an empty variation", "1. e4 () e5 1-0"),
    played("a closing parenthesis too many", "1. e4 (1. d4)) e5 1-0"),
    played(
        "a variation in square brackets",
        "1. e4 e5 [1... c5 2. Nf3] 2. Nf3 Nc6 1-0",
        _FOUR,
        differs="it plays what stands in square brackets",
    ),
    played("words in square brackets", "1. e4 [best by test] e5 1-0"),
    refused(
        "a move in square brackets",
        "1. e4 e5 2. Nf3 [Nc3] Nc6 1-0",
        SkipReason.UNKNOWN_WORD,
    ),
    refused(
        "braces in braces, a move behind",
        "1. e4 {a {b} or c5} 1-0",
        SkipReason.AMBIGUOUS,
        differs="it plays the move of the comment",
    ),
    refused(
        "braces in braces, a wrong move behind", "1. e4 {a {b} c4} e5 1-0", SkipReason.AMBIGUOUS
    ),
    refused(
        "a comment that never ends",
        "1. e4 {open e5 1-0",
        SkipReason.UNCLOSED,
        differs="it keeps the moves before the comment, without knowing how many are lost",
    ),
    refused(
        "a variation that never ends",
        "1. e4 (1. d4 d5 e5 1-0",
        SkipReason.UNCLOSED,
    ),
    refused(
        "two comments of which one never ends",
        "1. e4 {a} e5 {b 1-0",
        SkipReason.UNCLOSED,
        differs="it keeps the moves before the comment",
    ),
    refused("a comment and nothing else", "{no moves} *", SkipReason.NO_MOVES),
    played("a blank line within a game 1", "{a long\n\nstory}\n\n1. e4 e5 1-0", differs=_BLANK),
    played("a blank line within a game 2", "1. e4 (1. d4\n\n1... d5) 1... e5 1-0", differs=_BLANK),
    played("a blank line within a game 3", "{one}\n\n{two}\n\n1. e4 e5 1-0", differs=_BLANK),
    played("a blank line within a game 4", "$1 \n\n1. e4 e5 1-0", differs=_BLANK),
    played("a blank line within a game 5", "; by Elm\n\n1. e4 e5 1-0", differs=_BLANK),
    played("a blank line within a game 6", "1.\n\ne4 e5 1-0", differs=_BLANK),
    played("a blank line within a game 7", "1. e4\n\n1... e5 1-0", differs=_BLANK),
    played("braces in braces 1", "1. e4 {x {y} z} e5 1-0"),
    played("braces in braces 2", "1. e4 {:} } e5 1-0"),
)
