"""Good inputs of one line or a few, to start from."""

from typing import Any

import chess

RECIPES = (
    "0.6 Tal, Mikhail + 0.4 Petrosian, Tigran | king_danger +1.5 | strength -1",
    "average | intensity 2 | elo 1500 | king_danger -0.25",
    '60% "Tal, Mikhail" + 40% carlsen',
    "polgar j + 3 * capablanca | strength: 2",
    '"a ""quoted"" name + more" | King danger = 1',
)
FENS = (
    chess.STARTING_FEN,
    "r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq - 0 1",
    "4k3/8/8/3pP3/8/8/8/4K3 w - d6 0 1",
    "8/P6k/8/8/8/8/8/K7 w - - 99 200",
    'rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w HAha - bm e4; id "x";',
)
MOVES = (
    "1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 1/2-1/2",
    "e2e4 e7e5 g1f3",
    "O-O", "exd6 e.p.", "a8=Q+", "1... ♘f6!?", "Nbd2", "R1xa3#", "0–0–0", "Qh4xe1", "e8 queen",
    "1. e4 {a comment} e5 (1... c5 2. Nf3) 2. Nf3",
)  # fmt: skip
NAMES = (
    *("Tal, Mikhail", "mvl", "Kortschnoi", "J. Polgár", "Łódź"),
    *("L’Ami", "DrNykterstein", "petro"),
)
USERS = (
    "ann_1",
    "https://www.chess.com/member/ann?ref=1",
    "https://lichess.org/@/ann/all",
    "https://www.chess.com/games/archive/ann",
    "https://api.chess.com/pub/player/ann/games/2024/01",
)
LINES = (
    "uci",
    "setoption name Style value Tal, Mikhail",
    "setoption name UCI_Elo value 1500",
    "setoption name MultiPV value 3",
    "setoption name King danger value 150",
    "position startpos moves e2e4 e7e5",
    f"position fen {FENS[1]} moves e1g1",
    "go nodes 1",
    "go movetime 5",
    "ucinewgame",
    "debug on",
    "isready",
    "stop",
    "ponderhit",
)
MATCH = (
    '[Event "Stylemate match"]\n[Round "1.1"]\n[White "A"]\n[Black "B"]\n[Result "1-0"]\n'
    '[Seed "12"]\n[Opening "Ruy Lopez"]\n\n1. e4 e5 2. Nf3 Nc6 1-0\n\n'
)
QUERY = {
    "style": "0.6 Tal, Mikhail + 0.4 carlsen | king_danger +1.5",
    "temperature": "0.25",
    "side": "black",
    "fen": FENS[1],
    "moves": "e1g1.e8c8.a2a4",
    "resigned": "1",
    "takeovers": "0 0.5 Tal, Mikhail\n2 1 carlsen | king_danger +1.5",
}
EVENTS: tuple[Any, ...] = (
    {"uci": "e2e4", "fen": chess.STARTING_FEN},
    {"name": "Tal, Mikhail", "place": None, "view": None},
    {"name": None, "place": [0.5, 1.5], "view": "pca2"},
    {"level": 1500},
)
