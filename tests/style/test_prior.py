"""What is known of styles beforehand, against dense Gaussian formulas and simulated players."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import StylemateError
from engine.style.prior import StylePrior, assumed_prior, learn_prior, prior_of_spread
from engine.style.style import Routing, centred

HEADS, MODULES = 2, 4
SIZE = HEADS * MODULES


def fisher(seed: int = 0) -> np.ndarray:
    """A Fisher matrix that knows nothing of constants added to a head, as softmax has it."""
    root = np.random.default_rng(seed).normal(size=(SIZE, SIZE))
    centring = np.kron(np.eye(HEADS), np.eye(MODULES) - 1 / MODULES)
    return 1e-3 * centring @ root @ root.T @ centring


def normal_log_density(x: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> float:
    difference = x - mean
    sign, logarithm = np.linalg.slogdet(2 * np.pi * covariance)
    assert sign > 0
    return float(-0.5 * (logarithm + difference @ np.linalg.solve(covariance, difference)))


@pytest.fixture
def prior() -> StylePrior:
    mean = centred(np.random.default_rng(1).normal(size=(HEADS, MODULES)).astype(np.float32))
    return prior_of_spread(mean, fisher(), 1.5)


@given(st.integers(0, 1000))
def test_coordinates_lead_there_and_back(seed: int) -> None:
    mean = np.zeros((HEADS, MODULES), dtype=np.float32)
    prior = prior_of_spread(mean, fisher(seed), 1.0)
    z = centred(np.random.default_rng(seed).normal(size=(3, HEADS, MODULES)).astype(np.float32))
    assert len(prior.variance) == HEADS * (MODULES - 1)
    np.testing.assert_allclose(prior.style(prior.coordinates(z)), z, atol=1e-3)
    assert (np.diff(prior.variance) <= 1e-12).all()


def test_the_expected_style_is_the_posterior_mean(prior: StylePrior) -> None:
    """Against the normal equations in logits: (n F + I / s^2)^-1 g on centred styles."""
    scores = np.random.default_rng(3).normal(size=(HEADS, MODULES))
    scores -= scores.mean(axis=-1, keepdims=True)
    for positions in (1, 50, 4000):
        precision = positions * fisher() + np.eye(SIZE) / 1.5**2
        step = np.linalg.solve(precision, scores.ravel()).reshape(HEADS, MODULES)
        expected = prior.expected(scores, positions)
        np.testing.assert_allclose(expected, prior.mean + step, rtol=1e-3, atol=1e-4)


def test_no_positions_leave_the_mean(prior: StylePrior) -> None:
    style = prior.expected(np.zeros((HEADS, MODULES)), 0)
    np.testing.assert_allclose(style, prior.mean, atol=1e-6)


def test_evidence_is_the_ratio_of_joint_and_separate_densities(prior: StylePrior) -> None:
    random = np.random.default_rng(4)
    counts = np.array([120.0, 900.0])
    seen = random.normal(size=(2, len(prior.variance))) * np.sqrt(prior.variance + 1e-3)
    styles = prior.style(seen * prior.shrinkage(counts))
    ratio = prior.evidence(styles[:1], counts[:1], styles[1:], counts[1:])[0, 0]
    spread, noise = np.diag(prior.variance), [np.eye(len(prior.variance)) / n for n in counts]
    joint = np.block([[spread + noise[0], spread], [spread, spread + noise[1]]])
    zero = np.zeros(len(prior.variance))
    together = normal_log_density(seen.ravel(), np.concatenate((zero, zero)), joint)
    apart = sum(
        normal_log_density(row, zero, spread + n) for row, n in zip(seen, noise, strict=True)
    )
    assert ratio == pytest.approx(together - apart, rel=1e-2, abs=0.05)


def simulated(players: int, positions: float, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Return styles' differences (P, D) and scores (P, 2, h, m) of two halves of their games."""
    random = np.random.default_rng(5)
    centring = np.kron(np.eye(HEADS), np.eye(MODULES) - 1 / MODULES)
    difference = random.normal(size=(players, SIZE)) @ centring * spread
    information = fisher()
    root = np.linalg.cholesky(information + 1e-12 * np.eye(SIZE))
    noise = random.normal(size=(players, 2, SIZE)) @ root.T * np.sqrt(positions)
    scores = positions * (difference @ information)[:, None] + noise
    return difference, scores.reshape(players, 2, HEADS, MODULES).astype(np.float32)


def test_the_spread_of_players_is_learnt_from_noisy_halves() -> None:
    mean = np.zeros((HEADS, MODULES), dtype=np.float32)
    difference, scores = simulated(1500, 800.0, 0.7)
    counts = np.full((1500, 2), 800.0)
    learnt = learn_prior(mean, fisher(), scores, counts)
    true = prior_of_spread(mean, fisher(), 0.7)
    np.testing.assert_allclose(learnt.variance, true.variance, rtol=0.25, atol=2e-4)
    found = learnt.expected(scores.sum(axis=1), counts.sum(axis=1)).reshape(1500, SIZE)
    raw = np.linalg.pinv(fisher()) @ (scores.sum(axis=1).reshape(1500, SIZE).T / 1600)
    assert ((found - difference) ** 2).mean() < 0.9 * ((raw.T - difference) ** 2).mean()


def test_evidence_finds_the_player_among_many() -> None:
    mean = np.zeros((HEADS, MODULES), dtype=np.float32)
    _, scores = simulated(300, 4000.0, 2.0)
    prior = learn_prior(mean, fisher(), scores, np.full((300, 2), 4000.0))
    counts = np.full(300, 4000.0)
    first, second = (prior.expected(scores[:, half], counts) for half in (0, 1))
    evidence = prior.evidence(first, counts, second, counts)
    assert (evidence.argmax(axis=1) == np.arange(300)).mean() > 0.7
    own = np.diag(evidence)
    assert own.mean() > 0 > np.median(evidence)


def test_too_few_players_teach_nothing() -> None:
    mean = np.zeros((HEADS, MODULES), dtype=np.float32)
    with pytest.raises(StylemateError, match="at least 8 players"):
        learn_prior(mean, fisher(), np.zeros((3, 2, HEADS, MODULES)), np.ones((3, 2)))


def test_without_a_learnt_prior_styles_say_how_far_they_spread() -> None:
    random = np.random.default_rng(6)
    styles: Routing = random.normal(size=(200, HEADS, MODULES)).astype(np.float32) + 3
    prior = assumed_prior(styles)
    np.testing.assert_allclose(prior.mean, centred(styles).mean(axis=0), atol=1e-5)
    spread = prior.style(np.sqrt(prior.variance) * np.eye(len(prior.variance))) - prior.mean
    deviation = np.sqrt((spread**2).sum() / SIZE)
    assert deviation == pytest.approx(centred(styles).std(), rel=0.3)


def test_a_prior_is_kept_whole(prior: StylePrior, tmp_path: Path) -> None:
    prior.save(tmp_path / "prior.safetensors")
    again = StylePrior.load(tmp_path / "prior.safetensors")
    for key in ("mean", "whitening", "unwhitening", "scoring", "variance"):
        np.testing.assert_allclose(getattr(again, key), getattr(prior, key), rtol=1e-6)
    (tmp_path / "prior.safetensors").write_bytes(b"nothing")
    with pytest.raises(StylemateError, match="damaged"):
        StylePrior.load(tmp_path / "prior.safetensors")
