"""Neighbours: in order, without oneself, and with what chance alone would do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.identification import CosineRange, cosines
from engine.analysis.neighbours import (
    Strangers,
    best_of_strangers,
    neighbours,
    shared_traits,
    strangers_among,
)
from engine.errors import StylemateError
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from tests.conftest import TINY_PLAYERS, tiny_space

SPACE = tiny_space()
Levels = st.dictionaries(st.sampled_from("abcdef"), st.floats(-5, 5))


def test_the_nearest_come_first_and_oneself_is_left_out() -> None:
    tal = SPACE.row("Tal, Mikhail")
    everyone = neighbours(tal, SPACE, 100)
    assert everyone[0].player.name == "Tal, Mikhail"
    assert everyone[0].cosine == pytest.approx(1)
    others = neighbours(tal, SPACE, 100, {"Tal, Mikhail"})
    assert len(others) == len(TINY_PLAYERS) - 1
    found = [neighbour.cosine for neighbour in others]
    assert found == sorted(found, reverse=True)
    assert set(found) < set(cosines(tal[None], SPACE)[0].tolist())
    farthest = neighbours(tal, SPACE, 3, {"Tal, Mikhail"}, farthest=True)
    assert [n.player.name for n in farthest] == [n.player.name for n in others[:-4:-1]]


def test_a_guest_may_be_a_neighbour() -> None:
    space = SPACE.with_style(PlayerInfo("Me", 40), SPACE.row("Tal, Mikhail"))
    (nearest,) = neighbours(SPACE.row("Tal, Mikhail"), space, 1, {"Tal, Mikhail"})
    assert nearest.player.name == "Me"
    assert nearest.shared == ()


def test_what_two_share() -> None:
    first = {"a": 2.0, "b": -1.0, "c": 3.0, "d": 0.2, "e": 1.0}
    second = {"a": 1.5, "b": -2.0, "c": -3.0, "d": 4.0}
    assert shared_traits(first, second) == ("a", "b")


@given(first=Levels, second=Levels)
def test_sharing_is_mutual(first: dict[str, float], second: dict[str, float]) -> None:
    assert set(shared_traits(first, second)) == set(shared_traits(second, first))


def test_chance_is_read_off_the_data_s_own_tail() -> None:
    random = np.random.default_rng(0)
    long_tailed = 0.05 * random.standard_t(3, size=200_000).clip(-18, 18)
    strangers = Strangers.of(long_tailed)
    drawn = random.choice(long_tailed, size=(400, 1000)).max(axis=1)
    assert strangers.nearest_of(1000) == pytest.approx(np.median(drawn), rel=0.1)
    normal = best_of_strangers(strangers.usual, 1000)
    assert strangers.nearest_of(1000) > 1.5 * normal, "a normal tail is too short"
    assert strangers.nearest_of(1) == pytest.approx(np.median(long_tailed), abs=1e-3)
    assert strangers.nearest_of(0) == strangers.usual.mean
    assert list(strangers.cosines) == sorted(strangers.cosines)


def test_kinship_does_not_raise_what_chance_brings() -> None:
    random = np.random.default_rng(0)
    unrelated = random.normal(0, 0.1, size=100_000)
    kin = random.uniform(0.6, 0.9, size=1000)
    alone, among_kin = (Strangers.of(c) for c in (unrelated, np.concatenate([unrelated, kin])))
    assert among_kin.nearest_of(1000) == pytest.approx(alone.nearest_of(1000), abs=0.02)
    assert among_kin.nearest_of(1000) < kin.min()
    assert Strangers.of(np.array([-1.0, 0.9, 0.9])).nearest_of(1000) <= 1


def test_the_nearest_of_many_strangers_by_chance() -> None:
    strangers = CosineRange(0.0, -0.1645, 0.1645)  # a standard deviation of 0.1
    drawn = np.random.default_rng(0).normal(0, 0.1, size=(400, 1000)).max(axis=1)
    assert best_of_strangers(strangers, 1000) == pytest.approx(np.median(drawn), abs=0.01)
    assert best_of_strangers(strangers, 1) == pytest.approx(0, abs=1e-9)
    assert best_of_strangers(CosineRange(0.2, 0.2, 0.2), 1000) == 0.2
    assert best_of_strangers(CosineRange(0.0, -0.9, 0.9), 10**6) == 1


def test_strangers_are_all_pairs_of_different_players() -> None:
    likeness = cosines(SPACE.z, SPACE)
    pairs = [likeness[i, j] for i in range(len(likeness)) for j in range(i)]
    found = strangers_among(SPACE).usual
    assert found.mean == pytest.approx(np.mean(pairs))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(pairs, (0.05, 0.95))))
    guest = SPACE.with_style(PlayerInfo("Me", 40), SPACE.row("Tal, Mikhail"))
    assert strangers_among(guest).usual.mean == pytest.approx(found.mean), "a guest is no stranger"
    with pytest.raises(StylemateError, match="no two players"):
        strangers_among(StyleSpace(SPACE.z[:1], TINY_PLAYERS[:1]))
