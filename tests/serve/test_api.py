"""The server as a program meets it: answers, errors in words, limits."""

import json
import socket
import threading
from collections.abc import Iterator

import chess
import pytest
import requests
import uvicorn
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import StylemateError
from engine.play.batcher import BatchLimits
from engine.play.inference import MergedNetworks
from engine.play.opponents import OpponentRegistry
from engine.serve.api import MOST_BYTES, create_app
from engine.serve.service import StyleService
from tests.conftest import tiny_model, tiny_space

RECIPE = "0.6 Tal, Mikhail + 0.4 Carlsen, Magnus | king_danger +1"
PATIENCE = 60


def service(limits: BatchLimits | None = None) -> StyleService:
    networks = MergedNetworks(tiny_model(), limits=limits)
    return StyleService(OpponentRegistry(networks, tiny_space(), "m"))


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(service(), "1000000/minute"), raise_server_exceptions=False)


def test_a_policy_is_that_of_the_bot(client: TestClient) -> None:
    board = chess.Board()
    board.push_uci("e2e4")
    asked = {"recipe": RECIPE, "moves": ["e2e4"]}
    answer = client.post("/policy", json=asked).json()
    policy = service()._registry.bot(RECIPE).policy(board)
    assert answer["fen"] == board.fen()
    assert {move["uci"] for move in answer["moves"]} == {m.uci() for m in board.legal_moves}
    for move in answer["moves"]:
        found = policy.probability(board.parse_san(move["san"]))
        assert move["probability"] == pytest.approx(found, abs=1e-5)
    assert tuple(answer["chances"].values()) == pytest.approx(policy.wdl, abs=1e-5)


@pytest.mark.parametrize("recipe", [RECIPE, "tal | elo 1500"])
def test_a_game_is_played_move_by_move(client: TestClient, recipe: str) -> None:
    board = chess.Board()
    for number in range(6):
        moves = [move.uci() for move in board.move_stack]
        asked = {"recipe": recipe, "moves": moves, "seed": number}
        answer = client.post("/move", json=asked).json()
        assert answer == client.post("/move", json=asked).json(), "a seed repeats it"
        assert board.san(chess.Move.from_uci(answer["uci"])) == answer["san"]
        board.push_uci(answer["uci"])
        assert board.fen() == answer["fen"]


def test_moves_may_be_written_as_people_do(client: TestClient) -> None:
    asked = {"fen": chess.STARTING_FEN, "moves": ["e4", "e7e5", "Nf3"], "temperature": 0}
    assert client.post("/move", json=asked).status_code == 200


def test_recipes_are_checked(client: TestClient) -> None:
    answer = client.post("/recipe", json={"recipe": "2 tal + 2 carlsen | elo 1800"}).json()
    assert answer["players"] == {"Tal, Mikhail": 0.5, "Carlsen, Magnus": 0.5}
    assert answer["elo"] == 1800
    assert client.post("/recipe", json={"recipe": answer["recipe"]}).json() == answer


def test_styles_are_listed_and_searched(client: TestClient) -> None:
    everything = client.get("/styles").json()
    assert [player["name"] for player in everything["players"]] == list(tiny_space().names)
    assert {slider["key"] for slider in everything["sliders"]} >= {"king_danger"}
    page = client.get("/styles", params={"start": 1, "count": 1}).json()
    assert page["players"] == everything["players"][1:2]
    assert page["total"] == everything["total"]
    found = client.get("/styles", params={"search": "tal"}).json()
    assert found["players"][0]["name"] == "Tal, Mikhail"


def test_the_interface_describes_itself(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths) == {"/health", "/styles", "/recipe", "/policy", "/move"}
    assert client.get("/health").json() == {"status": "ok", "waiting": 0, "searching": 0}


