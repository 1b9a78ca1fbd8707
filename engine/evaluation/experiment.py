"""What an experiment is, and the words in which it says what it found.

A result is plain data: it goes to a report, is read back from it and drawn by a page without
anything of the experiment that made it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from engine.evaluation.context import Context

_WIDE = 30.0
PlotKind = Literal["line", "bar", "heatmap", "histogram"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval, from resampling players; see ``bootstrap``.

    Attributes:
        value: the figure itself; nan where nobody could be measured.
        low: lower end of the interval; nan where a single player gives none.
        high: upper end.
        count: number of players behind it.
    """

    value: float
    low: float
    high: float
    count: int

    def times(self, factor: float) -> "Estimate":
        """Return the figure in another unit, such as a share in per cent."""
        return Estimate(factor * self.value, factor * self.low, factor * self.high, self.count)


Cell = str | float | int | Estimate | None


@dataclass(frozen=True, slots=True)
class Table:
    """Figures side by side.

    Attributes:
        title: what the table is about.
        columns: headings.
        rows: each as long as ``columns``; None where there is no figure.
        note: what a reader must know of it, if anything.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlotSeries:
    """One line or one set of bars.

    Attributes:
        name: what the legend calls it.
        x: numbers, or names of bars; middles of bins in a histogram.
        y: as many values; shares of all in a histogram.
        low: lower ends of the 95 % intervals, if there are any.
        high: upper ends.
    """

    name: str
    x: tuple[float | str, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] | None = None
    high: tuple[float, ...] | None = None

    @classmethod
    def of(cls, name: str, x: Iterable[float | str], estimates: Iterable[Estimate]) -> "PlotSeries":
        """Return the series of some estimates with their intervals."""
        found = tuple(estimates)
        return cls(
            name,
            tuple(x),
            tuple(one.value for one in found),
            tuple(one.low for one in found),
            tuple(one.high for one in found),
        )


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure, drawn by ``figures`` for the report and by Plotly on the Model page.

    Attributes:
        kind: "line", "bar", "histogram", or "heatmap".
        title: what it shows.
        x_label: what lies to the right.
        y_label: what lies upwards.
        series: empty for a heat map.
        matrix: values of a heat map by row, the first row on top.
        x_names: columns of a heat map.
        y_names: rows of a heat map.
    """

    kind: PlotKind
    title: str
    x_label: str
    y_label: str
    series: tuple[PlotSeries, ...] = ()
    matrix: tuple[tuple[float, ...], ...] = ()
    x_names: tuple[str, ...] = ()
    y_names: tuple[str, ...] = ()

    @property
    def is_logarithmic(self) -> bool:
        """Whether x spans so much, as numbers of games do, that equal steps should be factors."""
        places = [x for series in self.series for x in series.x if not isinstance(x, str)]
        if self.kind != "line" or len(set(places)) < 4 or min(places) <= 0:
            return False
        return max(places) / min(places) >= _WIDE


@dataclass(frozen=True, slots=True)
class Target:
    """What was aimed at, and what was reached. Those of the suite come from ``targets.judge``.

    Attributes:
        what: what is measured, for people.
        goal: the value aimed at.
        unit: such as "%" or "points".
        measured: what was found; None if it was not measured.
        met: whether the goal is reached.
        note: what the verdict rests on: sizes, deviations from the goal's conditions.
        key: which of ``targets.GOALS`` it answers, "" for others.
    """

    what: str
    goal: float
    unit: str
    measured: Estimate | float | None
    met: bool
    note: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What an experiment found.

    Attributes:
        title: of the experiment.
        words: a paragraph that a chess player understands.
        settings: sizes and choices it ran with, JSON values.
        figures: the main numbers by name.
        tables: all numbers.
        plots: pictures of them.
        targets: what was aimed at.
        data: JSON values for other pages.
    """

    title: str
    words: str
    settings: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Estimate | float] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    targets: tuple[Target, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


class Experiment(Protocol):
    """One experiment of the suite. Equal contexts give equal results."""

    @property
    def name(self) -> str:
        """How the command line calls it, such as ``move_matching``."""

    @property
    def title(self) -> str:
        """How people call it."""

    def run(self, context: "Context") -> Result:
        """Measure.

        Raises:
            StylemateError: it cannot be measured on this store or model; says what is missing.
        """
