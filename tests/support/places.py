"""Folders for embedded servers of tests."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.embedded import Place, processes, settle


@contextmanager
def temporary_data() -> Iterator[Path]:
    """A data folder of its own; afterwards whatever still works in it is ended, and it is gone.

    Not below pytest's `tmp_path`, whose names are too long for a socket and which, as root, the account that
    runs PostgreSQL could not walk through.
    """
    data = Path(tempfile.mkdtemp(prefix="pulse-")).resolve()
    try:
        data.chmod(0o711)
        yield data
    finally:
        for folder in ("hub", "servers/cluster", "servers/cluster.new", "servers/redis"):
            processes.end_all(processes.running_in(data / folder))
        shutil.rmtree(data)


@contextmanager
def temporary_place() -> Iterator[Place]:
    with temporary_data() as data:
        yield settle(data)
