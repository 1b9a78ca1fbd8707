"""The tilt: against finite differences, against scikit-learn, and on choices of known tilts."""

import numpy as np
import pytest
from scipy import optimize
from sklearn.linear_model import LogisticRegression

from engine.training.tilt import (
    Choices,
    Evidence,
    fit_tilt,
    moments,
    spread_over_players,
    usual_spread,
)


def drawn(
    tilt: np.ndarray, positions: int, seed: int = 0, moves: tuple[int, int] = (2, 9)
) -> Choices:
    """Return choices that somebody with a tilt would make."""
    random = np.random.default_rng(seed)
    counts = random.integers(*moves, positions)
    starts = np.cumsum(counts) - counts
    values = random.normal(size=(counts.sum(), len(tilt))).astype(np.float32)
    log_chance = random.normal(size=counts.sum()).astype(np.float32)
    score = values @ tilt + log_chance + random.gumbel(size=counts.sum())
    played = [s + int(np.argmax(score[s : s + n])) for s, n in zip(starts, counts, strict=True)]
    return Choices(starts, values, log_chance, np.array(played))


def test_derivatives_are_finite_differences() -> None:
    choices = drawn(np.array([0.3, -0.6, 0.1]), 60)
    at = np.array([0.2, 0.1, -0.4])
    found = moments(choices, at)
    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-5
        up, down = moments(choices, at + step), moments(choices, at - step)
        slope = (up.log_likelihood - down.log_likelihood) / 2e-5
        assert found.gradient[place] == pytest.approx(slope, rel=1e-5, abs=1e-5)
        curve = (down.gradient - up.gradient) / 2e-5
        np.testing.assert_allclose(found.information[place], curve, rtol=1e-5, atol=1e-5)


def test_likelihood_is_the_plain_sum() -> None:
    choices = drawn(np.array([0.5, -0.2]), 20, seed=3)
    tilt = np.array([0.4, 0.7])
    total, ends = 0.0, np.append(choices.starts[1:], len(choices.log_chance))
    for start, end, played in zip(choices.starts, ends, choices.played, strict=True):
        score = choices.values[start:end] @ tilt + choices.log_chance[start:end]
        total += score[played - start] - np.log(np.exp(score).sum())
    assert moments(choices, tilt).log_likelihood == pytest.approx(total, rel=1e-6)


def test_of_two_moves_it_is_logistic_regression() -> None:
    """Of two moves the choice depends on their difference, which scikit-learn can fit."""
    choices = drawn(np.array([0.5, -0.3, 0.0]), 2000, seed=1, moves=(2, 3))
    even = Choices(
        choices.starts, choices.values, np.zeros_like(choices.log_chance), choices.played
    )
    first, second = choices.values[0::2], choices.values[1::2]
    spread = 0.4
    oracle = LogisticRegression(C=spread**2, fit_intercept=False, tol=1e-10)
    oracle.fit(second - first, choices.played % 2)
    found, _ = fit_tilt(even, np.zeros(3), np.full(3, spread))
    np.testing.assert_allclose(found, oracle.coef_[0], atol=1e-4)


def test_with_an_offset_and_a_prior_it_is_scipy_s_minimum() -> None:
    choices = drawn(np.array([0.5, -0.3, 0.8]), 150, seed=2)
    centre, spread = np.array([0.1, -0.1, 0.0]), np.array([0.2, 0.5, 0.05])

    def loss(tilt: np.ndarray) -> float:
        prior = 0.5 * float((((tilt - centre) / spread) ** 2).sum())
        return prior - moments(choices, tilt).log_likelihood

    oracle = optimize.minimize(loss, centre, method="Nelder-Mead", options={"xatol": 1e-6})
    found, at = fit_tilt(choices, centre, spread)
    np.testing.assert_allclose(found, oracle.x, atol=1e-4)
    assert at.log_likelihood == pytest.approx(moments(choices, found).log_likelihood)


def test_a_known_tilt_comes_back_within_its_errors() -> None:
    tilt = np.array([0.05, -0.1, 0.0, 0.2])
    choices = drawn(tilt, 6000, seed=4)
    evidence = Evidence.at(choices, np.zeros(4), np.zeros(4))
    found, error = evidence.posterior(np.full(4, 10.0))
    assert (np.abs(found - tilt) < 3.5 * error).all()
    assert (error < 0.03).all()
    best, _ = fit_tilt(choices, np.zeros(4), np.full(4, 10.0))
    np.testing.assert_allclose(found, best, atol=0.01)  # small tilts: the parabola is good


