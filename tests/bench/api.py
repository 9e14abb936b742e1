"""The four requests that people make most, beside the cheapest one that the same server can answer."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tests.bench.load import Figures, measure, request
from tests.bench.stage import PASSWORD, Stage, hub_with_people
from tests.bench.stage import run as a_run

CONNECTIONS = 16
SIGN_IN_CONNECTIONS = 4


async def run(*, seconds: float, rounds: int) -> dict[str, Any]:
    """Print a table, and return the same figures."""
    async with hub_with_people() as stage:
        figures = [
            await measure(name, stage.base_url, make, connections=connections, seconds=seconds, rounds=rounds)
            for name, make, connections in _scenarios(stage)
        ]
    floor = figures[0]
    columns = ("per s", "p50 ms", "p99 ms", "of floor", "least..most", "failed")
    print(f"{'request':24}" + "".join(f"{column:>14}" for column in columns))
    for one in figures:
        spread = f"{one.least_per_s:.0f}..{one.most_per_s:.0f}"
        print(
            f"{one.name:24}{one.per_s:14.0f}{one.p50_ms:14.1f}{one.p99_ms:14.1f}"
            f"{_of(one, floor):14.3f}{spread:>14}{one.failed:14}"
        )
    return {
        "bench": "api",
        "connections": CONNECTIONS,
        "seconds": seconds,
        "rounds": rounds,
        "figures": [msgspec.to_builtins(one) | {"of_floor": _of(one, floor)} for one in figures],
    }


def _of(one: Figures, floor: Figures) -> float:
    return round(one.per_s / floor.per_s, 4)


def _scenarios(stage: Stage) -> list[tuple[str, Any, int]]:
    host = urlsplit(stage.base_url).netloc
    mine, *_ = everybody = [{"Authorization": f"Bearer {token}"} for token in stage.tokens]
    now = datetime.now(UTC)
    people, minutes, names, addresses = (
        itertools.cycle(everybody),
        itertools.count(),
        itertools.cycle(stage.handles),
        itertools.count(),
    )

    def log_one() -> bytes:
        draft = a_run(now - timedelta(minutes=next(minutes) % 20_000), distance_m=5000.0)
        body = msgspec.json.encode(draft)
        return request("POST", "/api/workouts", host=host, headers=next(people), body=body)

    def sign_in() -> bytes:
        n = next(addresses)
        body = msgspec.json.encode({"login": next(names), "password": PASSWORD})
        address = {"X-Forwarded-For": f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"}
        return request("POST", "/api/session", host=host, headers=address, body=body)

    def get(path: str) -> Any:
        asked = request("GET", path, host=host, headers=mine)
        return lambda: asked

    floor = request("GET", "/api/time", host=host, headers={})
    return [
        ("floor: tell the time", lambda: floor, CONNECTIONS),
        ("log one workout", log_one, CONNECTIONS),
        ("feed page", get("/api/feed"), CONNECTIONS),
        ("board page", get(f"/api/challenges/{stage.challenge_id}/standings"), CONNECTIONS),
        ("sign in", sign_in, SIGN_IN_CONNECTIONS),
    ]
