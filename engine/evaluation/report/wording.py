"""Figures as people read them: the same in the report and on the Model page."""

import math

from engine.evaluation.experiment import Cell, Estimate, Target
from engine.evaluation.targets import is_limit

MISSING = "–"


def number_text(value: float) -> str:
    """Return a number with as many digits as say something."""
    if not math.isfinite(value):
        return MISSING
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    if abs(value) >= 1:
        return f"{value:.2f}"
    if abs(value) >= 0.001:
        return f"{value:.3f}"
    return f"{value:.1e}"


def estimate_text(estimate: Estimate) -> str:
    """Return a figure with its interval: ``43.3 (42.1 to 44.5)``."""
    if not (math.isfinite(estimate.low) and math.isfinite(estimate.high)):
        return number_text(estimate.value)
    # Both ends with the digits of the figure, or they seem more exact than it is.
    ends = [_like(end, estimate.value) for end in (estimate.low, estimate.high)]
    return f"{_like(estimate.value, estimate.value)} ({ends[0]} to {ends[1]})"


def cell_text(cell: Cell) -> str:
    """Return a table's cell."""
    if cell is None:
        return MISSING
    if isinstance(cell, str):
        return cell
    return measured_text(cell)


def measured_text(measured: Estimate | float) -> str:
    """Return a figure, with its interval if it has one."""
    return estimate_text(measured) if isinstance(measured, Estimate) else number_text(measured)


def goal_text(target: Target) -> str:
    """Return what was aimed at: ``at least 48 %``."""
    word = "at most" if is_limit(target) else "at least"
    return f"{word} {target.goal:g} {target.unit}".rstrip()


def verdict_text(target: Target) -> str:
    """Return ``met``, ``missed`` or ``not measured``."""
    if target.measured is None:
        return "not measured"
    return "met" if target.met else "missed"


def _like(value: float, measure: float) -> str:
    size = abs(measure)
    decimals = 0 if size >= 1000 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value:,.{decimals}f}"
