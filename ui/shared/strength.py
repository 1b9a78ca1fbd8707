"""What pages say of how strong an opponent plays: what was measured, and nothing else."""

from engine.play.strength.setting import AS_LEARNED
from engine.play.strength.table import StrengthTable
from ui.shared.opponent import Opponent

NO_LEVEL = 0
"""Stands among ratings for no chosen strength."""
STEP = 50
_NEAR = STEP / 2


def choices(table: StrengthTable, elo: int | None = None) -> list[int]:
    """Return what can be chosen: as learned, or a rating in steps of 50.

    Args:
        table: knows how far the ladder reaches.
        elo: a rating that must be among them.
    """
    low, high = table.reach
    ratings = set(range(low, high + 1, STEP)) | ({elo} if elo is not None else set())
    return [NO_LEVEL, *sorted(ratings)]


def within_reach(table: StrengthTable, level: int) -> int:
    """Return the rating nearest to a level that can be chosen."""
    low, high = table.reach
    return min(max(STEP * round(level / STEP), low), high)


def strength_words(opponent: Opponent, table: StrengthTable) -> str:
    """Return what the chosen strength is worth, such as "plays about 1500 (±60)"."""
    elo = opponent.recipe.elo
    if elo is None:
        learned = table.as_learned
        if learned is None or opponent.temperature != AS_LEARNED.temperature:
            return "plays as the style was learned"
        return (
            f"as learned: plays about {learned.elo:.0f} (±{(learned.high - learned.low) / 2:.0f})"
        )
    level = table.level(elo)
    if level.elo is None or level.margin is None:
        return "what this is worth was not measured with this model"
    words = f"plays about {level.elo:.0f} (±{level.margin:.0f})"
    if level.elo < elo - _NEAR:
        return f"{words}, which is as strong as it gets"
    if level.elo > elo + _NEAR:
        return f"{words}, which is as weak as it gets"
    return words


def strength_label(opponent: Opponent, table: StrengthTable) -> str:
    """Return the same in few words for a line of others; empty if nothing is known."""
    elo = opponent.recipe.elo
    if elo is None:
        words = strength_words(opponent, table)
        return words.partition(": ")[2]
    level = table.level(elo)
    if level.elo is None or level.margin is None:
        return f"strength {elo}"
    return f"plays about {level.elo:.0f} (±{level.margin:.0f})"


def how_measured(table: StrengthTable) -> str:
    """Return how the ratings came about, for whoever asks."""
    style = (
        "The style decides among good moves; the strength decides how far it looks ahead and how "
        "many slips it makes."
    )
    if not table.is_measured:
        return f"{style} What each strength is worth was not measured with this model."
    return (
        f"{style} Ratings were measured on {table.date} in {table.games:,} games of the average "
        f"style, Stockfish's levels and other programs; the scale is {table.scale}."
    )
