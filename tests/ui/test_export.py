"""What a person can take away."""

import io
from datetime import date

import chess
import chess.pgn

from engine.style.recipe_parser import parse_recipe
from ui.shared.export import file_name, person_name, pgn, picture
from ui.shared.game import new_game, replayed, resign
from ui.shared.opponent import Opponent

DAY = date(2026, 11, 21)
OPPONENT = Opponent(parse_recipe("0.6 Tal, Mikhail + 0.4 L'Ami, Erwin | king_danger +1.5"), 0.25)


def test_a_pgn_holds_the_game_and_its_opponent() -> None:
    moves = [chess.Move.from_uci(uci) for uci in ("e2e4", "e7e5", "g1f3")]
    text = pgn(resign(replayed(new_game(chess.BLACK), moves)), OPPONENT, DAY)
    record = chess.pgn.read_game(io.StringIO(text))
    assert record is not None
    assert not record.errors
    assert list(record.mainline_moves()) == moves
    assert parse_recipe(record.headers["Recipe"]) == OPPONENT.recipe
    assert record.headers["Temperature"] == "0.25"
    assert record.headers["White"] == "Stylemate: Tal × L'Ami"
    assert record.headers["Black"] == "You"
    assert record.headers["Result"] == "1-0"
    assert record.headers["Date"] == "2026.11.21"


def test_a_pgn_of_a_set_up_position_holds_it() -> None:
    fen = "8/P6k/8/8/8/8/8/K7 w - - 0 1"
    game = replayed(new_game(fen=fen), [chess.Move.from_uci("a7a8n")])
    record = chess.pgn.read_game(io.StringIO(pgn(game, OPPONENT, DAY)))
    assert record is not None
    assert record.headers["FEN"] == fen
    assert record.headers["Result"] == "1/2-1/2"
    assert [move.uci() for move in record.mainline_moves()] == ["a7a8n"]


def test_a_pgn_names_the_person_as_they_wish() -> None:
    text = pgn(new_game(), OPPONENT, DAY, 'Ann "A" [x]\n O\'Hara')
    record = chess.pgn.read_game(io.StringIO(text))
    assert record is not None
    assert not record.errors
    assert record.headers["White"] == "Ann A x O'Hara"
    assert person_name(" \n") == "You"


def test_a_pgn_says_where_another_opponent_took_over() -> None:
    moves = [chess.Move.from_uci(uci) for uci in ["e2e4", "e7e5", "g1f3", "b8c6", "f1b5", "a7a6"]]
    tal, karpov = (Opponent(parse_recipe(name), 0.5) for name in ("Tal, Mikhail", "Karpov"))
    game = replayed(new_game(), moves)
    text = pgn(game, karpov, DAY, movers={1: tal, 3: tal, 5: karpov, 7: tal})
    record = chess.pgn.read_game(io.StringIO(text))
    assert record is not None
    assert [node.comment for node in record.mainline()] == [
        "",
        "From here on: Tal, Mikhail, temperature 0.5",
        "",
        "",
        "",
        "From here on: Karpov, temperature 0.5",
    ]
    assert "From here on" not in pgn(game, tal, DAY, movers={1: tal, 3: tal})


def test_the_picture_is_a_large_png() -> None:
    image = picture(new_game(), OPPONENT)
    assert image.startswith(b"\x89PNG")
    assert int.from_bytes(image[16:20], "big") == 1080


def test_the_picture_names_both_sides() -> None:
    tal, karpov = (Opponent(parse_recipe(name), 0.5) for name in ("Tal, Mikhail", "Karpov <&>"))
    assert picture(new_game(), tal) != picture(new_game(), karpov)
    assert picture(new_game(), tal) != picture(new_game(chess.BLACK), tal)


def test_file_names_are_plain() -> None:
    assert file_name(OPPONENT, DAY, "pgn") == "stylemate-tal-l-ami-2026-11-21.pgn"
