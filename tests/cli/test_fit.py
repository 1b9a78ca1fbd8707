"""``stylemate fit`` and ``stylemate identify`` as a person meets them, with good and bad games."""

import gzip
import io
import json
import random
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import chess
import numpy as np
import pytest

import engine.training.few_shot_fit as fitting
from engine.games.chosen_player import choose_player
from engine.games.records import GameRecord
from engine.style.recipe import Component
from engine.style.recipe_parser import parse_recipe
from engine.style.style_file import load_style, save_style
from tests.cli.test_bad_input import Command, stylemate
from tests.games.builders import many_games, pgn_game, random_moves, sans

__all__ = ["stylemate"]

ADA = "Ada, Countess"


def pgn(count: int, seed: int = 1, player: str = ADA, **headers: str) -> str:
    """Return PGN text of random games between a player and many others."""
    rng = random.Random(seed)
    games = []
    for number in range(count):
        sides = (player, f"Rival {seed}.{number}")
        white, black = sides if number % 2 else sides[::-1]
        names = {"White": white, "Black": black} | headers
        games.append(pgn_game(sans(_played(rng)), **names))
    return "".join(games)


def _played(rng: random.Random) -> list[chess.Move]:
    """Return a random game in which both sides have moved a few times."""
    while len(moves := random_moves(rng, 40)) < 8:
        pass
    return moves


@pytest.fixture(autouse=True)
def short_fits(monkeypatch: pytest.MonkeyPatch, with_tiny_assets: Path) -> None:
    """Few games: these tests are about words, not about styles."""
    defaults = fitting.FitOptions.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "games", 50)


@pytest.fixture
def games(tmp_path: Path) -> Path:
    path = tmp_path / "games.pgn"
    path.write_text(pgn(40))
    return path


