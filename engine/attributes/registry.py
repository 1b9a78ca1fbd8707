"""The attributes by name: what is measured, in which unit, and what little or much of it means."""

from dataclasses import dataclass
from typing import Final, Literal

AttributeKind = Literal["term", "habit", "quality"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One measurable property of a move.

    Attributes:
        key: name in recipes and arrays, such as ``king_danger``.
        label: name for people.
        description: one sentence on what is measured, from the side that moves.
        unit: unit of a move's value.
        kind: "term" judges the position after the move, "habit" the move itself, "quality" how
            good the move is (known only for the fixed positions).
        low: how a style that is far below the average plays.
        high: how a style that is far above the average plays.
        primary: whether its slider is always in sight; others wait behind a click.
        slider: whether `stylemate styles build` finds a delta for it and so gives it a slider.
            Trained dials (``engine.training.dials``) bring sliders of their own.
    """

    key: str
    label: str
    description: str
    unit: str
    kind: AttributeKind
    low: str
    high: str
    primary: bool = False
    slider: bool = False


ATTRIBUTES: Final[tuple[Attribute, ...]] = (
    Attribute(
        "king_danger",
        "King danger",
        "Danger gathered around the opponent's king: attackers near it, safe checks, weak squares, "
        "a broken pawn cover.",
        "king-danger points (1000 is a dangerous attack)",
        "term",
        "leaves the opponent's king alone",
        "goes for the opponent's king",
        primary=True,
        slider=True,
    ),
    Attribute(
        "king_safety",
        "King safety",
        "Safety of the mover's own king: pawn cover, and how little the opponent has gathered "
        "around it.",
        "pawns",
        "term",
        "careless about its own king",
        "keeps its own king safe",
    ),
    Attribute(
        "mobility",
        "Mobility",
        "Freedom of the mover's knights, bishops, rooks and queen: useful squares they can go to.",
        "pawns",
        "term",
        "content with passive pieces",
        "wants every piece active",
        primary=True,
        slider=True,
    ),
    Attribute(
        "threats",
        "Threats",
        "The mover's attacks on pieces that are not well guarded, and pieces it restricts.",
        "pawns",
        "term",
        "plays without direct threats",
        "keeps making threats",
        slider=True,
    ),
    Attribute(
        "passed_pawns",
        "Passed pawns",
        "Worth of the mover's passed pawns: how far they are, who is near, whether the way is "
        "free.",
        "pawns",
        "term",
        "cares little for passed pawns",
        "makes and pushes passed pawns",
        slider=True,
    ),
    Attribute(
        "space",
        "Space",
        "Safe room that the mover has behind and among its central pawns while many pieces are on "
        "the board.",
        "pawns",
        "term",
        "plays in a small space",
        "takes space in the centre",
        primary=True,
        slider=True,
    ),
    Attribute(
        "bishop_pair",
        "Bishop pair",
        "Worth of the mover's bishop pair less that of the opponent's, once exchanges on the "
        "target square are done.",
        "pawns",
        "term",
        "gives up the bishop pair",
        "keeps both bishops and takes the opponent's",
        slider=True,
    ),
    Attribute(
        "imbalance",
        "Material imbalance",
        "How well the mover's pieces suit each other against those of the opponent, beyond their "
        "plain worth, once exchanges on the target square are done.",
        "pawns",
        "term",
        "trades without regard to the mix of pieces",
        "trades for the better mix of pieces",
    ),
    Attribute(
        "pawn_structure",
        "Pawn structure",
        "Health of the mover's pawns: connected against isolated, doubled and backward ones.",
        "pawns",
        "term",
        "accepts weak pawns",
        "keeps its pawns sound",
    ),
    Attribute(
        "captures",
        "Captures",
        "Whether the move takes something.",
        "share of moves",
        "habit",
        "keeps the tension",
        "takes whenever it can",
        slider=True,
    ),
    Attribute(
        "checks",
        "Checks",
        "Whether the move gives check.",
        "share of moves",
        "habit",
        "seldom checks",
        "checks often",
        primary=True,
        slider=True,
    ),
    Attribute(
        "queen_trades",
        "Queen trades",
        "Whether the move takes a queen with a queen, or leaves its own guarded queen where the "
        "opponent's can take it.",
        "share of moves",
        "habit",
        "keeps queens on",
        "trades queens",
        primary=True,
        slider=True,
    ),
    Attribute(
        "minor_trades",
        "Minor piece trades",
        "Whether the move takes a knight or bishop for about its worth, once exchanges on the "
        "target square are done.",
        "share of moves",
        "habit",
        "keeps knights and bishops on",
        "trades knights and bishops",
        primary=True,
    ),
    Attribute(
        "sacrifices",
        "Sacrifices",
        "Whether the moved man can be won for more than a pawn by exchanges on its square; "
        "oversights count as well as ideas.",
        "share of moves",
        "habit",
        "never offers material",
        "offers material",
        primary=True,
        slider=True,
    ),
    Attribute(
        "castling_kingside",
        "Castling king side",
        "Whether the move castles king side.",
        "share of moves",
        "habit",
        "puts off castling short",
        "castles short at once",
    ),
    Attribute(
        "castling_queenside",
        "Castling queen side",
        "Whether the move castles queen side.",
        "share of moves",
        "habit",
        "does not castle long",
        "castles long",
    ),
    Attribute(
        "castling_side",
        "Castling side",
        "To which side the move castles: 1 for the queen side, -1 for the king side, 0 for other "
        "moves.",
        "points from -1 to 1",
        "habit",
        "castles short",
        "castles long",
        primary=True,
    ),
    Attribute(
        "early_castling",
        "Early castling",
        "How early the move castles: 1 by move 5, falling to 0 by move 25, and 0 for other moves.",
        "points from 0 to 1",
        "habit",
        "castles late or never",
        "castles early",
    ),
    Attribute(
        "pawn_moves",
        "Pawn moves",
        "Whether a pawn moves.",
        "share of moves",
        "habit",
        "moves pieces rather than pawns",
        "moves pawns rather than pieces",
    ),
    Attribute(
        "pawn_storms",
        "Pawn storms",
        "Whether the move pushes a wing pawn to its fourth rank or further on the wing where the "
        "opponent's king lives.",
        "share of moves",
        "habit",
        "leaves its wing pawns at home",
        "storms with pawns",
        primary=True,
    ),
    Attribute(
        "quiet_retreats",
        "Quiet retreats",
        "Whether the move takes a piece back without capture or check, not being in check itself.",
        "share of moves",
        "habit",
        "rarely steps back",
        "regroups by stepping back",
        primary=True,
    ),
    Attribute(
        "king_walks",
        "King walks",
        "Whether the king moves by itself, not castling and not in check, while queens are on the "
        "board.",
        "share of moves",
        "habit",
        "leaves its king where it is",
        "walks its king in the middle game",
    ),
    Attribute(
        "strength",
        "Strength",
        "Expected score that the move keeps, against the best move (0 is the best move, -0.1 gives "
        "away a tenth of a point).",
        "points of the game",
        "quality",
        "errs often",
        "plays good moves",
        slider=True,
    ),
)

BY_KEY: Final[dict[str, Attribute]] = {attribute.key: attribute for attribute in ATTRIBUTES}
SLIDER_KEYS: Final[tuple[str, ...]] = tuple(
    attribute.key for attribute in ATTRIBUTES if attribute.slider
)
MOVE_KEYS: Final[tuple[str, ...]] = tuple(
    attribute.key for attribute in ATTRIBUTES if attribute.kind != "quality"
)
