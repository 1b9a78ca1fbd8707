"""Reading positions and moves that people write, with errors that say what is wrong."""

import re

import chess

from engine.errors import StylemateError
from engine.position.typography import plain_signs

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
_LONGEST_MOVE = 40
"""Characters of a move with all that may stand behind it; patterns look at no more."""
_NUMBER = re.compile(r"\A(?:\d{1,3}\s*(?:\.+|\))|\.+)\s*")
_NUMBERS = re.compile(r"(?<![\w.-])\d{1,3}\s*(?:\.+|\))")
_BEHIND = re.compile(
    r"(?:\s*(?:\(?e\.?p\.?\)?|en passant|ch\.?|mate|\$\d+|[+#!?.;=±∓⩲⩱∞□]))*\s*\Z", re.IGNORECASE
)
# The letter may be a Cyrillic or Greek one that looks the same.
_CASTLING = re.compile(r"([O0ОΟ])\s*-?\s*\1(\s*-?\s*\1)?", re.IGNORECASE)
_PIECE_IN_WORDS = re.compile(
    r"(?:\b|(?<=[18=]))(q)ueen\b|(?:\b|(?<=[18=]))(r)ook\b"
    r"|(?:\b|(?<=[18=]))(b)ishop\b|(?:\b|(?<=[18=]))k(n)ight\b",
    re.IGNORECASE,
)
_SPREAD_CASTLING = re.compile(r"\b([O0o]) ?- ?\1(?: ?- ?\1)?\b")
_COMMENTS_AND_HEADERS = re.compile(r"\{[^{}]*+\}|;[^\n]*+|\[[^\[\]\n]*+\]")
_VARIATION_ENDS = re.compile(
    r"(\((?!(?:=?[NBRQ]|e\.?p\.?)\))|(?<!\([NBRQp])(?<!=[NBRQ])(?<!ep)(?<!p\.)\))", re.I
)
_ASIDE = re.compile(
    r"\d{1,3}|\(?e\.?p\.?\)?|ch\.?|mate|\$\d+|[^\w*-]*|\*|1-0|0-1|1/2(?:-1/2)?", re.IGNORECASE
)


def board_from_fen(fen: str) -> chess.Board:
    """Return the board of a FEN; fields after the board may be left out.

    Raises:
        StylemateError: the text is no FEN, or the position is impossible; it says why.
    """
    board = board_of_fen(fen)
    problems = problems_of(board)
    if problems:
        text = _shortened(_without_operations(fen))
        raise StylemateError(f"The position '{text}' is impossible: {'; '.join(problems)}.")
    return board


def board_of_fen(fen: str) -> chess.Board:
    """Return the board of a FEN, be the position possible or not.

    Raises:
        StylemateError: the text is no FEN.
    """
    text = _without_operations(fen)
    if not text:
        raise StylemateError("The FEN is empty.")
    try:
        return chess.Board(text)
    except ValueError as error:
        reason = str(error).partition(":")[0]  # what follows repeats the text
        raise StylemateError(f"'{_shortened(text)}' is not a FEN: {reason}.") from None


def problems_of(board: chess.Board) -> list[str]:
    """Return why a position is impossible, in words; nothing if it is not."""
    status = board.status()
    if status == chess.STATUS_VALID:
        return []
    problems = [words for flag, words in _PROBLEMS.items() if status & flag]
    return problems or ["it cannot come about in a game"]


def _without_operations(fen: str) -> str:
    """Return a FEN with one space between its fields, without the operations of an EPD."""
    fields = fen.replace("_", " ").split()
    return " ".join(fields[:4] if len(fields) > 4 and not fields[4].isdigit() else fields)


def read_move(board: chess.Board, text: str) -> chess.Move:
    """Return the legal move that a person wrote as SAN (``Nf3``) or UCI (``g1f3``).

    Figurines, a number in front, dashes of any kind, zeros for castling and signs behind the move
    are understood; letters of pieces may be of either case where that is clear, and a king that
    takes its own rook castles.

    Raises:
        StylemateError: the text is no move, or the move is not legal or not clear here.
    """
    written = _NUMBER.sub("", " ".join(plain_signs(text).split()))
    if len(written) > _LONGEST_MOVE:
        raise _not_legal(board, text)
    written = _BEHIND.sub("", written)
    written = _PIECE_IN_WORDS.sub(_letter, written)
    if not _CASTLING.fullmatch(written):
        written = "".join(written.split())
    if not written:
        raise StylemateError("No move was given. Write one such as Nf3 or g1f3.")
    castling = _CASTLING.fullmatch(written)
    if castling is not None:
        written = "O-O-O" if castling[2] else "O-O"
    legal = list(board.legal_moves)
    for move in legal:
        if written.lower() in (move.uci(), _king_takes_rook(board, move)):
            return move
    fitting = _standard_reading(board, legal, written)
    if not fitting:
        plain = _plain(written)
        fitting = [move for move in legal if plain in _plain_spellings(board, move)]
    if len(fitting) == 1:
        return fitting[0]
    shown = _shortened(text.strip())
    options = [board.san(move) for move in fitting]
    if len({(move.from_square, move.to_square) for move in fitting}) == 1:
        raise StylemateError(f"'{shown}' needs the piece to become: {_either(options)}.")
    if options:
        raise StylemateError(f"'{shown}' could be {', '.join(options)}.")
    raise _not_legal(board, text)


