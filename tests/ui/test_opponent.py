"""What the page says about opponents, and how blends change."""

from dataclasses import replace

import pytest

from engine.evaluation.report.slider_games import SliderGames
from engine.play.strength.setting import RUNGS
from engine.play.strength.table import OpponentRating, RungRating, StrengthTable
from engine.style.presets import PRESETS, available_presets
from engine.style.recipe import RecipeError
from engine.style.recipe_parser import parse_recipe
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from tests.conftest import TINY_ATTRIBUTES, tiny_intensifier, tiny_space
from ui.shared.opponent import (
    Opponent,
    as_fitted,
    check_opponent,
    describe_amount,
    describe_opponent,
    describe_player,
    first_name_first,
    first_opponent,
    full_name,
    has_habits,
    measured_level,
    shares_after,
    short_name,
    with_intensity,
    with_players,
    with_steering,
)
from ui.shared.strength import choices, how_measured, strength_label, strength_words, within_reach

SPACE = tiny_space()
BLEND = SPACE.resolve(parse_recipe("0.75 Tal + 0.25 Petrosian, Tigran | king_danger +1.5"))


def test_names_for_the_board() -> None:
    assert short_name(BLEND) == "Tal × Petrosian"
    assert full_name(SPACE.resolve(parse_recipe("tal"))) == "Mikhail Tal"
    assert short_name(parse_recipe("")) == "the average player"
    assert full_name(parse_recipe("")) == "The average player"
    assert first_name_first("DrNykterstein") == "DrNykterstein"


def test_a_blend_is_described_with_shares_and_pushes() -> None:
    assert describe_opponent(Opponent(BLEND), SPACE) == "75% Tal · 25% Petrosian · king danger +1.5"


def test_a_player_is_described_with_what_is_known() -> None:
    assert describe_player(SPACE.find("Tal")) == "1949–1992 · 2,412 games"
    assert describe_player(SPACE.find("Capablanca")) == "1901–1939 · 597 games"


@pytest.mark.parametrize(
    ("player", "words"),
    [
        (PlayerInfo("Online player 900", 7, 2001, 2025), "everybody rated 800 to 999 online"),
        (PlayerInfo("Online player 2500", 7, 2001, 2025), "everybody rated 2400 and more online"),
        (PlayerInfo("Botvinnik, Mikhail", 7, 1924, 2021), "from 1924"),
        (PlayerInfo("Korchnoi, Viktor", 7, 1945, 2015), "1945–2015"),
    ],
)
def test_no_description_claims_what_cannot_be(player: PlayerInfo, words: str) -> None:
    assert describe_player(player) == f"{words} · 7 games"


def test_strength_is_said_as_it_was_measured() -> None:
    table = StrengthTable(
        tuple(
            RungRating(setting, 800.0 + 100 * row, 750.0 + 100 * row, 850.0 + 100 * row, 200)
            for row, setting in enumerate(RUNGS)
        ),
        "a scale",
        "2026-01-31",
        "m",
        RungRating(RUNGS[5], 1300.0, 1240.0, 1360.0, 200),
        (OpponentRating("maia-1500", 1507.0, 0.0, 2400),),
    )
    tal = parse_recipe("Tal")

    def words(elo: int | None, temperature: float = 0.5) -> str:
        return strength_words(Opponent(replace(tal, elo=elo), temperature), table)

    assert words(None) == "as learned: plays about 1300 (±60)"
    assert words(None, 1.0) == "plays as the style was learned"
    assert words(1500) == "plays about 1500 (±50)"
    assert words(500) == "plays about 800 (±50), which is as weak as it gets"
    assert words(2400) == "plays about 2000 (±50), which is as strong as it gets"
    assert strength_label(Opponent(tal), table) == "plays about 1300 (±60)"
    strong = Opponent(replace(tal, elo=1500))
    assert strength_label(strong, table) == "plays about 1500 (±50)"
    assert strength_label(Opponent(tal, 1.0), table) == ""
    assert choices(table)[:3] == [0, 800, 850]
    assert choices(table, 1437)[-1] == 2000
    assert 1437 in choices(table, 1437)
    assert within_reach(table, 100) == 800
    assert within_reach(table, 1234) == 1250
    assert "2,500 games" in how_measured(table)
    unmeasured = StrengthTable()
    assert "not measured" in strength_words(Opponent(replace(tal, elo=1500)), unmeasured)
    assert "about" not in strength_label(Opponent(replace(tal, elo=1500)), unmeasured)
    assert "not measured" in how_measured(unmeasured)


