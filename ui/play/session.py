"""What one browser tab remembers about the Play page, and every change to it.

All changes go through the functions here; pages only draw. They run as Streamlit callbacks, in
one step with the reply, so a slow script can never lose a move.
"""

import random
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import chess
import streamlit as st
from cachetools import LRUCache

from engine.errors import StylemateError
from engine.play.engine import Engine
from engine.play.manners import ASKED_AGAIN_AFTER
from engine.style.recipe import AS_FITTED, AVERAGE, Recipe, RecipeError, parse_recipe
from engine.style.space import StyleSpace
from engine.style.style_file import LONGEST_NAME, parse_style
from ui.address.address import restore_event
from ui.board.board import board_event
from ui.memory.memory import recalled
from ui.moves.moves import chosen_count
from ui.play import manners
from ui.play.manners import Manners
from ui.shared import clock as clocks
from ui.shared import game as games
from ui.shared.actions import action_of
from ui.shared.candidates import Shifts, Thinking, shifts, think
from ui.shared.clock import Clock, TimeControl
from ui.shared.game import Game
from ui.shared.game_address import KEYS, read_address
from ui.shared.handover import ReviewWish, ask_to_review, end_game_wish, end_wish, game_wish, wish
from ui.shared.history import add_game, forget_games
from ui.shared.kept_work import kept_work
from ui.shared.opponent import (
    Opponent,
    as_fitted,
    check_opponent,
    first_opponent,
    full_name,
    has_habits,
    shares_after,
    with_intensity,
    with_players,
    with_steering,
)
from ui.shared.opponents import (
    add_guest_style,
    opponents,
    remove_guest_style,
    shared_opponents,
)
from ui.shared.player_picker import player_meant
from ui.shared.state import tab
from ui.shared.strength import within_reach

STATE = "play"
MOVES_TAB, OPPONENT_TAB, BOARD_TAB = "Moves", "Opponent", "Board"
STYLE_FILE = "play_style_file"
YOU = "You"
LOADED = " (file)"
"""What tells a loaded style from a player of the same name."""
THOUGHTS_KEPT = 64
action = action_of(STATE, "Your game is safe in this page's address: reload the page to go on.")


def _first_revision() -> int:
    """Return a number that an event of another session will hardly carry."""
    return random.randrange(1, 1_000_000_000)


@dataclass(slots=True)
class PlaySession:
    """What the page remembers.

    Attributes:
        opponent: who plays, with players' full names.
        game: the game.
        revision: counts every change of what is on the board.
        number: counts the games that began, to tell one from the next.
        tab: the tab that is open beside the board.
        slots: rows of players shown, one more than players while one is being added.
        problems: what to tell the person above the board, until the next action.
        recipe_error: what is wrong with the recipe that was typed, if it is.
        style_error: what is wrong with the style file that was loaded last, if it is.
        uploads: counts style files, so that none stays in the field once it was read.
        name: of the game to the page; a session made after a restart of the server has another
            until the page asks it to take the game up again.
        thoughts: the opponent's views of positions seen lately.
        shifts: what pushing its style changed there.
        reasons: why it played its moves lately, in words.
        bot: the opponent, and what it was made of; it keeps what it thought of the game.
        level: how strong the person is, as they say; 0 if they do not, None while it is unknown.
        asks_level: whether to ask them.
        manners: whether it behaves as people do.
        reply_due: when its reply is to come, by the monotonic clock; None where none is waited for.
        draw_offered: half-moves after which it last would not have a draw.
        said: what it answered, until the next action.
        is_chosen: whether somebody chose the opponent, who then keeps the strength they have.
        rival: whom another page wished for while a game goes on, until the person has said what
            is to become of it.
        asks_resign: whether to ask if the person means to give up.
        is_first: whether the person came without a game, and is told what this is.
        welcomes: whether they have not done anything since.
        restored: values of the address of a game that is taken up as soon as the browser has told
            of the person's own styles.
        clock: of the game, None without one.
        recorded: name of the game in the person's history, once it has ended here.
    """

    opponent: Opponent
    game: Game
    revision: int = field(default_factory=_first_revision)
    number: int = 0
    tab: str = OPPONENT_TAB
    slots: int = 1
    problems: tuple[str, ...] = ()
    recipe_error: RecipeError | None = None
    style_error: str = ""
    uploads: int = 0
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    thoughts: LRUCache[tuple[str, str, tuple[chess.Move, ...]], Thinking | None] = field(
        default_factory=lambda: LRUCache(THOUGHTS_KEPT)
    )
    shifts: LRUCache[tuple[str, str, str, tuple[chess.Move, ...]], Shifts | None] = field(
        default_factory=lambda: LRUCache(THOUGHTS_KEPT)
    )
    reasons: LRUCache[tuple[str, str, tuple[chess.Move, ...]], str] = field(
        default_factory=lambda: LRUCache(THOUGHTS_KEPT)
    )
    bot: tuple[tuple[object, ...], Engine] | None = None
    level: int | None = None
    asks_level: bool = False
    manners: Manners = field(default_factory=Manners)
    reply_due: float | None = None
    draw_offered: int | None = None
    said: str = ""
    is_chosen: bool = False
    rival: Recipe | None = None
    asks_resign: bool = False
    is_first: bool = False
    welcomes: bool = False
    restored: tuple[str, Mapping[str, str]] | None = None
    clock: Clock | None = None
    recorded: str | None = None


