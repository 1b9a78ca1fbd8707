"""Stylometry: whose style is this? Known styles ranked by cosine, with an honest confidence.

Players are recognised by their signatures (``engine.style.prior``); styles are compared as
differences from the population's mean style. The confidence of a match is the probability that the
player is that one *if they are one of those compared*: a softmax of the cosines times a sharpness.
How sharp is honest depends on the number of games, and is measured: see ``cosine_statistics``.
Somebody who is none of those compared gets confidences too. The cosines themselves tell them apart:
they are held against those typical of a player's own two halves and of strangers.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from engine.errors import StylemateError
from engine.files import read_json_as, write_json
from engine.style.space import StyleSpace
from engine.style.style import Routing, centred

Cosines = npt.NDArray[np.float64]
"""Cosines: float64 (queries, styles)."""

VERSION = 1
COSINE_SCALE_FILE = "identify.json"
"""Name of the measurements in an assets directory."""
MOST_CONFIDENT = 0.99
"""Nobody is recognised for certain."""
_SHARPNESS = (0.1, 1000.0)
"""Range in which a sharpness is sought."""


@dataclass(frozen=True, slots=True)
class IdentifiedPlayer:
    """A known style beside the one in question.

    Attributes:
        name: the player.
        cosine: -1 to 1, of the styles' differences from the mean style.
        confidence: 0 to 1; those of all styles sum to 1.
    """

    name: str
    cosine: float
    confidence: float


@dataclass(frozen=True, slots=True)
class CosineRange:
    """Mean of some cosines and the bounds between which nine in ten of them lie."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, cosines: npt.NDArray[np.float64]) -> "CosineRange":
        low, high = np.quantile(cosines, (0.05, 0.95))
        return cls(float(cosines.mean()), float(low), float(high))


@dataclass(frozen=True, slots=True)
class CosineStatistics:
    """What cosines mean for styles fitted to some number of games.

    Attributes:
        games: number of games that each style was fitted to.
        players: number of players it was measured on.
        universe: number of styles compared with.
        sharpness: factor of the cosines in the softmax.
        same: cosines of a player's fitted style with their own known style.
        strangers: cosines with other players' known styles.
        top1: share of players who ranked first.
        halves: cosines of the signatures of disjoint sets of the same player's games, None if that
            was not measured.
        style_halves: the same of the styles that play.
    """

    games: int
    players: int
    universe: int
    sharpness: float
    same: CosineRange
    strangers: CosineRange
    top1: float
    halves: CosineRange | None = None
    style_halves: CosineRange | None = None


@dataclass(frozen=True)
class CosineScale:
    """What cosines mean at several numbers of games, and what lies between them."""

    by_games: tuple[CosineStatistics, ...]

    def __post_init__(self) -> None:
        if not self.by_games:
            raise StylemateError("There are no measurements to tell what a cosine means.")

    @cached_property
    def _rising(self) -> list[CosineStatistics]:
        return sorted(self.by_games, key=lambda one: one.games)

    def sharpness(self, games: int) -> float:
        """Return the factor for styles fitted to some games, in between by the log of both.

        Beyond the fewest and the most games that were measured it stays as it is there.
        """
        known = self._rising
        logs = np.interp(
            np.log(max(games, 1)),
            np.log([one.games for one in known]),
            np.log([one.sharpness for one in known]),
        )
        return float(np.exp(logs))

    def most(self, games: int) -> float:
        """Return the confidence that nobody may have who is recognised from some games.

        It is the share of players who ranked first when that was measured, in between by the log of
        the games, and never certainty.
        """
        known = [one for one in self._rising if one.players]
        if not known:
            return MOST_CONFIDENT
        share = np.interp(
            np.log(max(games, 1)),
            np.log([one.games for one in known]),
            [one.top1 for one in known],
        )
        return float(np.clip(share, 0.0, MOST_CONFIDENT))

    def nearest(self, games: int) -> CosineStatistics:
        """Return the measurements at the number of games nearest to this one, by ratio."""
        return min(self._rising, key=lambda c: abs(np.log(c.games) - np.log(max(games, 1))))


def cosines(queries: Routing, space: StyleSpace) -> Cosines:
    """Compare styles with all styles of a space.

    Args:
        queries: (queries, heads, modules); what dials add does not count.

    Returns:
        float64 (queries, players); 0 for a style that is the mean style.
    """
    return cosines_from(space.player_part(queries), space.z, space.average)


def cosine_between(first: Routing, second: Routing, space: StyleSpace) -> float:
    """Return the cosine of two styles (heads, modules), as differences from the mean style."""
    one, other = space.player_part(first)[None], space.player_part(second)[None]
    return float(cosines_from(one, other, space.average)[0, 0])


def identify(
    z: Routing,
    space: StyleSpace,
    games: int,
    scale: CosineScale | None = None,
) -> list[IdentifiedPlayer]:
    """Rank all players of a space, guests left out, by their likeness to somebody.

    Nobody is more confidently recognised than was measured: see ``CosineScale.most``.

    Args:
        z: float32 (heads, modules), a fitted signature.
        space: the known styles.
        games: how many games ``z`` was fitted to, or how many against many opponents tell as much
            (``engine.training.fit_warnings.games_worth``) if they are fewer.
        scale: what cosines mean; by default as measured on the shipped model.

    Returns:
        One match a player, likeliest first.

    Raises:
        StylemateError: the style is of another shape than the space's.
    """
    if z.shape != space.shape:
        raise StylemateError(
            f"The style has {z.shape} heads and modules, the known styles {space.shape}: "
            "they are not of the same model."
        )
    scale = DEFAULT_SCALE if scale is None else scale
    likeness = signature_cosines(z[None], space)[0]
    confidences = softmax(likeness * scale.sharpness(games))
    order = np.argsort(-likeness, kind="stable")
    matches = [
        IdentifiedPlayer(space.names[r], float(likeness[r]), float(confidences[r])) for r in order
    ]
    return capped(matches, scale.most(games))


