"""Those of ours who take part in a match: recipes, single settings, and plain networks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import chess
import numpy as np
from scipy.special import softmax

from engine.evaluation.matches.loop import MatchPlayer, Mover
from engine.evaluation.matches.programs import UCI, UciPlayer, read_uci
from engine.model.lc0 import load_lc0
from engine.play.inference import PlayingNetwork
from engine.play.opponents import OpponentRegistry
from engine.play.shared_network import SharedNetwork
from engine.play.strength.rated_bot import RatedBot
from engine.play.strength.setting import Setting
from engine.position.moves import legal_moves_and_indices
from engine.position.planes import board_planes
from engine.style.recipe_parser import parse_recipe
from engine.style.style import Style

LC0 = "lc0:"


class RecipePlayer:
    """A recipe. Its games ask the network together."""

    def __init__(
        self, registry: OpponentRegistry, recipe: str, elo: int | None, temperature: float
    ) -> None:
        """Look a recipe up.

        Args:
            registry: the model and its styles.
            recipe: as people write it.
            elo: the strength of a recipe that names none; None leaves it as it was learned.
            temperature: of a style that plays as learned.

        Raises:
            StylemateError: the recipe is wrong.
        """
        read = registry.space.resolve(parse_recipe(recipe), recipe)
        if read.elo is None and elo is not None:
            read = replace(read, elo=elo)
        self.name = str(read)
        self.recipe = read
        self._registry, self._temperature = registry, temperature
        self._style = registry.space.style(read)
        self._network: SharedNetwork | None = None
        if read.elo is None:
            network = registry.networks.network(self._style)
            assert isinstance(network, PlayingNetwork)
            self._network = SharedNetwork(network.merged)

    @contextmanager
    def sit_down(self, seed: int) -> Iterator[Mover]:
        """Lend somebody who plays one game; searches end by visits alone."""
        if self._network is not None:
            yield _PolicyMover(self._network, self._temperature, seed)
            return
        assert self.recipe.elo is not None
        setting = self._registry.strength.level(self.recipe.elo).setting
        networks, space = self._registry.networks, self._registry.space
        yield RatedBot(networks, self._style, setting, space, seed, seconds=None)

    def close(self) -> None:
        """Nothing to end."""


@dataclass(frozen=True, eq=False, slots=True)
class SettingPlayer:
    """A style with one setting, whatever that is worth."""

    registry: OpponentRegistry
    style: Style
    setting: Setting
    recipe: None = None

    @property
    def name(self) -> str:
        """The style and the setting in words."""
        return setting_name(self.style.recipe, self.setting)

    @contextmanager
    def sit_down(self, seed: int) -> Iterator[Mover]:
        """Lend a bot whose searches end by visits alone."""
        networks, space = self.registry.networks, self.registry.space
        yield RatedBot(networks, self.style, self.setting, space, seed, seconds=None)

    def close(self) -> None:
        """Nothing to end."""


def setting_name(recipe: str, setting: Setting) -> str:
    """Return what games call a style with a setting."""
    return (
        f"{recipe}, beginner {setting.beginner:g}, temperature {setting.temperature:g}, "
        f"care {setting.care:g}, visits {setting.visits}"
    )


class NetworkPlayer:
    """An lc0 network without search, which plays its favourite move: Maia, for one."""

    def __init__(self, path: Path, name: str) -> None:
        """Load the network.

        Raises:
            StylemateError: the file is no such network.
        """
        self.name = name
        self.recipe = None
        self._network = SharedNetwork(load_lc0(path))

    @contextmanager
    def sit_down(self, seed: int) -> Iterator[Mover]:
        """Lend somebody who plays one game; all games are played alike."""
        yield _PolicyMover(self._network, 0.0, seed)

    def close(self) -> None:
        """Nothing to end."""


class _PolicyMover:
    """Draws moves from the policy of a network."""

    def __init__(self, network: SharedNetwork, temperature: float, seed: int) -> None:
        self._network, self._temperature = network, temperature
        self._random = np.random.default_rng(seed)

    def play(self, board: chess.Board) -> chess.Move:
        moves, indices = legal_moves_and_indices(board)
        logits = self._network(board_planes(board)[None])[0][0, indices].astype(np.float64)
        if self._temperature == 0:
            return moves[int(np.argmax(logits))]
        chances = softmax(logits / self._temperature)
        return moves[int(self._random.choice(len(moves), p=chances))]


def match_player(
    text: str, registry: OpponentRegistry, elo: int | None = None, temperature: float = 0.5
) -> MatchPlayer:
    """Return the player that a recipe or a description of a program names.

    Args:
        text: a recipe, or ``uci:PROGRAM?OPTION=VALUE&...``, where ``nodes``, ``depth`` and
            ``movetime`` (milliseconds) say when a program must move, or ``lc0:FILE``, a network
            that plays its favourite move.
        registry: the model and its styles.
        elo: the strength of a recipe that names none.
        temperature: of a style that plays as learned.

    Raises:
        StylemateError: there is no such player.
    """
    if text.startswith(UCI):
        return UciPlayer(read_uci(text))
    if text.startswith(LC0):
        return NetworkPlayer(Path(text.removeprefix(LC0)), text)
    return RecipePlayer(registry, text, elo, temperature)
