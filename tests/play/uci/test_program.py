"""The program itself, as python-chess drives it: synchronous, asynchronous, and by hand."""

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import chess
import chess.engine
import pytest

from engine.assets import ENVIRONMENT_VARIABLE

COMMAND = [sys.executable, "-m", "engine.play.uci.program"]
PATIENCE = 300


@pytest.fixture
def environment(tiny_assets: Path) -> dict[str, str]:
    return {**os.environ, ENVIRONMENT_VARIABLE: str(tiny_assets)}


def test_a_game_with_python_chess(environment: dict[str, str]) -> None:
    with chess.engine.SimpleEngine.popen_uci(COMMAND, timeout=PATIENCE, env=environment) as engine:
        engine.configure({"Recipe": "tal", "Temperature": "0.8", "King danger": 150, "Hash": 64})
        opponent = chess.engine.Opponent("Guest", None, 1500, False)
        board = chess.Board()
        while len(board.move_stack) < 24 and not board.is_game_over():
            played = engine.play(
                board,
                chess.engine.Limit(white_clock=60, black_clock=60, white_inc=1),
                game="first",
                info=chess.engine.INFO_ALL,
                ponder=True,
                opponent=opponent,
            )
            assert played.move in board.legal_moves
            assert isinstance(played.info["score"], chess.engine.PovScore)
            assert isinstance(played.info["wdl"], chess.engine.PovWdl)
            board.push(played.move)
        lines = engine.analyse(chess.Board(), chess.engine.Limit(depth=20), multipv=5)
        assert [line["multipv"] for line in lines] == [1, 2, 3, 4, 5]
        assert len({line["pv"][0] for line in lines}) == 5


def test_analysis_without_end(environment: dict[str, str]) -> None:
    async def talk() -> chess.engine.BestMove:
        _, engine = await chess.engine.popen_uci(COMMAND, env=environment)
        with await engine.analysis(chess.Board(), multipv=3) as analysis:
            async for info in analysis:
                if info.get("multipv") == 3:
                    break
            await engine.ping()
            analysis.stop()
            best = await analysis.wait()
        await engine.quit()
        return best

    # In a thread of its own: where a browser is under test, this one has a running loop.
    with ThreadPoolExecutor(1) as pool:
        best = pool.submit(lambda: asyncio.run(asyncio.wait_for(talk(), PATIENCE))).result()
    assert best.move in chess.Board().legal_moves


def test_chess960_is_refused_by_the_gui(environment: dict[str, str]) -> None:
    board = chess.Board.from_chess960_pos(100)
    with (
        chess.engine.SimpleEngine.popen_uci(COMMAND, timeout=PATIENCE, env=environment) as engine,
        pytest.raises(chess.engine.EngineError, match="UCI_Chess960"),
    ):
        engine.play(board, chess.engine.Limit(nodes=1))


@pytest.mark.parametrize("module", ["engine.play.uci.program", "engine.launch"])
def test_the_end_of_the_input_is_no_reason_to_drop_an_answer(
    module: str, environment: dict[str, str]
) -> None:
    code = f"import sys; sys.argv = ['stylemate', 'uci']; from {module} import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=b"uci\n\xff\xfe\nposition startpos moves e2e4\ngo infinite\n",
        capture_output=True,
        env=environment,
        check=False,
        timeout=PATIENCE,
    )
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0
    assert lines[-1].startswith("bestmove ")
    words = {line.split()[0] for line in lines}
    assert words == {"id", "option", "uciok", "info", "bestmove"}


def test_nothing_heavy_is_imported_before_the_engine_has_introduced_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *COMMAND[1:]],
        input="uci\nquit\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert done.stdout.splitlines()[-1] == "uciok"
    imported = {line.split("|")[-1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "engine.play.uci.options" in imported
    heavy = {
        "numpy",
        "torch",
        "chess",
        "typer",
        "msgspec",
        "importlib.metadata",
        "dataclasses",
        "random",
    }
    assert not heavy & imported
