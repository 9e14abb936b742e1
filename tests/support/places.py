"""Folders for embedded servers of tests."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.embedded import Place, settle


@contextmanager
def temporary_place() -> Iterator[Place]:
    """A place of its own, gone afterwards.

    Not below pytest's `tmp_path`, whose names are too long for a socket and which, as root, the account that
    runs PostgreSQL could not walk through.
    """
    data = Path(tempfile.mkdtemp(prefix="pulse-"))
    try:
        data.chmod(0o711)
        yield settle(data)
    finally:
        shutil.rmtree(data)
