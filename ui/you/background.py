"""The long parts of meeting oneself, as they run in the background: read, fit, describe.

Nothing here touches ``st``: it runs in threads of its own, and reports to its job.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from engine.analysis.portrait import Portrait, Surroundings, draw_portrait
from engine.analysis.telling_moves import TellingMoves, telling_moves
from engine.errors import StylemateError
from engine.games.chosen_player import ChosenPlayer
from engine.games.online.archive import Archive, GameRequest
from engine.games.records import GameRecord
from engine.games.upload_collection import GameInput, collect_games
from engine.games.uploads import UploadLimits
from engine.play.opponents import OpponentRegistry
from engine.style.style import Style
from engine.style.style_file import StyleFile
from engine.training.few_shot_fit import CurvePoint, FitOptions, FitProgress, FittedStyle
from engine.training.fit_warnings import games_worth, remarks_on_number, remarks_on_opponents
from engine.training.person_fit import fit_player, style_file_of
from ui.shared.jobs import Job

LIMITS = UploadLimits(text_bytes=256 << 20, games=50_000)
_DOWNLOADING = 0.9  # share of a download's progress; the rest is reading
_FITTING = 0.85  # share of a fit's progress; the rest is describing
SECONDS_A_GAME = 0.13
"""That learning takes on an idle machine; measured with 100 games on one core."""
SECONDS_AT_LEAST = 5.0
_USUAL_GAMES = 500  # of an upload, for a progress bar that does not know how many there are


@dataclass(frozen=True, slots=True)
class LoadedGames:
    """Games that a person brought.

    Attributes:
        records: each game once.
        notes: what was left out and why, each a sentence.
        user: the user name they were downloaded for, empty for files.
    """

    records: tuple[GameRecord, ...]
    notes: tuple[str, ...]
    user: str = ""


@dataclass(slots=True)
class FitWatch:
    """What can be seen of a running fit."""

    curve: tuple[CurvePoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Me:
    """A person's style and what it says.

    Attributes:
        style: as it can be kept.
        portrait: what it says.
        fitted: how the fit went; None for a style that came as a file.
        notes: what to know before trusting it, each a sentence.
    """

    style: StyleFile
    portrait: Portrait
    fitted: FittedStyle | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FitTask:
    """What to fit.

    Attributes:
        records: the games that count.
        player: whose moves.
        label: what recipes shall call the style.
        registry: the model and its styles, without guests.
        surroundings: what to hold the style against.
        watch: where the curve is shown while it grows.
    """

    records: Sequence[GameRecord]
    player: ChosenPlayer
    label: str
    registry: OpponentRegistry
    surroundings: Surroundings
    watch: FitWatch = field(default_factory=FitWatch)

    @property
    def games(self) -> int:
        """Number of games of the player among the records."""
        return len(self.player.games(self.records))


def read_files(files: Sequence[tuple[str, bytes]], job: Job[LoadedGames]) -> LoadedGames:
    """Read games from files.

    Args:
        files: name and content, compressed or not.
        job: told how far it is.

    Raises:
        StylemateError: there is no game to keep; it says why.
    """
    inputs = [GameInput(name, partial(io.BytesIO, data)) for name, data in files]

    def report(games: int) -> None:
        job.report(games / (games + _USUAL_GAMES), f"{games:,} games read …")

    job.report(0.0, "Reading the games …")
    collection = collect_games(inputs, LIMITS, report)
    return LoadedGames(collection.records, collection.complaints)


def download(archive: Archive, request: GameRequest, job: Job[LoadedGames]) -> LoadedGames:
    """Download a user's games and read them.

    Raises:
        StylemateError: the archive gave none; it says why.
    """
    came = archive.fetch(request, lambda share, note: job.report(share * _DOWNLOADING, note))
    loaded = read_files([(archive.name, came.text)], job)
    return LoadedGames(loaded.records, (*came.notes, *loaded.notes), request.user)


def fit(task: FitTask, job: Job[Me]) -> Me:
    """Fit a style and describe it, without its telling moves: those take long.

    Raises:
        StylemateError: there are too few games.
    """
    games = task.games
    job.report(0.0, f"Learning from {games:,} games …")

    def report(progress: FitProgress) -> None:
        task.watch.curve = progress.curves[0] if progress.curves else ()
        job.report(progress.share * _FITTING)

    fitted = fit_player(
        task.registry.model,
        task.records,
        task.player,
        task.registry.space.prior,
        report=report,
        cancelled=job.should_stop,
        habits=task.registry.space.habit_scale,
    )
    style = style_file_of(fitted, task.label, task.player, task.records, task.registry.fingerprint)
    job.report(_FITTING, "Looking for players like you …")
    portrait = draw_portrait(
        style,
        task.surroundings,
        report=lambda share: job.report(_FITTING + (1 - _FITTING) * share),
        games_worth=games_worth(task.player, task.records),
    )
    remarks = (
        *remarks_on_number(games, fitted.games),
        *remarks_on_opponents(task.player, task.records),
    )
    return Me(style, portrait, fitted, remarks)


def look_at_moves(task: FitTask, me: Me, job: Job[TellingMoves]) -> TellingMoves:
    """Find the moves that are most the person's own, for a portrait that has been drawn.

    Raises:
        StylemateError: a game holds an illegal move.
    """
    job.report(0.0, "Looking for your most typical moves …")
    ask = task.registry.networks.evaluate
    own, others = (Style(z, "", task.label) for z in (me.style.z, me.portrait.opponents.style))
    return telling_moves(
        task.records, task.player, partial(ask, own), partial(ask, others), report=job.report
    )


def seconds_to_learn(games: int) -> float:
    """Return how long learning from so many games takes on an idle machine."""
    return max(SECONDS_A_GAME * min(games, FitOptions().games), SECONDS_AT_LEAST)


def describe_style(style: StyleFile, surroundings: Surroundings, job: Job[Me]) -> Me:
    """Describe a style that came as a file, without games."""
    job.report(0.0, "Looking at the style …")
    portrait = draw_portrait(style, surroundings, report=job.report)
    return Me(style, portrait, None, tuple(remarks_on_number(style.games, style.games)))


def require_some(records: Sequence[GameRecord], player: ChosenPlayer) -> None:
    """Check that there is something to fit before a job is started.

    Raises:
        StylemateError: the player has no game among the records.
    """
    if not player.games(records):
        raise StylemateError(
            f"No game of {player.name} is left. Choose more time controls or other dates."
        )
