"""Human time never loses a game on the clock."""

import random

from hypothesis import given
from hypothesis import strategies as st

from engine.play.uci.pace import pause

SECONDS = st.floats(-10, 1e6)


@given(SECONDS, st.floats(-1, 600), st.floats(0, 60), st.integers(0, 218), st.integers(0))
def test_it_stays_within_the_clock(
    left: float, increment: float, overhead: float, choices: int, seed: int
) -> None:
    seconds = pause(left, increment, overhead, choices, random.Random(seed))
    assert 0 <= seconds <= max(left - overhead, 0) / 2


def test_it_varies_and_grows_with_the_clock() -> None:
    source = random.Random(1)
    short = [pause(60, 0, 0.1, 30, source) for _ in range(500)]
    long = [pause(600, 0, 0.1, 30, source) for _ in range(500)]
    assert sum(long) > 5 * sum(short)
    assert max(short) > 4 * min(short) > 0
    forced = [pause(60, 0, 0.1, 1, source) for _ in range(500)]
    assert sum(forced) < 0.5 * sum(short)
