"""From games to a folder of assets with its report, in one go.

The steps, in order: a backbone, an inventory with the styles of those with many games, everybody's
styles, the model and its calibrated sliders, dials, which then go on learning in games, everybody's
habits (among the same moves, and in games), the map, what sliders do in games and how habits are
mixed of them, the report, and how sure identification may be. A step that is done is not done
again: a stopped pipeline goes on where it was, within a step too.

What strength is worth is not measured here, for it needs other chess programs: `stylemate strength`
does that.
"""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from engine.analysis.identification import COSINE_SCALE_FILE, save_scale
from engine.analysis.projection import compute_projection, save_projection
from engine.assets import (
    MODEL_DIRECTORY,
    OPENINGS_FILE,
    POSITIONS_DIRECTORY,
    REPORT_DIRECTORY,
    REPORT_FILE,
    STYLES_DIRECTORY,
    TRAINING_DIRECTORY,
    assets_directory,
)
from engine.attributes.fixed_positions import load_fixed_positions
from engine.errors import StylemateError
from engine.evaluation.context import Size
from engine.evaluation.measures.real_games import LEAST_GAMES, MOST_GAMES, ship_player_games
from engine.evaluation.report.confidence import scale_of
from engine.evaluation.report.report import Report
from engine.evaluation.report.slider_games import GAMES_EXPERIMENT as GAMES
from engine.evaluation.report.slider_mixing import mixing_of_report
from engine.evaluation.suite import EXPERIMENTS, Plan, Step, run_suite
from engine.files import read_json_as, require_run_folder, write_json
from engine.style.player_games import PlayerGames
from engine.style.space import StyleSpace
from engine.style.steering.build import build_assets, measurements_needed
from engine.style.steering.build_options import BuildOptions
from engine.style.steering.dials import install_dials, load_dials
from engine.style.steering.slider_steps import load_steps, put_steps
from engine.training.dials.options import DialOptions
from engine.training.dials.run import StageProgress, train_dials
from engine.training.habits_fit import HabitOptions
from engine.training.habits_run import fit_habits
from engine.training.loop import LOG_NAME, Progress, TrainingOutcome
from engine.training.options import (
    UNSEEN_PLAYER_COUNT,
    BackboneOptions,
    PopulationFitOptions,
    StylesOptions,
)
from engine.training.ranks import Ranks
from engine.training.run import (
    BACKBONE_DIRECTORY,
    UNSEEN_FILE,
    Unseen,
    Watch,
    fit_population,
    train_backbone,
    train_styles,
)
from engine.training.sliders.options import SliderOptions
from engine.training.sliders.run import train_sliders

STEPS_FILE = "steps.json"
_SHARED = (POSITIONS_DIRECTORY, OPENINGS_FILE)
"""What assets hold besides that no training makes."""
_STOPPED = "Stopped; run the same command again to go on."
Tell = Callable[[str, float, str], None]
"""Told what is done at present, which share of it is done, 0 to 1, and a note."""


@dataclass(frozen=True, kw_only=True)
class PipelineOptions:
    """All that a pipeline does, step by step."""

    backbone: BackboneOptions = field(default_factory=BackboneOptions)
    styles: StylesOptions = field(default_factory=StylesOptions)
    population: PopulationFitOptions = field(default_factory=PopulationFitOptions)
    build: BuildOptions = field(default_factory=BuildOptions)
    dials: DialOptions = field(default_factory=DialOptions)
    sliders: SliderOptions = field(default_factory=SliderOptions)
    habits: HabitOptions = field(default_factory=HabitOptions)
    # games of a player that tell their habits in games, at least and at most
    least_games: int = LEAST_GAMES
    most_games: int = MOST_GAMES
    # players whom neither training sees
    unseen_players: int = UNSEEN_PLAYER_COUNT
    # which experiments to run, and how much to measure
    experiments: tuple[str, ...] = tuple(EXPERIMENTS)
    size: Size = "small"
    # of the experiments
    seed: int = 1


class StoppedError(StylemateError):
    """The pipeline was stopped on request."""


