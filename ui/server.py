"""Streamlit as the app's server: ``python -m ui.server run APP``, with Streamlit's own options.

To tell whether a web page of another origin may talk to the app, Streamlit asks a host on the
Internet for this machine's address. Stylemate calls nobody by itself, so it is not asked, and such
pages are refused as before.
"""

from streamlit import net_util
from streamlit.web import cli


def ask_no_host_for_our_address() -> None:
    """Keep Streamlit from looking this machine's address up on the Internet."""
    net_util.get_external_ip = _unknown


def _unknown() -> None:
    return None


if __name__ == "__main__":
    ask_no_host_for_our_address()
    cli.main(prog_name="streamlit")
