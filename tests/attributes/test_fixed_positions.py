import json
import shutil
import time
from collections import Counter
from pathlib import Path

import chess
import numpy as np
import pytest

from engine.assets import assets_directory
from engine.attributes.fixed_positions import (
    POSITIONS_FILE,
    QUALITY_FILE,
    STRENGTH,
    FixedPosition,
    load_fixed_positions,
)
from engine.attributes.moves import move_attributes
from engine.attributes.registry import BY_KEY
from engine.attributes.sampling import HISTORY_PLIES
from engine.errors import StylemateError


@pytest.fixture(scope="module")
def positions() -> list[FixedPosition]:
    return load_fixed_positions()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the shipped folder that a test may damage."""
    return Path(shutil.copytree(assets_directory() / "positions", tmp_path / "positions"))


def test_phases_and_colours_are_balanced(positions: list[FixedPosition]) -> None:
    found = Counter((position.phase, position.board.turn) for position in positions)
    assert found == {
        (phase, colour): number
        for phase, number in (("opening", 40), ("middlegame", 120), ("endgame", 40))
        for colour in chess.COLORS
    }


def test_positions_are_distinct_and_have_history(positions: list[FixedPosition]) -> None:
    assert len({position.board.epd() for position in positions}) == len(positions)
    for position in positions:
        assert len(position.board.move_stack) == HISTORY_PLIES
        assert position.board.ply() >= 10
        assert position.moves == tuple(position.board.legal_moves)


def test_attributes_are_those_of_the_moves(positions: list[FixedPosition]) -> None:
    for position in positions[::40]:
        moves, values = move_attributes(position.board)
        assert tuple(moves) == position.moves
        assert set(position.attributes) == set(BY_KEY)
        for key, array in values.items():
            np.testing.assert_array_equal(position.attributes[key], array)


def test_strength_is_a_loss_against_the_best_move(positions: list[FixedPosition]) -> None:
    for position in positions:
        strength = position.attributes[STRENGTH]
        assert strength.shape == (len(position.moves),)
        assert strength.max() == 0
        assert strength.min() >= -1
    # Moving at random throws away games; that is what the measure must show.
    assert np.mean([position.attributes[STRENGTH].mean() for position in positions]) < -0.1


def test_a_hanging_queen_is_a_loss_of_strength(positions: list[FixedPosition]) -> None:
    given = [
        float(position.attributes[STRENGTH][index])
        for position in positions
        for index, move in enumerate(position.moves)
        if position.board.piece_type_at(move.from_square) == chess.QUEEN
        and position.attributes["sacrifices"][index]
    ]
    assert len(given) > 500
    assert np.median(given) < -0.25


def test_expected_values_follow_the_probabilities(positions: list[FixedPosition]) -> None:
    position = positions[0]
    certain = np.zeros(len(position.moves))
    certain[3] = 1
    expected = position.expected(certain)
    for key, values in position.attributes.items():
        assert expected[key] == pytest.approx(float(values[3]))


def test_they_load_quickly() -> None:
    # Time of this process, since other work may run beside the tests.
    start = time.process_time()
    load_fixed_positions()
    assert time.process_time() - start < 1


@pytest.mark.parametrize("name", [POSITIONS_FILE, QUALITY_FILE])
def test_missing_and_damaged_files_are_named(copied: Path, name: str) -> None:
    text = (copied / name).read_text()
    (copied / name).write_text(text[: len(text) // 2])
    with pytest.raises(StylemateError, match=f"{name} is damaged"):
        load_fixed_positions(copied)
    (copied / name).write_text("3")
    with pytest.raises(StylemateError, match=name):
        load_fixed_positions(copied)
    (copied / name).unlink()
    with pytest.raises(StylemateError, match=f"{name} is missing"):
        load_fixed_positions(copied)


def test_files_that_do_not_belong_together_are_refused(copied: Path) -> None:
    rows = json.loads((copied / POSITIONS_FILE).read_text())
    (copied / POSITIONS_FILE).write_text(json.dumps(rows[:-1]))
    with pytest.raises(StylemateError, match="does not belong"):
        load_fixed_positions(copied)
    (copied / POSITIONS_FILE).write_text(json.dumps(rows[::-1]))
    with pytest.raises(StylemateError, match="does not belong"):
        load_fixed_positions(copied)


@pytest.mark.parametrize(
    "change",
    [
        {"fen": "nonsense"},
        {"moves": ["e2e5"]},
        {"moves": 7},
        {"phase": "break"},
        {"fen": "8/8/8/8/8/8/8/8 w - - 0 1", "moves": []},
    ],
)
def test_a_broken_position_is_named_by_number(copied: Path, change: dict[str, object]) -> None:
    rows = json.loads((copied / POSITIONS_FILE).read_text())
    rows[4] |= change
    (copied / POSITIONS_FILE).write_text(json.dumps(rows))
    with pytest.raises(StylemateError, match=r"(?:Fixed position|entry) 5"):
        load_fixed_positions(copied)