def current_session() -> PlaySession:
    """Return this tab's session; the first call reads it from the page's address.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    if STATE not in tab():
        query: Mapping[str, str] = st.query_params
        if not any(key in query for key in KEYS):
            query = kept_work().game  # the tab was loaded again on another page
        first = _session_from_address(opponents().space, query)
        _let_opponent_answer(first)
        look_at_clock(first)
        tab()[STATE] = first
    session: PlaySession = tab()[STATE]
    if session.restored is not None and kept_work().is_told:
        name, values = session.restored
        session = replace(_session_from_address(opponents().space, values), name=name)
        tab()[STATE] = session
        _let_opponent_answer(session)
        look_at_clock(session)
    _drop_unknown(session, opponents().space)
    return session


def take_wish() -> None:
    """Make what another page wished for the opponent, of another game if this one has ended.

    While a game goes on against somebody else, the person is asked first.
    """
    recipe = wish()
    if recipe is None:
        return
    session = current_session()
    session.problems = ()
    rival = _rival(session, recipe)
    if is_running(session.game) and rival.recipe != session.opponent.recipe:
        session.rival = rival.recipe
    else:
        session.rival = None
        _play_rival(session, rival, games.ending(session.game) is not None)
    end_wish()


def is_running(game: Game) -> bool:
    """Return whether a game goes on that would be a loss."""
    return bool(game.moves) and games.ending(game) is None


@action
def answer_rival(begins: bool | None) -> None:
    """Say what becomes of the game when another page wished for somebody else.

    Args:
        begins: whether another game begins against them; None keeps game and opponent.
    """
    session = current_session()
    recipe, session.rival = session.rival, None
    if recipe is not None and begins is not None:
        _play_rival(session, _rival(session, recipe), begins)


def _rival(session: PlaySession, recipe: Recipe) -> Opponent:
    """Return whom another page wished for, at the strength that was chosen here."""
    elo = session.opponent.recipe.elo if recipe.elo is None else recipe.elo
    return replace(session.opponent, recipe=replace(recipe, elo=elo))


def _play_rival(session: PlaySession, rival: Opponent, begins: bool) -> None:
    session.slots = max(len(rival.recipe.components), 1)
    _accept(session, rival)
    if begins:
        _begin_again(session, session.game.person)
    _let_opponent_answer(session)


def take_game_wish() -> None:
    """Play on the game that another page wished for, in place of the one here."""
    wanted = game_wish()
    if wanted is None:
        return
    end_game_wish()
    session = current_session()
    opponent = replace(session.opponent, recipe=wanted.opponent.recipe)
    session.slots = max(len(opponent.recipe.components), 1)
    _accept(session, check_opponent(opponent, opponents().space))
    session.tab = MOVES_TAB
    _begin(session, wanted.game, None)


def engine(session: PlaySession) -> Engine:
    """Return the session's opponent as an engine, the same one as long as it plays the game."""
    registry, opponent = opponents(), session.opponent
    style = registry.space.style(opponent.recipe)  # a label may change its meaning
    made_of = (style.fingerprint, opponent, session.number)
    if session.bot is None or session.bot[0] != made_of:
        session.bot = made_of, registry.bot(opponent.recipe, opponent.temperature)
    return session.bot[1]


def thoughts_on(session: PlaySession, count: int) -> Thinking | None:
    """Return the opponent's view of the position after ``count`` moves, remembered."""
    game = session.game
    seen = game.moves[: count + 1]  # with the move played there, which the view marks
    style = opponents().space.style(session.opponent.recipe)  # a label may change its meaning
    key = (style.fingerprint, f"{game.start} {count}", seen)
    if key not in session.thoughts:
        session.thoughts[key] = think(engine(session), game, count)
    return session.thoughts[key]


