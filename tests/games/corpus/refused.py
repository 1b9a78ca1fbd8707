"""Games that cannot be kept, because what was played is not certain."""

from engine.games.parsing import SkipReason
from tests.games.corpus.case import refused

_PAWN = "it plays a pawn where a piece is meant"
_DROPS = "it drops the word, which may be a move"
_NULL = "it lets a side pass"

CASES = (
    refused("an illegal move", "1. e4 e5 2. Ke3 1-0", SkipReason.ILLEGAL),
    refused("an illegal move last", "1. e4 e5 2. Ke3", SkipReason.ILLEGAL),
    refused("a move in check", "1. e4 e5 2. Qh5 Ke7 3. Qxe5 a6 1-0", SkipReason.ILLEGAL),
    refused("a move after mate", "1. f3 e5 2. g4 Qh4# 3. a3 0-1", SkipReason.ILLEGAL),
    refused("two knights may be meant", "1. Nf3 a6 2. d3 a5 3. Nd2 1-0", SkipReason.AMBIGUOUS),
    refused(
        "a promotion without its piece",
        "1. a4 b5 2. axb5 a6 3. bxa6 Bb7 4. axb7 c6 5. bxa8 1-0",
        SkipReason.ILLEGAL,
    ),
    refused("a null move", "1. e4 -- 2. d4 1-0", SkipReason.NULL_MOVE, differs=_NULL),
    refused(
        "a null move of another kind", "1. e4 Z0 2. d4 1-0", SkipReason.NULL_MOVE, differs=_NULL
    ),
    refused("a square that is none", "1. e4 e9 1-0", SkipReason.UNKNOWN_WORD, differs=_DROPS),
    refused("a file that is none", "1. e4 i5 1-0", SkipReason.UNKNOWN_WORD, differs=_DROPS),
    refused("capitals of squares", "1. e4 E5 1-0", SkipReason.UNKNOWN_WORD, differs=_DROPS),
    refused("half a move", "1. e4 e5 2. Nf", SkipReason.UNKNOWN_WORD, differs=_DROPS),
    refused(
        "letters of another alphabet",
        "1. e4 \u0435\u0035 1-0",
        SkipReason.UNKNOWN_WORD,
        differs=_DROPS,
    ),
    refused(
        "small letters of pieces", "1. e4 e5 2. nf3 1-0", SkipReason.UNKNOWN_WORD, differs=_PAWN
    ),
    refused("a dropped piece", "1. e4 d5 2. P@e3 1-0", SkipReason.UNKNOWN_WORD),
)
