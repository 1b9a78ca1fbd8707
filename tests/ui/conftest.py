"""What all tests of pages share."""

import sys
from collections.abc import Iterator

import pytest
import streamlit as st


@pytest.fixture(scope="module", autouse=True)
def nothing_kept() -> Iterator[None]:
    """Let no file of tests find what another one loaded, or the script that it ran."""
    st.cache_resource.clear()
    main = sys.modules["__main__"]
    yield
    st.cache_resource.clear()
    # Streamlit puts the script in its place, and processes that are started look there.
    sys.modules["__main__"] = main
