"""What one browser tab remembers about the You page, and every change to it.

Games live in the tab's session alone, and go when the tab is closed. A style is put among the
person's own, which their browser keeps until they delete it; nothing is written anywhere else.
"""

import datetime
from collections import Counter
from dataclasses import dataclass, field, replace

import streamlit as st

from engine.analysis.portrait import Surroundings
from engine.analysis.telling_moves import TellingMoves
from engine.errors import StylemateError
from engine.games.chosen_player import ChosenPlayer, choose_player, count_names
from engine.games.online.archive import Archive, GameRequest
from engine.games.online.chess_com import ChessComArchive
from engine.games.online.lichess import LichessArchive
from engine.games.records import GameRecord
from engine.games.selection import Selection, Speed, count_speeds, possible_days
from engine.style.style_file import StyleFile, check_label, parse_style
from engine.training.fit_warnings import remarks_on_player
from ui.shared.actions import action_of
from ui.shared.handover import ask_to_play
from ui.shared.jobs import Job, submit
from ui.shared.kept_work import forget_unusable
from ui.shared.measures import measures
from ui.shared.opponents import (
    add_guest_style,
    guest_styles,
    remove_guest_style,
    shared_opponents,
)
from ui.shared.state import tab
from ui.you import background
from ui.you.background import FitTask, FitWatch, LoadedGames, Me

STATE = "you"
UPLOAD, PASTED, STYLE_FILE = "you_upload", "you_pasted", "you_style_file"
SITE, USER, MOST, ONLINE_SPEEDS = "you_site", "you_user", "you_most", "you_online_speeds"
PLAYER, ALSO, SPEEDS, SINCE, UNTIL, LABEL = (
    "you_player",
    "you_also",
    "you_speeds",
    "you_since",
    "you_until",
    "you_label",
)
FIRST_LABEL = "Me"
NAMES_OFFERED = 300
action = action_of(STATE)


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose games they are.

    Attributes:
        player: who was chosen.
        games: their games.
        speeds: how many of each class of time control.
        days: first and last day of those that are known, None if none is.
        notes: what is odd about them, each a sentence.
    """

    player: ChosenPlayer
    games: tuple[GameRecord, ...]
    speeds: Counter[Speed]
    days: tuple[datetime.date, datetime.date] | None
    notes: tuple[str, ...]


@dataclass(slots=True)
class YouSession:
    """What the page remembers.

    Attributes:
        reading: the reading or download that runs.
        loaded: games that came.
        names: how many games each name in them has, most first.
        choices: whose games they are, by the names that were chosen.
        fitting: the fit that runs.
        watch: what can be seen of it.
        task: what it was given.
        looking: the search for the person's telling moves, which runs when the style is there.
        me: the style that was fitted or loaded.
        problems: what to tell the person, until the next action.
        uploads: counts the uploads, so that their fields can be emptied.
    """

    reading: Job[LoadedGames] | None = None
    loaded: LoadedGames | None = None
    names: tuple[tuple[str, int], ...] = ()
    choices: dict[tuple[str, ...], Choice] = field(default_factory=dict)
    fitting: Job[Me] | None = None
    watch: FitWatch = field(default_factory=FitWatch)
    task: FitTask | None = None
    looking: Job[TellingMoves] | None = None
    me: Me | None = None
    problems: tuple[str, ...] = ()
    uploads: int = 0


@st.cache_resource(show_spinner=False)
def _archives() -> dict[str, Archive]:
    """Return the online archives, one of each for all sessions: downloads take turns."""
    archives: tuple[Archive, ...] = (LichessArchive(), ChessComArchive())
    return {archive.name: archive for archive in archives}


def site_names() -> tuple[str, ...]:
    """Return what people call the sites that games can come from."""
    return tuple(_archives())


def surroundings() -> Surroundings:
    """Return what portraits are drawn against, shared by all sessions.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    known = measures()
    return Surroundings(shared_opponents().space, known.profiler, known.scale)


def current_session() -> YouSession:
    """Return this tab's session, with the results of work that has ended since."""
    session: YouSession = tab().setdefault(STATE, YouSession())
    _take_games(session)
    _take_style(session)
    _take_moves(session)
    if session.me is not None and session.me.style.label not in guest_styles():
        _drop_style(session)  # deleted on another page
    return session


# ---- bringing games ----


def upload_key(session: YouSession, key: str) -> str:
    """Return the widget key of an upload, which changes when the field is to be emptied."""
    return f"{key}_{session.uploads}"


@action
def read_uploads() -> None:
    """Read the files that were uploaded."""
    session = current_session()
    files = st.session_state.get(upload_key(session, UPLOAD)) or []
    if files:
        _read(session, [(file.name, file.getvalue()) for file in files])


@action
def read_pasted() -> None:
    """Read the games that were pasted."""
    text = str(st.session_state.get(PASTED, ""))
    if not text.strip():
        raise StylemateError("Paste your games first: PGN text, with the names of the players.")
    _read(current_session(), [("the pasted text", text.encode())])


@action
def fetch_online() -> None:
    """Download the games of a user."""
    session = current_session()
    archive = _archives()[st.session_state[SITE]]
    request = GameRequest(
        user=str(st.session_state.get(USER, "")),
        most=int(st.session_state[MOST]),
        speeds=frozenset(Speed(name) for name in st.session_state.get(ONLINE_SPEEDS) or ()),
    )
    _forget_games(session)
    session.reading = submit("you_read", lambda job: background.download(archive, request, job))


