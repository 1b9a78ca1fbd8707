"""What one browser tab remembers about the quiz, and every change to it."""

import random
from dataclasses import dataclass, field

from ui.moves.moves import chosen_count
from ui.quiz import background
from ui.quiz.background import QuizQuestion
from ui.shared.actions import action_of
from ui.shared.jobs import Job, submit
from ui.shared.opponents import shared_opponents
from ui.shared.state import tab

STATE = "quiz"
GAMES = (0, 1)
action = action_of(STATE)


@dataclass(slots=True)
class QuizSession:
    """What the page remembers.

    Attributes:
        making: the question that is being made, or was made last.
        shown: by game, half-moves after which the position on its board stands.
        answer: number of the game that the person chose; None before.
        asked: questions that were answered.
        right: how many of them rightly.
        revision: counts every change of what is on the boards.
        problems: what to tell the person, until the next action.
    """

    making: Job[QuizQuestion] | None = None
    shown: list[int] = field(default_factory=lambda: [0, 0])
    answer: int | None = None
    asked: int = 0
    right: int = 0
    revision: int = field(default_factory=lambda: random.randrange(1, 1_000_000_000))
    problems: tuple[str, ...] = ()

    @property
    def question(self) -> QuizQuestion | None:
        """The question, None while it is being made."""
        return self.making.result if self.making is not None else None


def current_session() -> QuizSession:
    """Return this tab's session."""
    session: QuizSession = tab().setdefault(STATE, QuizSession())
    return session


@action
def ask() -> None:
    """Ask another question."""
    session, registry = current_session(), shared_opponents()
    seed = random.randrange(1 << 31)
    session.making = submit(
        "quiz", lambda job: background.make_question(registry, seed, job), brief=True
    )
    session.answer, session.shown = None, [0, 0]
    session.revision += 1


@action
def answer(game: int) -> None:
    """Take up the person's answer; the first one counts."""
    session = current_session()
    question = session.question
    if question is None or session.answer is not None:
        return
    session.answer = game
    session.asked += 1
    session.right += game == question.asked


@action
def go(game: int) -> None:
    """Show the position chosen in a game's list of moves."""
    session, count = current_session(), chosen_count(moves_key(game))
    question = session.question
    if question is not None and count is not None:
        session.shown[game] = min(max(count, 0), len(question.games[game].moves))
        session.revision += 1


def moves_key(game: int) -> str:
    """Return the key of a game's list of moves."""
    return f"quiz_moves_{game}"