def run_pipeline(
    store: Path,
    assets: Path,
    work: Path,
    options: PipelineOptions,
    device: torch.device,
    tell: Tell = lambda what, share, note: None,
    is_stopped: Callable[[], bool] = lambda: False,
    command: str = "",
) -> Report:
    """Train, build, measure and report.

    Args:
        store: game store.
        assets: the folder to make.
        work: the trainings' folder, kept to go on from.
        options: what to do.
        device: where to compute.
        tell: told of the progress.
        is_stopped: asked between the steps of trainings.
        command: what was typed, for the report.

    Returns:
        The report, which is in ``assets``/report too.

    Raises:
        StoppedError: ``is_stopped`` said so; the next call goes on.
        StylemateError: a step cannot be done, ``work`` was begun with other settings, or a folder
            holds something else.
    """
    require_run_folder(assets, "assets folder", (POSITIONS_DIRECTORY, MODEL_DIRECTORY))
    require_run_folder(work, "folder of trainings", (STEPS_FILE, "backbone"))
    pipeline = _Pipeline(store, assets, work, options, device, tell, is_stopped)
    pipeline.step("backbone", asdict(options.backbone), pipeline.train_backbone)
    pipeline.step("styles", asdict(options.styles), pipeline.train_styles)
    pipeline.step("population", asdict(options.population), pipeline.fit_population)
    pipeline.step("build", asdict(options.build), pipeline.build)
    pipeline.step("dials", asdict(options.dials), pipeline.train_dials)
    pipeline.step("sliders", asdict(options.sliders), pipeline.train_sliders)
    read = {"many": options.habits.positions, "few": options.habits.positions_of_few}
    pipeline.step("habits", read, pipeline.fit_habits)
    count = {"least": options.least_games, "most": options.most_games}
    pipeline.step("habits in games", count, pipeline.measure_players)
    pipeline.step("map", {}, pipeline.draw_map)
    if GAMES in options.experiments:
        measured = {"size": options.size, "seed": options.seed}
        pipeline.step("mixing", measured, lambda: pipeline.mix_sliders(command))
    return pipeline.measure(options.experiments, command)


