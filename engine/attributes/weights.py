"""The numbers of Stockfish 15.1's classical evaluation (GPL-3.0), in its internal units.

A pair is (middle game, end game). Tables that start with a rank are indexed by the rank as the
side itself counts it, 0 for its first rank. ``UNITS_PER_PAWN`` turns internal units into the pawns
that Stockfish prints.
"""

from typing import Final

import numpy as np

from engine.attributes.bitboards import Integers

UNITS_PER_PAWN: Final = 361

# Piece values of the middle game, for the phase of the game: pawn, knight, ... king.
PIECE_VALUES: Integers = np.array([126, 781, 825, 1276, 2538, 0], dtype=np.int32)
MIDDLE_GAME_MATERIAL: Final = 15258
END_GAME_MATERIAL: Final = 3915
SPACE_MATERIAL: Final = 11551

# By piece (knight, bishop, rook, queen) and number of squares it reaches.
KNIGHT_MOBILITY: Integers = np.array(
    [[-62, -53, -12, -3, 3, 12, 21, 28, 37], [-79, -57, -31, -17, 7, 13, 16, 21, 26]],
    dtype=np.int32,
)
BISHOP_MOBILITY: Integers = np.array(
    [
        [-47, -20, 14, 29, 39, 53, 53, 60, 62, 69, 78, 83, 91, 96],
        [-59, -25, -8, 12, 21, 40, 56, 58, 65, 72, 78, 87, 88, 98],
    ],
    dtype=np.int32,
)
ROOK_MOBILITY: Integers = np.array(
    [
        [-60, -24, 0, 3, 4, 14, 20, 30, 41, 41, 41, 45, 57, 58, 67],
        [-82, -15, 17, 43, 72, 100, 102, 122, 133, 139, 153, 160, 165, 170, 175],
    ],
    dtype=np.int32,
)
# fmt: off
QUEEN_MOBILITY: Integers = np.array(
    [
        [-29, -16, -8, -8, 18, 25, 23, 37, 41, 54, 65, 68, 69, 70, 70, 70, 71, 72, 74, 76, 90,
         104, 105, 106, 112, 114, 114, 119],
        [-49, -29, -8, 17, 39, 54, 59, 73, 76, 95, 95, 101, 124, 128, 132, 133, 136, 140, 147,
         149, 153, 169, 171, 171, 178, 185, 187, 221],
    ],
    dtype=np.int32,
)
# fmt: on

# King danger: weight of an attacker by kind, and worth of one or several safe checks.
KNIGHT_ATTACKER: Final = 76
BISHOP_ATTACKER: Final = 46
ROOK_ATTACKER: Final = 45
QUEEN_ATTACKER: Final = 14
KNIGHT_SAFE_CHECK: Final = (805, 1292)
BISHOP_SAFE_CHECK: Final = (650, 984)
ROOK_SAFE_CHECK: Final = (1071, 1886)
QUEEN_SAFE_CHECK: Final = (730, 1128)
WEAK_RING_SQUARE: Final = 183
UNSAFE_CHECK: Final = 148
KING_BLOCKER: Final = 98
ATTACK_BESIDE_KING: Final = 69
NO_ENEMY_QUEEN: Final = 873
KNIGHT_GUARDS_KING: Final = 100
FLANK_DEFENCE: Final = 4
BASE_DANGER: Final = 37
DANGER_THRESHOLD: Final = 100
PAWNLESS_FLANK: Final = (19, 97)
FLANK_ATTACK: Final = (8, 0)

# Shelter and storm by distance of the file from the edge (0..3) and rank of the pawn (0 none).
SHELTER: Integers = np.array(
    [
        [-2, 85, 95, 53, 39, 23, 25, 0],
        [-55, 64, 32, -55, -30, -11, -61, 0],
        [-11, 75, 19, -6, 26, 9, -47, 0],
        [-41, -11, -27, -58, -42, -66, -163, 0],
    ],
    dtype=np.int32,
)
FREE_STORM: Integers = np.array(
    [
        [94, -280, -170, 90, 59, 47, 53, 0],
        [43, -17, 128, 39, 26, -17, 15, 0],
        [-9, 62, 170, 34, -5, -20, -11, 0],
        [-27, -19, 106, 10, 2, -13, -24, 0],
    ],
    dtype=np.int32,
)
BLOCKED_STORM: Integers = np.array(
    [[0, 0, 64, -3, -12, -7, -10, 0], [0, 0, 75, 14, 19, 4, 5, 0]], dtype=np.int32
)
# By whether the king's file has no pawn of ours, and none of theirs.
KING_ON_FILE: Integers = np.array([[[-18, -6], [0, 5]], [[11, -3], [0, -4]]], dtype=np.int32)
SHELTER_BASE: Final = (5, 5)
PAWN_DISTANCE: Final = 16

