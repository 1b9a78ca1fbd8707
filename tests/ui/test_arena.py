"""What the Arena writes: names, addresses and tables, with nothing of strangers in them."""

from collections.abc import Iterator
from pathlib import Path

import chess
import pytest
from streamlit.testing.v1 import AppTest

from engine.assets import STYLES_DIRECTORY, assets_directory
from engine.evaluation.matches.record import RecordedGame
from engine.evaluation.matches.standings import standings
from engine.play.opponents import OpponentRegistry
from engine.style.recipe import Recipe
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from tests.ui.hands import tab_of
from ui.arena.markup import board_html, figures_html, game_address, labels_of, table_html
from ui.arena.session import MATCH_PRESETS, STATE, ArenaSession, presets
from ui.arena.watched import WatchedGame
from ui.shared.game_address import read_address
from ui.shared.handover import WATCH
from ui.shared.opponents import shared_opponents

TIMEOUT = 60
TAL, PETROSIAN = "Tal, Mikhail", "Petrosian, Tigran"
LINE = tuple(chess.Move.from_uci(move) for move in ("e2e4", "e7e5", "g1f3"))


def test_players_are_called_by_short_names_that_differ() -> None:
    names = [TAL, "Tal, Mikhail | elo 1800", "Tal, Mikhail | king_danger -2"]
    labels = labels_of(names)
    assert len(set(labels.values())) == 3
    assert labels["Tal, Mikhail | elo 1800"] == "Tal 1800"


def test_a_game_is_taken_over_by_its_address() -> None:
    address = game_address("Tal, Mikhail | elo 1800", LINE, chess.BLACK)
    query = dict(part.split("=") for part in address.removeprefix("./?").split("&"))
    assert query["moves"] == "e2e4.e7e5.g1f3"
    found = read_address({"moves": query["moves"], "side": query["side"]})
    assert found.game.moves == LINE
    assert found.game.person == chess.BLACK
    assert not found.problems


def test_what_people_wrote_stays_text() -> None:
    labels = {TAL: "<b>Tal</b>", PETROSIAN: "P"}
    game = RecordedGame("1.1", TAL, PETROSIAN, 0, chess.STARTING_FEN, LINE, "", "", (TAL, None), 1)
    table = standings([TAL, PETROSIAN], [game])
    for text in (
        table_html(table, labels),
        figures_html([TAL, PETROSIAN], {TAL: {"checks": 0.05}}, labels, {}),
        board_html(TAL, PETROSIAN, "<i>x</i>", LINE, labels),
    ):
        assert "&lt;b&gt;Tal&lt;/b&gt;" in text
        assert "<b>Tal" not in text
    assert "+1 =0 −0" in table_html(table, labels)
    beside = figures_html([TAL], {TAL: {"checks": 0.05}}, labels, {"checks": 0.083})
    assert "<td>5.0</td><td>8.3</td>" in beside
    assert "Real players" in beside


def test_a_preset_with_strengths_names_players_of_these_strengths() -> None:
    names = MATCH_PRESETS["Tal 1800 against Petrosian 1800"]
    assert [parse_recipe(name).elo for name in names] == [1800, 1800]
    assert list(labels_of(names).values()) == ["Tal 1800", "Petrosian 1800"]
    space = StyleSpace.load(assets_directory() / STYLES_DIRECTORY)
    offered = presets(space)
    for recipes in offered.values():
        assert [str(space.resolve(parse_recipe(r), r)) for r in recipes] == list(recipes)
    assert set(offered) == set(MATCH_PRESETS)


def test_a_watched_game_tells_what_of_both_styles_shows(with_tiny_assets: Path) -> None:
    registry = OpponentRegistry.load(with_tiny_assets)
    recipes = [parse_recipe(name) for name in (TAL, "Carlsen, Magnus | king_danger +2")]
    watched = WatchedGame.between(recipes[0], recipes[1], registry)
    while len(watched.game.moves) < 9:
        watched.play_on(0.0)
    assert watched.is_running
    assert watched.revision == 9
    white, black = (watched.styled(color) for color in chess.COLORS)
    assert [move.count for move in white] == [0, 2, 4, 6, 8]
    assert [move.san for move in black] == [one.san for one in watched.game.moves[1::2]]
    watched.go_to(3)
    assert watched.count == 3
    watched.play_on(0.0)
    assert watched.count == 3  # who looks back stays there
    watched.go_to(99)
    assert watched.count == 10


def test_a_watched_game_that_is_over_stands_still(with_tiny_assets: Path) -> None:
    registry = OpponentRegistry.load(with_tiny_assets)
    watched = WatchedGame.between(Recipe(), Recipe(), registry)
    for uci in ("f2f3", "e7e5", "g2g4", "d8h4"):
        watched.game._board.push_uci(uci)
    watched.play_on(1.0)
    assert watched.is_over
    assert not watched.is_running


@pytest.fixture
def arena(with_tiny_assets: Path) -> Iterator[AppTest]:
    shared_opponents.clear()
    page = AppTest.from_string(
        "from ui.arena.page import arena_page\narena_page()\n", default_timeout=TIMEOUT
    )
    yield page
    shared_opponents.clear()


def test_a_wish_to_watch_begins_a_game_at_once(arena: AppTest) -> None:
    wished = (TAL, "Carlsen, Magnus | intensity 2")
    tab_of(arena)[WATCH] = wished
    arena.run()
    assert not arena.exception
    state: ArenaSession = tab_of(arena)[STATE]
    assert state.players == wished
    assert WATCH not in tab_of(arena)
    watched = state.watched
    assert watched is not None
    assert len(watched.game.moves) == 1
    arena.button(key="arena_watch_pause").click().run()
    assert not watched.is_running
    arena.button(key="arena_watch_again").click().run()
    again = state.watched
    assert again is not None
    assert [str(again.sides[color]) for color in chess.COLORS] == [*reversed(wished)]
    arena.button(key="arena_watch_close").click().run()
    assert not arena.exception
    assert state.watched is None
