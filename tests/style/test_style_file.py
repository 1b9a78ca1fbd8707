"""Style files: kept exactly, refused when they are not what Stylemate wrote, played by recipes."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.errors import StylemateError
from engine.model.checkpoint import load_model, save_model
from engine.model.fingerprint import model_fingerprint
from engine.play.opponents import OpponentRegistry
from engine.style.habits import HABIT_KEYS
from engine.style.style import centred
from engine.style.style_file import (
    LARGEST_FILE,
    StyleFile,
    load_style,
    parse_style,
    save_style,
    style_bytes,
)
from tests.conftest import tiny_model, tiny_space
from tests.style.game_tables import game_habits
from tests.style.habit_tables import habits
from tests.style.style_files import style_file

REFUSED = r"not a usable style file|is damaged"


@pytest.fixture
def style() -> StyleFile:
    return style_file()


def tampered(style: StyleFile, **changes: Any) -> bytes:
    """Return the file with other values and the old checksum."""
    return json.dumps(json.loads(style_bytes(style)) | changes).encode()


def test_a_file_gives_back_what_was_saved(style: StyleFile, tmp_path: Path) -> None:
    save_style(tmp_path / "me.style", style)
    loaded = load_style(tmp_path / "me.style")
    for field in fields(StyleFile):
        if field.name != "z":
            assert getattr(loaded, field.name) == getattr(style, field.name)
    np.testing.assert_allclose(loaded.z, centred(style.z), rtol=0, atol=1e-5)
    assert parse_style(style_bytes(style)).label == "Me"
    assert len(style_bytes(style)) < 4000
    assert (tmp_path / "me.style").read_bytes() == style_bytes(style)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"z": [[1.0, 2.0], [3.0, 4.0]]}, "damaged or was changed"),
        ({"games": 100000}, "damaged or was changed"),
        ({"player": "Tal, Mikhail"}, "damaged or was changed"),
        ({"model": "f" * 32}, "damaged or was changed"),
        ({"checksum": ""}, "damaged or was changed"),
        ({"extra": 1}, "damaged or was changed"),
        ({"version": 2}, "version 2"),
        ({"format": "something"}, "not a style file"),
    ],
)
def test_a_changed_file_is_refused(style: StyleFile, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(StylemateError, match=said):
        parse_style(tampered(style, **changes), "me.style")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a style file"),
        (b"\x89PNG\r\n\x1a\n", "not a style file"),
        (b"[" * 100_000, "not a style file"),
        (b"[1, 2, 3]", "not a style file"),
        (b"9" * 10_000, "not a style file"),
        (b" " * (LARGEST_FILE + 1), "larger than"),
    ],
)
def test_another_kind_of_file_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(StylemateError, match=said):
        parse_style(data)


def test_a_file_keeps_habits(style: StyleFile) -> None:
    own = habits(0.0123, 2345, queen_trades=-0.0432)
    loaded = parse_style(style_bytes(replace(style, habits=own))).habits
    assert loaded is not None
    np.testing.assert_allclose(loaded.values, own.values, atol=1e-5)
    np.testing.assert_allclose(loaded.errors, own.errors, atol=1e-5)
    assert loaded.positions == 2345
    # Files of before there were habits read as those without any.
    assert "habits" not in json.loads(style_bytes(style))
    assert parse_style(style_bytes(style)).habits is None


def test_a_file_keeps_what_happens_in_the_games(style: StyleFile) -> None:
    own = game_habits(0.0123, 57, captures=1.5)
    loaded = parse_style(style_bytes(replace(style, game_habits=own))).game_habits
    assert loaded is not None
    np.testing.assert_allclose(loaded.means, own.means, rtol=1e-4)
    np.testing.assert_allclose(loaded.errors, own.errors, rtol=1e-4)
    assert loaded.games == 57
    assert "game_habits" not in json.loads(style_bytes(style))


def with_game_habits(style: StyleFile, content: Any) -> bytes:
    """Return a file whose habits in games are replaced, with a right checksum."""
    from engine.style.style_file import _checksum

    whole = json.loads(style_bytes(replace(style, game_habits=game_habits())))
    whole["game_habits"] = content
    del whole["checksum"]
    return json.dumps({**whole, "checksum": _checksum(whole)}).encode()


def test_figures_of_another_version_are_left_out(style: StyleFile) -> None:
    content = {"games": 3, "figures": {"captures": [0.2, 0.01], "luck": [1, 1]}}
    found = parse_style(with_game_habits(style, content)).game_habits
    assert found is not None
    assert np.isfinite(found.means).sum() == 1


@pytest.mark.parametrize(
    "content",
    [
        3,
        {},
        {"figures": {}, "games": "many"},
        {"figures": {}, "games": True},
        {"figures": {}, "games": -3},
        {"figures": {"captures": [0.2]}, "games": 3},
        {"figures": {"captures": ["a", "b"]}, "games": 3},
        {"figures": {"captures": [0.2, -1]}, "games": 3},
        {"figures": {"captures": [1e300, 1]}, "games": 3},
    ],
)
def test_senseless_habits_in_games_are_refused(style: StyleFile, content: Any) -> None:
    with pytest.raises(StylemateError, match="not a usable style file"):
        parse_style(with_game_habits(style, content))


def with_habits(style: StyleFile, **changes: Any) -> bytes:
    """Return a file whose habits are changed, with a right checksum."""
    from engine.style.style_file import _checksum

    content = json.loads(style_bytes(replace(style, habits=habits())))
    content["habits"] = content["habits"] | changes
    del content["checksum"]
    content["checksum"] = _checksum(content)
    return json.dumps(content).encode()


def test_habits_of_another_version_or_of_other_properties_are_unknown(style: StyleFile) -> None:
    assert parse_style(with_habits(style)).habits is not None
    assert parse_style(with_habits(style, version=2, measured="?")).habits is None
    assert parse_style(with_habits(style, measured={"luck": [0.1, 0.1]})).habits is None


def every(pair: Any) -> dict[str, Any]:
    return dict.fromkeys(HABIT_KEYS, pair)


@pytest.mark.parametrize(
    "changes",
    [
        {"measured": []},
        {"measured": every([0.1])},
        {"measured": every(0.1)},
        {"measured": every(["0.1", 0.1])},
        {"measured": every([True, 0.1])},
        {"measured": every([float("nan"), 0.1])},
        {"measured": every([10**400, 0.1])},
        {"measured": every([6, 0.1])},
        {"measured": every([0.1, -0.1])},
        {"positions": -1},
        {"positions": 1.5},
        {"positions": True},
        {"positions": 10**400},
    ],
)
def test_senseless_habits_are_refused(style: StyleFile, changes: dict[str, Any]) -> None:
    with pytest.raises(StylemateError, match=REFUSED):
        parse_style(with_habits(style, **changes))


def test_half_a_file_is_refused(style: StyleFile, tmp_path: Path) -> None:
    data = style_bytes(style)
    for length in range(0, len(data) - 2, 97):
        with pytest.raises(StylemateError):
            parse_style(data[:length])
    (tmp_path / "folder.style").mkdir()
    for name in ("missing.style", "folder.style"):
        with pytest.raises(StylemateError, match=name):
            load_style(tmp_path / name)
    with pytest.raises(StylemateError, match="Cannot write"):
        save_style(tmp_path / "folder.style", style)


@pytest.mark.parametrize(
    "changes",
    [
        {"z": [[float("nan"), 0.0]]},
        {"z": [[1e30, 0.0]]},
        {"z": [[10**400, 0.0]]},
        {"z": [1.0, 2.0]},
        {"z": [[]]},
        {"z": [[0.0] * 5000]},
        {"z": [[1.0, 2.0], [3.0]]},
        {"z": "numbers"},
        {"label": "average"},
        {"label": "  "},
        {"label": "two\nlines"},
        {"label": "x" * 101},
        {"player": None},
        {"model": "../../model"},
        {"games": 0},
        {"games": 2.5},
        {"games": True},
        {"first_year": "1999"},
        {"stability": 7.0},
        {"gain": float("inf")},
        {"created": "yesterday"},
        {"habits": 3},
        {"habits": None},
    ],
)
def test_senseless_values_are_refused_even_with_a_right_checksum(
    style: StyleFile, changes: dict[str, Any]
) -> None:
    from engine.style.style_file import _checksum

    content = json.loads(style_bytes(style)) | changes
    del content["checksum"]
    content["checksum"] = _checksum(content)
    with pytest.raises(StylemateError, match=REFUSED):
        parse_style(json.dumps(content).encode())


def test_a_missing_value_is_named(style: StyleFile) -> None:
    from engine.style.style_file import _checksum

    content = json.loads(style_bytes(style))
    del content["checksum"], content["gain"]
    content["checksum"] = _checksum(content)
    with pytest.raises(StylemateError, match="'gain' is missing"):
        parse_style(json.dumps(content).encode())


def test_a_fingerprint_is_the_model_s(tmp_path: Path) -> None:
    model = tiny_model()
    save_model(tmp_path / "model", model, {}, torch.float16)
    assert model_fingerprint(load_model(tmp_path / "model")) == model_fingerprint(model)
    assert model_fingerprint(tiny_model(seed=1)) != model_fingerprint(model)
    with torch.no_grad():
        model.inventory_parameters()[0].view(-1)[0] += 0.5
    assert model_fingerprint(load_model(tmp_path / "model")) != model_fingerprint(model)


def test_a_recipe_may_name_a_style_file(style: StyleFile, tiny_assets: Path) -> None:
    shipped = OpponentRegistry.load(tiny_assets)
    registry = shipped.with_style(replace(style, model=shipped.fingerprint))
    pure = registry.bot("me").style
    np.testing.assert_allclose(pure.z, centred(style.z), atol=1e-6)
    steered = registry.bot("Me | king_danger +1").style
    np.testing.assert_allclose(steered.z - pure.z, registry.space.deltas["king_danger"], atol=1e-5)
    half = registry.bot("0.5 me + 0.5 tal").style
    # Nothing is known of this person's games, and half as much of Tal's habits as is Tal's.
    tal = shipped.space.style("Tal, Mikhail").z
    np.testing.assert_allclose(half.z, (centred(style.z) + tal) / 2, atol=1e-4)
    assert registry.space.find("Me").games == 100
    assert "Me" not in shipped.space.names


def test_a_style_of_another_model_is_refused(style: StyleFile, tiny_assets: Path) -> None:
    with pytest.raises(StylemateError, match="another version of the model"):
        OpponentRegistry.load(tiny_assets).with_style(style)


def test_guests_are_not_of_the_population(style: StyleFile, tmp_path: Path) -> None:
    space = tiny_space()
    extended = space.with_style(style.info(), style.z)
    extended = extended.with_style(replace(style, label="You").info(), style.z)
    np.testing.assert_allclose(extended.average, space.average, atol=1e-6)
    assert len(extended.population) == len(space.z) == len(extended.z) - 2
    assert extended.find("you").name == "You"
    extended.save(tmp_path)
    assert type(space).load(tmp_path).names == space.names
    with pytest.raises(StylemateError, match="'Me' already"):
        extended.with_style(style.info(), style.z)
    with pytest.raises(StylemateError, match="heads and modules"):
        space.with_style(style.info(), np.zeros((3, 4), dtype=np.float32))
