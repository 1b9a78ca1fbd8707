"""Whether a player's bot does in games what the player does: the nearest of the real ones.

The rule: a bot's figures are held against the unpushed style's, a player's against other real
players', both in standard deviations over real players, of the habits that halves of players' games
agree on. Both sides are then centred on their mean over the presets, because bots differ from
people in ways that have nothing to do with whom they play. A bot is right if, of all presets' real
players, the one it is named after has the largest cosine with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.evaluation.experiment import Table
from engine.evaluation.experiments.games.cells import UNPUSHED
from engine.evaluation.experiments.games.presentation import CellResult, Measured
from engine.style.game_habits import deviations, is_told, known_habits
from engine.style.player_games import PlayerGames
from engine.style.recipe_parser import parse_recipe

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BotLikeness:
    """How one preset's bot compares with the real players of all presets.

    Attributes:
        player: whom it plays.
        intensity: at which.
        own: cosine with this player's habits.
        nearest: the real player with the largest cosine.
    """

    player: str
    intensity: float
    own: float
    nearest: str

    @property
    def is_right(self) -> bool:
        """Whether the nearest player is the one it is named after."""
        return self.nearest == self.player


def bot_likeness(
    cells: Mapping[str, CellResult], players: PlayerGames | None
) -> dict[float, list[BotLikeness]]:
    """Return by intensity how the presets' bots compare; empty where players are not known.

    Args:
        cells: by name.
        players: real players' games.
    """
    if players is None:
        return {}
    by_intensity: dict[float, list[CellResult]] = {}
    for one in cells.values():
        if one.cell.kind == "preset" and one.cell.intensity > 0:
            by_intensity.setdefault(one.cell.intensity, []).append(one)
    plain = cells[UNPUSHED].figures.means
    return {
        intensity: _compared(intensity, found, plain, players)
        for intensity, found in sorted(by_intensity.items())
    }


def _compared(
    intensity: float, cells: Sequence[CellResult], plain: Values, players: PlayerGames
) -> list[BotLikeness]:
    names, bots, real = [], [], []
    for one in cells:
        name = parse_recipe(one.cell.recipe).components[0].name
        habits = known_habits(players, name)
        if habits is not None:
            names.append(name)
            bots.append(_in_deviations(one.figures.means - plain, players))
            real.append(deviations(habits, players))
    if len(names) < 2:
        return []
    cosines = cosines_of(np.array(bots), np.array(real))
    return [
        BotLikeness(name, intensity, float(row[place]), names[int(row.argmax())])
        for place, (name, row) in enumerate(zip(names, cosines, strict=True))
    ]


def _in_deviations(moved: Values, players: PlayerGames) -> Values:
    """Return changes of figures (F,) in standard deviations; 0 for what is no told habit."""
    found = np.zeros(len(FIGURE_KEYS))
    for place, key in enumerate(FIGURE_KEYS):
        spread = players.spread(key)
        if spread is not None and spread.sd > 0 and is_told(players, key):
            found[place] = moved[place] / spread.sd
    return np.nan_to_num(found)


def cosines_of(bots: Values, real: Values) -> Values:
    """Return the cosine of every bot (N, F) with every player (N, F), each side centred, (N, N)."""
    centred = [side - side.mean(axis=0) for side in (bots, real)]
    sizes = [np.linalg.norm(side, axis=1, keepdims=True) for side in centred]
    bot, player = (
        np.divide(side, size, out=np.zeros_like(side), where=size > 0)
        for side, size in zip(centred, sizes, strict=True)
    )
    found: Values = bot @ player.T
    return found


def likeness_tables(measured: Measured) -> tuple[Table, ...]:
    """Return the table of bots and real players, none where these are not known."""
    found = bot_likeness(measured.cells, measured.players)
    rows = tuple(
        (bot.player, intensity, bot.own, bot.nearest, "yes" if bot.is_right else "no")
        for intensity, bots in found.items()
        for bot in bots
    )
    if not rows:
        return ()
    about = (
        "Habits in games of the presets' bots against those of the presets' real players, both "
        "centred on their means; the rule stands in the experiment's likeness."
    )
    heads = ("player", "intensity", "cosine with the own player", "nearest player", "right")
    return (Table("Bots and the players they are named after", heads, rows, about),)
