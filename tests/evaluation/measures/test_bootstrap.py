"""Intervals hold what they promise."""

import math

import numpy as np
import pytest

from engine.evaluation.measures.bootstrap import bootstrap_mean, bootstrap_statistic


@pytest.mark.parametrize("players", [8, 40])
def test_the_interval_holds_the_truth_about_95_times_in_100(players: int) -> None:
    random = np.random.default_rng(0)
    trials = 600
    held = 0
    for trial in range(trials):
        estimate = bootstrap_mean(random.normal(2.0, 3.0, players), seed=trial, repeats=400)
        held += estimate.low <= 2.0 <= estimate.high
    # Three standard errors of a share of 0.95 among 600 are 2.7 points.
    assert 0.915 <= held / trials <= 0.985


def test_the_interval_of_a_mean_is_as_wide_as_students() -> None:
    values = np.random.default_rng(1).normal(size=200)
    estimate = bootstrap_mean(values, seed=5, repeats=20_000)
    half = 1.972 * values.std(ddof=1) / math.sqrt(200)
    assert estimate.value == pytest.approx(values.mean())
    assert (estimate.high - estimate.low) / 2 == pytest.approx(half, rel=0.04)
    assert estimate.count == 200


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(2).exponential(size=30)
    assert bootstrap_mean(values, 1) == bootstrap_mean(values, 1)
    assert bootstrap_mean(values, 1) != bootstrap_mean(values, 2)


def test_a_statistic_of_whole_players_agrees_with_the_mean() -> None:
    values = np.random.default_rng(3).normal(size=(50, 2))
    mean = bootstrap_mean(values[:, 0], seed=1, repeats=4000)
    same = bootstrap_statistic(values, lambda v: float(v[:, 0].mean()), seed=9, repeats=4000)
    assert same.value == mean.value
    assert same.low == pytest.approx(mean.low, abs=0.02)
    assert same.high == pytest.approx(mean.high, abs=0.02)


def test_players_are_drawn_whole() -> None:
    # Each player's two numbers cancel out, so a difference of them is always the same.
    values = np.random.default_rng(4).normal(size=(20, 1)) * [[1.0, 1.0]]
    drawn = bootstrap_statistic(values, lambda v: float((v[:, 0] - v[:, 1]).sum()), seed=1)
    assert (drawn.low, drawn.high) == (0.0, 0.0)


def test_who_was_not_measured_does_not_count() -> None:
    estimate = bootstrap_mean([1.0, math.nan, 3.0], seed=1)
    assert (estimate.value, estimate.count) == (2.0, 2)


def test_one_player_gives_no_interval_and_none_no_figure() -> None:
    one = bootstrap_mean([4.0], seed=1)
    assert (one.value, one.count) == (4.0, 1)
    assert math.isnan(one.low)
    assert math.isnan(one.high)
    nobody = bootstrap_mean([], seed=1)
    assert nobody.count == 0
    assert math.isnan(nobody.value)
