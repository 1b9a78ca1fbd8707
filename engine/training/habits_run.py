"""Everybody's habits, from a game store into the assets of a model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.assets import MODEL_DIRECTORY, STYLES_DIRECTORY, TRAINING_DIRECTORY
from engine.files import require_run_folder, write_json
from engine.model.checkpoint import load_model
from engine.progress import TellDone
from engine.style.space import StyleSpace
from engine.training.data import load_games
from engine.training.habits_fit import POPULATION_FILE, HabitOptions, HabitRun
from engine.training.players import online_handles


@dataclass(frozen=True, slots=True)
class FittedHabits:
    """What came of a run.

    Attributes:
        finished: whether everybody was done; False if it was stopped.
        players: of how many habits are known, and how many there are.
        positions: that were read.
        reliable: keys of the properties on which halves of players' games agree.
    """

    finished: bool
    players: tuple[int, int]
    positions: int
    reliable: tuple[str, ...]


def fit_habits(
    store: Path,
    assets: Path,
    out: Path,
    options: HabitOptions,
    first: Sequence[str] = (),
    report: TellDone = lambda done, total: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> FittedHabits:
    """Measure the habits of every player of the style space, and ship what is known.

    Args:
        store: game store.
        assets: with the model and its styles; gets the table.
        out: folder of the run; one that has begun goes on.
        options: how much to read.
        first: names to begin with, of whom as much is read as of those with many games.
        report: told of players done and players in all.
        is_stopped: asked between players.

    Raises:
        StylemateError: a file cannot be read, or ``out`` holds another run.
    """
    require_run_folder(out, "fit of habits", (POPULATION_FILE,))
    space = StyleSpace.load(assets / STYLES_DIRECTORY)
    backbone = load_model(assets / MODEL_DIRECTORY).plain_backbone()
    beginning = [space.find(name) for name in first]
    order = [*beginning, *(player for player in space.players if player not in beginning)]
    featured = frozenset(player.name for player in beginning)
    games = load_games(store, online_handles(store).apart)
    run = HabitRun(out, backbone, games, replace(options, featured=featured))
    run.learn_population(space.players)
    finished = run.fit(order, report, is_stopped)
    evidence = run.evidence(order)
    table, account = run.table(evidence)
    table.save(assets / STYLES_DIRECTORY)
    write_json(assets / TRAINING_DIRECTORY / "habits.json", account)
    reliable = tuple(measure.key for measure in table.scale.measures if measure.reliable)
    return FittedHabits(finished, (len(evidence), len(order)), account["positions"], reliable)
