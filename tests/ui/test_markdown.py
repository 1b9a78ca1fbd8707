"""Text of people is shown as text: never as a picture, a link, or anything else of Markdown."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.shared.markdown import plain

UI = Path(__file__).resolve().parents[2] / "ui"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tal, Mikhail (b. 1936) & 'Co'", "Tal, Mikhail (b. 1936) & 'Co'"),
        ("![p](x) <b> *a* _b_ `c` $d$", r"\!\[p\](x) \<b\> \*a\* \_b\_ \`c\` \$d\$"),
        ("# a\n\n- b", r"\# a - b"),
        ("- a", r"\- a"),
        ("1. a", r"1\. a"),
        ("12) a", r"12\) a"),
        ("http://a.example", "http\\://\u2060a.example"),
        ("WWW.a.example", "WWW\u2060.a.example"),
        ("me@a.example", "me@\u2060a.example"),
        (":material/close: :red[x]", "\\:\u2060material/close\\: \\:red\\[x\\]"),
        (":smile:", "\\:\u2060smile\\:"),
    ],
)
def test_markdown_finds_nothing(text: str, expected: str) -> None:
    assert plain(text) == expected


# ---- every place that shows Markdown ----

SHOWS_MARKDOWN = {
    *("warning", "error", "info", "success", "toast", "markdown", "caption", "progress"),
    *("title", "header", "subheader", "expander", "tabs", "spinner", "status", "popover"),
    *("metric", "dialog", "button", "download_button", "link_button", "toggle", "checkbox"),
    *("slider", "select_slider", "selectbox", "multiselect", "radio", "pills"),
    *("segmented_control", "text_input", "text_area", "number_input", "date_input"),
    *("file_uploader", "chat_message", "write"),
}
MARKDOWN_ARGUMENTS = {"label", "body", "text", "help"}
OF_PEOPLE = re.compile(
    r"(?<!\w)(?!cancel_)\w*(name|error|problem|title|recipe|heading|reason|note|suggestion|player|opponent"
    r"|describe)(?!\w)"
)


def shown_as_markdown(source: str) -> Iterator[ast.expr]:
    """Yield the arguments that Streamlit reads as Markdown."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr in SHOWS_MARKDOWN and ast.unparse(call.func.value) != "_log":
            yield from call.args[:1]
            yield from (word.value for word in call.keywords if word.arg in MARKDOWN_ARGUMENTS)


def raw_text_of_people(shown: ast.AST) -> list[str]:
    """Return what is shown unescaped though it sounds like something that a person wrote."""
    if isinstance(shown, ast.Call) and ast.unparse(shown.func) in ("plain", "len"):
        return []
    if isinstance(shown, ast.FormattedValue) and shown.format_spec is not None:
        return []  # a number
    if isinstance(shown, ast.Name | ast.Attribute):
        words = shown.id if isinstance(shown, ast.Name) else shown.attr
        return [words] if OF_PEOPLE.search(words) else []
    return [found for child in ast.iter_child_nodes(shown) for found in raw_text_of_people(child)]


def test_no_page_shows_raw_text_of_people() -> None:
    faults = [
        f"{path.relative_to(UI.parent)}:{shown.lineno}: wrap in plain(): {', '.join(found)}"
        for path in sorted(UI.rglob("*.py"))
        if path != UI / "markdown.py"
        for shown in shown_as_markdown(path.read_text("utf-8"))
        if (found := raw_text_of_people(shown))
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "source",
    [
        "st.warning(problem, icon=':material/info:')",
        "st.error(str(error))",
        "st.error(f'**It failed.** {error}')",
        "st.button(f'Use {error.suggestion}')",
        "column.markdown(f'**Steer {short_name(recipe)}**')",
        "st.slider('Share', help=f'of {component.name}')",
        "bar.progress(0.5, text=job.note)",
        "st.caption(describe_opponent(opponent))",
    ],
)
def test_raw_text_is_noticed(source: str) -> None:
    assert any(raw_text_of_people(shown) for shown in shown_as_markdown(source))


@pytest.mark.parametrize(
    "source", ["st.error(plain(str(error)))", "st.caption(f'{style.rating_of_player:,} games')"]
)
def test_escaped_text_is_left_alone(source: str) -> None:
    assert not any(raw_text_of_people(shown) for shown in shown_as_markdown(source))
