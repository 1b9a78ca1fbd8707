"""A small complete set of assets, so that play and the pages can be tested in a moment."""

import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import settings

from engine.assets import ENVIRONMENT_VARIABLE
from engine.model.backbone import BACKBONE_PRESETS, Backbone, BackboneConfig
from engine.model.checkpoint import save_model
from engine.model.fingerprint import backbone_fingerprint
from engine.model.mhr.config import MHRConfig
from engine.model.mhr.network import adapters
from engine.model.style_model import StyleModel
from engine.style.habits import HabitTable
from engine.style.intensity import Intensifier
from engine.style.records import AttributeInfo, PlayerInfo
from engine.style.space import StyleSpace
from tests.browser.pages import browser, clean_pages, new_page, problems
from tests.style.game_tables import game_habits, intensifier
from tests.style.habit_tables import SPREAD, habits, scale, table

__all__ = ["browser", "clean_pages", "new_page", "problems"]

SLOW_FIRST = ("browser", "slow")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Hand whole files to one worker, the longest ones first.

    What a file shares (a trained model, a server) is so made once. The tests of the app's common
    server stay together as well: they wait more than they compute, and so go well beside others,
    not beside each other. Whatever takes minutes does not begin when all else is done.
    """

    def group(item: pytest.Item) -> str:
        shares_app = "app_address" in getattr(item, "fixturenames", ())
        return "app" if shares_app else f"{item.path.parent.name}/{item.path.stem}"

    slow = {
        group(item)
        for item in items
        if any(item.get_closest_marker(marker) for marker in SLOW_FIRST)
    }
    items.sort(key=lambda item: (group(item) not in slow, group(item) != "app"))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group(item)))


# Started in the background of a shell, pytest would hand on to every command it tests that
# Ctrl-C is to be ignored.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# The networks of tests are tiny: several threads would only wait for each other.
torch.set_num_threads(1)
# A busy machine is no failure of the code: what must be fast is measured by tests/benchmarks.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a command that asks for all cores have one: it would keep them for later tests."""
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0}, raising=False)
    torch.set_num_threads(1)


TINY_BACKBONE = BackboneConfig(filters=16, blocks=2, se_ratio=2)
TINY_PLAYERS = (
    PlayerInfo("Tal, Mikhail", 2412, 1949, 1992, 2600.0, 2705.0, {"king_danger": 2.1}),
    PlayerInfo("Petrosian, Tigran", 1893, 1942, 1984, 2590.0, 2645.0, {"king_danger": -1.7}),
    PlayerInfo("Petrosian, Tigran L", 1211, 2001, 2024, 2540.0, 2671.0, {"king_danger": 0.2}),
    PlayerInfo("Capablanca, Jose Raul", 597, 1901, 1939, None, None, {"king_danger": -0.4}),
    PlayerInfo("Carlsen, Magnus", 6116, 2001, 2025, 2790.0, 2882.0, {"king_danger": 0.1}),
    PlayerInfo("Polgar, Judit", 2000, 1984, 2014, 2620.0, 2735.0, {"king_danger": 1.3}),
    PlayerInfo("Polgar, Susan", 1100, 1976, 2006, 2490.0, 2577.0, {"king_danger": 0.3}),
    PlayerInfo("Kasparov, Garry", 2300, 1973, 2021, 2740.0, 2851.0, {"king_danger": 1.2}),
    PlayerInfo("L'Ami, Erwin", 1019, 1997, 2024, 2610.0, 2651.0, {"king_danger": 0.0}),
    PlayerInfo("Vachier-Lagrave, Maxime", 5369, 1998, 2025, 2730.0, 2819.0, {"king_danger": 0.4}),
    PlayerInfo("DrNykterstein", 9842, 2018, 2025, 3100.0, 3390.0, {"king_danger": -0.2}),
    PlayerInfo("Bfx-de-Blr", 3824, 2017, 2023, 2500.0, 2710.0, {"king_danger": -0.9}),
)
TINY_ATTRIBUTES = (
    AttributeInfo(
        "king_danger",
        "King danger",
        "leaves the king in peace",
        "goes for the king",
        "How endangered the other side's king stands after the moves it likes.",
        12.0,
        3.5,
        {"king_danger": 1.0, "strength": 0.05},
        "the paper's rule",
    ),
    AttributeInfo(
        "strength",
        "Strength",
        "plays weaker moves",
        "plays stronger moves",
        "How much of the winning chances its moves keep.",
        -0.05,
        0.01,
        {"king_danger": 0.0, "strength": 1.0},
        "regression",
        120.0,
    ),
)


def tiny_model(seed: int = 0) -> StyleModel:
    """Return a randomly initialised model whose styles differ, with a win/draw/loss head."""
    torch.manual_seed(seed)
    backbone = Backbone(TINY_BACKBONE)
    model = StyleModel(backbone.eval(), MHRConfig(modules=4, heads=2, rank=2))
    with torch.no_grad():
        for adapter in adapters(model.backbone):
            adapter.b.normal_(std=3.0)
        # A fresh head hardly prefers any move; this one has opinions, and styles change them.
        model.backbone.policy.planes.weight.mul_(20)
    return model


def tiny_space(seed: int = 0) -> StyleSpace:
    """Return a style space of a dozen players that fits ``tiny_model``."""
    random = np.random.default_rng(seed)
    z = random.normal(size=(len(TINY_PLAYERS), 2, 4)).astype(np.float32)
    deltas = {
        attribute.key: random.normal(size=(2, 4)).astype(np.float32)
        for attribute in TINY_ATTRIBUTES
    }
    return StyleSpace(z, TINY_PLAYERS, TINY_ATTRIBUTES, deltas)


def tiny_habits() -> HabitTable:
    """Return made-up habits of the tiny space's players, for the tiny model's backbone."""
    fingerprint = backbone_fingerprint(tiny_model().plain_backbone())
    rows = {
        player.name: habits(king_danger=player.attributes["king_danger"] * SPREAD)
        for player in TINY_PLAYERS
    }
    return table(rows, replace(scale(), backbone=fingerprint))


def tiny_intensifier() -> Intensifier:
    """Return made-up games of the tiny space's players."""
    return intensifier(
        {
            player.name: game_habits(king_danger=player.attributes["king_danger"])
            for player in TINY_PLAYERS
        }
    )


@pytest.fixture(scope="session")
def tiny_assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Assets directory with a tiny random model and a dozen styles, as the shipped files are."""
    directory = tmp_path_factory.mktemp("assets")
    save_model(directory / "model", tiny_model(), {"note": "random, for tests"})
    tiny_space().save(directory / "styles")
    tiny_habits().save(directory / "styles")
    tiny_intensifier().players.save(directory / "styles")
    tiny_intensifier().mixing.save(directory / "styles")
    return directory


@pytest.fixture
def with_tiny_assets(tiny_assets: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make ``tiny_assets`` the assets of this process during one test."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tiny_assets))
    return tiny_assets


@pytest.fixture
def with_tiny_backbone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the small preset be a network that a test trains in a moment."""
    monkeypatch.setitem(BACKBONE_PRESETS, "small", TINY_BACKBONE)
