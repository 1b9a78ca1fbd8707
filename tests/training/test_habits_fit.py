"""Habits of players: found where they were planted, kept, and gone on with."""

from dataclasses import replace
from pathlib import Path

import chess
import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.attributes.game_figures import game_figures
from engine.cli import app
from engine.errors import StylemateError
from engine.games.chosen_player import choose_player
from engine.games.records import GameRecord
from engine.games.store_writer import GameStoreWriter
from engine.model.backbone import Backbone
from engine.model.checkpoint import save_model
from engine.model.fingerprint import backbone_fingerprint
from engine.position.moves import encode_move, legal_moves_and_indices
from engine.position.phases import HABIT_PLIES
from engine.position.planes import board_planes
from engine.style.habits import HABIT_KEYS, Certainty, HabitTable
from engine.style.records import PlayerInfo
from engine.training import habits_fit
from engine.training.data import Games, games_of_records, prepare_positions
from engine.training.few_shot_fit import FitOptions
from engine.training.habit_choices import LEAST_CHANCE, read_choices
from engine.training.habits_fit import HabitOptions, HabitRun, person_habits
from engine.training.options import Precision
from engine.training.person_fit import fit_player
from tests.conftest import TINY_PLAYERS, tiny_model, tiny_space
from tests.style import habit_tables

TAKER, OTHERS = TINY_PLAYERS[0], TINY_PLAYERS[1:4]
PLAYERS = (TAKER, *OTHERS)
OPTIONS = HabitOptions(positions=5000, positions_of_few=5000, precision=Precision.FLOAT32)
CAPTURES = HABIT_KEYS.index("captures")


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    """A backbone that prefers some moves, and thinks most possible."""
    model = tiny_model()
    with torch.no_grad():
        model.backbone.policy.planes.weight.mul_(0.1)
    return model.plain_backbone()


@pytest.fixture(scope="module")
def records(backbone: Backbone) -> list[GameRecord]:
    """Games by the backbone, one of whose players takes with three times the odds."""
    random = np.random.default_rng(3)
    names = [player.name for player in PLAYERS]
    pairs = [(a, b) for a in names for b in names if a != b] * 4
    boards = [chess.Board() for _ in pairs]
    for ply in range(56):
        going = [number for number, board in enumerate(boards) if any(board.legal_moves)]
        planes = torch.from_numpy(np.stack([board_planes(boards[number]) for number in going]))
        with torch.inference_mode():
            logits = backbone(planes)[0].numpy()
        for number, row in zip(going, logits, strict=True):
            board = boards[number]
            moves, indices = legal_moves_and_indices(board)
            score = row[indices] + random.gumbel(size=len(moves))
            if pairs[number][ply % 2] == TAKER.name:
                score += np.log(3) * np.array([board.is_capture(move) for move in moves])
            board.push(moves[int(np.argmax(score))])
    return [
        GameRecord(white, black, np.array([encode_move(m) for m in b.move_stack], dtype=np.uint16))
        for (white, black), b in zip(pairs, boards, strict=True)
    ]


@pytest.fixture(scope="module")
def games(records: list[GameRecord]) -> Games:
    return games_of_records(records)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, backbone: Backbone, games: Games) -> HabitRun:
    run = HabitRun(tmp_path_factory.mktemp("habits"), backbone, games, OPTIONS)
    run.learn_population(PLAYERS)
    assert run.fit(PLAYERS)
    return run


def test_choices_are_the_legal_moves_that_are_likely(backbone: Backbone, games: Games) -> None:
    positions = prepare_positions(games.part(np.arange(3)), (), "cpu")
    rows = torch.arange(len(positions.moves))
    choices, kept = read_choices(backbone, positions, rows, Precision.FLOAT32)
    board, place = chess.Board(), 0
    ends = np.append(choices.starts[1:], len(choices.log_chance))
    for row in range(int((positions.games == 0).sum())):
        move = chess.Move(int(positions.moves[row]) & 63, int(positions.moves[row]) >> 6 & 63)
        moves, indices = legal_moves_and_indices(board)
        with torch.inference_mode():
            logits = backbone(torch.from_numpy(board_planes(board))[None])[0][0, indices]
        chances = torch.softmax(logits, 0).numpy()
        likely = chances >= LEAST_CHANCE
        played = next(
            i
            for i, m in enumerate(moves)
            if m.from_square == move.from_square and m.to_square == move.to_square
        )
        if kept[row]:
            of = slice(choices.starts[place], ends[place])
            expected = np.sort(chances[likely])
            np.testing.assert_allclose(np.sort(np.exp(choices.log_chance[of])), expected, rtol=1e-3)
            chance = np.exp(choices.log_chance[choices.played[place]])
            assert chance == pytest.approx(chances[played], rel=1e-3)
            taken = choices.values[choices.played[place], CAPTURES]
            assert taken == board.is_capture(moves[played])
            crowd = choices.values[of, HABIT_KEYS.index("crowd")]
            np.testing.assert_array_equal(crowd, choices.log_chance[of])
            place += 1
        else:
            assert not likely[played] or likely.sum() == 1
        board.push(moves[played])
    assert place > 20


