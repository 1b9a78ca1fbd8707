"""What is known of styles beforehand, against normal equations and simulated players."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import StylemateError
from engine.files import write_tensors
from engine.style.prior import StylePrior, assumed_prior
from engine.style.style import Routing, centred

HEADS, MODULES = 2, 4
SIZE = HEADS * MODULES
CENTRING = np.kron(np.eye(HEADS), np.eye(MODULES) - 1 / MODULES)


def fisher(seed: int = 0) -> np.ndarray:
    """Fisher matrices that know nothing of constants added to a head, as softmax has it."""
    roots = np.random.default_rng(seed).normal(size=(2, SIZE, SIZE))
    return np.stack([1e-3 * CENTRING @ root @ root.T @ CENTRING for root in roots])


@pytest.fixture
def prior() -> StylePrior:
    mean = centred(np.random.default_rng(1).normal(size=(HEADS, MODULES)).astype(np.float32))
    return StylePrior(mean, fisher(), 1.5, fisher(9)[0])


def some_scores(count: int = 1) -> np.ndarray:
    """Sums of first and later positions' scores, (count, 2, heads, modules)."""
    scores = np.random.default_rng(3).normal(size=(count, 2, HEADS, MODULES))
    return scores - scores.mean(axis=-1, keepdims=True)


@pytest.mark.parametrize("positions", [(1, 0), (50, 9), (400, 4000)])
def test_the_expected_style_is_the_posterior_mean(
    prior: StylePrior, positions: tuple[int, int]
) -> None:
    """Against least squares of the same quadratic, stacked: prior rows and Fisher rows."""
    both = some_scores()[0]
    scores = both[0] + both[1]
    information = positions[0] * prior.fisher[0] + positions[1] * prior.fisher[1]
    values, vectors = np.linalg.eigh(information)
    roots = np.sqrt(np.maximum(values, 0))
    target = np.where(
        roots > 1e-9, vectors.T @ scores.ravel() / np.where(roots > 1e-9, roots, 1), 0
    )
    rows = np.vstack((np.eye(SIZE) / 1.5, roots[:, None] * vectors.T))
    step = np.linalg.lstsq(rows, np.concatenate((np.zeros(SIZE), target)), rcond=None)[0]
    expected = prior.expected(both, np.array(positions, dtype=float))
    bounded = np.clip(step, -6, 6).reshape(HEADS, MODULES)
    np.testing.assert_allclose(expected, centred(prior.mean + bounded), rtol=1e-3, atol=1e-3)


def test_no_positions_leave_the_mean(prior: StylePrior) -> None:
    style = prior.expected(np.zeros((2, HEADS, MODULES)), np.zeros(2))
    np.testing.assert_allclose(style, prior.mean, atol=1e-6)


def test_many_styles_at_once_are_those_one_by_one(prior: StylePrior) -> None:
    scores, positions = some_scores(5), np.random.default_rng(2).uniform(1, 900, size=(5, 2))
    together = prior.expected(scores, positions)
    for number in range(5):
        alone = prior.expected(scores[number], positions[number])
        np.testing.assert_allclose(together[number], alone, atol=1e-5)


def test_a_second_step_from_the_peak_stays_there(prior: StylePrior) -> None:
    """On the quadratic itself, whose scores are linear in the style."""
    positions, scores = np.array([30.0, 200.0]), 0.05 * some_scores()[0]
    peak = prior.expected(scores, positions)
    gone = (peak - prior.mean).ravel()
    there = np.stack(
        [
            scores[phase] - (positions[phase] * prior.fisher[phase] @ gone).reshape(HEADS, MODULES)
            for phase in (0, 1)
        ]
    )
    again = prior.natural_step(peak, there, positions)
    np.testing.assert_allclose(again, peak, atol=1e-4)


def test_two_halves_pooled_say_what_all_games_say(prior: StylePrior) -> None:
    scores, positions = 0.1 * some_scores(2), np.array([[30.0, 200.0], [25.0, 310.0]])
    halves = prior.expected(scores, positions)
    whole = prior.expected(scores.sum(axis=0), positions.sum(axis=0))
    np.testing.assert_allclose(prior.pooled(halves, positions), whole, atol=1e-4)


def test_a_style_is_never_beyond_what_players_do(prior: StylePrior) -> None:
    style = prior.expected(1e9 * some_scores()[0], np.array([5.0, 5.0]))
    assert np.abs(style - prior.mean).max() <= 2 * 4 * prior.spread


