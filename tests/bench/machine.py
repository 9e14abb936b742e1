"""The machine that is measured on: the server has one core to itself, everything else has the others."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = {_CORES[0]}
OTHER_CORES = set(_CORES[1:]) or SERVER_CORE


@contextmanager
def server_core() -> Iterator[None]:
    """What is started in here runs on the server's core."""
    os.sched_setaffinity(0, SERVER_CORE)
    try:
        yield
    finally:
        os.sched_setaffinity(0, OTHER_CORES)


def leave_server_core() -> None:
    """This process, and all that it has started so far, goes to the other cores."""
    for process in (os.getpid(), *_descendants(os.getpid())):
        os.sched_setaffinity(process, OTHER_CORES)


def cpu_s(process: int) -> float:
    """Seconds of CPU that a process has used, in the kernel too, to the microsecond."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def memory_bytes(process: int) -> int:
    """What a process has of the machine's memory; kernel buffers are not in it."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("every process has a VmRSS")


def description() -> dict[str, Any]:
    """As much of the machine as makes figures comparable."""
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": model[0].partition(":")[2].strip() if model else platform.machine(),
        "cores": len(_CORES),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }


def _descendants(process: int) -> list[int]:
    children = [
        int(child)
        for task in Path(f"/proc/{process}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [each for child in children for each in (child, *_descendants(child))]