@pytest.mark.parametrize(
    "name",
    ["2023", "0.5", "1e5", "-1", "+", "me|x", 'a"b', "50% me", "it's", "two  words", "$HOME"],
)
def test_the_command_that_fit_prints_plays_the_style(
    stylemate: Command, games: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "own style.style"
    code, output, _ = stylemate("fit", games, "--player", ADA, "--out", out, "--label", name)
    assert code == 0
    play, style, path, recipe = shlex.split(output.rpartition("stylemate ")[2])
    assert (play, style, path) == ("play", "--style", str(out))
    assert parse_recipe(recipe).components == (Component(" ".join(name.split())),)
    assert stylemate("policy", "--style", path, "--json", "--", recipe)[0] == 0


def test_a_fitted_style_can_be_played(stylemate: Command, games: Path, tmp_path: Path) -> None:
    out = tmp_path / "ME.style"
    code, output, notes = stylemate("fit", games, "--player", ADA, "--out", out)
    assert (code, notes) == (0, "")
    assert f"{ADA}: 40 games" in output
    assert "stylemate play --style" in output
    style = load_style(out)
    assert (style.label, style.player, style.games) == ("ME", ADA, 40)

    code, output, _ = stylemate("policy", "Me | king_danger +1", "--style", out, "--json")
    assert code == 0
    steered = json.loads(output)["moves"]
    plain = json.loads(stylemate("policy", "0.5 me + 0.5 tal", "--style", out, "--json")[1])
    assert len(steered) == 20
    assert steered != plain["moves"]

    code, _, message = stylemate("policy", "Me", "--json")
    assert code == 2
    assert "No player is called 'Me'" in message


def test_fit_tells_a_program_what_it_did(stylemate: Command, games: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.style"
    arguments = ("fit", games, "--player", ADA.upper(), "--label", "My self", "--out", out)
    code, output, _ = stylemate(*arguments, "--json")
    told = json.loads(output)
    style = load_style(out)
    assert code == 0
    assert told["label"] == style.label == "My self"
    assert told["player"] == ADA
    assert told["games"] == 40
    assert told["positions"] == style.positions
    assert told["stability"] == style.stability


def test_identify_ranks_players(stylemate: Command, games: Path) -> None:
    code, output, _ = stylemate("identify", games, "--player", ADA, "--json", "--top", "3")
    told = json.loads(output)
    assert code == 0
    assert set(told) == {"player", "games", "matches"}
    assert (told["player"], told["games"]) == (ADA, 40)
    assert len(told["matches"]) == 3
    for match in told["matches"]:
        assert set(match) == {"name", "cosine", "confidence"}
        assert -1 <= match["cosine"] <= 1
        assert 0 <= match["confidence"] <= 1
    code, output, _ = stylemate("identify", games, "--player", ADA)
    assert code == 0
    assert told["matches"][0]["name"] in output.splitlines()[1]
    assert len(output.splitlines()) == 12


def test_the_player_in_all_games_need_not_be_named(stylemate: Command, games: Path) -> None:
    code, output, _ = stylemate("identify", games, "--json")
    assert code == 0
    assert json.loads(output)["player"] == ADA


def test_several_inputs_count_each_game_once(
    stylemate: Command, games: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = tmp_path / "more.pgn.gz"
    packed.write_bytes(gzip.compress(pgn(5, seed=2).encode()))
    pipe = io.TextIOWrapper(io.BytesIO(pgn(4, seed=3).encode() + games.read_bytes()))
    monkeypatch.setattr(sys, "stdin", pipe)
    code, output, _ = stylemate("identify", games, packed, "-", "--player", ADA, "--json")
    assert code == 0
    assert json.loads(output)["games"] == 49


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (["--player", "Nobody"], ["called 'Nobody'", f"Most games: {ADA} (40)", "more"]),
        (["--player", "Ada"], ["called 'Ada'", f"Perhaps {ADA}?"]),
    ],
)
def test_an_unknown_player_is_told_who_played(
    stylemate: Command, games: Path, tmp_path: Path, wanted: list[str], said: list[str]
) -> None:
    out = tmp_path / "x.style"
    code, output, message = stylemate("fit", games, *wanted, "--out", out)
    assert (code, output) == (2, "")
    for words in said:
        assert words in message
    assert not out.exists()


def test_without_a_name_in_all_games_the_player_must_be_named(
    stylemate: Command, tmp_path: Path
) -> None:
    path = tmp_path / "mixed.pgn"
    path.write_text(many_games(6) + pgn(3))
    code, _, message = stylemate("identify", path)
    assert code == 2
    assert "--player" in message
    assert "Petrosian, Tigran V (6)" in message


def test_three_games_work_with_a_warning(stylemate: Command, tmp_path: Path) -> None:
    path = tmp_path / "few.pgn"
    path.write_text(pgn(3))
    code, output, notes = stylemate("identify", path, "--json")
    assert code == 0
    assert json.loads(output)["games"] == 3
    assert "3 games are too few" in notes


def test_one_game_is_not_enough(stylemate: Command, tmp_path: Path) -> None:
    path = tmp_path / "one.pgn"
    path.write_text(pgn(1))
    code, _, message = stylemate("identify", path, "--player", ADA)
    assert code == 2
    assert "at least 2 games" in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (pgn(3, Variant="Crazyhouse"), ["No game could be read", "another chess variant"]),
        ("", ["No game could be read", "the file is empty"]),
        ("\n \n", ["No game could be read", "bad.pgn"]),
        ("These are not games.\nNot at all.\n", ["No game could be read"]),
        ('[White "A"]\n[Black "B"]\n\n1. e4 e5 2. Ke5 1-0\n', ["1 of 1 games", "line 1"]),
        ("PK\x03\x04zip", ["zip archive"]),
    ],
)
def test_files_without_a_usable_game_say_why(
    stylemate: Command, tmp_path: Path, text: str, said: list[str]
) -> None:
    path = tmp_path / "bad.pgn"
    path.write_text(text)
    code, output, message = stylemate("identify", path, "--player", ADA)
    assert (code, output) == (2, "")
    for words in said:
        assert words in message


def test_broken_games_among_good_ones_are_counted(stylemate: Command, tmp_path: Path) -> None:
    path = tmp_path / "some.pgn"
    broken = pgn_game(["e4", "e5", "Ke5"], White=ADA)
    path.write_text(pgn(4) + broken + pgn(2, seed=5, Variant="Atomic"))
    code, output, notes = stylemate("identify", path, "--player", ADA, "--json")
    assert code == 0
    assert json.loads(output)["games"] == 4
    assert "1 of 7 games left out: illegal" in notes
    assert "2 of 7 games left out: another chess variant" in notes


def test_of_many_games_a_part_is_used_and_said(stylemate: Command, tmp_path: Path) -> None:
    path = tmp_path / "many.pgn"
    path.write_text(pgn(60))
    code, output, notes = stylemate("identify", path, "--json")
    assert code == 0
    assert json.loads(output)["games"] == 50
    assert "50 of 60 games were used" in notes


