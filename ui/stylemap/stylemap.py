"""The style map on a page: what it shows, and where a person pointed on it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ui.components.modules import BrowserComponent, event_value
from ui.components.served import JSON, NUMBERS, content_digest, plotly_script, served

KEY = "stylemap"
LONGEST_SEARCH = 100
"""Characters of a name that is looked for."""
_FARTHEST = 1e9
_FOLDER = Path(__file__).parent

_component = BrowserComponent(
    "stylemate.stylemap",
    _FOLDER / "stylemap.js",
    (_FOLDER / "stylemap.css",),
    html=(_FOLDER / "stylemap.html").read_text(encoding="utf-8"),
    # Plotly finds its elements through the document, which does not see into a shadow.
    isolate_styles=False,
)

Place = tuple[float, ...]
"""Coordinates on the map: two or three numbers."""


@dataclass(frozen=True, eq=False, slots=True)
class Points:
    """All that is known of the points, in the form in which it travels, once.

    Attributes:
        count: how many there are.
        columns: name of each column of numbers.
        numbers: float32 little-endian, one column after another, NaN where unknown.
        people: JSON with ``names``, ``lines``, ``tops``, ``ranks`` and ``keys`` by point, and the
            ``letters`` of ``keys``.
        digests: names of ``numbers`` and ``people``.
    """

    count: int
    columns: tuple[str, ...]
    numbers: bytes
    people: bytes
    digests: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Axes:
    """Which columns make the places.

    Attributes:
        key: name of this view; zoom and camera are kept for each.
        columns: two or three.
        titles: of the axes.
        ticks: whether numbers on the axes mean something to people.
    """

    key: str
    columns: tuple[str, ...]
    titles: tuple[str, ...]
    ticks: bool


@dataclass(frozen=True, slots=True)
class Shading:
    """Which column gives the points their colour.

    Attributes:
        column: its name.
        title: what it is, for people.
        low: value of the first colour.
        high: value of the last one.
        scale: colours from 0 to 1.
        ends: what stands at the ends of the scale.
        groups: name and colour of each group, where the column numbers groups; or else empty.
    """

    column: str
    title: str
    low: float
    high: float
    scale: tuple[tuple[float, str], ...]
    ends: tuple[str, str] = ("", "")
    groups: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A place with a name: the chosen style, or a person's own.

    Attributes:
        place: where.
        label: what is written beside it.
        name: the player's name, if it is exactly one's.
    """

    place: Place
    label: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A path between two players.

    Attributes:
        places: along it, first to last.
        ends: what is written at the two ends.
        names: names of the two players.
    """

    places: tuple[Place, ...]
    ends: tuple[str, str]
    names: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """Players whom a text means that is nobody's very surname.

    Attributes:
        text: what was typed.
        names: of the players, likeliest first.
    """

    text: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MapFigure:
    """All that the map shows.

    Attributes:
        points: the styles.
        axes: where they lie.
        shading: their colours.
        landmarks: players whose names stand on the map.
        marker: the chosen style, if one is.
        route: the path, if one is drawn.
        guests: a person's own styles.
        found: whom the last text meant that was sent to Python, if there was one.
        revision: counts what was chosen, for tests.
    """

    points: Points
    axes: Axes
    shading: Shading
    landmarks: Sequence[str] = ()
    marker: Mark | None = None
    route: Route | None = None
    guests: Sequence[Mark] = field(default=())
    found: Found | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class MapChoice:
    """Where a person pointed: at a player, or at an empty place of a view.

    Attributes:
        name: the player or guest, None for an empty place.
        place: the empty place.
        view: key of the view in which it is.
    """

    name: str | None
    place: Place | None = None
    view: str | None = None


def make_points(
    columns: Mapping[str, npt.NDArray[Any]],
    names: Sequence[str],
    lines: Sequence[str],
    tops: Sequence[str],
    ranks: Sequence[int],
    keys: Sequence[str],
    letters: Mapping[str, str],
) -> Points:
    """Pack points for their one journey.

    Args:
        columns: numbers by name, one for each point.
        names: of the points.
        lines: a line about each.
        tops: what each is known for.
        ranks: place of each in the order in which search lists equals.
        keys: what search looks into for each.
        letters: what stands in them for letters and signs of names.
    """
    packed = [np.asarray(column, dtype="<f4").tobytes() for column in columns.values()]
    numbers = b"".join(packed)
    described = {
        "names": list(names),
        "lines": list(lines),
        "tops": list(tops),
        "ranks": [int(rank) for rank in ranks],
        "keys": list(keys),
        "letters": dict(letters),
    }
    people = json.dumps(described, ensure_ascii=False).encode()
    digests = (content_digest(numbers), content_digest(people))
    return Points(len(names), tuple(columns), numbers, people, digests)


def show_map(
    figure: MapFigure, on_choose: Callable[[], None], on_search: Callable[[], None]
) -> None:
    """Draw the map.

    Args:
        figure: what to draw.
        on_choose: runs when a person pointed somewhere, and reads ``map_choice``.
        on_search: runs when a person types a text that is nobody's very surname, and reads
            ``map_search``.
    """
    _component(KEY, payload(figure), {"choose": on_choose, "search": on_search})


def map_search() -> str:
    """Return the name that is looked for, empty if none is or it is malformed."""
    text = event_value(KEY, "search")
    return text[:LONGEST_SEARCH] if isinstance(text, str) else ""


def map_choice() -> MapChoice | None:
    """Return the choice that is being handled, None if there is none or it is malformed."""
    return read_choice(event_value(KEY, "choose"))


def read_choice(value: Any) -> MapChoice | None:
    """Return a value from the page as a choice, None if it is not one."""
    if not isinstance(value, Mapping):
        return None
    name, place, view = value.get("name"), value.get("place"), value.get("view")
    if isinstance(name, str):
        return MapChoice(name)
    if not isinstance(view, str) or not isinstance(place, list) or len(place) not in (2, 3):
        return None
    # Whole numbers from a page have no end, and no float that long.
    if not all(isinstance(n, int | float) and abs(n) < _FARTHEST for n in place):
        return None
    return MapChoice(None, tuple(float(number) for number in place), view)


def payload(figure: MapFigure) -> dict[str, Any]:
    """Return what the map's JavaScript draws, as plain JSON; the points are but an address."""
    points, axes, shading = figure.points, figure.axes, figure.shading
    return {
        "library": plotly_script(),
        "points": {
            "url": served(points.numbers, NUMBERS, "stylemap.points", points.digests[0]),
            "count": points.count,
            "columns": list(points.columns),
        },
        "people": served(points.people, JSON, "stylemap.people", points.digests[1]),
        "view": {
            "key": axes.key,
            "columns": list(axes.columns),
            "titles": list(axes.titles),
            "ticks": axes.ticks,
        },
        "color": {
            "column": shading.column,
            "title": shading.title,
            "low": shading.low,
            "high": shading.high,
            "scale": [list(stop) for stop in shading.scale],
            "ends": list(shading.ends),
            "groups": [{"name": n, "color": color} for n, color in shading.groups] or None,
        },
        "landmarks": list(figure.landmarks),
        "marker": _mark(figure.marker) if figure.marker else None,
        "path": _route(figure.route) if figure.route else None,
        "guests": [{"name": g.label, "place": list(g.place)} for g in figure.guests],
        "found": None if figure.found is None else asdict(figure.found),
        "revision": figure.revision,
    }


def _mark(mark: Mark) -> dict[str, Any]:
    return {"place": list(mark.place), "label": mark.label, "name": mark.name}


def _route(route: Route) -> dict[str, Any]:
    return {
        "places": [list(place) for place in route.places],
        "ends": list(route.ends),
        "names": list(route.names),
    }
