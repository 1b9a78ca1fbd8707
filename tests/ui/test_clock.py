"""The chess clock: what it counts, how a game ends by it, and that it outlives a reload."""

import time
from collections.abc import Mapping

import chess
import pytest
from streamlit.testing.v1 import AppTest

from engine.errors import StylemateError
from engine.play.ending import time_forfeit
from engine.style.recipe import Recipe
from tests.ui.hands import tab_of
from tests.ui.test_pages import address, board, open_page
from ui.play.state import STATE, PlaySession
from ui.shared.clock import (
    CONTROLS_OFFERED,
    Clock,
    TimeControl,
    new_clock,
    pressed,
    read_clock,
    read_control,
    resumed,
    stopped,
    write_clock,
)
from ui.shared.game import Game, ending, flag, replayed, take_back
from ui.shared.game_address import read_address, write_address
from ui.shared.opponent import Opponent

WHITE, BLACK = chess.WHITE, chess.BLACK
FIVE_THREE = TimeControl(5, 3)


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("5+3", TimeControl(5, 3)),
        (" 3 + 2 ", TimeControl(3, 2)),
        ("10", TimeControl(10, 0)),
        ("15|10", TimeControl(15, 10)),
        ("0.5+0", TimeControl(0.5, 0)),
        ("1,5+1", TimeControl(1.5, 1)),
        ("5 min", TimeControl(5, 0)),
        ("5 min + 3", None),
        ("0+5", None),
        ("500+0", None),
        ("5+999", None),
        ("-5+3", None),
        ("five", None),
        ("", None),
        ("nan+0", None),
    ],
)
def test_time_controls_as_people_write_them(text: str, control: TimeControl | None) -> None:
    if control is None:
        with pytest.raises(StylemateError):
            read_control(text)
    else:
        assert read_control(text) == control
        assert read_control(str(control)) == control


def test_what_is_offered_can_be_read() -> None:
    assert [str(read_control(text)) for text in CONTROLS_OFFERED] == list(CONTROLS_OFFERED)


def test_nobodys_time_runs_before_both_have_moved_and_moves_bring_time() -> None:
    clock = pressed(new_clock(FIVE_THREE), WHITE, 1, now=1000.0)
    assert (clock.white, clock.since) == (300, None)
    clock = pressed(clock, BLACK, 2, now=1050.0)
    assert (clock.black, clock.since) == (300, 1050.0)
    assert clock.left(WHITE, WHITE, now=1060.0) == 290
    assert clock.left(BLACK, WHITE, now=1060.0) == 300
    clock = pressed(clock, WHITE, 3, now=1060.0)
    assert clock.white == 293
    assert clock.left(BLACK, BLACK, now=1061.5) == 298.5
    assert clock.left(BLACK, BLACK, now=9999.0) == 0
    assert clock.left(BLACK, BLACK, now=1000.0) == 300, "a clock set back gives no time"


def test_a_stopped_clock_stands_and_goes_on_after_a_takeback() -> None:
    clock = Clock(FIVE_THREE, 100, 200, since=50.0)
    still = stopped(clock, WHITE, now=60.0)
    assert (still.white, still.black, still.since) == (90, 200, None)
    assert still.left(WHITE, WHITE, now=500.0) == 90
    assert resumed(still, 4, now=70.0).since == 70.0
    assert resumed(still, 1, now=70.0).since is None
    assert resumed(clock, 4, now=70.0) is clock


@pytest.mark.parametrize("since", [None, 1764320000.25])
def test_an_address_holds_the_clock(since: float | None) -> None:
    clock = Clock(FIVE_THREE, 287.25, 0.0, since)
    assert read_clock(write_clock(clock)) == clock
    query = write_address(Opponent(Recipe()), Game(), clock)
    found = read_address(query)
    assert found.clock == clock
    assert not found.problems


@pytest.mark.parametrize(
    "text",
    ["", "5+3", "5+3_1", "5+3_a_b", "5+3_nan_1", "5+3_-1_2", "x_1_2", "5+3_1_2_3_4", "5+3_1e9_2"],
)
def test_a_broken_clock_is_told_and_the_game_kept(text: str) -> None:
    found = read_address({"clock": text, "moves": "e2e4"})
    assert found.clock is None
    assert found.game.length == 1
    assert "clock" in found.problems[0]


