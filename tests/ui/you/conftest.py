"""The You page in Streamlit's own test runner."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.you.visit import TIMEOUT, session


def app() -> None:
    from ui.you.page import you_page

    you_page()


@pytest.fixture
def page(with_tiny_assets: Path) -> Iterator[AppTest]:
    test = AppTest.from_function(app, default_timeout=TIMEOUT).run()
    assert not test.exception
    yield test
    now = session(test)
    for job in (now.reading, now.fitting, now.looking):
        if job is not None:
            job.cancel()
