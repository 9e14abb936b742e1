"""Debian's Redis 7, which knows sharded pub/sub; the embedded one is older."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

# One program under several names: it serves when it is called as one that does. The package `redis-tools` has
# it as redis-check-rdb; `redis-server`, which has the name, would leave a service running on this machine.
_NAMES = ("redis-server", "redis-check-rdb")


def find() -> str | None:
    """The program that PULSE_REDIS_SERVER names, else the system's; None where there is none of version 7."""
    named = os.environ.get("PULSE_REDIS_SERVER")
    paths = (shutil.which(name) for name in ([named] if named else _NAMES))
    return next((path for path in paths if path is not None and _is_7(path)), None)


def link(called: str, folder: Path) -> Path:
    """The program under the name `called` (`redis-server`, `redis-sentinel`), in `folder`."""
    found = find()
    assert found is not None, "no Redis 7 here: install redis-tools, or name one in PULSE_REDIS_SERVER"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / called
    path.unlink(missing_ok=True)
    path.symlink_to(found)
    return path


@cache
def _is_7(path: str) -> bool:
    said = subprocess.run(
        ["redis-server", "--version"], executable=path, capture_output=True, text=True, check=False
    )
    version = re.search(r"v=(\d+)\.", said.stdout)
    return version is not None and int(version[1]) >= 7
