"""The small functions that components share, in a browser."""

import numpy as np
import pytest

from engine.games.player_names import FOLDED_LETTERS, fold, search_key
from tests.javascript.conftest import Run
from ui.board.pieces import PIECE_SETS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (0, 2, "0"),
        (0.004, 2, "0"),
        (-0.004, 2, "0"),
        (1.5, 2, "+1.5"),
        (-2, 0, "−2"),
        (10, 0, "+10"),
        (100, 1, "+100"),
        (-0.125, 3, "−0.125"),
    ],
)
def test_numbers_with_their_sign(run: Run, number: float, digits: int, text: str) -> None:
    assert run("components/dom.js", "(m, [n, d]) => m.signed(n, d)", [number, digits]) == text


def test_captured_pieces_in_words(run: Run) -> None:
    words = run("board/strips.js", "m => [m.listed('pPn'), m.listed('Q'), m.listed('')]")
    assert words == ["2 pawns, 1 knight", "1 queen", ""]


def test_an_address_changes_only_what_it_is_told(run: Run) -> None:
    found = run(
        "address/address.js",
        "m => m.changedQuery('?moves=e2e4&fen=x&embed=1', {moves: 'd2d4', fen: null, a: null})",
    )
    assert found == "moves=d2d4&embed=1"


PLAYERS = ("Tal, Mikhail", "Taller, Ann", "Kortschnoi, Viktor", "Réti, Richard", "Łasker, Émile")
RANKS = (1, 0, 2, 3, 4)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tal", ["Tal, Mikhail", "Taller, Ann"]),
        ("mikhail tal", ["Tal, Mikhail"]),
        ("RETI", ["Réti, Richard"]),
        ("lasker", ["Łasker, Émile"]),
        ("tall", ["Taller, Ann"]),
        ("kortchnoi", []),  # other spellings are asked about
        (" , ", []),
        ("", []),
    ],
)
def test_players_are_found_by_parts_of_names(run: Run, text: str, found: list[str]) -> None:
    # Taller has most games, yet a surname that is the very text comes first.
    rows = run(
        "stylemap/names.js",
        "(m, [text, people]) => m.matching(text, people)",
        [text, {"keys": list(map(search_key, PLAYERS)), "ranks": RANKS, "letters": FOLDED_LETTERS}],
    )
    assert [PLAYERS[row] for row in rows] == found


@pytest.mark.parametrize(
    ("text", "is_one"), [("tal", True), ("TAL ", True), ("tall", False), ("mikhail tal", False)]
)
def test_a_very_surname_needs_no_asking(run: Run, text: str, is_one: bool) -> None:
    people = {"keys": list(map(search_key, PLAYERS)), "ranks": RANKS, "letters": FOLDED_LETTERS}
    found = run(
        "stylemap/names.js",
        "(m, [text, people]) => m.isSurname(text, m.matching(text, people)[0], people)",
        [text, people],
    )
    assert found is is_one


def test_places_in_space_are_seen_as_webgl_draws_them(run: Run) -> None:
    """Held against the matrices that Plotly's camera is made of: model, view and projection."""
    eye, center, up = np.array([[1, 1, 0.6], [0.1, 0, -0.04], [0.2, 0, 1]])
    bounds = np.array([[-3, 5], [10, 14], [0.2, 0.7]])
    left, top, width, height = 3, 4, 640, 420
    places = np.random.default_rng(5).uniform(bounds[:, 0], bounds[:, 1], (20, 3))
    camera = {
        name: dict(zip("xyz", vector.tolist(), strict=True))
        for name, vector in (("eye", eye), ("center", center), ("up", up))
    }
    found = run(
        "stylemap/projection.js",
        "(m, [camera, bounds, frame, places]) =>"
        " places.map(place => m.projector3d(camera, bounds, frame)(place))",
        [
            camera,
            bounds.tolist(),
            {"left": left, "top": top, "width": width, "height": height},
            places.tolist(),
        ],
    )
    model = (places - bounds.mean(axis=1)) / np.ptp(bounds, axis=1)
    back = (eye - center) / np.linalg.norm(eye - center)
    side = np.cross(up, back) / np.linalg.norm(np.cross(up, back))
    view = np.array([side, np.cross(back, side), back])
    x, y, z = view @ (model - eye).T
    near, far, focal = 0.01, 1000.0, 1 / np.tan(np.pi / 8)
    projection = np.diag([focal * height / width, focal, (far + near) / (near - far), 0.0])
    projection[2, 3], projection[3, 2] = 2 * far * near / (near - far), -1
    clip = projection @ np.array([x, y, z, np.ones_like(x)])
    right, above = clip[0] / clip[3], clip[1] / clip[3]
    expected = [left + width * (1 + right) / 2, top + height * (1 - above) / 2, clip[3]]
    np.testing.assert_allclose(found, np.transpose(expected))


def test_what_lies_behind_the_camera_is_not_seen(run: Run) -> None:
    camera = {
        "eye": {"x": 1, "y": 0, "z": 0},
        "center": {"x": 0, "y": 0, "z": 0},
        "up": {"x": 0, "y": 0, "z": 1},
    }
    frame = {"left": 0, "top": 0, "width": 100, "height": 100}
    found = run(
        "stylemap/projection.js",
        "(m, [camera, frame]) => [0, 1.5].map("
        "x => m.projector3d(camera, [[-0.5, 0.5], [-0.5, 0.5], [-0.5, 0.5]], frame)([x, 0, 0]))",
        [camera, frame],
    )
    assert found == [[50, 50, 1], None]


