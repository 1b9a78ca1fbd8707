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


TAL, KARPOV = (Opponent(parse_recipe(name), 0.25) for name in ("Tal, Mikhail", "Karpov, Anatoly"))


def test_who_took_over_comes_back() -> None:
    game = random_game(2, 20)
    first = 0 if game.person == chess.BLACK else 1
    movers = dict.fromkeys(range(first, 20, 2), TAL) | {first + 8: KARPOV, first + 10: KARPOV}
    query = write_address(KARPOV, game, movers=movers)
    address = read_address(query)
    assert (address.movers, address.problems) == (movers, ())
    assert len(query["takeovers"].split("\n")) == 3
    assert (
        write_address(TAL, replayed(new_game(game.person), game.moves[:8]), movers=movers).get(
            "takeovers"
        )
        is None
    ), "what was taken back did not happen"


def test_one_opponent_alone_is_not_told_of() -> None:
    game = random_game(2, 20)
    assert "takeovers" not in write_address(TAL, game, movers={1: TAL, 3: TAL})


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "1 0.5",
        "1 9 Tal, Mikhail",
        "1 nan Tal, Mikhail",
        "-1 0.5 Tal, Mikhail",
        "٣ 0.5 Tal, Mikhail",
        "1 0.5 Tal | king_danger",
        "1 0.5 Tal\x1b[31m",
        "1 0.5 \u202etal",
        "3 0.5 Tal\n1 0.5 Karpov",
        "1 0.5 Tal\n2 0.5 Karpov",
        "1 0.5 Tal\n1 0.5 Karpov",
        "\n".join(f"{count} 0.5 Tal" for count in range(1, 99, 2)),
        "1 0.5 Tal\n",
        "9" * 5000 + " 0.5 Tal",
    ],
)
def test_nonsense_about_who_took_over_is_left_out_and_told(text: str) -> None:
    address = read_address({"moves": "e2e4.e7e5", "takeovers": text})
    assert address.movers == {}
    assert address.game.length == 2
    (problem,) = address.problems
    assert "took over" in problem


def test_nobody_takes_over_behind_the_end_of_a_game() -> None:
    two = "1 0.5 Tal\n3 0.5 Karpov\n9999 0.5 Tal"
    address = read_address({"moves": "e2e4.e7e5.d2d4.d7d5", "takeovers": two})
    assert list(address.movers) == [1, 3]
    assert read_address({"moves": "e2e4.e7e5", "takeovers": two}).movers == {}
