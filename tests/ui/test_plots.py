"""The look of figures: legible on both themes, and radars that say what they show."""

import tomllib
from pathlib import Path

import pytest

from ui.plots.theme import (
    COLORS,
    RadarTrace,
    figure_layout,
    ordinal,
    radar,
    translucent,
    whole_percentile,
)

CONFIG_FILE = Path(__file__).resolve().parents[2] / "ui" / ".streamlit" / "config.toml"


def luminance(color: str) -> float:
    """Return the relative luminance of ``#rrggbb`` as the accessibility guidelines define it."""
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("color", COLORS)
def test_every_color_stands_out_from_the_page(color: str, theme: str) -> None:
    config = tomllib.loads(CONFIG_FILE.read_text("utf-8"))
    page = config["theme"][theme]["backgroundColor"]
    darker, lighter = sorted((luminance(color), luminance(page)))
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def test_eight_different_colors() -> None:
    assert len(set(COLORS)) == 8


def test_a_figure_leaves_text_and_background_to_the_page() -> None:
    layout = figure_layout(300)
    assert layout["height"] == 300
    assert "color" not in layout["font"]
    assert layout["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert figure_layout(300, "#ffffff")["font"]["color"] == "#ffffff"


def test_a_radar_closes_its_outlines_and_names_percentiles() -> None:
    tal = RadarTrace(
        "Tal", {"King danger": 97.2, "Castling queen side": 41.0}, {"King danger": "+2"}
    )
    other = RadarTrace("<b>Me", {"King danger": 3.0, "Castling queen side": 52.0})
    figure = radar([tal, other])
    median, first, second = figure.data
    assert list(first.r) == [97.2, 41.0, 97.2]
    assert first.theta[0] == first.theta[-1] == "King<br>danger"
    assert first.theta[1] == "Castling<br>queen side"
    assert first.customdata[0] == "<b>Tal</b><br>King danger: 97th percentile<br>+2"
    assert second.customdata[0].startswith("<b>&lt;b>Me</b>")
    assert first.line.color == COLORS[0] != second.line.color
    assert set(median.r) == {50}
    assert figure.layout.showlegend


def test_a_radar_of_nothing_is_empty() -> None:
    assert len(radar([]).data) == 1


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (93, "93rd")],
)
def test_ordinals(number: int, text: str) -> None:
    assert ordinal(number) == text


def test_translucent_colors() -> None:
    assert translucent("#ff8000", 0.5) == "rgba(255,128,0,0.5)"


def test_percentiles_are_said_from_1_to_99() -> None:
    assert [whole_percentile(value) for value in (0.0, 0.4, 42.4, 99.8, 100.0)] == [
        1,
        1,
        42,
        99,
        99,
    ]
