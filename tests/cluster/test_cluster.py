"""Work on a cluster of which a worker dies: nothing is lost, and nothing done twice."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import ray
import requests
from ray import serve

from engine.cluster import archives, fitting
from engine.cluster.archives import ReadArchive, join, read_archive, read_archives
from engine.cluster.fitting import Fitter, fit_players
from engine.games.ingest import IngestOptions, ingest
from engine.games.sources import find_sources
from engine.games.store import GameStore
from engine.style.style_file import load_style
from tests.browser.driver import free_port
from tests.cluster.death import die_once
from tests.cluster.mortal import Mortal
from tests.games.builders import write_games

pytestmark = pytest.mark.slow
PATIENCE = 300
"""Seconds; a busy machine takes its time to start processes."""
QUESTIONS = 36
PLAYERS = tuple(f"Player, {letter}" for letter in "ABCDEF")


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Start Ray with two processors; work that needs one each runs in two processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        ray.init(
            num_cpus=2,
            include_dashboard=False,
            object_store_memory=128 * 1024**2,
            log_to_driver=False,
        )
        yield
        ray.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of six archives, two of them with the same content and one damaged."""
    folder = tmp_path / "archives"
    folder.mkdir()
    for number in range(4):
        random.seed(number)
        write_games(folder / f"{number}.pgn", PLAYERS[number : number + 3], 12 + number)
    (folder / "again.pgn").write_bytes((folder / "2.pgn").read_bytes())
    (folder / "zero.pgn").write_text("no games here\n")
    return folder


def test_a_worker_dies_while_archives_are_read(
    cluster: None, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, deaths = tmp_path / "parts", tmp_path / "deaths"
    deaths.mkdir()

    def read_and_die(path: Path, where: Path, unfinished: Path) -> ReadArchive:
        if path.name == "1.pgn":
            die_once(deaths / "before")
        archive = read_archive(path, where, unfinished)
        if path.name == "3.pgn":
            die_once(deaths / "after")  # its store is there, but nobody has heard of it
        return archive

    monkeypatch.setattr(archives, "read_archive", read_and_die)
    found = read_archives([folder], parts)
    assert {marker.name for marker in deaths.iterdir()} == {"before", "after"}
    assert [Path(archive.path).name for archive in found if archive.problem] == ["zero.pgn"]
    assert len({archive.content for archive in found if not archive.problem}) == 4
    assert {path.name for path in parts.iterdir()} == {a.content for a in found if not a.problem}

    join(found, parts, tmp_path / "joined")
    ingest(find_sources([str(folder)]), tmp_path / "at_once", IngestOptions(workers=0))
    joined, at_once = (GameStore.open(tmp_path / name) for name in ("joined", "at_once"))
    assert joined.game_count == at_once.game_count == 12 + 13 + 14 + 15
    assert joined.fingerprint == at_once.fingerprint


def test_what_was_read_is_not_read_again(folder: Path, tmp_path: Path) -> None:
    first = read_archive(folder / "2.pgn", tmp_path, tmp_path)
    store = tmp_path / first.content
    before = {path: path.stat().st_mtime_ns for path in store.iterdir()}
    again = read_archive(folder / "again.pgn", tmp_path, tmp_path)
    assert (again.content, again.games) == (first.content, first.games)
    assert {path: path.stat().st_mtime_ns for path in store.iterdir()} == before


def test_two_machines_may_read_the_same_at_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_read = threading.Barrier(2, timeout=PATIENCE)

    def read_and_meet(*arguments: object) -> object:
        read = ingest(*arguments)  # type: ignore[arg-type]
        both_read.wait()
        return read

    monkeypatch.setattr(archives, "ingest", read_and_meet)
    with ThreadPoolExecutor(2) as pool:
        files = [folder / "2.pgn", folder / "again.pgn"]
        found = list(pool.map(lambda file: read_archive(file, tmp_path, tmp_path), files))
    assert {archive.games for archive in found} == {14}
    assert GameStore.open(tmp_path / found[0].content).game_count == 14


def test_a_worker_dies_while_players_are_fitted(
    cluster: None,
    folder: Path,
    tmp_path: Path,
    tiny_assets: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, out = tmp_path / "store", tmp_path / "styles"
    ingest(find_sources([str(folder)]), store, IngestOptions(workers=0))
    out.mkdir()
    monkeypatch.setattr(fitting, "Fitter", Mortal)
    monkeypatch.setattr(fitting, "PLAYERS_AT_ONCE", 2)
    names = [*PLAYERS, "Nobody, N"]
    found = fit_players(store, names, out, tiny_assets)
    assert (out / "death").exists()
    assert [player.player for player in found] == names
    assert found[-1].problem, "nobody has no games"
    assert not any(player.problem for player in found[:-1])
    assert {path.name for path in out.glob("*.style")} == {p.style for p in found[:-1]}
    for player in found[:-1]:
        assert load_style(out / player.style).label == player.player

    made = {path: path.stat().st_mtime_ns for path in out.glob("*.style")}
    fitter = Fitter(store, out, tiny_assets)
    again = fitter({"number": list(range(6)), "player": list(PLAYERS)})
    assert again["style"] == [player.style for player in found[:-1]]
    assert {path: path.stat().st_mtime_ns for path in out.glob("*.style")} == made


def test_a_server_dies_while_games_are_played(cluster: None, with_tiny_assets: Path) -> None:
    from engine.cluster.serving import deployment

    port = free_port()
    serve.start(http_options={"host": "127.0.0.1", "port": port})
    app = deployment(replicas=2, rate="1000000/minute", cpus=0.5)
    serve.run(app, name="stylemate", route_prefix="/")
    answered = threading.Semaphore(0)

    def ask(seed: int) -> tuple[str, int]:
        """Return a move, and how often it was asked for: what a dead server owes is asked again."""
        asked = {"moves": ["e2e4"], "recipe": "tal", "seed": seed}
        deadline = time.monotonic() + PATIENCE
        for attempt in range(1, PATIENCE):
            answer = requests.post(f"http://127.0.0.1:{port}/move", json=asked, timeout=PATIENCE)
            if answer.ok:
                answered.release()
                return answer.json()["uci"], attempt
            assert answer.status_code >= 500, answer.text
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.2)
        raise AssertionError("never answered")

    try:
        undisturbed = [ask(seed)[0] for seed in range(QUESTIONS)]
        assert len(set(undisturbed)) > 1
        killed = _replicas()[0]
        with ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(ask, seed) for seed in range(QUESTIONS)]
            for _ in range(QUESTIONS + QUESTIONS // 3):
                assert answered.acquire(timeout=PATIENCE)
            ray.kill(ray.get_actor(killed, namespace="serve"))
            found = [future.result()[0] for future in asked]
        assert found == undisturbed
        deadline = time.monotonic() + PATIENCE
        while len(replicas := _replicas()) < 2 or killed in replicas:
            assert time.monotonic() < deadline, "no other server took its place"
            time.sleep(0.2)
        assert ask(0)[0] == undisturbed[0]
    finally:
        serve.shutdown()


def _replicas() -> list[str]:
    """Return the names of the servers that run."""
    actors = ray.util.list_named_actors(all_namespaces=True)
    return [actor["name"] for actor in actors if "REPLICA::stylemate" in actor["name"]]
