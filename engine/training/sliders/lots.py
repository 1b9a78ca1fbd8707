"""A lot of games that a pushed style plays against the unpushed one, and what each move is worth.

What a slider is to change is its own figure (``engine.attributes.figure_registry``); what it is not
to cost is points. Both are returns of the moves that led there, in the sense of policy gradients
(Williams 1992, "Simple statistical gradient-following algorithms"): of a figure that is a rate of
moves, a move's return is what it and the moves after it do, later ones counting less; of one that
a game has or has not, the game's.

Games stop at the ply up to which the figure is decided or typical. The points of a game that goes
on there are those that the plain network expects.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from engine.attributes.figure_registry import FIGURE_KEYS, OWN_FIGURES
from engine.attributes.game_figures import attributes_of_side, game_figures
from engine.attributes.registry import MOVE_KEYS
from engine.errors import StylemateError
from engine.model.backbone import Backbone
from engine.model.style_model import StyleModel, value_as_wdl
from engine.play.fixtures import (
    LONGEST_LENGTH,
    Contestant,
    OpeningMoves,
    PlayedGames,
    PlayRules,
    duel,
)
from engine.play.selfplay import play_games
from engine.style.style import Routing
from engine.training.data import Games, TrainingPositions, prepare_positions
from engine.training.dials.dials import DIALS

UNPUSHED, PUSHED = 0, 1
_USUAL_PLIES: Final = 80
_PLIES: Final = {
    # decided at move 20 or 25
    "queen_trades": 40,
    "minor_trades": 50,
    "bishop_pair": 50,
    # kings castle early
    "early_castling": 30,
    "castling_side": 40,
    # a matter of the opening and the middlegame; of endings
    "space": 70,
    "passed_pawns": 110,
}
# What single moves do is cut as for the dials, so that few wild positions do not decide.
_BOUNDS: Final = {dial.key: dial.bounds for dial in DIALS if dial.bounds is not None}
_LEAST_OF_A_PLY: Final = 8
# A side that is pushed to the end may lose so much of a point a game; then its worth is as given.
_POINTS_KEPT: Final = 0.05

Values = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a slider is to change in games.

    Attributes:
        slider: key of its attribute.
        figure: key of its own figure.
        plies: where games stop.
    """

    slider: str
    figure: str
    plies: int

    @property
    def is_rate(self) -> bool:
        """Whether the figure is a mean over moves, so that each has its own part in it."""
        return self.figure in MOVE_KEYS

    @classmethod
    def of(cls, slider: str) -> "Goal":
        """Return the goal of a slider.

        Raises:
            StylemateError: the attribute has no figure of its own in games.
        """
        if slider not in OWN_FIGURES:
            raise StylemateError(
                f"'{slider}' has no figure of its own in games. Choose from: "
                f"{', '.join(sorted(OWN_FIGURES))}."
            )
        return cls(slider, OWN_FIGURES[slider].key, _PLIES.get(slider, _USUAL_PLIES))


@dataclass(frozen=True, eq=False, slots=True)
class Lot:
    """G games between a style and the same style pushed.

    Attributes:
        games: as they were played.
        as_black: bool (G,), whether the pushed side had Black.
        figure: float64 (G,), the pushed side's own figure, nan where a game has none.
        points: float64 (G,), what the pushed side made or is expected to make.
        positions: of the games; who moves is ``UNPUSHED`` or ``PUSHED``.
        openings: int64 (G,), plies that were given.
    """

    games: PlayedGames
    as_black: npt.NDArray[np.bool_]
    figure: Values
    points: Values
    positions: TrainingPositions
    openings: Numbers

    @property
    def mean_figure(self) -> float:
        """The own figure's mean over the games that have one; 0 if none has."""
        known = self.figure[np.isfinite(self.figure)]
        return float(known.mean()) if len(known) else 0.0

    @property
    def game_of(self) -> Numbers:
        """Game of every position, int64 (P,)."""
        return self.positions.games.cpu().numpy().astype(np.int64)

    @property
    def plies(self) -> Numbers:
        """Plies played before every position, int64 (P,)."""
        return self.positions.packed.plies.cpu().numpy().astype(np.int64)

    def chosen_rows(self) -> Numbers:
        """Return the positions in which the pushed side chose its move, int64 (N,)."""
        every = torch.arange(len(self.positions.packed), device=self.positions.device)
        pushed = self.positions.movers(every).cpu().numpy() == PUSHED
        return np.flatnonzero(pushed & (self.plies >= self.openings[self.game_of]))


