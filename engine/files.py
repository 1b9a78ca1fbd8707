"""Reading and writing files: nobody ever meets half of one, and what goes wrong is said plainly."""

import json
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from engine.errors import StylemateError

Record = TypeVar("Record")
_DIGITS_OF_64_BITS = 19
_PART = ".part"
"""What the name of something ends in that is still being written."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a place to write to, which takes the place of ``path`` once it is whole and on disk.

    A reader, a crash or a power cut finds the file that was there before or the new one.

    Args:
        path: the file to write; its folder is made if missing.

    Raises:
        StylemateError: it cannot be written; what was there before is untouched.
    """
    temporary = path.with_name(path.name + _PART)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except (OSError, SafetensorError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StylemateError(
            f"Cannot write {path}: {reason}. Make room or choose another place; "
            "a file that was there before is untouched."
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def require_free_file(path: Path, overwrite: bool = False) -> None:
    """Refuse to write a file over another one, unless that is wanted.

    Raises:
        StylemateError: it is there already, or a folder is.
    """
    if path.is_dir():
        raise StylemateError(f"{path} is a folder. Give the name of the file to write.")
    if path.exists() and not overwrite:
        raise StylemateError(
            f"{path} is there already. Choose another name, or replace it with --overwrite."
        )


def require_free_folder(
    directory: Path, kind: str, belongs: Callable[[str], bool], overwrite: bool = False
) -> None:
    """Refuse to make a folder where something is, unless that is of its kind and to be replaced.

    Args:
        directory: where it goes; it may be there and be empty.
        kind: what it is, in words.
        belongs: whether such a folder holds an entry of some name.
        overwrite: replace one that is there.

    Raises:
        StylemateError: something is there.
    """
    names = _entries(directory, kind)
    if names and not overwrite:
        raise StylemateError(
            f"{directory} is not empty. Choose another place, or replace the {kind} that is "
            "there with --overwrite."
        )
    if any(not belongs(name) for name in names):
        raise StylemateError(
            f"{directory} holds other things than a {kind}, so it is not overwritten. "
            "Choose another place."
        )


def require_run_folder(directory: Path, kind: str, marks: Container[str]) -> None:
    """Refuse a folder for a run that can be gone on with, if it holds something else.

    Args:
        directory: of the run; it may be missing or empty.
        kind: what the run is, in words.
        marks: names of which such a run leaves one from its beginning on.

    Raises:
        StylemateError: it holds something else.
    """
    names = [name for name in _entries(directory, kind) if not name.endswith(_PART)]
    if names and not any(name in marks for name in names):
        raise StylemateError(
            f"{directory} is not empty, and what it holds is no {kind}. Choose another folder."
        )


def _entries(directory: Path, kind: str) -> list[str]:
    if not directory.exists():
        return []
    if not directory.is_dir():
        raise StylemateError(f"{directory} is a file. Choose another place for the {kind}.")
    try:
        return [entry.name for entry in directory.iterdir()]
    except OSError as error:
        raise StylemateError(f"{directory} cannot be read: {error.strerror}.") from None


@contextmanager
def replacing_folder(directory: Path) -> Iterator[Path]:
    """Give a folder to fill, which takes the place of another one once it is whole.

    Raises:
        StylemateError: it cannot be put there; what was there before is untouched.
    """
    place = directory.resolve()
    made = place.with_name(f".{place.name}{_PART}")
    shutil.rmtree(made, ignore_errors=True)  # of a writer that was killed
    try:
        yield made
        replace_folder(made, place)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def replace_folder(made: Path, place: Path) -> None:
    """Put a finished folder in the place of another one, which is removed only then.

    Args:
        made: the new folder, on the same disk.
        place: where it goes.

    Raises:
        StylemateError: it cannot be moved there; what was there before is untouched.
    """
    aside = _aside(place)
    try:
        if place.exists():
            remove_replaced(place)
            place.rename(aside)
        made.rename(place)
    except OSError as error:
        if aside.exists() and not place.exists():
            aside.rename(place)
        raise StylemateError(f"Cannot write {place}: {error.strerror}.") from error
    shutil.rmtree(aside, ignore_errors=True)


def remove_replaced(place: Path) -> None:
    """Remove what a killed ``replace_folder`` left of the folder that it replaced.

    While nothing stands in its place it is the only one there is, and stays.
    """
    if place.exists():
        shutil.rmtree(_aside(place), ignore_errors=True)


def _aside(place: Path) -> Path:
    return place.with_name(f".{place.name}.replaced")


def write_text(path: Path, text: str) -> None:
    """Write a text file, UTF-8.

    Raises:
        StylemateError: it cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file.

    Raises:
        StylemateError: it cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def write_json(path: Path, value: object) -> None:
    """Write a JSON file, small, and a list one entry a line.

    Raises:
        StylemateError: it cannot be written.
    """
    if isinstance(value, list):
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in value)
        text = f"[\n{lines}\n]\n"
    else:
        text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    write_text(path, text)


def write_tensors(
    path: Path, tensors: Mapping[str, npt.NDArray[Any]], metadata: Mapping[str, str] | None = None
) -> None:
    """Write a safetensors file.

    Args:
        path: the file.
        tensors: arrays by name.
        metadata: texts to keep with them.

    Raises:
        StylemateError: it cannot be written.
    """
    contiguous = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    with replacing(path) as temporary:
        save_file(contiguous, temporary, dict(metadata or {}))


def write_arrays(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write NumPy's ``.npz``, which holds any kind of array but objects.

    Raises:
        StylemateError: it cannot be written.
    """
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def read_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a NumPy ``.npz`` file.

    Raises:
        StylemateError: it is missing or damaged.
    """
    _require(path)
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise StylemateError(f"{path} is damaged or not an .npz file: {error}.") from None


def read_tensors(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a safetensors file.

    Raises:
        StylemateError: it is missing or damaged.
    """
    _require(path)
    try:
        return dict(load_file(path))
    except (SafetensorError, OSError, ValueError) as error:
        raise StylemateError(f"{path} is damaged or not a safetensors file: {error}.") from None


def read_tensor_metadata(path: Path) -> dict[str, str]:
    """Return the texts that were saved with a safetensors file.

    Raises:
        StylemateError: it is missing or damaged.
    """
    _require(path)
    try:
        with safe_open(path, "np") as file:
            return dict(file.metadata() or {})
    except (SafetensorError, OSError, ValueError) as error:
        raise StylemateError(f"{path} is damaged or not a safetensors file: {error}.") from None


def read_json(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises:
        StylemateError: it is missing or damaged.
    """
    _require(path)
    try:
        return parse_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise StylemateError(f"{path} is damaged or not JSON: {error}.") from None


def parse_json(text: str | bytes) -> Any:
    """Return what JSON says.

    Whole numbers of more than 64 bits come as floats, infinite if need be, as 1e999 does: Python's
    own have no end, and every later conversion would have to reckon with that.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested deeper than anybody means.
    """
    return json.loads(text, parse_int=_whole_number)


def _whole_number(digits: str) -> int | float:
    if len(digits) < _DIGITS_OF_64_BITS:
        return int(digits)
    number = float(digits)
    return int(digits) if abs(number) < 2.0**63 else number


def read_json_as(path: Path, kind: type[Record]) -> Record:
    """Return what a JSON file holds, checked against a type and turned into it; see ``decoded``.

    Raises:
        StylemateError: the file is missing or damaged, or holds something else.
    """
    value = read_json(path)
    try:
        return decoded(value, kind)
    except StylemateError as error:
        raise StylemateError(f"{path} is damaged: {error}. Restore it from a copy.") from None


def decoded(value: object, kind: type[Record]) -> Record:
    """Return JSON values checked against a type and turned into it.

    Args:
        value: as JSON has it.
        kind: a dataclass, or anything else that ``msgspec.convert`` knows; other fields of the
            value are passed over.

    Raises:
        StylemateError: something is missing or of the wrong kind; it says where, such as
            "plots, entry 1: 'title' should be a text".
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise StylemateError(_in_words(str(error))) from None


_KINDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "nothing",
}


def _in_words(problem: str) -> str:
    """Return in words for people what msgspec says is wrong."""
    what, _, where = problem.partition(" - at `")
    steps = re.findall(r"\.(\w+)|\[(\d+|\.{3})\]", where)
    missing = re.fullmatch(r"Object missing required field `(\w+)`", what)
    if missing:
        steps, what = [*steps, (missing[1], "")], "is missing"
    expected = re.match(r"Expected `([\w | ]+)`", what)
    if expected:
        kinds = [_KINDS.get(kind, kind) for kind in expected[1].split(" | ")]
        what = f"should be {' or '.join(dict.fromkeys(kinds))}"
    names = [name or _entry(number) for name, number in steps]
    if not names:
        return f"it {what}" if expected else what
    *outer, last = names
    place = f"{', '.join(outer)}: " if outer else ""
    return f"{place}'{last}' {what}" if steps[-1][0] else f"{place}{last} {what}"


def _entry(number: str) -> str:
    return f"entry {int(number) + 1}" if number.isdigit() else "an entry"


def _require(path: Path) -> None:
    if not path.is_file():
        raise StylemateError(
            f"{path} is missing. If it is one of Stylemate's own files, a full checkout has it; "
            "otherwise the command that was to make it has not come to its end."
        )
