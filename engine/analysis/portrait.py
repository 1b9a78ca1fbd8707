"""What a fitted style says about a person: whom they resemble, and how they differ from peers."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.analysis.attribute_profile import Profile, Profiler
from engine.analysis.identification import CosineScale, IdentifiedPlayer, identify
from engine.analysis.rating_peers import Peers, find_peers
from engine.analysis.telling_moves import TellingMoves
from engine.style.recipe import Component, Recipe
from engine.style.space import StyleSpace
from engine.style.style_file import StyleFile

PEERS_FOR_PERCENTILES = 10
"""Players needed before "better than so many in a hundred" means anything."""
_MATCHES_KEPT = 50


@dataclass(frozen=True, slots=True)
class AttributeStanding:
    """Where a person stands in an attribute.

    Attributes:
        key: the attribute's.
        label: name for people.
        level: in standard deviations over all players.
        percentile: how many in a hundred peers stand below; None if they were not measured.
        percentile_of_all: the same among all players.
    """

    key: str
    label: str
    level: float
    percentile: float | None
    percentile_of_all: float


@dataclass(frozen=True, slots=True)
class Portrait:
    """All that the You page says about a style.

    Attributes:
        matches: the players most like it, likeliest first; confidences are among all players.
        standings: by attribute, in the space's order.
        peers: whom the standings compare with.
        opponents: whose mean style the moves are held against.
        moves: telling moves; None until they are found, which takes long and needs the games.
    """

    matches: tuple[IdentifiedPlayer, ...]
    standings: tuple[AttributeStanding, ...]
    peers: Peers
    opponents: Peers
    moves: TellingMoves | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What portraits are drawn against.

    Attributes:
        space: the known styles.
        profiler: finds where styles stand in the attributes.
        scale: what cosines mean.
    """

    space: StyleSpace
    profiler: Profiler
    scale: CosineScale


def draw_portrait(
    style: StyleFile,
    surroundings: Surroundings,
    report: Callable[[float], None] = lambda share: None,
    games_worth: int | None = None,
) -> Portrait:
    """Describe a style.

    Args:
        style: a style of the model of the known ones.
        surroundings: what to hold it against.
        report: told the share done, 0 to 1; it may raise to stop.
        games_worth: how many games against many opponents tell as much as these; all by default.

    Raises:
        StylemateError: the style is of another shape than the known ones.
    """
    space = surroundings.space
    signature = style.z - space.average if style.signature is None else style.signature
    told = style.games if games_worth is None else min(games_worth, style.games)
    matches = identify(signature, space, told, surroundings.scale)[:_MATCHES_KEPT]
    opponents = find_peers(space, style.rating)
    peers = find_peers(space, style.rating, PEERS_FOR_PERCENTILES)
    report(0.4)
    among = space.with_style(style.info(), style.z, style.habits, style.game_habits)
    profile = surroundings.profiler.profile(Recipe((Component(style.label),)), among)
    standings = _standings(profile, space, peers)
    report(1.0)
    return Portrait(tuple(matches), standings, peers, opponents)


def _standings(profile: Profile, space: StyleSpace, peers: Peers) -> tuple[AttributeStanding, ...]:
    return tuple(
        AttributeStanding(
            attribute.key,
            attribute.label,
            profile.levels[attribute.key],
            peers.percentile(space, attribute.key, profile.levels[attribute.key]),
            profile.percentiles[attribute.key],
        )
        for attribute in space.attributes
        if attribute.key in profile.levels
    )
