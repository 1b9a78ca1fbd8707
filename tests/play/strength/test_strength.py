"""Settings, the table of what they are worth, and the bot that plays by them."""

import threading
from dataclasses import replace
from pathlib import Path

import chess
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import StylemateError
from engine.play.bot import Bot
from engine.play.ending import outcome
from engine.play.engine import Policy
from engine.play.inference import MergedNetworks
from engine.play.opponents import OpponentRegistry
from engine.play.search.search import Findings
from engine.play.strength.rated_bot import BEGINNER, RatedBot, move_chances
from engine.play.strength.setting import RUNGS, Setting, between
from engine.play.strength.table import OpponentRating, RungRating, StrengthTable, rising
from engine.style.recipe import MAXIMUM_ELO, MINIMUM_ELO
from engine.style.records import PlayerInfo
from tests.conftest import tiny_model, tiny_space

TABLE = StrengthTable(
    tuple(
        RungRating(setting, 600.0 + 100 * row, 560.0 + 100 * row, 640.0 + 100 * row, 200)
        for row, setting in enumerate(RUNGS)
    ),
    "a scale",
    "2026-01-31",
    "a model",
    None,
    (OpponentRating("somebody", 1500.0, 20.0, 3),),
)


def policy(*chances: float) -> Policy:
    moves = tuple(list(chess.Board().legal_moves)[: len(chances)])
    return Policy(moves, np.array(chances), (0.3, 0.4, 0.3), 0.0)


def findings(
    asked: Policy, values: list[float], visits: list[int], exact: dict[int, int] | None = None
) -> Findings:
    exact = exact or {}
    count = len(values)
    return Findings(
        asked.moves,
        np.array(values),
        np.array(visits),
        np.array([place in exact for place in range(count)]),
        np.array([exact.get(place, 0) for place in range(count)]),
    )


def test_settings_between_rungs() -> None:
    for place, rung in enumerate(RUNGS):
        found = between(RUNGS, place)
        assert found.visits == rung.visits
        assert found.temperature == pytest.approx(rung.temperature)
        assert found.care == pytest.approx(rung.care)
    visits = [between(RUNGS, place).visits for place in np.linspace(0, len(RUNGS) - 1, 200)]
    assert visits == sorted(visits)
    assert between(RUNGS, -1) == between(RUNGS, 0)
    assert between(RUNGS, 99) == between(RUNGS, len(RUNGS) - 1)


def test_the_style_decides_among_equal_moves() -> None:
    asked = policy(0.6, 0.3, 0.1)
    setting = Setting(temperature=1.0, care=20.0, visits=50)
    found = findings(asked, [0.1, 0.1, 0.1], [20, 20, 10])
    np.testing.assert_allclose(move_chances(asked, found, setting), asked.probabilities)
    np.testing.assert_allclose(move_chances(asked, None, setting), asked.probabilities)


def test_care_weighs_expectations_and_unseen_moves_are_left_out() -> None:
    asked = policy(0.5, 0.3, 0.2)
    setting = Setting(temperature=1.0, care=10.0, visits=50)
    chances = move_chances(asked, findings(asked, [0.0, 0.2, 0.9], [20, 20, 1]), setting)
    assert chances[2] == 0
    assert chances[1] / chances[0] == pytest.approx(0.6 * np.exp(2.0))


def test_mates_are_played_and_walked_into_only_if_they_must_be() -> None:
    asked = policy(0.9, 0.06, 0.04)
    setting = Setting(temperature=1.0, care=1.0, visits=50)
    won = findings(asked, [0.9, 1.0, 1.0], [40, 5, 1], {1: 5, 2: 1})
    assert move_chances(asked, won, setting).tolist() == [0, 0, 1]
    mated = findings(asked, [-1.0, -0.9, -0.9], [40, 10, 10], {0: 2})
    assert move_chances(asked, mated, setting)[0] == 0
    lost = findings(asked, [-1.0, -1.0, -1.0], [4, 5, 6], {0: 2, 1: 6, 2: 4})
    assert move_chances(asked, lost, setting).tolist() == [0, 1, 0]


@given(data=st.data())
def test_there_is_always_a_move_and_a_losing_one_only_if_all_lose(data: st.DataObject) -> None:
    asked = policy(0.5, 0.3, 0.2)
    three = {"min_size": 3, "max_size": 3}
    visits = data.draw(st.lists(st.integers(0, 1000), **three))
    is_exact = data.draw(st.lists(st.booleans(), **three))
    values = [
        data.draw(st.sampled_from([-1.0, 0.0, 1.0]) if certain else st.floats(-0.99, 0.99))
        for certain in is_exact
    ]
    exact = {place: data.draw(st.integers(1, 9)) for place in range(3) if is_exact[place]}
    setting = Setting(temperature=1.0, care=20.0, visits=50)
    chances = move_chances(asked, findings(asked, values, visits, exact), setting)
    assert chances.sum() == pytest.approx(1)
    loses = [certain and value < 0 for certain, value in zip(is_exact, values, strict=True)]
    if not all(loses):
        assert not chances[loses].any()


def test_a_move_is_left_when_all_visits_went_to_those_that_lose() -> None:
    asked = policy(0.9, 0.06, 0.04)
    setting = Setting(temperature=1.0, care=1.0, visits=900)
    lost = findings(asked, [-1.0, -0.9, -1.0], [800, 2, 90], {0: 2, 2: 4})
    assert move_chances(asked, lost, setting).tolist() == [0, 1, 0]


