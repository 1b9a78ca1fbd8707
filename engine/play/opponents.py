"""The opponents of this process: one model and one style space, shared by all sessions."""

import gc
import threading
from pathlib import Path

import torch
from cachetools import LRUCache

from engine.assets import MODEL_DIRECTORY, STYLES_DIRECTORY, assets_directory
from engine.errors import StylemateError
from engine.model.checkpoint import load_model
from engine.model.fingerprint import model_fingerprint
from engine.model.style_model import StyleModel
from engine.play.bot import Bot
from engine.play.inference import MergedNetworks
from engine.play.strength.rated_bot import RatedBot
from engine.play.strength.table import STRENGTH_FILE, StrengthTable
from engine.style.recipe import Recipe
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from engine.style.style import Style
from engine.style.style_file import StyleFile

STYLES_KEPT = 512


class OpponentRegistry:
    """Makes bots from recipes. Safe to use from many threads."""

    def __init__(
        self,
        networks: MergedNetworks,
        space: StyleSpace,
        fingerprint: str = "",
        strength: StrengthTable | None = None,
    ) -> None:
        """Put a model and its styles together.

        Args:
            networks: the model.
            space: its styles.
            fingerprint: which model it is; without it no style file fits.
            strength: what its settings are worth, if that was measured.
        """
        self.networks = networks
        self.space = space
        self.fingerprint = fingerprint
        self.strength = strength or StrengthTable()
        self._styles: LRUCache[Recipe | str, Style] = LRUCache(STYLES_KEPT)
        self._lock = threading.Lock()

    @classmethod
    def load(cls, directory: Path) -> "OpponentRegistry":
        """Load the model and styles of an assets directory.

        Raises:
            StylemateError: something is missing, damaged, or does not fit.
        """
        model = load_model(directory / MODEL_DIRECTORY).eval()
        space = StyleSpace.load(directory / STYLES_DIRECTORY)
        expected = model.style_shape
        if space.shape != expected:
            raise StylemateError(
                f"The styles in {directory} have {space.shape} heads and modules, "
                f"its model {expected}: they are not of the same training."
            )
        steered = model.config.steered_shape
        for key, delta in space.deltas.items():
            if delta.shape not in (expected, steered):
                raise StylemateError(
                    f"The delta of {key} in {directory} has {delta.shape} heads and modules, "
                    f"the model's dials {steered}: they are not of the same training."
                )
        fingerprint = model_fingerprint(model)
        strength = StrengthTable.load(directory / STRENGTH_FILE, fingerprint)
        return cls(MergedNetworks(model), space, fingerprint, strength)

    @property
    def model(self) -> StyleModel:
        """The model itself, to measure and fit with; it must not be changed.

        Raises:
            StylemateError: these opponents come from something else than a trained model.
        """
        model = self.networks.model
        if not isinstance(model, StyleModel):
            raise StylemateError("These opponents have no model that could be measured.")
        return model

    def with_style(self, style: StyleFile) -> "OpponentRegistry":
        """Return opponents among whom is one more, whose style was fitted; the model is shared.

        Raises:
            StylemateError: the style is of another model, or its label is taken.
        """
        style.require_model(self.fingerprint)
        space = self.space.with_style(style.info(), style.z, style.habits, style.game_habits)
        return OpponentRegistry(self.networks, space, self.fingerprint, self.strength)

    def style(self, recipe: Recipe | str) -> Style:
        """Return the style of a recipe.

        Who asks again for the same recipe gets the same object: making it takes as long as a move,
        and a batch of one object is computed merged.

        Raises:
            RecipeError: see ``StyleSpace.style``.
        """
        with self._lock:
            style = self._styles.get(recipe)
        if style is None:
            style = self.space.style(recipe)
            with self._lock:
                style = self._styles.setdefault(recipe, style)
        return style

    def bot(
        self,
        recipe: Recipe | str,
        temperature: float = 1.0,
        top_p: float = 1.0,
        seed: int | None = None,
    ) -> Bot | RatedBot:
        """Return a bot that plays a recipe's style, at the strength the recipe asks for.

        Args:
            recipe: the style and, as ``elo``, its strength.
            temperature: of a style that plays as learned; a chosen strength has its own.
            top_p: likewise.
            seed: makes the moves repeatable.

        Raises:
            StylemateError: the recipe, temperature, top-p or seed is wrong.
        """
        read = parse_recipe(recipe) if isinstance(recipe, str) else recipe
        style = self.style(recipe)
        if read.elo is None:
            return Bot(self.networks, style, temperature, top_p, seed)
        setting = self.strength.level(read.elo).setting
        return RatedBot(self.networks, style, setting, self.space, seed)


_loaded: dict[Path, OpponentRegistry] = {}
_loading = threading.Lock()


def load_registry() -> OpponentRegistry:
    """Return this process's opponents, loading the assets at the first call.

    From then on PyTorch computes on one thread: positions come one at a time, sessions already run
    side by side, and threads that wait for each other on a busy machine take a hundred times as
    long. Everything that is in memory by then stays for the life of the process, and the garbage
    collector looks at it no more: every look would stop all threads for 0.2 s.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    directory = assets_directory().resolve()
    with _loading:
        if directory not in _loaded:
            torch.set_num_threads(1)
            _loaded[directory] = OpponentRegistry.load(directory)
            gc.collect()
            gc.freeze()
        return _loaded[directory]
