"""Everything that reads what others wrote, with good samples to start from.

A reader takes one input and returns whether it was accepted; a ``StylemateError`` refuses it.
Everything else that it raises, or an endless wait, is a fault.
"""

import bz2
import gzip
import json
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import chess
import numpy as np
import torch
import zstandard

from engine.analysis.identification import DEFAULT_SCALE, load_scale, save_scale
from engine.attributes.fixed_positions import (
    POSITIONS_FILE,
    QUALITY_FILE,
    QUALITY_VERSION,
    load_fixed_positions,
)
from engine.errors import StylemateError
from engine.evaluation.experiment import Estimate, Plot, PlotSeries, Result, Table
from engine.evaluation.matches.openings import read_match_openings
from engine.evaluation.matches.record import games_of
from engine.evaluation.report.report import Report, Run, read_report, write_report
from engine.files import write_json
from engine.games.chosen_player import choose_player
from engine.games.online.archive import user_name
from engine.games.player_names import NameIndex
from engine.games.records import GameRecord
from engine.games.store import GameStore, GameStoreWriter
from engine.games.uploads import UploadedGames
from engine.model.backbone import Backbone, BackboneConfig
from engine.model.checkpoint import load_model, save_model
from engine.model.lc0 import load_lc0, save_lc0
from engine.play.notation import board_from_fen, play_moves, read_move
from engine.play.opponents import OpponentRegistry
from engine.play.strength.setting import Setting
from engine.play.strength.table import RungRating, StrengthTable
from engine.play.uci.options import Options
from engine.play.uci.player import Player
from engine.play.uci.session import Session
from engine.style.recipe import parse_recipe
from engine.style.space import StyleSpace
from engine.style.style_file import StyleFile, _checksum, parse_style, style_bytes
from engine.training.checkpoint import (
    RunState,
    load_checkpoint,
    read_run_state,
    save_checkpoint,
)
from tests.conftest import TINY_ATTRIBUTES, TINY_PLAYERS, tiny_habits, tiny_model, tiny_space
from tests.fuzz.mutation import (
    Mutate,
    mutated_bytes,
    mutated_json,
    mutated_tensors,
    mutated_text,
    mutated_value,
)
from tests.games.corpus import CASES
from tests.style.habit_tables import habits
from ui.board.board import read_event
from ui.memory.memory import read_recalled
from ui.shared.game_address import read_address, write_address
from ui.shared.opponent import Opponent
from ui.stylemap.stylemap import read_choice


@dataclass(frozen=True, slots=True)
class Reader:
    """One way in.

    Attributes:
        name: of it.
        share: how often it is tried, against others.
        samples: good inputs.
        mutate: makes others out of them.
        read: takes one in; a refusal is a ``StylemateError``.
    """

    name: str
    share: int
    samples: Sequence[Any]
    mutate: Mutate
    read: Callable[[Any], object]

    def input(self, number: int) -> Any:
        """Return the input of a number, always the same."""
        return self.mutate(random.Random(f"{self.name}:{number}"), self.samples)


RECIPES = (
    "0.6 Tal, Mikhail + 0.4 Petrosian, Tigran | king_danger +1.5 | strength -1",
    "average | intensity 2 | elo 1500 | king_danger -0.25",
    '60% "Tal, Mikhail" + 40% carlsen',
    "polgar j + 3 * capablanca | strength: 2",
    '"a ""quoted"" name + more" | King danger = 1',
)
FENS = (
    chess.STARTING_FEN,
    "r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq - 0 1",
    "4k3/8/8/3pP3/8/8/8/4K3 w - d6 0 1",
    "8/P6k/8/8/8/8/8/K7 w - - 99 200",
    'rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w HAha - bm e4; id "x";',
)
MOVES = (
    "1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 1/2-1/2",
    "e2e4 e7e5 g1f3",
    "O-O", "exd6 e.p.", "a8=Q+", "1... ♘f6!?", "Nbd2", "R1xa3#", "0–0–0", "Qh4xe1", "e8 queen",
    "1. e4 {a comment} e5 (1... c5 2. Nf3) 2. Nf3",
)  # fmt: skip
NAMES = (
    *("Tal, Mikhail", "mvl", "Kortschnoi", "J. Polgár", "Łódź"),
    *("L’Ami", "DrNykterstein", "petro"),
)
USERS = (
    "ann_1",
    "https://www.chess.com/member/ann?ref=1",
    "https://lichess.org/@/ann/all",
    "https://www.chess.com/games/archive/ann",
    "https://api.chess.com/pub/player/ann/games/2024/01",
)
LINES = (
    "uci",
    "setoption name Style value Tal, Mikhail",
    "setoption name UCI_Elo value 1500",
    "setoption name MultiPV value 3",
    "setoption name King danger value 150",
    "position startpos moves e2e4 e7e5",
    f"position fen {FENS[1]} moves e1g1",
    "go nodes 1",
    "go movetime 5",
    "ucinewgame",
    "debug on",
    "isready",
    "stop",
    "ponderhit",
)
MATCH = (
    '[Event "Stylemate match"]\n[Round "1.1"]\n[White "A"]\n[Black "B"]\n[Result "1-0"]\n'
    '[Seed "12"]\n[Opening "Ruy Lopez"]\n\n1. e4 e5 2. Nf3 Nc6 1-0\n\n'
)
QUERY = {
    "style": "0.6 Tal, Mikhail + 0.4 carlsen | king_danger +1.5",
    "temperature": "0.25",
    "side": "black",
    "fen": FENS[1],
    "moves": "e1g1.e8c8.a2a4",
    "resigned": "1",
}


