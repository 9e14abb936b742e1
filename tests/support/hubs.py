"""Real `serve` processes for tests, on ports the system chose."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
_START_PATIENCE_S = 60.0
_STOP_PATIENCE_S = 20.0


class HubProcess:
    """One running hub: `base_url` to speak to it, and the means to stop, kill and freeze it."""

    def __init__(
        self,
        *,
        workers: int,
        environment: Mapping[str, str],
        log: Path,
        module: Sequence[str] = ("hub.cli", "serve"),
    ) -> None:
        self.port = free_port()
        self.base_url = f"http://localhost:{self.port}"
        self.ws_url = f"ws://localhost:{self.port}/ws"
        self.metrics_port = free_port()
        self.log = log
        self._environment = {**os.environ, "PULSE_METRICS_PORT": str(self.metrics_port), **environment}
        with log.open("ab") as output:
            command = ("-m", *module, "--port", str(self.port), "--workers", str(workers))
            self._process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that a signal reaches the workers too
            )

    def do(self, *words: str) -> None:
        """Run a word of the command line to its end, with this hub's settings."""
        command = [sys.executable, "-m", "hub.cli", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    async def wait_ready(self) -> None:
        """Return when `/health/ready` says 200; fail with the log when that does not come."""
        deadline = asyncio.get_running_loop().time() + _START_PATIENCE_S
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            while True:
                try:
                    if (await client.get(f"{self.base_url}/health/ready")).status_code == httpx.codes.OK:
                        return
                except httpx.TransportError:
                    pass
                assert self.is_running, f"the hub ended while starting:\n{self.read_log()}"
                late = asyncio.get_running_loop().time() > deadline
                assert not late, f"the hub is not ready after {_START_PATIENCE_S} s:\n{self.read_log()}"
                await asyncio.sleep(0.05)

    def stop(self) -> None:
        """Ask it to end as an operator would; fine to call twice. Fails if it has to be killed."""
        if not self.is_running:
            return
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        try:
            self._process.wait(_STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the hub did not stop:\n{self.read_log()}") from None

    def kill(self) -> None:
        """`kill -9` to the process and its workers."""
        if self.is_running:
            self.signal(signal.SIGKILL)
        self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and its workers: SIGSTOP freezes them, SIGCONT thaws them."""
        os.killpg(self._process.pid, number)

    def read_log(self) -> str:
        return self.log.read_text(errors="replace")


class StartHub(Protocol):
    """`hub = await hub_process(workers=2, environment={"PULSE_DEMO": "1"})`; ready when it returns."""

    async def __call__(
        self,
        *,
        database_url: str | None = None,
        redis_url: str | None = None,
        workers: int = 1,
        environment: Mapping[str, str] | None = None,
    ) -> HubProcess: ...


@pytest.fixture
def hub_data(tmp_path: Path) -> Path:
    """The data folder that this test's hubs share, with a master key in it."""
    data = tmp_path / "hub-data"
    data.mkdir(mode=0o700)
    key = data / "master.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(32))
    return data


@pytest.fixture
def _running_hubs() -> Iterator[list[HubProcess]]:
    """What is printed after the test is shown only if it failed."""
    running: list[HubProcess] = []
    try:
        yield running
    finally:
        try:
            for hub in running:
                hub.stop()
        finally:
            for hub in running:
                hub.kill()
                print(f"--- the hub on port {hub.port} said:\n{hub.read_log()}")


@pytest.fixture
async def hub_process(
    database_url: str, redis_url: str, hub_data: Path, _running_hubs: list[HubProcess]
) -> AsyncIterator[StartHub]:
    """Start real hubs against this test's database and Redis, or others; all are stopped after the test."""

    async def start(
        *,
        database_url: str | None = database_url,
        redis_url: str | None = redis_url,
        workers: int = 1,
        environment: Mapping[str, str] | None = None,
    ) -> HubProcess:
        hub = HubProcess(
            workers=workers,
            environment={
                "DATABASE_URL": database_url or "",
                "REDIS_URL": redis_url or "",
                "PULSE_DATA": str(hub_data),
                "PULSE_MASTER_KEY_FILE": str(hub_data / "master.key"),
                **(environment or {}),
            },
            log=hub_data / f"hub-{len(_running_hubs)}.log",
        )
        _running_hubs.append(hub)
        await hub.wait_ready()
        return hub

    yield start
