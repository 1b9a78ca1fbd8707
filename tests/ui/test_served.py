"""How Streamlit is set up for the app, however it is started."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit import net_util
from streamlit.testing.v1 import AppTest
from streamlit.web.server.server_util import is_url_from_allowed_origins

import engine.cli

APP = Path(__file__).resolve().parents[2] / "ui" / "app.py"
OPTIONS = {
    "runner.postScriptGC": False,
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
}
SHOW_OPTIONS = """
import json
import sys
from streamlit import config
from streamlit.web import bootstrap, cli

names = json.loads(sys.argv[1])
bootstrap.run = lambda *_args, **_more: print(json.dumps([config.get_option(n) for n in names]))
cli.main(sys.argv[2:])
"""


def by_the_command() -> list[str]:
    command = engine.cli.streamlit_command(APP, "localhost", 8501, browser=False)
    return command[command.index("run") :]


@pytest.mark.parametrize("start", [by_the_command(), ["run", str(APP)]], ids=["ours", "streamlit"])
def test_streamlit_is_told(tmp_path: Path, start: list[str]) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", SHOW_OPTIONS, json.dumps(list(OPTIONS)), *start],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(asked.stdout.splitlines()[-1]) == list(OPTIONS.values())


ASK_FOR_ORIGIN = """
import runpy
from streamlit import net_util
from streamlit.web import bootstrap
from streamlit.web.server.server_util import is_url_from_allowed_origins

def ask(url, timeout):
    raise SystemExit(f"asked {url}")

net_util._make_blocking_http_get = ask
bootstrap.run = lambda *_args, **_more: print(is_url_from_allowed_origins("http://x.example"))
runpy.run_module("ui.server", run_name="__main__")
"""


def test_a_page_of_another_origin_makes_no_call_to_the_outside(
    monkeypatch: pytest.MonkeyPatch, with_tiny_assets: Path
) -> None:
    asked: list[str] = []

    def get(url: str, timeout: float) -> None:
        asked.append(url)

    monkeypatch.setattr(net_util, "_make_blocking_http_get", get)
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)  # undone at the end
    AppTest.from_file(str(APP), default_timeout=60).run()
    assert not is_url_from_allowed_origins("http://x.example")
    assert not asked


def test_our_server_makes_no_call_before_its_first_page(tmp_path: Path) -> None:
    command = engine.cli.streamlit_command(APP, "localhost", 8501, browser=False)
    assert command[1:3] == ["-m", "ui.server"]
    asked = subprocess.run(
        [sys.executable, "-c", ASK_FOR_ORIGIN, *command[3:]],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.splitlines()[-1] == "False"