@action
def load_style_file() -> None:
    """Take up a style that came as a file."""
    session = current_session()
    file = st.session_state.get(upload_key(session, STYLE_FILE))
    if file is None:
        return
    session.uploads += 1  # a refused file does not stay in the field
    style = parse_style(file.getvalue(), file.name)
    shared = shared_opponents()
    style.require_model(shared.fingerprint)
    _require_free(style.label)
    _describe(session, style)


def _describe(session: YouSession, style: StyleFile) -> None:
    around, session.task = surroundings(), None
    session.fitting = submit("you_fit", lambda job: background.describe_style(style, around, job))


@action
def look_elsewhere() -> None:
    """Open another way to bring games; what went wrong with the last is told no longer."""


@action
def drop_games() -> None:
    """Drop the games, to bring others."""
    _forget_games(current_session())


def _read(session: YouSession, files: list[tuple[str, bytes]]) -> None:
    _forget_games(session)
    session.uploads += 1
    session.reading = submit("you_read", lambda job: background.read_files(files, job))


def _forget_games(session: YouSession) -> None:
    if session.reading is not None:
        session.reading.cancel()
    session.reading = session.loaded = None
    session.names, session.choices = (), {}
    for key in (PLAYER, ALSO, SPEEDS, SINCE, UNTIL):
        st.session_state.pop(key, None)


def _take_games(session: YouSession) -> None:
    job = session.reading
    if job is None or not job.is_done:
        return
    session.reading = None
    if job.result is not None:
        session.loaded = job.result
        session.names = tuple(count_names(job.result.records).most_common(NAMES_OFFERED))
        if not session.names:
            session.loaded = None
            session.problems = (
                "The games do not say who played them. Add names to their headers.",
            )
    elif job.error is not None:
        session.problems = (job.error,)


# ---- choosing and fitting ----


def free_label() -> str:
    """Return a name that none of the person's own styles has."""
    taken = set(guest_styles()) | set(shared_opponents().space.names)
    numbers = range(2, len(taken) + 3)
    labels = (FIRST_LABEL, *(f"{FIRST_LABEL} {number}" for number in numbers))
    return next(label for label in labels if label not in taken)


def first_player(session: YouSession) -> str:
    """Return who is most likely the person: the user asked for, or whoever has most games."""
    user = session.loaded.user.casefold() if session.loaded else ""
    names = [name for name, _ in session.names]
    return next((name for name in names if name.casefold() == user), names[0])


def choice(session: YouSession, names: tuple[str, ...]) -> Choice:
    """Return whose games they are when the person goes by these names.

    Raises:
        StylemateError: nobody is called so.
    """
    if names not in session.choices:
        records = session.loaded.records if session.loaded else ()
        player = choose_player(records, names)
        games = tuple(player.games(records))
        days = [day for record in games for day in possible_days(record.date) if day is not None]
        session.choices[names] = Choice(
            player,
            games,
            count_speeds(games),
            (min(days), max(days)) if days else None,
            tuple(remarks_on_player(player, records, "add the name above if so")),
        )
    return session.choices[names]


@action
def start_fit(chosen: Choice, selection: Selection) -> None:
    """Fit the person's style in the background.

    Args:
        chosen: who they are.
        selection: which of their games count.
    """
    session = current_session()
    label = str(st.session_state.get(LABEL, "")).strip() or free_label()
    check_label(label)
    _require_free(label)
    records = selection.of(chosen.games)
    background.require_some(records, chosen.player)
    session.watch = FitWatch()
    task = FitTask(records, chosen.player, label, shared_opponents(), surroundings(), session.watch)
    session.task = task
    session.fitting = submit("you_fit", lambda job: background.fit(task, job))


def _require_free(label: str) -> None:
    if label in shared_opponents().space.names:
        raise StylemateError(
            f"There is a player called '{label}' already. Call your style something else."
        )


def _take_style(session: YouSession) -> None:
    job = session.fitting
    if job is None or not job.is_done:
        return
    session.fitting = None
    if job.result is not None:
        session.me = me = job.result
        add_guest_style(me.style)
        task = session.task
        if task is not None:
            session.looking = submit(
                "you_moves", lambda job: background.look_at_moves(task, me, job)
            )
    elif job.error is not None:
        session.problems = (job.error,)


def _take_moves(session: YouSession) -> None:
    job = session.looking
    if job is None or not job.is_done:
        return
    session.looking = None
    if session.me is not None and job.result is not None:
        portrait = replace(session.me.portrait, moves=job.result)
        session.me = replace(session.me, portrait=portrait)
    elif job.error is not None:
        session.problems = (job.error,)


# ---- the style ----


@action
def show_kept(label: str) -> None:
    """Show a style that the browser kept."""
    style = guest_styles().get(label)
    if style is not None:
        _describe(current_session(), style)


@action
def delete_kept(label: str) -> None:
    """Delete a style that the browser kept."""
    remove_guest_style(label)
    forget_unusable(label)


@action
def delete() -> None:
    """Forget the style and the games, wherever this tab has them."""
    session = current_session()
    if session.me is not None:
        remove_guest_style(session.me.style.label)
    if session.fitting is not None:
        session.fitting.cancel()
    session.fitting = None
    _drop_style(session)
    _forget_games(session)


@action
def other_games() -> None:
    """Go back to the games; the style stays among the person's own."""
    _drop_style(current_session())


def _drop_style(session: YouSession) -> None:
    if session.looking is not None:
        session.looking.cancel()
    session.me = session.looking = None


@action
def play_with(recipe: str) -> None:
    """Play a recipe that names the style."""
    me = current_session().me
    if me is not None:
        add_guest_style(me.style)
        ask_to_play(recipe)
