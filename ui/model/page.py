"""The Model page: what the model is, what was measured of it, and what it may not be used for."""

import re
from pathlib import Path

import streamlit as st

from engine.assets import REPORT_DIRECTORY, REPORT_FILE, assets_directory
from engine.errors import StylemateError
from engine.evaluation.experiment import Estimate, Plot, Result
from engine.evaluation.ladder.shipped import best_in_words, load_measured, strength_tables
from engine.evaluation.report.report import Report, Run, read_report
from engine.evaluation.report.wording import number_text
from engine.evaluation.targets import all_targets
from engine.training.few_shot_fit import FEW_GAMES
from ui.model.markup import headline, paragraph_html, table_html, targets_html
from ui.model.plots import figure_of
from ui.plots.theme import CONFIG
from ui.shared.frame import page
from ui.shared.markdown import plain
from ui.shared.opponents import shared_opponents
from ui.shared.strength import how_measured

CARD_FILE = "MODEL_CARD.md"
CHOSEN = "model_experiment"
_STYLE_SHEET = Path(__file__).parent / "model.css"
_SIZES = {
    "full": "Measured at full size.",
    "small": "Measured at the reduced size that a laptop manages: fewer players and games.",
    "smoke": "A trial run that only shows that everything works. Its figures mean nothing.",
}


@page
def model_page() -> None:
    """Draw the page."""
    st.html(_STYLE_SHEET)
    directory = assets_directory()
    report = _report_to_show(directory / REPORT_DIRECTORY)
    with st.container(key="model_page"):
        st.title("What the model can do", anchor=False)
        _draw_plain_words()
        _draw_introduction()
        if report is not None:
            _draw_targets(report)
            _draw_experiments(report)
        _draw_strength(directory)
        _draw_privacy(report)
        _draw_card(directory / CARD_FILE)


def _report_to_show(directory: Path) -> Report | None:
    path = directory / REPORT_FILE
    if not path.is_file():
        return None
    try:
        return _report(directory, path.stat().st_mtime_ns)
    except StylemateError as error:
        st.error(
            f"**The measurements cannot be shown.** {plain(str(error))}", icon=":material/error:"
        )
        return None


@st.cache_resource(max_entries=2, show_spinner=False)
def _report(directory: Path, changed: int) -> Report:
    """Return the report; ``changed`` says which version of the file."""
    return read_report(directory)


def _draw_plain_words() -> None:
    """Say in five lines what a chess player may expect."""
    learned = shared_opponents().strength.as_learned
    level = f" As learned, it plays at about {learned.elo:.0f}." if learned is not None else ""
    st.markdown(
        f"- **It plays as people do.** It learned their moves from their games.{level}\n"
        "- **A style decides among good moves.** It shows most in how somebody opens; after the "
        "opening strong players choose nearly alike.\n"
        f"- **It can learn yours.** {FEW_GAMES} of your games are a sketch, a hundred are good.\n"
        "- **Sliders turn one habit up or down.** Beside each stands what it did in games, where "
        "that was measured.\n"
        "- **What it cannot do:** judge a position like an engine, or prove who played a game."
    )


def _draw_introduction() -> None:
    space = shared_opponents().space
    styles, (heads, modules) = len(space.population), space.shape
    st.html(
        paragraph_html(
            f"One network predicts human moves. What makes it play like one of {styles:,} players "
            f"is a style: {heads * modules} numbers that mix {modules} small skills. This page "
            "says how well that works, where it does not, and how it was measured."
        )
    )


def _draw_targets(report: Report) -> None:
    if report.model != shared_opponents().fingerprint:
        st.warning(
            "These measurements were made on another version of the model than the one that "
            "plays here.",
            icon=":material/warning:",
        )
    targets = all_targets(report.experiments.values())
    st.header("Aims and what was reached", anchor=False)
    st.html(paragraph_html(headline(targets)))
    st.html(targets_html(targets))
    st.caption(
        "In brackets: if other players had been measured, 95 times in 100 the figure would have "
        "come out within these ends."
    )