def shifts_on(session: PlaySession, count: int) -> Shifts | None:
    """Return what pushing the opponent's style changes after ``count`` moves, remembered.

    None where nothing is pushed, and where no move is left.
    """
    recipe = session.opponent.recipe.style
    before = as_fitted(recipe)
    if recipe == before:
        return None
    registry, game = opponents(), session.game
    unpushed, pushed = (registry.space.style(one).fingerprint for one in (before, recipe))
    key = (unpushed, pushed, f"{game.start} {count}", game.moves[:count])
    if key not in session.shifts:
        board = games.board_after(game, count)
        found = None
        if any(board.legal_moves):
            found = shifts(board, *(registry.bot(one).policy(board) for one in (before, recipe)))
        session.shifts[key] = found
    return session.shifts[key]


# ---- the game ----


@action
def make_move() -> None:
    """Play the move made on the board, and the reply.

    It counts if it was made in the position that is being played. Whether the page has seen the
    latest state of the session does not matter: after a restart of the server it has not.
    """
    session, event = current_session(), board_event()
    if event is None:
        return
    game = session.game
    if not game.is_current or event.fen != games.board_after(game, game.shown).fen():
        session.revision += 1  # the page drew the move already: make it draw the truth
        return
    _play(session, event.uci)


@action
def restore() -> None:
    """Take up the game that the page still shows after the server was restarted behind it."""
    event = restore_event()
    if event is None or event.session == current_session().name:
        return
    current_session().restored = event.session, event.values
    current_session()  # takes it up, or waits for the person's own styles


@action
def time_ran_out() -> None:
    """End the game of whoever has no time left, as the page thinks."""
    look_at_clock(current_session())


def look_at_clock(session: PlaySession) -> None:
    """End the game if the side to move has no time left."""
    clock, now = session.clock, time.time()
    if clock is None or clock.since is None:
        return
    turn = games.turn(session.game)
    ended = games.ending(session.game) is not None
    if not ended and clock.left(turn, turn, now) <= 0:
        _set_game(session, games.flag(session.game, turn))
        ended = True
    if ended:
        session.clock = clocks.stopped(clock, turn, now)


def _play(session: PlaySession, uci: str) -> None:
    look_at_clock(session)
    before, clock, session.said = session.game, session.clock, ""
    try:
        _set_game(session, games.apply_move(session.game, uci))
        _press_clock(session, session.game.person)
        session.tab = MOVES_TAB
        _let_opponent_answer(session)
    except StylemateError:  # without a reply nobody would be to move any more
        _set_game(session, before)
        session.clock = clock
        raise


def _press_clock(session: PlaySession, mover: chess.Color) -> None:
    """Let the other side's time run after a move, or nobody's once the game is over."""
    if session.clock is None:
        return
    now, count = time.time(), session.game.length
    session.clock = clocks.pressed(session.clock, mover, count, now)
    if games.ending(session.game) is not None:
        session.clock = clocks.stopped(session.clock, not mover, now)


@action
def set_manners(value: bool, name: str) -> None:
    """Let the opponent behave as people do, or not; a reply that is waited for then comes at once.

    Args:
        value: whether it does.
        name: of the field of ``Manners``.
    """
    session = current_session()
    session.manners = replace(session.manners, **{name: value})
    if not session.manners.takes_time:
        let_reply_come()


@action
def offer_draw() -> None:
    """Offer the opponent a draw."""
    session = current_session()
    if not may_offer_draw(session):
        return
    game = session.game
    name = full_name(session.opponent.recipe)
    if manners.would_take_draw(game, engine(session)):
        _set_game(session, games.agree(game))
        look_at_clock(session)
    else:
        session.draw_offered = game.length
        session.said = f"{name} does not want a draw now."


def may_offer_draw(session: PlaySession) -> bool:
    """Return whether a draw can be offered: with manners, once in a while, on one's own move."""
    game, last = session.game, session.draw_offered
    is_again = last is not None and 0 <= game.length - last < ASKED_AGAIN_AFTER
    return session.manners.ends_games and games.is_persons_turn(game) and not is_again


def is_reply_due(session: PlaySession) -> bool:
    """Return whether the time of a reply that was waited for has come."""
    return session.reply_due is not None and time.monotonic() >= session.reply_due


