"""Make the fixed positions anew: ``python -m engine.attributes.make_fixed --help``.

Reads PGN text on standard input, samples positions, judges every legal move with a chess engine
and writes ``fixed.json`` and ``fixed_quality.json``.
"""

import argparse
import io
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import chess
import chess.pgn

from engine.attributes.fixed_positions import (
    POSITIONS_FILE,
    QUALITY_FILE,
    QUALITY_VERSION,
    position_to_json,
)
from engine.attributes.move_loss import SCORE_PER_CENTIPAWN, move_losses
from engine.attributes.sampling import Phase, sample_positions
from engine.errors import StylemateError
from engine.files import write_json, write_text

SEED = 20250
NODES = 1_000_000
_GAME_START = re.compile(r"^(?=\[Event )", re.MULTILINE)
_LOSS_DIGITS = 4


def main(arguments: Sequence[str] | None = None) -> None:
    """Sample, judge and write."""
    parser = argparse.ArgumentParser(
        prog="python -m engine.attributes.make_fixed",
        description="Sample measurement positions from PGN games on standard input.",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the two JSON files")
    parser.add_argument("--engine", type=Path, default=Path("stockfish"), help="UCI program")
    parser.add_argument("--nodes", type=int, default=NODES, help="search nodes per position")
    parser.add_argument("--seed", type=int, default=SEED, help="choice of games and positions")
    parser.add_argument("--openings", type=int, default=80, help="positions of plies 10 to 24")
    parser.add_argument("--middlegames", type=int, default=240, help="positions with pieces on")
    parser.add_argument("--endgames", type=int, default=80, help="positions with few pieces left")
    options = parser.parse_args(arguments)

    texts = _GAME_START.split(sys.stdin.read())[1:]
    random.Random(options.seed).shuffle(texts)
    quotas: dict[Phase, int] = {
        "opening": options.openings,
        "middlegame": options.middlegames,
        "endgame": options.endgames,
    }
    positions = sample_positions(_main_lines(texts), quotas, options.seed)
    boards = [position.board() for position in positions]
    losses = []
    for number, loss in enumerate(move_losses(boards, options.engine, options.nodes), start=1):
        losses.append({move: round(points, _LOSS_DIGITS) for move, points in loss.items()})
        print(f"\r{number} of {len(boards)} positions judged", end="", file=sys.stderr)
    print(file=sys.stderr)

    write_json(options.out / POSITIONS_FILE, [position_to_json(position) for position in positions])
    quality = {
        "version": QUALITY_VERSION,
        "engine": options.engine.name,
        "nodes": options.nodes,
        "score_per_centipawn": SCORE_PER_CENTIPAWN,
        "losses": losses,
    }
    write_text(options.out / QUALITY_FILE, json.dumps(quality, separators=(",", ":")) + "\n")


def _main_lines(texts: Sequence[str]) -> Iterator[list[chess.Move]]:
    for text in texts:
        game = chess.pgn.read_game(io.StringIO(text))
        if game is not None and not game.errors and "FEN" not in game.headers:
            yield list(game.mainline_moves())


if __name__ == "__main__":
    try:
        main()
    except StylemateError as error:
        sys.exit(f"make_fixed: {error}")
