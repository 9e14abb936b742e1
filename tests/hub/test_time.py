"""A hub on a machine whose clock is wrong plans and tells the right instants all the same."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from hub import clock
from hub.settings import Settings
from realtime.clock import Timepiece
from tests.hub.test_live_api import open_lobby
from tests.support.apis import running

_WRONG_BY_S = 180


async def test_a_session_starts_when_it_should_though_the_machine_is_minutes_off(
    database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Timepiece(wall=lambda: time.time() + _WRONG_BY_S)
    monkeypatch.setattr(clock, "TIMEPIECE", wrong)
    assert clock.now() - datetime.now(UTC) > timedelta(seconds=_WRONG_BY_S - 1), "nothing corrected it yet"
    settings = Settings(database_url=database_url, redis_url=redis_url, master_key=os.urandom(32))
    async with running(settings) as api:
        ana = await api.person("ana")
        path = await open_lobby(ana)
        started = await ana.post(f"{path}/start", {"countdown_s": 10})
        at = datetime.fromisoformat(started.json()["session"]["started_at"])
        assert abs(at - datetime.now(UTC) - timedelta(seconds=10)) < timedelta(seconds=2)
        told = (await ana.get("/api/time")).json()["now_ms"]
        assert abs(told - time.time() * 1000) < 1_000
