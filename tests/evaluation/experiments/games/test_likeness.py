"""Bots held against the real players of the presets."""

import numpy as np

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.evaluation.experiment import Estimate
from engine.evaluation.experiments.games.cells import UNPUSHED, GameCell
from engine.evaluation.experiments.games.likeness import bot_likeness, cosines_of
from engine.evaluation.experiments.games.presentation import CellResult
from engine.evaluation.measures.game_estimates import Sampled
from tests.style.game_tables import SPREAD, game_habits, player_table

TAL, PETROSIAN, KARPOV = "Tal, Mikhail", "Petrosian, Tigran", "Karpov, Anatoly"
REAL = {
    TAL: game_habits(captures=2, checks=2),
    PETROSIAN: game_habits(captures=-2, king_safety=2),
    KARPOV: game_habits(king_safety=-1, space=2),
}
NOTHING = Estimate(0.0, 0.0, 0.0, 0)


def cell(name: str, intensity: float = 1.0, offset: float = 0.0, **moved: float) -> CellResult:
    """Return a cell whose figures lie some deviations from 0.9, all of them by an offset."""
    means = np.array([0.9 + SPREAD * (offset + moved.get(key, 0.0)) for key in FIGURE_KEYS])
    kind = "unpushed" if name == UNPUSHED else "preset"
    games = Sampled(means, np.array([means, means]), np.full(len(means), 100))
    about = GameCell(f"{name} {intensity}", name, kind, intensity=intensity)
    return CellResult(about, 100, games, games, games, {}, NOTHING, NOTHING)


def cells(*found: CellResult) -> dict[str, CellResult]:
    return {UNPUSHED: cell(UNPUSHED)} | {one.cell.name: one for one in found}


def test_a_bot_is_right_where_its_own_player_is_nearest() -> None:
    # All bots check more than people, whoever they play: that says nothing.
    found = bot_likeness(
        cells(
            cell(TAL, offset=3, captures=1, checks=1),
            cell(PETROSIAN, offset=3, captures=-1, king_safety=1),
            cell(KARPOV, offset=3, captures=0.9, checks=0.9),  # plays like Tal
            cell(TAL, 2, captures=1),
            cell(PETROSIAN, 2, captures=-3),
            cell(TAL, 0, captures=1),
        ),
        player_table(REAL),
    )
    assert list(found) == [1.0, 2.0]
    assert [bot.player for bot in found[1.0]] == [TAL, PETROSIAN, KARPOV]
    assert [bot.is_right for bot in found[1.0]] == [True, True, False]
    assert found[1.0][2].nearest == TAL
    assert found[1.0][1].own > 0.5
    assert all(bot.is_right for bot in found[2.0])


def test_nothing_is_compared_where_real_players_are_not_known() -> None:
    assert bot_likeness(cells(cell(TAL)), None) == {}
    assert bot_likeness(cells(cell(TAL)), player_table({})) == {1.0: []}


def test_cosines_are_those_of_the_centred_sides() -> None:
    random = np.random.default_rng(0)
    bots, real = random.normal(size=(2, 5, 7))
    found = cosines_of(bots + 9.0, real - 4.0)
    one, other = bots[1] - bots.mean(axis=0), real[3] - real.mean(axis=0)
    expected = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    np.testing.assert_allclose(found[1, 3], expected)
    assert not cosines_of(np.zeros((2, 3)), np.ones((2, 3))).any()
