"""The server as replicas of a Ray Serve deployment, each with a batcher of its own."""

from fastapi import FastAPI
from ray import serve

from engine.assets import ENVIRONMENT_VARIABLE, assets_directory
from engine.cluster.connection import connect
from engine.play.batcher import BatchLimits
from engine.serve.api import RATE, create_app

QUESTIONS_IN_A_BATCH = BatchLimits().rows // 2
"""A move takes a row for its style and one for the plain network."""
ONGOING = 2 * QUESTIONS_IN_A_BATCH
"""Questions at a replica: while it computes a batch, the next one has to gather there. Ray's own
bound of 5 would be the size of every batch."""
QUEUED = 2048


def deployment(replicas: int, rate: str = RATE, cpus: float = 1.0) -> serve.Application:
    """Return the server as an application for ``serve.run``.

    Args:
        replicas: how many; each loads the model.
        rate: how many questions an address may ask of one replica.
        cpus: processors that each replica takes.

    Raises:
        StylemateError: the assets, which all machines have to see, are missing.
    """

    def app() -> FastAPI:
        return create_app(rate=rate)

    replica = serve.deployment(
        name="stylemate",
        num_replicas=replicas,
        max_ongoing_requests=ONGOING,
        max_queued_requests=QUEUED,
        ray_actor_options={
            "num_cpus": cpus,
            "runtime_env": {"env_vars": {ENVIRONMENT_VARIABLE: str(assets_directory().resolve())}},
        },
    )(serve.ingress(app)())
    application: serve.Application = replica.bind()
    return application


def run(replicas: int, host: str, port: int, rate: str = RATE) -> None:
    """Start the server on the cluster that Ray is connected to, or a local one; return at once."""
    connect()
    serve.start(http_options={"host": host, "port": port})
    serve.run(deployment(replicas, rate), name="stylemate", route_prefix="/")