@action
def let_reply_come() -> None:
    """Play the reply that is waited for, now."""
    session = current_session()
    is_awaited, session.reply_due = session.reply_due is not None, None
    if not is_awaited or not games.is_opponents_turn(session.game):
        return
    before, clock = session.game, session.clock
    try:
        _reply(session, engine(session))
    except StylemateError:  # without a reply nobody would be to move any more
        _set_game(session, games.take_back(before))
        session.clock = clock
        raise


@action
def go_to_chosen() -> None:
    """Show the position chosen in the list of moves."""
    count = chosen_count()
    if count is not None:
        _set_game(current_session(), games.show(current_session().game, count))


@action
def back_to_game() -> None:
    """Show the position that is being played."""
    session = current_session()
    _set_game(session, games.show(session.game, session.game.length))


@action
def take_back() -> None:
    """Take back the person's last move."""
    session = current_session()
    session.reply_due, session.said = None, ""
    _take_out_of_history(session)
    _set_game(session, games.take_back(session.game))
    if session.clock is not None:
        session.clock = clocks.resumed(session.clock, session.game.length, time.time())


@action
def ask_resign(is_asked: bool) -> None:
    """Ask whether the person means to give up, or ask no more."""
    current_session().asks_resign = is_asked


@action
def resign() -> None:
    """Give up."""
    session = current_session()
    _set_game(session, games.resign(session.game))
    look_at_clock(session)


@action
def flip() -> None:
    """Turn the board."""
    session = current_session()
    _set_game(session, games.flip(session.game))


@action
def rematch(person: chess.Color) -> None:
    """Begin again from where this game began."""
    _begin_again(current_session(), person)


@action
def review() -> None:
    """Go through the game on another page."""
    session = current_session()
    names = {session.game.person: YOU, not session.game.person: full_name(session.opponent.recipe)}
    ask_to_review(
        ReviewWish(session.game, names[chess.WHITE], names[chess.BLACK], session.opponent.recipe)
    )


def start_game(
    person: chess.Color | None,
    fen: str,
    control: TimeControl | None = None,
    opening: Sequence[chess.Move] = (),
) -> None:
    """Begin a game.

    Args:
        person: the person's colour, None for a random one.
        fen: the first position, the usual one if empty.
        control: the time of each side, None without a clock.
        opening: moves that are played already, from the usual position.

    Raises:
        StylemateError: the FEN is no position to play from, or there is an opening besides.
    """
    if opening and fen.strip():
        raise StylemateError("Choose an opening or give a FEN, not both.")
    session = current_session()
    color = random.choice(chess.COLORS) if person is None else person
    _begin(session, games.replayed(games.new_game(color, fen), opening), control)


@action
def play_from_here() -> None:
    """Begin a game from the position on screen, with the moves that led there."""
    session = current_session()
    game = session.game
    control = session.clock.control if session.clock is not None else None
    first = games.new_game(game.person, "" if game.start == chess.STARTING_FEN else game.start)
    begun = games.replayed(first, game.moves[: game.shown])
    if games.ending(begun) is not None:
        raise StylemateError("The game is over in that position.")
    _begin(session, replace(begun, flipped=game.flipped), control)


def _begin_again(session: PlaySession, person: chess.Color) -> None:
    start = session.game.start
    control = session.clock.control if session.clock is not None else None
    _begin(session, games.new_game(person, "" if start == chess.STARTING_FEN else start), control)


def _begin(session: PlaySession, game: Game, control: TimeControl | None) -> None:
    session.problems = ()
    session.said, session.draw_offered = "", None
    session.number += 1
    session.clock = clocks.new_clock(control) if control is not None else None
    if session.clock is not None:
        session.clock = clocks.resumed(session.clock, game.length, time.time())
    _set_game(session, game)
    _let_opponent_answer(session)


@action
def open_tab(name: str) -> None:
    """Open a tab beside the board."""
    current_session().tab = name


# ---- the opponent ----


@action
def choose_preset(label: str | None, players: dict[str, str]) -> None:
    """Play against the player of the chip that was pressed.

    Args:
        label: of the chip, None where the one that was on is pressed again.
        players: name in the style space by chip.
    """
    if label is None:
        return
    session = current_session()
    session.slots = 1
    _set_opponent(session, with_steering(session.opponent, {}), {players[label]: 1.0})


