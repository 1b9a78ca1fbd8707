"""A match from its description to its last game, and on from where it was broken off."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.errors import StylemateError
from engine.evaluation.matches.loop import AT_ONCE, LiveGame, play_match_games
from engine.evaluation.matches.openings import MatchOpening
from engine.evaluation.matches.players import MatchPlayer
from engine.evaluation.matches.record import PlayedGame, append_game, read_record
from engine.evaluation.matches.schedule import MatchGame, match_games


@dataclass(frozen=True, kw_only=True)
class MatchPlan:
    """What is played.

    Attributes:
        openings: what games start from.
        games: of each pair, even.
        gauntlet: whether the first player meets the others, and they not one another.
        seed: of openings and moves.
        at_once: games that go on side by side.
    """

    openings: Sequence[MatchOpening]
    games: int
    gauntlet: bool = False
    seed: int = 1
    at_once: int = AT_ONCE


class Match:
    """The games of a match, those that were played and those that are still to come."""

    def __init__(
        self, players: Sequence[MatchPlayer], plan: MatchPlan, record: Path | None = None
    ) -> None:
        """Take up a match where its record leaves it.

        Args:
            players: at least two, of different names.
            plan: what is played.
            record: PGN file of the games; None keeps them in memory alone.

        Raises:
            StylemateError: the plan is wrong, or the record is of another match.
        """
        self.players, self.plan, self._path = players, plan, record
        self.names = [player.name for player in players]
        for name in self.names:
            if self.names.count(name) > 1:
                raise StylemateError(f"{name!r} is named twice: players of a match must differ.")
        self.schedule = match_games(
            len(players), plan.games, plan.openings, plan.seed, plan.gauntlet
        )
        self.played: list[PlayedGame] = []
        if record is not None:
            self.played = read_record(record)
            self._require_ours(record)

    @property
    def missing(self) -> list[MatchGame]:
        """The games that are still to be played."""
        done = {game.round for game in self.played}
        return [game for game in self.schedule if game.round not in done]

    def play(
        self,
        *,
        is_stopped: Callable[[], bool] = lambda: False,
        begun: Callable[[LiveGame], None] = lambda live: None,
        ended: Callable[[PlayedGame], None] = lambda game: None,
        most: int | None = None,
    ) -> None:
        """Play what is missing; each game is on disk before the next is looked at.

        Args:
            is_stopped: asked now and then; games that go on are then dropped.
            begun: told of each game that begins.
            ended: told of each game that has ended.
            most: play no more than so many games now; all by default.

        Raises:
            StylemateError: a player cannot play, or the record cannot be written.
        """
        games = play_match_games(
            self.players,
            self.missing[:most],
            self.plan.seed,
            is_stopped=is_stopped,
            begun=begun,
            at_once=self.plan.at_once,
        )
        with closing(games):
            for game in games:
                if self._path is not None:
                    append_game(self._path, game)
                self.played.append(game)
                ended(game)

    def _require_ours(self, path: Path) -> None:
        """Refuse a record that does not fit, rather than mix two matches."""
        planned = {game.round: game for game in self.schedule}
        seen = set()
        for game in self.played:
            plan = planned.get(game.round)
            fits = (
                plan is not None
                and game.round not in seen
                and self.names[plan.white] == game.white
                and self.names[plan.black] == game.black
                and game.seed == self.plan.seed
                and plan.opening.start == game.start
                and plan.opening.moves == game.moves[: len(plan.opening.moves)]
            )
            if not fits:
                raise StylemateError(
                    f"{path} holds game {game.round} of another match: {game.white} against "
                    f"{game.black}, seed {game.seed}. Give the players, openings and seed of that "
                    "match and no fewer games to go on with it, or another file."
                )
            seen.add(game.round)
