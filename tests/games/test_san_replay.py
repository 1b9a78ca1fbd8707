"""The lean board against python-chess: same move or same refusal, on everything we can think of."""

import random

import chess
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.games import san_replay
from engine.games.lean_board import LeanBoard
from engine.games.pgn_tokens import TokenKind, classify
from engine.games.san_replay import (
    MAX_PLIES,
    GameRefusedError,
    Replay,
    replay_with_python_chess,
    replay_words,
)
from engine.position.moves import decode_move, encode_move
from tests.games.builders import random_moves, sans


def outcome(words: list[str], slow: bool = False) -> Replay | str:
    try:
        return replay_with_python_chess(words) if slow else replay_words(words)
    except GameRefusedError as refusal:
        return str(refusal)


def test_thousands_of_random_games_without_asking_python_chess(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unwanted(*_: object) -> Replay:
        raise AssertionError("ordinary SAN must not need python-chess")

    monkeypatch.setattr(san_replay, "replay_with_python_chess", unwanted)
    rng = random.Random(7)
    for number in range(2000):
        moves = random_moves(rng, 200 if number % 200 == 0 else 24)
        words = [*sans(moves), "1-0"]
        assert replay_words(words) == Replay([encode_move(move) for move in moves], "1-0")


def _vocabulary() -> list[str]:
    words = ["O-O", "O-O-O"]
    for target in chess.SQUARE_NAMES:
        for file in ["", *chess.FILE_NAMES]:
            words.append(file + target)
            words += [f"{file}{target}={letter}" for letter in "QRBN" if target[1] in "18"]
            for rank in ["", *chess.RANK_NAMES]:
                words += [letter + file + rank + target for letter in "NBRQK"]
    return words


def _try(board: LeanBoard, word: str) -> int | None:
    codes: list[int] = []
    return codes[0] if board.copy().play([word], codes) else None


def _expected(board: chess.Board, word: str) -> int | None:
    try:
        return encode_move(board.parse_san(word))
    except ValueError:
        return None


def test_every_word_in_many_positions_means_the_same_as_to_python_chess() -> None:
    rng = random.Random(11)
    vocabulary = [word for word in _vocabulary() if classify(word).kind < TokenKind.LONG_MOVE]
    assert len(vocabulary) > 20_000
    for _ in range(30):
        moves = random_moves(rng, 160)
        board, lean = chess.Board(), LeanBoard()
        for move in moves:
            assert lean.play([board.san(move)], []) == 1
            board.push(move)
        legal = [board.san(move) for move in board.legal_moves]
        for word in [*rng.sample(vocabulary, 1000), *legal]:
            assert _try(lean, word) == _expected(board, word), (board.fen(), word)


def _lean(board: chess.Board) -> LeanBoard:
    own, foe = (
        [0] + [board.pieces_mask(piece, side) for piece in chess.PIECE_TYPES]
        for side in (board.turn, not board.turn)
    )
    return LeanBoard(
        own,
        foe,
        board.turn,
        touched=chess.BB_CORNERS & ~board.clean_castling_rights(),
        en_passant=-1 if board.ep_square is None else board.ep_square,
        may_check=chess.BB_ALL,
    )


def _after(fen: str, word: str) -> tuple[int | None, int | None]:
    """Return what the lean board and python-chess make of a word in a position."""
    board = chess.Board(fen)
    return _try(_lean(board), word), _expected(board, word)


@pytest.mark.parametrize(
    ("fen", "word", "legal"),
    [
        ("4k3/8/8/8/1b6/2N5/8/4K1N1 w - - 0 1", "Ne2", True),  # the other knight is pinned
        ("4k3/8/8/8/1b6/2N5/8/4K1N1 w - - 0 1", "Nge2", True),
        ("4k3/8/8/8/1b6/2N5/8/4K1N1 w - - 0 1", "Nce2", False),
        ("4k3/8/8/8/8/2N5/8/4K1N1 w - - 0 1", "Ne2", False),  # ambiguous
        ("4k3/8/8/8/8/2N5/8/4K1N1 w - - 0 1", "Nc3e2", True),
        ("k7/8/8/8/R6R/8/8/K7 w - - 0 1", "Rd4", False),
        ("k7/8/8/8/R1b4R/8/8/K7 w - - 0 1", "Rd4", True),  # one rook is blocked
        ("4r1k1/8/8/8/8/8/4B3/4K3 w - - 0 1", "Bd3", False),
        ("4r1k1/8/8/8/8/8/4R3/4K3 w - - 0 1", "Re5", True),  # along the pin
        ("8/8/8/K2Pp2r/8/8/8/4k3 w - e6 0 1", "dxe6", False),  # both pawns leave the rank
        ("8/8/8/3Pp2r/K7/8/8/4k3 w - e6 0 1", "dxe6", True),
        ("8/8/8/3Pp3/8/8/8/K3k3 w - - 0 1", "dxe6", False),
        ("8/8/8/3pP3/8/8/8/K3k3 w - - 0 1", "exd6", False),
        ("8/8/8/8/3pP3/8/8/K3k3 b - e3 0 1", "dxe3", True),
        ("3r4/2P1P3/8/8/8/8/8/K3k3 w - - 0 1", "cxd8=N", True),
        ("3r4/2P1P3/8/8/8/8/8/K3k3 w - - 0 1", "exd8=B", True),
        ("3r4/2P1P3/8/8/8/8/8/K3k3 w - - 0 1", "exd8", False),
        ("3r4/2P1P3/8/8/8/8/8/K3k3 w - - 0 1", "e8", False),
        ("3r4/2P1P3/8/8/8/8/8/K3k3 w - - 0 1", "xd8=Q", False),
        ("4k3/8/8/8/8/8/8/R3K2R w KQ - 0 1", "O-O-O", True),
        ("4k3/8/8/8/8/8/8/R3K2R w K - 0 1", "O-O-O", False),
        ("1r2k3/8/8/8/8/8/8/R3K2R w KQ - 0 1", "O-O-O", True),  # only b1 is attacked
        ("3rk3/8/8/8/8/8/8/R3K2R w KQ - 0 1", "O-O-O", False),
        ("4k3/4r3/8/8/8/8/8/R3K2R w KQ - 0 1", "O-O", False),  # in check
        ("4k3/8/8/8/8/8/8/RN2K2R w KQ - 0 1", "O-O-O", False),
        ("r3k2r/8/8/8/8/8/8/4K1R1 b kq - 0 1", "O-O", False),
        ("r3k2r/8/8/8/8/8/8/4K1R1 b kq - 0 1", "O-O-O", True),
        ("4k3/8/8/8/8/8/8/R3K2R w KQ - 0 1", "Kg1", False),
        ("8/8/8/8/8/8/4k3/K6R w - - 0 1", "Kb1", True),
        ("8/8/8/8/8/1k6/8/K7 w - - 0 1", "Kb2", False),  # beside the other king
        ("4r1k1/8/8/8/8/8/8/4K3 w - - 0 1", "Ke2", False),  # back along the check
        ("4k3/8/8/8/8/4p3/4P3/4K3 w - - 0 1", "e4", False),
        ("4k3/8/8/8/4p3/8/4P3/4K3 w - - 0 1", "e4", False),
        ("4k3/8/8/8/8/8/4P3/4K3 w - - 0 1", "e5", False),
        ("4k3/8/8/8/4R3/8/8/4K3 w - - 0 1", "Re1", False),  # own piece stands there
    ],
)
def test_hard_words(fen: str, word: str, legal: bool) -> None:
    lean, reference = _after(fen, word)
    assert lean == reference
    assert (lean is not None) is legal


def _spelled(board: chess.Board, move: chess.Move, rng: random.Random) -> str:
    """Return one of the many ways in which people write a move."""
    san = board.san(move)
    kinds = [san, san.rstrip("+#"), san + rng.choice(["!", "??", "+", "#", "$5"])]
    kinds += [move.uci(), san.replace("=", ""), san.replace("O", "0"), san.replace("x", "")]
    piece = board.piece_type_at(move.from_square)
    if piece not in (chess.PAWN, None) and not board.is_castling(move):
        letter = chess.piece_symbol(piece).upper()
        origin, target = move.uci()[:2], move.uci()[2:4]
        kinds += [f"{letter}{origin}-{target}", f"{letter}{origin[0]}{target}"]
        kinds += [f"{letter}{origin[1]}x{target}", letter + target]
    return rng.choice(kinds)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 40))