def play_lot(
    model: StyleModel,
    plain: Backbone,
    styles: tuple[Routing, Routing],
    goal: Goal,
    games: int,
    seed: Sequence[int],
    book: Sequence[OpeningMoves],
    precision: torch.dtype = torch.float32,
) -> Lot:
    """Play games of a pushed style against the unpushed one, half with either colour.

    Args:
        model: plays.
        plain: its backbone, which judges games that go on.
        styles: the unpushed style and the pushed one, float32 (heads, modules) each.
        goal: whose figure is looked at.
        games: how many, a multiple of 4.
        seed: of all that is drawn.
        book: openings, of which half of the games begin.
        precision: of the network while it plays.
    """
    fixtures = [
        *duel(PUSHED, UNPUSHED, games // 2, (*seed, 1)),
        *duel(PUSHED, UNPUSHED, games // 2, (*seed, 2), book),
    ]
    rules = PlayRules(longest=goal.plies)
    played = play_games(
        model, [Contestant(z) for z in styles], fixtures, rules, precision=precision
    )
    as_black = np.array([fixture.black == PUSHED for fixture in fixtures])
    positions = _positions(played, as_black, next(model.parameters()).device)
    return Lot(
        games=played,
        as_black=as_black,
        figure=game_figures(played, as_black).values[:, FIGURE_KEYS.index(goal.figure)],
        points=_points(played, as_black, positions, plain),
        positions=positions,
        openings=np.array([len(fixture.opening) for fixture in fixtures], dtype=np.int64),
    )


def _positions(
    played: PlayedGames, as_black: npt.NDArray[np.bool_], device: torch.device
) -> TrainingPositions:
    white, black = np.where(as_black, UNPUSHED, PUSHED), np.where(as_black, PUSHED, UNPUSHED)
    games = Games(
        game_ids=np.arange(len(played), dtype=np.uint64),
        players=["unpushed", "pushed"],
        white=white.astype(np.int32),
        black=black.astype(np.int32),
        results=played.results,
        moves=played.moves,
        offsets=played.offsets,
        fingerprint="",
    )
    return prepare_positions(games, (), device)


@torch.inference_mode()
def _points(
    played: PlayedGames,
    as_black: npt.NDArray[np.bool_],
    positions: TrainingPositions,
    plain: Backbone,
) -> Values:
    """Return the pushed side's points, float64 (G,): of unfinished games what is expected."""
    last = torch.from_numpy(played.offsets[1:] - 1).to(positions.device)
    planes = positions.packed.planes(last).contiguous(memory_format=torch.channels_last)
    wdl = value_as_wdl(plain(planes)[1])
    of_mover = (wdl[:, 0] + wdl[:, 1] / 2).double().cpu().numpy()
    black_moves = (positions.packed.plies[last] & 1).bool().cpu().numpy()
    expected = np.where(black_moves == as_black, of_mover, 1 - of_mover)
    for_white = 1 - played.results / 2
    made = np.where(as_black, 1 - for_white, for_white)
    return np.where(played.terminations == LONGEST_LENGTH, expected, made)


def advantages(
    lot: Lot, goal: Goal, sign: float, reach: float, point_worth: float, discount: float
) -> Values:
    """Return how much better each chosen move's return is than usual, float64 (P,).

    Usual is the mean of the same side at the same ply (for rates) or of all its games. Moves that
    the pushed side did not choose have 0.

    Args:
        lot: the games.
        goal: whose figure counts.
        sign: +1 if the slider is pushed up, -1 if down.
        reach: how far an end of the slider goes; unit of the figure.
        point_worth: what a point is worth, in ``reach``.
        discount: of later moves.
    """
    rows, game = lot.chosen_rows(), lot.game_of
    found = np.zeros(len(game))
    points = _less_mean(lot.points, lot.as_black)
    found[rows] = point_worth * points[game[rows]]
    if goal.is_rate:
        returns = _returns_of_moves(lot, goal, discount) * sign / reach
        usual, enough = _mean_by_ply(returns[rows], lot.plies[rows])
        found[rows] += np.where(enough, returns[rows] - usual, 0.0)
        return found
    figure = np.where(np.isfinite(lot.figure), lot.figure, lot.mean_figure)
    found[rows] += (_less_mean(figure, lot.as_black) * sign / reach)[game[rows]]
    return found


def worth_of_points(lot: Lot, point_worth: float, share: float) -> float:
    """Return what a point is worth in a lot: the more, the more points the pushed side loses.

    Args:
        lot: the games.
        point_worth: at an even score, of which half is the least.
        share: how far the slider is pushed, as a share of its reach.
    """
    lost = (0.5 - float(lot.points.mean())) / (_POINTS_KEPT * share)
    return point_worth * float(np.clip(lost, 0.5, 5.0))


def _returns_of_moves(lot: Lot, goal: Goal, discount: float) -> Values:
    """Return what each of the side's moves and those after it do to a rate, float64 (P,)."""
    game, plies = lot.game_of, lot.plies
    own = np.flatnonzero((plies % 2 == 1) == lot.as_black[game])
    values = attributes_of_side(lot.games, lot.as_black)[:, MOVE_KEYS.index(goal.figure)]
    if goal.slider in _BOUNDS:
        values = values.clip(*_BOUNDS[goal.slider])
    returns = np.zeros(len(game))
    returns[own] = discounted(values, game[own], discount)
    moves = np.bincount(game[own], minlength=len(lot.games))
    return returns / max(float(moves.mean()), 1.0)


def discounted(values: Values, game: Numbers, discount: float) -> Values:
    """Return every value plus the discounted ones after it in the same game, float64 (N,).

    Args:
        values: float64 (N,), game after game.
        game: int64 (N,), of each value.
        discount: per value.
    """
    found = values.astype(np.float64).copy()
    for place in range(len(found) - 2, -1, -1):
        if game[place] == game[place + 1]:
            found[place] += discount * found[place + 1]
    return found


def _less_mean(values: Values, as_black: npt.NDArray[np.bool_]) -> Values:
    """Return the differences from the mean of the games with the same colour."""
    found = values.copy()
    for side in (False, True):
        if (as_black == side).any():
            found[as_black == side] -= values[as_black == side].mean()
    return found


def _mean_by_ply(values: Values, plies: Numbers) -> tuple[Values, npt.NDArray[np.bool_]]:
    """Return the mean at each value's ply (N,), and whether it is of enough values (N,)."""
    counts = np.bincount(plies)
    means = np.bincount(plies, values) / np.maximum(counts, 1)
    return means[plies], counts[plies] >= _LEAST_OF_A_PLY
