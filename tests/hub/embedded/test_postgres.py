"""The embedded PostgreSQL comes back from whatever a killed run leaves behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from hub.embedded import EmbeddedServerError, Place, PostgresServer, processes
from tests.support.places import temporary_place


@pytest.fixture
def place() -> Iterator[Place]:
    with temporary_place() as place:
        yield place


@pytest.fixture
def server(place: Place) -> Iterator[PostgresServer]:
    server = PostgresServer(place, durable=False)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def ask(server: PostgresServer, statement: str) -> str:
    command = [server.psql, server.url(), "-XAtqc", statement]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return (answer.stdout + answer.stderr).strip()


def test_rows_survive_a_killed_server(server: PostgresServer) -> None:
    ask(server, "CREATE TABLE kept (number int); INSERT INTO kept VALUES (7)")

    server.kill()
    server.start()

    assert ask(server, "SELECT number FROM kept") == "7"


def test_it_listens_on_no_network_port(server: PostgresServer) -> None:
    assert ask(server, "SHOW listen_addresses") == ""


def test_its_sockets_are_private(server: PostgresServer, place: Place) -> None:
    assert place.sockets.stat().st_mode & 0o077 == 0


def test_the_role_of_the_hub_is_no_superuser(server: PostgresServer) -> None:
    assert "permission denied" in ask(server, "COPY (SELECT 1) TO PROGRAM 'true'")


def test_text_sorts_the_same_on_every_system(server: PostgresServer) -> None:
    assert ask(server, "SELECT datlocale FROM pg_database WHERE datname = 'pulsehub'") == "C.UTF-8"


def test_a_half_made_cluster_is_made_anew(place: Place) -> None:
    half_made = place.home / "cluster.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")
    server = PostgresServer(place, durable=False)

    server.start()

    assert ask(server, "SELECT 1") == "1"
    server.stop()


def test_a_forgotten_server_is_ended_even_when_it_is_frozen(server: PostgresServer, place: Place) -> None:
    server.freeze()
    forgotten = server.pid
    successor = PostgresServer(place, durable=False)

    successor.start()

    assert not processes.is_alive(forgotten)
    assert ask(successor, "SELECT 1") == "1"
    successor.stop()


def test_a_lock_file_with_a_strangers_process_id_stops_nobody(server: PostgresServer, place: Place) -> None:
    record = place.cluster / "postmaster.pid"
    lines = record.read_text().splitlines()
    server.kill()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        stale = "\n".join([str(stranger.pid), *lines[1:]]) + "\n"
        record.write_text(stale)
        (place.sockets / ".s.PGSQL.5432.lock").write_text(stale)

        server.start()

        assert stranger.poll() is None
        assert ask(server, "SELECT 1") == "1"
        stranger.communicate(b"\n")


def test_a_cluster_that_cannot_start_is_explained_in_one_sentence(place: Place) -> None:
    place.own(place.cluster)
    (place.cluster / "PG_VERSION").write_text("9\n")

    with pytest.raises(EmbeddedServerError, match=r"PostgreSQL did not start: .+"):
        PostgresServer(place, durable=False).start()


def test_it_ends_with_the_process_that_started_it(place: Place) -> None:
    script = (
        "import sys, time, pathlib;"
        "from hub.embedded import PostgresServer, settle;"
        "server = PostgresServer(settle(pathlib.Path(sys.argv[1])), durable=False);"
        "server.start(); print(server.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(place.home.parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        postmaster = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)

    deadline = time.monotonic() + 10
    while processes.is_alive(postmaster):
        assert time.monotonic() < deadline, "PostgreSQL outlived the process that started it"
        time.sleep(0.01)
