"""A match from its description to its last game."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import StylemateError
from engine.evaluation.matches.loop import AT_ONCE, MatchPlayer
from engine.evaluation.matches.openings import MatchOpening
from engine.evaluation.matches.schedule import match_games
from engine.evaluation.matches.series import Series


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


class Match(Series):
    """A series in which all pairs, or those of the first player, play the same openings."""

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
        self.plan = plan
        names = [player.name for player in players]
        for name in names:
            if names.count(name) > 1:
                raise StylemateError(f"{name!r} is named twice: players of a match must differ.")
        schedule = match_games(len(players), plan.games, plan.openings, plan.seed, plan.gauntlet)
        super().__init__(players, schedule, plan.seed, record, at_once=plan.at_once)
        if record is not None:
            self._require_ours(record)

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
