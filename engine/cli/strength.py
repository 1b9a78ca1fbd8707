"""``stylemate strength``: measure how strong each setting plays."""

import datetime
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import progress_bar, stop_flag
from engine.errors import StylemateError
from engine.intervals import NORMAL_95

if TYPE_CHECKING:
    from engine.evaluation.matches.loop import MatchPlayer
    from engine.evaluation.matches.series import Series
    from engine.play.opponents import OpponentRegistry

GAMES_FILE = "games.pgn"


class Measure(StrEnum):
    """What the command measures."""

    LADDER = "ladder"
    BLUNDERS = "blunders"
    ENDINGS = "endings"
    STYLES = "styles"


def register(app: typer.Typer) -> None:
    """Add this module's command to the command line."""
    app.command()(strength)


def strength(
    out: Annotated[Path, typer.Argument(help="Folder of the games and the tables.")],
    measure: Annotated[
        Measure,
        typer.Option(
            help="ladder rates the settings in games; blunders counts the moves of those games "
            "that lose three pawns or more; endings has each setting mate a bare king; styles "
            "tells how much of a slider is left at chosen strengths."
        ),
    ] = Measure.LADDER,
    reference: Annotated[
        list[Path] | None,
        typer.Option(help="lc0 file of maia-1100, maia-1500 or maia-1900. May be repeated."),
    ] = None,
    stockfish: Annotated[
        Path | None,
        typer.Option(help="The Stockfish program: opponent, judge of blunders and defender."),
    ] = None,
    games: Annotated[
        int,
        typer.Option(
            min=2,
            help="Games of each rung against others, of each rung whose blunders are counted, or "
            "of each end of a slider.",
        ),
    ] = 200,
    rungs: Annotated[
        str, typer.Option(help="Only these rungs of the ladder: 0-9 or 3,7. All by default.")
    ] = "",
    slider: Annotated[
        list[str] | None, typer.Option(help="Of styles: the attribute. May be repeated.")
    ] = None,
    elo: Annotated[
        list[int] | None, typer.Option(help="Of styles: the strength. May be repeated.")
    ] = None,
    recipe: Annotated[str, typer.Option(help="The style that plays.")] = "average",
    seed: Annotated[int, typer.Option(min=0, help="Seed of openings and moves.")] = 1,
    at_once: Annotated[
        int, typer.Option(min=1, max=256, help="Games that go on side by side.")
    ] = 16,
) -> None:
    """Measure what the settings of strength are worth.

    The ladder plays against known opponents: its games are in OUT/games.pgn, its ratings in
    OUT/strength.json. The others write OUT/strength_blunders.json and so on, with what they go by
    beside them. These files go into the assets folder to be shipped. Run the same command again
    after Ctrl-C and it goes on where it was.
    """
    import torch

    from engine.play.opponents import load_registry
    from engine.play.strength.setting import RUNGS

    chosen = _numbers(rungs, len(RUNGS))
    torch.set_num_threads(1)  # the games go on in threads of their own
    if measure in (Measure.BLUNDERS, Measure.ENDINGS) and stockfish is None:
        raise StylemateError(f"--measure {measure} needs the Stockfish program: --stockfish PATH.")
    registry = load_registry()
    if measure is Measure.STYLES:
        left = _styles(registry, out, slider, elo, games, seed, at_once)
    elif measure is Measure.BLUNDERS:
        assert stockfish is not None
        left = _blunders(registry, recipe, chosen, out, stockfish, games)
    elif measure is Measure.ENDINGS:
        assert stockfish is not None
        left = _endings(registry, recipe, chosen, out, stockfish, seed, at_once)
    else:
        left = _ladder(
            registry, recipe, chosen, out, stockfish, reference or [], games, seed, at_once
        )
    if left:
        typer.echo(f"Stopped with {left} games to go. The same command goes on.", err=True)
        raise typer.Exit(130)


def _ladder(
    registry: "OpponentRegistry",
    recipe: str,
    chosen: Sequence[int],
    out: Path,
    stockfish: Path | None,
    reference: Sequence[Path],
    games: int,
    seed: int,
    at_once: int,
) -> int:
    """Play the ladder and write its table; return how many games are left."""
    from engine.evaluation.ladder import ladder
    from engine.evaluation.matches.standings import pair_results, pair_scores
    from engine.play.strength.table import STRENGTH_FILE

    networks = ladder.network_players(reference)
    own = ladder.rung_players(registry, recipe)
    with ExitStack() as seats:
        players: list[MatchPlayer] = [*own, *networks]
        for skill in ladder.SKILLS if stockfish is not None else ():
            assert stockfish is not None
            players.append(ladder.stockfish_player(stockfish, skill))
            seats.callback(players[-1].close)
        pairings = ladder.plan([player.name for player in players], chosen, games)
        series = ladder.ladder_series(players, pairings, seed, out / GAMES_FILE, at_once)
        _play(series)
    scores = pair_scores(pair_results(ladder.each_once(series.played)))
    table, rated = ladder.make_table(own, scores, registry.fingerprint, _today())
    table.save(out / STRENGTH_FILE)
    for name, one in sorted(rated.items(), key=lambda item: item[1].elo):
        typer.echo(f"{one.elo:6.0f} +-{NORMAL_95 * one.error:3.0f}  {one.games:5} games  {name}")
    typer.echo(f"Scale: {table.scale}. The table is {out / STRENGTH_FILE}.")
    return len(series.missing)


