"""The service over HTTP: addresses, limits, and errors in words.

The description of the interface is at ``/openapi.json``. A page to try it by hand is left out,
because it would load its programs from other hosts.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import StylemateError
from engine.play.batcher import BusyError
from engine.serve.messages import (
    MOST_STYLES,
    Health,
    MoveAnswer,
    MoveQuestion,
    PolicyAnswer,
    PolicyQuestion,
    Problem,
    RecipeAnswer,
    RecipeQuestion,
    StylesAnswer,
)
from engine.serve.service import StyleService

MOST_BYTES = 64 * 1024
"""Of a question: a game of 600 moves has 6 KB."""
RATE = "600/minute"
LOOKING_SECONDS = 0.5
"""Between two looks at whether an asker is still there."""
RETRY_SECONDS = 3
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": words}
    for status, words in (
        (400, "The recipe, position or move is wrong, or the game is over."),
        (413, "The question is too large."),
        (422, "The question has not the form that is described here."),
        (429, "Too many questions came from this address."),
        (503, "Too much is asked at once; the header Retry-After says when to come again."),
    )
}
_HEALTH = "/health"
_NO_JSON = "The question is not JSON, or is nested too deep or has too long a number in it."
_log = logging.getLogger(__name__)
Result = TypeVar("Result")


def create_app(service: StyleService | None = None, rate: str = RATE) -> FastAPI:
    """Return the application.

    Args:
        service: what answers; that of the assets by default.
        rate: how many questions an address may ask, such as ``600/minute``.

    Raises:
        StylemateError: the rate cannot be read, or the assets are missing or damaged.
    """
    limit = read_rate(rate)
    answering = service or StyleService()
    app = FastAPI(
        title="Stylemate",
        description="Chess moves in the style of players, their blends, and styles steered along "
        "attributes. Nothing is kept: a game is its moves, which come with every question.",
        docs_url=None,
        redoc_url=None,
    )
    _add_routes(app, answering)
    _add_errors(app)
    app.add_middleware(_Limits, limit=limit)
    return app


def read_rate(rate: str) -> RateLimitItem:
    """Return a rate such as ``600/minute``.

    Raises:
        StylemateError: it cannot be read.
    """
    try:
        return parse(rate)
    except ValueError:
        raise StylemateError(
            f"'{rate}' is no rate. Write how many questions in what time, such as 600/minute."
        ) from None


def _add_routes(app: FastAPI, service: StyleService) -> None:
    @app.get(_HEALTH)
    async def health() -> Health:
        """Tell that the server answers, and how busy it is."""
        return service.health()

    @app.get("/styles", responses=PROBLEMS)
    async def styles(
        search: Annotated[str, Query(max_length=200)] = "",
        start: Annotated[int, Query(ge=0)] = 0,
        count: Annotated[int, Query(ge=0, le=MOST_STYLES)] = 50,
    ) -> StylesAnswer:
        """List players and sliders that recipes may name."""
        return service.styles(search, start, count)

    @app.post("/recipe", responses=PROBLEMS)
    async def recipe(asked: RecipeQuestion) -> RecipeAnswer:
        """Check a recipe."""
        return service.check(asked.recipe)

    @app.post("/policy", responses=PROBLEMS)
    async def policy(asked: PolicyQuestion, request: Request) -> PolicyAnswer:
        """Say how likely a style plays each legal move."""
        return await _while_there(request, service.policy(asked, _client(request)))

    @app.post("/move", responses=PROBLEMS)
    async def move(asked: MoveQuestion, request: Request) -> MoveAnswer:
        """Play a move."""
        return await _while_there(request, service.move(asked, _client(request)))


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(BusyError)
    async def busy(request: Request, error: BusyError) -> JSONResponse:
        return _problem(503, str(error), retry=RETRY_SECONDS)

    @app.exception_handler(StylemateError)
    async def wrong(request: Request, error: StylemateError) -> JSONResponse:
        return _problem(400, str(error))

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        return _problem(422, " ".join(_in_words(found) for found in error.errors()[:3]))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        words = {
            404: "There is nothing at this address; see /openapi.json.",
            405: f"This address does not take {request.method}; see /openapi.json.",
        }
        if error.status_code == 400:  # FastAPI's own, for what no JSON reader gets to the end of
            return _problem(422, _NO_JSON)
        problem = _problem(error.status_code, words.get(error.status_code, f"{error.detail}."))
        problem.headers.update(error.headers or {})
        return problem

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        _log.error("a question failed", exc_info=error)
        return _problem(500, "This is a fault in Stylemate. The server's log says more.")


async def _while_there(request: Request, answer: Coroutine[Any, Any, Result]) -> Result:
    """Return an answer, and stop working on it once the asker has gone."""
    task = asyncio.create_task(answer)
    try:
        while True:
            done, _ = await asyncio.wait([task], timeout=LOOKING_SECONDS)
            if done:
                return task.result()
            if await request.is_disconnected():
                raise HTTPException(499, "The asker has gone")
    finally:
        task.cancel()


class _Limits:
    """Refuses questions that are too large or too many."""

    def __init__(self, app: ASGIApp, limit: RateLimitItem) -> None:
        self._app = app
        self._limit = limit
        self._rates = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == _HEALTH:
            await self._app(scope, receive, send)
            return
        if not self._rates.hit(self._limit, (scope.get("client") or ("",))[0]):
            words = f"Too many questions came from your address: at most {self._limit}."
            await _problem(429, words, retry=RETRY_SECONDS)(scope, receive, send)
            return
        body = await _body(receive)
        if body is None:
            words = f"The question is too large: at most {MOST_BYTES // 1024} KB."
            await _problem(413, words)(scope, receive, send)
            return
        parts = iter([body])

        async def replay() -> Message:
            part = next(parts, None)
            if part is None:
                return await receive()
            return {"type": "http.request", "body": part, "more_body": False}

        await self._app(scope, replay, send)


async def _body(receive: Receive) -> bytes | None:
    """Return the body of a question, None if it is too large."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return body


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


def _problem(status: int, words: str, retry: int | None = None) -> JSONResponse:
    headers = {} if retry is None else {"Retry-After": str(retry)}
    return JSONResponse(Problem(error=words).model_dump(), status, headers)


def _in_words(found: Any) -> str:
    place = ".".join(str(part) for part in found["loc"] if part not in ("body", "query"))
    if found["type"] == "json_invalid":
        return _NO_JSON
    return f"{place or 'The question'}: {found['msg']}."
