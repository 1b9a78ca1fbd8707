"""The mixing matrix: several sliders together bring about what none does alone."""

from pathlib import Path

import numpy as np
import pytest

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.errors import StylemateError
from engine.style.mixing import MIXING_FILE, RESTRAINT, load_mixing
from tests.style.game_tables import mixing

TAKES, TRADES = FIGURE_KEYS.index("captures"), FIGURE_KEYS.index("queens_off_20")
HANG_TOGETHER = mixing(
    captures={"captures": 10.0, "queens_off_20": 6.0}, queen_trades={"queens_off_20": 10.0}
)


def wanted(**moved: float) -> np.ndarray:
    return np.array([moved.get(key, 0.0) for key in FIGURE_KEYS])


def test_steps_of_all_sliders_together_move_the_figures_as_asked() -> None:
    # Who takes more also trades queens more: to take more and trade less, trading is turned down.
    target = wanted(captures=5.0, queens_off_20=-1e-6)
    steps = HANG_TOGETHER.steps(target)
    reached = HANG_TOGETHER.response @ steps
    assert reached[TAKES] == pytest.approx(5.0, rel=0.05)
    assert abs(reached[TRADES]) < 0.2
    assert steps[1] < -0.2


def test_what_is_not_asked_for_is_left_free_and_pushes_stay_short() -> None:
    steps = HANG_TOGETHER.steps(wanted(captures=5.0))
    assert steps[0] == pytest.approx(5 * 10 / (100 + RESTRAINT))
    assert abs(steps[1]) < 1e-9
    assert not HANG_TOGETHER.steps(wanted()).any()


def test_saved_and_read_again(tmp_path: Path) -> None:
    assert load_mixing(tmp_path) is None
    HANG_TOGETHER.save(tmp_path)
    found = load_mixing(tmp_path)
    assert found is not None
    assert (found.sliders, found.games) == (HANG_TOGETHER.sliders, HANG_TOGETHER.games)
    np.testing.assert_allclose(found.response, HANG_TOGETHER.response)


@pytest.mark.parametrize(
    "text",
    [
        "3",
        '{"version": 9}',
        '{"version": 1, "games": 1}',
        '{"version": 1, "games": 1, "response": [1]}',
        '{"version": 1, "games": 1, "response": {"checks": {"checks": "many"}}}',
        '{"version": 1, "games": 1, "response": {"checks": {"checks": NaN}}}',
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / MIXING_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(StylemateError, match=MIXING_FILE[:6]):
        load_mixing(tmp_path)
