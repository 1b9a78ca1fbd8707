"""Ratings without a known opponent, errors with draws, and the likelihood of superiority."""

import numpy as np
import pytest

from engine.evaluation.measures.ratings import PairScore, fit_ratings, superiority


def test_without_anchors_the_mean_is_nought_and_differences_are_elo() -> None:
    expected = 1 / (1 + 10 ** (-200 / 400))
    found = fit_ratings([PairScore("a", "b", 5000 * expected, 5000)], {})
    assert found["a"].elo + found["b"].elo == pytest.approx(0, abs=1e-6)
    assert found["a"].elo - found["b"].elo == pytest.approx(200, abs=1)
    assert found["a"].error == pytest.approx(found["b"].error)


def test_the_interval_of_drawish_matches_is_that_of_repeated_ones() -> None:
    draw = np.random.default_rng(2)
    counts = draw.multinomial(200, (0.25, 0.6, 0.15), 600)
    elos = [
        fit_ratings([PairScore("a", "b", wins + draws / 2, 200, int(draws))], {})["a"].elo
        for wins, draws, _ in counts
    ]
    drawish = fit_ratings([PairScore("a", "b", 110.0, 200, 120)], {})["a"].error
    decided = fit_ratings([PairScore("a", "b", 110.0, 200)], {})["a"].error
    assert drawish == pytest.approx(np.std(elos), rel=0.1)
    assert drawish < 0.75 * decided


def test_intervals_of_three_players_cover_the_truth() -> None:
    draw = np.random.default_rng(3)
    true = {"a": 150.0, "b": 0.0, "c": -150.0}
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    inside = total = 0
    for _ in range(300):
        scores = [
            PairScore(
                x, y, float(draw.binomial(40, 1 / (1 + 10 ** ((true[y] - true[x]) / 400)))), 40
            )
            for x, y in pairs
        ]
        for name, rated in fit_ratings(scores, {}).items():
            inside += abs(rated.elo - true[name]) <= 1.96 * rated.error
            total += 1
    assert 0.92 <= inside / total <= 0.98


def test_who_won_everything_stays_finite_and_uncertain() -> None:
    found = fit_ratings([PairScore("a", "b", 10.0, 10)], {})
    assert 100 < found["a"].elo < 1000
    assert found["a"].error > 100


def test_nobody_played() -> None:
    assert fit_ratings([], {}) == {}


def test_superiority() -> None:
    assert superiority(0, 0) == 0.5
    assert superiority(10, 10) == 0.5
    assert superiority(30, 10) == pytest.approx(0.99922, abs=1e-5)  # 20 / sqrt(40) deviations
    assert superiority(3, 7) == pytest.approx(1 - superiority(7, 3))
