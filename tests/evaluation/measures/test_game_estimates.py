"""Means over games with intervals, and comparisons."""

import numpy as np
import pytest

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.evaluation.measures.game_estimates import sampled_means

NO_SHARES = np.array([False])
SHARES = np.array([True])


def test_means_and_intervals_are_of_the_games_that_have_a_value() -> None:
    random = np.random.default_rng(1)
    values = random.normal(3, 2, (400, 1))
    values[::2] = np.nan
    sampled = sampled_means(values, NO_SHARES, 7)
    estimate = sampled.estimate(0)
    assert estimate.count == 200
    assert estimate.value == pytest.approx(np.nanmean(values))
    half = 1.96 * np.nanstd(values) / np.sqrt(200)
    assert estimate.low == pytest.approx(estimate.value - half, abs=0.06)
    assert estimate.high == pytest.approx(estimate.value + half, abs=0.06)


def test_a_share_that_was_never_seen_may_still_be_there() -> None:
    never = sampled_means(np.zeros((100, 1)), SHARES, 1).estimate(0)
    always = sampled_means(np.ones((100, 1)), SHARES, 1).estimate(0)
    assert never.value == 0
    assert 0 < never.low < 0.01 < never.high < 0.05
    assert always.value == 1
    assert 0.95 < always.low < 0.99 < always.high < 1


@pytest.mark.parametrize("complement", [False, True])
def test_ratios_and_differences_cover_the_truth(complement: bool) -> None:
    """Of 200 comparisons of shares 0.3 and 0.6, about 190 intervals hold the true value."""
    random = np.random.default_rng(5)
    truth = 0.7 / 0.4 if complement else 0.3 / 0.6
    ratios, differences = 0, 0
    for trial in range(200):
        few, many = (
            sampled_means(random.random((100, 1)) < share, SHARES, (trial, place), 400)
            for place, share in enumerate((0.3, 0.6))
        )
        ratio, difference = few.ratio(many, 0, complement), few.difference(many, 0)
        ratios += ratio.low <= truth <= ratio.high
        differences += difference.low <= -0.3 <= difference.high
    assert 180 <= ratios <= 200
    assert 180 <= differences <= 200


def test_what_is_compared_with_nothing_has_no_ratio() -> None:
    some = sampled_means(np.ones((50, 1)), NO_SHARES, 1)
    none = sampled_means(np.zeros((50, 1)), NO_SHARES, 2)
    ratio = some.ratio(none, 0)
    assert not np.isfinite(ratio.value)
    assert np.isnan(ratio.low)
    assert none.ratio(some, 0).value == 0


def test_no_games_give_no_figures() -> None:
    sampled = sampled_means(np.zeros((0, 2)), np.array([True, False]), 1)
    assert np.isnan([sampled.estimate(0).value, sampled.estimate(1).value]).all()
    assert "score" in FIGURE_KEYS
