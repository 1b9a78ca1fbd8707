"""Words and drawings of Compare and Neighbours."""

from dataclasses import replace
from html.parser import HTMLParser

import chess
import numpy as np
import pytest

from engine.analysis.attribute_profile import Profile
from engine.analysis.disagreement import Disagreement, Favourite
from engine.analysis.identification import CosineRange
from engine.analysis.neighbours import Neighbour, Strangers
from engine.analysis.repertoire import Branch, Repertoire
from engine.attributes.fixed_positions import FixedPosition
from engine.style.recipe_parser import parse_recipe
from engine.style.space import PlayerInfo, StyleSpace
from tests.ui.explore_assets import measured_space
from ui.explore import compare_styles
from ui.explore.compare_disagreement import disagreement_html, favourite_arrows
from ui.explore.compare_profile import gap_words, widest_gaps
from ui.explore.compare_repertoire import repertoire_html
from ui.explore.compare_styles import compared, style_label
from ui.explore.neighbours_tab import Axis, Reference, fewest_games, scale_words
from ui.plots.theme import COLORS
from ui.shared.openings import Opening, OpeningBook

SPACE = measured_space()


# ---- names ----


@pytest.mark.parametrize(
    ("recipe", "label"),
    [
        ("Tal, Mikhail", "Tal"),
        ("average", "the average player"),
        ("Tal, Mikhail | king_danger +1.5", "Tal, +1.5 king danger"),
        ("Tal, Mikhail + Carlsen, Magnus | strength -1", "Tal × Carlsen, −1 strength"),
        ("0.6 Tal, Mikhail + 0.4 Carlsen, Magnus", "60% Tal + 40% Carlsen"),
    ],
)
def test_a_label_says_what_a_style_is_made_of(recipe: str, label: str) -> None:
    assert style_label(parse_recipe(recipe), SPACE) == label


def test_styles_of_one_name_are_told_apart() -> None:
    recipes = [parse_recipe(name) for name in ("Polgar, Judit", "Polgar, Susan", "Polgar, Judit")]
    labels = [style.label for style in compared(recipes, SPACE)]
    assert labels == ["Polgar", "Polgar (2)", "Polgar (3)"]


def test_a_guest_is_compared_until_they_leave() -> None:
    space = SPACE.with_style(PlayerInfo("Me", 40), SPACE.row("Tal, Mikhail"))
    recipe = compare_styles.chosen_recipe("0.5 Me + 0.5 Carlsen, Magnus", space)
    assert recipe is not None
    assert compared([recipe], space)[0].label == "Me × Carlsen"
    assert compare_styles.shown_choice("Me", space) == "Me"
    assert compare_styles.chosen_recipe("Me", SPACE) is None
    assert compare_styles.shown_choice("Me", SPACE) is None


# ---- attributes ----


def profile(**levels: float) -> Profile:
    return Profile(levels, {key: 50 + 20 * level for key, level in levels.items()}, "measured")


def test_the_widest_gap_comes_first() -> None:
    profiles = [profile(king_danger=1.0, strength=-0.5), profile(king_danger=0.5, strength=2.0)]
    gaps = widest_gaps(profiles, ["king_danger", "strength"])
    assert [gap.key for gap in gaps] == ["strength", "king_danger"]
    assert gaps[0].width == pytest.approx(2.5)
    assert len(widest_gaps(profiles, ["king_danger", "strength"], count=1)) == 1


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (
            (2.0, -2.0),
            "A has more of it than 90 % of players, B less than 90 %.",
        ),
        ((1.0, 2.0), "B goes for the king more than A."),
        ((-1.0, -2.0), "B leaves the king in peace more often than A."),
    ],
)
def test_a_gap_is_put_in_words(levels: tuple[float, float], words: str) -> None:
    (gap,) = widest_gaps([profile(king_danger=level) for level in levels], ["king_danger"])
    assert gap_words(["A", "B"], gap, SPACE) == words


def test_a_gap_in_moves_says_how_many() -> None:
    checks = replace(SPACE.attributes[0], key="checks", label="Checks", mean=0.06, sd=0.01)
    space = StyleSpace(SPACE.z, SPACE.players, (checks,), {"checks": SPACE.deltas["king_danger"]})
    (gap,) = widest_gaps([profile(checks=2.0), profile(checks=-2.0)], ["checks"])
    assert gap_words(["A", "B"], gap, space) == (
        "A has more of it than 90 % of players, B less than 90 %: 8.00 against 4.00 of 100 moves "
        "in the same positions."
    )
    (gap,) = widest_gaps([profile(checks=-2.0), profile(checks=-1.0)], ["checks"])
    assert gap_words(["A", "B"], gap, space).endswith(
        "more often than B: 4.00 against 5.00 of 100 moves in the same positions."
    ), "numbers stand in the order of the names"


