"""Programs a test needs: found, or the test is skipped with the reason.

Where ``STYLEMATE_REQUIRE_ALL=1`` is set, as on CI, a missing program fails the test instead,
so that a green run means that everything ran.
"""

import importlib.util
import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

REQUIRE_ALL_VARIABLE = "STYLEMATE_REQUIRE_ALL"

# Debian puts games where the search path of root and of many services does not look.
EXTRA_FOLDERS = ("/usr/games", "/usr/local/games")

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome")


def missing(what: str) -> NoReturn:
    """Skip a test, or a file of them, for want of ``what``; fail where nothing may be missing."""
    if os.environ.get(REQUIRE_ALL_VARIABLE) == "1":
        pytest.fail(f"{what} (and {REQUIRE_ALL_VARIABLE}=1 forbids skipping)", pytrace=False)
    pytest.skip(what, allow_module_level=True)


def find_program(*names: str) -> Path | None:
    """Return the first of these programs that is installed, or None."""
    search_path = os.pathsep.join([os.environ.get("PATH", ""), *EXTRA_FOLDERS])
    for name in names:
        found = shutil.which(name, path=search_path)
        if found:
            return Path(found)
    return None


def require_program(*names: str) -> Path:
    """Return the path of the first of these programs that is installed.

    Without any of them the test is skipped, or fails where ``STYLEMATE_REQUIRE_ALL=1``.
    """
    found = find_program(*names)
    return found if found else missing(f"needs {' or '.join(names)}; ./tests/run installs it")


def require_package(name: str) -> None:
    """Go on only where a Python package is installed that some systems cannot have."""
    if importlib.util.find_spec(name) is None:
        missing(f"needs the Python package {name}; ./tests/run installs it")


def require_browser() -> Path:
    """Return the path of a Chromium, the system's own or the one that Playwright keeps."""
    return find_program(*BROWSER_NAMES) or _playwright_browser() or require_program("chromium")


def _playwright_browser() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None
