"""``stylemate-uci``: reads lines, writes lines, and starts in a moment."""

import io
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from engine.assets import ATTRIBUTES_FILE, STYLES_DIRECTORY, assets_directory
from engine.errors import StylemateError
from engine.play.uci.options import Options, shipped_sliders
from engine.play.uci.session import UciSession

if TYPE_CHECKING:
    from engine.play.uci.player import Player


def main() -> NoReturn:
    """Speak UCI until ``quit`` or the end of the input, and end the process."""
    write = _protected_output()
    session = UciSession(write, Options(_sliders()), _load_player)
    source = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
    try:
        for line in source:
            if not session.handle(line):
                break
        else:
            session.finish()
    except (KeyboardInterrupt, BrokenPipeError):
        pass
    sys.stderr.flush()
    # The model may be at work in a thread that nobody waits for any more.
    os._exit(0)


def _protected_output() -> Callable[[str], None]:
    """Return what writes a line to the GUI; whatever else is printed goes to standard error."""
    sys.stdout.flush()
    output = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace", newline="\n")
    os.dup2(2, 1)

    def write(line: str) -> None:
        try:
            output.write(line + "\n")
            output.flush()
        except OSError:  # the GUI is gone
            os._exit(0)

    return write


def _sliders() -> dict[str, str]:
    try:
        return shipped_sliders(assets_directory() / STYLES_DIRECTORY / ATTRIBUTES_FILE)
    except StylemateError:
        return {}


def _load_player() -> "Player":
    from engine.play.uci.player import Player

    return Player.load()


if __name__ == "__main__":
    main()
