"""What the tests need of the system, and pip and npm cannot bring: found, or installed where we may."""

import os
import shutil
import subprocess
from collections.abc import Callable
from typing import NamedTuple

from tests.support import chromium, redis_programs


class Need(NamedTuple):
    what: str
    package: str
    """Debian's. It must not start a service: that would be a guest's, and in the way of the tests."""
    find: Callable[[], str | None]
    named_in: str
    """The variable that names another program; a named one is not replaced by Debian's."""


NEEDS = (
    Need("Chromium", "chromium", chromium.find, "PULSE_CHROMIUM"),
    Need("Redis 7", "redis-tools", redis_programs.find, "PULSE_REDIS_SERVER"),
)


def provide() -> list[Need]:
    """Install what is absent, where we may; else that is for the administrator. Returns what still is."""
    missing = [need for need in NEEDS if need.find() is None]
    packages = [need.package for need in missing if not os.environ.get(need.named_in)]
    if packages and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        print(f"=== from the system's packages: {', '.join(packages)}", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        # Where one source of packages cannot be reached, the lists of the others may do.
        for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", *words], env=quiet, check=False)
    return [need for need in missing if need.find() is None]
