"""The app: one Streamlit script that frames every page."""

import sys
from pathlib import Path

# Streamlit runs this file as a script, from any folder: the packages lie beside it.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import streamlit as st

from ui.arena.page import arena_page
from ui.explore.page import explore_page
from ui.model.page import model_page
from ui.play.page import play_page
from ui.quiz.page import quiz_page
from ui.review.page import review_page
from ui.server import adapt_streamlit
from ui.shared.frame import draw_frame, draw_menu
from ui.shared.handover import game_wish, review_wish, watch_wish, wish
from ui.shared.history import keep_history
from ui.shared.kept_work import is_awaited, keep_work
from ui.steer.page import steer_page
from ui.you.page import you_page


def _open_play() -> None:
    st.switch_page(play, query_params=st.query_params.to_dict())


adapt_streamlit()  # where Streamlit was started by itself
draw_frame()
play = st.Page(play_page, title="Play", icon=":material/swords:", default=True)
review = st.Page(review_page, title="Review", icon=":material/query_stats:", url_path="review")
explore = st.Page(explore_page, title="Explore", icon=":material/map:", url_path="explore")
steer = st.Page(steer_page, title="Steer", icon=":material/tune:", url_path="steer")
arena = st.Page(arena_page, title="Arena", icon=":material/trophy:", url_path="arena")
quiz = st.Page(quiz_page, title="Quiz", icon=":material/quiz:", url_path="quiz")
you = st.Page(you_page, title="You", icon=":material/person:", url_path="you")
model = st.Page(model_page, title="Model", icon=":material/monitoring:", url_path="model")
# The first page lives at "/" alone, but who knows "/steer" will type "/play".
by_name = st.Page(_open_play, title="Play", url_path="play", visibility="hidden")
pages = [play, review, explore, steer, arena, quiz, you, model]
chosen = st.navigation([*pages, by_name], position="top")
if (wish() is not None or game_wish() is not None) and chosen.url_path != play.url_path:
    st.switch_page(play)
if review_wish() is not None and chosen.url_path != review.url_path:
    st.switch_page(review)
if watch_wish() is not None and chosen.url_path != arena.url_path:
    st.switch_page(arena)
draw_menu(pages)
if is_awaited(st.query_params.get("style", "")):
    st.caption("Looking for your own styles in this browser …")
else:
    chosen.run()
keep_work()
keep_history()
