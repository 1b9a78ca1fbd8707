"""The recipe parser: what people write, what it means, what it says about mistakes."""

import math
import string
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.style.recipe import (
    MAXIMUM_AMOUNT,
    MAXIMUM_ELO,
    MAXIMUM_INTENSITY,
    MINIMUM_ELO,
    Component,
    Recipe,
    RecipeError,
    Steering,
)
from engine.style.recipe_parser import parse_recipe


def players(text: str) -> list[tuple[str, float]]:
    return [(c.name, c.weight) for c in parse_recipe(text).components]


def test_full_example() -> None:
    text = "0.6 Tal, Mikhail + 0.4 Petrosian, Tigran | king_danger +1.5 | strength -1"
    recipe = parse_recipe(text)
    assert recipe == Recipe(
        (Component("Tal, Mikhail", 0.6), Component("Petrosian, Tigran", 0.4)),
        (Steering("king_danger", 1.5), Steering("strength", -1.0)),
    )
    assert str(recipe) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tal, Mikhail", [("Tal, Mikhail", 1.0)]),
        ("  Tal,   Mikhail  ", [("Tal, Mikhail", 1.0)]),
        ("60% Tal + 40 % Petrosian", [("Tal", 0.6), ("Petrosian", 0.4)]),
        (".6 Tal+.4 Petrosian", [("Tal", 0.6), ("Petrosian", 0.4)]),
        ("3 Tal + 1 Petrosian", [("Tal", 0.75), ("Petrosian", 0.25)]),
        ("3*Tal + 1 * Petrosian", [("Tal", 0.75), ("Petrosian", 0.25)]),
        ("Tal + Petrosian", [("Tal", 0.5), ("Petrosian", 0.5)]),
        (
            "L'Ami, Erwin + Vachier-Lagrave, M.",
            [("L'Ami, Erwin", 0.5), ("Vachier-Lagrave, M.", 0.5)],
        ),
        ("2 C9C9C9C9C9 + 2 1stMove", [("C9C9C9C9C9", 0.5), ("1stMove", 0.5)]),
        ("1stMove", [("1stMove", 1.0)]),
        ("Wiel, J. van der", [("Wiel, J. van der", 1.0)]),
        ('"Tal + Petrosian | Co"', [("Tal + Petrosian | Co", 1.0)]),
        ('2 "a ""b"" c" + 2 "5 d"', [('a "b" c', 0.5), ("5 d", 0.5)]),
        ("0.5 average + 0.5 Tal", [("average", 0.5), ("Tal", 0.5)]),
        ("", []),
        ("  ", []),
        ("Average", []),
        ("| strength 1", []),
    ],
)
def test_components(text: str, expected: list[tuple[str, float]]) -> None:
    assert players(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tal | king danger 2", [("king_danger", 2.0)]),
        ("Tal | King-Danger = -2.5", [("king_danger", -2.5)]),
        ("Tal | king_danger: +.5 | | mobility −1 |", [("king_danger", 0.5), ("mobility", -1.0)]),
        ("Tal | king_danger 0", []),
    ],
)
def test_steering(text: str, expected: list[tuple[str, float]]) -> None:
    assert [(s.attribute, s.amount) for s in parse_recipe(text).steering] == expected


@pytest.mark.parametrize(
    ("text", "intensity", "written"),
    [
        ("Tal | intensity 2", 2.0, "Tal | intensity 2"),
        ("Tal | Intensity: +2.50", 2.5, "Tal | intensity 2.5"),
        ("Tal | strength 1 | intensity 0", 0.0, "Tal | intensity 0 | strength +1"),
        ("Tal + Leko|intensity=.25|", 0.25, "Tal + Leko | intensity 0.25"),
        ("Tal | intensity 1", 1.0, "Tal"),
        ("Tal", 1.0, "Tal"),
        ("average | intensity 3", 1.0, "average"),
        ("| intensity 3 | strength 1", 1.0, "average | strength +1"),
    ],
)
def test_intensity(text: str, intensity: float, written: str) -> None:
    recipe = parse_recipe(text)
    assert recipe.intensity == intensity
    assert str(recipe) == written
    assert parse_recipe(written) == recipe


@pytest.mark.parametrize(
    ("text", "elo", "written"),
    [
        ("Tal | elo 1500", 1500, "Tal | elo 1500"),
        ("Tal|ELO=+1500", 1500, "Tal | elo 1500"),
        ("| elo: 1e3", 1000, "average | elo 1000"),
        ("Tal | elo 1499.6 | mobility 1 |", 1500, "Tal | mobility +1 | elo 1500"),
        ("Tal | elo 500 | intensity 2", 500, "Tal | intensity 2 | elo 500"),
        (f"Tal | elo {MAXIMUM_ELO}", MAXIMUM_ELO, f"Tal | elo {MAXIMUM_ELO}"),
        ("Tal", None, "Tal"),
    ],
)
def test_elo(text: str, elo: int | None, written: str) -> None:
    recipe = parse_recipe(text)
    assert recipe.elo == elo
    assert str(recipe) == written
    assert parse_recipe(written) == recipe
    assert recipe.style == parse_recipe(written.partition(" | elo")[0])


