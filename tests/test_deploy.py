"""The production composition gives nobody a default secret and shows nothing but its gateway."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def compose() -> dict[str, Any]:
    composition: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return composition


def test_every_secret_is_a_file_that_version_control_ignores(compose: dict[str, Any]) -> None:
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert {str(Path(secret["file"]).parent) for secret in compose["secrets"].values()} == {"deploy/secrets"}


def test_no_environment_variable_holds_a_password(compose: dict[str, Any]) -> None:
    held = {
        name
        for service in compose["services"].values()
        for name in service.get("environment", {})
        if "PASSWORD" in name or "KEY" in name or name.endswith("_URL")
    }

    assert {name for name in held if not name.endswith("_FILE")} == set()


def test_only_the_gateway_can_be_reached_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert [name for name, service in services.items() if "ports" in service] == ["gateway"]
    assert [name for name, service in services.items() if "outside" in service["networks"]] == ["gateway"]
    assert compose["networks"]["inside"]["internal"]


def test_a_site_without_an_address_does_not_start(compose: dict[str, Any]) -> None:
    assert compose["services"]["hub"]["environment"]["PULSE_ORIGIN"].startswith("${PULSE_ORIGIN:?")


def test_every_service_that_stays_says_whether_it_is_well(compose: dict[str, Any]) -> None:
    staying = {name: service for name, service in compose["services"].items() if "restart" in service}

    assert set(staying) == {"gateway", "hub", "postgres", "redis"}
    assert [name for name, service in staying.items() if "healthcheck" not in service] == []


def test_a_node_finds_its_passwords_in_files(tmp_path: Path) -> None:
    (tmp_path / "database_password").write_text("abc")
    (tmp_path / "redis_password").write_text("def")
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\necho "$DATABASE_URL $REDIS_URL $*"\n')
    python.chmod(0o755)

    said = subprocess.run(
        [ROOT / "deploy" / "entrypoint", "migrate"],
        env={"PATH": f"{python.parent}:{os.environ['PATH']}", "PULSE_SECRETS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    database, redis, *rest = said.split()
    assert database == "postgresql://pulsehub:abc@postgres/pulsehub"
    assert redis == "redis://:def@redis:6379/0"
    assert rest == ["-m", "hub.cli", "migrate"]