def test_separable_choices_stay_within_the_prior() -> None:
    """Somebody who took the one thing there was to take, always, is not infinitely greedy."""
    starts = np.arange(0, 40, 2)
    values = np.tile(np.array([[1.0], [0.0]], dtype=np.float32), (20, 1))
    choices = Choices(starts, values, np.zeros(40, dtype=np.float32), starts)
    found, _ = fit_tilt(choices, np.zeros(1), np.full(1, 0.5))
    assert 0.5 < found[0] < 3


def test_halves_add_up_to_the_whole() -> None:
    choices = drawn(np.array([0.2, -0.4]), 101, seed=5)
    first = np.arange(101) % 2 == 0
    tilt, population = np.array([0.1, -0.2]), np.array([0.05, 0.0])
    whole = Evidence.at(choices, tilt, population)
    halves = [Evidence.at(choices.part(mask), tilt, population) for mask in (first, ~first)]
    assert len(choices.part(first)) == 51
    np.testing.assert_allclose(whole.pull, halves[0].pull + halves[1].pull)
    np.testing.assert_allclose(whole.information, halves[0].information + halves[1].information)


def test_nothing_to_choose_from_says_nothing() -> None:
    choices = drawn(np.array([0.2, -0.4]), 5).part(np.zeros(5, dtype=bool))
    prior = np.array([0.1, 0.2])
    tilt, at = fit_tilt(choices, np.array([0.3, 0.4]), prior)
    np.testing.assert_array_equal(tilt, [0.3, 0.4])
    assert at.log_likelihood == 0
    mean, error = Evidence.at(choices, tilt, tilt).posterior(prior)
    np.testing.assert_allclose(mean, 0)
    np.testing.assert_allclose(error, prior)


def test_units_change_the_numbers_and_not_the_choices() -> None:
    choices = drawn(np.array([0.2, -0.4]), 300, seed=6)
    unit = usual_spread(choices)
    scaled = choices.in_units(unit)
    np.testing.assert_allclose(usual_spread(scaled), 1, rtol=1e-5)
    wide = np.full(2, 100.0)
    first, _ = fit_tilt(choices, np.zeros(2), wide)
    second, _ = fit_tilt(scaled, np.zeros(2), wide)
    np.testing.assert_allclose(second, first * unit, rtol=1e-3)


def test_the_spread_over_players_is_found_and_noise_is_not_taken_for_it() -> None:
    random = np.random.default_rng(7)
    true = np.array([0.2, 0.0])
    players = [
        Evidence.at(drawn(tilt, 300, seed=number), np.zeros(2), np.zeros(2))
        for number, tilt in enumerate(random.normal(size=(150, 2)) * true)
    ]
    evidence = Evidence(
        np.stack([p.pull for p in players]), np.stack([p.information for p in players])
    )
    spread = spread_over_players(evidence)
    assert 0.15 < spread[0] < 0.25
    assert spread[1] < 0.04
    mean, error = evidence.posterior(spread)
    free, free_error = evidence.posterior(np.full(2, 10.0))
    assert (np.abs(mean) < np.abs(free)).mean() > 0.9
    assert (error < free_error).all()


def test_dispersed_evidence_has_the_same_best_tilt_and_larger_errors() -> None:
    choices = drawn(np.array([0.2, -0.4, 0.1]), 3000, seed=8)
    evidence = Evidence.at(choices, np.zeros(3), np.zeros(3))
    dispersion = np.array([1.0, 2.25, 4.0])
    wide = np.full(3, 100.0)
    (best, error), (same, larger) = (
        one.posterior(wide) for one in (evidence, evidence.dispersed(dispersion))
    )
    np.testing.assert_allclose(same, best, atol=2e-3)
    np.testing.assert_allclose(larger, error * np.sqrt(dispersion), rtol=1e-3)
    nothing = Evidence(np.zeros(3), np.zeros((3, 3))).dispersed(dispersion)
    assert not nothing.pull.any()
    assert not nothing.information.any()
