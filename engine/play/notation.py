"""Reading positions and moves that people write, with errors that say what is wrong."""

import chess

from engine.errors import StylemateError

_PROBLEMS = {
    chess.STATUS_NO_WHITE_KING: "White has no king",
    chess.STATUS_NO_BLACK_KING: "Black has no king",
    chess.STATUS_TOO_MANY_KINGS: "a side has more than one king",
    chess.STATUS_TOO_MANY_WHITE_PAWNS: "White has more than eight pawns",
    chess.STATUS_TOO_MANY_BLACK_PAWNS: "Black has more than eight pawns",
    chess.STATUS_PAWNS_ON_BACKRANK: "a pawn stands on the first or last rank",
    chess.STATUS_TOO_MANY_WHITE_PIECES: "White has more than sixteen pieces",
    chess.STATUS_TOO_MANY_BLACK_PIECES: "Black has more than sixteen pieces",
    chess.STATUS_BAD_CASTLING_RIGHTS: "the castling rights do not fit the kings and rooks",
    chess.STATUS_INVALID_EP_SQUARE: "the en passant square does not fit the pawns",
    chess.STATUS_OPPOSITE_CHECK: "the side that is not to move is in check",
    chess.STATUS_EMPTY: "the board is empty",
    chess.STATUS_TOO_MANY_CHECKERS: "the king is in check from too many pieces",
    chess.STATUS_IMPOSSIBLE_CHECK: "the checks cannot have come about by a move",
}
_SHOWN = 100


def board_from_fen(fen: str) -> chess.Board:
    """Return the board of a FEN; fields after the board may be left out.

    Raises:
        StylemateError: the text is no FEN, or the position is impossible; it says why.
    """
    text = " ".join(fen.split())
    if not text:
        raise StylemateError("The FEN is empty.")
    try:
        board = chess.Board(text)
    except ValueError as error:
        reason = str(error).partition(":")[0]  # what follows repeats the text
        raise StylemateError(f"'{_shortened(text)}' is not a FEN: {reason}.") from None
    status = board.status()
    problems = [words for flag, words in _PROBLEMS.items() if status & flag]
    if status != chess.STATUS_VALID:
        reason = "; ".join(problems) or "it cannot come about in a game"
        raise StylemateError(f"The position '{_shortened(text)}' is impossible: {reason}.")
    return board


def read_move(board: chess.Board, text: str) -> chess.Move:
    """Return the legal move that a person wrote as SAN (``Nf3``) or UCI (``g1f3``).

    Letters of pieces may be of either case where that is clear, zeros may stand for castling, and
    a king that takes its own rook castles.

    Raises:
        StylemateError: the text is no move, or the move is not legal or not clear here.
    """
    written = text.strip()
    if not written:
        raise StylemateError("No move was given. Write one such as Nf3 or g1f3.")
    legal = list(board.legal_moves)
    for move in legal:
        if written.lower() in (move.uci(), _king_takes_rook(board, move)):
            return move
    try:
        move = board.parse_san(written)
        if move in legal:  # "--", a null move, is SAN too
            return move
    except chess.AmbiguousMoveError:
        fitting = ", ".join(_sans_like(board, legal, written))
        raise StylemateError(f"'{_shortened(written)}' could be {fitting}.") from None
    except ValueError:
        pass
    plain = _plain(written)
    fitting_moves = [move for move in legal if _plain(board.san(move)) == plain]
    if len(fitting_moves) == 1:
        return fitting_moves[0]
    if len(fitting_moves) > 1:
        options = ", ".join(board.san(move) for move in fitting_moves)
        raise StylemateError(f"'{_shortened(written)}' could be {options}.")
    side = "White" if board.turn == chess.WHITE else "Black"
    raise StylemateError(f"'{_shortened(written)}' is not a legal move for {side} here.")


def play_moves(board: chess.Board, moves: str) -> None:
    """Play moves written as SAN or UCI, separated by spaces or commas, on a board.

    Raises:
        StylemateError: one of them is not legal; its number is named.
    """
    for number, word in enumerate(moves.replace(",", " ").split(), start=1):
        try:
            board.push(read_move(board, word))
        except StylemateError as error:
            raise StylemateError(f"Move {number}: {error}") from None


def _plain(san: str) -> str:
    """Return a move's letters and digits alone, in lower case, zeros of castling as letters."""
    castling = san.replace("0-0", "o-o").replace("-0", "-o")
    return "".join(c for c in castling.casefold() if c.isalnum() or c == "-")


def _sans_like(board: chess.Board, legal: list[chess.Move], written: str) -> list[str]:
    """Return the legal moves of the same kind of piece to the same square."""
    sans = [board.san(move) for move in legal]
    target = _plain(written)[-2:]
    return [san for san in sans if san[0] == written[0] and target in san]


def _king_takes_rook(board: chess.Board, move: chess.Move) -> str:
    if not board.is_castling(move):
        return ""
    file = "h" if chess.square_file(move.to_square) > 4 else "a"
    return move.uci()[:2] + file + move.uci()[1]


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
