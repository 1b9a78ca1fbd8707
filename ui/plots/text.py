"""Text in Plotly's figures."""


def plotly_text(text: str) -> str:
    """Return text that Plotly does not read as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
