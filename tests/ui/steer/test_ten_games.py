"""Ten fast games: counted as they finish, and stopped when nobody wants them."""

import math

import pytest

from engine.attributes.figure_registry import OWN_FIGURES
from engine.play.inference import MergedNetworks
from engine.play.opponents import OpponentRegistry
from tests.conftest import tiny_model, tiny_space
from ui.shared.jobs import Job
from ui.steer.game_strip import FinishedGame, GameStrip
from ui.steer.ten_games import GAMES, play_strip, strip_html, total_words

REGISTRY = OpponentRegistry(MergedNetworks(tiny_model()), tiny_space())


def strip(attribute: str = "checks") -> GameStrip:
    return GameStrip("Tal | checks +3", "Tal", attribute, ("Tal <+3>", "Tal as is"))


def game(number: int, *figures: float) -> FinishedGame:
    return FinishedGame(number, number % 2 == 1, "1–0", 61, (figures[0], figures[1]))


def test_games_are_counted_as_they_finish() -> None:
    space, found = tiny_space(), strip()
    seen: list[int] = []

    def work(job: Job[None]) -> None:
        play_strip(found, REGISTRY, list(space.z[:2]), 7, Noticing(job, found, seen))

    job = Job(work)
    job.run()
    assert job.error is None
    assert [one.number for one in found.games] == list(range(1, GAMES + 1))
    assert sorted(set(seen)) == list(range(0, GAMES, 2)), "pairs were there before the next began"
    assert sum(one.steered_is_white for one in found.games) == GAMES / 2
    assert all(0 <= value <= 1 for one in found.games for value in one.figures)
    assert f'data-count="{GAMES}"' in strip_html(found)
    assert "<+3>" not in strip_html(found)


class Noticing(Job[None]):
    """Passes reports on, and notes how many games were finished at each."""

    def __init__(self, job: Job[None], found: GameStrip, seen: list[int]) -> None:
        super().__init__(lambda job: None)
        self._passed_on, self._found, self._counts = job, found, seen

    def report(self, progress: float, note: str | None = None) -> None:
        self._counts.append(len(self._found.games))
        self._passed_on.report(progress, note)


def test_games_stop_when_they_are_told_to() -> None:
    found = strip()

    def work(job: Job[None]) -> None:
        job.cancel()
        play_strip(found, REGISTRY, list(tiny_space().z[:2]), 7, job)

    job = Job(work)
    job.run()
    assert job.was_stopped
    assert job.error is None
    assert found.games == ()


@pytest.mark.parametrize(
    ("attribute", "figures", "words"),
    [
        (
            "queen_trades",
            [(1.0, 0.0), (1.0, 0.0), (0.0, 1.0)],
            ("queens off by move 20 in 2 of 3 games", "queens off by move 20 in 1 of 3 games"),
        ),
        (
            "checks",
            [(0.2, 0.1), (0.1, 0.1)],
            ("15.0 of 100 moves give check", "10.0 of 100 moves give check"),
        ),
        ("castling_side", [(1.0, math.nan)], ("long among castlings in 1 of 1 games", "")),
    ],
)
def test_totals_in_words(
    attribute: str, figures: list[tuple[float, float]], words: tuple[str, str]
) -> None:
    found = strip(attribute)
    assert attribute in OWN_FIGURES
    found.games = tuple(game(number, *pair) for number, pair in enumerate(figures, start=1))
    assert total_words(found) == words
    assert strip_html(found).count('title="Game') == len(figures)
