"""Many games at once between styles.

All games of a batch advance together, ply by ply: their positions are encoded, evaluated in one
call of the network, each in the style of the side to move, and their legal moves found, on whatever
device the model is on. The rules are those of ``engine.play.ending``, and one more: a game that
reaches the longest length allowed is a draw, and how many did so can be asked.

A game depends on its own seed alone, not on what else is in the batch; only the rounding of a
network's output may differ with the size of a batch, which changes a move about once in a million.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import chess
import numpy as np
import torch
from chess import Termination
from torch import Tensor, nn

from engine.errors import StylemateError
from engine.model.style_model import StyleModel
from engine.play.bot import MAXIMUM_TEMPERATURE
from engine.play.drawn_moves import drawn_moves, uniform
from engine.play.fixtures import (
    BLACK_WON,
    DRAWN,
    LONGEST_LENGTH,
    WHITE_WON,
    Contestant,
    Fixture,
    OpeningMoves,
    PlayedGames,
    PlayRules,
)
from engine.position.legal import LegalMoves, legal_moves, move_codes
from engine.position.lockstep import LockstepBoards
from engine.position.moves import decode_move
from engine.position.packed import NO_FILE, REPEATED, PackedPositions
from engine.progress import TellCount
from engine.style.style import stacked

_AT_ONCE = {"cpu": 2048, "cuda": 16384}
_EVALUATED_AT_ONCE = {"cpu": 512, "cuda": 8192}
_GAMES_THAT_PAY_A_MERGE = 16
_LEAST_ROWS = 16


def play_games(
    model: nn.Module,
    contestants: Sequence[Contestant],
    fixtures: Sequence[Fixture],
    rules: PlayRules | None = None,
    *,
    at_once: int | None = None,
    precision: torch.dtype = torch.float32,
    progress: TellCount = lambda count: None,
) -> PlayedGames:
    """Play games to their ends.

    Args:
        model: takes planes (N, 112, 8, 8) and routing (N, heads, modules) to policy logits
            (N, 1858) and values, as ``StyleModel`` does; it stays on its device.
        contestants: the styles.
        fixtures: who plays whom; refers to contestants by number.
        rules: what holds for all games.
        at_once: games in one batch; as many as suit the device by default.
        precision: bfloat16 is about twice as fast on a CPU and moves a probability by about 0.01.
        progress: told of finished games.

    Raises:
        StylemateError: a setting is out of range, or an opening is not legal.
    """
    rules = rules or PlayRules()
    _check(contestants, fixtures, rules)
    device = next(model.parameters()).device
    at_once = at_once or _AT_ONCE.get(device.type, _AT_ONCE["cpu"])
    parts = []
    for first in range(0, len(fixtures), at_once):
        batch = fixtures[first : first + at_once]
        parts.append(_Batch(model, contestants, batch, rules, device, precision).run(progress))
    return PlayedGames.joined(parts)


def _check(
    contestants: Sequence[Contestant], fixtures: Sequence[Fixture], rules: PlayRules
) -> None:
    for contestant in contestants:
        if not 0 <= contestant.temperature <= MAXIMUM_TEMPERATURE:
            raise StylemateError(
                f"The temperature must be 0 to {MAXIMUM_TEMPERATURE:g}, "
                f"not {contestant.temperature:g}."
            )
        if not 0 < contestant.top_p <= 1:
            raise StylemateError(f"Top-p must be above 0 and at most 1, not {contestant.top_p:g}.")
    if rules.longest < 1:
        raise StylemateError(f"Games need at least one ply, not {rules.longest}.")
    if not 0 <= rules.opening_temperature <= MAXIMUM_TEMPERATURE:
        raise StylemateError(
            f"The opening's temperature must be 0 to {MAXIMUM_TEMPERATURE:g}, "
            f"not {rules.opening_temperature:g}."
        )
    for fixture in fixtures:
        if not (0 <= fixture.white < len(contestants) and 0 <= fixture.black < len(contestants)):
            raise StylemateError(
                f"A game names contestants {fixture.white} and {fixture.black}; "
                f"there are {len(contestants)}."
            )
    for opening in {fixture.opening for fixture in fixtures}:
        _check_opening(opening)


def _check_opening(opening: OpeningMoves) -> None:
    board = chess.Board()
    for number, code in enumerate(opening, start=1):
        try:
            legal = (move := decode_move(code)) in board.legal_moves
        except ValueError:
            legal = False
        if not legal:
            raise StylemateError(
                f"Move {number} of an opening ({board.fen()}) is not legal there: {code}."
            )
        board.push(move)


class _Batch:
    """Games that advance together. Game g has rows g * longest onwards of the packed positions."""

    def __init__(
        self,
        model: nn.Module,
        contestants: Sequence[Contestant],
        fixtures: Sequence[Fixture],
        rules: PlayRules,
        device: torch.device,
        precision: torch.dtype,
    ) -> None:
        count, longest = len(fixtures), rules.longest
        self.model, self.rules, self.device, self.precision = model, rules, device, precision
        self.z = torch.from_numpy(stacked([one.z for one in contestants])).float().to(device)
        self.merged = self._merged(len(fixtures))
        self.temperature = torch.tensor([one.temperature for one in contestants], device=device)
        self.top_p = torch.tensor([one.top_p for one in contestants], device=device)
        sides = [[fixture.white, fixture.black] for fixture in fixtures]
        self.sides = torch.tensor(sides, device=device)
        self.seeds = np.array([fixture.seed for fixture in fixtures], dtype=np.uint64)
        self.openings = _padded([fixture.opening for fixture in fixtures], longest).to(device)
        self.boards = LockstepBoards(count, device)
        self.games = torch.arange(count, device=device)  # which game each row of boards is
        self.packed = PackedPositions(
            boards=torch.zeros(count * longest, 32, dtype=torch.uint8, device=device),
            flags=torch.zeros(count * longest, dtype=torch.uint8, device=device),
            rule50=torch.zeros(count * longest, dtype=torch.uint8, device=device),
            plies=torch.zeros(count * longest, dtype=torch.int16, device=device),
        )
        self.moves = torch.zeros(count, longest, dtype=torch.int32, device=device)
        # What makes a position the same for the network, and what does for the rules.
        self.seen = torch.zeros(count, longest + 1, dtype=torch.int64, device=device)
        self.occurred = torch.zeros(count, longest + 1, dtype=torch.int64, device=device)
        self.lengths = torch.zeros(count, dtype=torch.int64, device=device)
        self.results = torch.zeros(count, dtype=torch.int8, device=device)
        self.terminations = torch.zeros(count, dtype=torch.int8, device=device)

    @torch.inference_mode()
    def _merged(self, games: int) -> list[nn.Module] | None:
        """Return a plain network for each contestant, None where mixing styles is faster.

        A processor evaluates a merged network twice as fast as a batch of mixed styles; a graphics
        card would rather have one large batch.
        """
        few = 2 * games >= _GAMES_THAT_PAY_A_MERGE * len(self.z)
        if self.device.type != "cpu" or not few or not isinstance(self.model, StyleModel):
            return None
        return [self.model.merge(z) for z in self.z]

    @torch.inference_mode()
    def run(self, progress: TellCount) -> PlayedGames:
        ply = 0
        while len(self.games):
            squares = self.boards.squares[:, :64]
            legal = legal_moves(
                squares, self.boards.rights, self.boards.en_passant_file, bool(ply & 1)
            )
            mask = self._end_games(legal, ply, progress)
            if len(self.games):
                self._record(ply)
                self._move(mask, ply)
            ply += 1
        return self._played()

    def _end_games(self, legal: LegalMoves, ply: int, progress: TellCount) -> Tensor:
        """Settle the games that are over; return the legal moves of the others."""
        boards, games = self.boards, self.games
        file = torch.where(legal.takes_in_passing, boards.en_passant_file, NO_FILE)
        key = boards.keys(file, ply)
        times = (self.occurred[games, :ply] == key[:, None]).sum(1) + 1
        self.occurred[games, ply] = key
        stuck = ~legal.mask.any(1)
        # In the order in which ``ending_by_rule`` asks; the last that is set counts.
        end = torch.full_like(games, -1)
        if ply >= self.rules.longest:
            end[:] = LONGEST_LENGTH
        end[boards.rule50 >= 100] = Termination.FIFTY_MOVES.value
        end[times >= 3] = Termination.THREEFOLD_REPETITION.value
        end[_insufficient_material(boards.squares[:, :64])] = (
            Termination.INSUFFICIENT_MATERIAL.value
        )
        end[stuck & ~legal.in_check] = Termination.STALEMATE.value
        end[stuck & legal.in_check] = Termination.CHECKMATE.value
        over = end >= 0
        ended = games[over]
        mated = end[over] == Termination.CHECKMATE.value
        winner = WHITE_WON if ply & 1 else BLACK_WON
        self.results[ended] = torch.where(mated, winner, DRAWN).to(torch.int8)
        self.terminations[ended] = end[over].to(torch.int8)
        self.lengths[ended] = ply
        if not len(ended):
            return legal.mask
        progress(len(ended))
        going = (~over).nonzero()[:, 0]
        boards.keep(going)
        self.games = games[going]
        return legal.mask[going]

    def _record(self, ply: int) -> None:
        """Note the positions, for the network."""
        boards, games = self.boards, self.games
        key = boards.keys(boards.en_passant_file, ply)
        again = (self.seen[games, :ply] == key[:, None]).any(1)
        self.seen[games, ply] = key
        rows = games * self.rules.longest + ply
        self.packed.boards[rows] = boards.packed(len(boards))
        self.packed.flags[rows] = boards.rights | again.to(torch.uint8) * REPEATED
        self.packed.rule50[rows] = boards.rule50.clamp(max=255).to(torch.uint8)
        self.packed.plies[rows] = ply

    def _move(self, mask: Tensor, ply: int) -> None:
        games, black = self.games, bool(ply & 1)
        codes = torch.zeros(len(games), dtype=torch.int64, device=self.device)
        given = self.openings[games, ply] if ply < self.openings.shape[1] else codes - 1
        free = (given < 0).nonzero()[:, 0]
        if len(free):
            chosen = self._choose(games[free], mask[free], ply)
            squares = self.boards.squares[free, :64]
            given[free] = move_codes(squares, chosen, black)
        self.moves[games, ply] = given.to(torch.int32)
        self.boards.advance(given, ply)

    def _choose(self, games: Tensor, mask: Tensor, ply: int) -> Tensor:
        """Return the policy index of a move drawn in each of some games, int64 (N,)."""
        sides = self.sides[games, ply & 1]
        logits = self._logits(games * self.rules.longest + ply, sides)
        temperature, top_p = self.temperature[sides], self.top_p[sides]
        if ply < self.rules.opening_plies:
            temperature = torch.full_like(temperature, self.rules.opening_temperature)
            top_p = torch.ones_like(top_p)
        draws = uniform(self.seeds[games.cpu().numpy()], ply)
        return drawn_moves(
            logits, mask, temperature, top_p, torch.from_numpy(draws).to(self.device)
        )

    def _logits(self, rows: Tensor, sides: Tensor) -> Tensor:
        size = _EVALUATED_AT_ONCE.get(self.device.type, _EVALUATED_AT_ONCE["cpu"])
        parts = []
        with self._autocast():
            for first in range(0, len(rows), size):
                part = slice(first, first + size)
                planes = self.packed.planes(rows[part])
                planes = planes.to(memory_format=torch.channels_last)
                parts.append(self._policy(planes, sides[part]).float())
        return torch.cat(parts)

    def _policy(self, planes: Tensor, sides: Tensor) -> Tensor:
        """Return policy logits (N, 1858) of planes (N, 112, 8, 8) in the styles of the sides."""
        if self.merged is None:
            logits: Tensor = self.model(planes, self.z[sides])[0]
            return logits
        order = sides.argsort(stable=True)
        groups = torch.split(order, torch.bincount(sides, minlength=len(self.merged)).tolist())
        found = [
            network(planes[_padded_rows(rows)])[0][: len(rows)]
            for network, rows in zip(self.merged, groups, strict=True)
            if len(rows)
        ]
        return torch.cat(found)[order.argsort()]

    def _autocast(self) -> AbstractContextManager[None]:
        if self.precision == torch.float32:
            return nullcontext()
        return torch.autocast(self.device.type, self.precision)

    def _played(self) -> PlayedGames:
        lengths = self.lengths.cpu().numpy()
        within = np.arange(self.rules.longest)[None] < lengths[:, None]
        return PlayedGames(
            moves=self.moves.cpu().numpy()[within].astype(np.uint16),
            offsets=np.concatenate((np.zeros(1, dtype=np.int64), lengths.cumsum())),
            results=self.results.cpu().numpy(),
            terminations=self.terminations.cpu().numpy(),
        )


def _padded_rows(rows: Tensor) -> Tensor:
    """Return rows (N,) with repeats of the first up to one of few sizes.

    PyTorch prepares a processor's convolutions for each size anew, which takes longer than they do.
    """
    size = max(_LEAST_ROWS, 1 << (len(rows) - 1).bit_length())
    return torch.cat((rows, rows[:1].expand(size - len(rows))))


def _insufficient_material(squares: Tensor) -> Tensor:
    """Tell where neither side can mate by any play, bool (N,), from codes (N, 64)."""
    kind = (squares.long() - 1) % 6  # of an empty square: that of a king
    mating = ((squares > 0) & ((kind == 0) | (kind == 3) | (kind == 4))).any(1)
    knights = ((squares > 0) & (kind == 1)).sum(1)
    bishops = (squares > 0) & (kind == 2)
    numbers = torch.arange(64, device=squares.device)
    dark = ((numbers >> 3) + numbers) % 2 == 0
    on_dark, on_light = (bishops & dark).sum(1), (bishops & ~dark).sum(1)
    lone_knight = (knights == 1) & (on_dark + on_light == 0)
    one_shade = (knights == 0) & ((on_dark == 0) | (on_light == 0))
    return ~mating & (lone_knight | one_shade)


def _padded(openings: Sequence[OpeningMoves], longest: int) -> Tensor:
    """Return openings as int64 (G, longest of them), -1 where one has ended."""
    width = min(max((len(opening) for opening in openings), default=0), longest)
    padded = torch.full((len(openings), width), -1, dtype=torch.int64)
    for row, opening in enumerate(openings):
        line = opening[:longest]
        padded[row, : len(line)] = torch.tensor(line, dtype=torch.int64)
    return padded
