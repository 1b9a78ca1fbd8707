"""The rooms and who may import whom, as a table.

Reads the import statements with ``ast``, those inside functions included, so nothing has to be
imported and nothing hides.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]

# What pages of the app may know of the engine, and the components that they are made of.
ENGINE = {
    "engine.errors",
    "engine.files",
    "engine.assets",
    "engine.position",
    "engine.style",
    "engine.games",
    "engine.attributes",
    "engine.training",
    "engine.play",
    "engine.analysis",
    "engine.evaluation",
}
COMPONENTS = {
    "ui.plots",
    "ui.board",
    "ui.moves",
    "ui.stylemap",
    "ui.address",
    "ui.memory",
    "ui.preferences",
}

# room -> rooms it may import.
# No page knows another, and no component a page. A line missing here is a room that nobody
# decided on.
ALLOWED: dict[str, set[str]] = {
    "engine.errors": set(),
    "engine.progress": set(),
    "engine.version": set(),
    "engine.intervals": set(),
    "engine.files": {"engine.errors"},
    "engine.assets": {"engine.errors"},
    "engine.position": {"engine.errors"},
    "engine.games": {
        "engine.errors",
        "engine.files",
        "engine.progress",
        "engine.version",
        "engine.position",
    },
    "engine.attributes": {"engine.errors", "engine.files", "engine.assets", "engine.position"},
    "engine.model": {"engine.errors", "engine.files", "engine.position"},
    "engine.style": {
        "engine.errors",
        "engine.progress",
        "engine.intervals",
        "engine.files",
        "engine.assets",
        "engine.position",
        "engine.model",
        "engine.games",
        "engine.attributes",
    },
    "engine.training": {
        "engine.errors",
        "engine.version",
        "engine.progress",
        "engine.files",
        "engine.assets",
        "engine.position",
        "engine.model",
        "engine.style",
        "engine.games",
        "engine.attributes",
        "engine.play",
    },
    "engine.play": {
        "engine.errors",
        "engine.version",
        "engine.progress",
        "engine.files",
        "engine.assets",
        "engine.position",
        "engine.model",
        "engine.style",
        "engine.attributes",
    },
    "engine.analysis": {
        "engine.errors",
        "engine.files",
        "engine.assets",
        "engine.position",
        "engine.model",
        "engine.style",
        "engine.games",
        "engine.attributes",
        "engine.play",
    },
    "engine.evaluation": {
        "engine.errors",
        "engine.progress",
        "engine.intervals",
        "engine.files",
        "engine.assets",
        "engine.position",
        "engine.model",
        "engine.style",
        "engine.games",
        "engine.attributes",
        "engine.training",
        "engine.play",
        "engine.analysis",
    },
    "engine.pipeline": {
        "engine.errors",
        "engine.files",
        "engine.assets",
        "engine.attributes",
        "engine.style",
        "engine.training",
        "engine.analysis",
        "engine.evaluation",
    },
    "engine.serve": {"engine.errors", "engine.position", "engine.style", "engine.play"},
    "engine.cluster": {
        "engine.errors",
        "engine.assets",
        "engine.games",
        "engine.style",
        "engine.training",
        "engine.play",
        "engine.serve",
    },
    "engine.cli": {
        "engine.errors",
        "engine.version",
        "engine.intervals",
        "engine.files",
        "engine.assets",
        "engine.position",
        "engine.model",
        "engine.style",
        "engine.games",
        "engine.attributes",
        "engine.training",
        "engine.play",
        "engine.analysis",
        "engine.evaluation",
        "engine.pipeline",
        "engine.serve",
        "engine.cluster",
    },
    "engine.launch": {"engine.cli", "engine.play"},
    "ui.plots": {"ui.components"},
    "ui.components": set(),
    "ui.address": {"ui.components"},
    "ui.memory": {"ui.components"},
    "ui.preferences": {"ui.components"},
    "ui.board": {"ui.components"},
    "ui.moves": {"ui.components"},
    "ui.stylemap": {"ui.components", "ui.plots"},
    "ui.shared": ENGINE | COMPONENTS,
    "ui.openings": ENGINE | {"ui.shared"},
    "ui.play": ENGINE | COMPONENTS | {"ui.shared", "ui.openings"},
    "ui.review": ENGINE | COMPONENTS | {"ui.shared"},
    "ui.quiz": ENGINE | COMPONENTS | {"ui.shared"},
    "ui.explore": ENGINE | COMPONENTS | {"ui.shared"},
    "ui.steer": ENGINE | COMPONENTS | {"ui.shared", "ui.components"},  # its dial is one
    "ui.you": ENGINE | COMPONENTS | {"ui.shared"},
    "ui.model": ENGINE | COMPONENTS | {"ui.shared"},
    "ui.arena": ENGINE | COMPONENTS | {"ui.shared"},
    "ui.server": set(),
    "ui.app": {
        "ui.server",
        "ui.shared",
        "ui.play",
        "ui.review",
        "ui.quiz",
        "ui.explore",
        "ui.steer",
        "ui.arena",
        "ui.you",
        "ui.model",
    },
}

FORBIDDEN_OUTSIDE: dict[str, set[str]] = {
    "engine": {"streamlit", "ui", "tests"},
    "ui": {"torch", "engine.model", "tests"},
}


def module_name(path: Path) -> str:
    """Return the dotted name of the module in ``path``."""
    parts = path.relative_to(CHECKOUT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """Return the room that ``module`` belongs to: ``engine`` or ``ui``, and one name."""
    return ".".join(module.split(".")[:2])


def imports(source: str, module: str, is_package: bool = False) -> Iterator[str]:
    """Yield the dotted name of everything that ``source`` imports.

    ``from package import name`` yields ``package.name``: whether a name is a module or a thing
    in one makes no difference to the room.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                parts = parts[: len(parts) - node.level + int(is_package)]
                base = ".".join([*parts, base] if base else parts)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def starts_with(module: str, prefix: str) -> bool:
    return module == prefix or module.startswith(prefix + ".")


