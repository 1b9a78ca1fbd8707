"""The report of all experiments: ``report.json``, ``report.md`` and figures.

A report belongs to one model with its styles. Experiments may come from different runs: each says
with which seed, at which size, on which games and on which machine it ran.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.assets import REPORT_FILE
from engine.errors import StylemateError
from engine.evaluation.context import Size
from engine.evaluation.experiment import Result, Table
from engine.evaluation.report.result_json import as_json, read_result
from engine.evaluation.report.wording import cell_text, goal_text, measured_text, verdict_text
from engine.evaluation.targets import all_targets, reference
from engine.files import decoded, read_json, write_json, write_text

VERSION = 1
MARKDOWN_FILE = "report.md"
FIGURES_DIRECTORY = "figures"


@dataclass(frozen=True, slots=True)
class Run:
    """How an experiment was run.

    Attributes:
        seed: of everything drawn at random.
        size: "smoke", "small" or "full".
        command: what was typed, paths shortened to their last part.
        made: date in ISO form.
        machine: what computed: "processor", "cores", "graphics", "torch".
        games: fingerprint of the game store.
        seconds: how long it took, without what was done in an earlier run.
    """

    seed: int
    size: Size
    command: str
    made: str
    machine: Mapping[str, Any]
    games: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a model.

    Attributes:
        model: fingerprint of the model.
        styles: fingerprint of its styles.
        run: the latest run.
        experiments: results by name.
        runs: how each of them was run.
        failures: why an experiment of the latest run gave no result, by name.
    """

    model: str
    styles: str
    run: Run
    experiments: Mapping[str, Result] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)


def read_report(directory: Path) -> Report:
    """Read a report.

    Raises:
        StylemateError: it is missing, damaged or of another version; says where and what to do.
    """
    path = directory / REPORT_FILE
    if not path.is_file():
        raise StylemateError(f"There is no report in {directory}. `stylemate evaluate` makes one.")
    value = read_json(path)
    if not isinstance(value, dict):
        raise _damaged(path, "it should hold an object")
    if value.get("version") != VERSION:
        raise StylemateError(
            f"{path} is of version {value.get('version')}, this Stylemate reads version {VERSION}. "
            "Run `stylemate evaluate` again."
        )
    try:
        return _read(value)
    except StylemateError as error:
        raise _damaged(path, str(error)) from None


def write_report(report: Report, directory: Path) -> None:
    """Write ``report.json``, ``report.md`` and one SVG file for each plot."""
    # Brings Matplotlib, slow to import: whoever only reads reports starts sooner.
    from engine.evaluation.report.figures import write_figure

    write_json(directory / REPORT_FILE, _as_json(report))
    figures = {
        f"{name}-{number}.svg": plot
        for name, result in report.experiments.items()
        for number, plot in enumerate(result.plots, start=1)
    }
    folder = directory / FIGURES_DIRECTORY
    for name, plot in figures.items():
        write_figure(plot, folder / name)
    for old in folder.glob("*.svg"):
        if old.name not in figures:
            old.unlink()
    write_text(directory / MARKDOWN_FILE, markdown(report))


def markdown(report: Report) -> str:
    """Return the report as Markdown, its figures beside it."""
    return "\n".join(_markdown_lines(report)).rstrip() + "\n"


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "version": VERSION,
        "model": report.model,
        "styles": report.styles,
        **asdict(report.run),
        "experiments": {name: as_json(result) for name, result in report.experiments.items()},
        "runs": {name: asdict(run) for name, run in report.runs.items()},
        "failures": dict(report.failures),
    }


@dataclass(frozen=True, slots=True)
class _Written:
    """What the file holds beside its own run."""

    model: str
    styles: str
    experiments: Mapping[str, Any]
    runs: Mapping[str, Run]
    failures: Mapping[str, str]


def _read(value: Mapping[str, Any]) -> Report:
    written = decoded(value, _Written)
    experiments = {}
    for name, entry in written.experiments.items():
        try:
            experiments[name] = read_result(entry)
        except StylemateError as error:
            raise StylemateError(f"{name}: {error}") from None
    if set(written.runs) != set(experiments):
        raise StylemateError("'runs' does not tell of the same experiments as 'experiments'")
    return Report(
        model=written.model,
        styles=written.styles,
        run=read_run(value),
        experiments=experiments,
        runs=written.runs,
        failures=written.failures,
    )


def read_run(value: object) -> Run:
    """Return the run that JSON values describe.

    Raises:
        StylemateError: something is missing or of the wrong kind.
    """
    return decoded(value, Run)


def _damaged(path: Path, reason: str) -> StylemateError:
    return StylemateError(
        f"{path} is damaged: {reason}. Restore it, or run `stylemate evaluate` again."
    )


def _markdown_lines(report: Report) -> Iterator[str]:
    yield "# What was measured"
    yield ""
    yield (
        f"Model {report.model}, styles {report.styles}. Values in brackets are 95 % intervals "
        "over players."
    )
    yield ""
    yield "## Targets"
    yield ""
    columns = ("what", "target", "measured", "verdict", "others", "note")
    targets = all_targets(report.experiments.values())
    yield from _table_lines(
        columns,
        [
            (
                target.what,
                goal_text(target),
                "–" if target.measured is None else measured_text(target.measured),
                verdict_text(target),
                reference(target),
                target.note,
            )
            for target in targets
        ],
    )
    for name, result in report.experiments.items():
        yield from _result_lines(name, result, report.runs[name])
    if report.failures:
        yield "## Not measured"
        yield ""
        for name, reason in report.failures.items():
            yield f"- {name}: {reason}"


def _result_lines(name: str, result: Result, run: Run) -> Iterator[str]:
    yield f"## {result.title}"
    yield ""
    yield result.words
    yield ""
    for table in result.tables:
        yield from _titled_table_lines(table)
    for number, plot in enumerate(result.plots, start=1):
        yield f"![{_plain(plot.title)}]({FIGURES_DIRECTORY}/{name}-{number}.svg)"
        yield ""
    if result.figures:
        rows = [(key, measured_text(figure)) for key, figure in result.figures.items()]
        yield from _table_lines(("figure", "value"), rows)
    settings = ", ".join(f"{key} {value}" for key, value in result.settings.items())
    machine = ", ".join(str(part) for part in run.machine.values() if part)
    yield (
        f"`{run.command}` (size {run.size}, seed {run.seed}, {run.made}, "
        f"{run.seconds:,.0f} s on {machine}). {settings}"
    ).rstrip()
    yield ""


def _titled_table_lines(table: Table) -> Iterator[str]:
    yield f"**{_plain(table.title)}**"
    yield ""
    rows = [tuple(cell_text(cell) for cell in row) for row in table.rows]
    yield from _table_lines(table.columns, rows)
    if table.note:
        yield table.note
        yield ""


def _table_lines(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield _table_line(columns)
    yield _table_line(("---",) * len(columns))
    for row in rows:
        yield _table_line(row)
    yield ""


def _table_line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(_plain(cell).replace("|", "\\|") for cell in cells) + " |"


def _plain(text: str) -> str:
    """Return text in one line that Markdown does not read as markup."""
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", " ".join(text.split()))