def test_odd_spellings_and_errors_end_alike(seed: int) -> None:
    rng = random.Random(seed)
    board = chess.Board()
    words = []
    for move in random_moves(rng, 60):
        words.append(_spelled(board, move, rng))
        board.push(move)
    if rng.random() < 0.3:
        words[rng.randrange(len(words))] = rng.choice(["Nf3", "e4", "O-O", "--", "Qxz9", "Rd1"])
    words += rng.choice([["1-0"], [], ["1-0", "0-1"], ["1/2-1/2", "a3"]])
    assert outcome(words) == outcome(words, slow=True)


def test_long_algebraic_games_are_read() -> None:
    words = ["e2-e4", "e7-e5", "Ng1-f3", "Nb8-c6", "f1b5", "g8f6", "e1g1"]
    assert [decode_move(code).uci() for code in replay_words(words).codes] == (
        ["e2e4", "e7e5", "g1f3", "b8c6", "f1b5", "g8f6", "e1g1"]
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("e4 e5 Nf6", "illegal move: 2. Nf6"),
        ("e4 e5 Ke2 Nf6 Ke3 Ng4 a3", "illegal move: 4. a3"),  # in check
        ("Nf3 a6 d3 a5 Nd2", "ambiguous move: 3. Nd2"),
        ("e4 -- d4", "null move: 1... --"),
        ("e4 e5 Sf3", "word that is not a move: 2. Sf3"),
        ("e4 e5 1-0 d4", "moves after the result: d4 after 1-0"),
        ("f3 e5 g4 Qh4# a3", "illegal move: 3. a3"),  # after mate
    ],
)
def test_refusals_say_where(words: str, message: str) -> None:
    assert outcome(words.split()) == message
    assert outcome(words.split(), slow=True) == message


