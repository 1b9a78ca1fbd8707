"""Talking to the engine inside this process."""

import queue
from collections.abc import Callable

from engine.play.uci.options import Options
from engine.play.uci.player import Player
from engine.play.uci.session import UciSession
from tests.conftest import TINY_ATTRIBUTES

PATIENCE = 120.0
"""Seconds after which a line that does not come is a failure."""


class Conversation:
    """A session whose lines are kept."""

    def __init__(self, load: Callable[[], Player] = Player.load) -> None:
        self._heard: queue.Queue[str] = queue.Queue()
        sliders = {attribute.key: attribute.label for attribute in TINY_ATTRIBUTES}
        self.session = UciSession(self._heard.put, Options(sliders), load)

    def say(self, *lines: str) -> None:
        """Send lines."""
        for line in lines:
            assert self.session.handle(line), f"{line!r} ended the conversation"

    def hear(self, first_word: str) -> list[str]:
        """Return the lines up to one that begins with a word."""
        lines: list[str] = []
        while not lines or lines[-1].split()[0] != first_word:
            lines.append(self._heard.get(timeout=PATIENCE))
        return lines

    def ask(self, *lines: str) -> list[str]:
        """Send lines, and return what is answered until the engine is ready again."""
        self.say(*lines, "isready")
        return self.hear("readyok")[:-1]

    def go(self, *lines: str) -> list[str]:
        """Send lines, of which the last is a ``go``, and return what is answered to it."""
        self.say(*lines)
        return self.hear("bestmove")

    def rest(self) -> list[str]:
        """End the conversation and return what is still unheard."""
        self.session.finish()
        return list(self._heard.queue)


def strings(lines: list[str]) -> list[str]:
    """Return the words for people among some lines."""
    return [line.removeprefix("info string ") for line in lines if line.startswith("info string ")]
