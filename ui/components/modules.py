"""Components of our own: their JavaScript as modules that the browser fetches once.

Streamlit sends the JavaScript and style sheet of a component again with every rerun. So it gets a
loader of a few lines only, and the rest is served as files: native modules, each under an address
that names its content, in which the imports of other modules are rewritten to their addresses.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from ui.components.served import JAVASCRIPT, content_digest, served

STYLE_SHEET = "text/css"
_UI = Path(__file__).parents[1]
_LOADER = (Path(__file__).parent / "loader.js").read_text(encoding="utf-8")
_IMPORT = re.compile(
    r'^((?:import|export)\s+[\w$*{},\s]*?\bfrom\s*|import\s*)"(\.{1,2}/[^"]+)"', re.MULTILINE
)


class BrowserComponent:
    """A component on a page: call it where it should stand.

    Args:
        name: of the component, unique in the app.
        script: its first module, whose default export Streamlit calls with every change of data.
        styles: its style sheets, in the order in which they count.
        html: what it starts from.
        css: what counts before the style sheets are there; it travels with every rerun.
        isolate_styles: whether it stands in a shadow of its own, out of reach of the page's
            styles and of libraries that look for their elements through the document.
    """

    def __init__(
        self,
        name: str,
        script: Path,
        styles: Sequence[Path],
        *,
        html: str,
        css: str = "",
        isolate_styles: bool = True,
    ) -> None:
        self._name = name
        self._modules = module_order(script)
        self._styles = tuple(styles)
        self._mount = st.components.v2.component(
            name,
            html=html,
            # Streamlit takes a text of one line for the name of a file.
            css=f"/* {name} */\n{css}" if css else None,
            js=_LOADER,
            isolate_styles=isolate_styles,
        )

    def __call__(
        self,
        key: str,
        data: Mapping[str, Any],
        events: Mapping[str, Callable[[], None]] | None = None,
    ) -> None:
        """Draw the component.

        Args:
            key: name of the element, the same in every run.
            data: what the module gets, as plain JSON.
            events: what runs when the module sends an event, by the event's name.
        """
        callbacks: dict[str, Any] = {
            f"on_{name}_change": run for name, run in (events or {}).items()
        }
        self._mount(key=key, data={**data, "files": self._serve()}, **callbacks)

    def _serve(self) -> dict[str, Any]:
        """Return the addresses under which the app serves the component's files."""
        urls: dict[Path, str] = {}
        for path in self._modules:
            known = tuple((name, urls[imported]) for name, imported in imports(path))
            content, digest = _module(path, known)
            urls[path] = served(content, JAVASCRIPT, self._place(path), digest)
        sheets = []
        for path in self._styles:
            content, digest = _file(path)
            sheets.append(served(content, STYLE_SHEET, self._place(path), digest))
        return {"script": urls[self._modules[-1]], "styles": sheets}

    def _place(self, path: Path) -> str:
        return f"{self._name}.{path.relative_to(_UI).as_posix()}"


def event_value(key: str, event: str) -> Any:
    """Return what a component's module sent with the event that is being handled.

    Args:
        key: name of the element.
        event: its name.

    Returns:
        Anything that JSON can say, as the browser is not to be trusted; None if nothing was sent.
    """
    state = st.session_state.get(key)
    return state.get(event) if state is not None else None


def module_order(script: Path) -> tuple[Path, ...]:
    """Return a module and all that it imports, each after what it needs.

    Raises:
        ValueError: modules import each other in a circle.
    """
    order: list[Path] = []
    open_: list[Path] = []

    def visit(path: Path) -> None:
        if path in open_:
            raise ValueError(f"these modules import each other in a circle: {[*open_, path]}")
        if path in order:
            return
        open_.append(path)
        for _, imported in imports(path):
            visit(imported)
        open_.pop()
        order.append(path)

    visit(script.resolve())
    return tuple(order)


@lru_cache(maxsize=128)
def imports(path: Path) -> tuple[tuple[str, Path], ...]:
    """Return the name and the file of each module that a module imports."""
    text = path.read_text(encoding="utf-8")
    return tuple((name, (path.parent / name).resolve()) for _, name in _IMPORT.findall(text))


@lru_cache(maxsize=128)
def _module(path: Path, urls: tuple[tuple[str, str], ...]) -> tuple[bytes, str]:
    """Return a module with its imports rewritten, and the name of that content."""
    known = dict(urls)
    text = path.read_text(encoding="utf-8")
    content = _IMPORT.sub(lambda found: f'{found[1]}"{known[found[2]]}"', text).encode()
    return content, content_digest(content)


@lru_cache(maxsize=128)
def _file(path: Path) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, content_digest(content)