def violations(module: str, imported: str) -> Iterator[str]:
    """Yield what is wrong with ``module`` importing ``imported``."""
    for forbidden in FORBIDDEN_OUTSIDE[module.split(".")[0]]:
        if starts_with(imported, forbidden):
            yield f"{module} imports {imported}: {forbidden} is not for it"
    if imported.split(".")[0] in ("engine", "ui"):
        room, other = room_of(module), room_of(imported)
        if room != other and other not in ALLOWED[room]:
            yield f"{module} imports {imported}: {room} may not know {other}"


SOURCES = sorted(path for room in ("engine", "ui") for path in (CHECKOUT / room).rglob("*.py"))


def test_every_import_points_the_allowed_way() -> None:
    found = [
        fault
        for path in SOURCES
        for name in [module_name(path)]
        if name not in ("engine", "ui")
        for imported in imports(path.read_text("utf-8"), name, path.name == "__init__.py")
        for fault in violations(name, imported)
    ]
    assert not found, "\n".join(found)


def test_every_room_is_in_the_table() -> None:
    rooms = {room_of(module_name(path)) for path in SOURCES} - {"engine", "ui"}
    assert rooms == set(ALLOWED)


def test_the_table_has_no_circles() -> None:
    settled: set[str] = set()
    while len(settled) < len(ALLOWED):
        ready = {room for room, needs in ALLOWED.items() if needs <= settled} - settled
        assert ready, f"these import each other in a circle: {set(ALLOWED) - settled}"
        settled |= ready


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("engine.play.bot", "import streamlit as st"),
        ("engine.position.moves", "def late():\n    from engine.model import backbone"),
        ("engine.games.store", "from ..model import backbone"),
        ("engine.model.backbone", "from engine import training"),
        ("engine.style.space", "from ui.pages import play"),
        ("ui.explore.page", "from ui.play.session import current_session"),
        ("ui.board.board", "from ui.play.page import play_page"),
        ("ui.shared.handover", "from ui.play import session"),
        ("ui.app", "import torch.nn"),
        ("ui.app", "from engine.model.checkpoint import load_model"),
        ("ui.app", "from tests import requirements"),
    ],
)
def test_a_wrong_import_is_noticed(module: str, source: str) -> None:
    assert [fault for name in imports(source, module) for fault in violations(module, name)]
