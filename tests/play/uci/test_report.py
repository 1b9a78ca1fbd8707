"""Scores that programs read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.play.uci.report import (
    MOST_CENTIPAWNS,
    PrincipalVariation,
    centipawns,
    permille,
)

CHANCES = (
    st.tuples(*[st.floats(0, 1)] * 3)
    .filter(lambda parts: sum(parts) > 0)
    .map(lambda parts: (parts[0] / sum(parts), parts[1] / sum(parts), parts[2] / sum(parts)))
)


def test_a_lost_game_is_one_that_bots_resign() -> None:
    assert centipawns((0.05, 0.05, 0.9)) == pytest.approx(-1000, abs=30)
    assert centipawns((0.0, 0.0, 1.0)) == -MOST_CENTIPAWNS
    assert centipawns((0.3, 0.4, 0.3)) == 0


@pytest.mark.parametrize(
    ("plies", "wdl", "score"),
    [
        (1, (1.0, 0.0, 0.0), "mate 1"),
        (3, (1.0, 0.0, 0.0), "mate 2"),
        (2, (0.0, 0.0, 1.0), "mate -1"),
        (6, (0.0, 0.0, 1.0), "mate -3"),
        (0, (0.0, 1.0, 0.0), "cp 0"),
    ],
)
def test_mates_are_counted_in_moves(
    plies: int, wdl: tuple[float, float, float], score: str
) -> None:
    assert PrincipalVariation(("e2e4",), 1.0, wdl, mate=plies).score == score


@given(CHANCES)
def test_scores_are_whole_and_fair(wdl: tuple[float, float, float]) -> None:
    assert centipawns(wdl) == -centipawns((wdl[2], wdl[1], wdl[0]))
    assert abs(centipawns(wdl)) <= MOST_CENTIPAWNS
    rounded = permille(wdl)
    assert sum(rounded) == 1000
    assert min(rounded) >= 0
    assert rounded == pytest.approx([1000 * chance for chance in wdl], abs=1.01)