LONE_KING = "8/8/8/4k3/8/8/4P3/4K3 w - - 0 1"


@pytest.mark.parametrize(
    ("loser", "fen", "result"),
    [
        (WHITE, chess.STARTING_FEN, "0-1"),
        (BLACK, chess.STARTING_FEN, "1-0"),
        (WHITE, LONE_KING, "1/2-1/2"),
        (BLACK, LONE_KING, "1-0"),
        (WHITE, "4k1n1/8/8/8/8/8/8/4K2Q w - - 0 1", "1/2-1/2"),
        (WHITE, "4k1n1/8/8/8/8/8/8/4K2R w - - 0 1", "0-1"),
    ],
)
def test_who_cannot_checkmate_does_not_win_on_time(
    loser: chess.Color, fen: str, result: str
) -> None:
    end = time_forfeit(loser, chess.Board(fen))
    assert end.result == result
    assert "ran out of time" in end.explanation
    game = flag(Game(person=WHITE, start=fen), loser)
    assert ending(game) == end
    assert take_back(game) == game
    assert read_address(write_address(Opponent(Recipe()), game)).game.flagged == loser


def test_a_finished_game_is_not_lost_on_time() -> None:
    mated = replayed(Game(), map(chess.Move.from_uci, ("f2f3", "e7e5", "g2g4", "d8h4")))
    assert flag(mated, WHITE) == mated
    found = read_address({"moves": "f2f3.e7e5.g2g4.d8h4", "flagged": "black"})
    assert found.game.flagged is None


# ---- on the page ----


def session(page: AppTest) -> PlaySession:
    state: PlaySession = tab_of(page)[STATE]
    return state


def open_with(clock: Clock, query: Mapping[str, str]) -> AppTest:
    return open_page({"clock": write_clock(clock), **query})


@pytest.mark.usefixtures("with_tiny_assets")
class TestOnThePage:
    def test_a_game_without_a_clock_shows_none(self) -> None:
        page = open_page({"moves": "e2e4.e7e5"})
        assert board(page)["bottom"]["clock"] is None
        assert "clock" not in {k: v for k, v in address(page).items() if v}

    def test_both_clocks_stand_beside_the_board_and_one_runs(self) -> None:
        clock = Clock(FIVE_THREE, 250, 280, time.time() - 10)
        page = open_with(clock, {"moves": "e2e4.e7e5"})
        drawn = board(page)
        assert drawn["bottom"]["clock"]["runs"]
        assert drawn["bottom"]["clock"]["seconds"] <= 240
        assert drawn["top"]["clock"] == {"seconds": 280, "runs": False}
        assert address(page)["clock"] == write_clock(clock)

    def test_the_opponents_reply_costs_its_time(self) -> None:
        clock = Clock(FIVE_THREE, 250, 280, time.time())
        page = open_with(clock, {"moves": "e2e4.e7e5.g1f3"})
        assert board(page)["count"] == 4
        found = session(page).clock
        assert found is not None
        assert 200 < found.black < 283
        assert board(page)["bottom"]["clock"]["runs"]

    def test_time_that_ran_out_while_away_ends_the_game(self) -> None:
        clock = Clock(FIVE_THREE, 20, 280, time.time() - 30)
        page = open_with(clock, {"moves": "e2e4.e7e5"})
        assert session(page).game.flagged is WHITE
        assert address(page)["flagged"] == "white"
        assert board(page)["bottom"]["clock"] == {"seconds": 0, "runs": False}
        assert "won on time" in "".join(element.proto.body for element in page.get("html"))

    def test_the_opponent_too_may_run_out_of_time(self) -> None:
        clock = Clock(FIVE_THREE, 250, 1, time.time() - 5)
        page = open_with(clock, {"moves": "e2e4.e7e5.g1f3"})
        assert session(page).game.flagged is BLACK
        assert board(page)["count"] == 3
        assert "You won on time" in "".join(e.proto.body for e in page.get("html"))

    def test_a_rematch_winds_the_clock_up(self) -> None:
        clock = Clock(FIVE_THREE, 20, 280, time.time() - 30)
        page = open_with(clock, {"moves": "e2e4.e7e5"})
        page.button(key="play_rematch").click().run()
        assert session(page).clock == new_clock(FIVE_THREE)
        assert session(page).game.flagged is None
