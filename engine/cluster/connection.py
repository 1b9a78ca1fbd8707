"""The cluster that work goes to."""

import os

import ray


def connect() -> None:
    """Join the cluster that runs on this machine or that ``RAY_ADDRESS`` names; else start one.

    One that is started here is this machine alone, and ends with the process.
    """
    if not ray.is_initialized():
        # Ray would tell its makers of every cluster that it starts.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        ray.init(include_dashboard=False)