@action
def load_style_file() -> None:
    """Play the style of the file that was chosen; a wrong one is explained beside the field."""
    session = current_session()
    file = st.session_state.get(style_file_key(session))
    if file is None:
        return
    session.uploads += 1
    session.style_error = ""
    try:
        style = parse_style(file.getvalue(), file.name)
        if style.label in shared_opponents().space.names:
            style = replace(style, label=style.label[: LONGEST_NAME - len(LOADED)] + LOADED)
        add_guest_style(style)
    except StylemateError as error:
        session.style_error = str(error)
        return
    play_guest(style.label)


@action
def play_guest(label: str) -> None:
    """Play a guest alone, steered as the opponent is."""
    session = current_session()
    session.slots = 1
    _set_opponent(session, session.opponent, {label: 1.0})


@action
def send_guest_away(label: str) -> None:
    """Take a guest off the list, and out of the opponent."""
    current_session().style_error = ""
    remove_guest_style(label)


@action
def choose_player(chosen: str | None, slot: int) -> None:
    """Put the chosen player in a row of the blend."""
    session = current_session()
    if chosen is None:
        return
    chosen = player_meant(chosen, opponents().space)
    shares = _shares(session)
    names = list(shares)
    if chosen in names:
        return
    if slot < len(names):
        pairs = [(chosen if n == names[slot] else n, share) for n, share in shares.items()]
        _set_opponent(session, session.opponent, dict(pairs))
    else:
        share = 1 / (len(names) + 1)
        blended = {name: s * (1 - share) for name, s in shares.items()}
        _set_opponent(session, session.opponent, {**blended, chosen: share})


@action
def add_slot() -> None:
    """Show one more row of players."""
    current_session().slots += 1


@action
def remove_player(slot: int) -> None:
    """Take a row out of the blend."""
    session = current_session()
    shares = _shares(session)
    names = list(shares)
    session.slots = max(session.slots - 1, 1)
    if slot < len(names):
        rest = {name: share for name, share in shares.items() if name != names[slot]}
        _set_opponent(session, session.opponent, rest)


@action
def set_share(percent: int, slot: int) -> None:
    """Give a player another share of the blend."""
    session = current_session()
    shares = shares_after(_shares(session), slot, percent / 100)
    _set_opponent(session, session.opponent, shares)


@action
def steer(amount: float, key: str) -> None:
    """Push the style along an attribute."""
    session = current_session()
    amounts = {push.attribute: push.amount for push in session.opponent.recipe.steering}
    amounts[key] = amount
    _accept(session, with_steering(session.opponent, amounts))


@action
def reset_steering() -> None:
    """Put every slider back to 0."""
    session = current_session()
    _accept(session, with_steering(session.opponent, {}))


@action
def set_intensity(intensity: float) -> None:
    """Turn the habits of the opponent's players up or down."""
    session = current_session()
    _accept(session, with_intensity(session.opponent, intensity))


@action
def choose_strength(elo: int) -> None:
    """Play at a rating, 0 for as learned."""
    session = current_session()
    session.is_chosen = True
    _accept_strength(session, elo or None)


@action
def recall_level() -> None:
    """Take up what the browser remembers of the person, or ask them."""
    session, answer = current_session(), recalled()
    if answer is None or session.level is not None:
        return
    if answer.level is None:
        session.asks_level = True
    else:
        _know_level(session, answer.level)


@action
def tell_level(level: int) -> None:
    """Take up how strong the person says they are."""
    session = current_session()
    session.asks_level = False
    _know_level(session, level)


def _know_level(session: PlaySession, level: int) -> None:
    """Let the opponent play at the person's level, unless the opponent was chosen as they are."""
    session.level = level
    if level and not session.is_chosen:
        welcomes = session.welcomes  # the person has chosen nobody by that
        _accept_strength(session, within_reach(opponents().strength, level))
        session.welcomes = welcomes


def _accept_strength(session: PlaySession, elo: int | None) -> None:
    recipe = replace(session.opponent.recipe, elo=elo)
    _accept(session, replace(session.opponent, recipe=recipe))


@action
def set_temperature(temperature: float) -> None:
    """Play more or less by the likeliest move."""
    session = current_session()
    _accept(session, replace(session.opponent, temperature=temperature))


@action
def use_recipe(text: str) -> None:
    """Play a recipe that was typed or suggested, or remember what is wrong with it."""
    session = current_session()
    try:
        opponent = _opponent_of(session, text)
    except RecipeError as error:
        session.recipe_error = error
    else:
        _accept(session, opponent)
        session.slots = max(len(opponent.recipe.components), 1)


def _opponent_of(session: PlaySession, text: str) -> Opponent:
    space = opponents().space
    recipe = space.resolve(parse_recipe(text), text)
    return check_opponent(replace(session.opponent, recipe=recipe), space)