def _draw_experiments(report: Report) -> None:
    st.header("Experiments", anchor=False)
    names = list(report.experiments)
    if names:
        chosen = st.pills(
            "Experiment",
            names,
            format_func=lambda name: plain(report.experiments[name].title),
            default=names[0],
            key=CHOSEN,
            label_visibility="collapsed",
        )
        name = chosen if chosen is not None and chosen in report.experiments else names[0]
        _draw_result(name, report.experiments[name], report.runs[name])
    for name, reason in report.failures.items():
        st.warning(plain(f"{name.replace('_', ' ')} could not be measured. {reason}"))


def _draw_result(name: str, result: Result, run: Run) -> None:
    st.html(paragraph_html(result.words))
    wide = [plot for plot in result.plots if plot.kind == "heatmap"]
    narrow = [plot for plot in result.plots if plot.kind != "heatmap"]
    for first in range(0, len(narrow), 2):
        for column, plot in zip(
            st.columns(2, gap="large"), narrow[first : first + 2], strict=False
        ):
            with column:
                _draw_plot(plot, f"model_{name}_{narrow.index(plot)}")
    for plot in wide:
        _draw_plot(plot, f"model_{name}_wide_{wide.index(plot)}")
    if result.tables:
        with st.expander("All numbers"):
            st.html("".join(table_html(table) for table in result.tables))
    with st.expander("How it was measured"):
        st.html(paragraph_html(_SIZES[run.size]))
        st.code(run.command, language=None, wrap_lines=True)
        machine = ", ".join(str(part) for part in run.machine.values() if part)
        st.caption(plain(f"Seed {run.seed}, {run.made}, {run.seconds:,.0f} seconds on {machine}."))
        if result.settings:
            st.json(result.settings, expanded=False)


def _draw_plot(plot: Plot, key: str) -> None:
    st.markdown(f"**{plain(plot.title)}**")
    st.plotly_chart(figure_of(plot), key=key, config=CONFIG)


def _draw_strength(directory: Path) -> None:
    """Say what chosen strengths are worth, if that was measured with the model that plays here."""
    table = shared_opponents().strength
    try:
        measured = load_measured(directory, shared_opponents().fingerprint)
    except StylemateError as error:
        st.error(
            f"**What strengths are worth cannot be shown.** {plain(str(error))}",
            icon=":material/error:",
        )
        return
    tables = strength_tables(table, measured)
    if not tables:
        return
    st.header("How strong it plays", anchor=False)
    st.html(paragraph_html(f"{how_measured(table)} {best_in_words(table)}"))
    with st.expander("Ratings, blunders, endings and sliders by strength"):
        st.html("".join(table_html(one) for one in tables))


def _draw_privacy(report: Report | None) -> None:
    st.header("A style is personal", anchor=False)
    st.html(
        paragraph_html(
            f"A style tells people apart{_found_again(report)}: who has somebody's games under "
            "another name can find them by it. Treat a style file like a fingerprint. Fit a style "
            "only to games of your own, or to games of somebody who agreed or whose games are "
            "public; do not use one to uncover an account or to accuse anybody of cheating. The "
            "shipped styles come from published games of masters, some under their online handles, "
            "and of online players by rating, without the games."
        )
    )


def _found_again(report: Report | None) -> str:
    """Return how often players were found by their style, if that was measured."""
    targets = all_targets(report.experiments.values()) if report else ()
    for target in targets:
        if target.key == "stylometry_seen_100" and target.measured is not None:
            share = target.measured
            value = share.value if isinstance(share, Estimate) else share
            return f": by 100 games, {number_text(value)} % of known players were found again"
    return ""


def _draw_card(path: Path) -> None:
    if path.is_file():
        with st.expander("Model card: data, training, limits"):
            st.markdown(_lower_headings(path.read_text(encoding="utf-8")))


def _lower_headings(text: str) -> str:
    """Return Markdown whose headings are smaller than those of a page."""
    return re.sub(r"^(#{1,4}) ", r"##\1 ", text, flags=re.MULTILINE)
