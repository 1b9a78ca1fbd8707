"""Targets and tables of a report as HTML; all text in it is escaped."""

from collections.abc import Iterable, Sequence
from html import escape

from engine.evaluation.experiment import Table, Target
from engine.evaluation.report.wording import cell_text, goal_text, measured_text, verdict_text
from engine.evaluation.targets import reference

_MARKS = {"met": "✓", "missed": "✗", "not measured": "–"}


def headline(targets: Sequence[Target]) -> str:
    """Return how many targets are met, in a sentence."""
    verdicts = [verdict_text(target) for target in targets]
    met, missed = verdicts.count("met"), verdicts.count("missed")
    unknown = verdicts.count("not measured")
    words = f"{met} of {len(targets)} targets are met, {missed} missed"
    return f"{words}, {unknown} not measured." if unknown else f"{words}."


def targets_html(targets: Iterable[Target]) -> str:
    """Return a table of what was aimed at and what was reached."""
    rows = "".join(_target_row(target) for target in targets)
    head = "".join(f"<th scope=col>{name}</th>" for name in ("", "Aim", "Measured", "Verdict"))
    return f"<table class=model-targets><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def table_html(table: Table) -> str:
    """Return a table of figures."""
    head = "".join(f"<th scope=col>{escape(column)}</th>" for column in table.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell_text(cell))}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    note = f"<p>{escape(table.note)}</p>" if table.note else ""
    return (
        f"<div class=model-table><h5>{escape(table.title)}</h5><div class=scroll><table>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{note}</div>"
    )


def paragraph_html(text: str) -> str:
    """Return a paragraph."""
    return f"<p class=model-words>{escape(text)}</p>"


def _target_row(target: Target) -> str:
    verdict = verdict_text(target)
    unit = f" {target.unit}" if target.unit and target.measured is not None else ""
    measured = "" if target.measured is None else measured_text(target.measured)
    small = [text for text in (target.note, _others(target)) if text]
    notes = "".join(f"<small>{escape(text)}</small>" for text in small)
    return (
        f"<tr class={verdict.split()[0]}><th scope=row>{escape(target.what)}{notes}</th>"
        f"<td data-name=Aim>{escape(goal_text(target))}</td>"
        f"<td data-name=Measured>{escape(measured + unit)}</td>"
        f"<td data-name=Verdict><span class=verdict>{_MARKS[verdict]} {verdict}</span></td></tr>"
    )


def _others(target: Target) -> str:
    others = reference(target)
    return f"Others: {others}." if others else ""
