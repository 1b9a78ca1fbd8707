"""How a worker of a cluster dies; it imports this, and so nothing that takes time."""

import os
import signal
from pathlib import Path


def die_once(marker: Path) -> None:
    """End this process as a power cut would, the first time that anybody calls this."""
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
