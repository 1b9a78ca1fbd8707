"""The Review page in Streamlit's own test runner: no browser, a tiny model."""

from dataclasses import replace
from pathlib import Path

import chess
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.analysis.game_judges import NetworkJudge
from engine.analysis.game_review import JudgedMove, Mistake, Review
from engine.analysis.style_likeness import Likeness
from engine.errors import StylemateError
from engine.play.inference import MergedNetworks
from engine.play.opponents import OpponentRegistry
from engine.style.recipe_parser import parse_recipe
from tests.conftest import tiny_model, tiny_space
from tests.ui.hands import component, html, tab_of, widget
from ui.play.state import STATE
from ui.review import background
from ui.review import session as review
from ui.review.background import GameLine, Judged
from ui.review.graph import chances_figure, move_words
from ui.review.words import likeness_lines, marks, summary_html, turning_points, verdict_html
from ui.shared.game import Game, replayed, show
from ui.shared.jobs import Job

APP = Path(__file__).resolve().parents[2] / "ui" / "app.py"
TIMEOUT = 120
MOVES = ("f2f3", "e7e5", "g2g4", "d8h4")
GAME = replayed(Game(), [chess.Move.from_uci(move) for move in MOVES])
PGN = (
    '[White "Tal, Mikhail"]\n[Black "<b>Somebody</b>"]\n[Result "0-1"]\n\n1. f3 e5 2. g4 Qh4# 0-1\n'
)

pytestmark = pytest.mark.usefixtures("with_tiny_assets")


