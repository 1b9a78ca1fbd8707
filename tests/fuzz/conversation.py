"""A talk in UCI that is listened to."""

import threading
from pathlib import Path

from engine.play.opponents import OpponentRegistry
from engine.play.uci.options import Options
from engine.play.uci.player import Player
from engine.play.uci.session import UciSession
from tests.conftest import TINY_ATTRIBUTES


class Conversation:
    """A session of UCI that notes what was unexpected."""

    def __init__(self, assets: Path) -> None:
        self._unexpected: list[str] = []
        self._ready = threading.Event()
        sliders = {attribute.key: attribute.label for attribute in TINY_ATTRIBUTES}
        self._session = UciSession(
            self._hear,
            Options(sliders),
            lambda: Player(OpponentRegistry.load(assets)),
        )

    def _hear(self, line: str) -> None:
        if line.startswith("info string unexpected"):
            self._unexpected.append(line)
        if line == "readyok":
            self._ready.set()

    def say(self, line: str) -> str:
        """Send a line and wait until it is worked off."""
        self._session.handle(line)
        self._session.handle("stop")
        self._ready.clear()
        self._session.handle("isready")
        assert self._ready.wait(60), "no readyok"
        assert not self._unexpected, self._unexpected.pop()
        return line