@pytest.mark.parametrize(
    ("path", "asked", "status", "words"),
    [
        ("/recipe", {"recipe": "tqll"}, 400, "Tal, Mikhail"),
        ("/recipe", {}, 422, "recipe: Field required"),
        ("/recipe", {"recipe": "x" * 3000}, 422, "at most 2000"),
        ("/policy", {"moves": ["e2e5"]}, 400, "e2e5"),
        ("/policy", {"moves": ["0000"]}, 400, "0000"),
        ("/policy", {"fen": "8/8/8"}, 400, "FEN"),
        ("/policy", {"fen": "7k/6Q1/6K1/8/8/8/8/8 b - - 0 1"}, 400, "over by checkmate"),
        ("/policy", {"styles": 1}, 422, "styles"),
        ("/move", {"temperature": -1}, 422, "temperature"),
        ("/nowhere", {}, 404, "nothing at this address"),
        ("/health", {}, 405, "does not take POST"),
    ],
)
def test_errors_are_words(
    client: TestClient, path: str, asked: dict[str, object], status: int, words: str
) -> None:
    answer = client.post(path, json=asked)
    assert answer.status_code == status
    assert words in answer.json()["error"]


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"[" * 30_000, 422, "nested too deep"),
        (b'{"a":' * 10_000, 422, "nested too deep"),
        (b'{"seed":' + b"9" * 5000 + b"}", 422, "too long a number"),
        (b"\xff\xfe{", 422, "not JSON"),
        (b"", 422, "Field required"),
        (b"null", 422, "The question"),
        (b'{"recipe":"\\ud800"}', 422, "recipe"),
        (b'{"\\ud800":1}', 422, "The question"),
        (b'{"recipe":"\\u0000"}', 400, "player's name is missing"),
        (b'{"temperature":NaN}', 422, "temperature"),
        (b'{"temperature":1e400}', 422, "temperature"),
        (b'{"moves":{"0":"e4"}}', 422, "moves"),
        (json.dumps({"moves": ["g1f3", "g8f6", "f3g1", "f6g8"] * 400}).encode(), 422, "moves"),
        (json.dumps({"recipe": '"' * 1999}).encode(), 400, "quote"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_cannot_be_read_is_said(
    client: TestClient, content: bytes, status: int, words: str
) -> None:
    answer = client.post("/move", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert words in answer.json()["error"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_another_method_is_told_which_is_wanted(client: TestClient, method: str) -> None:
    answer = client.request(method, "/move")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert method in answer.json()["error"]


def test_a_game_of_the_greatest_length_is_played_on(client: TestClient) -> None:
    moves = ["g1f3", "g8f6", "f3g1", "f6g8"] * 300
    assert client.post("/move", json={"moves": moves}).status_code == 200


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    asked=st.one_of(
        st.binary(max_size=60),
        st.fixed_dictionaries(
            {},
            optional={
                "recipe": st.one_of(st.text(max_size=30), st.integers(), st.none()),
                "fen": st.one_of(st.text(max_size=40), st.just(chess.STARTING_FEN)),
                "moves": st.lists(st.one_of(st.text(max_size=6), st.sampled_from(["e4", "e2e4"]))),
                "temperature": st.floats(),
                "top_p": st.floats(),
                "seed": st.integers(),
            },
        ).map(lambda asked: json.dumps(asked).encode()),
    )
)
def test_no_question_is_a_fault(client: TestClient, asked: bytes) -> None:
    answer = client.post("/move", content=asked)
    assert answer.status_code in (200, 400, 422)
    assert answer.status_code == 200 or answer.json()["error"]


def test_too_large_and_too_many_are_refused() -> None:
    client = TestClient(create_app(service(), "3/minute"))
    assert client.post("/move", content=b"x" * (MOST_BYTES + 1)).status_code == 413
    assert client.post("/recipe", json={"recipe": "tal"}).status_code == 200
    assert client.post("/recipe", json={"recipe": "tal"}).status_code == 200
    refused = client.post("/recipe", json={"recipe": "tal"})
    assert refused.status_code == 429
    assert "3 per 1 minute" in refused.json()["error"]
    assert int(refused.headers["Retry-After"]) > 0
    assert client.get("/health").status_code == 200, "a watchman is always answered"


def test_a_rate_that_is_none() -> None:
    with pytest.raises(StylemateError, match="such as 600/minute"):
        create_app(service(), "often")


def test_busy_is_said_in_words() -> None:
    client = TestClient(create_app(service(BatchLimits(waiting=0))))
    answer = client.post("/move", json={})
    assert answer.status_code == 503
    assert "try again" in answer.json()["error"]
    assert int(answer.headers["Retry-After"]) > 0


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve on a port of this machine."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # so that whoever comes before the server is up has to wait
        config = uvicorn.Config(create_app(service(), "1000000/minute"), log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(PATIENCE)


def test_many_games_at_once_over_the_network(address: str) -> None:
    names = tiny_space().names
    games: dict[int, chess.Board] = {}

    def play(number: int) -> None:
        board = chess.Board()
        with requests.Session() as session:
            for _ in range(6):
                moves = [move.uci() for move in board.move_stack]
                asked = {"recipe": names[number % len(names)], "moves": moves}
                answer = session.post(f"{address}/move", json=asked, timeout=PATIENCE).json()
                board.push_san(answer["san"])
        games[number] = board

    threads = [threading.Thread(target=play, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert [board.ply() for board in games.values()] == [6] * 12
