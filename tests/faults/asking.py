"""How people ask a hub of which parts are broken: one node after the other, until one says yes."""

import asyncio
import time
from typing import Any

import httpx

from tests.faults.cluster import Cluster
from tests.faults.members import Member

_AGAIN_S = 0.1
_PATIENCE_S = 40.0


async def insist(
    cluster: Cluster, member: Member, method: str, path: str, body: Any = None, *, home: int = 0
) -> Any:
    """What the hub answered in the end. The only answers in between are 503, 429 and none."""
    headers = {"Authorization": f"Bearer {member.token}"}
    more = {} if body is None else {"json": body}
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        assert time.monotonic() < deadline, f"{method} {path}: no answer in {_PATIENCE_S} s"
        for seat in cluster.elsewhere(home):
            try:
                url = f"{seat.base_url}{path}"
                answer = await cluster.http.request(method, url, headers=headers, **more)
            except httpx.TransportError:
                continue
            if answer.is_success:
                return answer.json() if answer.content else None
            if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                await asyncio.sleep(min(1.0, float(answer.headers["retry-after"])))
                continue
            assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, (
                f"{method} {path}: {answer.status_code} {answer.text}"
            )
        await asyncio.sleep(_AGAIN_S)
