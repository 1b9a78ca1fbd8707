"""What one text of the corpus holds."""

from dataclasses import dataclass

from engine.games.parsing import SkipReason

NAMES = '[White "Alder"]\n[Black "Birch"]\n'
"""Headers of the game that most texts hold."""
PLAYED = "Alder - Birch 1-0 e4 e5"
"""That game, as ``Case.games`` writes games: players, result, moves."""
TWO = ("Alder - Birch 1-0 e4 e5", "Cedar - Dogwood 0-1 d4 d5")
CEDAR = '[White "Cedar"]\n[Black "Dogwood"]\n[Result "0-1"]\n\n1. d4 d5 0-1\n'
"""Another game, whose headers begin with a name."""
SECOND = '[Event "2"]\n[White "Cedar"]\n[Black "Dogwood"]\n[Result "0-1"]\n\n1. d4 d5 0-1\n'


@dataclass(frozen=True, slots=True)
class Case:
    """A text and the games in it.

    Attributes:
        kind: what is odd about it, in a few words.
        text: the text, or its bytes.
        games: those to be kept, each ``White - Black result moves``.
        skipped: why others are not kept, in their order.
        differs: why python-chess reads it otherwise and we do not follow; empty where it agrees.
    """

    kind: str
    text: str | bytes
    games: tuple[str, ...] = (PLAYED,)
    skipped: tuple[SkipReason, ...] = ()
    differs: str = ""


def played(kind: str, movetext: str, game: str = PLAYED, differs: str = "") -> Case:
    """Return a text of one kept game between Alder and Birch."""
    return Case(kind, f"{NAMES}\n{movetext}\n", (game,), differs=differs)


def refused(kind: str, movetext: str, reason: SkipReason, differs: str = "") -> Case:
    """Return a text of one game between Alder and Birch that cannot be kept."""
    return Case(kind, f"{NAMES}\n{movetext}\n", (), (reason,), differs)
