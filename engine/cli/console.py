"""What commands share: progress, being stopped, ``--device``, and printing what files hold."""

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from engine.errors import StylemateError

if TYPE_CHECKING:
    import torch
    from rich.progress import Progress, TaskID

OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Replace what the command wrote there before.")
]
"""Of commands that make one thing. Those that go on where they stopped look what a folder holds."""
_ENCODINGS_OF_ALL = ("utf", "u8")
Handler = Callable[[int, FrameType | None], None]


def printable(text: str) -> str:
    """Return a text without what a terminal would obey: control characters but line feeds."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def print_json(value: object, indent: int | None = None) -> None:
    """Print JSON, with letters as they are where standard output can hold them all."""
    holds_all = (sys.stdout.encoding or "").lower().startswith(_ENCODINGS_OF_ALL)
    typer.echo(json.dumps(value, ensure_ascii=not holds_all, indent=indent))


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar on the terminal."""

    _bar: "Progress | None" = None
    _task: "TaskID | None" = None

    def show(
        self, done: float, total: float | None = None, note: str = "", what: str | None = None
    ) -> None:
        """Show how much is done.

        Args:
            done: so much of the total.
            total: a new total; the one before by default.
            note: words behind the bar.
            what: words before it; those before by default.
        """
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total, description=what, note=note)

    def add(self, count: int) -> None:
        """Show that so much more is done."""
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, count)


@contextmanager
def progress_bar(
    what: str, total: float | None = None, is_share: bool = False, is_shown: bool = True
) -> Iterator[Bar]:
    """Show a bar on standard error while the block runs, on a terminal only.

    Args:
        what: words before the bar, plain text.
        total: what there is to do, None while it is not known.
        is_share: of the total 1, shown in per cent; otherwise numbers are shown.
        is_shown: False for a bar that nobody sees.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not is_shown:
        yield Bar()
        return
    done = TextColumn("{task.completed:,.0f} of {task.total:,.0f}", markup=False)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn() if is_share or total is None else done,
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        yield Bar(bar, bar.add_task(what, total=1.0 if is_share else total, note=""))


@contextmanager
def stop_flag() -> Iterator[Callable[[], bool]]:
    """Turn Ctrl-C and a polite kill into a request that long work honours between its steps."""
    stopped = False

    def request(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    with _handled(request, signal.SIGINT, signal.SIGTERM):
        yield lambda: stopped


@contextmanager
def killed_like_interrupted() -> Iterator[None]:
    """Let a polite kill end the command as Ctrl-C does: nothing half-written stays behind."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handled(interrupt, signal.SIGTERM):
        yield


@contextmanager
def _handled(handler: Handler, *signals: signal.Signals) -> Iterator[None]:
    previous = {number: signal.signal(number, handler) for number in signals}
    try:
        yield
    finally:
        for number, handler_before in previous.items():
            signal.signal(number, handler_before)


def chosen_device(name: str) -> "torch.device":
    """Return the device that ``--device`` names; ``auto`` is a GPU where there is one.

    Raises:
        StylemateError: torch knows no such device, or there is no GPU.
    """
    import torch

    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise StylemateError(f"--device {name!r} is not a device torch knows.") from None
    if device.type == "cuda" and not torch.cuda.is_available():
        raise StylemateError("This machine has no GPU that torch can use; try --device cpu.")
    return device