class Readers:
    """All readers; their files lie in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        torch.set_num_threads(1)
        self._folder = folder
        self._index = NameIndex({player.name: player.games for player in TINY_PLAYERS})
        self._space = tiny_space()
        self._assets = folder / "assets"
        self._boards = [chess.Board(fen) for fen in FENS[:4]]
        save_tiny_assets(self._assets)

    def all(self) -> tuple[Reader, ...]:
        """Return every reader."""
        texts = [case.text for case in CASES]
        games = [text.encode() if isinstance(text, str) else text for text in texts]
        packed = [pack(data) for data in games[::20] for pack in _PACKERS]
        return (
            Reader("games", 150, games, mutated_bytes, self._games),
            Reader("packed games", 30, packed, mutated_bytes, self._games),
            Reader("games in an archive", 40, games, _packed, self._games),
            Reader("recipe", 130, RECIPES, mutated_text, self._recipe),
            Reader("position", 110, FENS, mutated_text, board_from_fen),
            Reader("typed moves", 110, MOVES, mutated_text, self._moves),
            Reader("name", 30, NAMES, mutated_text, self._name),
            Reader("user", 40, USERS, mutated_text, user_name),
            Reader("address", 70, [QUERY], mutated_value, _address),
            Reader("event of the page", 40, _EVENTS, mutated_value, _event),
            Reader("style file", 100, [_style()], _sealed, parse_style),
            Reader("line of UCI", 40, LINES, mutated_text, self._uci),
            Reader("record of a match", 25, [MATCH * 3], mutated_text, _match),
            self._file("openings", 20, "openings.pgn", [MATCH.encode()], read_match_openings),
            self._file(
                "positions to start from",
                20,
                "openings.epd",
                ["\n".join(FENS).encode()],
                read_match_openings,
            ),
            self._file(
                "network of lc0", 8, "net.pb.gz", self._networks(), load_lc0, _packed_network
            ),
            *self._folders(),
        )

    # ---- files, each with the others of its folder whole ----

    def _folders(self) -> tuple[Reader, ...]:
        make = self._in_folder
        return (
            *make("model", 6, save_tiny_assets, "assets/model", load_model),
            *make("styles", 8, save_tiny_assets, "assets/styles", StyleSpace.load),
            *make("report", 10, _save_report, "report", read_report),
            *make("strength", 10, _save_strength, "strength", _load_strength),
            *make("scale of likeness", 10, _save_scale, "scale", _load_scale),
            *make("positions", 10, _save_positions, "positions", load_fixed_positions),
            *make("checkpoint", 6, _save_checkpoint, "run", _load_checkpoint),
            *make("store of games", 4, _save_store, "store", _load_store),
        )

    def _in_folder(
        self,
        name: str,
        share: int,
        save: Callable[[Path], None],
        place: str,
        load: Callable[[Path], object],
    ) -> tuple[Reader, ...]:
        """Return a reader for each file of a folder."""
        folder = self._folder / "whole" / name / place
        save(folder.parent if place.startswith("assets") else folder)
        found = []
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            mutate = {".json": mutated_json, ".safetensors": mutated_tensors}.get(
                path.suffix, mutated_bytes
            )
            data = path.read_bytes()
            read = partial(self._replaced, path, data, partial(load, folder))
            found.append(Reader(f"{name}: {path.name}", share, [data], mutate, read))
        return tuple(found)

    @staticmethod
    def _replaced(path: Path, whole: bytes, load: Callable[[], object], data: bytes) -> object:
        path.write_bytes(data)
        try:
            return load()
        finally:
            path.write_bytes(whole)

    def _file(
        self,
        name: str,
        share: int,
        file: str,
        samples: list[bytes],
        load: Callable[[Path], object],
        mutate: Mutate = mutated_bytes,
    ) -> Reader:
        path = self._folder / file

        def read(data: bytes) -> object:
            path.write_bytes(data)
            return load(path)

        return Reader(name, share, samples, mutate, read)

    def _networks(self) -> list[bytes]:
        path = self._folder / "whole.pb.gz"
        save_lc0(Backbone(BackboneConfig(filters=8, blocks=1, se_ratio=2)).eval(), path)
        return [path.read_bytes()]

    # ---- text ----

    def _games(self, data: bytes) -> int:
        kept = list(UploadedGames(data, "fuzz"))
        for record in kept:
            assert len(record.moves), "a game without moves"
            assert record.white.isprintable(), "a name that is no name"
        if kept:
            choose_player(kept)
        return len(kept)

    def _recipe(self, text: str) -> object:
        recipe = parse_recipe(text)
        again = parse_recipe(str(recipe))
        assert again == recipe, f"{recipe} is read back as {again}"
        return self._space.style(text)

    def _moves(self, text: str) -> object:
        board = self._boards[len(text) % len(self._boards)].copy()
        if len(text) % 2:
            return read_move(board, text)
        play_moves(board, text)
        assert board.is_valid()
        return board

    def _name(self, text: str) -> object:
        assert set(self._index.search(text)) <= set(self._space.names)
        return self._index.find(text)

    def _uci(self, line: str) -> object:
        words = line.split()
        if "quit" in words or "infinite" in words or "ponder" in words:
            raise StylemateError("it would wait for another line")
        return self._conversation.say(line)

    @cached_property
    def _conversation(self) -> "Conversation":
        return Conversation(self._assets)


class Conversation:
    """A session of UCI that notes what was unexpected."""

    def __init__(self, assets: Path) -> None:
        self._unexpected: list[str] = []
        self._ready = threading.Event()
        sliders = {attribute.key: attribute.label for attribute in TINY_ATTRIBUTES}
        self._session = Session(
            self._hear,
            Options(sliders),
            lambda: Player(OpponentRegistry.load(assets)),
            lambda: "fuzz",
        )

    def _hear(self, line: str) -> None:
        if line.startswith("info string unexpected"):
            self._unexpected.append(line)
        if line == "readyok":
            self._ready.set()

    def say(self, line: str) -> str:
        """Send a line and wait until it is worked off."""
        self._session.handle(line)
        self._session.handle("stop")
        self._ready.clear()
        self._session.handle("isready")
        assert self._ready.wait(60), "no readyok"
        assert not self._unexpected, self._unexpected.pop()
        return line


def save_tiny_assets(folder: Path) -> None:
    """Write a small model and its styles."""
    save_model(folder / "model", tiny_model(), {"note": "random, for tests"})
    tiny_space().save(folder / "styles")
    tiny_habits().save(folder / "styles")


def _style() -> bytes:
    z = np.random.default_rng(1).normal(size=(2, 4)).astype(np.float32)
    return style_bytes(
        StyleFile(
            label="Me",
            player="Müller, Ada",
            z=z,
            model="0" * 32,
            games=100,
            positions=4012,
            first_year=1999,
            last_year=2024,
            rating=None,
            stability=0.9,
            gain=0.0123,
            created="2025-02-14",
            created_with="stylemate 0.1.0",
            signature=z[::-1],
            habits=habits(king_danger=0.01),
        )
    )


def _sealed(random_source: random.Random, samples: Sequence[bytes]) -> bytes:
    """Return a style file with other content, mostly under a checksum that fits."""
    data = mutated_json(random_source, samples)
    try:
        content = json.loads(data)
        content.pop("checksum", None)
        sealed: dict[str, Any] = {**content, "checksum": _checksum(content)}
        return json.dumps(sealed).encode()
    except (ValueError, TypeError, AttributeError, RecursionError):
        return data


def _pack_zstandard(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


_PACKERS: tuple[Callable[[bytes], bytes], ...] = (gzip.compress, bz2.compress, _pack_zstandard)


def _packed(random_source: random.Random, samples: Sequence[bytes]) -> bytes:
    return random_source.choice(_PACKERS)(mutated_bytes(random_source, samples))


def _packed_network(random_source: random.Random, samples: Sequence[bytes]) -> bytes:
    """Return a network of lc0: damaged as a file, or in what is packed in it."""
    if random_source.random() < 0.3:
        return mutated_bytes(random_source, samples)
    return gzip.compress(mutated_bytes(random_source, [*map(gzip.decompress, samples)]), 1)


def _address(query: Any) -> object:
    if not isinstance(query, dict):
        raise StylemateError("it is no query")
    address = read_address({key: str(value) for key, value in query.items()})
    if address.recipe is None or address.problems:
        raise StylemateError("some of it was not read")
    opponent = Opponent(address.recipe, address.temperature)
    again = read_address(write_address(opponent, address.game))
    assert again == address, f"{address} is read back as {again}"
    return again


_EVENTS: tuple[Any, ...] = (
    {"uci": "e2e4", "fen": chess.STARTING_FEN},
    {"name": "Tal, Mikhail", "place": None, "view": None},
    {"name": None, "place": [0.5, 1.5], "view": "pca2"},
    {"level": 1500},
)


def _event(value: Any) -> object:
    return read_event(value), read_choice(value), read_recalled(value)


def _match(text: str) -> object:
    return games_of(text, Path("match.pgn"))


def _save_report(folder: Path) -> None:
    result = Result(
        title="Predicting moves",
        words="How often the model plays what a master played.",
        settings={"players": 12},
        figures={"gain": Estimate(1.6, 0.4, 2.9, 12), "share": 0.5},
        tables=(Table("By phase", ("phase", "top-1"), (("opening", Estimate(50, 48, 52, 12)),)),),
        plots=(
            Plot("line", "Games", "games", "%", (PlotSeries("own", (10.0, 30.0), (1.0, 2.0)),)),
        ),
    )
    run = Run(3, "smoke", "stylemate evaluate store", "2026-11-21", {"cores": "2"}, "abc", 1.5)
    write_report(
        Report("0" * 32, "1" * 32, run, {"move_matching": result}, {"move_matching": run}), folder
    )
    for path in (*folder.rglob("*.svg"), *folder.rglob("*.md")):
        path.unlink()  # nothing reads them


def _save_strength(folder: Path) -> None:
    setting = Setting(0.5, 0.5, 0.5, 1)
    rungs = tuple(RungRating(setting, elo, elo - 20, elo + 20, 100) for elo in (900.0, 1500.0))
    StrengthTable(rungs, "a scale", "2026-11-21", "0" * 32, rungs[0], ({"name": "x"},)).save(
        folder / "strength.json"
    )


def _load_strength(folder: Path) -> object:
    table = StrengthTable.load(folder / "strength.json", "0" * 32)
    return table.level(1200) if table.rungs else None


def _save_scale(folder: Path) -> None:
    save_scale(folder / "identify.json", DEFAULT_SCALE, "0" * 32)


def _load_scale(folder: Path) -> object:
    return load_scale(folder / "identify.json", "0" * 32).sharpness(30)


def _save_positions(folder: Path) -> None:
    board = chess.Board()
    rows = [{"fen": board.fen(), "moves": ["e2e4", "e7e5"], "phase": "opening"}]
    for move in rows[0]["moves"]:
        board.push_uci(move)
    losses = [{move.uci(): 0.01 for move in board.legal_moves}]
    write_json(folder / POSITIONS_FILE, rows)
    write_json(folder / QUALITY_FILE, {"version": QUALITY_VERSION, "losses": losses})


def _network() -> tuple[torch.nn.Linear, torch.optim.AdamW]:
    torch.manual_seed(0)
    network = torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(network.parameters())
    network(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    return network, optimizer


def _save_checkpoint(folder: Path) -> None:
    folder.mkdir(parents=True)
    save_checkpoint(folder, *_network(), RunState(7, {"steps": 10}, "abc"))


def _load_checkpoint(folder: Path) -> object:
    state = read_run_state(folder)
    return state, load_checkpoint(folder, *_network(), torch.device("cpu"))


def _save_store(folder: Path) -> None:
    moves = np.array([12 | 28 << 6, 52 | 36 << 6], dtype=np.uint16)
    with GameStoreWriter(folder) as writer:
        for number in range(5):
            writer.add(GameRecord("Tal, Mikhail", f"Elm {number}", moves, 2600, 0, "1960.??.??"))


def _load_store(folder: Path) -> object:
    return list(GameStore.open(folder).records())
