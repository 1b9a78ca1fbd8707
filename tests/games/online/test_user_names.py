"""Names and addresses of users, typed and pasted."""

import datetime

import pytest

from engine.errors import StylemateError
from engine.games.online.archive import GameRequest, user_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ada_L", "Ada_L"),
        ("  @ada-l ", "ada-l"),
        ("https://lichess.org/@/Ada_L", "Ada_L"),
        ("lichess.org/@/Ada_L/all", "Ada_L"),
        ("https://www.chess.com/member/ada_l", "ada_l"),
        ("https://www.chess.com/games/archive/ada_l", "ada_l"),
        ("https://www.chess.com/games/archive/ada_l?gameOwner=other_game&page=2", "ada_l"),
        ("https://www.chess.com/stats/live/blitz/ada_l", "ada_l"),
        ("https://www.chess.com/stats/live/rapid/ada_l/30", "ada_l"),
        ("https://www.chess.com/stats/daily/chess/ada_l", "ada_l"),
        ("https://www.chess.com/stats/overview/ada_l", "ada_l"),
        ("https://www.chess.com/de/member/ada_l", "ada_l"),
        ("https://www.chess.com/pt-BR/member/ada_l", "ada_l"),
        ("https://www.chess.com/member/ada_l?ref_id=1", "ada_l"),
        ("https://www.chess.com/member/ada_l#games", "ada_l"),
        ("https://api.chess.com/pub/player/ada_l/games/archives", "ada_l"),
        ("CHESS.COM/Member/Ada_L/", "Ada_L"),
        ("lichess.org/@/Ada_L?page=2", "Ada_L"),
        ("https://lichess.org/@/Ada_L/perf/blitz", "Ada_L"),
        ("https://lichess.org/api/games/user/Ada_L?max=5", "Ada_L"),
    ],
)
def test_user_names_may_be_typed_or_pasted(typed: str, name: str) -> None:
    assert user_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "https://www.chess.com",
        "https://www.chess.com/home",
        "https://www.chess.com/ada_l",
        "https://www.chess.com/game/live/12345678",
        "https://www.chess.com/games/archive",
        "https://www.chess.com/stats/live/blitz",
        "https://www.chess.com/club/ada",
        "https://www.chess.com/de/club/ada",
        "https://lichess.org/abcdefgh",
        "https://lichess.org/team/ada",
        "https://example.org/@/ada",
    ],
)
def test_addresses_that_name_nobody_are_refused(typed: str) -> None:
    with pytest.raises(StylemateError):
        user_name(typed)


@pytest.mark.parametrize("typed", ["", " ", "a", "two words", "../../etc", "x" * 40, "ädä"])
def test_what_no_user_is_called_is_refused_before_asking(typed: str) -> None:
    with pytest.raises(StylemateError):
        GameRequest(user=typed)


def test_requests_are_checked() -> None:
    with pytest.raises(StylemateError, match="Between 1 and"):
        GameRequest(user="ada", most=0)
    with pytest.raises(StylemateError, match="after the last"):
        GameRequest(user="ada", since=datetime.date(2024, 2, 1), until=datetime.date(2024, 1, 1))