def _not_legal(board: chess.Board, text: str) -> StylemateError:
    side = "White" if board.turn == chess.WHITE else "Black"
    return StylemateError(f"'{_shortened(text.strip())}' is not a legal move for {side} here.")


def play_moves(board: chess.Board, moves: str) -> None:
    """Play moves written as SAN or UCI on a board.

    Spaces or commas part them; numbers, ``e.p.``, signs, comments, variations, headers and a result
    between them are passed over.

    Raises:
        StylemateError: one of them is not legal, and its number is named, or a variation is open.
    """
    text = _without_asides(plain_signs(moves))
    text = _SPREAD_CASTLING.sub(lambda match: match[0].replace(" ", ""), text)
    words = [_NUMBER.sub("", word) for word in _NUMBERS.sub(" ", text.replace(",", " ")).split()]
    for number, word in enumerate((word for word in words if not _ASIDE.fullmatch(word)), start=1):
        try:
            board.push(read_move(board, word))
        except StylemateError as error:
            raise StylemateError(f"Move {number}: {error}") from None


def _without_asides(text: str) -> str:
    """Return movetext without what stands in brackets, but for pieces and ``(ep)``.

    Raises:
        StylemateError: a variation is never closed.
    """
    text = _COMMENTS_AND_HEADERS.sub(" ", text)
    if "(" not in text:
        return text
    kept: list[str] = []
    depth = 0
    for part in _VARIATION_ENDS.split(text):
        if part in ("(", ")"):
            depth = max(depth + (1 if part == "(" else -1), 0)
        elif not depth:
            kept.append(part)
    if depth:
        raise StylemateError("A variation is opened with ( and not closed.")
    return " ".join(kept)


def _letter(match: re.Match[str]) -> str:
    return str(match[match.lastindex or 0]).upper()


def _standard_reading(
    board: chess.Board, legal: list[chess.Move], written: str
) -> list[chess.Move]:
    """Return the legal moves that a text means as SAN: none, one, or several of a kind."""
    if written[0] in "xX":  # python-chess would let a pawn step forward
        return []
    try:
        move = board.parse_san(written)
    except chess.AmbiguousMoveError:
        target = _plain(written)[-2:]
        return [m for m in legal if board.san(m)[0] == written[0] and target in board.san(m)]
    except ValueError:
        return []
    return [move] if move in legal else []  # "--", a null move, is SAN too


def _plain_spellings(board: chess.Board, move: chess.Move) -> set[str]:
    """Return what ``_plain`` may make of a move; promotions also without their piece."""
    plain = _plain(board.san(move))
    piece = board.piece_at(move.from_square)
    letter = "" if piece is None else piece.symbol().lower()
    spellings = {plain, letter + move.uci()}
    if letter == "p":
        spellings.add(letter + plain)
    if board.is_castling(move):  # as the king's move
        spellings.add(letter + chess.square_name(move.to_square))
    if move.promotion is not None:
        spellings |= {plain[:-1], move.uci()[:4]}
    if board.is_capture(move) and board.piece_type_at(move.from_square) == chess.PAWN:
        spellings |= {f"x{text[1:]}" for text in set(spellings)}  # as in xd5
    return spellings


def _plain(san: str) -> str:
    """Return a move in lower case without the signs that may be left out."""
    castling = san.replace("0-0", "o-o").replace("-0", "-o").casefold()
    if castling.startswith("o"):
        return "".join(c for c in castling if c not in "+#")
    return "".join(c for c in castling if c not in "x-:=/()+#" or (c == "x" and castling[0] == c))


def _either(options: list[str]) -> str:
    return f"{', '.join(options[:-1])} or {options[-1]}"


def _king_takes_rook(board: chess.Board, move: chess.Move) -> str:
    if not board.is_castling(move):
        return ""
    file = "h" if chess.square_file(move.to_square) > 4 else "a"
    return move.uci()[:2] + file + move.uci()[1]


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
