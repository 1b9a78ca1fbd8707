"""How components' modules are found and rewritten."""

import re
from pathlib import Path

import pytest

from ui.components.modules import _module, imports, module_order

UI = Path(__file__).resolve().parents[2] / "ui"
BOARD = UI / "board" / "board.js"
CONTROL = re.compile(r"<(button|input|select|textarea)\b")


def write(folder: Path, **modules: str) -> None:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text, "utf-8")


def test_modules_come_after_what_they_need(tmp_path: Path) -> None:
    write(
        tmp_path,
        a='import {\n  one,\n} from "./b.js";\nimport "./c.js";\nexport default one;\n',
        b='import { two } from "./c.js";\nexport const one = two;\n',
        c="export const two = 2;\n",
    )
    order = module_order(tmp_path / "a.js")
    assert [path.stem for path in order] == ["c", "b", "a"]


def test_imports_become_addresses_and_nothing_else_changes(tmp_path: Path) -> None:
    text = (
        '// import { x } from "./b.js"\nimport { x } from "./b.js";\n'
        '/** @type {import("./b.js").T} */\nexport const y = `${x} from "./b.js"`;\n'
    )
    write(tmp_path, a=text, b="export const x = 1;\n")
    ((name, path),) = imports(tmp_path / "a.js")
    assert (name, path) == ("./b.js", tmp_path / "b.js")
    content, _ = _module(tmp_path / "a.js", (("./b.js", "/media/1.js"),))
    assert content.decode() == text.replace(
        '\nimport { x } from "./b.js"', '\nimport { x } from "/media/1.js"'
    )


def test_circles_are_refused(tmp_path: Path) -> None:
    write(tmp_path, a='import "./b.js";\n', b='import "./a.js";\n')
    with pytest.raises(ValueError, match="circle"):
        module_order(tmp_path / "a.js")


def test_the_board_needs_no_file_from_elsewhere() -> None:
    assert {path.suffix for path in module_order(BOARD)} == {".js"}
    assert all("://" not in name for path in module_order(BOARD) for name, _ in imports(path))


def test_controls_that_are_there_before_their_script_take_no_click() -> None:
    pages = [text for path in UI.rglob("*.html") if CONTROL.search(text := path.read_text("utf-8"))]
    assert pages
    assert all(re.match(r"<\w+ [^>]*\binert>", text) for text in pages)
