"""Everything that reads what others wrote, with good samples to start from.

A reader takes one input and returns whether it was accepted; a ``StylemateError`` refuses it.
Everything else that it raises, or an endless wait, is a fault.
"""

import bz2
import gzip
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import chess
import torch
import zstandard

from engine.attributes.fixed_positions import load_fixed_positions
from engine.errors import StylemateError
from engine.evaluation.matches.openings import read_match_openings
from engine.evaluation.matches.record import read_games
from engine.evaluation.report.report import read_report
from engine.games.chosen_player import choose_player
from engine.games.online.archive import user_name
from engine.games.player_names import NameIndex
from engine.games.uploads import UploadedGames
from engine.model.backbone import Backbone, BackboneConfig
from engine.model.checkpoint import load_model
from engine.model.lc0 import load_lc0, save_lc0
from engine.play.notation import board_from_fen, play_moves, read_move
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from engine.style.style_file import _checksum, parse_style
from tests.conftest import TINY_PLAYERS, tiny_space
from tests.fuzz.conversation import Conversation
from tests.fuzz.folders import (
    load_made_scale,
    load_run,
    load_store,
    load_strength,
    save_positions,
    save_report,
    save_run,
    save_store,
    save_strength,
    save_tiny_assets,
    style_file_bytes,
    write_scale,
)
from tests.fuzz.mutation import (
    Mutate,
    mutated_bytes,
    mutated_json,
    mutated_tensors,
    mutated_text,
    mutated_value,
)
from tests.fuzz.samples import EVENTS, FENS, LINES, MATCH, MOVES, NAMES, QUERY, RECIPES, USERS
from tests.games.corpus import CASES
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
            Reader("event of the page", 40, EVENTS, mutated_value, _event),
            Reader("style file", 100, [style_file_bytes()], _sealed, parse_style),
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
            *make("report", 10, save_report, "report", read_report),
            *make("strength", 10, save_strength, "strength", load_strength),
            *make("scale of likeness", 10, write_scale, "scale", load_made_scale),
            *make("positions", 10, save_positions, "positions", load_fixed_positions),
            *make("checkpoint", 6, save_run, "run", load_run),
            *make("store of games", 4, save_store, "store", load_store),
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
    again = read_address(write_address(opponent, address.game, movers=address.movers))
    assert again == address, f"{address} is read back as {again}"
    return again


def _event(value: Any) -> object:
    return read_event(value), read_choice(value), read_recalled(value)


def _match(text: str) -> object:
    return read_games(text, Path("match.pgn"))
