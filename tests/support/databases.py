"""One real PostgreSQL a session, one fresh database a test.

`TEST_DATABASE_URL` names another server to use instead; its user must be allowed to create databases.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hub.embedded import PostgresServer, programs
from tests.support.places import temporary_place

_MIGRATE = "import asyncio, sys; from hub.migrate import migrate; asyncio.run(migrate(sys.argv[1]))"


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A PostgreSQL whose databases come and go with the tests."""

    admin_url: str
    owner: str | None
    psql: Path

    def execute(self, statement: str) -> None:
        """Run one statement as the administrator, outside any event loop."""
        command = [str(self.psql), self.admin_url, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, f"{statement}: {result.stderr}"

    def url(self, name: str) -> str:
        parts = urlsplit(self.admin_url)
        query = parts.query
        if self.owner is not None:
            query = query.replace("user=postgres", f"user={self.owner}")
        return f"{parts.scheme}://{parts.netloc}/{name}?{query}".rstrip("?")

    def create(self, name: str, *, template: str = "template1") -> None:
        owner = f" OWNER {self.owner}" if self.owner is not None else ""
        # Copying files costs a checkpoint, which is cheap where nothing waits for a disk.
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy{owner}')

    def drop(self, name: str) -> None:
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def database_server() -> Iterator[DatabaseServer]:
    """The session's PostgreSQL: `TEST_DATABASE_URL`, or one of its own that writes nothing durably."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named is not None:
        yield DatabaseServer(admin_url=named, owner=None, psql=programs.installed().postgres("psql"))
        return
    with temporary_place() as place:
        server = PostgresServer(place, durable=False)
        server.start()
        try:
            yield DatabaseServer(admin_url=server.superuser_url, owner="pulsehub", psql=server.psql)
        finally:
            server.stop()


@pytest.fixture(scope="session")
def database_template(database_server: DatabaseServer) -> Iterator[str]:
    """The name of a database that was migrated once; every test's database is a copy of it."""
    name = f"pulse_template_{os.getpid()}"
    database_server.create(name)
    try:
        # In a process of its own: it leaves no open engine and no environment variable behind in this one.
        command = [sys.executable, "-c", _MIGRATE, database_server.url(name)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, f"the migrations failed:\n{result.stdout}{result.stderr}"
        yield name
    finally:
        database_server.drop(name)


@pytest.fixture(scope="session")
def _database_names() -> Callable[[], str]:
    made = 0

    def name() -> str:
        nonlocal made
        made += 1
        return f"pulse_test_{os.getpid()}_{made}"

    return name


@pytest.fixture
def database_url(
    database_server: DatabaseServer, database_template: str, _database_names: Callable[[], str]
) -> Iterator[str]:
    """The URL of a fresh, migrated, empty database of this test alone."""
    name = _database_names()
    database_server.create(name, template=database_template)
    try:
        yield database_server.url(name)
    finally:
        database_server.drop(name)


@pytest.fixture
def empty_database_url(database_server: DatabaseServer, _database_names: Callable[[], str]) -> Iterator[str]:
    """The URL of a fresh database that was never migrated."""
    name = _database_names()
    database_server.create(name)
    try:
        yield database_server.url(name)
    finally:
        database_server.drop(name)


@pytest.fixture
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of this test alone, started and not migrated, to stop, kill, freeze and restart.

    Its rows survive a restart, but not a power cut.
    """
    with temporary_place() as place:
        server = PostgresServer(place, durable=False)
        server.start()
        try:
            yield server
        finally:
            server.stop()
