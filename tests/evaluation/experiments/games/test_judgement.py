"""The rules by which sliders are judged in games."""

from collections.abc import Sequence

import numpy as np
import pytest

from engine.attributes.figure_registry import FIGURE_KEYS, FIGURES
from engine.evaluation.experiments.games.cells import SHARES
from engine.evaluation.experiments.games.judgement import (
    Slider,
    SliderPlace,
    elo,
    forces,
    is_beyond_people,
    is_monotone,
    keeps_elo,
    leaks,
    step_in_spreads,
    working_phases,
)
from engine.evaluation.measures.game_estimates import Sampled, sampled_means
from engine.style.player_games import PlayerGames

PLACES = (-1.0, -0.5, 0.0, 0.5, 1.0)
GAMES = 400
_IS_SHARE = np.array([figure.is_share_of_games for figure in FIGURES])


def sampled(seed: int, **means: float) -> Sampled:
    """Return 400 games with these means of figures; 0 for the others, half the points."""
    random = np.random.default_rng(seed)
    values = np.zeros((GAMES, len(FIGURES)))
    for key, mean in ({"score": 0.5} | means).items():
        column = FIGURE_KEYS.index(key)
        if _IS_SHARE[column]:
            values[:, column] = random.permutation(GAMES) < round(mean * GAMES)
        else:
            noise = random.normal(0, 0.1 * abs(mean) + 1e-9, GAMES)
            values[:, column] = mean + noise - noise.mean()
    return sampled_means(values, _IS_SHARE, seed)


def phases(rates: Sequence[float]) -> Sampled:
    random = np.random.default_rng(9)
    values = np.array(rates) * random.uniform(0.5, 1.5, (GAMES, len(rates)))
    return sampled_means(values, np.zeros(len(rates), dtype=np.bool_), 2)


def slider(key: str, figure: str, means: Sequence[float], **others: float) -> Slider:
    """Return a slider whose own figure has these means; others have theirs at the upper end."""
    places = [
        SliderPlace(
            share,
            sampled(number, **{figure: mean}, **(others if share == 1 else {})),
            phases([0.1 + 0.05 * share, 0.1, 0.0]),
        )
        for number, (share, mean) in enumerate(zip(PLACES, means, strict=True))
    ]
    return Slider(key, places)


def people(figure: str, mean: float, sd: float) -> PlayerGames:
    random = np.random.default_rng(1)
    means = random.normal(mean, sd, (2000, 1)).astype(np.float32)
    return PlayerGames(
        (figure,),
        tuple(f"P, {number}" for number in range(2000)),
        np.full(2000, 400, dtype=np.int32),
        means,
        np.zeros_like(means),
    )


def test_the_places_are_those_that_are_played() -> None:
    assert tuple(sorted([*SHARES, 0.0])) == PLACES


@pytest.mark.parametrize(
    ("means", "enough"),
    [
        ((0.05, 0.1, 0.2, 0.4, 0.66), (True, True)),
        ((0.15, 0.17, 0.2, 0.25, 0.30), (False, False)),
        ((0.05, 0.1, 0.2, 0.2, 0.2), (True, False)),
        ((0.9, 0.5, 0.2, 0.1, 0.05), (False, False)),  # the wrong way round
    ],
)
def test_force_of_a_share(means: Sequence[float], enough: tuple[bool, bool]) -> None:
    pair = forces(slider("queen_trades", "queens_off_20", means), None)
    assert tuple(force.enough for force in pair) == enough
    assert pair[1].value.value == pytest.approx(means[-1] / means[2], rel=0.02)
    assert pair[1].counted == "times"


