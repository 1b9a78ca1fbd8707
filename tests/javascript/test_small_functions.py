"""The small functions that components share, in a browser."""

import pytest

from tests.javascript.conftest import Run

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (0, 2, "0"),
        (0.004, 2, "0"),
        (-0.004, 2, "0"),
        (1.5, 2, "+1.5"),
        (-2, 0, "−2"),
        (10, 0, "+10"),
        (100, 1, "+100"),
        (-0.125, 3, "−0.125"),
    ],
)
def test_numbers_with_their_sign(run: Run, number: float, digits: int, text: str) -> None:
    assert run("components/dom.js", "(m, [n, d]) => m.signed(n, d)", [number, digits]) == text


def test_captured_pieces_in_words(run: Run) -> None:
    words = run("board/strips.js", "m => [m.listed('pPn'), m.listed('Q'), m.listed('')]")
    assert words == ["2 pawns, 1 knight", "1 queen", ""]


def test_an_address_changes_only_what_it_is_told(run: Run) -> None:
    found = run(
        "address/address.js",
        "m => m.changedQuery('?moves=e2e4&fen=x&embed=1', {moves: 'd2d4', fen: null, a: null})",
    )
    assert found == "moves=d2d4&embed=1"
