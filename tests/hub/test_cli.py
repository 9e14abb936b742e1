"""What an operator got wrong is said in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from domain.members.model import Role
from hub.settings import MissingSetting, from_environment
from tests.support.domains import Domain
from tests.support.hubs import ROOT
from tests.support.ports import free_port


@pytest.fixture
def key(tmp_path: Path) -> str:
    file = tmp_path / "master.key"
    file.write_bytes(os.urandom(32))
    return str(file)


def run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def sentence(*words: str, **environment: str) -> str:
    """What a run that must fail says: one line, no traceback."""
    result = run(*words, **environment)
    assert result.returncode == 1, result.stdout + result.stderr
    (line,) = result.stderr.splitlines()
    assert line.startswith("pulsehub: ")
    return line


def test_serve_without_a_database_says_what_to_set(key: str) -> None:
    assert "Set DATABASE_URL" in sentence("serve", PULSE_MASTER_KEY_FILE=key)


def test_serve_without_a_key_says_what_to_set() -> None:
    assert "Set PULSE_MASTER_KEY_FILE" in sentence("serve", DATABASE_URL="postgresql:///x")


def test_serve_with_a_database_that_is_away_says_so(key: str) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    assert "database" in sentence("serve", DATABASE_URL=url, PULSE_MASTER_KEY_FILE=key).lower()


def test_serve_on_an_empty_database_says_what_comes_first(key: str, empty_database_url: str) -> None:
    said = sentence("serve", DATABASE_URL=empty_database_url, PULSE_MASTER_KEY_FILE=key)
    assert "`pulsehub migrate` comes first" in said


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_serve_with_another_master_key_refuses_to_start(
    db: Domain, database_url: str, key: str, workers: str
) -> None:
    await db.vault.check()  # the key of whoever was here first
    said = sentence(
        *("serve", "--port", str(free_port()), "--workers", workers),
        DATABASE_URL=database_url,
        PULSE_MASTER_KEY_FILE=key,
    )
    assert "the master key does not fit this database" in said


async def test_a_token_from_the_command_line_and_what_it_refuses(
    db: Domain, database_url: str, key: str
) -> None:
    await db.member("ana", role=Role.OWNER)
    environment = {"DATABASE_URL": database_url, "PULSE_MASTER_KEY_FILE": key}
    made = run("token", "ana", "--scope", "logs:write", **environment)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("pulse_")
    assert "There is no member bob." in sentence("token", "bob", "--scope", "logs:write", **environment)
    assert "No such scope: all." in sentence("token", "ana", "--scope", "all", **environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PULSE_METRICS_PORT", "many"),
        ("PULSE_METRICS_PORT", "70000"),
        ("PULSE_METRICS_PORT", "²"),
        ("PULSE_ORIGIN", "hub.example.org"),
        ("PULSE_ORIGIN", "https://hub.example.org/app"),
        ("PULSE_MASTER_KEY_FILE", "/nowhere/master.key"),
        ("PULSE_MASTER_KEY_FILE", "/etc/hostname"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(key: str, name: str, value: str) -> None:
    good = {"DATABASE_URL": "postgresql:///x", "PULSE_MASTER_KEY_FILE": key}
    with pytest.raises(MissingSetting) as refusal:
        from_environment({**good, name: value})
    assert value in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://redis.example.org", "begins with one of redis://"),
        ("redis+sentinel://one,two:26379", "name the service"),
        ("redis+cluster://one:port", "'one:port' is no host"),
    ],
)
def test_an_address_of_redis_that_makes_no_sense_is_explained(key: str, url: str, complaint: str) -> None:
    with pytest.raises(MissingSetting) as refusal:
        from_environment({"DATABASE_URL": "postgresql:///x", "PULSE_MASTER_KEY_FILE": key, "REDIS_URL": url})
    assert str(refusal.value).startswith("REDIS_URL: ")
    assert complaint in str(refusal.value)


def test_a_bridge_to_django_over_a_cluster_is_refused_at_the_start(key: str) -> None:
    environment = {
        "DATABASE_URL": "postgresql:///x",
        "PULSE_MASTER_KEY_FILE": key,
        "REDIS_URL": "redis+cluster://a",
    }
    assert from_environment(environment).redis_url == "redis+cluster://a"
    with pytest.raises(MissingSetting, match="does not work on a cluster"):
        from_environment({**environment, "PULSE_DJANGO_KINDS": "board"})


def test_settings_are_read(key: str) -> None:
    settings = from_environment(
        {
            "DATABASE_URL": "postgresql:///x",
            "PULSE_MASTER_KEY_FILE": key,
            "PULSE_ORIGIN": "https://Hub.example.org/",
            "PULSE_TRUSTED_PROXIES": "10.0.0.1, 10.0.0.2,",
            "PULSE_METRICS_PORT": "9464",
            "REDIS_URL": "",
        }
    )
    assert settings.origin == "https://hub.example.org"
    assert settings.is_https
    assert settings.trusted_proxies == {"10.0.0.1", "10.0.0.2"}
    assert (settings.metrics_host, settings.metrics_port) == ("127.0.0.1", 9464)
    assert settings.redis_url is None
