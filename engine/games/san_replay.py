"""Replay of one game's words to legal moves, several times faster than python-chess alone.

``LeanBoard`` knows just enough to find the one legal move behind ordinary SAN. Whatever it cannot
settle (no candidate, two candidates, long algebraic, a word it does not know) goes to python-chess
from that move on, so python-chess alone decides what is legal and what an odd word means, and it
gives the reason when a game is refused.
"""

from collections.abc import Sequence
from typing import NamedTuple

import chess

from engine.games.lean_board import play_from_start
from engine.games.pgn_tokens import Token, TokenKind, classify, is_rankless
from engine.position.moves import decode_move, encode_move

MAX_PLIES = 2000
"""Half-moves above which a game is refused; the longest serious games stay under 600."""


class GameRefusedError(Exception):
    """A game that is not a complete legal main line.

    Attributes:
        kind: what is wrong, one of the ``REFUSED_*`` texts of this module.
        detail: where in the game, for example ``12... Nf6``.
    """

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail


REFUSED_ILLEGAL = "illegal move"
REFUSED_AMBIGUOUS = "ambiguous move"
REFUSED_UNKNOWN_WORD = "word that is not a move"
REFUSED_NULL_MOVE = "null move"
REFUSED_AFTER_RESULT = "moves after the result"
REFUSED_TOO_LONG = "too long"


class Replay(NamedTuple):
    """A legal main line."""

    codes: list[int]  # 16-bit move codes, castling as king e1g1
    result: str  # "1-0", "0-1", "1/2-1/2", "*", or "" when the text names none


_MOVE_KINDS = (TokenKind.MOVE, TokenKind.CASTLING, TokenKind.LONG_MOVE, TokenKind.UNKNOWN)


def replay_words(words: list[str]) -> Replay:
    """Return the legal main line that the words of a game spell out.

    Args:
        words: what ``split_movetext`` returned.

    Raises:
        GameRefusedError: a word is no move, no legal move or several, a null move, the text goes on
            after the result, or there are more than ``MAX_PLIES`` half-moves.
    """
    codes: list[int] = []
    played = play_from_start(words, codes)
    if played == len(words):
        return Replay(_bounded(codes), "")
    token = classify(words[played])
    if token.kind == TokenKind.RESULT:
        return Replay(_bounded(codes), _last_result(token.san, words, played))
    if token.kind > TokenKind.LONG_MOVE:
        raise _refusal_of(token, len(codes))
    return replay_with_python_chess(words, played, codes)


def replay_with_python_chess(
    words: list[str], start: int = 0, played: Sequence[int] = ()
) -> Replay:
    """Return the legal main line, asking python-chess for every word from ``start`` on.

    Args:
        words: what ``split_movetext`` returned.
        start: index of the first word that is still to be played.
        played: move codes of the words before it.

    Raises:
        GameRefusedError: as for ``replay_words``.
    """
    board = chess.Board()
    for code in played:
        board.push(decode_move(code))
    codes = list(played)
    for index in range(start, len(words)):
        token = classify(words[index])
        if token.kind == TokenKind.IGNORED:
            continue
        if token.kind == TokenKind.RESULT:
            return Replay(_bounded(codes), _last_result(token.san, words, index))
        if token.kind > TokenKind.LONG_MOVE:
            raise _refusal_of(token, len(codes))
        move = _parse_san(board, token.san, len(codes))
        codes.append(encode_move(move))
        board.push(move)
        if len(codes) > MAX_PLIES:
            break
    return Replay(_bounded(codes), "")


def _parse_san(board: chess.Board, san: str, ply: int) -> chess.Move:
    if len(san) == 2 and san.isalpha():
        return _pawn_capture(board, san, ply)
    try:
        return board.parse_san(san)
    except chess.AmbiguousMoveError:
        raise GameRefusedError(REFUSED_AMBIGUOUS, move_label(ply, san)) from None
    except ValueError:
        raise GameRefusedError(REFUSED_ILLEGAL, move_label(ply, san)) from None


def _pawn_capture(board: chess.Board, files: str, ply: int) -> chess.Move:
    """Return the one pawn's capture from a file to another."""
    origin, target = (chess.BB_FILES[ord(file) - ord("a")] for file in files)
    moves = list(board.generate_legal_captures(board.pawns & origin, target))
    if len(moves) != 1:
        kind = REFUSED_AMBIGUOUS if moves else REFUSED_ILLEGAL
        raise GameRefusedError(kind, move_label(ply, files))
    return moves[0]


def _bounded(codes: list[int]) -> list[int]:
    if len(codes) > MAX_PLIES:
        raise GameRefusedError(REFUSED_TOO_LONG, f"more than {MAX_PLIES} half-moves")
    return codes


def _last_result(result: str, words: list[str], index: int) -> str:
    for word in words[index + 1 :]:
        token = classify(word)
        if token.kind in _MOVE_KINDS and not is_rankless(token):
            raise GameRefusedError(REFUSED_AFTER_RESULT, f"{_shown(word)} after {result}")
    return result


def _refusal_of(token: Token, ply: int) -> GameRefusedError:
    kind = REFUSED_NULL_MOVE if token.kind == TokenKind.NULL_MOVE else REFUSED_UNKNOWN_WORD
    return GameRefusedError(kind, move_label(ply, token.san))


def move_label(ply: int, san: str) -> str:
    """Return a move with its number as people write it, for example ``12... Nf6``."""
    dots = "." if ply % 2 == 0 else "..."
    return f"{ply // 2 + 1}{dots} {_shown(san)}"


def _shown(word: str) -> str:
    """Return a word as it may stand on a terminal or page."""
    return "".join(c if c.isprintable() else "?" for c in word[:20])
