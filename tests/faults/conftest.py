"""One cluster for all faults of a module: they are done to it one after the other, each with a crowd of its
own. `PULSE_FAULTS=long` asks for the long form: a third node, more people, the real times, every twin."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
import uvloop

from tests.faults.cluster import Cluster, running_cluster
from tests.faults.promises import Measured

IS_LONG = os.environ.get("PULSE_FAULTS") == "long"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: only in the long form, ./pulse test faults")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if IS_LONG:
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was measured, whichever process measured it."""
    lines = [
        f"{report.nodeid.rpartition('::')[2]}: {value}"
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in report.user_properties
        if name == "measured" and report.when == "call"
    ]
    if lines:
        terminalreporter.section("faults: what was measured")
        for line in lines:
            terminalreporter.write_line(line)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], object]]:
    """The loop of production: here it also carries everybody's clients and networks."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measured:
    """`measured("resumed", 1.2)`: shown at the end."""
    return lambda what, seconds: record_property("measured", f"{what} {seconds:.2f} s")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    folder: Path = tmp_path_factory.mktemp("faults")
    settings = {} if IS_LONG else {"slow_s": 5.0, "stale_row_s": 3.0, "linger_s": 3.0}
    async with running_cluster(folder, nodes=3 if IS_LONG else 2, settings=settings) as cluster:
        yield cluster
        print("--- what the nodes said:")
        for seat in cluster.seats:
            if seat.process is not None:
                print(f"--- at {seat.number}:\n{seat.process.read_log()}")


@pytest_asyncio.fixture(loop_scope="module")
async def cluster(module_cluster: Cluster) -> Cluster:
    """The module's cluster, whole when a test begins, whatever the one before has left."""
    await module_cluster.mend()
    return module_cluster
