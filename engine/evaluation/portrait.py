"""What a fitted style says about a person: whom they resemble, and how they differ from peers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.evaluation.own_moves import TellingMoves, telling_moves
from engine.games.records import GameRecord
from engine.games.spelling import ChosenPlayer
from engine.model.style_model import StyleModel
from engine.style.identify import CosineScale, Match, identify
from engine.style.levels import Levels
from engine.style.peers import Peers, find_peers
from engine.style.space import StyleSpace
from engine.style.style_file import StyleFile
from engine.style.yardstick import Yardstick

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
        moves: telling moves; None where the games are not at hand.
    """

    matches: tuple[Match, ...]
    standings: tuple[AttributeStanding, ...]
    peers: Peers
    opponents: Peers
    moves: TellingMoves | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What portraits are drawn against.

    Attributes:
        model: the model that styles belong to; only read.
        space: its known styles.
        levels: their measured attributes.
        scale: what cosines mean.
        yardstick: measures a style's attributes; without it they are estimated from the style.
    """

    model: StyleModel
    space: StyleSpace
    levels: Levels
    scale: CosineScale
    yardstick: Yardstick | None


def draw_portrait(
    style: StyleFile,
    surroundings: Surroundings,
    games: tuple[Sequence[GameRecord], ChosenPlayer] | None = None,
    report: Callable[[float], None] = lambda share: None,
) -> Portrait:
    """Describe a style.

    Args:
        style: a style of the surroundings' model.
        surroundings: what to hold it against.
        games: the games it was fitted to and whose they are, if they are at hand.
        report: told the share done, 0 to 1; it may raise to stop.

    Raises:
        StylemateError: the style is of another shape than the known ones.
    """
    space = surroundings.space
    matches = identify(style.z, space, style.games, surroundings.scale)[:_MATCHES_KEPT]
    opponents = find_peers(space, style.rating)
    peers = find_peers(space, style.rating, PEERS_FOR_PERCENTILES)
    report(0.1)
    standings = _standings(style, surroundings, peers)
    report(0.25)
    moves = None
    if games is not None:
        moves = telling_moves(
            surroundings.model,
            *games,
            own=style.z,
            others=opponents.style,
            report=lambda share: report(0.25 + 0.75 * share),
        )
    return Portrait(tuple(matches), standings, peers, opponents, moves)


def _standings(
    style: StyleFile, surroundings: Surroundings, peers: Peers
) -> tuple[AttributeStanding, ...]:
    space, levels = surroundings.space, surroundings.levels
    measured = _measured_levels(style, surroundings)
    return tuple(
        AttributeStanding(
            attribute.key,
            attribute.label,
            measured[attribute.key],
            peers.percentile(space, attribute.key, measured[attribute.key]),
            levels.percentile(attribute.key, measured[attribute.key]),
        )
        for attribute in space.attributes
        if attribute.key in measured
    )


def _measured_levels(style: StyleFile, surroundings: Surroundings) -> dict[str, float]:
    """Return levels in standard deviations over players, by key."""
    levels, yardstick = surroundings.levels, surroundings.yardstick
    if yardstick is None:
        return dict(zip(levels.keys, map(float, levels.of_styles(style.z[None])[0]), strict=True))
    values = dict(zip(yardstick.keys, yardstick.measure(style.z[None])[0], strict=True))
    return {
        attribute.key: float((values[attribute.key] - attribute.mean) / attribute.sd)
        for attribute in surroundings.space.attributes
        if attribute.key in values and attribute.key in levels.keys and attribute.sd > 0
    }
