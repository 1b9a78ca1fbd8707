"""A site on this machine that answers as it is told, well or badly, and notes what it was asked."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

RECORDINGS = Path(__file__).parent / "recordings"


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes:
        status: HTTP status.
        body: its bytes.
        headers: beside the length.
        sent: bytes of the body that are really sent before the line is cut; all if None.
        delay: seconds of silence before the answer.
        pause: seconds of silence before the line is cut.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    sent: int | None = None
    delay: float = 0.0
    pause: float = 0.0


@dataclass(frozen=True)
class Asked:
    """One request: path without its query, the query, and the headers."""

    path: str
    query: str
    headers: dict[str, str]


class Site:
    """Answers requests with ``answer`` and keeps them in ``asked``."""

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        self.address = ""


def recording(name: str) -> Any:
    """Return a recorded answer's JSON."""
    return json.loads((RECORDINGS / name).read_text("utf-8"))


@contextmanager
def serving(answer: Callable[[Asked], Answer]) -> Iterator[Site]:
    """Run a site while the block runs."""
    site = Site(answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            asked = Asked(path, query, dict(self.headers.items()))
            with site.lock:
                site.asked.append(asked)
                site.at_once += 1
                site.most_at_once = max(site.most_at_once, site.at_once)
            try:
                self.give(site.answer(asked))
            except OSError:
                pass  # whoever asked has gone
            finally:
                with site.lock:
                    site.at_once -= 1

        def give(self, answer: Answer) -> None:
            time.sleep(answer.delay)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: answer.sent])
            self.wfile.flush()
            if answer.sent is not None:
                time.sleep(answer.pause)
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler
