"""The boards and tables of a match as HTML; all text in it is escaped."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

import chess

from engine.attributes.figure_registry import BY_KEY
from engine.evaluation.matches.standings import PairResult, Standings
from engine.style.recipe_parser import parse_recipe
from ui.board.drawing import draw_board
from ui.shared.opponent import short_name
from ui.shared.text import minus

FIGURES = (
    "sound_sacrifices",
    "pawn_storms",
    "checks",
    "captures",
    "queens_off_20",
    "castled_15",
    "castled_long",
    "king_danger",
    "pawn_moves",
    "length",
)
RESULTS = ("1–0", "½–½", "0–1")


def labels_of(names: Sequence[str]) -> dict[str, str]:
    """Return a short name for each recipe, the whole recipe where two would be the same."""
    short = {name: _short(name) for name in names}
    counted = list(short.values())
    return {name: text if counted.count(text) == 1 else name for name, text in short.items()}


def _short(name: str) -> str:
    recipe = parse_recipe(name)
    words = short_name(recipe)
    return words if recipe.elo is None else f"{words} {recipe.elo}"


def game_address(recipe: str, moves: Sequence[chess.Move], person: chess.Color) -> str:
    """Return the address, from a page of the app, of a game on the Play board.

    Args:
        recipe: who plays against the person.
        moves: so far, from the usual position.
        person: the colour that the person takes over.
    """
    query = {"style": recipe, "moves": ".".join(move.uci() for move in moves)}
    if person == chess.BLACK:
        query["side"] = "black"
    return f"./?{urlencode(query)}"


def board_html(
    white: str, black: str, opening: str, moves: Sequence[chess.Move], labels: Mapping[str, str]
) -> str:
    """Return a game that goes on: the board between its players, and ways to take it over."""
    board = chess.Board()
    for move in moves:
        board.push(move)
    top = _side(black, white, moves, chess.BLACK, labels)
    bottom = _side(white, black, moves, chess.WHITE, labels)
    svg = draw_board(board, last_move=moves[-1] if moves else None)
    # Streamlit takes drawings out of HTML, but not pictures.
    picture = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    words = f"{labels[white]} against {labels[black]}"
    number = (len(moves) + 1) // 2
    return (
        f'<div class="arena-board" data-ply="{len(moves)}">'
        f'{top}<img src="{picture}" alt="{escape(words)}">{bottom}'
        f"<div class=note>{escape(opening)}, move {number}</div></div>"
    )


def _side(
    name: str,
    other: str,
    moves: Sequence[chess.Move],
    color: chess.Color,
    labels: Mapping[str, str],
) -> str:
    side = chess.COLOR_NAMES[color].capitalize()
    address = escape(game_address(other, moves, color))
    return (
        f"<div class=side><b>{escape(labels[name])}</b>"
        f'<a href="{address}">play on as {side}</a></div>'
    )


def table_html(table: Standings, labels: Mapping[str, str]) -> str:
    """Return the crosstable with ratings."""
    names = [player.name for player in table.players]
    columns = "".join(f"<th scope=col>{place}</th>" for place in range(1, len(names) + 1))
    rows = []
    for place, player in enumerate(table.players, start=1):
        cells = "".join(
            f"<td class=pair>{_pair_words(table.pair(player.name, other))}</td>" for other in names
        )
        rating = (
            f"{_whole(player.elo)} <small>{_whole(player.low)} to {_whole(player.high)}</small>"
            if player.games
            else "–"
        )
        rows.append(
            f"<tr><td>{place}</td><th scope=row>{escape(labels[player.name])}</th>"
            f"<td>{rating}</td><td>{_points(player.points)} of {player.games}</td>{cells}</tr>"
        )
    return (
        "<div class=arena-scroll><table class=arena-table><thead><tr><th></th>"
        "<th scope=col>Player</th><th scope=col>Elo <small>95&nbsp;% interval</small></th>"
        f"<th scope=col>Points</th>{columns}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        f"<div class=arena-note>{escape(_sureness(table, labels))}</div>"
    )


def _pair_words(pair: PairResult | None) -> str:
    if pair is None:
        return ""
    return f"+{pair.wins} ={pair.draws} {minus('-')}{pair.losses}"


def _whole(elo: float) -> str:
    return minus(f"{round(elo):+d}")


def _points(points: float) -> str:
    whole = f"{int(points)}" if points >= 1 or points == 0 else ""
    return whole + ("½" if points % 1 else "")


def _sureness(table: Standings, labels: Mapping[str, str]) -> str:
    words = "Elo is against the mean of these players."
    if len(table.players) >= 2 and table.pairs:
        best, second = table.players[0].name, table.players[1].name
        pair = table.pair(best, second)
        if pair is not None and pair.wins + pair.losses:
            words += (
                f" By their own games {labels[best]} is the stronger of the first two with a "
                f"likelihood of {100 * pair.superiority:.0f} %."
            )
    return words


def figures_html(
    names: Sequence[str],
    figures: Mapping[str, Mapping[str, float]],
    labels: Mapping[str, str],
    usual: Mapping[str, float],
) -> str:
    """Return what each player's games are like, one figure a row.

    Args:
        names: of the players.
        figures: of each player's games, by name and key.
        labels: what to call them.
        usual: means over real players by key; empty where they are not known.
    """
    heads = [labels[name] for name in names] + (["Real players"] if usual else [])
    head = "".join(f"<th scope=col>{escape(words)}</th>" for words in heads)
    rows = []
    for key in FIGURES:
        figure = BY_KEY[key]
        known = [figures.get(name, {}) for name in names] + ([usual] if usual else [])
        cells = "".join(f"<td>{_figure(one, key)}</td>" for one in known)
        unit = " <small>of 100 games</small>" if figure.is_share_of_games else ""
        unit = " <small>of 100 moves</small>" if figure.unit == "share of moves" else unit
        rows.append(f"<tr><th scope=row>{escape(figure.label)}{unit}</th>{cells}</tr>")
    return (
        "<div class=arena-scroll><table class=arena-table><thead><tr><th></th>"
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _figure(known: Mapping[str, float], key: str) -> str:
    return minus(BY_KEY[key].number(known[key])) if key in known else "–"


def game_row(
    white: str,
    black: str,
    result: int,
    reason: str,
    moves: Sequence[chess.Move],
    labels: Mapping[str, str],
) -> str:
    """Return a finished game as a row that opens it on the Play board."""
    opened = escape(game_address(black, moves, chess.WHITE))
    return (
        f'<a class="arena-game" href="{opened}"><b>{RESULTS[result]}</b>'
        f"<span>{escape(labels[white])} – {escape(labels[black])}</span>"
        f"<small>{escape(reason)}, {(len(moves) + 1) // 2} moves</small></a>"
    )
