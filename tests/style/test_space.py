"""The style space: arithmetic, looking up, saving, and refusing what is damaged."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from engine.errors import StylemateError
from engine.games.player_names import UnknownPlayerError
from engine.style.recipe import RecipeError
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from engine.style.style import Style, blend, centred
from engine.style.unknown_names import RecipePlayerError
from tests.conftest import TINY_ATTRIBUTES, TINY_PLAYERS, tiny_space


@pytest.fixture(scope="module")
def space() -> StyleSpace:
    return tiny_space()


def test_styles_are_centred(space: StyleSpace) -> None:
    assert np.abs(space.z.mean(axis=-1)).max() < 1e-6
    assert np.abs(space.style("tal").z.mean(axis=-1)).max() < 1e-6


def test_one_player_is_their_row(space: StyleSpace) -> None:
    style = space.style("carlsen")
    np.testing.assert_allclose(style.z, space.row("Carlsen, Magnus"), atol=1e-6)
    assert style.recipe == "Carlsen, Magnus"


def test_blend_is_the_weighted_mean(space: StyleSpace) -> None:
    style = space.style("3 tal + 1 carlsen")
    expected = 0.75 * space.row("Tal, Mikhail") + 0.25 * space.row("Carlsen, Magnus")
    np.testing.assert_allclose(style.z, expected, atol=1e-6)


def test_blend_ignores_constants_added_to_a_head(space: StyleSpace) -> None:
    rows = [space.row("Tal, Mikhail"), space.row("Carlsen, Magnus")]
    shifted = [rows[0] + np.float32(3), rows[1] - np.float32(1)]
    np.testing.assert_allclose(blend(rows, [1, 1]), blend(shifted, [1, 1]), atol=1e-6)


def test_empty_recipe_is_the_mean_of_all(space: StyleSpace) -> None:
    np.testing.assert_allclose(space.style("").z, centred(space.z.mean(axis=0)), atol=1e-6)
    half = space.style("0.5 average + 0.5 tal").z
    np.testing.assert_allclose(half, (space.average + space.row("Tal, Mikhail")) / 2, atol=1e-6)


def test_steering_adds_steps(space: StyleSpace) -> None:
    plain = space.style("tal").z
    steered = space.style("tal | king_danger +1.5 | strength -1").z
    np.testing.assert_allclose(
        steered - plain,
        1.5 * space.deltas["king_danger"] - space.deltas["strength"],
        atol=1e-5,
    )


def test_recipe_is_written_with_full_names(space: StyleSpace) -> None:
    style = space.style("2 mikhail tal + 1 M. Tal + 1 l'ami | King danger 1")
    assert style.recipe == "0.75 Tal, Mikhail + 0.25 L'Ami, Erwin | king_danger +1"
    assert space.style(style.recipe).fingerprint == style.fingerprint


def test_strength_is_no_part_of_a_style(space: StyleSpace) -> None:
    style = space.style("mikhail tal | elo 1500 | king danger 1")
    assert style.recipe == "Tal, Mikhail | king_danger +1 | elo 1500"
    assert style.fingerprint == space.style("tal | king_danger 1").fingerprint
    with pytest.raises(RecipeError) as caught:
        space.style("Carlson | elo 1500 | king danger 2")
    assert caught.value.suggestion == "Carlsen, Magnus | king_danger +2 | elo 1500"


def test_fingerprint_tells_styles_apart(space: StyleSpace) -> None:
    prints = {space.style(name).fingerprint for name in space.names}
    assert len(prints) == len(space.names)
    assert Style(space.row("Tal, Mikhail"), "x", "y").fingerprint in prints


def test_style_is_read_only(space: StyleSpace) -> None:
    style = space.style("tal")
    with pytest.raises(ValueError, match="read-only"):
        style.z[0, 0] = 1


def test_find(space: StyleSpace) -> None:
    assert space.find("tal").games == 2412
    with pytest.raises(UnknownPlayerError) as caught:
        space.find("Carlson")
    assert "Carlsen, Magnus" in caught.value.suggestions


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("MVL", "Vachier-Lagrave, Maxime"),
        ("Kasparof", "Kasparov, Garry"),
        ("Karlsen", "Carlsen, Magnus"),
    ],
)
def test_recipes_know_initials_and_other_spellings(
    space: StyleSpace, typed: str, name: str
) -> None:
    assert space.style(f"{typed} | king danger 1").recipe == f"{name} | king_danger +1"
    assert space.search(typed)[0] == name


def test_unknown_player_keeps_the_rest_of_the_line(space: StyleSpace) -> None:
    with pytest.raises(RecipePlayerError) as caught:
        space.style("0.6 tal + 0.4 Capablanda | king_danger +1")
    error = caught.value
    assert error.name == "Capablanda"
    assert error.position == 14
    assert error.suggestion == "0.6 tal + 0.4 Capablanca, Jose Raul | king_danger +1"
    assert space.style(error.suggestion)


def test_ambiguous_player_lists_candidates(space: StyleSpace) -> None:
    with pytest.raises(RecipePlayerError, match="Polgar, Judit; Polgar, Susan") as caught:
        space.style("polgar | strength 1")
    assert caught.value.ambiguous
    assert caught.value.suggestion == "Polgar, Judit | strength +1"


def test_unknown_attribute_gives_the_nearest(space: StyleSpace) -> None:
    with pytest.raises(RecipeError, match=r"kign_danger.*king_danger, strength") as caught:
        space.style("tal | strength 1 | kign danger 2")
    assert caught.value.position == 19
    assert caught.value.suggestion == "tal | strength +1 | king_danger +2"


def test_attribute_by_label(space: StyleSpace) -> None:
    assert space.attribute("King Danger").key == "king_danger"


def test_save_and_load(space: StyleSpace, tmp_path: Path) -> None:
    space.save(tmp_path)
    loaded = StyleSpace.load(tmp_path)
    assert loaded.players == space.players
    assert loaded.attributes == space.attributes
    np.testing.assert_allclose(loaded.z, space.z, atol=2e-3)
    np.testing.assert_allclose(loaded.deltas["strength"], space.deltas["strength"], atol=1e-6)


def drop_player(directory: Path) -> None:
    path = directory / "players.json"
    path.write_text(json.dumps(json.loads(path.read_text())[1:]))


def repeat_player(directory: Path) -> None:
    path = directory / "players.json"
    rows = json.loads(path.read_text())
    path.write_text(json.dumps([rows[1], *rows[1:]]))


def unnamed_player(directory: Path) -> None:
    path = directory / "players.json"
    rows = json.loads(path.read_text())
    rows[2]["name"] = 7
    path.write_text(json.dumps(rows))


def other_version(directory: Path) -> None:
    path = directory / "attributes.json"
    path.write_text(path.read_text().replace('"version": 1', '"version": 99'))


def not_finite(directory: Path) -> None:
    path = directory / "styles.safetensors"
    z = load_file(path)["z"]
    z[0, 0, 0] = np.nan
    save_file({"z": z}, path)


def one_delta_less(directory: Path) -> None:
    path = directory / "deltas.safetensors"
    save_file({"strength": load_file(path)["strength"]}, path)


def wrong_delta(directory: Path) -> None:
    path = directory / "deltas.safetensors"
    deltas = load_file(path)
    save_file({key: delta[:1] for key, delta in deltas.items()}, path)


def truncated(directory: Path) -> None:
    path = directory / "styles.safetensors"
    path.write_bytes(path.read_bytes()[:100])


def not_json(directory: Path) -> None:
    (directory / "players.json").write_text('[{"name": ')


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (drop_player, "12 styles for 11 players"),
        (repeat_player, "same name"),
        (unnamed_player, "entry 3: 'name'"),
        (other_version, "version"),
        (not_finite, "not finite"),
        (one_delta_less, "not those of the deltas"),
        (wrong_delta, "delta of"),
        (truncated, "not a safetensors file"),
        (not_json, "not JSON"),
        (lambda directory: (directory / "deltas.safetensors").unlink(), "missing"),
        (lambda directory: (directory / "players.json").unlink(), "missing"),
    ],
)
def test_damaged_space_is_refused(space: StyleSpace, tmp_path: Path, damage, words) -> None:
    space.save(tmp_path)
    damage(tmp_path)
    with pytest.raises(StylemateError, match=words):
        StyleSpace.load(tmp_path)


def test_parts_must_fit() -> None:
    with pytest.raises(StylemateError, match="players, heads, modules"):
        StyleSpace(np.zeros((12, 8), dtype=np.float32), TINY_PLAYERS)
    with pytest.raises(StylemateError, match="not those of the deltas"):
        StyleSpace(np.zeros((12, 2, 4), dtype=np.float32), TINY_PLAYERS, TINY_ATTRIBUTES)


def test_resolve_keeps_what_is_right(space: StyleSpace) -> None:
    recipe = parse_recipe("2 kasparov + 1 tal + 1 average | strength 1")
    expected = "0.5 Kasparov, Garry + 0.25 Tal, Mikhail + 0.25 average | strength +1"
    assert str(space.resolve(recipe)) == expected