def test_an_axis_leaves_room_around_what_is_known(run: Run) -> None:
    extents = run(
        "stylemap/views.js",
        "m => [[0, 10, NaN], [NaN], [3]].map(column => m.extent(Float32Array.from(column)))",
    )
    assert extents == [[-0.5, 10.5], [-1, 1], [2, 4]]


def test_a_curve_is_straight_between_what_was_measured(run: Run) -> None:
    curve = [[-1, -2, None, None], [0, 0, 0, 0], [2, 3, 1, 5]]
    found = run(
        "steer/dial_curves.js",
        "(m, curve) => [-1, -0.5, 0, 1, 2, -1.5, 2.5].map(at => m.between(curve, at))",
        curve,
    )
    assert found == [-2, -1, 0, 1.5, 3, None, None]


def test_the_measured_amount_is_on_the_slider_s_side(run: Run) -> None:
    found = run(
        "steer/dial_effects.js",
        "m => [0, 0.2, -0.2, 3, -3].map(at => m.nearest([-2, -1, 0, 1, 2], at))",
    )
    assert found == [1, 1, -1, 2, -2]
    sides = run("steer/dial_effects.js", "m => [m.nearest([1, 2], -1), m.nearest([0], 1)]")
    assert sides == [1, None]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3723, "1:02:03"),
        (600, "10:00"),
        (299.99, "4:59"),
        (10, "0:10"),
        (9.99, "0:09.9"),
        (0.05, "0:00.0"),
        (0, "0:00.0"),
    ],
)
def test_a_clock_in_digits(run: Run, seconds: float, text: str) -> None:
    assert run("board/clock.js", "(m, s) => m.timeInDigits(s)", seconds) == text


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "x",
        5,
        [],
        {},
        {"sound": "yes", "board": "pink", "size": 7, "coordinates": None, "pieces": "x"},
    ],
)
def test_preferences_that_nobody_wrote_are_the_usual_ones(run: Run, kept: object) -> None:
    usual = {"sound": False, "coordinates": True, "board": "green", "size": 100} | {
        "pieces": "classic"
    }
    assert run("components/preferences.js", "(m, kept) => m.sound(kept)", kept) == usual


def test_preferences_are_kept_as_they_were_chosen(run: Run) -> None:
    chosen = {"sound": True, "coordinates": False, "board": "blue", "size": 75} | {
        "pieces": "fancy"
    }
    assert run("components/preferences.js", "(m, kept) => m.sound(kept)", chosen) == chosen


def test_names_are_folded_as_in_python(run: Run) -> None:
    names = ["Radosław", "BJØRNSEN", "Ándrade", "A\u0301ndrade", "Þór", "Groß", "İvan", "O’Kelly"]
    names += ["L'Ami", "Ælfred", "Nguyễn", "ﬁ", "Петров", "Ёлкин", "ℕ"]
    found = run(
        "stylemap/names.js",
        "(m, [names, letters]) => names.map((name) => m.fold(name, letters))",
        [names, FOLDED_LETTERS],
    )
    assert found == [fold(name) for name in names]


def test_the_page_offers_the_sets_of_pieces_that_there_are(run: Run) -> None:
    assert run("components/preferences.js", "m => m.PIECES") == ["classic", *PIECE_SETS]


def test_changes_are_drawn_in_order_and_a_component_ends_off_the_page_only(run: Run) -> None:
    script = (
        "data:text/javascript,export default (component) => {"
        "window.drawn.push(component.data.number); return () => window.drawn.push('end'); }"
    )
    drawn = run(
        "components/loader.js",
        """async (m, script) => {
            window.drawn = [];
            const parentElement = document.body.appendChild(document.createElement("div"));
            const load = (number, styles) =>
                m.default({data: {number, files: {script, styles}}, parentElement});
            const ends = await Promise.all([load(1, ["board/board.css"]), load(2, [])]);
            ends[0](); // as Streamlit does where newer data overtook these
            window.drawn.push("goes on");
            parentElement.remove();
            ends[1]();
            return window.drawn;
        }""",
        script,
    )
    assert drawn == [1, 2, "goes on", "end"]


def test_that_time_ran_out_is_told_until_somebody_heard(run: Run) -> None:
    told = run(
        "board/clock.js",
        """async (m) => {
            const clock = m.createClock(document.body);
            let told = 0;
            const twice = new Promise((done) => {
                m.setClock(clock, { seconds: -1, runs: true }, () => ++told === 2 && done());
            });
            await Promise.race([twice, new Promise((done) => setTimeout(done, 60000))]);
            m.stopClock(clock);
            return told;
        }""",
    )
    assert told == 2


def test_only_a_torn_page_is_loaded_again_and_not_without_end(run: Run) -> None:
    words = [
        "Error: Cannot set a node at a delta path",
        "Bad message formatBad delta path index 3 (should be between [0, 2])",
        "Your move, please",
        "",
    ]
    found = run("components/mending.js", "(m, words) => words.map(m.isTorn)", words)
    assert found == [True, True, False, False]
    times = [[None, 5], ["1000", 2000], ["1000", 90_000], ["90000", 1000], ["x", 5]]
    again = "(m, times) => times.map(([last, now]) => m.mayLoadAgain(last, now))"
    assert run("components/mending.js", again, times) == [True, False, True, True, True]