# ---- repertoires ----


class Balanced(HTMLParser):
    """Notices elements that are closed in the wrong order or not at all."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "img"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check_markup(html: str) -> None:
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []


def test_a_tree_shows_moves_names_and_frequencies() -> None:
    e4, c5 = chess.Move.from_uci("e2e4"), chess.Move.from_uci("c7c5")
    reply = Branch((e4, c5), "c5", False, (0.4, 0.4), (0.32, 0.08), ())
    root = Branch((e4,), "e4", True, (0.8, 0.2), (0.8, 0.2), (reply,))
    rare = Branch((chess.Move.from_uci("a2a3"),), "a3", True, (0.001, 0.02), (0.001, 0.02), ())
    board = chess.Board()
    board.push(e4)
    book = OpeningBook({board.epd(): Opening("B00", "King's <Pawn>")})
    html = repertoire_html(Repertoire(chess.WHITE, 0.01, (root, rare)), ["<Tal>", "me"], book)
    check_markup(html)
    assert "1. e4" in html
    assert "1… c5" in html
    assert html.count("King&#x27;s &lt;Pawn&gt;") == 1, "a name is said where it begins"
    assert "80%</em>" in html
    assert "40% of replies" in html
    assert "&lt;1%" in html
    assert "&lt;Tal&gt;" in html
    assert "Me</span>" in html
    assert html.count("<details open>") == 1
    assert html.count("row telling") == 1


# ---- disagreements ----


def disagreement(*ucis: str) -> Disagreement:
    board = chess.Board()
    position = FixedPosition(board, "opening", tuple(board.legal_moves), {})
    chances = [tuple(0.5 if i == j else 0.1 for i in range(len(ucis))) for j in range(len(ucis))]
    favourites = [
        Favourite(chess.Move.from_uci(uci), row) for uci, row in zip(ucis, chances, strict=True)
    ]
    return Disagreement(position, 0.25, tuple(favourites))


def test_each_style_has_an_arrow_in_its_color() -> None:
    arrows = favourite_arrows(disagreement("e2e4", "d2d4", "e2e4"))
    assert [arrow.color for arrow in arrows] == list(COLORS[:3])
    assert arrows[1].shift == 0
    assert arrows[0].shift == -arrows[2].shift != 0
    assert [arrow.weight for arrow in arrows] == [0.5] * 3


def test_a_disagreement_is_drawn_and_described() -> None:
    html = disagreement_html(disagreement("e2e4", "g1f3"), ["Tal", "<me>"])
    check_markup(html)
    assert 'alt="white to move; Tal: e4; &lt;me&gt;: Nf3"' in html
    assert "White to move · opening" in html
    assert "0.25" in html
    assert "Tal 10%" in html
    assert 'src="data:image/svg+xml;base64,' in html


# ---- neighbours ----


STRANGERS = Strangers.of(np.linspace(-0.2 / 0.9, 0.2 / 0.9, 2001))


def reference(same: CosineRange | None) -> Reference:
    return Reference(STRANGERS, 1000, same, 100)


def test_the_scale_is_honest_about_what_was_measured() -> None:
    measured = reference(CosineRange(0.6, 0.4, 0.8))
    words = scale_words(measured)
    assert "nine in ten pairs between −20 and 20" in words
    assert f"about {100 * measured.chance:.0f} by chance" in words
    assert "likeness of 60, nine in ten between 40 and 80" in words
    assert "overlap" not in words
    words = scale_words(reference(CosineRange(0.3, 0.1, 0.5)))
    assert "two sets of the same player's games (100 games each) have a likeness of 30" in words
    assert "The two ranges overlap" in words
    unmeasured = scale_words(reference(None))
    assert "was not measured" in unmeasured
    assert "of 60" not in unmeasured


def test_an_axis_has_room_for_everything() -> None:
    found = [Neighbour(PlayerInfo("A", 9), 0.9, ()), Neighbour(PlayerInfo("B", 9), -0.5, ())]
    measured = reference(CosineRange(0.6, 0.4, 0.8))
    axis = Axis.of(measured, found)
    places = [axis.place(value) for value in (-0.5, -0.2, 0.2, 0.4, 0.8, 0.9)]
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] < 100
    assert axis.place(-5) == 0
    html = axis.html(0.9, "likeness")
    check_markup(html)
    assert f'class="dot" style="left:{places[-1]:.1f}%"' in html
    assert 'class="same"' in html
    assert 'class="same"' not in Axis.of(reference(None), found).html(0.9, "likeness")


def test_the_scale_fits_the_least_known_player() -> None:
    assert fewest_games(parse_recipe("Capablanca, Jose Raul + Carlsen, Magnus"), SPACE) == 597
    assert fewest_games(parse_recipe("average | king_danger +1"), SPACE) >= 10_000