def style_file_key(session: PlaySession) -> str:
    """Return the widget key of the field for a style file."""
    return f"{STYLE_FILE}_{session.uploads}"


def _drop_unknown(session: PlaySession, space: StyleSpace) -> None:
    """Leave those out of the opponent who were guests and have been sent away."""
    known = {AVERAGE, *space.names}
    gone = [name for name in _shares(session) if name not in known]
    if not gone:
        return
    rest = {name: share for name, share in _shares(session).items() if name in known}
    if rest:
        _set_opponent(session, session.opponent, rest)
    else:
        _accept(session, first_opponent(space))
    session.slots = max(len(rest), 1)
    session.problems = (f"'{gone[0]}' was removed, and no longer part of your opponent.",)


def _session_from_address(space: StyleSpace, query: Mapping[str, str]) -> PlaySession:
    address = read_address(query)
    is_first = address.recipe is None and not address.game.moves
    problems = list(address.problems)
    opponent = replace(first_opponent(space), temperature=address.temperature)
    if address.recipe is not None:
        try:
            opponent = check_opponent(replace(opponent, recipe=address.recipe), space)
        except StylemateError as error:
            problems.append(_unusable(address.recipe, error, space))
    return PlaySession(
        opponent,
        address.game,
        tab=MOVES_TAB if address.game.moves else OPPONENT_TAB,
        slots=max(len(opponent.recipe.components), 1),
        problems=tuple(problems),
        is_chosen=address.recipe is not None,
        is_first=is_first,
        welcomes=is_first,
        clock=address.clock,
    )


def _unusable(recipe: Recipe, error: StylemateError, space: StyleSpace) -> str:
    """Return why the style in an address cannot be played, and what to do."""
    problem = f"{error.problem}." if isinstance(error, RecipeError) else str(error)
    try:
        space.resolve(Recipe(recipe.components))
    except StylemateError:
        return (
            "The style in the address is neither a player here nor a style that this browser "
            f"keeps. If it is your own, load its .style file again. {problem}"
        )
    return f"The style in the address cannot be used. {problem}"


def _set_game(session: PlaySession, game: Game) -> None:
    had_ended = games.ending(session.game) is not None
    session.game = game
    session.asks_resign = session.welcomes = False
    session.revision += 1
    has_ended = games.ending(game) is not None
    if has_ended and not had_ended:
        session.recorded = add_game(session.opponent, game)
    elif had_ended and not has_ended:
        session.recorded = None


def _take_out_of_history(session: PlaySession) -> None:
    """Forget the end of a game that goes on after all."""
    if session.recorded is not None:
        forget_games([session.recorded])


def _let_opponent_answer(session: PlaySession) -> None:
    """Let the opponent move, now or when a person would, or give up."""
    session.reply_due = None
    game, behaves = session.game, session.manners
    if not games.is_opponents_turn(game):
        return
    bot = engine(session)
    if behaves.ends_games:
        draw = random.Random(f"{session.name} {session.number}").random()
        if manners.would_give_up(game, bot, draw, session.opponent.recipe.elo):
            _set_game(session, games.concede(game))
            look_at_clock(session)
            return
    if behaves.takes_time:
        session.reply_due = time.monotonic() + manners.time_for_reply(game, bot, _left(session))
    else:
        _reply(session, bot)


def _reply(session: PlaySession, bot: Engine) -> None:
    """Play the opponent's reply, if its time was enough."""
    answered = games.answer(session.game, bot)
    look_at_clock(session)
    if games.ending(session.game) is None:
        _set_game(session, answered)
        _press_clock(session, not session.game.person)


def _left(session: PlaySession) -> float | None:
    """Return the seconds that the opponent has left, None without a clock."""
    if session.clock is None:
        return None
    turn = games.turn(session.game)
    return session.clock.left(turn, turn, time.time())


def _shares(session: PlaySession) -> dict[str, float]:
    return {c.name: c.weight for c in session.opponent.recipe.components}


def _set_opponent(session: PlaySession, opponent: Opponent, shares: dict[str, float]) -> None:
    """Let others play, as intense as before if their habits are known."""
    chosen = with_players(opponent, shares)
    if not has_habits(chosen.recipe, opponents().space):
        chosen = with_intensity(chosen, AS_FITTED)
    _accept(session, chosen)


def _accept(session: PlaySession, opponent: Opponent) -> None:
    session.opponent = opponent
    session.recipe_error = None
    session.welcomes = False
