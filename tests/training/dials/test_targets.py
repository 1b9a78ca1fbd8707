"""Positions to learn on: which, in whose policy, kept in parts."""

from pathlib import Path

import chess
import numpy as np
import pytest
import torch

from engine.errors import StylemateError
from engine.model.style_model import StyleModel
from engine.position.moves import decode_move, legal_moves_and_indices
from engine.style.space import StyleSpace
from engine.training.data import TrainingPositions
from engine.training.dials import targets as module
from engine.training.dials.targets import (
    TargetMaker,
    Targets,
    choose_rows,
    choose_styles,
    kept_targets,
    log_policy,
    spread_of_worths,
)
from engine.training.dials.teacher import Teacher
from engine.training.options import Precision
from engine.training.splits import Split
from tests.training.dials.conftest import tiny_options


def test_legal_masks_know_all_rules(positions: TrainingPositions) -> None:
    board, in_passing = chess.Board(), 0
    masks = positions.legal_masks(torch.arange(len(positions.packed)))
    for row, code in enumerate(positions.moves.tolist()):
        if positions.packed.plies[row] == 0:
            board = chess.Board()
        indices = sorted(legal_moves_and_indices(board)[1].tolist())
        assert masks[row].nonzero()[:, 0].tolist() == indices, board.fen()
        in_passing += board.has_legal_en_passant()
        board.push(decode_move(code & 0xFFFF))
    assert in_passing


def test_a_target_is_the_policy_of_its_style(
    positions: TrainingPositions, model: StyleModel, space: StyleSpace, maker: TargetMaker
) -> None:
    rows, styles = torch.tensor([3, 40, 77]), torch.tensor([0, 4, 2])
    made = maker.make(rows, styles)
    with torch.no_grad():
        for place in range(3):
            z = space.average if styles[place] == 4 else space.population[styles[place]]
            policy = log_policy(
                model, positions, rows[place : place + 1], torch.from_numpy(z), Precision.FLOAT32
            )[0]
            listed = made.moves[place].long()
            there = ~made.log_probabilities[place].isinf()
            assert int(there.sum()) == min(int((~policy.isinf()).sum()), len(listed))
            torch.testing.assert_close(
                made.log_probabilities[place][there].float(),
                policy[listed[there]],
                atol=1e-2,
                rtol=1e-2,
            )
            likely = policy[listed[:12]].exp() >= 0.004
            assert made.sane[place][1:].tolist() == likely[1:].tolist()
    assert (made.worth[:, 0] == 0).all()
    assert (made.score[made.sane] > 0).all()


def test_parts_that_are_kept_are_not_made_again(
    maker: TargetMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 4)
    monkeypatch.setattr(module, "_BATCHES_OF_PART", 2)
    rows = torch.arange(5, 25)
    styles = choose_styles(20, 4, 0.35, seed=1)
    whole = kept_targets(maker, rows, styles, tmp_path / "whole")
    assert whole is not None
    asked, reports = 0, []

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3  # in the middle of the second part

    assert kept_targets(maker, rows, styles, tmp_path / "parts", stop_requested=stop) is None
    assert [path.name for path in (tmp_path / "parts").iterdir()] == ["00000.safetensors"]
    first = (tmp_path / "parts" / "00000.safetensors").stat().st_mtime_ns
    again = kept_targets(
        maker, rows, styles, tmp_path / "parts", lambda done, total: reports.append((done, total))
    )
    assert again is not None
    assert (tmp_path / "parts" / "00000.safetensors").stat().st_mtime_ns == first
    assert reports[0] == (8, 20)
    assert reports[-1] == (20, 20)
    assert torch.equal(again.rows, rows)
    for name in ("styles", "moves", "log_probabilities", "sane", "worth", "score"):
        assert torch.equal(getattr(again, name), getattr(whole, name)), name
    (tmp_path / "parts" / "00001.safetensors").write_bytes(b"nonsense")
    with pytest.raises(StylemateError, match="00001"):
        kept_targets(maker, rows, styles, tmp_path / "parts")


def test_first_moves_are_chosen_less_often(positions: TrainingPositions) -> None:
    rows = positions.rows_of(Split.TRAIN)
    chosen = choose_rows(positions, rows, 10**9, seed=2)
    assert len(set(chosen.tolist())) == len(chosen)
    assert set(chosen.tolist()) <= set(rows.tolist())
    first = positions.packed.plies < 4
    share = float(first[chosen].sum() / first[rows].sum())
    assert 0.2 < share < 0.6
    assert int((~first[chosen]).sum()) == int((~first[rows]).sum())
    assert torch.equal(choose_rows(positions, rows, 10, seed=2), chosen[:10])


def test_spreads_are_those_of_single_positions(
    positions: TrainingPositions, model: StyleModel, space: StyleSpace, teacher: Teacher
) -> None:
    rows, average = torch.tensor([12, 30, 55]), torch.from_numpy(np.array(space.average))
    found = spread_of_worths(model, positions, rows, average, teacher, tiny_options())
    variances = []
    with torch.no_grad():
        for row in rows:
            p = log_policy(model, positions, row[None], average)[0].exp().numpy()
            played = np.flatnonzero(p >= 0.01)
            moves = torch.from_numpy(played)
            worth = teacher.judge(row.expand(len(played)), moves).worth.numpy()
            mean = np.average(worth, axis=0, weights=p[played])
            variances.append(np.average((worth - mean) ** 2, axis=0, weights=p[played]))
    wanted = np.sqrt(np.mean(variances, axis=0))
    np.testing.assert_allclose(found.numpy(), np.where(wanted > 0, wanted, 1), rtol=2e-2)


def test_targets_come_back_as_they_were_saved(maker: TargetMaker, tmp_path: Path) -> None:
    made = maker.make(torch.tensor([1, 2]), torch.tensor([0, 0]))
    made.save(tmp_path / "one.safetensors")
    loaded = Targets.load([tmp_path / "one.safetensors", tmp_path / "one.safetensors"])
    assert len(loaded) == 4
    assert torch.equal(loaded.worth[2:], made.worth)
