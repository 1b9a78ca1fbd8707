"""What of the opponent's style shows in the game: worked out once a move, and drawn."""

import chess
import streamlit as st

from engine.analysis.style_in_game import StyleMove, style_moves
from engine.style.recipe import AVERAGE, Recipe
from ui.play.state import PlaySession
from ui.shared import game as games
from ui.shared.measures import slider_games
from ui.shared.opponent import name_beside_others
from ui.shared.opponents import opponents
from ui.shared.style_card import Side, card_html, own_move_words


def shown_moves(session: PlaySession) -> list[StyleMove]:
    """Return what of the opponent's style shows in its moves of this game, remembered.

    Empty where the opponent is the average player, whom everybody is held against. Moves that
    another opponent made in this game are left out.

    Raises:
        StylemateError: a position is not one of standard chess.
    """
    recipe, registry = session.opponent.recipe.style, opponents()
    if recipe == Recipe():
        return []
    style = registry.style(recipe)
    missing: list[tuple[tuple[str, str, tuple[chess.Move, ...]], chess.Board]] = []
    keys = []
    board = chess.Board(session.game.start)
    for count, move in enumerate(session.game.moves):
        mover = session.movers.get(count, session.opponent)
        if board.turn != session.game.person and mover.recipe.style == recipe:
            key = (style.fingerprint, session.game.start, session.game.moves[: count + 1])
            keys.append(key)
            if key not in session.styled:
                missing.append((key, board.copy()))
        board.push(move)
    found = style_moves(
        [before for _, before in missing],
        [key[-1][-1] for key, _ in missing],
        registry.bot(recipe).evaluate,
        registry.bot(AVERAGE).evaluate,
    )
    session.styled |= {key: move for (key, _), move in zip(missing, found, strict=True)}
    return [session.styled[key] for key in keys]


def own_words(session: PlaySession) -> dict[int, str]:
    """Return what to say of the moves that are the style's own, by the number of moves up to it."""
    name = name_beside_others(session.opponent.recipe)
    return {
        move.count + 1: own_move_words(move, name)
        for move in shown_moves(session)
        if move.is_telling
    }


def draw_style_shown(session: PlaySession) -> None:
    """Draw what of the style shows so far, or what was seen of it once the game is over."""
    moves = shown_moves(session)
    if not moves:
        return
    game = session.game
    is_over = games.ending(game) is not None
    name = name_beside_others(session.opponent.recipe)
    side = Side(session.opponent.recipe, not game.person, moves, games.board_after(game), is_over)
    title = f"What you saw of {name}" if is_over else f"What shows of {name} so far"
    with st.container(key="play_style_card", border=True, gap="small"):
        st.html(card_html(side, opponents().space, slider_games(), title, explains=True))
