"""A worker of a cluster that dies at the worst moment."""

from pathlib import Path

from engine.cluster.fitting import Fitter
from engine.games.records import GameRecord
from tests.cluster.death import die_once


class Mortal(Fitter):
    """A fitter whose process dies when its first player is fitted and nobody knows it yet."""

    def _fit(self, name: str, records: list[GameRecord], path: Path) -> None:
        super()._fit(name, records, path)
        die_once(self._out / "death")
