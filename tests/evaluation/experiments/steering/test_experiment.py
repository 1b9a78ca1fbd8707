"""What pushes do: on target, elsewhere, to predictions and to results."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.analysis.shipped_measurements import shipped_response
from engine.attributes.registry import MOVE_KEYS
from engine.evaluation.context import Context
from engine.evaluation.experiments.steering import experiment as steering
from engine.evaluation.experiments.steering.measurement import fixed_shifts, move_cost
from engine.evaluation.experiments.steering.rebuilt import _cosines, rebuilt_deltas
from engine.evaluation.experiments.steering.results import clean_count
from engine.evaluation.experiments.steering.steered_games import SteeredGamesSettings, steered_games
from engine.evaluation.experiments.steering.subjects import choose_subjects
from engine.evaluation.measures.fixed_positions import fixed_scale
from engine.evaluation.measures.human_moves import positions_of_games
from engine.evaluation.report.result_json import as_json, read_result
from engine.style.style import steer
from engine.training.splits import Split
from tests.evaluation.conftest import UNSEEN, write_assets

STEERING = "engine.evaluation.experiments.steering"


def test_clean_attributes_are_counted_by_the_rule() -> None:
    clean = [1.0, 0.25, -0.25]
    leaking = [0.0, 1.2, 0.4]
    weak = [0.0, 0.0, 0.99]
    assert clean_count([0, 1, 2], np.array([clean, leaking, weak])) == 1
    assert clean_count([0, 2], np.array([clean, [0.0, 0.3, 1.2]])) == 2
    # Attributes that are not measured do not leak; what is not measured on target is not clean.
    assert clean_count([0, 2], np.array([[1.0, np.nan, 0.0], [0.0, 0.0, np.nan]])) == 1


def test_levels_are_means_over_all_and_over_late_positions(context: Context) -> None:
    scale = fixed_scale(context)
    z = context.space.z[0]
    expected = scale.meter.read(z).expected
    levels = scale.levels(z)
    column = scale.keys.index("king_danger")
    assert scale.past_opening.any()
    assert not scale.past_opening.all()
    assert levels[0, column] * scale.sd[column] == pytest.approx(
        expected[:, scale.columns[column]].mean()
    )
    assert levels[1, column] * scale.past_opening_sd[column] == pytest.approx(
        expected[scale.past_opening, scale.columns[column]].mean()
    )
    # The unit of an attribute that can be steered is the one its slider was calibrated in.
    assert scale.sd[column] == 3.5


def test_games_not_learnt_from(context: Context) -> None:
    subjects = choose_subjects(context, 2, 1)
    assert [subject.kind for subject in subjects] == ["any", "any", "unseen"]
    assert subjects[2].name == UNSEEN
    for subject in subjects[:2]:
        np.testing.assert_array_equal(subject.games, context.games_of(subject.name, [Split.TEST]))
    everything = context.games_of(UNSEEN)
    assert 0 < len(subjects[2].games) < len(everything)
    assert set(subjects[2].games) < set(everything)


def test_noted_players_are_held_out(context: Context, tmp_path: Path) -> None:
    assets = write_assets(tmp_path / "assets")
    name = context.space.names[1]
    noted = {"report_names": [name, "Nobody, Known"]}
    (assets / "styles" / "calibration.json").write_text(json.dumps(noted))
    own = Context(context.store, assets, context.device, 1, "smoke", tmp_path / "parts")
    (subject,) = choose_subjects(own, 5, 0)
    assert (subject.name, subject.kind) == (name, "held out")


def test_positions_of_some_games(context: Context) -> None:
    games = np.array([3, 17, 40])
    positions = positions_of_games(context, games)
    begins = context.games.offsets
    expected = np.concatenate([context.games.moves[begins[g] : begins[g + 1]] for g in games])
    np.testing.assert_array_equal(positions.moves.numpy().view(np.uint16), expected)
    assert positions.results.tolist() == context.games.results[games].tolist()


def test_a_push_of_nothing_costs_nothing(context: Context) -> None:
    subject = choose_subjects(context, 1, 0)[0]
    cost = move_cost(context, subject, ["king_danger"], (0.0, 2.0), 50)
    assert 0 < cost.positions <= 50
    assert np.abs(cost.cross_entropy[0, 0, 0]) < 1e-5
    assert cost.top1[0, 0, 0] == 0
    assert np.abs(cost.cross_entropy[0, 0, 1]) > 1e-4


def test_pushes_of_nothing_change_no_game(context: Context) -> None:
    subjects = choose_subjects(context, 2, 0)
    settings = SteeredGamesSettings(games=4, outcome_games=2, positions=10, longest=30)
    games = steered_games(context, subjects, ["king_danger"], (0.0, 0.0, 2.0), settings)
    assert games.games == 24
    np.testing.assert_array_equal(games.score[:, :, 0], games.score[:, :, 1])
    np.testing.assert_allclose(games.outcomes[:, :, 0], games.outcomes[:, :, 1])
    assert np.abs(games.shifts[:, :, :2]).max() < 1e-4
    assert np.abs(games.shifts[:, :, 2]).max() > 1e-2
    captures = games.outcomes[..., MOVE_KEYS.index("captures")]
    assert ((captures >= 0) & (captures <= 1)).all()


def test_runs_resumes_and_tells(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    result = steering.EXPERIMENT.run(context)
    data = json.loads(json.dumps(as_json(result)))["data"]
    keys = data["attributes"]
    assert keys == ["king_danger", "strength"]
    measured = fixed_shifts(
        context,
        fixed_scale(context),
        choose_subjects(context, 2, 1)[0],
        keys,
        steering.SMOKE.amounts,
    )
    assert measured.shape == (2, 2, 2, len(data["measured"]))
    unit = data["dose"]["king_danger"]["amounts"].index(1.0)
    for row, steered_key in enumerate(keys):
        for column, key in enumerate(keys):
            cell = data["matrix"][row][column]
            assert cell == data["dose"][steered_key]["shift"][key][unit]
            assert cell["low"] <= cell["value"] <= cell["high"]
    assert data["matrix_played"][0][1] is None  # games do not show strength
    assert data["matrix_played"][0][0]["low"] <= data["matrix_played"][0][0]["high"]
    assert data["cost"]["strength"]["amounts"] == [-1, 1]
    assert all(len(data["cost"][key]["elo"]) == 2 for key in keys)
    (target,) = result.targets
    assert target.key == "steering_on_target"
    assert not target.met
    assert read_result(as_json(result)).words == result.words
    monkeypatch.setattr(f"{STEERING}.steered_games.play_games", None)  # everything is there already
    monkeypatch.setattr(f"{STEERING}.subjects.fit_styles", None)
    assert as_json(steering.EXPERIMENT.run(context)) == as_json(result)


def test_direct_measurement_agrees(context: Context) -> None:
    scale = fixed_scale(context)
    subject = choose_subjects(context, 1, 0)[0]
    shifts = fixed_shifts(context, scale, subject, ["king_danger"], (2.0,))
    pushed = steer(subject.z, context.space.deltas["king_danger"], 2.0)
    both = scale.meter.measure(np.stack((subject.z, pushed)))[:, scale.columns]
    np.testing.assert_allclose(
        shifts[0, 0, 0], (both[1] - both[0]) / scale.sd, rtol=1e-4, atol=1e-6
    )


def test_the_steer_page_reads_it(context: Context, tmp_path: Path) -> None:
    result = steering.EXPERIMENT.run(context)
    report = {"model": "m", "experiments": {"steering": as_json(result)}}
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "report.json").write_text(json.dumps(report))
    response = shipped_response(tmp_path, context.space, "king_danger", "m")
    assert response is not None
    assert response.source == "report"
    assert [dose.amount for dose in response.doses] == [-1.0, 1.0]
    for dose in response.doses:
        assert set(dose.shifts) >= {"king_danger", "strength"}
        assert dose.elo is not None
        assert dose.move_match is not None


def test_directions_made_again_are_compared(context: Context, tmp_path: Path) -> None:
    names = tuple(f"Player {number}" for number in range(16))
    assets = write_assets(tmp_path / "assets", names)
    own = Context(context.store, assets, context.device, 1, "smoke", tmp_path / "parts")
    found = rebuilt_deltas(own, fixed_scale(own), ["king_danger", "strength"], 1)
    assert [one.rule for one in found] == ["gradient"]  # nobody's attributes are noted
    assert found[0].between.shape == (2,)
    assert (np.abs(found[0].between) <= 1 + 1e-9).all()
    one = np.random.default_rng(1).normal(size=(2, 2, 4)).astype(np.float32)
    np.testing.assert_allclose(_cosines(one, 3 * one + 1), 1, atol=1e-6)
    np.testing.assert_allclose(_cosines(one, -one), -1, atol=1e-6)
