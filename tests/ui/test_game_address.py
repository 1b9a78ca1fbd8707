"""The address keeps opponent and game, and survives nonsense."""

import random

import chess
import pytest

from engine.style.recipe import Recipe
from engine.style.recipe_parser import parse_recipe
from ui.shared.game import Game, new_game, replayed, resign
from ui.shared.game_address import KEYS, read_address, write_address
from ui.shared.manners import Manners
from ui.shared.opponent import DEFAULT_TEMPERATURE, Opponent

RECIPE = "0.6 Tal, Mikhail + 0.4 Petrosian, Tigran | king_danger +1.5 | mobility -1 | elo 1450"


def random_game(seed: int, length: int, fen: str = "") -> Game:
    draw = random.Random(seed)
    game = new_game(draw.choice(chess.COLORS), fen)
    board = chess.Board(game.start)
    moves = []
    while len(moves) < length and any(board.legal_moves):
        moves.append(draw.choice(sorted(board.legal_moves, key=chess.Move.uci)))
        board.push(moves[-1])
    return replayed(game, moves)


@pytest.mark.parametrize("seed", range(8))
def test_games_and_opponents_come_back(seed: int) -> None:
    game = random_game(seed, 10 * seed)
    opponent = Opponent(parse_recipe(RECIPE), 0.25)
    query = write_address(opponent, game)
    address = read_address(query)
    assert address.problems == ()
    assert address.game == game
    assert Opponent(address.recipe or Recipe(), address.temperature) == opponent
    assert set(query) <= set(KEYS)


def test_a_set_up_position_with_promotion_comes_back() -> None:
    game = random_game(3, 30, "8/PPPP1k2/8/8/8/8/4pppp/2K5 w - - 0 1")
    assert any(move.promotion for move in game.moves)
    assert read_address(write_address(Opponent(parse_recipe("")), game)).game == game


def test_a_resigned_game_stays_resigned() -> None:
    game = resign(random_game(1, 4))
    assert read_address(write_address(Opponent(parse_recipe("")), game)).game.resigned


@pytest.mark.parametrize("takes_time", [False, True])
@pytest.mark.parametrize("ends_games", [False, True])
def test_manners_come_back(takes_time: bool, ends_games: bool) -> None:
    manners = Manners(takes_time, ends_games)
    address = read_address(write_address(Opponent(Recipe()), Game(), None, manners))
    assert (address.manners, address.problems) == (manners, ())


def test_unknown_manners_are_reported_and_the_others_kept() -> None:
    address = read_address({"manners": "slow.rude"})
    assert address.manners == Manners(takes_time=True)
    assert "'rude'" in address.problems[0]


def test_defaults_are_left_out() -> None:
    query = write_address(Opponent(parse_recipe("Tal, Mikhail")), Game(), None, Manners())
    assert query == {"style": "Tal, Mikhail"}


def test_an_empty_address_is_a_new_game() -> None:
    address = read_address({})
    assert address.recipe is None
    assert address.game == Game()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"fen": "nonsense"}, "not a FEN"),
        ({"moves": "e2e4.e2e4"}, "move 2"),
        ({"moves": "<script>"}, "move 1"),
        ({"temperature": "hot"}, "temperature"),
        ({"temperature": "99"}, "temperature"),
        ({"temperature": "nan"}, "temperature"),
        ({"style": "Tal | king_danger"}, "style in the address"),
    ],
)
def test_nonsense_is_reported_and_the_rest_kept(query: dict[str, str], words: str) -> None:
    address = read_address({"side": "black"} | query)
    assert len(address.problems) == 1
    assert words in address.problems[0]
    assert address.game.person == chess.BLACK
    assert address.temperature == DEFAULT_TEMPERATURE


def test_what_comes_before_an_illegal_move_is_kept() -> None:
    assert read_address({"moves": "e2e4.e7e5.e4e5"}).game.sans == ("e4", "e5")
