"""A style, and the arithmetic of styles: centre, blend, steer."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Routing: TypeAlias = npt.NDArray[np.float32]
"""Routing logits: float32 (heads, modules), or (players, heads, modules) for several.

The dials' heads may stand behind the players'; where they are missing, the dials rest.
"""


@dataclass(frozen=True, eq=False, slots=True)
class Style:
    """A way of playing.

    Attributes:
        z: float32 (heads, modules) routing logits, centred per head, read-only; with the dials'
            heads behind the players' if a dial was turned.
        recipe: the recipe, with players' full names, that makes this style again.
        source: where it came from, in words for people.
    """

    z: Routing
    recipe: str
    source: str

    def __post_init__(self) -> None:
        z = centred(np.asarray(self.z, dtype=np.float32))
        z.flags.writeable = False
        object.__setattr__(self, "z", z)

    @property
    def fingerprint(self) -> str:
        """Hexadecimal digest of the routing numbers: equal for styles that play the same."""
        return hashlib.blake2b(self.z.tobytes(), digest_size=16).hexdigest()


def centred(z: Routing) -> Routing:
    """Return routing logits with a mean of 0 per head, which softmax cannot tell apart."""
    z = np.asarray(z, dtype=np.float32)
    return np.asarray(z - z.mean(axis=-1, keepdims=True), dtype=np.float32)


def blend(styles: Sequence[Routing], weights: Sequence[float]) -> Routing:
    """Return the weighted mean of styles, float32 (heads, modules), centred.

    Args:
        styles: one (heads, modules) array or more.
        weights: as many positive numbers; their sum need not be 1.
    """
    shares = np.asarray(weights, dtype=np.float64)
    mean = np.tensordot(shares / shares.sum(), np.stack(styles).astype(np.float64), axes=1)
    return centred(mean.astype(np.float32))


def steer(z: Routing, delta: Routing, amount: float) -> Routing:
    """Return a style moved ``amount`` calibrated steps along a delta.

    Args:
        z: float32 (heads, modules), with or without the dials' heads.
        delta: float32 (heads, modules), one step, with or without the dials' heads.
        amount: number of steps.

    Returns:
        float32 (heads, modules), centred, with the dials' heads if either had them.
    """
    heads = max(z.shape[-2], delta.shape[-2])
    return centred(with_heads(z, heads) + np.float32(amount) * with_heads(delta, heads))


def with_heads(z: Routing, heads: int) -> Routing:
    """Return routing logits (..., heads, modules) with heads at rest behind those there are."""
    missing = heads - z.shape[-2]
    rest = np.zeros((*z.shape[:-2], missing, z.shape[-1]), dtype=np.float32)
    return np.concatenate((z, rest), axis=-2) if missing else z


def stacked(styles: Sequence[Routing]) -> Routing:
    """Return styles with or without the dials' heads as one array (N, heads, modules)."""
    heads = max(z.shape[-2] for z in styles)
    return np.stack([with_heads(z, heads) for z in styles])
