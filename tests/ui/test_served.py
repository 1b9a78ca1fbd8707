"""How Streamlit is set up for the app, however it is started."""

import subprocess
import sys
from pathlib import Path

import pytest

import engine.cli

APP = Path(__file__).resolve().parents[2] / "ui" / "app.py"
SHOW_OPTION = """
import sys
from streamlit import config
from streamlit.web import bootstrap, cli

bootstrap.run = lambda *_args, **_more: print(sys.argv[1], config.get_option(sys.argv[1]))
cli.main(sys.argv[2:])
"""


def by_the_command() -> list[str]:
    command = engine.cli.streamlit_command(APP, "localhost", 8501, browser=False)
    return command[command.index("run") :]


@pytest.mark.parametrize("start", [by_the_command(), ["run", str(APP)]], ids=["ours", "streamlit"])
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("runner.postScriptGC", False),
        ("browser.gatherUsageStats", False),
        ("client.showErrorDetails", "none"),
    ],
)
def test_streamlit_is_told(tmp_path: Path, start: list[str], option: str, value: object) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", SHOW_OPTION, option, *start],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.splitlines()[-1] == f"{option} {value}"