def test_a_share_that_most_games_have_is_judged_by_those_without() -> None:
    lower, upper = forces(slider("early_castling", "castled_15", (0.6, 0.7, 0.8, 0.85, 0.9)), None)
    assert upper.counted == "times, games without"
    assert upper.value.value == pytest.approx(0.5)
    assert lower.value.value == pytest.approx(2.0)
    assert lower.enough
    assert upper.enough
    weak = forces(slider("early_castling", "castled_15", (0.75, 0.8, 0.8, 0.8, 0.85)), None)
    assert not any(force.enough for force in weak)


def test_figures_without_a_ratio_are_judged_by_the_spread_of_people() -> None:
    strong = slider("king_danger", "king_danger", (200.0, 300.0, 400.0, 500.0, 600.0))
    assert not any(force.enough for force in forces(strong, None))  # nothing to hold it against
    lower, upper = forces(strong, people("king_danger", 300, 100))
    assert upper.counted == "sd"
    assert upper.value.value == pytest.approx(2, rel=0.06)
    assert lower.enough
    assert upper.enough
    weak = slider("king_danger", "king_danger", (300.0, 350.0, 400.0, 450.0, 500.0))
    assert not any(force.enough for force in forces(weak, people("king_danger", 300, 100)))
    assert step_in_spreads(strong, people("king_danger", 300, 100)) == pytest.approx(0.4, rel=0.06)


def test_dose_curves() -> None:
    assert is_monotone(slider("checks", "checks", (0.05, 0.06, 0.08, 0.1, 0.12)))
    assert not is_monotone(slider("checks", "checks", (0.05, 0.09, 0.08, 0.1, 0.12)))
    assert not is_monotone(slider("checks", "checks", (0.08, 0.08, 0.08, 0.08, 0.0801)))


def test_leaks_are_clear_and_more_than_a_quarter() -> None:
    trades = slider("queen_trades", "queens_off_20", (0.0, 0.1, 0.2, 0.4, 0.6), checks=0.11)
    checks = slider("checks", "checks", (0.04, 0.06, 0.08, 0.1, 0.12))
    for one, missing in ((trades, "checks"), (checks, "queens_off_20")):
        column = FIGURE_KEYS.index(missing)
        base = 0.08 if missing == "checks" else 0.2
        for number, place in enumerate(one.places):
            if place.figures.means[column] == 0:
                value = sampled(50 + number, **{missing: base})
                place.figures.means[column] = value.means[column]
                place.figures.draws[:, column] = value.draws[:, column]
    found = {(leak.slider, leak.upper, leak.other): leak for leak in leaks([trades, checks])}
    assert len(found) == 4
    leak = found["queen_trades", True, "checks"]
    assert leak.share == pytest.approx(0.75, abs=0.02)
    assert leak.leaks
    assert not found["queen_trades", False, "checks"].leaks
    assert not found["checks", True, "queen_trades"].leaks


def test_elo_lost() -> None:
    base = slider("checks", "checks", (0.1,) * 5)
    unpushed = base.unpushed
    assert elo(unpushed.figures).value == pytest.approx(0, abs=1)
    for share, score, kept in ((1.0, 0.40, True), (1.0, 0.33, False), (0.5, 0.40, False)):
        place = SliderPlace(share, sampled(4, score=score), unpushed.phases)
        assert keeps_elo(place, unpushed) == kept
    estimate = elo(sampled(4, score=0.36))
    assert estimate.value == pytest.approx(-100, abs=1)
    assert estimate.low < estimate.value < estimate.high


def test_phases_in_which_a_slider_works() -> None:
    one = slider("checks", "checks", (0.1,) * 5)
    assert working_phases(one) == [True, False, None]
    # A term judges every position: there is no phase in which it cannot act.
    assert working_phases(Slider("mobility", one.places))[2] is False


def test_ends_beyond_people() -> None:
    one = slider("checks", "checks", (0.05, 0.06, 0.08, 0.1, 0.12))
    assert is_beyond_people(one, None) is None
    assert is_beyond_people(one, people("checks", 0.05, 0.01)) is True
    assert is_beyond_people(one, people("checks", 0.05, 0.03)) is False
