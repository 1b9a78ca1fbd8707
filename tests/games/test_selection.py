"""Time controls in classes, and games chosen by them and by date."""

import datetime

import numpy as np
import pytest

from engine.games.records import GameRecord
from engine.games.selection import Selection, Speed, count_speeds, possible_days, speed_of


@pytest.mark.parametrize(
    ("time_control", "speed"),
    [
        ("15+0", Speed.BULLET),
        ("60", Speed.BULLET),
        ("120+1", Speed.BULLET),
        ("180+0", Speed.BLITZ),
        ("180+2", Speed.BLITZ),
        ("300+3.0", Speed.BLITZ),
        ("600", Speed.RAPID),
        ("900+10", Speed.RAPID),
        ("1800+0", Speed.CLASSICAL),
        ("40/7200:3600", Speed.CLASSICAL),
        ("40/5400+30:1800+30", Speed.CLASSICAL),
        ("1/86400", Speed.CORRESPONDENCE),
        ("1/259200", Speed.CORRESPONDENCE),
        ("-", Speed.CORRESPONDENCE),
        ("", Speed.UNKNOWN),
        ("?", Speed.UNKNOWN),
        ("5 minutes", Speed.UNKNOWN),
        ("9" * 30, Speed.CLASSICAL),
    ],
)
def test_classes_of_time_controls(time_control: str, speed: Speed) -> None:
    assert speed_of(time_control) is speed


def game(time_control: str = "600", date: str = "2024.05.03") -> GameRecord:
    moves = np.zeros(2, dtype=np.uint16)
    return GameRecord("A", "B", moves, date=date, time_control=time_control)


def test_games_are_chosen_by_time_control() -> None:
    games = [game("60"), game("180+2"), game("600"), game("")]
    chosen = Selection(speeds=frozenset({Speed.BULLET, Speed.RAPID})).of(games)
    assert [record.time_control for record in chosen] == ["60", "600"]
    assert Selection().of(games) == games
    assert count_speeds(games)[Speed.UNKNOWN] == 1


def test_games_are_chosen_by_date() -> None:
    dates = ["2023.12.31", "2024.01.01", "2024.05.??", "2024.??.??", "2025.01.01", "????.??.??", ""]
    games = [game(date=date) for date in dates]
    selection = Selection(since=datetime.date(2024, 1, 1), until=datetime.date(2024, 6, 1))
    assert [record.date for record in selection.of(games)] == [
        "2024.01.01",
        "2024.05.??",
        "2024.??.??",
    ]
    late = Selection(since=datetime.date(2024, 6, 1)).of(games)
    assert [record.date for record in late] == ["2024.??.??", "2025.01.01"]


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2024.02.??", datetime.date(2024, 2, 1), datetime.date(2024, 2, 29)),
        ("2023.02.31", datetime.date(2023, 2, 28), datetime.date(2023, 2, 28)),
        ("1999.??.??", datetime.date(1999, 1, 1), datetime.date(1999, 12, 31)),
        ("9999.12.??", datetime.date(9999, 12, 1), datetime.date(9999, 12, 28)),
        ("0000.01.01", None, None),
        ("????.??.??", None, None),
        ("", None, None),
    ],
)
def test_days_that_a_date_may_stand_for(
    date: str, first: datetime.date | None, last: datetime.date | None
) -> None:
    assert possible_days(date) == (first, last)