@pytest.mark.parametrize("elo", [499, MAXIMUM_ELO + 1, -1500, math.nan, math.inf])
def test_a_recipe_refuses_ratings(elo: float) -> None:
    with pytest.raises(RecipeError, match=f"from 500 to {MAXIMUM_ELO}"):
        Recipe((Component("Tal"),), elo=elo)  # type: ignore[arg-type]
    with pytest.raises(RecipeError, match="no attribute"):
        Steering("Elo", 1.0)


@pytest.mark.parametrize("intensity", [-0.1, 5.01, math.nan, math.inf])
def test_a_recipe_refuses_intensities(intensity: float) -> None:
    with pytest.raises(RecipeError, match="from 0 to 5"):
        Recipe((Component("Tal"),), (), intensity)
    with pytest.raises(RecipeError, match="no attribute"):
        Steering("Intensity", 1.0)


@pytest.mark.parametrize(
    ("text", "position", "words", "suggestion"),
    [
        ("Tal | intensity 6 | mobility 1", 6, "from 0 to 5, not 6", "Tal | mobility +1"),
        ("Tal | intensity -1", 6, "from 0 to 5, not -1", "Tal"),
        ("Tal | intensity nan", 6, "from 0 to 5", "Tal"),
        ("Tal | intensity 1e400", 6, "from 0 to 5", "Tal"),
        ("Tal | intensity", 6, "needs a number from 0 to 5", "Tal"),
        ("Tal | intensity much", 6, "needs an amount", "Tal"),
        ("Tal | intensity 2 | INTENSITY 3", 20, "twice", "Tal | intensity 2"),
        ("Tal | elo 99 | mobility 1", 6, f"500 to {MAXIMUM_ELO}, not 99", "Tal | mobility +1"),
        ("Tal | elo nan", 6, f"from 500 to {MAXIMUM_ELO}", "Tal"),
        ("Tal | elo", 6, "needs a rating from 500", "Tal"),
        ("Tal | elo 1500 | Elo 1600", 17, "elo is given twice", "Tal | elo 1500"),
        ("0 Tal + 1 Leko | elo 1500", 0, "above 0", "Tal + Leko | elo 1500"),
        ("Tal | intensity 2 | strength 9", 20, "too large", "Tal | intensity 2"),
        ("0 Tal + 1 Petrosian | strength 1", 0, "above 0", "Tal + Petrosian | strength +1"),
        ("1 Tal + -1 Petrosian", 8, "Petrosian must be above 0", "Tal + Petrosian"),
        ("Tal + nan Petrosian", 6, "must be a number", "Tal + Petrosian"),
        ("inf Tal", 0, "must be a number", "Tal"),
        ("1e400 Tal", 0, "must be a number", "Tal"),
        ("1e9 Tal", 0, "out of range", "Tal"),
        ("Tal + | strength 1", 6, "name is missing", "Tal | strength +1"),
        ("Tal + 0.5", 6, "name is missing after the weight 0.5", "Tal"),
        ("+ Tal", 0, "name is missing", "Tal"),
        ("0.6 Tal + Petrosian | mobility 1", 10, "no weight", "Tal + Petrosian | mobility +1"),
        ("Tal | strength1e2", 6, "amount +100 of strength is too large", "Tal"),
        ("Tal | strength 9 | mobility 1", 6, "too large", "Tal | mobility +1"),
        ("Tal | strength", 6, "needs an amount", "Tal"),
        ("Tal | strength much | mobility 1", 6, "needs an amount", "Tal | mobility +1"),
        ("Tal | strength 1 | Strength 2", 19, "twice", "Tal | strength +1"),
        ("Tal | +2", 6, "not the name of an attribute", "Tal"),
        ('"Tal', 0, "quote", None),
        (" + ".join(["Tal"] * 17), 96, "at most 16", None),
        ("x" * 3000, 0, "at most 2000", None),
    ],
)
def test_mistakes(text: str, position: int, words: str, suggestion: str | None) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text)
    assert words in str(caught.value)
    assert caught.value.position == position
    assert caught.value.suggestion == suggestion


def test_several_mistakes_leave_a_suggestion_that_works() -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe("0 Tal + -2 Petrosian | strength 99 | x | mobility 1")
    assert caught.value.suggestion == "Tal + Petrosian | mobility +1"


