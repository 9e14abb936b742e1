"""Metrics have a port of their own: the process's, the live layer's, the pool's; a port a worker."""

import asyncio
import re
import time

import httpx
import pytest
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.parser import text_string_to_metric_families

from hub import metrics
from tests.hub.test_sockets import Browser
from tests.support.hubs import StartHub
from tests.support.ports import free_port


async def read(port: int) -> dict[str, float]:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        answer = await client.get(f"http://127.0.0.1:{port}/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        sample.name + str(sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


async def test_a_hub_shows_its_numbers_on_their_own_port_only(hub_process: StartHub) -> None:
    hub = await hub_process()
    ana = await Browser(hub).register("ana")
    deadline = time.monotonic() + 5
    while (found := await read(hub.metrics_port))["pulse_live_bus_healthy[]"] != 1:
        assert time.monotonic() < deadline, "the node does not hear the bus"
        await asyncio.sleep(0.1)
    accounts = "[('method', 'POST'), ('route', '/api/accounts'), ('status', '201')]"
    assert found[f"pulse_http_requests_total{accounts}"] == 1
    assert found["pulse_live_connections[]"] == 0
    assert found["pulse_event_loop_lag_seconds[]"] >= 0
    idle = found["pulse_database_connections[('state', 'idle')]"]
    assert idle + found["pulse_database_connections[('state', 'busy')]"] >= 1
    assert found["pulse_outbox_relayed_total[]"] >= 0
    assert "ana" not in str(found)
    answer = await ana.http.get("/metrics")
    assert "pulse_http" not in answer.text
    await ana.http.aclose()


async def test_each_worker_has_a_port_from_the_configured_one_on(hub_process: StartHub) -> None:
    hub = await hub_process(workers=2)

    async def ports() -> set[int]:
        said = hub.read_log()
        return {int(port) for port in re.findall(r'"port": (\d+)[^\n]*"event": "metrics are shown"', said)}

    deadline = time.monotonic() + 10
    while len(await ports()) < 2:
        assert time.monotonic() < deadline, hub.read_log()
        await asyncio.sleep(0.05)
    assert min(await ports()) >= hub.metrics_port
    for port in await ports():
        assert "pulse_live_connections[]" in await read(port)


async def test_the_lag_of_the_event_loop_is_measured() -> None:
    measuring = asyncio.create_task(metrics.measure_lag())
    await asyncio.sleep(0.1)
    time.sleep(0.9)  # noqa: ASYNC251  # holding up the event loop is what this is about
    await asyncio.sleep(0.05)
    measuring.cancel()
    (sample,) = next(iter(metrics._LOOP_LAG_S.collect())).samples
    assert 0.3 < sample.value < 2


async def test_without_a_port_nothing_is_served() -> None:
    with metrics.served("127.0.0.1", None):
        pass


async def test_the_port_is_free_again_afterwards() -> None:
    port, registry = free_port(), CollectorRegistry()
    Gauge("pulse_example", "An example.", registry=registry).set(7)
    for _ in range(2):
        with metrics.served("127.0.0.1", port, registry):
            found = await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{port}/metrics", trust_env=False)
            assert "pulse_example 7.0" in found.text
    with pytest.raises(httpx.ConnectError):
        await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{port}/metrics", trust_env=False)