# Threats by kind of the attacked piece: pawn, knight, bishop, rook, queen, king.
THREAT_BY_MINOR: Final = ((6, 37), (64, 50), (82, 57), (103, 130), (81, 163), (0, 0))
THREAT_BY_ROOK: Final = ((3, 44), (36, 71), (44, 59), (0, 39), (60, 39), (0, 0))
THREAT_BY_KING: Final = (24, 87)
HANGING: Final = (72, 40)
GUARDED_BY_QUEEN_ONLY: Final = (14, 0)
RESTRICTED: Final = (6, 7)
THREAT_BY_SAFE_PAWN: Final = (167, 99)
THREAT_BY_PAWN_PUSH: Final = (48, 39)
KNIGHT_ON_QUEEN: Final = (16, 11)
SLIDER_ON_QUEEN: Final = (62, 21)

# Passed pawns.
PASSED_RANK: Integers = np.array(
    [[0, 2, 15, 22, 64, 166, 284, 0], [0, 38, 36, 50, 81, 184, 269, 0]], dtype=np.int32
)
PASSED_FILE: Final = (13, 8)

# Pawn structure.
BACKWARD: Final = (6, 19)
DOUBLED: Final = (11, 51)
DOUBLED_EARLY: Final = (17, 7)
ISOLATED: Final = (1, 20)
WEAK_LEVER: Final = (2, 57)
WEAK_UNOPPOSED: Final = (15, 18)
CONNECTED: Integers = np.array([0, 3, 7, 7, 15, 54, 86, 0], dtype=np.int32)
CONNECTED_SUPPORT: Final = 22
BLOCKED_PAWN: Integers = np.array(
    [[0, 0, 0, 0, -19, -7, 0, 0], [0, 0, 0, 0, -8, 3, 0, 0]], dtype=np.int32
)

# Material imbalance: (phase, piece of ours, other piece), order pair, pawn, knight, bishop, rook,
# queen. IMBALANCE_DIVISOR turns the polynomial into internal units.
IMBALANCE_DIVISOR: Final = 16
IMBALANCE_OURS: Integers = np.array(
    [
        [
            [1419, 0, 0, 0, 0, 0],
            [101, 37, 0, 0, 0, 0],
            [57, 249, -49, 0, 0, 0],
            [0, 118, 10, 0, 0, 0],
            [-63, -5, 100, 132, -246, 0],
            [-210, 37, 147, 161, -158, -9],
        ],
        [
            [1455, 0, 0, 0, 0, 0],
            [28, 39, 0, 0, 0, 0],
            [64, 187, -62, 0, 0, 0],
            [0, 137, 27, 0, 0, 0],
            [-68, 3, 81, 118, -244, 0],
            [-211, 14, 141, 105, -174, -31],
        ],
    ],
    dtype=np.int32,
)
IMBALANCE_THEIRS: Integers = np.array(
    [
        [
            [0, 0, 0, 0, 0, 0],
            [33, 0, 0, 0, 0, 0],
            [46, 106, 0, 0, 0, 0],
            [75, 59, 60, 0, 0, 0],
            [26, 6, 38, -12, 0, 0],
            [97, 100, -58, 112, 276, 0],
        ],
        [
            [0, 0, 0, 0, 0, 0],
            [30, 0, 0, 0, 0, 0],
            [18, 84, 0, 0, 0, 0],
            [35, 44, 15, 0, 0, 0],
            [35, 22, 39, -2, 0, 0],
            [93, 163, -91, 192, 225, 0],
        ],
    ],
    dtype=np.int32,
)
