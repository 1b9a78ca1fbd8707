"""Where one game ends and the next begins."""

from engine.games.parsing import SkipReason
from tests.games.corpus.case import CEDAR, NAMES, PLAYED, SECOND, TWO, Case

_ALDER_WON = '[White "Alder"]\n[Black "Birch"]\n[Result "1-0"]\n'
_BLANKS = "it ends a game at an empty line below its first words"
_TWO_BLANKS = "it ends the headers at a second empty line"
_COUNTS_NONE = "it gives the moves to the headers above and does not count the game without moves"
_GLUED = "it looks for headers at the start of a line only"
_JOINS = "it takes both for one game"
_LAST_WINS = "it takes the last of equal keys"

CASES = (
    Case("no empty line below the headers", f"{NAMES}1. e4 e5 1-0\n"),
    Case(
        "headers without moves, then no Event",
        f"{_ALDER_WON}\n{CEDAR}",
        TWO[1:],
        (SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves, twice",
        f"{_ALDER_WON}\n{_ALDER_WON}\n{CEDAR}",
        TWO[1:],
        (SkipReason.NO_MOVES, SkipReason.NO_MOVES),
    ),
    Case(
        "headers without moves, then other keys first",
        f'{_ALDER_WON}\n[Event "2"]\n[Site "there"]\n{CEDAR}',
        TWO[1:],
        (SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves, two empty lines",
        f"{_ALDER_WON}\n\n{CEDAR}",
        TWO[1:],
        (SkipReason.NO_MOVES,),
    ),
    Case(
        "headers without moves, in lower case",
        f"{_ALDER_WON}\n{CEDAR.replace('White', 'white').replace('Black', 'black')}",
        TWO[1:],
        (SkipReason.NO_MOVES,),
        differs="its keys have no two cases",
    ),
    Case(
        "a result alone, then a game",
        f"{_ALDER_WON}\n1-0\n\n{CEDAR}",
        TWO[1:],
        (SkipReason.NO_MOVES,),
    ),
    Case(
        "headers that broke off in a header",
        f"{_ALDER_WON}[Da{SECOND}",
        TWO[1:],
        (SkipReason.NO_MOVES,),
    ),
    Case(
        "headers that broke off in a value",
        f'{_ALDER_WON}[Date "2001{SECOND}',
        TWO[1:],
        (SkipReason.NO_MOVES,),
    ),
    Case(
        "headers that broke off, then White",
        f'[White "Alder"]\n[Black "Birch"]\n[Res{CEDAR}',
        TWO[1:],
        (SkipReason.NO_MOVES,),
        differs="it drops the line, and with it whose moves they are",
    ),
    Case(
        "headers that broke off at the end of a line",
        f"{_ALDER_WON}{SECOND}",
        TWO[1:],
        (SkipReason.NO_MOVES,),
    ),
    Case(
        "headers that broke off, the second without White",
        '[White "Alder"]\n[Black "Birch"]\n[Black "Dogwood"]\n\n1. d4 d5 0-1\n',
        (),
        (SkipReason.NO_MOVES, SkipReason.RUN_TOGETHER),
        differs=_LAST_WINS,
    ),
    Case(
        "headers that broke off, the second without Black",
        '[White "Alder"]\n[Black "Birch"]\n[White "Cedar"]\n\n1. d4 d5 0-1\n',
        (),
        (SkipReason.NO_MOVES, SkipReason.RUN_TOGETHER),
        differs=_LAST_WINS,
    ),
    Case(
        "a second block without any name",
        f'[Event "1"]\n{_ALDER_WON}\n[Event "2"]\n\n1. d4 d5 0-1\n',
        (),
        (SkipReason.NO_MOVES, SkipReason.RUN_TOGETHER),
        differs=_LAST_WINS,
    ),
    Case(
        "one header twice alike",
        '[White "Alder"]\n[White "Alder"]\n[Black "Birch"]\n\n1. e4 e5 1-0',
    ),
    Case("another header twice", f'{NAMES}[ECO "C20"]\n[ECO "C44"]\n\n1. e4 e5 1-0'),
    Case("an empty line among the headers", '[White "Alder"]\n\n[Black "Birch"]\n\n1. e4 e5 1-0\n'),
    Case(
        "empty lines between all headers",
        '[White "Alder"]\n\n\n[Black "Birch"]\n\n\n1. e4 e5 1-0\n',
        differs=_TWO_BLANKS,
    ),
    Case(
        "many empty lines below the headers", f"{NAMES}\n\n\n\n1. e4 e5 1-0\n", differs=_TWO_BLANKS
    ),
    Case("two games, an empty line between", f"{NAMES}\n1. e4 e5 1-0\n\n{SECOND}", TWO),
    Case(
        "two games, no empty line between", f"{NAMES}\n1. e4 e5 1-0\n{SECOND}", TWO, differs=_JOINS
    ),
    Case(
        "two games, no result and no empty line",
        f'{NAMES}[Result "1-0"]\n\n1. e4 e5\n{SECOND}',
        TWO,
        differs=_JOINS,
    ),
    Case("result and Event on a line", f"{NAMES}\n1. e4 e5 1-0{SECOND}", TWO, differs=_GLUED),
    Case(
        "result, blank and Event on a line", f"{NAMES}\n1. e4 e5 1-0 {SECOND}", TWO, differs=_GLUED
    ),
    Case("result and White on a line", f"{NAMES}\n1. e4 e5 1-0{CEDAR}", TWO, differs=_GLUED),
    Case(
        "a draw and Event on a line",
        f"{NAMES}\n1. e4 e5 1/2-1/2{SECOND}",
        ("Alder - Birch 1/2-1/2 e4 e5", TWO[1]),
        differs=_GLUED,
    ),
    Case(
        "star and Event on a line",
        f"{NAMES}\n1. e4 e5 *{SECOND}",
        ("Alder - Birch * e4 e5", TWO[1]),
        differs=_GLUED,
    ),
    Case(
        "moves and Event on a line",
        f'{NAMES}[Result "1-0"]\n\n1. e4 e5 {SECOND}',
        TWO,
        differs=_GLUED,
    ),
    Case(
        "comment and Event on a line",
        f"{NAMES}\n1. e4 e5 1-0 {{good}}{SECOND}",
        TWO,
        differs=_GLUED,
    ),
    Case(
        "all headers of the second game on the line",
        f'{NAMES}\n1. e4 e5 1-0[White "Cedar"][Black "Dogwood"][Result "0-1"]\n\n1. d4 d5 0-1\n',
        TWO,
        differs=_GLUED,
    ),
    Case(
        "comment before the first move",
        f"{NAMES}\n{{A fine game.}}\n\n1. e4 e5 1-0\n",
        differs=_BLANKS,
    ),
    Case(
        "two comments before the first move",
        f"{NAMES}\n{{A fine game.}}\n\n{{Really.}}\n\n1. e4 e5 1-0\n",
        differs=_BLANKS,
    ),
    Case("comment above the moves, no empty line", f"{NAMES}\n{{A fine game.}}\n1. e4 e5 1-0\n"),
    Case(
        "comment with a first move in it",
        f"{NAMES}\n{{better is\n\n1. d4 d5}}\n\n1. e4 e5 1-0\n",
        differs=_BLANKS,
    ),
    Case(
        "semicolon comment, empty line",
        f"{NAMES}\n; a fine game\n\n1. e4 e5 1-0\n",
        differs=_BLANKS,
    ),
    Case(
        "variation over an empty line",
        f"{NAMES}\n1. e4 (\n\n1. d4 d5) 1... e5 1-0\n",
        differs=_BLANKS,
    ),
    Case(
        "two variations over empty lines",
        f"{NAMES}\n1. e4 (1. c4 (\n\n1. d4)\n\n1... c5) e5 1-0\n",
        differs=_BLANKS,
    ),
    Case("empty lines between the moves", f"{NAMES}\n1. e4\n\n1... e5\n\n1-0\n", differs=_BLANKS),
    Case(
        "empty lines before the second move",
        f"{NAMES}\n1. e4 e5\n\n2. Nf3 Nc6 1-0\n",
        ("Alder - Birch 1-0 e4 e5 Nf3 Nc6",),
        differs=_BLANKS,
    ),
    Case("no headers at all", "1. e4 e5 1-0\n", ("? - ? 1-0 e4 e5",)),
    Case(
        "games without headers, empty lines",
        "1. e4 e5 1-0\n\n1. d4 d5 0-1\n",
        ("? - ? 1-0 e4 e5", "? - ? 0-1 d4 d5"),
    ),
    Case(
        "games without headers, no empty lines",
        "1. e4 e5 1-0\n1. d4 d5 0-1\n",
        ("? - ? 1-0 e4 e5", "? - ? 0-1 d4 d5"),
        differs=_JOINS,
    ),
    Case(
        "games without headers or results",
        "1. e4 e5\n\n1. d4 d5\n",
        ("? - ? * e4 e5", "? - ? * d4 d5"),
    ),
    Case(
        "games without headers, results or empty lines",
        "1. e4 e5\n1. d4 d5\n",
        ("? - ? * e4 e5", "? - ? * d4 d5"),
        differs=_JOINS,
    ),
    Case(
        "a named game, then one without headers",
        f"{NAMES}\n1. e4 e5 1-0\n\n1. d4 d5 0-1\n",
        (PLAYED, "? - ? 0-1 d4 d5"),
    ),
    Case(
        "both sides' moves numbered",
        f"{NAMES}\n1. e4 1. e5 2. Nf3 2. Nc6 1-0\n",
        ("Alder - Birch 1-0 e4 e5 Nf3 Nc6",),
    ),
    Case(
        "both sides' moves numbered on lines of their own",
        f"{NAMES}\n1. e4\n1. e5\n2. Nf3\n2. Nc6\n1-0\n",
        ("Alder - Birch 1-0 e4 e5 Nf3 Nc6",),
    ),
    Case("words before the first game", f"Games of Sunday\n\n{NAMES}\n1. e4 e5 1-0\n"),
    Case("a heading above the moves", "Games of Sunday\n\n1. e4 e5 1-0\n", ("? - ? 1-0 e4 e5",)),
    Case(
        "words between games", f"{NAMES}\n1. e4 e5 1-0\n\nRound 2 was on Sunday.\n\n{SECOND}", TWO
    ),
    Case(
        "words with a move in them between games",
        f"{NAMES}\n1. e4 e5 1-0\n\nThe quiet e5 was praised.\n\n{SECOND}",
        TWO,
    ),
    Case(
        "paragraphs between games",
        f"{NAMES}\n1. e4 e5 1-0\n\nRound 2\nwas on\n\nSunday, 2. Nf3 or not.\n\n{SECOND}",
        TWO,
        differs="it takes a sentence with a move in it for a game",
    ),
    Case("words below the last game", f"{NAMES}\n1. e4 e5 1-0\n\nSee you next week!\n"),
    Case("words right below the result", f"{NAMES}\n1. e4 e5 1-0\nA short game.\n"),
    Case("comment between games", f"{NAMES}\n1. e4 e5 1-0\n\n{{A pause.}}\n\n{SECOND}", TWO),
    Case("escaped lines", f"% made by hand\n{NAMES}% nothing\n\n1. e4\n% (\ne5 1-0\n"),
    Case(
        "semicolon lines among the headers",
        '[White "Alder"]\n; he is old\n[Black "Birch"]\n\n1. e4 e5 1-0',
    ),
    Case("mark of the bytes' order", f"\ufeff{NAMES}\n1. e4 e5 1-0\n"),
    Case("a mark between joined files", f"{NAMES}\n1. e4 e5 1-0\n\n\ufeff{SECOND}", TWO),
    Case("end sign of DOS", f"{NAMES}\n1. e4 e5 1-0\r\n\x1a"),
    Case("end sign of DOS on the line of the result", f"{NAMES}\n1. e4 e5 1-0\x1a"),
    Case(
        "end signs between joined files",
        f"{NAMES}\n1. e4 e5 1-0\n\x1a{SECOND}",
        TWO,
        differs=_GLUED,
    ),
    Case("padding of zeros", f"{NAMES}\n1. e4 e5 1-0\n" + "\0" * 40),
    Case(
        "padding of zeros between games",
        f"{NAMES}\n1. e4 e5 1-0\n" + "\0" * 40 + f"\n\n{SECOND}",
        TWO,
    ),
    Case(
        "zero-width space before a header",
        f"\u200b{NAMES}\n1. e4 e5 1-0\n",
        differs="it takes the line for moves",
    ),
    Case(
        "indented headers",
        f"  {NAMES.replace(chr(10), chr(10) + '  ')}\n1. e4 e5 1-0\n",
        differs="it takes the lines for moves",
    ),
    Case("tags of a forum", f"[pgn]\n{NAMES}\n1. e4 e5 1-0\n[/pgn]\n"),
    Case(
        "tags of a forum, twice",
        f"[pgn]{NAMES}\n1. e4 e5 1-0\n[/pgn]\n\n[pgn]{SECOND}[/pgn]",
        TWO,
        differs=_GLUED,
    ),
    Case(
        "tags of a forum, no headers",
        "[pgn]1. e4 e5 1-0[/pgn]\n\n[pgn]1. d4 d5 0-1[/pgn]\n",
        ("? - ? 1-0 e4 e5", "? - ? 0-1 d4 d5"),
        differs="it takes a line with brackets for a header",
    ),
    Case(
        "fences of Markdown",
        f"```\n{NAMES}\n1. e4 e5 1-0\n```\n",
        differs="it takes a line without brackets for the end of the headers",
    ),
    Case("a header in a comment", f'{NAMES}\n1. e4 {{\n[Annotator "Elm"]\n}} e5 1-0\n'),
    Case("a header in a semicolon comment", f'{NAMES}\n1. e4 ; [Event "x"]\ne5 1-0\n'),
    Case(
        "a comment that never ends, then a game",
        f"{NAMES}\n1. e4 {{open\n\n{SECOND}",
        TWO[1:],
        (SkipReason.UNCLOSED,),
        differs="it takes all that follows for the comment",
    ),
    Case(
        "a comment that never ends, then White",
        f"{NAMES}\n1. e4 {{open\n\n{CEDAR}",
        TWO[1:],
        (SkipReason.UNCLOSED,),
        differs="it takes all that follows for the comment",
    ),
    Case(
        "a comment that ends in the next game",
        f"{NAMES}\n1. e4 {{open\n{CEDAR.replace('d4 d5', 'd4 {best} d5')}",
        (),
        (SkipReason.RUN_TOGETHER,),
        differs="it plays the other game's moves as Alder's",
    ),
    Case("headers only", NAMES, (), (SkipReason.NO_MOVES,)),
    Case("nothing", "", ()),
    Case("words only", "Dear diary,\nI lost again.\n", ()),
)
