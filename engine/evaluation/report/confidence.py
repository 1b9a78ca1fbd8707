"""What identification may claim, taken from what a report measured."""

from dataclasses import replace

from engine.analysis.identification import CosineRange, CosineScale, CosineStatistics
from engine.errors import StylemateError
from engine.evaluation.report.report import Report


def scale_of(report: Report) -> CosineScale:
    """Return the scale of confidence that the experiments on stylometry and consistency measured.

    Raises:
        StylemateError: the report has no stylometry.
    """
    stylometry = report.experiments.get("stylometry")
    if stylometry is None or not stylometry.data.get("scale"):
        raise StylemateError(
            "The report measured no stylometry. Run `stylemate evaluate ... --only stylometry`."
        )
    by_games = [_statistics(row) for row in stylometry.data["scale"]]
    consistency = report.experiments.get("consistency")
    if consistency is not None and "halves" in consistency.data:
        halves, styles = (
            CosineRange(**consistency.data[key]) for key in ("halves", "style_halves")
        )
        games = consistency.data["halves_games"]
        by_games = [
            replace(one, halves=halves, style_halves=styles) if one.games == games else one
            for one in by_games
        ]
    return CosineScale(tuple(by_games))


def _statistics(row: dict[str, object]) -> CosineStatistics:
    ranges = {
        key: CosineRange(**row[key])  # type: ignore[arg-type]
        for key in ("same", "strangers", "halves", "style_halves")
        if row.get(key) is not None
    }
    return CosineStatistics(**{**row, **ranges})  # type: ignore[arg-type]
