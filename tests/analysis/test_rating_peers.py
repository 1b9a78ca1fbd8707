"""Players of about a rating."""

from dataclasses import replace

import numpy as np
import pytest

from engine.analysis.rating_peers import find_peers
from engine.style.space import StyleSpace
from tests.conftest import TINY_PLAYERS, tiny_space


@pytest.fixture(scope="module")
def space() -> StyleSpace:
    return tiny_space()


def names(space: StyleSpace, rating: float | None, least: int = 1) -> set[str]:
    return {space.players[row].name for row in find_peers(space, rating, least).rows}


def test_the_narrowest_width_that_finds_enough(space: StyleSpace) -> None:
    near = find_peers(space, 2490.0)
    assert near.width == 50
    assert names(space, 2490.0) == {"Polgar, Susan", "Bfx-de-Blr", "Petrosian, Tigran L"}
    wider = find_peers(space, 2490.0, least=6)
    assert wider.width == 200
    assert len(wider) >= 6
    mean = space.population[near.rows].mean(axis=0)
    np.testing.assert_allclose(near.style, mean - mean.mean(axis=-1, keepdims=True), atol=1e-6)


@pytest.mark.parametrize("rating", [None, 900.0])
def test_without_peers_it_is_everybody(space: StyleSpace, rating: float | None) -> None:
    everybody = find_peers(space, rating)
    assert everybody.rating is None
    assert len(everybody) == len(TINY_PLAYERS)
    np.testing.assert_array_equal(everybody.style, space.average)


def test_guests_are_nobodys_peers(space: StyleSpace) -> None:
    guest = replace(TINY_PLAYERS[0], name="Me", rating=900.0)
    with_guest = space.with_style(guest, space.z[0])
    assert find_peers(with_guest, 900.0).rating is None
    assert len(find_peers(with_guest, None)) == len(TINY_PLAYERS)


def test_percentiles_count_ties_half(space: StyleSpace) -> None:
    everybody = find_peers(space, None)
    assert everybody.percentile(space, "king_danger", 99.0) == 100.0
    assert everybody.percentile(space, "king_danger", -99.0) == 0.0
    highest = max(player.attributes["king_danger"] for player in TINY_PLAYERS)
    expected = 100 - 50 / len(TINY_PLAYERS)
    assert everybody.percentile(space, "king_danger", highest) == pytest.approx(expected)
    assert everybody.percentile(space, "nothing measured", 0.0) is None
