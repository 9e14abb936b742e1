"""A load of HTTP requests: connections that each ask again as soon as they are answered."""

import asyncio
import statistics
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from msgspec import Struct

Request = Callable[[], bytes]
"""Makes the bytes of the next request."""


class Round(Struct, frozen=True):
    """What one round showed: answers a second, and milliseconds until an answer."""

    per_s: float
    p50_ms: float
    p99_ms: float
    failed: int


class Figures(Struct, frozen=True):
    """The median round, and how far the others were from it."""

    name: str
    per_s: float
    p50_ms: float
    p99_ms: float
    least_per_s: float
    most_per_s: float
    failed: int


def request(method: str, path: str, *, host: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """One HTTP/1.1 request as bytes."""
    fields = {"Host": host, **headers}
    if body:
        fields |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + body


async def measure(
    name: str, base_url: str, make: Request, *, connections: int, seconds: float, rounds: int
) -> Figures:
    """`rounds` rounds of `seconds`; the median one by answers a second."""
    seen = [await _round(base_url, make, connections=connections, seconds=seconds) for _ in range(rounds)]
    middle = sorted(seen, key=lambda one: one.per_s)[len(seen) // 2]
    return Figures(
        name=name,
        per_s=middle.per_s,
        p50_ms=middle.p50_ms,
        p99_ms=middle.p99_ms,
        least_per_s=min(one.per_s for one in seen),
        most_per_s=max(one.per_s for one in seen),
        failed=sum(one.failed for one in seen),
    )


async def _round(base_url: str, make: Request, *, connections: int, seconds: float) -> Round:
    took: list[float] = []
    failed = 0
    end = time.perf_counter() + seconds

    async def ask_again_and_again() -> None:
        nonlocal failed
        parts = urlsplit(base_url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while (began := time.perf_counter()) < end:
            writer.write(make())
            status = await _answer(reader)
            took.append(time.perf_counter() - began)
            failed += status >= 400
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(ask_again_and_again() for _ in range(connections)))
    lasted = time.perf_counter() - began
    cuts = statistics.quantiles(took, n=100) if len(took) > 1 else took * 100
    return Round(
        per_s=round(len(took) / lasted, 1),
        p50_ms=round(cuts[49] * 1000, 2),
        p99_ms=round(cuts[98] * 1000, 2),
        failed=failed,
    )


async def _answer(reader: asyncio.StreamReader) -> int:
    """Read one answer whole; its status. The hub always says how long a body is."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line[15:])
    await reader.readexactly(length)
    return status
