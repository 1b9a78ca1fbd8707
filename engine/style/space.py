"""The style space: every learned style with its player, and the deltas that steer."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from engine.assets import ATTRIBUTES_FILE
from engine.attributes.fixed_positions import STRENGTH
from engine.errors import StylemateError
from engine.files import read_json, read_tensors, write_json, write_tensors
from engine.games.player_names import NameIndex, UnknownPlayerError, fold
from engine.style.game_habits import GameHabits
from engine.style.habits import HABITS_FILE, Habits, HabitScale, HabitTable
from engine.style.intensity import Intensifier, load_intensifier, turned_down
from engine.style.player_games import PlayerGames
from engine.style.prior import PRIOR_FILE, StylePrior, assumed_prior
from engine.style.recipe import AS_FITTED, AVERAGE, Component, Recipe, RecipeError, Steering
from engine.style.recipe_parser import parse_recipe
from engine.style.records import (
    PLAYERS_FILE,
    AttributeInfo,
    PlayerInfo,
    read_attribute,
    read_player,
    read_rows,
)
from engine.style.style import Routing, Style, blend, centred, steer
from engine.style.unknown_names import (
    nearest_key,
    unknown_attribute,
    unknown_habits,
    unknown_player,
)

VERSION = 1
STYLES_FILE = "styles.safetensors"
DELTAS_FILE = "deltas.safetensors"


class StyleSpace:
    """All styles of an assets directory, and the way from a recipe to a style."""

    def __init__(
        self,
        z: Routing,
        players: Sequence[PlayerInfo],
        attributes: Sequence[AttributeInfo] = (),
        deltas: Mapping[str, Routing] | None = None,
        guests: int = 0,
        learnt_prior: StylePrior | None = None,
        signatures: Routing | None = None,
        habits: HabitTable | None = None,
        guest_habits: Mapping[str, Habits] | None = None,
        intensifier: Intensifier | None = None,
    ) -> None:
        """Make a style space.

        Args:
            z: float32 (players, heads, modules).
            players: one for each row of ``z``, names all different.
            attributes: in the order in which pages show them.
            deltas: (heads, modules) for each attribute's key, one calibrated step; with the
                dials' heads behind the players' if the attribute is a dial's.
            guests: how many of the last players are not of the population; see ``with_style``.
            learnt_prior: what is known of styles beforehand; assumed from the styles if not given.
            signatures: float32 (players, heads, modules), by which the population's players are
                recognised (``engine.style.prior``); if not given, in what their styles differ from
                the mean style.
            habits: of the population's players.
            guest_habits: of guests, by name, as far as they are known.
            intensifier: knows what happens in players' games, and how sliders bring that about.

        Raises:
            StylemateError: the parts do not fit each other.
        """
        deltas = deltas or {}
        _check_parts(z, players, attributes, deltas)
        if signatures is not None and signatures.shape != (len(z) - guests, *z.shape[1:]):
            raise StylemateError(f"there are signatures {signatures.shape} for styles {z.shape}")
        self.z = centred(z)
        self.players = tuple(players)
        self.guests = guests
        self.attributes = tuple(attributes)
        self.deltas = {key: centred(delta) for key, delta in deltas.items()}
        self.names = tuple(player.name for player in self.players)
        self.learnt_prior = learnt_prior
        self.learnt_signatures = signatures
        self.habits = habits
        self._guest_habits = dict(guest_habits or {})
        self.intensifier = intensifier
        self._rows = {name: row for row, name in enumerate(self.names)}
        self._index = NameIndex({player.name: player.games for player in self.players})
        self._attribute_keys = {fold(name): a.key for a in attributes for name in (a.label, a.key)}

    @property
    def shape(self) -> tuple[int, int]:
        """Heads and modules of a style."""
        return self.z.shape[1], self.z.shape[2]

    @property
    def sliders(self) -> tuple[AttributeInfo, ...]:
        """The attributes that people turn: all but strength, which they choose as a rating.

        Recipes may push along it all the same, as those of old links do.
        """
        return tuple(a for a in self.attributes if a.key != STRENGTH)

    def player_part(self, z: Routing) -> Routing:
        """Return the players' heads of a style (..., heads, modules), without the dials'."""
        part: Routing = z[..., : self.shape[0], :]
        return part

    @property
    def population(self) -> Routing:
        """Styles of all players who are not guests, float32 (players, heads, modules)."""
        return self.z[: len(self.z) - self.guests]

    @cached_property
    def average(self) -> Routing:
        """Mean style of the population, float32 (heads, modules).

        With a learnt prior it is the one style that predicts everybody best: averaging logits does
        not average what players do.
        """
        if self.learnt_prior is not None:
            return self.learnt_prior.mean
        return centred(self.population.mean(axis=0, dtype=np.float64).astype(np.float32))

    @property
    def signatures(self) -> Routing:
        """By what the population's players are recognised, float32 (players, heads, modules)."""
        if self.learnt_signatures is not None:
            return self.learnt_signatures
        return self.population - self.average

    @cached_property
    def prior(self) -> StylePrior:
        """What is known of a style before the first game."""
        return self.learnt_prior or assumed_prior(self.population)

    def with_style(
        self,
        player: PlayerInfo,
        z: Routing,
        habits: Habits | None = None,
        game_habits: GameHabits | None = None,
    ) -> "StyleSpace":
        """Return this space with a guest: a style that recipes may name, such as a person's own.

        The population and its mean style stay as they are, and ``save`` leaves guests out.

        Args:
            player: the guest; the name must be new.
            z: float32 (heads, modules).
            habits: of the guest, if they were measured.
            game_habits: what happens in the guest's games, if it was measured.

        Raises:
            StylemateError: the name is taken, or the style is of another shape.
        """
        if player.name in self._rows:
            raise StylemateError(
                f"There is a style called '{player.name}' already. Give this one another label."
            )
        if z.shape != self.shape:
            raise StylemateError(
                f"The style '{player.name}' has {z.shape} heads and modules, the model {self.shape}"
            )
        return StyleSpace(
            np.concatenate((self.z, z[None].astype(np.float32))),
            (*self.players, player),
            self.attributes,
            self.deltas,
            self.guests + 1,
            self.learnt_prior,
            self.learnt_signatures,
            self.habits,
            self._guest_habits | ({} if habits is None else {player.name: habits}),
            self.intensifier and self.intensifier.with_guest(player.name, game_habits),
        )

    @property
    def habit_scale(self) -> HabitScale | None:
        """How habits are measured, None if those of this space were not."""
        return None if self.habits is None else self.habits.scale

    def habits_of(self, name: str) -> Habits | None:
        """Return the habits of a player's exact name, None if they were not measured."""
        if name in self._guest_habits:
            return self._guest_habits[name]
        return None if self.habits is None else self.habits.of(name)

    def find(self, name: str) -> PlayerInfo:
        """Return the player that a person means by a name.

        Raises:
            UnknownPlayerError: nobody fits or several do; it names the nearest.
        """
        return self.players[self._rows[self._index.find(name)]]

    def search(self, text: str) -> tuple[str, ...]:
        """Return the names of players whom a text may mean, likeliest first; see ``NameIndex``."""
        return tuple(self._index.search(text))

    def attribute(self, name: str) -> AttributeInfo:
        """Return the attribute of a key or label.

        Raises:
            RecipeError: there is no such attribute; it lists those there are.
        """
        key = self._attribute_keys.get(fold(name))
        for attribute in self.attributes:
            if attribute.key == key:
                return attribute
        known = ", ".join(attribute.key for attribute in self.attributes) or "none"
        nearest = nearest_key(name, self._attribute_keys)
        hint = f" Perhaps {self._attribute_keys[nearest]}?" if nearest else ""
        raise RecipeError(f"No attribute is called '{name}'.{hint} There are: {known}")

    def row(self, name: str) -> Routing:
        """Return the style of a player's exact name, float32 (heads, modules)."""
        row: Routing = self.z[self._rows[name]]
        return row

    def resolve(self, recipe: Recipe, text: str | None = None) -> Recipe:
        """Return a recipe with players' full names and attributes' keys, repeats added up.

        Args:
            recipe: what to look up.
            text: the recipe as a person wrote it, for the positions in errors.

        Raises:
            RecipeError: a player or attribute is unknown, with a suggestion that keeps the rest.
        """
        text = str(recipe) if text is None else text
        weights: dict[str, float] = {}
        for index, component in enumerate(recipe.components):
            try:
                name = AVERAGE if component.is_average else self.find(component.name).name
            except UnknownPlayerError as error:
                raise unknown_player(recipe, index, text, error) from None
            weights[name] = weights.get(name, 0.0) + component.weight
        steering = []
        for index, push in enumerate(recipe.steering):
            try:
                steering.append(Steering(self.attribute(push.attribute).key, push.amount))
            except RecipeError as error:
                raise unknown_attribute(recipe, index, text, error, self._attribute_keys) from None
        components = tuple(Component(n, w) for n, w in weights.items())
        return replace(recipe, components=components, steering=tuple(steering))

    def style(self, recipe: Recipe | str) -> Style:
        """Make the style of a recipe.

        Raises:
            RecipeError: the recipe cannot be read, names something unknown, or turns up habits that
                nobody measured.
        """
        text = recipe if isinstance(recipe, str) else str(recipe)
        read = parse_recipe(recipe) if isinstance(recipe, str) else recipe
        resolved = self.resolve(read, text)
        z = self.average
        if resolved.components:
            rows = [self.average if c.is_average else self.row(c.name) for c in resolved.components]
            z = blend(rows, [c.weight for c in resolved.components])
        if resolved.intensity < 1:
            z = turned_down(z, self.average, resolved.intensity)
        for key, amount in self.habit_amounts(resolved, text).items():
            z = steer(z, self.deltas[key], amount)
        for push in resolved.steering:
            z = steer(z, self.deltas[push.attribute], push.amount)
        return Style(z, str(resolved), "recipe")

    def game_habits_of(self, name: str) -> GameHabits | None:
        """Return what happens in a player's games, by exact name; None if it was not measured."""
        return None if self.intensifier is None else self.intensifier.habits_of(name)

    @property
    def player_games(self) -> PlayerGames | None:
        """What happens in real players' games, None if this space does not know."""
        return None if self.intensifier is None else self.intensifier.players

    def habit_amounts(self, recipe: Recipe, text: str | None = None) -> dict[str, float]:
        """Return by how many steps of which sliders a recipe's intensity pushes its players.

        Args:
            recipe: with players' full names.
            text: the recipe as a person wrote it, for the positions in errors.

        Raises:
            RecipeError: somebody's habits, which are to be turned up, were not measured.
        """
        parts = {c.name: c.weight for c in recipe.components if not c.is_average}
        if recipe.intensity > AS_FITTED:
            for name in parts:
                if self.game_habits_of(name) is None:
                    raise unknown_habits(name, recipe, text)
        if self.intensifier is None:
            return {}
        found = self.intensifier.amounts(parts, recipe.intensity)
        return {key: amount for key, amount in found.items() if key in self.deltas and amount}

    def save(self, directory: Path) -> None:
        """Write the space as the files of ``assets/styles`` (routing numbers as float16)."""
        metadata = {"format": "stylemate-styles", "version": str(VERSION)}
        styles = {"z": self.population.astype(np.float16)}
        if self.learnt_signatures is not None:
            styles["signatures"] = self.learnt_signatures.astype(np.float16)
        write_tensors(directory / STYLES_FILE, styles, metadata)
        if self.learnt_prior is not None:
            self.learnt_prior.save(directory / PRIOR_FILE)
        players = self.players[: len(self.population)]
        write_json(directory / PLAYERS_FILE, [asdict(player) for player in players])
        self.save_sliders(directory)

    def save_sliders(self, directory: Path) -> None:
        """Write the sliders alone, beside players that stay as they are, to the last digit."""
        metadata = {"format": "stylemate-styles", "version": str(VERSION)}
        write_tensors(directory / DELTAS_FILE, self.deltas, metadata)
        described = {"version": VERSION, "attributes": [asdict(a) for a in self.attributes]}
        write_json(directory / ATTRIBUTES_FILE, described)

    @classmethod
    def load(cls, directory: Path) -> "StyleSpace":
        """Read a style space.

        Raises:
            StylemateError: a file is missing, damaged, of another version, or does not fit.
        """
        tensors = read_tensors(directory / STYLES_FILE)
        if set(tensors) - {"signatures"} != {"z"}:
            raise StylemateError(f"{directory / STYLES_FILE} should hold the tensor 'z'")
        signatures = tensors.get("signatures")
        prior = directory / PRIOR_FILE
        described = read_json(directory / ATTRIBUTES_FILE)
        if not isinstance(described, dict) or described.get("version") != VERSION:
            raise StylemateError(f"{directory / ATTRIBUTES_FILE} is not of version {VERSION}")
        deltas = read_tensors(directory / DELTAS_FILE)
        try:
            return cls(
                tensors["z"].astype(np.float32),
                read_rows(read_json(directory / PLAYERS_FILE), read_player),
                read_rows(described.get("attributes"), read_attribute),
                {key: delta.astype(np.float32) for key, delta in deltas.items()},
                learnt_prior=StylePrior.load(prior) if prior.exists() else None,
                signatures=None if signatures is None else signatures.astype(np.float32),
                habits=HabitTable.load(directory) if (directory / HABITS_FILE).exists() else None,
                intensifier=load_intensifier(directory),
            )
        except StylemateError as error:
            raise StylemateError(f"The style space in {directory} is damaged: {error}") from None


