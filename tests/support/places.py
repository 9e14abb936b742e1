"""Folders for embedded servers of tests."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hub.embedded import Place, processes, settle

_MEMORY = Path("/dev/shm")
_ENOUGH_MEMORY = 2**30
_SERVERS = ("hub", "servers/cluster", "servers/cluster.new", "servers/redis")


@contextmanager
def temporary_data() -> Iterator[Path]:
    """A data folder of its own; afterwards whatever still works in it is ended, and it is gone.

    Not below pytest's `tmp_path`, whose names are too long for a socket and which, as root, the account that
    runs PostgreSQL could not walk through.
    """
    parent = _parent()
    _remove_forgotten(parent)
    data = Path(tempfile.mkdtemp(prefix=f"pulse-{os.getpid()}-", dir=parent)).resolve()
    try:
        data.chmod(0o711)
        yield data
    finally:
        _remove(data)


@contextmanager
def temporary_place() -> Iterator[Place]:
    with temporary_data() as data:
        yield settle(data)


def _parent() -> Path:
    """Memory rather than a disk, where there is enough: a database costs its test 30 ms instead of 200."""
    on_disk = Path(tempfile.gettempdir())
    if not _MEMORY.is_mount() or not os.access(_MEMORY, os.W_OK):
        return on_disk
    status = os.statvfs(_MEMORY)
    roomy = status.f_bavail * status.f_frsize > _ENOUGH_MEMORY
    may_hold_programs = not status.f_flag & os.ST_NOEXEC
    return _MEMORY if roomy and may_hold_programs else on_disk


def _remove_forgotten(parent: Path) -> None:
    """What test runs that were killed left of ours."""
    for data in parent.glob("pulse-*-*"):
        owner = data.name.split("-")[1]
        with suppress(FileNotFoundError):  # another run may be at it too
            if owner.isdigit() and data.stat().st_uid == os.geteuid() and not processes.is_alive(int(owner)):
                _remove(data)


def _remove(data: Path) -> None:
    for folder in _SERVERS:
        processes.end_all(processes.running_in(data / folder))
    shutil.rmtree(data)