def capped(matches: Sequence[IdentifiedPlayer], most: float) -> list[IdentifiedPlayer]:
    """Return matches of which none is more confident than this; others share what is left."""
    best = matches[0].confidence
    if best <= most:
        return list(matches)
    scale = (1.0 - most) / max(1.0 - best, 1e-12)
    return [
        replace(matches[0], confidence=most),
        *(replace(match, confidence=min(match.confidence * scale, most)) for match in matches[1:]),
    ]


def signature_cosines(queries: Routing, space: StyleSpace) -> Cosines:
    """Compare signatures (queries, heads, modules) with those of all players, guests left out."""
    return cosines_from(queries, space.signatures, np.zeros_like(space.average))


def confidences_of(
    queries: Routing, space: StyleSpace, sharpness: float
) -> npt.NDArray[np.float64]:
    """Return the confidences, float64 (queries, players), that queries are known players."""
    return np.asarray(softmax(sharpness * signature_cosines(queries, space), axis=1))


def cosine_statistics(
    queries: Routing,
    truth: Sequence[int] | npt.NDArray[np.int64],
    space: StyleSpace,
    games: int,
) -> CosineStatistics:
    """Measure what cosines mean, on players who are known.

    The sharpness is the one that makes the confidence of the right player largest, in the mean of
    its logarithm: of all sharpnesses the one that neither boasts nor mumbles.

    Args:
        queries: (queries, heads, modules), signatures, each fitted to games that the known ones
            were not learnt from.
        truth: for each query the row of its player in the space.
        space: the known styles.
        games: number of games that each query was fitted to.

    Raises:
        StylemateError: there are fewer than two queries or two styles.
    """
    likeness = signature_cosines(queries, space)
    rows = np.asarray(truth, dtype=np.intp)
    if min(likeness.shape) < 2:
        raise StylemateError("Measuring cosines needs at least two players and two known styles.")
    own = likeness[np.arange(len(rows)), rows]
    others = np.delete(likeness.ravel(), np.arange(len(rows)) * likeness.shape[1] + rows)
    return CosineStatistics(
        games=games,
        players=len(rows),
        universe=likeness.shape[1],
        sharpness=_best_sharpness(likeness, rows),
        same=CosineRange.of(own),
        strangers=CosineRange.of(others),
        top1=float((likeness.argmax(axis=1) == rows).mean()),
    )


def _best_sharpness(likeness: Cosines, rows: npt.NDArray[np.intp]) -> float:
    """Return the sharpness of the largest mean log-confidence of the right rows.

    The mean is a concave function of the sharpness: there is one best.
    """

    def loss(log_sharpness: float) -> float:
        confidences = softmax(likeness * np.exp(log_sharpness), axis=1)
        right = confidences[np.arange(len(rows)), rows]
        return -float(np.log(np.maximum(right, 1e-300)).mean())

    from scipy.optimize import minimize_scalar  # slow to import: the app calibrates nothing

    best = minimize_scalar(loss, bounds=np.log(_SHARPNESS), method="bounded")
    return float(np.exp(best.x))


def cosines_from(queries: Routing, styles: Routing, mean: Routing) -> Cosines:
    """Return cosines (queries, styles) of styles (N, heads, modules), as differences from one."""
    first, second = (
        _normalised((centred(z) - mean).reshape(len(z), -1)) for z in (queries, styles)
    )
    likeness: Cosines = first @ second.T
    return likeness


def _normalised(rows: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    rows = rows.astype(np.float64)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(norms > 0, norms, np.inf)


def save_scale(path: Path, scale: CosineScale, model: str) -> None:
    """Write measurements, with the fingerprint of the model on which they were made."""
    rows = [asdict(one) for one in scale.by_games]
    write_json(path, {"version": VERSION, "model": model, "by_games": rows})


def load_scale(path: Path, model: str) -> CosineScale:
    """Read measurements.

    Args:
        path: file that ``save_scale`` wrote.
        model: fingerprint of the model in use.

    Returns:
        The measurements; ``DEFAULT_SCALE`` if there are none for this model.

    Raises:
        StylemateError: the file is damaged.
    """
    if not path.is_file():
        return DEFAULT_SCALE
    found = read_json_as(path, _Measured)
    if found.version != VERSION or found.model != model:
        return DEFAULT_SCALE
    for one in found.by_games:
        if not (one.games >= 1 and 0 < one.sharpness < float("inf")):
            raise StylemateError(f"{path} is damaged: a number is out of range. Restore it.")
    return CosineScale(found.by_games)


@dataclass(frozen=True, slots=True)
class _Measured:
    """What the file of measurements holds."""

    version: int
    model: str
    by_games: tuple[CosineStatistics, ...]


DEFAULT_SCALE = CosineScale(
    (
        CosineStatistics(
            games=100,
            players=0,
            universe=0,
            sharpness=8.0,
            same=CosineRange(mean=0.5, low=0.2, high=0.8),
            strangers=CosineRange(mean=0.0, low=-0.3, high=0.3),
            top1=0.0,
        ),
    )
)
"""For a model without measurements of its own: round numbers such as other models show.
``players`` is 0 to say that nobody was measured.
"""