def test_games_of_simulated_players_are_told_apart() -> None:
    """Two sets of games of 300 players, whose first moves tell of other things than later ones."""
    random = np.random.default_rng(5)
    mean = np.zeros((HEADS, MODULES), dtype=np.float32)
    prior = StylePrior(mean, fisher(7), 1.0)
    true = random.normal(size=(300, SIZE)) @ CENTRING
    positions = np.array([600.0, 3000.0])
    found = []
    for _ in range(2):
        scores = []
        for count, information in zip(positions, prior.fisher, strict=True):
            root = np.linalg.cholesky(information + 1e-12 * np.eye(SIZE))
            noise = np.sqrt(count) * random.normal(size=true.shape) @ root.T
            scores.append((count * true @ information + noise).reshape(300, HEADS, MODULES))
        counts = np.tile(positions, (300, 1))
        found.append(prior.expected(np.stack(scores, axis=1), counts).reshape(300, SIZE))
    first, second = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in found)
    assert ((first @ second.T).argmax(axis=1) == np.arange(300)).mean() > 0.6


def test_signatures_are_cosines_in_the_metric_of_games(prior: StylePrior) -> None:
    """Against Mahalanobis cosines, solved rather than decomposed, on scores without constants."""
    assert prior.game_covariance is not None
    first = some_scores(6)[:, 0].reshape(6, SIZE)
    inverse = np.linalg.pinv(prior.game_covariance)
    products = first @ inverse @ first.T
    lengths = np.sqrt(np.diag(products))
    found = prior.signature(some_scores(6)).reshape(6, SIZE)
    np.testing.assert_allclose(found @ found.T, products / np.outer(lengths, lengths), atol=0.02)
    np.testing.assert_allclose(found.reshape(6, HEADS, MODULES).sum(axis=-1), 0, atol=1e-5)


def test_later_moves_and_the_number_of_games_leave_a_signature_alone(prior: StylePrior) -> None:
    scores = some_scores(2)
    more = 7.0 * scores
    more[:, 1] += 100.0
    np.testing.assert_allclose(prior.signature(more), prior.signature(scores), atol=1e-5)
    nothing = prior.signature(np.zeros((2, HEADS, MODULES)))
    assert not nothing.any()


def test_games_that_vary_differently_are_weighed_accordingly() -> None:
    """Players differ in the quiet directions; games in the loud ones: plain cosines see noise."""
    random = np.random.default_rng(11)
    loud = CENTRING @ np.diag([9.0, 9, 9, 9, 0.1, 0.1, 0.1, 0.1]) @ CENTRING
    players = 0.3 * random.normal(size=(60, SIZE)) @ CENTRING
    prior = StylePrior(
        np.zeros((HEADS, MODULES), dtype=np.float32), np.stack([np.eye(SIZE)] * 2), 1.0, loud @ loud
    )
    sums = [100 * players + 10 * random.normal(size=players.shape) @ loud.T for _ in range(2)]
    scores = [np.stack((s, 0 * s), axis=1).reshape(60, 2, HEADS, MODULES) for s in sums]
    one, other = (prior.signature(each).reshape(60, SIZE) for each in scores)
    plain = [s / np.linalg.norm(s, axis=1, keepdims=True) for s in sums]

    def right(first: np.ndarray, second: np.ndarray) -> float:
        return float(((first @ second.T).argmax(axis=1) == np.arange(60)).mean())

    assert right(one, other) > 0.8
    assert right(*plain) < 0.2


def test_without_a_learnt_prior_styles_say_how_far_they_spread() -> None:
    random = np.random.default_rng(6)
    styles: Routing = random.normal(size=(200, HEADS, MODULES)).astype(np.float32) + 3
    prior = assumed_prior(styles)
    np.testing.assert_allclose(prior.mean, centred(styles).mean(axis=0), atol=1e-5)
    assert prior.spread == pytest.approx(centred(styles).std(), rel=0.05)


def test_a_prior_is_kept_whole(prior: StylePrior, tmp_path: Path) -> None:
    path = tmp_path / "prior.safetensors"
    prior.save(path)
    again = StylePrior.load(path)
    for key in ("mean", "fisher", "spread", "game_covariance"):
        np.testing.assert_allclose(getattr(again, key), getattr(prior, key), rtol=1e-5, atol=1e-9)
    write_tensors(path, {"mean": prior.mean}, {})
    with pytest.raises(StylemateError, match="is missing"):
        StylePrior.load(path)
    path.write_bytes(b"nothing")
    with pytest.raises(StylemateError, match="damaged"):
        StylePrior.load(path)
