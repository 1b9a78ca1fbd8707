"""A small part of the long run of ``fuzz.py``, and that the run does what it says."""

from pathlib import Path
from typing import Any

import pytest

from engine.errors import StylemateError
from engine.files import read_json
from tests.fuzz import fuzz
from tests.fuzz.fuzz import Tally, attempt, shares
from tests.fuzz.readers import Reader, Readers

INPUTS = 4_000


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reader, ...]:
    return Readers(tmp_path_factory.mktemp("fuzz")).all()


def test_nothing_but_refusals(readers: tuple[Reader, ...]) -> None:
    wanted = shares(readers, INPUTS)
    tallies = {reader.name: Tally() for reader in readers}
    for reader in readers:
        for number in range(wanted[reader.name]):
            attempt(reader, number, tallies[reader.name])
    assert not {name: tally.faults for name, tally in tallies.items() if tally.faults}
    assert sum(tally.inputs for tally in tallies.values()) >= INPUTS


def test_good_inputs_are_read(readers: tuple[Reader, ...]) -> None:
    """A reader that refuses everything would never meet a fault."""
    for reader in readers:
        read = 0
        for sample in reader.samples:
            try:
                reader.read(sample)
                read += 1
            except StylemateError:
                pass
        assert read, reader.name


def _reader(read: Any) -> Reader:
    return Reader("x", 1, [""], lambda source, samples: source.random(), read)


def test_faults_and_hangs_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(value: object) -> None:
        while True:
            pass

    def fail(value: object) -> None:
        raise KeyError("x")

    def refuse(value: object) -> None:
        raise StylemateError("x")

    monkeypatch.setattr(fuzz, "LONGEST", 0.05)
    tally = Tally()
    for read in (hang, fail, refuse, fail):
        attempt(_reader(read), tally.inputs, tally)
    assert (tally.inputs, tally.refused) == (4, 1)
    hanging, failing = sorted(tally.faults)
    assert hanging.startswith("HangError")
    assert failing.startswith("KeyError")
    assert tally.faults[failing] == [1, 3]


def test_a_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []

    class Few:
        def __init__(self, folder: Path) -> None:
            pass

        def all(self) -> tuple[Reader, ...]:
            return (_reader(seen.append),)

    monkeypatch.setattr(fuzz, "Readers", Few)
    record = tmp_path / "fuzz.json"
    assert fuzz.run(5, record)
    assert fuzz.run(12, record)
    assert len(set(seen)) == 12
    assert read_json(record)["inputs"] == 12
    assert seen == [_reader(None).input(number) for number in range(12)]
