"""The numbers of the HTTP side. Labels are routes, methods and statuses: few, whatever people send."""

from prometheus_client import Counter, Gauge, Histogram

_REQUESTS = Counter("pulse_http_requests_total", "Requests answered.", ["method", "route", "status"])
_SECONDS = Histogram(
    "pulse_http_request_seconds",
    "Time to answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
OUTBOX_RELAYED = Counter("pulse_outbox_relayed_total", "Events that a crash or a failure had left behind.")
LOOP_LAG_S = Gauge("pulse_event_loop_lag_seconds", "How late the event loop's last tick was.")

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def note_request(method: str, route: str, status: int, took_s: float) -> None:
    """Count one answered request. `route` is the template, never the path."""
    method = method if method in _METHODS else "other"
    _REQUESTS.labels(method, route, str(status)).inc()
    _SECONDS.labels(method, route).observe(took_s)
