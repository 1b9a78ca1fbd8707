"""Numbers as pages write them."""

import pytest

from ui.shared.text import as_likeness, telling


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0, 3, "0"),
        (1412.3, 3, "1,412"),
        (-1412.3, 3, "\u22121,412"),
        (27.06, 3, "27.1"),
        (0.01234, 3, "0.0123"),
        (123456, 2, "123,456"),
        (-0.5, 2, "\u22120.50"),
    ],
)
def test_numbers_without_powers_of_ten(value: float, digits: int, text: str) -> None:
    assert telling(value, digits) == text


@pytest.mark.parametrize(
    ("cosine", "text"), [(0.624, "62"), (1.0, "100"), (-0.001, "0"), (-0.12, "\u221212")]
)
def test_likeness_of_a_hundred(cosine: float, text: str) -> None:
    assert as_likeness(cosine) == text
