"""The meter that reads the person's moves: its words, its drawing, and its place on the page."""

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import chess
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.analysis.resemblance import Decision, Reader, Resemblance
from engine.play.opponents import OpponentRegistry
from tests.ui.hands import html, tab_of, widget
from tests.ui.test_guests import guest
from tests.ui.test_pages import open_page, session
from ui.play import live_session
from ui.play.live_panel import meter_html
from ui.play.live_session import LiveSession, decisions_of, follow, switch
from ui.play.live_words import (
    LEAST_MOVES,
    RANKED,
    most_telling,
    ranking,
    verdict,
    written_move,
)
from ui.play.state import MOVES_TAB
from ui.shared.game import Game, new_game, replayed, take_back
from ui.shared.guests import Guests

SOON = 20.0
OPENING = ("e2e4", "e7e5", "g1f3", "b8c6", "f1b5", "a7a6")


def game_of(moves: Sequence[str], person: chess.Color = chess.WHITE, fen: str = "") -> Game:
    return replayed(new_game(person, fen), [chess.Move.from_uci(uci) for uci in moves])


def found_of(
    evidence: Sequence[Sequence[float]], names: Sequence[str] = ("Tal, Mikhail", "Me")
) -> Resemblance:
    """Return a resemblance in which each move is so many times as likely as on average."""
    factors = np.array(evidence, dtype=np.float32).reshape(-1, len(names))
    moves = ["e2e4", "e7e5", "g1f3", "b8c6", "f1b5", "a7a6", "b5a4", "g8f6", "e1g1", "f8e7"]
    played = [chess.Move.from_uci(uci) for uci in moves]
    decisions = [
        Decision(chess.STARTING_FEN, tuple(played[:count]), played[count])
        for count in range(len(factors))
    ]
    average = np.full(len(factors), 0.1, dtype=np.float32)
    legal = np.full(len(factors), 1000, dtype=np.int64)
    return Resemblance(tuple(names), tuple(decisions), 0.1 * factors, average, legal)


# ---- words ----


def test_a_few_moves_say_little_whatever_the_numbers() -> None:
    said = verdict(found_of([[9.0, 0.1]] * (LEAST_MOVES - 1)))
    assert said.certainty == "early"
    assert said.headline == "Too early to say"
    assert "Tal" not in said.detail, "no names before they mean something"


def test_many_moves_that_agree_are_clear() -> None:
    said = verdict(found_of([[2.0, 0.5]] * LEAST_MOVES))
    assert said.certainty == "clear"
    assert said.headline == "You are playing like Mikhail Tal"
    assert said.detail.startswith("100% likely")


def test_what_is_not_clear_is_said_not_to_be() -> None:
    names = [f"Player, {number}" for number in range(400)]
    row = [1.02, *[1.0] * 399]
    said = verdict(found_of([row] * LEAST_MOVES, names))
    assert said.certainty == "open"
    assert said.headline == "Not clear. Nearest so far: 0 Player"
    assert re.search(r"After 8 moves, 3\d\d of 400 players still come into question", said.detail)
    row = [1.8, *[1.0] * 399]
    said = verdict(found_of([row] * LEAST_MOVES, names))
    assert said.certainty == "leaning"
    assert said.headline == "You may be playing like 0 Player"


def test_the_ranking_adds_up_to_everybody() -> None:
    names = [f"Player, {number}" for number in range(40)]
    factors = np.random.default_rng(2).uniform(0.5, 2.0, size=(5, 40))
    first, rest = ranking(found_of(factors.tolist(), names))
    assert len(first) == RANKED
    assert rest is not None
    assert rest.name == "35 others"
    total = sum(ranked.probability for ranked in first) + rest.probability
    assert total == pytest.approx(1)
    assert [r.probability for r in first] == sorted((r.probability for r in first), reverse=True)
    assert first[0].times == pytest.approx(first[0].probability * 40)
    assert ranking(found_of([[1.0, 2.0]]))[1] is None


def test_the_moves_that_decided_are_told_with_both_chances() -> None:
    found = found_of([[1.0, 1.0], [5.0, 1.0], [0.2, 1.0], [3.0, 1.0], [1.001, 1.0]])
    towards, against = most_telling(found)
    assert [told.move for told in towards] == ["1… e5", "2… Nc6"]
    assert [told.move for told in against] == ["2. Nf3"]
    assert towards[0].style == pytest.approx(0.5)
    assert towards[0].average == pytest.approx(0.1)
    assert most_telling(found_of([])) == ([], [])


def test_moves_are_written_with_their_numbers() -> None:
    game = game_of(["e7e8q"], fen="7k/4P3/8/8/8/8/8/K7 w - - 3 57")
    assert written_move(decisions_of(game)[0]) == "57. e8=Q+"


def test_names_and_moves_are_no_html() -> None:
    drawn = meter_html(found_of([[5.0, 1.0]] * 9, ("<b>Tal</b>, <i>M</i>", "Me")))
    assert "<b>" not in drawn
    assert "&lt;b&gt;" in drawn


# ---- what counts ----


def test_only_the_persons_moves_count() -> None:
    white, black = decisions_of(game_of(OPENING)), decisions_of(game_of(OPENING, chess.BLACK))
    assert [d.move.uci() for d in white] == ["e2e4", "g1f3", "f1b5"]
    assert [d.move.uci() for d in black] == ["e7e5", "b8c6", "a7a6"]
    assert white[1].before == tuple(chess.Move.from_uci(uci) for uci in OPENING[:2])
    fen = "4k3/8/8/8/8/8/4p3/K7 b - - 0 1"
    (only,) = decisions_of(game_of(["e8d7", "a1b2"], chess.BLACK, fen))
    assert only == Decision(chess.Board(fen).fen(), (), chess.Move.from_uci("e8d7"))


