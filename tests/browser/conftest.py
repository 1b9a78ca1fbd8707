"""A served app and the Play page in a browser."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from engine.analysis.projection import compute_projection, save_projection
from engine.style.space import StyleSpace
from tests.browser.driver import CHECKOUT, Table, Wire, free_port, serving
from tests.ui.explore_assets import make_explore_assets


@pytest.fixture(scope="session")
def assets_to_serve(tiny_assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny model and styles with the shipped openings."""
    directory = tmp_path_factory.mktemp("served") / "assets"
    shutil.copytree(tiny_assets, directory)
    shutil.copy(CHECKOUT / "assets" / "openings.tsv", directory)
    return directory


@pytest.fixture(scope="session")
def app_address(assets_to_serve: Path) -> Iterator[str]:
    with serving(assets_to_serve, free_port()) as address:
        yield address


@pytest.fixture(scope="session")
def whole_address(tiny_assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an app all of whose pages have something to show."""
    directory = make_explore_assets(tiny_assets, tmp_path_factory.mktemp("whole") / "assets")
    save_projection(directory / "styles", compute_projection(StyleSpace.load(directory / "styles")))
    with serving(directory, free_port()) as address:
        yield address


@pytest.fixture
def table(new_page: Callable[..., Page], app_address: str) -> Table:
    return Table(new_page(), app_address)


@pytest.fixture
def wire(table: Table) -> Iterator[Wire]:
    """Hold the connection of the table's page."""
    yield Wire(table.page)
    table.page.close()  # there is no way to let go of a page's connections again


@pytest.fixture
def phone(new_page: Callable[..., Page], app_address: str) -> Table:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    return Table(page, app_address)