def _check_parts(
    z: Routing,
    players: Sequence[PlayerInfo],
    attributes: Sequence[AttributeInfo],
    deltas: Mapping[str, Routing],
) -> None:
    if z.ndim != 3 or 0 in z.shape:
        raise StylemateError(f"styles should be (players, heads, modules), not {z.shape}")
    if not np.isfinite(z).all():
        raise StylemateError("some styles hold numbers that are not finite")
    if len(players) != z.shape[0]:
        raise StylemateError(f"there are {z.shape[0]} styles for {len(players)} players")
    if len({player.name for player in players}) != len(players):
        raise StylemateError("two players have the same name")
    keys = [attribute.key for attribute in attributes]
    if len(set(keys)) != len(keys):
        raise StylemateError("two attributes have the same key")
    if set(keys) != set(deltas):
        raise StylemateError(
            f"the attributes ({', '.join(sorted(keys))}) are not those of the deltas "
            f"({', '.join(sorted(deltas))})"
        )
    for key, delta in deltas.items():
        fits = delta.ndim == 2 and delta.shape[0] >= z.shape[1] and delta.shape[1] == z.shape[2]
        if not fits or not np.isfinite(delta).all():
            raise StylemateError(f"the delta of {key} is not a finite {z.shape[1:]} array")
