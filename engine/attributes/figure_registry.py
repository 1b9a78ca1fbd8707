"""The figures of games by name: what is counted, in which unit, and how people say it."""

from dataclasses import dataclass
from typing import Final, Literal

FigureUnit = Literal[
    "share of games", "share of moves", "share of points", "number", "points", "pawns", "moves"
]
ComparedBy = Literal["ratio", "spread"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one side of a game.

    Attributes:
        key: name in arrays and files, such as ``queens_off_20``.
        label: name for people.
        unit: of a game's value; a share of games is 0 or 1 in each game.
        words: a half-sentence with ``{n}`` where the number goes, out of 100 for shares.
        own_of: the attribute that this is the own figure of: what its slider should move.
        comparison: how two values are compared: by their ratio, or, where a value may be negative
            or is bounded by the rules of chess, by their difference in standard deviations over
            real players.
    """

    key: str
    label: str
    unit: FigureUnit
    words: str
    own_of: str | None = None
    comparison: ComparedBy = "ratio"

    @property
    def is_share_of_games(self) -> bool:
        """Whether each game either has it or has not."""
        return self.unit == "share of games"

    def say(self, value: float) -> str:
        """Return a value in words, such as ``queens come off by move 20 in 8 of 100 games``."""
        return self.words.format(n=self.number(value))

    def number(self, value: float) -> str:
        """Return a value as a number, out of 100 for shares."""
        if self.is_share_of_games:
            return f"{100 * value:.0f}"
        if self.unit in ("share of moves", "share of points"):
            return f"{100 * value:.1f}"
        return f"{value:.0f}" if self.unit == "points" else f"{value:.2f}"


FIGURES: Final[tuple[Figure, ...]] = (
    Figure(
        "queens_off_20",
        "Queens off by move 20",
        "share of games",
        "queens come off by move 20 in {n} of 100 games",
        "queen_trades",
    ),
    Figure(
        "castled_15",
        "Castled by move 15",
        "share of games",
        "has castled by move 15 in {n} of 100 games",
        "early_castling",
    ),
    Figure(
        "castled_short",
        "Castled short",
        "share of games",
        "castles short in {n} of 100 games",
        "castling_kingside",
    ),
    Figure(
        "castled_long",
        "Castled long",
        "share of games",
        "castles long in {n} of 100 games",
        "castling_queenside",
    ),
    Figure(
        "long_share",
        "Long among castlings",
        "share of games",
        "castles long in {n} of 100 games in which it castles",
        "castling_side",
    ),
    Figure(
        "castled_opposite",
        "Castled on opposite sides",
        "share of games",
        "kings castle on opposite sides in {n} of 100 games",
    ),
    Figure("checks", "Checks", "share of moves", "{n} of 100 moves give check", "checks"),
    Figure("captures", "Captures", "share of moves", "{n} of 100 moves take", "captures"),
    Figure(
        "captures_20",
        "Captures by move 20",
        "number",
        "takes {n} times by move 20",
    ),
    Figure(
        "pawn_moves",
        "Pawn moves",
        "share of moves",
        "{n} of 100 moves are pawn moves",
        "pawn_moves",
    ),
    Figure(
        "pawn_storms",
        "Pawn storms",
        "share of moves",
        "{n} of 100 moves push a pawn against the king",
        "pawn_storms",
    ),
    Figure(
        "quiet_retreats",
        "Quiet retreats",
        "share of moves",
        "{n} of 100 moves step back quietly",
        "quiet_retreats",
    ),
    Figure(
        "king_walks",
        "King walks",
        "share of moves",
        "{n} of 100 moves walk the king with queens on",
        "king_walks",
    ),
    Figure(
        "queen_trades",
        "Queen trade moves",
        "share of moves",
        "{n} of 100 moves trade queens or let them be traded",
    ),
    Figure(
        "minor_trades",
        "Minor piece trades",
        "share of moves",
        "{n} of 100 moves trade a knight or bishop",
    ),
    Figure(
        "minors_gone_25",
        "Minor pieces gone by move 25",
        "number",
        "{n} of the 8 knights and bishops are gone by move 25",
        "minor_trades",
        "spread",
    ),
    Figure(
        "offers",
        "Men offered",
        "share of moves",
        "{n} of 100 moves let more than a pawn be taken",
    ),
    Figure(
        "sound_sacrifices",
        "Sound sacrifices",
        "share of games",
        "sacrifices without losing in {n} of 100 games",
        "sacrifices",
    ),
    Figure(
        "king_danger",
        "King danger",
        "points",
        "{n} points of danger around the opponent's king",
        "king_danger",
        "spread",
    ),
    Figure(
        "king_danger_peak",
        "Peak king danger",
        "points",
        "{n} points of danger at the height of the attack",
    ),
    Figure(
        "king_safety",
        "King safety",
        "pawns",
        "its own king's safety is worth {n} pawns",
        "king_safety",
        "spread",
    ),
    Figure(
        "mobility",
        "Mobility",
        "pawns",
        "its pieces' freedom is worth {n} pawns",
        "mobility",
        "spread",
    ),
    Figure("space", "Space", "pawns", "its space is worth {n} pawns", "space"),
    Figure("threats", "Threats", "pawns", "its threats are worth {n} pawns", "threats"),
    Figure(
        "passed_pawns",
        "Passed pawns",
        "pawns",
        "its passed pawns are worth {n} pawns",
        "passed_pawns",
    ),
    Figure(
        "pawn_structure",
        "Pawn structure",
        "pawns",
        "its pawn structure is worth {n} pawns",
        "pawn_structure",
        "spread",
    ),
    Figure(
        "imbalance",
        "Material imbalance",
        "pawns",
        "its mix of pieces is worth {n} pawns more",
        "imbalance",
        "spread",
    ),
    Figure(
        "bishop_pair_25",
        "Bishop pair at move 25",
        "share of games",
        "still has both bishops at move 25 in {n} of 100 games",
        "bishop_pair",
    ),
    Figure("length", "Length", "moves", "games last {n} moves"),
    Figure("score", "Score", "share of points", "scores {n} of 100 points", "strength", "spread"),
)
"""All figures, in the order of arrays (games, figures)."""

BY_KEY: Final[dict[str, Figure]] = {figure.key: figure for figure in FIGURES}
FIGURE_KEYS: Final[tuple[str, ...]] = tuple(figure.key for figure in FIGURES)
OWN_FIGURES: Final[dict[str, Figure]] = {
    figure.own_of: figure for figure in FIGURES if figure.own_of is not None
}
"""By an attribute's key the figure that its slider should move."""
