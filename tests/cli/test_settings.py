"""Options of a command that are fields of an options class."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from engine.cli.settings import SettingHelp, made, takes


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, kw_only=True)
class Shape:
    sides: int = 3
    colour: Colour = Colour.RED


@dataclass(frozen=True, kw_only=True)
class Drawing:
    strokes: int = 20_000_000
    width: float | None = 0.5
    shape: Shape = Shape(sides=4)
    hidden: int = 7


def drawn(*words: str) -> tuple[int, str, list[Drawing]]:
    """Run a command that takes some of these settings; return its exit code, output and options."""
    found: list[Drawing] = []
    app = typer.Typer(rich_markup_mode=None)

    @app.command()
    @takes(
        Drawing,
        {
            "strokes": SettingHelp("How many strokes.", least=1, is_large=True),
            "width": SettingHelp("How wide.", least=0, most=2),
            "sides": SettingHelp("How many sides.", least=3),
            "colour": SettingHelp("Which colour."),
        },
    )
    def draw(name: str, twice: bool = False, **chosen: Any) -> None:
        """Draw something."""
        found.extend([made(Drawing, chosen)] * (1 + twice))

    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output, found


def test_what_is_not_chosen_is_as_in_the_class() -> None:
    code, _, found = drawn("house")
    assert code == 0
    assert found == [Drawing()]


def test_fields_and_those_of_a_field_are_chosen() -> None:
    words = ["--strokes", "2e7", "--width", "1.5", "--sides", "5", "--colour", "blue", "--twice"]
    code, _, found = drawn("house", *words)
    assert code == 0
    shape = Shape(sides=5, colour=Colour.BLUE)
    assert found == [Drawing(strokes=20_000_000, width=1.5, shape=shape)] * 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--strokes many", "'many' is not a number"),
        ("--strokes 1e999", "is not a number"),
        ("--strokes 0.5", "0.5 is less than 1"),
        ("--width 3", "'--width'"),
        ("--sides 2", "'--sides'"),
        ("--colour green", "'green'"),
        ("--hidden 3", "No such option"),
    ],
)
def test_what_cannot_be_chosen_is_refused(words: str, said: str) -> None:
    code, output, found = drawn("house", *words.split())
    assert code == 2
    assert said in " ".join(output.split())
    assert found == []


def test_the_help_has_words_and_defaults() -> None:
    code, output, _ = drawn("--help")
    assert code == 0
    for said in ("Draw something.", "How many strokes.", "20000000", "red", "blue", "How wide."):
        assert said in output
    assert "hidden" not in output