def test_moves_without_any_chance_can_still_be_drawn_from() -> None:
    asked = policy(1.0, 0.0, 0.0)
    setting = Setting(temperature=0.5, care=1.0, visits=5)
    mated = findings(asked, [-1.0, 0.0, 0.0], [4, 1, 1], {0: 2})
    np.testing.assert_allclose(move_chances(asked, mated, setting), [0, 0.5, 0.5])


def test_a_table_comes_back_and_belongs_to_its_model(tmp_path: Path) -> None:
    path = tmp_path / "strength.json"
    TABLE.save(path)
    assert StrengthTable.load(path, "a model") == TABLE
    assert not StrengthTable.load(path, "another").is_measured
    assert not StrengthTable.load(tmp_path / "none.json").is_measured


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"version": 1}', '{"version": 1, "rungs": [{}]}', "nonsense"]
)
def test_a_damaged_table_says_so(text: str, tmp_path: Path) -> None:
    path = tmp_path / "strength.json"
    path.write_text(text)
    with pytest.raises(StylemateError, match=r"strength\.json"):
        StrengthTable.load(path)


def test_ratings_that_fall_are_no_table(tmp_path: Path) -> None:
    path = tmp_path / "strength.json"
    replace(TABLE, rungs=TABLE.rungs[::-1]).save(path)
    with pytest.raises(StylemateError, match="do not rise"):
        StrengthTable.load(path, "a model")
    assert rising([TABLE.rungs[0], TABLE.rungs[0], TABLE.rungs[1]]) == TABLE.rungs[:2]


def test_a_rating_is_a_setting_and_what_it_is_worth() -> None:
    level = TABLE.level(850)
    assert level.elo == pytest.approx(850)
    assert level.margin == pytest.approx(40)
    assert level.setting == between(RUNGS, 2.5)
    assert TABLE.reach == (600, 100 * (len(RUNGS) + 5))
    top = TABLE.level(MAXIMUM_ELO)
    assert top.elo == TABLE.rungs[-1].elo  # and not what was asked for


def test_without_a_table_nothing_is_claimed() -> None:
    table = StrengthTable()
    assert table.reach == (MINIMUM_ELO, MAXIMUM_ELO)
    assert table.level(MINIMUM_ELO).setting == between(RUNGS, 0)
    assert table.level(MAXIMUM_ELO).setting == between(RUNGS, len(RUNGS) - 1)
    assert table.level(1500).elo is None
    visits = [table.level(elo).setting.visits for elo in range(MINIMUM_ELO, MAXIMUM_ELO, 50)]
    assert visits == sorted(visits)


@pytest.fixture(scope="module")
def registry() -> OpponentRegistry:
    beginners = PlayerInfo(BEGINNER, 100, 2001, 2025, 500.0, 599.0, {})
    z = np.random.default_rng(5).normal(size=(2, 4)).astype(np.float32)
    space = tiny_space().with_style(beginners, z)
    return OpponentRegistry(MergedNetworks(tiny_model()), space, "x", TABLE)


@pytest.mark.parametrize("elo", [MINIMUM_ELO, 700, 1000, 1250])
def test_a_chosen_strength_plays_legal_moves_to_the_end(
    elo: int, registry: OpponentRegistry
) -> None:
    bots = [registry.bot(f"tal | elo {elo}", seed=seed) for seed in (1, 2)]
    board = chess.Board()
    while outcome(board) is None and len(board.move_stack) < 30:
        move = bots[len(board.move_stack) % 2].play(board)
        assert move in board.legal_moves
        board.push(move)


def test_the_recipe_decides_who_plays(registry: OpponentRegistry) -> None:
    plain, rated = registry.bot("tal"), registry.bot("tal | elo 1250", seed=1)
    assert isinstance(plain, Bot)
    assert isinstance(rated, RatedBot)
    assert rated.setting == TABLE.level(1250).setting
    board = chess.Board()
    assert rated.policy(board).moves == plain.policy(board).moves  # the style's own opinion
    again = registry.bot("tal | elo 1250", seed=1)
    assert [rated.play(board) for _ in range(5)] == [again.play(board) for _ in range(5)]


@pytest.mark.parametrize("elo", [700, 1250, 1400])
def test_only_the_moves_of_a_policy_are_chosen(elo: int, registry: OpponentRegistry) -> None:
    bot = registry.bot(f"tal | elo {elo}", seed=1)
    board = chess.Board()
    likely = bot.policy(board)
    for moves in (likely.moves[-3:], likely.moves[-1:], likely.moves):
        chances = np.full(len(moves), 1 / len(moves))
        some = replace(likely, moves=moves, probabilities=chances)
        assert {bot.choose(board, some) for _ in range(10)} <= set(moves)


def test_a_stopped_bot_moves_at_once(registry: OpponentRegistry) -> None:
    stop = threading.Event()
    stop.set()
    setting = Setting(care=10.0, visits=1_000_000)
    style = registry.space.style("tal")
    bot = RatedBot(registry.networks, style, setting, registry.space, seconds=None)
    board = chess.Board()
    assert bot.play(board, stop) in board.legal_moves
    with pytest.raises(StylemateError, match="seed"):
        RatedBot(registry.networks, style, setting, seed=-1)


def test_a_mate_in_one_is_never_missed(registry: OpponentRegistry) -> None:
    board = chess.Board("6k1/5ppp/8/8/8/8/5PPP/R5K1 w - - 0 1")
    bot = RatedBot(
        registry.networks, registry.space.style("tal"), Setting(care=5.0, visits=400), seconds=None
    )
    assert bot.play(board) == chess.Move.from_uci("a1a8")
