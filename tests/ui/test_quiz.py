"""The quiz: two games that can be told apart, one question, and a score."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.play.inference import MergedNetworks
from engine.play.opponents import OpponentRegistry
from tests.conftest import tiny_model, tiny_space
from tests.ui.hands import tab_of
from ui.quiz import session as quiz
from ui.quiz.background import PLIES, QuizQuestion, make_question, play_alone
from ui.shared.game import Game, replayed
from ui.shared.jobs import Job

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 60


def registry() -> OpponentRegistry:
    return OpponentRegistry(MergedNetworks(tiny_model()), tiny_space())


def made(seed: int) -> QuizQuestion:
    job: Job[QuizQuestion] = Job(lambda job: make_question(registry(), seed, job))
    job.run()
    assert job.error is None
    assert job.result is not None
    return job.result


def test_a_game_is_legal_short_and_repeatable() -> None:
    game = play_alone(registry(), "Tal, Mikhail", 3)
    assert 0 < len(game.moves) <= PLIES
    assert replayed(Game(), game.moves).sans == game.sans
    assert play_alone(registry(), "Tal, Mikhail", 3) == game
    assert play_alone(registry(), "Tal, Mikhail", 4) != game


def test_a_question_is_of_two_players_and_either_may_be_asked() -> None:
    questions = [made(seed) for seed in range(10)]
    for question in questions:
        first, second = question.games
        assert first.player != second.player
        assert question.player == question.games[question.asked].player
    assert {question.asked for question in questions} == {0, 1}
    assert made(0) == questions[0]


def draw_quiz(path: str) -> None:
    """Draw the page alone, as Streamlit's test runner wants it: a script of its own."""
    import sys

    sys.path.insert(0, path)
    from ui.quiz.page import quiz_page

    quiz_page()


def session(page: AppTest) -> quiz.QuizSession:
    state: quiz.QuizSession = tab_of(page)[quiz.STATE]
    return state


def ask(page: AppTest, key: str) -> QuizQuestion:
    page.button(key=key).click().run()
    job = session(page).making
    assert job is not None
    assert job.wait(TIMEOUT)
    page.run()
    assert not page.exception
    question = session(page).question
    assert question is not None
    return question


def texts(page: AppTest) -> str:
    return " ".join(element.value for element in (*page.title, *page.markdown))


@pytest.mark.usefixtures("with_tiny_assets")
def test_the_score_counts_and_the_players_are_told_after_the_answer() -> None:
    page = AppTest.from_function(draw_quiz, args=(str(ROOT),), default_timeout=TIMEOUT).run()
    question = ask(page, "quiz_begin")
    family = question.player.split(",")[0]
    assert "Which one is" in texts(page)
    assert family in texts(page)
    page.button(key=f"quiz_answer_{question.asked}").click().run()
    assert "**Right.**" in texts(page)
    assert "**1 of 1** right" in texts(page)
    question = ask(page, "quiz_next")
    assert "Right." not in texts(page)
    page.button(key=f"quiz_answer_{1 - question.asked}").click().run()
    assert "**Wrong.**" in texts(page)
    assert "**1 of 2** right" in texts(page)
    boards = [json.loads(element.proto.json) for element in page.get("bidi_component")]
    names = [one["top"]["name"] for one in boards if "top" in one]
    assert len(names) == 2
    assert len(set(names)) == 2
    assert not page.exception
