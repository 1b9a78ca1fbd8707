"""What is said about whose games are whose, and how many there are."""

import numpy as np

from engine.games.chosen_player import choose_player
from engine.games.records import GameRecord
from engine.training.few_shot_fit import FEW_GAMES
from engine.training.fit_warnings import (
    games_worth,
    remarks_on_number,
    remarks_on_opponents,
    remarks_on_player,
)


def game(
    white: str = "Smith, John",
    black: str = "Rival",
    year: str = "2020",
    elo: int = 0,
) -> GameRecord:
    moves = np.zeros(4, dtype=np.uint16)
    return GameRecord(white, black, moves, white_elo=elo, date=f"{year}.01.01")


def remarks(*games: GameRecord) -> list[str]:
    player = choose_player(games, ["Smith, John"])
    return list(remarks_on_player(player, games, "add them"))


def test_nothing_odd_is_not_remarked_on() -> None:
    assert remarks(game(elo=1500), game(elo=1600), game(year="2010", elo=900)) == []


def test_two_people_of_one_name_show_by_their_ratings() -> None:
    (remark,) = remarks(game(elo=1204), game(elo=2650), game(year="2024", elo=2700))
    assert "In 2020 Smith, John is rated from 1204 to 2650" in remark
    assert "two people" in remark


def test_namesakes_and_spellings_are_remarked_on() -> None:
    said = remarks(
        game(), game(black="Smith, John"), game(white="smith, john"), game(white="Smith, J")
    )
    assert said == [
        "Counted as one player: Smith, John; smith, john.",
        "Not counted, but perhaps the same person (add them): Smith, J (1).",
        "1 games left out: both sides are called Smith, John.",
    ]


def test_the_number_of_games_is_remarked_on() -> None:
    assert list(remarks_on_number(500, 500)) == []
    assert "1,000 of 50,000 games were used" in "".join(remarks_on_number(50_000, 1000))
    few = list(remarks_on_number(3, 3))
    assert len(few) == 1
    assert "3 games are too few" in few[0]
    assert str(FEW_GAMES) in few[0]


def test_games_against_few_people_tell_less() -> None:
    few = [*[game(black="Anand")] * 33, *[game(black="Adams")] * 14, *[game(black="Piket")] * 13]
    many = [game(black=f"Rival {number}") for number in range(60)]
    player = choose_player(few, ["Smith, John"])
    assert games_worth(player, few) < 10
    (remark,) = remarks_on_opponents(player, few)
    assert "33 of 60 games are against Anand" in remark
    assert games_worth(player, many) == 60
    assert list(remarks_on_opponents(player, many)) == []
    assert games_worth(player, []) == 0
    assert list(remarks_on_opponents(player, [])) == []
