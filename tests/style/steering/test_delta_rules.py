"""Rules that find deltas, and their correction, on styles whose effects are known."""

import numpy as np
import numpy.typing as npt
import pytest

from engine.progress import TellCount
from engine.style.steering.attribute_meter import Measurements
from engine.style.steering.correction import Calibrator, Population
from engine.style.steering.delta_rules import (
    cleaned,
    gradient_rule,
    leakage,
    outstanding_players,
    paper_rule,
    regression_rule,
)
from engine.style.style import Routing

HEADS, MODULES, ATTRIBUTES = 3, 5, 4


class Linear:
    """Measures attributes that are a mix of routing numbers, bent a little if wanted."""

    def __init__(self, bend: float = 0.0) -> None:
        random = np.random.default_rng(5)
        self.mix = random.normal(size=(HEADS * MODULES, ATTRIBUTES))
        self.mix[:, 1] += self.mix[:, 0]  # two attributes that go together
        self.keys = tuple("abcd")
        self.bend = bend

    def measure(self, styles: Routing, progress: TellCount = lambda count: None) -> Measurements:
        plain = styles.reshape(len(styles), -1).astype(np.float64) @ self.mix
        progress(len(styles))
        return np.asarray(plain + self.bend * plain**2 + 7.0)


def some_styles(players: int = 400) -> Routing:
    return np.random.default_rng(1).normal(size=(players, HEADS, MODULES)).astype(np.float32)


def effects_of(deltas: Routing, linear: Linear, population: Population) -> npt.NDArray[np.float64]:
    flat = deltas.reshape(len(deltas), -1).astype(np.float64)
    return np.asarray(flat @ linear.mix / population.sd)


def test_outstanding_players_are_those_above_two_deviations() -> None:
    scores = np.concatenate([np.full(25, 2.5), np.zeros(300)])
    assert set(outstanding_players(scores)) == set(range(25))


def test_few_outstanding_players_are_filled_up_from_the_top() -> None:
    scores = np.concatenate([[5.0, 4.0], np.linspace(1.9, -1, 200)])
    assert list(outstanding_players(scores)) == list(range(20))
    assert list(outstanding_players(np.array([0.1, 0.3, 0.2, 0.0]))) == [1]


def test_paper_rule_is_the_difference_of_means() -> None:
    styles = some_styles(100)
    scores = np.zeros((100, 1))
    scores[:30, 0] = 3.0
    expected = (styles[:30].mean(axis=0) - styles.mean(axis=0)) / 3.0
    np.testing.assert_allclose(paper_rule(styles, scores)[0], expected, atol=1e-6)


@pytest.mark.parametrize("rule", [paper_rule, regression_rule])
def test_rules_move_their_own_attribute(rule) -> None:  # type: ignore[no-untyped-def]
    linear, styles = Linear(), some_styles()
    population = Population.of(linear.measure(styles))
    deltas = rule(styles, population.scores(linear.measure(styles)))
    own = np.diag(effects_of(deltas, linear, population))
    assert (own > 0.5).all()
    assert (own < 1.5).all()


def test_regression_leaks_less_than_the_paper_rule() -> None:
    linear, styles = Linear(), some_styles()
    population = Population.of(linear.measure(styles))
    scores = population.scores(linear.measure(styles))
    paper = leakage(effects_of(paper_rule(styles, scores), linear, population))
    regression = leakage(effects_of(regression_rule(styles, scores), linear, population))
    assert paper > 0.1
    assert regression < paper / 2


def test_cleaning_is_exact_where_effects_add_up() -> None:
    linear, styles = Linear(), some_styles()
    population = Population.of(linear.measure(styles))
    deltas = paper_rule(styles, population.scores(linear.measure(styles)))
    clean = cleaned(deltas, effects_of(deltas, linear, population))
    np.testing.assert_allclose(effects_of(clean, linear, population), np.eye(ATTRIBUTES), atol=0.01)


def test_gradient_rule_needs_no_scores() -> None:
    linear, styles = Linear(), some_styles()
    population = Population.of(linear.measure(styles))
    slopes = (linear.mix / population.sd).T.reshape(ATTRIBUTES, HEADS, MODULES)
    deltas = gradient_rule(styles, slopes)
    np.testing.assert_allclose(
        effects_of(deltas, linear, population), np.eye(ATTRIBUTES), atol=0.01
    )


def test_gradient_rule_prefers_what_differs_between_players() -> None:
    styles = some_styles()
    styles[:, 0] *= 10
    slopes = np.zeros((1, HEADS, MODULES))
    slopes[0, :, 0] = 1.0
    delta = gradient_rule(styles, slopes)[0]
    assert delta[0, 0] > 3 * abs(delta[1, 0])


def test_cleaning_does_not_blow_up_equal_directions() -> None:
    deltas = np.ones((2, HEADS, MODULES), dtype=np.float32)
    assert np.isfinite(cleaned(deltas, np.ones((2, 2)))).all()
    assert np.abs(cleaned(deltas, np.ones((2, 2)))).max() < 10


def test_leakage() -> None:
    assert leakage(np.eye(3)) == 0
    assert leakage(np.array([[2.0, 1.0], [0.0, 1.0]])) == pytest.approx(0.25)
    assert leakage(np.array([[1.0, 0.0], [0.0, -1.0]])) == float("inf")
    assert leakage(np.array([[0.5]])) == 0


def test_correction_by_measurement() -> None:
    linear, styles = Linear(bend=0.01), some_styles()
    measured = linear.measure(styles)
    population = Population.of(measured)
    rows = [0, 1, 2]
    correction = Calibrator(linear, population, styles[:40], rows)  # type: ignore[arg-type]
    elsewhere = Calibrator(linear, population, styles[40:80], rows)  # type: ignore[arg-type]
    raw = paper_rule(styles, population.scores(measured)[:, rows])
    trial = correction.correct("paper", raw, 3, elsewhere)
    assert trial.leakage_before > 0.1
    assert trial.leakage_after < 0.01
    assert trial.leakage_elsewhere < 0.05
    assert trial.error_elsewhere < 0.05
    shifts = elsewhere.shifts(trial.deltas, 1.0)
    assert shifts.shape == (3, 40, ATTRIBUTES)
    np.testing.assert_allclose(np.diag(shifts.mean(axis=1)[:, rows]), 1, atol=0.15)


def test_scores_of_an_attribute_that_does_not_vary() -> None:
    population = Population.of(np.array([[1.0, 2.0], [1.0, 4.0]]))
    np.testing.assert_allclose(
        population.scores(np.array([[1.0, 3.0], [1.0, 5.0]])), [[0, 0], [0, 2]]
    )
