"""What the Arena writes: names, addresses and tables, with nothing of strangers in them."""

import chess

from engine.assets import STYLES_DIRECTORY, assets_directory
from engine.evaluation.matches.record import RecordedGame
from engine.evaluation.matches.standings import standings
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from ui.arena.markup import board_html, figures_html, game_address, labels_of, table_html
from ui.arena.session import MATCH_PRESETS, presets
from ui.shared.game_address import read_address

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
        figures_html([TAL, PETROSIAN], {TAL: {"checks": 0.05}}, labels),
        board_html(TAL, PETROSIAN, "<i>x</i>", LINE, labels),
    ):
        assert "&lt;b&gt;Tal&lt;/b&gt;" in text
        assert "<b>Tal" not in text
    assert "+1 =0 −0" in table_html(table, labels)
    assert "5.0" in figures_html([TAL], {TAL: {"checks": 0.05}}, labels)


def test_a_preset_with_strengths_names_players_of_these_strengths() -> None:
    names = MATCH_PRESETS["Tal 1800 against Petrosian 1800"]
    assert [parse_recipe(name).elo for name in names] == [1800, 1800]
    assert list(labels_of(names).values()) == ["Tal 1800", "Petrosian 1800"]
    space = StyleSpace.load(assets_directory() / STYLES_DIRECTORY)
    offered = presets(space)
    for recipes in offered.values():
        assert [str(space.resolve(parse_recipe(r), r)) for r in recipes] == list(recipes)
    assert set(offered) == set(MATCH_PRESETS)
