"""Every number of the live layer is in docs/metrics.md, means what it says there, and goes back to zero."""

import asyncio
import re
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry

from hub import metrics as hub_metrics
from realtime.bus_memory import Exchange
from realtime.closing import Close
from realtime.metrics import Metrics
from tests.realtime.conftest import Server, StartNode, eventually, two_nodes
from tests.realtime.lossy import LossyBus, no_events
from tests.realtime.memory_host import MemoryHost
from tests.realtime.test_slow_clients import PATIENT, fill, stalled

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "metrics.md").read_text()
ROWS = dict(re.findall(r"^\| `(pulse_\w+)` \| ([^|]*)\|", PAGE, flags=re.MULTILINE))
_ELSEWHERE = {"pulse_database_connections"}
"""Counted when somebody looks: its test is with the port that shows it."""


def families(registry: CollectorRegistry) -> dict[str, tuple[str, ...]]:
    return {
        collector._name: tuple(collector._labelnames)  # type: ignore[attr-defined]
        for collector in registry._collector_to_names
        if hasattr(collector, "_labelnames") and collector._name.startswith("pulse_")
    }


def test_every_metric_is_in_the_table_with_its_labels_and_nothing_else_is():
    assert hub_metrics.OUTBOX_LAG_S is not None, "imported, so registered"
    known = families(Metrics().registry) | families(REGISTRY)
    assert ROWS.keys() - _ELSEWHERE == known.keys()
    for name, labels in known.items():
        assert tuple(re.findall(r"`(\w+)`", ROWS[name])) == labels, name


def value(server: Server, name: str, **labels: str) -> float:
    return server.node.metrics.registry.get_sample_value(name, labels) or 0.0


async def test_a_day_in_the_life_is_counted(start_node: StartNode, host: MemoryHost):
    here, there = await two_nodes(start_node, no_events)
    async with here.client("ann") as ann, there.client("bob") as bob:
        for live in (ann, bob):
            for channel in ("chat:1", "board:1", "room:1"):
                live.watch(channel)
            await live.until(lambda: all(view.subscribed for view in live.views.values()))  # noqa: B023
        for server in (here, there):
            assert value(server, "pulse_live_connections") == 1
            assert value(server, "pulse_live_subscriptions", kind="chat") == 1
            assert value(server, "pulse_live_channels") == 3
            assert value(server, "pulse_live_resumptions_total", outcome="snapshot") == 3
            assert value(server, "pulse_live_present") == 1
        for n in range(5):
            host.say("chat:1", n)
        await bob.until(lambda: len(bob.views["chat:1"].events) == 5)
        assert value(there, "pulse_live_gaps_repaired_total") >= 1
        assert value(here, "pulse_live_deliveries_total", kind="chat") == 1, "five events, one message"
        assert value(here, "pulse_live_joined_events_total") == 4
        assert value(here, "pulse_live_delivery_seconds_count") == 1
        assert value(here, "pulse_live_delivery_seconds_sum") < 1
        ann.ingest("1/4", [[250, 180]])
        await ann.until(lambda: ann.upto.get("1/4") == 1)
        assert value(here, "pulse_live_samples_total") == 1
        assert value(here, "pulse_live_acknowledged_total") >= 1
        assert value(here, "pulse_live_pending_samples") == 0
        position = ann.views["chat:1"].position
        assert position is not None
        ann.drop()
        host.say("chat:1", "meanwhile")
        await ann.until(lambda: len(ann.views["chat:1"].events) == 6)
        assert value(here, "pulse_live_resumptions_total", outcome="resumed") >= 1
        here.node.revoke(["member:ann"])
        await eventually(lambda: value(here, "pulse_live_closes_total", code=str(Close.REVOKED.value)) == 1)


async def test_what_slow_readers_are_spared_is_counted(start_node: StartNode, host: MemoryHost):
    server = await start_node(settings=PATIENT)
    host.set_rows("board:1", {"m": 0})
    raw = await stalled(server, "chat:1", "board:1", "room:1")
    await fill(server, host, "chat:1")
    assert value(server, "pulse_live_choked") == 1
    host.say("chat:1", "missed")
    async with server.client("bob") as bob:
        for n in range(1, 4):
            bob.ingest("1/4", [[n * 250, 180]])
            host.set_rows("board:1", {"m": n})
            await bob.until(lambda: bob.upto.get("1/4") == n)  # noqa: B023
            await asyncio.sleep(2 * PATIENT.tick_s)
    assert value(server, "pulse_live_skipped_ticks_total") >= 2
    raw.writer.transport.resume_reading()
    async with asyncio.timeout(10):
        while not value(server, "pulse_live_conflated_total") or not value(
            server, "pulse_live_replayed_total"
        ):
            await raw.frame()
    assert value(server, "pulse_live_choked") == 0
    raw.abort()
    await eventually(lambda: not value(server, "pulse_live_connections"))


async def test_a_deaf_node_says_so(start_node: StartNode):
    bus = LossyBus(Exchange())
    server = await start_node(bus)
    await eventually(lambda: value(server, "pulse_live_bus_healthy") == 1)
    bus.is_cut = True
    await eventually(lambda: value(server, "pulse_live_bus_healthy") == 0)
    bus.heal()
    await eventually(lambda: value(server, "pulse_live_resyncs_total") == 1)