@pytest.fixture(autouse=True)
def few_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let searches be short, and no other program judge."""
    monkeypatch.setattr(NetworkJudge.__init__, "__defaults__", (8,))
    monkeypatch.setattr(background, "find_stockfish", lambda: None)


def open_review(query: dict[str, str]) -> AppTest:
    """Open the Play page with an address, and press Review there."""
    page = AppTest.from_file(str(APP), default_timeout=TIMEOUT)
    for key, value in query.items():
        page.query_params[key] = value
    page.run()
    page.button(key="play_review").click().run()
    assert not page.exception
    return page


def finish(page: AppTest) -> AppTest:
    """Wait for the work in the background, and draw the page again."""
    found = session(page)
    for job in (found.judging, found.answering):
        assert job is not None
        assert job.wait(TIMEOUT)
        assert job.error is None
    page.run()
    assert not page.exception
    return page


def session(page: AppTest) -> review.ReviewSession:
    state: review.ReviewSession = tab_of(page)[review.STATE]
    return state


def test_the_game_on_play_is_gone_through() -> None:
    page = finish(open_review({"moves": ".".join(MOVES), "style": "Petrosian, Tigran"}))
    drawn = html(page)
    assert 'data-testid="review-verdict" data-count="4"' in drawn
    assert 'data-testid="review-summary"' in drawn
    assert 'data-testid="review-candidates"' in drawn
    figure = component(page, "stylemate.moving")["figure"]
    assert len(figure["data"][0]["x"]) == 5
    assert component(page, "stylemate.board")["bottom"]["name"] == "You"
    assert widget(page, "selectbox", "review_player").value == "Petrosian, Tigran"
    assert any("too few" in text.value for text in page.markdown)


def test_another_style_answers_and_the_judges_need_not_begin_again() -> None:
    page = finish(open_review({"moves": ".".join(MOVES)}))
    judging, before = session(page).judging, session(page).answering
    widget(page, "selectbox", "review_player").set_value("Carlsen, Magnus").run()
    finish(page)
    assert str(session(page).recipe) == "Carlsen, Magnus"
    assert session(page).judging is judging
    assert session(page).answering is not before


@pytest.mark.parametrize(
    ("typed", "recipe"),
    [
        ("average", "average"),
        ("Tal, Mikhail", "Tal, Mikhail"),
        ("tal + carlsen", "Tal, Mikhail + Carlsen, Magnus"),
        ("judit polgar", "Polgar, Judit"),
        ("L'Ami, Erwin", "L'Ami, Erwin"),
    ],
)
def test_any_style_can_be_asked(typed: str, recipe: str) -> None:
    space = tiny_space()
    assert str(space.resolve(review.recipe_meant(typed, space))) == str(
        space.resolve(parse_recipe(recipe))
    )


def test_nobody_is_told() -> None:
    with pytest.raises(StylemateError, match="nobody at all"):
        review.recipe_meant("nobody at all", tiny_space())


def test_a_game_is_played_on_from_any_position_and_a_running_one_is_asked_for() -> None:
    page = finish(open_review({"moves": ".".join(MOVES), "style": "Petrosian, Tigran"}))
    found = session(page)
    assert found.game is not None
    found.game = show(found.game, 2)
    page.run()
    page.button(key="review_play").click().run()
    played = tab_of(page)[STATE]
    assert [move.uci() for move in played.game.moves] == list(MOVES[:2])
    assert str(played.opponent.recipe) == "Petrosian, Tigran"
    page.button(key="play_review").click().run()
    found = session(page)
    assert found.game is not None
    found.game = show(found.game, 0)
    page.run()
    page.button(key="review_play").click().run()
    assert len(played.game.moves) == 2, "the game on Play goes on: it asks"
    page.button(key="review_play_yes").click().run()
    assert not played.game.moves
    assert not page.exception


def test_a_pasted_game_is_read_and_a_broken_one_explained() -> None:
    page = open_review({"moves": "e2e4"})
    page.text_area(key=review.PASTED).set_value("no game at all").run()
    page.button(key="review_read").click().run()
    assert "There is no game with moves" in page.warning[0].value
    page.text_area(key=review.PASTED).set_value(PGN).run()
    page.button(key="review_read").click().run()
    finish(page)
    assert session(page).names == {chess.WHITE: "Tal, Mikhail", chess.BLACK: "<b>Somebody</b>"}
    assert "<b>Somebody" not in html(page)
    assert "&lt;b&gt;Somebody" in html(page)


# ---- what is said ----


def judged_move(color: chess.Color, san: str, cost: float, mistake: Mistake | None) -> JudgedMove:
    return JudgedMove(color, san, "e4", cost == 0, cost, mistake)


REVIEW = Review(
    "Stylemate",
    (0.1, -0.1, -0.1, -1.0, -1.0),
    (chess.Move.from_uci("e2e4"),) * 4 + (None,),
    (
        judged_move(chess.WHITE, "f3", 0.2, Mistake.MISTAKE),
        judged_move(chess.BLACK, "e5", 0.0, None),
        judged_move(chess.WHITE, "g4", 0.9, Mistake.BLUNDER),
        judged_move(chess.BLACK, "Qh4#", 0.0, None),
    ),
)


def test_mistakes_are_marked_and_counted() -> None:
    assert marks(REVIEW) == {1: ("?", "mistake"), 3: ("??", "blunder")}
    assert turning_points(REVIEW) == [1, 3]
    assert turning_points(REVIEW, 1) == [3]
    table = summary_html(REVIEW, {chess.WHITE: "You", chess.BLACK: "<i>x</i>"})
    assert '<td class="blunder">1</td>' in table
    assert "27.5" in table
    assert "&lt;i&gt;x" in table


def test_the_verdict_speaks_of_the_move_on_screen() -> None:
    said = verdict_html(show(GAME, 3), Judged(REVIEW))
    assert "2. g4" in said
    assert "is a blunder" in said
    assert "45&nbsp;% → 0&nbsp;%" in said
    assert "begins at 55" in verdict_html(show(GAME, 0), Judged(REVIEW))
    assert move_words(GAME, 4) == "2… Qh4#"


def test_the_graph_has_a_line_for_each_judge() -> None:
    alone = chances_figure(GAME, Judged(REVIEW))
    both = chances_figure(GAME, Judged(REVIEW, replace(REVIEW, judge="Stockfish")))
    assert len(both.data) == len(alone.data) + 1
    assert list(alone.data[0].y) == pytest.approx([55, 45, 45, 0, 0])
    assert [list(trace.x) for trace in alone.data[1:]] == [[1], [3]]


def likeness_of(name: str, chances: list[float], favourites: int) -> Likeness:
    values = np.array(chances)
    return Likeness(name, len(chances), favourites, float(values.mean()), values)


def test_few_moves_say_little_and_many_say_more() -> None:
    few = likeness_of("", [0.5] * 3, 2)
    assert "too few" in likeness_lines("You", "Tal", few, [], {})[0]
    random = np.random.default_rng(3)
    own = likeness_of("", [0.6] * 40, 30)
    average = likeness_of("average", list(random.uniform(0.2, 0.4, 40)), 10)
    tal = likeness_of("Tal, Mikhail", [0.6] * 40, 30)
    other = likeness_of("Karpov, Anatoly", list(random.uniform(0.5, 0.69, 40)), 25)
    names = {"Tal, Mikhail": "Mikhail Tal", "Karpov, Anatoly": "Anatoly Karpov"}
    lines = " ".join(likeness_lines("You", "Tal", own, [tal, other, average], names))
    assert "30 of your 40 moves" in lines
    assert "more like Tal than like just anybody" in lines
    assert "fit Mikhail Tal best" in lines
    theirs = likeness_lines("Anatoly Karpov", "Tal", other, [tal, other, average], names)
    assert "Anatoly Karpov’s 40 moves" in theirs[0]


def test_the_answers_are_the_styles_own() -> None:
    registry = OpponentRegistry(MergedNetworks(tiny_model()), tiny_space())
    line, recipe = GameLine(GAME.start, GAME.moves), parse_recipe("Tal, Mikhail | elo 1200")
    job: Job[background.Answers] = Job(lambda job: background.answers(line, recipe, registry, job))
    job.run()
    assert job.error is None
    found = job.result
    assert found is not None
    assert found.policies[4] is None, "the game is over there"
    first = found.policies[0]
    assert first is not None
    direct = registry.bot("Tal, Mikhail").policy(chess.Board())
    assert first.moves == direct.moves
    np.testing.assert_allclose(first.probabilities, direct.probabilities, atol=1e-6)
    assert found.own[chess.WHITE].moves == 2
    assert set(found.others[chess.BLACK]) >= {"Tal, Mikhail", "average"}
    tal = found.others[chess.WHITE]["Tal, Mikhail"]
    np.testing.assert_allclose(tal.chances, found.own[chess.WHITE].chances, atol=1e-6)


def test_a_review_that_is_stopped_ends() -> None:
    registry = OpponentRegistry(MergedNetworks(tiny_model()), tiny_space())
    line = GameLine(GAME.start, GAME.moves)
    job: Job[Judged] = Job(lambda job: background.judge_game(line, registry, job))
    job.cancel()
    job.run()
    assert job.is_done
    assert job.result is None
    assert job.error is None