@dataclass(frozen=True, slots=True)
class _Pipeline:
    store: Path
    assets: Path
    work: Path
    options: PipelineOptions
    device: torch.device
    tell: Tell
    is_stopped: Callable[[], bool]

    def step(self, name: str, settings: dict[str, Any], do: Callable[[], None]) -> None:
        """Do a step, unless it was done with these settings."""
        path = self.work / STEPS_FILE
        done = read_json_as(path, dict[str, dict[str, Any]]) if path.is_file() else {}
        if name in done and _comparable(done[name]) != _comparable(settings):
            raise StylemateError(
                f"{self.work} holds a {name} step with other settings. Give those, choose another "
                "folder with --work, or delete it."
            )
        if name not in done:
            do()
            write_json(path, {**done, name: settings})

    def train_backbone(self) -> None:
        self._require_end(
            train_backbone(
                self.store,
                self.work / "backbone",
                self.options.backbone,
                self._alone,
                Unseen(count=self.options.unseen_players),
                self._watch("Training the backbone"),
            )
        )

    def train_styles(self) -> None:
        self._require_end(
            train_styles(
                self.store,
                self.work / "styles",
                self.work / "backbone" / BACKBONE_DIRECTORY,
                self.options.styles,
                self._alone,
                unseen=Unseen(given=self.work / "backbone" / UNSEEN_FILE),
                watch=self._watch("Training the styles"),
            )
        )

    def fit_population(self) -> None:
        fitted = fit_population(
            self.store,
            self.work / "population",
            self.work / "styles",
            self.options.population,
            self._alone,
            watch=self._watch("Fitting everybody's style"),
        )
        if fitted is None:
            raise StoppedError(_STOPPED)

    def build(self) -> None:
        trained, shipped = self.work / "population", assets_directory()
        self.assets.mkdir(parents=True, exist_ok=True)
        for name in _SHARED:
            source, target = shipped / name, self.assets / name
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            elif source.is_file():
                shutil.copyfile(source, target)
        logs = self.assets / TRAINING_DIRECTORY
        logs.mkdir(exist_ok=True)
        for name in ("backbone", "styles"):
            shutil.copyfile(self.work / name / LOG_NAME, logs / f"{name}.jsonl")
        shutil.copyfile(self.work / "backbone" / UNSEEN_FILE, logs / UNSEEN_FILE)
        needed, measured = measurements_needed(trained, self.options.build), 0

        def count(more: int) -> None:
            nonlocal measured
            measured += more
            self.tell("Measuring styles", measured / max(needed, 1), "")

        positions = load_fixed_positions(self.assets / POSITIONS_DIRECTORY)
        build_assets(trained, self.assets, positions, self.options.build, count)

    def train_dials(self) -> None:
        def show(told: StageProgress) -> None:
            share = told.done / max(told.total, 1)
            self.tell("Training dials", share, told.stage)

        run = self.work / "dials"
        done = train_dials(
            self.store,
            self.assets,
            run,
            self.options.dials,
            self._alone,
            report=show,
            stop_requested=self.is_stopped,
        )
        if done is None:
            raise StoppedError(_STOPPED)
        positions = load_fixed_positions(self.assets / POSITIONS_DIRECTORY)
        install_dials(
            load_dials(run),
            self.assets,
            positions,
            lambda count: self.tell("Measuring dials", 0.0, ""),
            reported=self.options.build.report_players,
        )

    def train_sliders(self) -> None:
        run = self.work / "sliders"
        watch = self._watch("Training sliders in games")
        self._require_end(
            train_sliders(
                self.store,
                self.assets,
                run,
                self.options.sliders,
                self._alone,
                watch.progress,
                self.is_stopped,
            )
        )
        put_steps(
            self.assets,
            load_steps(run, self.assets),
            load_fixed_positions(self.assets / POSITIONS_DIRECTORY),
            lambda count: self.tell("Measuring sliders", 0.0, ""),
            reported=self.options.build.report_players,
        )

    def fit_habits(self) -> None:
        watch = self._watch("Fitting everybody's habits")
        fitted = fit_habits(
            self.store,
            self.assets,
            self.work / "habits",
            self.options.habits,
            report=watch.count,
            is_stopped=self.is_stopped,
        )
        if not fitted.finished:
            raise StoppedError(_STOPPED)

    def measure_players(self) -> None:
        watch = self._watch("Measuring players' games")
        least, most = self.options.least_games, self.options.most_games
        ship_player_games(self.store, self.assets / STYLES_DIRECTORY, least, most, watch.count)

    def mix_sliders(self, command: str) -> None:
        """Learn how habits are mixed of sliders, from what these do in games."""
        self.measure((GAMES,), command)
        styles = self.assets / STYLES_DIRECTORY
        report = self.assets / REPORT_DIRECTORY / REPORT_FILE
        mixing_of_report(report, PlayerGames.load(styles)).save(styles)

    def draw_map(self) -> None:
        styles = self.assets / STYLES_DIRECTORY
        projection = compute_projection(
            StyleSpace.load(styles), progress=lambda step: self.tell("Drawing the map", 0.0, step)
        )
        save_projection(styles, projection)

    def measure(self, experiments: tuple[str, ...], command: str) -> Report:
        def tell(step: Step) -> None:
            self.tell(step.experiment, step.share, step.note)

        plan = Plan(
            store=self.store,
            assets=self.assets,
            out=self.assets / REPORT_DIRECTORY,
            names=experiments,
            device=self.device,
            size=self.options.size,
            seed=self.options.seed,
            command=command,
        )
        report = run_suite(plan, tell)
        if "stylometry" in report.experiments:
            save_scale(self.assets / COSINE_SCALE_FILE, scale_of(report), report.model)
        return report

    @property
    def _alone(self) -> Ranks:
        return Ranks(0, 1, self.device)

    def _watch(self, what: str) -> Watch:
        def progress(told: Progress) -> None:
            note = f"{told.positions_per_second:,.0f} positions/s"
            self.tell(what, told.positions / told.total, note)

        def count(done: int, total: int) -> None:
            self.tell(what, done / max(total, 1), f"{done:,} of {total:,} players")

        return Watch(progress=progress, count=count, is_stopped=self.is_stopped)

    def _require_end(self, outcome: TrainingOutcome) -> None:
        if not outcome.finished:
            raise StoppedError(_STOPPED)


def _comparable(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings as JSON has them, without what may change from call to call."""
    free = ("device", "workers", "checkpoint_minutes")
    return {key: _plain(value) for key, value in settings.items() if key not in free}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return _comparable(value)
    return list(value) if isinstance(value, tuple) else value
