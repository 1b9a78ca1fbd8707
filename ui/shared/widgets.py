"""Widgets that show what their page holds, and a page that changes by its person's acts alone.

Streamlit tells the browser a value that was put into ``st.session_state`` once, in the run that
puts it there. When the next press interrupts that run, the browser never hears of it: the widget
stands at its own default, and the next event carries that default back as if a person had chosen
it. So nothing here is put into the session state of a widget. A widget is made anew, under
another key, whenever what it should show is not what it shows; every run then says the same of
it, however many runs are interrupted, and an event of the widget that it replaced is not heeded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, Literal, ParamSpec, TypeVar

import streamlit as st

from ui.shared.state import tab, uninterrupted

Value = TypeVar("Value")
Parameters = ParamSpec("Parameters")

STATE = "widgets"
_NEVER = object()


@dataclass(slots=True)
class _Drawn:
    """A widget as it was drawn last: how often it was made anew, and what it began with."""

    turn: int
    start: Any


@dataclass(slots=True)
class _Widgets:
    """What one browser tab remembers about its widgets, by name."""

    drawn: dict[str, _Drawn] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held(Generic[Value]):
    """A widget that shows a value which a session holds.

    Attributes:
        name: of the widget.
        turn: how often it was made anew.
        start: what to give the widget as its value or default: what it showed when it was made.
    """

    name: str
    turn: int
    start: Value

    @property
    def key(self) -> str:
        """The widget's key."""
        return widget_key(self.name, self.turn)

    def calls(
        self,
        change: Callable[Concatenate[Value, Parameters], None],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Callable[[], None]:
        """Return the widget's callback: ``change``, called with the value that was chosen.

        Args:
            change: takes up the value. What it refuses, the widget shows no longer.
            args: what it takes besides.
            kwargs: the same by name.
        """

        @uninterrupted
        def run() -> None:
            value = st.session_state.get(self.key, _NEVER)
            if value is not _NEVER and _is_drawn(self):
                change(value, *args, **kwargs)

        return run

    def calls_however_late(self, change: Callable[[Value], None]) -> Callable[[], None]:
        """Return a callback that also heeds a press on the widget that this one has replaced.

        It is for what only chooses what is seen, such as tabs: who presses one in the moment in
        which it is made anew means just that.
        """

        @uninterrupted
        def run() -> None:
            value = st.session_state.get(self.key, _NEVER)
            if value is not _NEVER:
                change(value)

        return run

    def keep(self) -> None:
        """Callback of a widget of :func:`kept`: remember the value that was chosen."""
        self.calls(lambda value: _widgets().kept.update({self.name: value}))()


def held(name: str, value: Value) -> Held[Value]:
    """Return the widget of a name that shows a value, for the page that draws it now.

    Args:
        name: unlike that of any other widget; the key of the widget begins with it.
        value: what it should show.
    """
    drawn = _widgets().drawn
    before = drawn.get(name)
    if before is None:
        now = _Drawn(0, value)
    else:
        shown = st.session_state.get(widget_key(name, before.turn), before.start)
        now = before if shown == value else _Drawn(before.turn + 1, value)
    drawn[name] = now
    return Held(name, now.turn, now.start)


def kept(name: str, first: Value) -> Held[Value]:
    """Return a widget whose value is kept here for its page; its callback is ``keep``.

    The value outlives a visit to another page, which a value in the widget alone does not.

    Args:
        name: unlike that of any other widget.
        first: what it shows until something is chosen.
    """
    return held(name, kept_value(name, first))


def kept_value(name: str, first: Value) -> Value:
    """Return what was chosen in a widget of :func:`kept`, or ``first``."""
    value: Value = _widgets().kept.get(name, first)
    return value


def keep(name: str, value: object) -> None:
    """Let a widget of :func:`kept` show another value."""
    _widgets().kept[name] = value


def draw_switch(
    label: str,
    options: Sequence[str],
    name: str,
    *,
    width: Literal["content", "stretch"] = "content",
) -> str:
    """Draw a switch between words whose choice is kept, the first one to begin with.

    Args:
        label: says to screen readers what is chosen.
        options: the words.
        name: unlike that of any other widget.
        width: "stretch" takes all the width there is.
    """
    shown = kept(name, options[0])
    return draw_choice(label, options, shown, shown.keep, hides_label=True, width=width)


def draw_choice(
    label: str,
    options: Sequence[Value],
    shown: Held[Value],
    on_change: Callable[[], None],
    *,
    words: Callable[[Value], str] = str,
    help: str | None = None,
    hides_label: bool = False,
    width: Literal["content", "stretch"] = "content",
) -> Value:
    """Draw options side by side, one of which is chosen at any time.

    Args:
        label: says what is chosen.
        options: to choose from.
        shown: the widget.
        on_change: its callback.
        words: what an option is called.
        help: what else there is to know.
        hides_label: the label is for screen readers alone.
        width: "stretch" takes all the width there is.
    """
    chosen: Value = st.segmented_control(
        label,
        options,
        key=shown.key,
        default=shown.start,
        required=True,
        format_func=words,
        help=help,
        label_visibility="collapsed" if hides_label else "visible",
        width=width,
        on_change=on_change,
    )
    return chosen


def widget_key(name: str, turn: int = 0) -> str:
    """Return the key of a widget that was made anew ``turn`` times."""
    return f"{name}__{turn}" if turn else name


def _is_drawn(widget: Held[Any]) -> bool:
    """Tell whether this is still the widget that its page shows."""
    drawn = _widgets().drawn.get(widget.name)
    return drawn is not None and drawn.turn == widget.turn


def _widgets() -> _Widgets:
    widgets: _Widgets = tab().setdefault(STATE, _Widgets())
    return widgets
