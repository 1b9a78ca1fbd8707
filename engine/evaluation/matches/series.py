"""Planned games, and the file from which they go on where they were broken off."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from engine.evaluation.matches.loop import AT_ONCE, LiveGame, MatchPlayer, play_match_games
from engine.evaluation.matches.record import MATCH, RecordedGame, append_game, read_record
from engine.evaluation.matches.schedule import MatchGame


class Series:
    """Planned games, those that were played, and those that are still to come.

    Attributes:
        players: who takes part.
        names: of the players.
        schedule: all games that were planned.
        played: all games of the record, also those that this schedule does not plan.
    """

    def __init__(
        self,
        players: Sequence[MatchPlayer],
        schedule: Sequence[MatchGame],
        seed: int,
        record: Path | None = None,
        *,
        event: str = MATCH,
        at_once: int = AT_ONCE,
    ) -> None:
        """Take up a series where its record leaves it.

        Args:
            players: who takes part, of different names.
            schedule: what is played.
            seed: of openings and moves, for the record.
            record: PGN file of the games; None keeps them in memory alone.
            event: what kind of games these are.
            at_once: games that go on side by side.

        Raises:
            StylemateError: the record cannot be read, or is of something else.
        """
        self.players, self.schedule = players, schedule
        self.names = [player.name for player in players]
        self._seed, self._event, self._at_once, self._path = seed, event, at_once, record
        self.played: list[RecordedGame] = [] if record is None else read_record(record, event)

    @property
    def missing(self) -> list[MatchGame]:
        """The games that are still to be played."""
        done = {(game.round, game.white, game.black) for game in self.played}
        names = self.names
        return [g for g in self.schedule if (g.round, names[g.white], names[g.black]) not in done]

    def play(
        self,
        *,
        is_stopped: Callable[[], bool] = lambda: False,
        begun: Callable[[LiveGame], None] = lambda live: None,
        ended: Callable[[RecordedGame], None] = lambda game: None,
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
            self._seed,
            event=self._event,
            is_stopped=is_stopped,
            begun=begun,
            at_once=self._at_once,
        )
        with closing(games):
            for game in games:
                if self._path is not None:
                    append_game(self._path, game)
                self.played.append(game)
                ended(game)