def _blunders(
    registry: "OpponentRegistry",
    recipe: str,
    chosen: Sequence[int],
    out: Path,
    stockfish: Path,
    games: int,
) -> int:
    """Count blunders in the ladder's games; return how many games are left."""
    from engine.evaluation.ladder import blunders, ladder, shipped
    from engine.evaluation.matches.record import read_record

    own = [player.name for player in ladder.rung_players(registry, recipe)]
    names = [own[rung] for rung in chosen]
    played = ladder.each_once(read_record(out / GAMES_FILE, ladder.EVENT))
    if not played:
        raise StylemateError(
            f"There are no games of a ladder in {out / GAMES_FILE}: play it first."
        )
    looked_at = blunders.chosen_games(played, names, games)
    plies = max(ladder.BOOK_LINE_PLIES)
    with stop_flag() as is_stopped, progress_bar("Judging", len(looked_at)) as bar:
        record = out / "blunders.jsonl"
        known = blunders.judge_games(looked_at, plies, stockfish, record, is_stopped, bar.add)
    rates = blunders.blunder_rates(names, known)
    rows = [asdict(rate) for rate in rates]
    shipped.save_rows(out / shipped.BLUNDERS_FILE, rows, registry.fingerprint, _today())
    typer.echo(
        f"Moves that lose {blunders.LOSS / 100:g} pawns or more of 100, by Stockfish at depth "
        f"{blunders.DEPTH}, worths held within {blunders.DECIDED / 100:g} pawns:"
    )
    for rate in rates:
        typer.echo(
            f"{rate.rate:6.2f} ({rate.low:.2f} to {rate.high:.2f})  {rate.games:4} games  "
            f"{rate.moves:6} moves  {rate.player}"
        )
    return len(looked_at) - len({row.game for row in known})


def _endings(
    registry: "OpponentRegistry",
    recipe: str,
    chosen: Sequence[int],
    out: Path,
    stockfish: Path,
    seed: int,
    at_once: int,
) -> int:
    """Have settings mate a bare king; return how many games are left."""
    from engine.evaluation.ladder import endings, ladder, shipped
    from engine.evaluation.matches.programs import program_at_depth

    own = ladder.rung_players(registry, recipe)
    players = [own[rung] for rung in chosen]
    name = f"Stockfish depth {endings.DEFENDER_DEPTH}"
    defender = program_at_depth(stockfish, name, endings.DEFENDER_DEPTH)
    with closing(defender):
        record = out / "endings.pgn"
        series = endings.endings_series(players, defender, seed, record, at_once)
        _play(series)
    found = endings.ending_results([player.name for player in players], series.played)
    rows = [result.as_json() for result in found]
    shipped.save_rows(out / shipped.ENDINGS_FILE, rows, registry.fingerprint, _today())
    for result in found:
        others = ", ".join(f"{count} {reason}" for reason, count in result.otherwise.items())
        moves = "" if result.moves is None else f" in {result.moves:.0f} moves"
        typer.echo(
            f"{result.ending:14} {result.mates:2} of {result.games} mated{moves}"
            f"{' (' + others + ')' if others else ''}  {result.player}"
        )
    return len(series.missing)


def _styles(
    registry: "OpponentRegistry",
    out: Path,
    sliders: Sequence[str] | None,
    strengths: Sequence[int] | None,
    games: int,
    seed: int,
    at_once: int,
) -> int:
    """Measure sliders at strengths; return how many games are left."""
    from engine.evaluation.ladder import shipped, styles

    keys, elos = tuple(sliders or styles.SLIDERS), tuple(strengths or styles.STRENGTHS)
    record = out / "styles.pgn"
    series = styles.styles_series(registry, keys, elos, games, seed, record, at_once)
    _play(series)
    found = styles.slider_forces(registry, keys, elos, series.played)
    rows = [force.as_json() for force in found]
    shipped.save_rows(out / shipped.STYLE_RATINGS_FILE, rows, registry.fingerprint, _today())
    for force in found:
        typer.echo(styles.in_words(force))
    return len(series.missing)


def _today() -> datetime.date:
    return datetime.date.today()


def _play(series: "Series") -> None:
    """Play what is missing, with a bar."""
    total = len(series.schedule)
    with stop_flag() as is_stopped, progress_bar("Playing", total) as bar:
        bar.add(total - len(series.missing))
        series.play(is_stopped=is_stopped, ended=lambda game: bar.add(1))


def _numbers(text: str, count: int) -> list[int]:
    """Return the numbers that ``0-9`` or ``3,7`` names; all below ``count`` if it is empty."""
    if not text:
        return list(range(count))
    found: set[int] = set()
    try:
        for part in text.split(","):
            first, _, last = part.partition("-")
            found |= set(range(int(first), int(last or first) + 1))
    except ValueError:
        raise StylemateError(f"--rungs wants numbers such as 0-9 or 3,7, not {text!r}.") from None
    if not found or min(found) < 0 or max(found) >= count:
        raise StylemateError(f"There are rungs 0 to {count - 1}, not {text!r}.")
    return sorted(found)