def test_two_spellings(stylemate: Command, games: Path, tmp_path: Path) -> None:
    path = tmp_path / "spelt.pgn"
    path.write_text(pgn(3, 7, "ada, countess") + pgn(2, 8, "Ada, C") + pgn(2, 9, "Byron, Ada"))
    code, output, notes = stylemate("identify", games, path, "--player", "ADA, COUNTESS", "--json")
    assert code == 0
    assert json.loads(output)["games"] == 43
    assert f"Counted as one player: {ADA}; ada, countess." in notes
    assert "perhaps the same person (repeat --player to add): Ada, C (2)." in notes
    names = ("--player", ADA, "--player", "Ada, C")
    code, output, notes = stylemate("identify", games, path, *names, "--json")
    assert json.loads(output)["games"] == 45
    assert "perhaps" not in notes


def test_games_between_namesakes_are_left_out(stylemate: Command, tmp_path: Path) -> None:
    path = tmp_path / "namesakes.pgn"
    path.write_text(pgn(3) + pgn(2, 4, White=ADA, Black=ADA))
    code, output, notes = stylemate("identify", path, "--player", ADA, "--json")
    assert code == 0
    assert json.loads(output)["games"] == 3
    assert f"2 games left out: both sides are called {ADA}" in notes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--label", "Tal, Mikhail"], "'Tal, Mikhail' already"),
        (["--label", "average"], "average"),
        (["--label", "x" * 200], "longer than"),
    ],
)
def test_a_label_must_be_new(
    stylemate: Command, games: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    out = tmp_path / "x.style"
    code, _, message = stylemate("fit", games, "--out", out, *arguments)
    assert code == 2
    assert said in message
    assert not out.exists()


def test_a_tampered_style_is_refused(stylemate: Command, games: Path, tmp_path: Path) -> None:
    out = tmp_path / "me.style"
    assert stylemate("fit", games, "--out", out)[0] == 0
    out.write_text(out.read_text().replace('"games": 40', '"games": 4000'))
    code, _, message = stylemate("policy", "me", "--style", out)
    assert code == 2
    assert "checksum" in message


def test_a_style_of_another_model_is_refused(
    stylemate: Command, games: Path, tmp_path: Path
) -> None:
    out = tmp_path / "me.style"
    assert stylemate("fit", games, "--out", out)[0] == 0
    save_style(out, replace(load_style(out), model="0" * 32))
    code, output, message = stylemate("policy", "me", "--style", out)
    assert (code, output) == (2, "")
    assert "another version of the model" in message


def test_ratings_far_apart_hint_at_two_people(stylemate: Command, tmp_path: Path) -> None:
    path = tmp_path / "two.pgn"
    low, high = ({"WhiteElo": elo, "BlackElo": elo} for elo in ("1200", "2700"))
    path.write_text(pgn(3, 1, **low) + pgn(3, 2, **high))
    code, _, notes = stylemate("identify", path, "--player", ADA, "--json")
    assert code == 0
    assert "two people of one name" in notes


def test_names_alike() -> None:
    def choose(*others: str) -> list[str]:
        moves = np.zeros(2, dtype=np.uint16)
        records = [GameRecord("Tal, Mikhail", "X", moves)]
        records += [GameRecord(name, "Y", moves) for name in others]
        return [name for name, _ in choose_player(records, ["tal, mikhail"]).similar]

    assert choose("Tal, M", "Mikhail Tal", "Tal,Mihail N", "Tal") == [
        "Tal, M",
        "Tal",
    ]
    assert choose("Tal, Juri", "Botvinnik, Mikhail", "Talbot, M", "M") == []


def test_games_against_one_man_are_no_certainty(stylemate: Command, tmp_path: Path) -> None:
    """The measured confidence of few games caps what as many games against one opponent say."""
    path = tmp_path / "match.pgn"
    match = pgn(40).replace('"Rival 1.', '"Rival, One" "').replace('" "', '"]\n[Source "')
    path.write_text(match)
    code, output, notes = stylemate("identify", path, "--player", ADA, "--json")
    assert code == 0
    assert "40 of 40 games are against Rival, One" in notes
    assert "about 3 games" in notes
    told = json.loads(output)["matches"][0]["confidence"]
    various = tmp_path / "many.pgn"
    various.write_text(pgn(40))
    code, output, notes = stylemate("identify", various, "--player", ADA, "--json")
    assert "games are against" not in notes
    assert told <= json.loads(output)["matches"][0]["confidence"]
