"""What a node counts, and the port that shows it. Labels are few, whatever people send.

The port is not the hub's own: who can reach it may read them. Each worker of a server has
numbers of its own, so each opens the next free port from the configured one on.
"""

import asyncio
import errno
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from wsgiref.simple_server import WSGIServer

import structlog
from prometheus_client import REGISTRY, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from domain import database

log = structlog.get_logger()

_REQUESTS = Counter("pulse_http_requests_total", "Requests answered.", ["method", "route", "status"])
_SECONDS = Histogram(
    "pulse_http_request_seconds",
    "Time until the answer starts.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
OUTBOX_RELAYED = Counter("pulse_outbox_relayed_total", "Events that a crash or a failure had left behind.")
OUTBOX_LAG_S = Gauge(
    "pulse_outbox_lag_seconds", "How long the oldest event waits to be published or forgotten."
)
_LOOP_LAG_S = Gauge("pulse_event_loop_lag_seconds", "How late the event loop's last tick was.")

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_TICK_S = 0.5
_PORTS_TRIED = 64


def note_request(method: str, route: str, status: int, took_s: float) -> None:
    """Count one answered request. `route` is the template, never the path."""
    method = method if method in _METHODS else "other"
    _REQUESTS.labels(method, route, str(status)).inc()
    _SECONDS.labels(method, route).observe(took_s)


async def measure_lag() -> None:
    """Until cancelled: whatever holds up the event loop holds up this, too."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _TICK_S
        await asyncio.sleep(_TICK_S)
        _LOOP_LAG_S.set(max(0.0, loop.time() - due))


@contextmanager
def served(host: str, port: int | None, *more: CollectorRegistry) -> Iterator[None]:
    """Meanwhile the metrics of this process and of `more` are shown at `port` or the next free one."""
    if port is None:
        yield
        return
    shown = CollectorRegistry()
    shown.register(_All(REGISTRY, *more))
    server, thread, at = _start(host, port, shown)
    log.info("metrics are shown", host=host, port=at)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _All(Collector):
    """What some registries hold, and the connections to PostgreSQL, counted when somebody looks."""

    def __init__(self, *registries: CollectorRegistry) -> None:
        self._registries = registries

    def collect(self) -> Iterable[Metric]:
        for registry in self._registries:
            yield from registry.collect()
        sizes = database.pool_sizes()
        if sizes is not None:
            family = GaugeMetricFamily(
                "pulse_database_connections", "Connections to PostgreSQL.", labels=["state"]
            )
            family.add_metric(["busy"], sizes.busy)
            family.add_metric(["idle"], sizes.idle)
            yield family


def _start(host: str, first: int, shown: CollectorRegistry) -> tuple[WSGIServer, threading.Thread, int]:
    for port in range(first, min(first + _PORTS_TRIED, 65_536)):
        try:
            return (*start_http_server(port, host, shown), port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise OSError(errno.EADDRINUSE, f"no free port for metrics from {first} on")