def test_only_presets_that_the_space_knows_are_offered() -> None:
    labels = [preset.label for preset in available_presets(SPACE)]
    assert labels == [preset.label for preset in PRESETS if preset.player in SPACE.names]
    assert "Tal" in labels
    assert "Karpov" not in labels


def test_tal_waits_for_a_new_visitor() -> None:
    assert short_name(first_opponent(SPACE).recipe) == "Tal"


def test_players_change_and_steering_stays() -> None:
    changed = with_players(Opponent(BLEND), {"Carlsen, Magnus": 1.0})
    assert str(changed.recipe) == "Carlsen, Magnus | king_danger +1.5"
    assert with_steering(changed, {}).recipe == parse_recipe("Carlsen, Magnus")


def test_a_share_changes_and_the_others_keep_their_proportions() -> None:
    shares = shares_after({"a": 0.5, "b": 0.3, "c": 0.2}, 0, 0.8)
    assert shares == pytest.approx({"a": 0.8, "b": 0.12, "c": 0.08})


@pytest.mark.parametrize("asked", [0.0, 1.0, -4.0])
def test_no_player_loses_the_whole_share(asked: float) -> None:
    shares = shares_after({"a": 0.5, "b": 0.5}, 1, asked)
    assert min(shares.values()) > 0
    assert sum(shares.values()) == pytest.approx(1)


def test_measured_level_of_a_blend_is_the_weighted_mean() -> None:
    assert measured_level(BLEND, SPACE, "king_danger") == pytest.approx(0.75 * 2.1 - 0.25 * 1.7)
    assert measured_level(BLEND, SPACE, "strength") is None


def test_amounts_in_words() -> None:
    king_danger, strength = TINY_ATTRIBUTES
    assert describe_amount(king_danger, 0.0, 92.4) == "as learned: more than 92 % of players"
    assert describe_amount(king_danger, 0.0, 3.2) == "as learned: less than 97 % of players"
    assert describe_amount(king_danger, 0.0, 100.0) == "as learned: more than 99 % of players"
    assert describe_amount(king_danger, 0.0, None) == "as learned"
    assert describe_amount(king_danger, 1.0, 92.4) == "goes for the king"
    assert describe_amount(king_danger, -1.0, None) == "leaves the king in peace"
    games = SliderGames("checks", (-5.0, 0.0, 5.0), ((0.02,) * 3, (0.1,) * 3, (0.2,) * 3))
    assert describe_amount(king_danger, 2.5, 92.4, games) == (
        "goes for the king: 15.0 of 100 moves give check (unpushed 10.0)"
    )
    assert describe_amount(strength, -2.0, None) == "plays weaker moves, about −240 rating"


def test_only_players_with_habits_can_be_turned_up() -> None:
    tal = SPACE.resolve(parse_recipe("Tal"))
    assert not has_habits(tal, SPACE), "this space has no habits at all"
    space = StyleSpace(
        SPACE.z, SPACE.players, SPACE.attributes, SPACE.deltas, intensifier=tiny_intensifier()
    )
    assert has_habits(tal, space)
    assert has_habits(space.resolve(parse_recipe("Tal + average")), space)
    assert not has_habits(parse_recipe(""), space)
    stranger = PlayerInfo("Me", 12)
    joined = space.with_style(stranger, SPACE.z[0])
    assert not has_habits(joined.resolve(parse_recipe("Tal + Me")), joined)
    turned = Opponent(joined.resolve(parse_recipe("Me")))
    with pytest.raises(RecipeError, match="not clear yet"):
        check_opponent(with_intensity(turned, 3.0), joined)


def test_what_is_pushed_is_taken_back_for_the_style_as_learned() -> None:
    pushed = parse_recipe("Tal | intensity 3 | king_danger +1.5 | elo 1500")
    assert as_fitted(pushed) == parse_recipe("Tal | elo 1500")


def test_a_fourth_player_is_refused() -> None:
    recipe = parse_recipe("Tal + Capablanca + Carlsen + Kasparov")
    with pytest.raises(RecipeError, match="up to 3 players"):
        check_opponent(Opponent(recipe), SPACE)
