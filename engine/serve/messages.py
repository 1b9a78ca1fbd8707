"""What programs ask a server and what they get, as JSON."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

LONGEST_RECIPE = 2000
LONGEST_FEN = 200
LONGEST_MOVE = 20
MOST_MOVES = 1200
MOST_STYLES = 500

RecipeText = Annotated[
    str,
    Field(
        max_length=LONGEST_RECIPE,
        description="The style, and its strength if it names one.",
        examples=["0.6 Tal, Mikhail + 0.4 Petrosian, Tigran | king_danger +1.5"],
    ),
]
MoveText = Annotated[str, Field(max_length=LONGEST_MOVE)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RecipeQuestion(_Asked):
    """A recipe to check."""

    recipe: RecipeText


class RecipeAnswer(BaseModel):
    """A recipe as Stylemate understood it."""

    recipe: str = Field(description="With players' full names; it means the same.")
    players: dict[str, float] = Field(description="Shares of the players; they add up to 1.")
    elo: int | None = Field(description="The strength that it asks for.")


class PolicyQuestion(_Asked):
    """A position, and the style whose view of it is wanted."""

    recipe: RecipeText = "average"
    fen: Annotated[str, Field(max_length=LONGEST_FEN)] = Field(
        default="", description="Where the game began; without one, the usual beginning."
    )
    moves: Annotated[list[MoveText], Field(max_length=MOST_MOVES)] = Field(
        default_factory=list,
        description="The moves since then, as UCI or SAN. They count: styles look at them.",
        examples=[["e2e4", "c7c5"]],
    )


class Chance(BaseModel):
    """A legal move and how likely the style plays it."""

    uci: str
    san: str
    probability: float


class Chances(BaseModel):
    """How the game ends, as seen by the side to move; they add up to 1."""

    win: float
    draw: float
    loss: float


class PolicyAnswer(BaseModel):
    """Every legal move, the likeliest first."""

    recipe: str
    fen: str
    moves: list[Chance]
    chances: Chances


class MoveQuestion(PolicyQuestion):
    """A position in which the style is to move."""

    temperature: float = Field(
        default=1.0,
        ge=0,
        le=10,
        description="0 plays the likeliest move, 1 as often as the style would. "
        "A recipe with a strength has its own.",
    )
    top_p: float = Field(default=1.0, gt=0, le=1, description="Leaves unlikely moves out.")
    seed: int | None = Field(default=None, ge=0, lt=2**63, description="Makes it repeatable.")


class MoveAnswer(BaseModel):
    """The move that the style plays."""

    recipe: str
    uci: str
    san: str
    fen: str = Field(description="The position after the move.")


class PlayerEntry(BaseModel):
    """A player whose style is known."""

    name: str
    games: int
    first_year: int | None
    last_year: int | None
    rating: float | None


class SliderEntry(BaseModel):
    """An attribute that recipes can push."""

    key: str
    label: str
    description: str


class StylesAnswer(BaseModel):
    """The styles there are."""

    total: int = Field(description="Of all players that were searched for.")
    players: list[PlayerEntry]
    sliders: list[SliderEntry]


class Health(BaseModel):
    """How a server is."""

    status: str
    waiting: int = Field(description="Positions that wait for the network.")
    searching: int = Field(description="Moves that are being searched for.")


class Problem(BaseModel):
    """What was wrong, in words."""

    error: str