@pytest.fixture(scope="module")
def shared(tiny_assets: Path) -> OpponentRegistry:
    return OpponentRegistry.load(tiny_assets)


def settled(live: LiveSession) -> Resemblance:
    """Wait for the meter's work and return what it found."""
    assert live.job is not None
    assert live.job.wait(SOON)
    found = live.resemblance()
    assert found is not None
    return found


def test_it_follows_moves_takebacks_and_new_games(shared: OpponentRegistry) -> None:
    live = LiveSession()
    follow(live, 0, new_game(), shared)
    assert live.job is None, "nothing to read yet"
    game = game_of(OPENING)
    follow(live, 0, game, shared)
    assert settled(live).decisions == decisions_of(game)
    work = live.job
    follow(live, 0, take_back(game), shared)
    assert settled(live).decisions == decisions_of(game)[:2]
    follow(live, 0, game, shared)
    assert live.job is work, "made again, a move is known already"
    second = game_of(["d2d4", "d7d5"], chess.BLACK)
    follow(live, 1, second, shared)
    assert settled(live).decisions == decisions_of(game) + decisions_of(second)
    live.this_game_only = True
    follow(live, 1, second, shared)
    found = settled(live)
    assert found.decisions == decisions_of(second)
    assert found.known == 1


def test_guests_are_compared_as_long_as_they_stay(shared: OpponentRegistry) -> None:
    live, guests, game = LiveSession(), Guests(), game_of(OPENING)
    follow(live, 0, game, shared)
    alone = settled(live)
    guests.add(guest(shared), shared)
    follow(live, 0, game, guests.opponents(shared))
    found = settled(live)
    assert found.names == ("Me", *alone.names)
    assert found.known == 1
    follow(live, 0, game, shared)
    assert settled(live).names == alone.names


def test_players_of_many_games_are_looked_at_first(shared: OpponentRegistry) -> None:
    live = LiveSession()
    follow(live, 0, game_of(OPENING), shared)
    games = [shared.space.find(name).games for name in settled(live).names]
    assert games == sorted(games, reverse=True)


def test_switched_off_it_does_nothing_and_catches_up_later(shared: OpponentRegistry) -> None:
    live = LiveSession()
    switch(live, False)
    follow(live, 0, game_of(OPENING[:2]), shared)
    follow(live, 1, game_of(OPENING), shared)
    assert live.job is None
    switch(live, True)
    follow(live, 1, game_of(OPENING), shared)
    assert len(settled(live).decisions) == 4


def test_failed_work_is_explained_and_not_tried_for_ever(
    shared: OpponentRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    live = LiveSession()
    monkeypatch.setattr(Reader, "work", fail)
    follow(live, 0, game_of(OPENING[:2]), shared)
    settled(live)
    assert live.error is not None
    failed = live.job
    follow(live, 0, game_of(OPENING[:2]), shared)
    assert live.job is failed
    monkeypatch.undo()
    follow(live, 0, game_of(OPENING), shared)
    assert settled(live).known == 1
    assert live.error is None


# ---- on the page ----


def live_of(page: AppTest) -> LiveSession:
    live: LiveSession = tab_of(page)[live_session.STATE]
    return live


def reading_done(page: AppTest) -> AppTest:
    deadline = time.monotonic() + SOON
    while live_of(page).is_reading:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    page.run()
    assert not page.exception
    return page


@pytest.mark.usefixtures("with_tiny_assets")
def test_the_page_says_whose_moves_these_are() -> None:
    page = reading_done(open_page({"moves": ".".join(OPENING)}))
    drawn = html(page)
    assert 'data-testid="live" data-moves="3" data-known="1.000" data-certainty="early"' in drawn
    assert "Too early to say" in drawn
    assert 'class="rank' not in drawn, "no names before they mean something"
    page.button(key="play_takeback").click().run()
    assert 'data-moves="2"' in html(reading_done(page))


@pytest.mark.usefixtures("with_tiny_assets")
def test_before_the_first_move_it_invites() -> None:
    page = open_page()
    session(page).tab = MOVES_TAB
    page.run()
    assert any("Make a few moves" in caption.value for caption in page.caption)
    assert "data-certainty" not in html(page)


@pytest.mark.usefixtures("with_tiny_assets")
def test_it_is_switched_off_and_on_again() -> None:
    page = reading_done(open_page({"moves": ".".join(OPENING)}))
    widget(page, "toggle", "live_visible").set_value(False).run()
    assert not page.exception
    assert "data-certainty" not in html(page)
    assert not live_of(page).is_on
    widget(page, "toggle", "live_visible").set_value(True).run()
    assert 'data-moves="3"' in html(reading_done(page))


@pytest.mark.usefixtures("with_tiny_assets")
def test_games_of_a_tab_count_together_or_each_for_itself() -> None:
    page = reading_done(open_page({"moves": ".".join(OPENING)}))
    assert not [w for w in page.get("button_group") if w.key == "live_scope"]
    state = session(page)
    state.number, state.game = 1, replace(game_of(OPENING[:2]), shown=2)
    page.run()
    assert 'data-moves="4"' in html(reading_done(page))
    live_of(page).this_game_only = True
    page.run()
    assert 'data-moves="1"' in html(reading_done(page))