def test_a_planted_habit_is_found_and_nobody_else_has_it(run: HabitRun) -> None:
    table, account = run.table(run.evidence(PLAYERS))
    taker = table.of(TAKER.name)
    assert taker is not None
    assert taker.certainty("captures") is Certainty.CLEAR
    lead = [own.values[CAPTURES] for own in map(table.of, table.names) if own is not None]
    # log(3), from the population's tilt, in units of the usual spread; shrunk by a little.
    measure = table.scale.measures[CAPTURES]
    between = (lead[0] - np.mean(lead[1:])) / measure.unit
    assert 0.6 < between < 1.5
    assert account["players"] == len(PLAYERS)
    assert account["positions"] == sum(own.positions for own in map(table.of, table.names) if own)
    # Too few players for halves to be held against each other: nothing counts as reliable.
    assert not any(m.reliable for m in table.scale.measures)


def test_a_run_goes_on_where_it_stopped(
    tmp_path: Path, backbone: Backbone, games: Games, run: HabitRun
) -> None:
    again = HabitRun(tmp_path, backbone, games, OPTIONS)
    again.learn_population(PLAYERS)
    calls = iter([False, True])
    assert not again.fit(PLAYERS, is_stopped=lambda: next(calls))
    assert [one.player for one in again.evidence(PLAYERS)] == list(PLAYERS[:2])
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")}
    once_more = HabitRun(tmp_path, backbone, games, OPTIONS)
    once_more.learn_population(PLAYERS)
    seen: list[tuple[int, int]] = []
    assert once_more.fit(PLAYERS, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (4, 4)
    assert all(path.stat().st_mtime_ns == time for path, time in kept.items())
    for one, other in zip(once_more.evidence(PLAYERS), run.evidence(PLAYERS), strict=True):
        np.testing.assert_allclose(one.halves.pull, other.halves.pull)


def test_nobody_s_habits_depend_on_who_is_read_beside_them(
    tmp_path: Path, backbone: Backbone, games: Games, run: HabitRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(habits_fit, "_POSITIONS_AT_ONCE", 1)
    alone = HabitRun(tmp_path, backbone, games, OPTIONS)
    alone.learn_population(PLAYERS)
    assert alone.fit(PLAYERS)
    for one, other in zip(alone.evidence(PLAYERS), run.evidence(PLAYERS), strict=True):
        assert one.player == other.player
        np.testing.assert_array_equal(one.positions, other.positions)
        np.testing.assert_allclose(one.halves.pull, other.halves.pull, rtol=1e-3, atol=0.05)
        np.testing.assert_allclose(
            one.halves.information, other.halves.information, rtol=1e-3, atol=0.05
        )
        assert abs(int(one.positions[0]) - int(one.positions[1])) < one.positions.sum() / 3


def test_more_positions_are_read_when_more_are_asked_for(
    tmp_path: Path, backbone: Backbone, games: Games
) -> None:
    few = HabitRun(tmp_path, backbone, games, replace(OPTIONS, positions=30, positions_of_few=30))
    few.learn_population(PLAYERS)
    few.fit(PLAYERS[:1])
    before = few.evidence(PLAYERS)[0].positions.sum()
    more = HabitRun(tmp_path, backbone, games, OPTIONS)
    more.learn_population(PLAYERS)
    more.fit(PLAYERS[:1])
    after = more.evidence(PLAYERS)[0].positions.sum()
    few.fit(PLAYERS[:1])
    assert 0 < before < after == few.evidence(PLAYERS)[0].positions.sum()


def test_a_player_without_games_has_no_habits_and_stops_nobody(
    tmp_path: Path, backbone: Backbone, games: Games
) -> None:
    nobody = PlayerInfo("Nobody, N", 5)
    run = HabitRun(tmp_path, backbone, games, OPTIONS)
    run.learn_population([*PLAYERS, nobody])
    assert run.fit([nobody, *PLAYERS])
    table, _ = run.table(run.evidence([nobody, *PLAYERS]))
    own = table.of("Nobody, N")
    assert own is not None
    assert own.positions == 0
    assert not own.values.any()
    with pytest.raises(StylemateError, match="Nobody's habits"):
        run.table([])


def test_another_backbone_needs_another_folder(run: HabitRun, games: Games) -> None:
    other = HabitRun(run.directory, tiny_model(seed=1).plain_backbone(), games, OPTIONS)
    with pytest.raises(StylemateError, match="another folder"):
        other.learn_population(PLAYERS)


def test_a_person_s_habits_are_those_of_their_games(
    run: HabitRun, backbone: Backbone, records: list[GameRecord]
) -> None:
    table, _ = run.table(run.evidence(PLAYERS))
    positions = prepare_positions(games_of_records(records), (), "cpu")
    movers = positions.movers(torch.arange(len(positions.moves)))
    rows = (movers == positions.players.index(TAKER.name)).nonzero()[:, 0]
    found = person_habits(backbone, positions, rows, table.scale, Precision.FLOAT32)
    known = table.of(TAKER.name)
    assert known is not None
    assert found.positions >= known.positions  # games of all splits, not only the training ones
    assert found.certainty("captures") is Certainty.CLEAR
    assert found.values[CAPTURES] == pytest.approx(known.values[CAPTURES], rel=0.25)
    none = person_habits(backbone, positions, rows[:0], table.scale, Precision.FLOAT32)
    assert not none.values.any()
    np.testing.assert_allclose(none.errors, table.scale.spread, rtol=1e-5)
    opening = rows[positions.packed.plies[rows] < HABIT_PLIES]
    assert person_habits(backbone, positions, opening, table.scale).positions == 0


def test_a_fit_brings_habits_if_the_scale_is_of_its_backbone(
    records: list[GameRecord], run: HabitRun
) -> None:
    model, prior = tiny_model(), tiny_space().prior
    player = choose_player(records, [TAKER.name])
    options = FitOptions(passes=1, precision=Precision.FLOAT32)
    scale = replace(habit_tables.scale(), backbone=backbone_fingerprint(model.plain_backbone()))
    fitted = fit_player(model, records, player, prior, options, habits=scale)
    assert fitted.habits is not None
    assert fitted.habits.positions > 100
    other = fit_player(model, records, player, prior, options, habits=habit_tables.scale())
    assert other.habits is None
    assert fit_player(model, records, player, prior, options).habits is None
    np.testing.assert_array_equal(other.z, fitted.z)


def test_a_fit_tells_what_happens_in_the_games(records: list[GameRecord]) -> None:
    model, prior = tiny_model(), tiny_space().prior
    player = choose_player(records, [TAKER.name])
    options = FitOptions(passes=1, precision=Precision.FLOAT32)
    found = fit_player(model, records, player, prior, options).game_habits
    assert found is not None
    own = player.games(records)
    assert found.games == len({record.game_id for record in own})
    games = games_of_records(own)
    side = np.array([games.players[number] in player.spellings for number in games.black])
    captures = game_figures(games, side).column("captures")
    place = FIGURE_KEYS.index("captures")
    assert found.means[place] == pytest.approx(np.nanmean(captures), rel=1e-5)
    spread = np.nanstd(captures, ddof=1) / np.sqrt(np.isfinite(captures).sum())
    assert found.errors[place] == pytest.approx(spread, rel=1e-4)


def test_the_command_measures_everybody_and_shows_them(
    tmp_path: Path, records: list[GameRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = tmp_path / "assets"
    save_model(assets / "model", tiny_model(), {})
    tiny_space().save(assets / "styles")
    with GameStoreWriter(tmp_path / "store") as writer:
        for record in records:
            writer.add(record)
    runner = CliRunner()
    words = ["train", "habits", str(tmp_path / "store"), "--out", str(tmp_path / "run")]
    words += ["--assets", str(assets), "--first", "petrosian, tigran", "--positions-of-few", "200"]
    done = runner.invoke(app, words)
    assert done.exit_code == 0, done.output
    assert f"Habits of {len(TINY_PLAYERS)} of {len(TINY_PLAYERS)} players" in done.output
    table = HabitTable.load(assets / "styles")
    assert table.names[0] == "Petrosian, Tigran"
    assert (assets / "training" / "habits.json").is_file()
    monkeypatch.setenv("STYLEMATE_ASSETS", str(assets))
    shown = runner.invoke(app, ["styles", "habits", "tal", "--all"])
    assert shown.exit_code == 0, shown.output
    assert "positions after the opening" in shown.output
    assert "than others: " in shown.output
    short = runner.invoke(app, ["styles", "habits", "tal"])
    assert "Nothing is clear yet." in short.output
    as_json = runner.invoke(app, ["styles", "habits", "tal", "--all", "--json"])
    assert '"certainty"' in as_json.output
    played = runner.invoke(app, ["recipe", "tal | intensity 2"])
    assert played.output.strip() == "Tal, Mikhail | intensity 2"
