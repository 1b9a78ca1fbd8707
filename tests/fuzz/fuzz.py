"""Many damaged inputs for everything that reads what others wrote::

    python -m tests.fuzz.fuzz --inputs 1000000 --record fuzz.json

Every input has a number that makes it again. The record is written every few seconds and says how
far each reader has come; the same command goes on there, once it has tried known faults again, of
which those that are cured are forgotten. Faults are listed in it with the numbers
of the first inputs that show them: ``--reader NAME --number N`` tries one again.
"""

import argparse
import json
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import StylemateError
from engine.files import read_json, write_json
from tests.fuzz.readers import Reader, Readers

LONGEST = 30
"""Seconds of processor time after which a reader counts as hanging."""
_BATCH = 200
_SECONDS_BETWEEN_RECORDS = 10
_EXAMPLES = 5


class HangError(Exception):
    """A reader does not come to an end."""


@dataclass(slots=True)
class Tally:
    """What came of one reader.

    Attributes:
        inputs: how many it was given.
        refused: how many of them with a ``StylemateError``.
        slowest: seconds of processor time of the slowest, and its number.
        faults: numbers of inputs, by what they raised.
    """

    inputs: int = 0
    refused: int = 0
    slowest: tuple[float, int] = (0.0, -1)
    faults: dict[str, list[int]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "inputs": self.inputs,
            "refused": self.refused,
            "slowest": list(self.slowest),
            "faults": self.faults,
        }


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise ``HangError`` after some seconds of processor time."""

    def stop(number: int, frame: object) -> None:
        raise HangError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def attempt(reader: Reader, number: int, tally: Tally) -> None:
    """Give a reader the input of a number and note what came of it."""
    value = reader.input(number)
    began = time.process_time()
    try:
        with limited(LONGEST):
            reader.read(value)
    except StylemateError:
        tally.refused += 1
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        kind = f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}: {error}"[:200]
        tally.faults.setdefault(kind, []).append(number)
        del tally.faults[kind][_EXAMPLES:]
    tally.inputs += 1
    tally.slowest = max(tally.slowest, (time.process_time() - began, number))


def shares(readers: Sequence[Reader], inputs: int) -> dict[str, int]:
    """Return how many of all inputs each reader gets."""
    whole = sum(reader.share for reader in readers)
    return {reader.name: -(-inputs * reader.share // whole) for reader in readers}


def run(inputs: int, record: Path) -> bool:
    """Try inputs until there were so many, and return whether there was no fault."""
    with tempfile.TemporaryDirectory() as folder:
        readers = Readers(Path(folder)).all()
        wanted = shares(readers, inputs)
        tallies = _read(record, readers)
        for reader in readers:
            _try_again(reader, tallies[reader.name])
        saved = time.monotonic()
        while any(tallies[r.name].inputs < wanted[r.name] for r in readers):
            for reader in readers:
                tally = tallies[reader.name]
                # All readers come to their ends together, so that a part of a run is a fair one.
                batch = max(1, _BATCH * reader.share // max(r.share for r in readers))
                for number in range(tally.inputs, min(tally.inputs + batch, wanted[reader.name])):
                    attempt(reader, number, tally)
                if time.monotonic() > saved + _SECONDS_BETWEEN_RECORDS:
                    _write(record, tallies)
                    saved = time.monotonic()
        _write(record, tallies)
    return not any(tally.faults for tally in tallies.values())


def _try_again(reader: Reader, tally: Tally) -> None:
    """Forget faults that are cured since the run began."""
    again = Tally()
    for number in {number for numbers in tally.faults.values() for number in numbers}:
        attempt(reader, number, again)
    tally.faults = again.faults


def _read(record: Path, readers: Sequence[Reader]) -> dict[str, Tally]:
    known = read_json(record)["readers"] if record.exists() else {}
    return {
        reader.name: Tally(
            entry["inputs"], entry["refused"], tuple(entry["slowest"]), entry["faults"]
        )
        if (entry := known.get(reader.name))
        else Tally()
        for reader in readers
    }


def _write(record: Path, tallies: dict[str, Tally]) -> None:
    write_json(
        record,
        {
            "inputs": sum(tally.inputs for tally in tallies.values()),
            "faults": sum(len(tally.faults) for tally in tallies.values()),
            "peak_mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
            "readers": {name: tally.to_json() for name, tally in tallies.items()},
        },
    )


def _again(name: str, number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        reader = next(r for r in Readers(Path(folder)).all() if r.name == name)
        value = reader.input(number)
        print(repr(value)[:4000])
        try:
            print(repr(reader.read(value))[:1000])
        except StylemateError as error:
            print(f"refused: {error}")


def main() -> int:
    """Run from the command line; 1 when there were faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--record", type=Path, default=Path("fuzz.json"))
    parser.add_argument("--reader", help="try one input of this reader again")
    parser.add_argument("--number", type=int, default=0)
    options = parser.parse_args()
    if options.reader:
        _again(options.reader, options.number)
        return 0
    clean = run(options.inputs, options.record)
    print(json.dumps(read_json(options.record), indent=1))
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