def test_a_line_full_of_mistakes_gets_no_suggestion() -> None:
    with pytest.raises(RecipeError, match="needs an amount") as caught:
        parse_recipe("Tal" + " | x" * 300)
    assert caught.value.suggestion is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("x1e-1", 0.1),
        ("x-e-2", -2.0),
        ("x 1.", 1.0),
        ("x.5", 0.5),
        ("x==: +2", 2.0),
        ("x 0." + "0" * 300 + "1", 0.0),
        ("x 2." + "0" * 300, 2.0),
    ],
)
def test_an_amount_is_the_longest_number_at_the_end(text: str, amount: float) -> None:
    assert [s.amount for s in parse_recipe(f"Tal | {text}").steering] == (
        [amount] if amount else []
    )


@pytest.mark.parametrize("text", ["Tal | x ınf", "ınf Tal", "Tal | x İnf"])
def test_letters_that_only_look_like_infinity_are_letters(text: str) -> None:
    check_text(text)


READ_LONG_LINES = """
import sys
from engine.style import recipe_parser

recipe_parser.MAXIMUM_LENGTH = 100_000
for unit in sys.argv[1:]:
    for begin in ("", "a|", "1"):
        for end in ("", "x", "1"):
            text = begin + unit * (20_000 // len(unit)) + end
            try:
                recipe_parser.parse_recipe(text)
            except recipe_parser.RecipeError:
                pass
"""


def test_no_character_makes_a_long_line_slow() -> None:
    """At ten times the allowed length: a parser that goes back over it would take hours."""
    units = [*" 1.e+-=:|%*a\u2212\u0661", "nan", "inf", "1e", "1.", "1 ", "|a", "|1", "+1", "e1 "]
    subprocess.run(
        [sys.executable, "-c", READ_LONG_LINES, *units, '"', '""'], check=True, timeout=300
    )


@pytest.mark.parametrize("weight", [0.0, -1.0, math.nan, math.inf, 1e7])
def test_component_refuses_weights(weight: float) -> None:
    with pytest.raises(RecipeError):
        Component("Tal", weight)


names = st.text(
    st.sampled_from(string.ascii_letters + string.digits + " ,.'-+|\"%*_ÉéłИ李"), min_size=1
)
recipe_texts = st.lists(
    st.sampled_from([*'Tal, 0.69%*+|"-einf_\u2212\u0661', "| intensity ", "| elo 9", "| checks "]),
    max_size=60,
).map("".join)


@given(st.text())
def test_any_text_is_a_recipe_or_an_error_with_a_place(text: str) -> None:
    check_text(text)


@given(recipe_texts)
@example('"')
@example("+|+|")
def test_recipe_like_text_is_a_recipe_or_an_error_with_a_place(text: str) -> None:
    check_text(text)


def read(text: str) -> Recipe | RecipeError:
    try:
        return parse_recipe(text)
    except RecipeError as error:
        return error


def check_text(text: str) -> None:
    found = read(text)
    if isinstance(found, Recipe):
        assert parse_recipe(str(found)) == found
        return
    assert 0 <= found.position <= len(text)
    if found.suggestion is not None:
        assert str(parse_recipe(found.suggestion)) == found.suggestion


@pytest.mark.parametrize(
    "weights", [(0.002196468, 0.011050487, 0.987751628), (1e-6, 1000.0), (1.001, 1.0)]
)
def test_weights_at_the_edge_of_rounding_are_read_as_written(weights: tuple[float, ...]) -> None:
    recipe = Recipe(tuple(Component(f"P{n}", weight) for n, weight in enumerate(weights)))
    assert parse_recipe(str(recipe)) == recipe


@given(
    st.lists(st.tuples(names, st.floats(0.001, 1000)), max_size=16),
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9]{0,5}(_[a-z0-9]{1,5})?", fullmatch=True),
        st.floats(-MAXIMUM_AMOUNT, MAXIMUM_AMOUNT),
        max_size=4,
    ),
    st.floats(0, MAXIMUM_INTENSITY),
    st.none() | st.integers(MINIMUM_ELO, MAXIMUM_ELO),
)
def test_round_trip(
    parts: list[tuple[str, float]], pushes: dict[str, float], intensity: float, elo: int | None
) -> None:
    components = tuple(Component(name, weight) for name, weight in parts if name.strip())
    steering = tuple(Steering(key, amount) for key, amount in pushes.items())
    recipe = Recipe(components, steering, intensity, elo)
    assert parse_recipe(str(recipe)) == recipe
    assert recipe.intensity == (round(intensity, 3) if recipe.components else 1)
    assert not recipe.components or abs(sum(c.weight for c in recipe.components) - 1) < 1e-3
