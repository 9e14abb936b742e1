"""Debian's Redis 7, which knows sharded pub/sub; the embedded one is older."""

import os
import shutil
from pathlib import Path

# One program under several names: it serves when it is called as one that does. Taken from the package
# `redis-tools`, because `redis-server` would leave a service running.
_NAMES = ("redis-server", "redis-check-rdb")


def find() -> Path | None:
    """The program that PULSE_REDIS_SERVER names, else the system's; None where there is none."""
    named = os.environ.get("PULSE_REDIS_SERVER")
    paths = (shutil.which(name) for name in ([named] if named else _NAMES))
    return next((Path(path) for path in paths if path is not None), None)


def path(called: str, folder: Path) -> Path:
    """The program under the name `called` (`redis-server`, `redis-sentinel`), as a link in `folder`."""
    found = find()
    assert found is not None, (
        "no Redis 7 here: install redis-tools, or name a redis-server in PULSE_REDIS_SERVER"
    )
    link = folder / called
    link.unlink(missing_ok=True)
    link.symlink_to(found)
    return link