def test_endless_games_are_refused() -> None:
    words = ["Nf3", "Nf6", "Ng1", "Ng8"] * (MAX_PLIES // 4)
    assert len(replay_words(words).codes) == MAX_PLIES
    for slow in (False, True):
        assert outcome([*words, "e4"], slow) == f"too long: more than {MAX_PLIES} half-moves"


def test_annotations_after_the_result_do_no_harm() -> None:
    assert replay_words(["e4", "1-0", "!", "$3"]).result == "1-0"


def test_every_prefix_of_a_game_is_played_alike_however_often_its_opening_came() -> None:
    rng = random.Random(3)
    for _ in range(40):
        moves = random_moves(rng, 40)
        words = sans(moves)
        codes = [encode_move(move) for move in moves]
        for length in [*range(1, len(words), 3), len(words)]:
            assert replay_words(words[:length]).codes == codes[:length]
            assert replay_words(words[:length]).codes == codes[:length]


def test_checks_opened_by_castling_and_en_passant_are_seen() -> None:
    for fen, words, legal in (
        # The rook gives check from f1, so only a move that answers it is legal.
        ("5k2/8/8/8/8/8/p7/4K2R w K - 0 1", ["O-O", "a1=Q"], False),
        ("5k2/8/8/8/8/8/p7/4K2R w K - 0 1", ["O-O", "Ke7"], True),
        # The captured pawn stood between the bishop and the king.
        ("B6K/8/8/3pP3/8/8/p5k1/8 w - d6 0 1", ["exd6", "a1=Q"], False),
        ("B6K/8/8/3pP3/8/8/p5k1/8 w - d6 0 1", ["exd6", "Kg3"], True),
        # The capturing one did.
        ("8/6k1/8/3pP3/8/2B5/7p/K7 w - d6 0 1", ["exd6", "h1=Q"], False),
        ("8/6k1/8/3pP3/8/2B5/7p/K7 w - d6 0 1", ["exd6", "Kf7"], True),
    ):
        board = chess.Board(fen)
        board.push_san(words[0])
        assert (_expected(board, words[1]) is not None) is legal, fen
        lean = _lean(chess.Board(fen))
        assert lean.play(words, []) == 1 + legal, fen
