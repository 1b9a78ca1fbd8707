"""Moves as people write them."""

from tests.games.corpus.case import played

_UP = "1. a4 b5 2. axb5 a6 3. bxa6 Bb7 4. axb7 c6"
_UP_MOVES = "a4 b5 axb5 a6 bxa6 Bb7 axb7 c6"
_EP = "1. e4 a6 2. e5 d5"
_EP_MOVES = "e4 a6 e5 d5"
_READY = "1. Nf3 Nf6 2. g3 g6 3. Bg2 Bg7"
_READY_MOVES = "Nf3 Nf6 g3 g6 Bg2 Bg7"
_RUY = "1. e4 e5 2. Nf3 Nc6 3. Bb5"
_RUY_MOVES = "e4 e5 Nf3 Nc6 Bb5"
_ONE_FORM = "it reads one form only"


def _promotion(written: str, piece: str, differs: str = "") -> object:
    return played(
        f"promotion {written}",
        f"{_UP} 5. {written} 1-0",
        f"Alder - Birch 1-0 {_UP_MOVES} bxa8={piece}",
        differs,
    )


CASES = (
    *(
        _promotion(text, "Q")
        for text in ("bxa8=Q", "bxa8Q", "bxa8=Q!", "ba8=Q", "b7xa8=Q", "b7a8q", "bxa8=q")
    ),
    *(
        _promotion(text, "Q", _ONE_FORM)
        for text in ("bxa8/Q", "bxa8(Q)", "bxa8(=Q)", "bxa8:Q", "bxa8=♕")
    ),
    _promotion("bxa8=N", "N"),
    _promotion("bxa8=R+", "R"),
    _promotion("bxa8=B??", "B"),
    *(
        played(f"en passant {text}", f"{_EP} 3. {text} 1-0", f"Alder - Birch 1-0 {_EP_MOVES} exd6")
        for text in (
            "exd6",
            "exd6 e.p.",
            "exd6e.p.",
            "exd6ep",
            "exd6 ep",
            "ed6",
            "e5xd6",
            "e5d6",
            "exd6e.p.!",
        )
    ),
    *(
        played(
            f"castling {text}",
            f"{_READY} 4. {text} O-O 1-0",
            f"Alder - Birch 1-0 {_READY_MOVES} O-O O-O",
        )
        for text in ("O-O", "0-0", "e1g1", "O-O!", "0-0!?")
    ),
    *(
        played(
            f"castling {text}",
            f"{_READY} 4. {text} O-O 1-0",
            f"Alder - Birch 1-0 {_READY_MOVES} O-O O-O",
            _ONE_FORM,
        )
        for text in ("OO", "o-o", "oo", "O - O", "O--O", "O.O")
    ),
    played(
        "castling behind a number without a blank",
        f"{_READY} 4.0-0 O-O 1-0",
        f"Alder - Birch 1-0 {_READY_MOVES} O-O O-O",
    ),
    *(
        played(f"knight's move {text}", f"1. e4 e5 2. {text} 1-0", "Alder - Birch 1-0 e4 e5 Nf3")
        for text in ("Nf3", "Ng1f3", "Ng1-f3", "Ngf3", "N1f3", "g1f3", "Nf3+", "Nf3#", "Nf3++")
    ),
    *(
        played(f"pawn's move {text}", f"1. {text} e5 1-0")
        for text in ("Pe4", "e2e4", "e2-e4", "Pe2-e4", "e4!")
    ),
    *(
        played(
            f"capture {text}", f"{_RUY} a6 4. {text} 1-0", f"Alder - Birch 1-0 {_RUY_MOVES} a6 Bxc6"
        )
        for text in ("Bxc6", "Bc6", "Bb5xc6", "Bb5c6")
    ),
    *(
        played(
            f"capture {text}",
            f"{_RUY} a6 4. {text} 1-0",
            f"Alder - Birch 1-0 {_RUY_MOVES} a6 Bxc6",
            "it plays a pawn, or nothing",
        )
        for text in ("B:c6", "BXc6", "B×c6")
    ),
    played("capture Bc6:", f"{_RUY} a6 4. Bc6: 1-0", f"Alder - Birch 1-0 {_RUY_MOVES} a6 Bxc6"),
    *(
        played(f"pawn takes {text}", f"1. e4 d5 2. {text} 1-0", "Alder - Birch 1-0 e4 d5 exd5")
        for text in ("exd5", "ed5", "e4xd5", "e4d5")
    ),
    *(
        played(
            f"pawn takes {text}",
            f"1. e4 d5 2. {text} 1-0",
            "Alder - Birch 1-0 e4 d5 exd5",
            _ONE_FORM,
        )
        for text in ("ed", "exd", "e:d5", "e:d")
    ),
    played(
        "a knight that is not pinned need not be told",
        "1. e4 e5 2. Nc3 Bb4 3. Nge2 1-0",
        "Alder - Birch 1-0 e4 e5 Nc3 Bb4 Nge2",
    ),
    played("mate", "1. f3 e5 2. g4 Qh4# 0-1", "Alder - Birch 0-1 f3 e5 g4 Qh4#"),
    played("mate in words", "1. f3 e5 2. g4 Qh4 mate 0-1", "Alder - Birch 0-1 f3 e5 g4 Qh4#"),
    played(
        "mate in words on the move", "1. f3 e5 2. g4 Qh4mate 0-1", "Alder - Birch 0-1 f3 e5 g4 Qh4#"
    ),
    played(
        "check in words",
        "1. e4 e5 2. Qh5 Nc6 3. Qxf7ch Kxf7 0-1",
        "Alder - Birch 0-1 e4 e5 Qh5 Nc6 Qxf7+ Kxf7",
    ),
    played(
        "moves of computers", "1. e2e4 e7e5 2. g1f3 b8c6 1-0", "Alder - Birch 1-0 e4 e5 Nf3 Nc6"
    ),
    played(
        "moves of computers without numbers", "e2e4 e7e5 g1f3 1-0", "Alder - Birch 1-0 e4 e5 Nf3"
    ),
    played("how it ended, in words 1", "1. e4 e5 White resigns", "Alder - Birch * e4 e5"),
    played("how it ended, in words 2", "1. e4 e5 and Black lost on time 1-0"),
    played(
        "how it ended, in words 4",
        "1. f3 e5 2. g4 Qh4 checkmate 0-1",
        "Alder - Birch 0-1 f3 e5 g4 Qh4#",
    ),
    played("how it ended, in words 5", "1. e4 e5 draw agreed", "Alder - Birch * e4 e5"),
    played("how it ended, in words 6", "1. e4 e5 Resigns. 1-0"),
    played(
        "how it ended, in words 8",
        "1. a4 b5 2. axb5 a6 3. bxa6 Bb7 4. axb7 c6 5. bxa8-Q 1-0",
        "Alder - Birch 1-0 a4 b5 axb5 a6 bxa6 Bb7 axb7 c6 bxa8=Q",
        differs=_ONE_FORM,
    ),
    played(
        "how it ended, in words 9",
        "1. a4 b5 2. axb5 a6 3. bxa6 Bb7 4. axb7 c6 5. bxa8=q+ 1-0",
        "Alder - Birch 1-0 a4 b5 axb5 a6 bxa6 Bb7 axb7 c6 bxa8=Q",
    ),
    played(
        "how it ended, in words 10",
        "1. a4 b5 2. axb5 a6 3. bxa6 Bb7 4. axb7 c6 5. bxa8=Queen 1-0",
        "Alder - Birch 1-0 a4 b5 axb5 a6 bxa6 Bb7 axb7 c6 bxa8=Q",
    ),
)
