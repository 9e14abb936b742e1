"""The lock files say exactly what is installed, and nothing about where it comes from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)(\[[a-z0-9,-]+\])?==(?P<version>\S+)(?P<rest>.*)$")


def pins(lock: Path) -> dict[str, set[str]]:
    """Package name -> the versions that are pinned, for whichever system."""
    found: dict[str, set[str]] = {}
    for line in lock.read_text().splitlines():
        if pin := PIN.match(line):
            found.setdefault(pin["name"], set()).add(pin["version"])
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_file_names_no_address(lock: Path) -> None:
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links", lock.read_text())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_of_a_lock_file_has_hashes(lock: Path) -> None:
    blocks = re.split(r"(?m)^(?=[a-z0-9])", lock.read_text())[1:]

    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", ["run.lock", "server.lock"])
def test_the_tests_run_on_the_versions_that_people_run(name: str) -> None:
    tested = pins(ROOT / "requirements" / "dev.lock")
    differing = {
        package: versions
        for package, versions in pins(ROOT / "requirements" / name).items()
        if tested.get(package) != versions
    }

    assert differing == {}


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        "server.lock": project["project"]["dependencies"],
        "run.lock": project["project"]["optional-dependencies"]["embedded"],
        "dev.lock": [
            *project["project"]["optional-dependencies"]["django"],
            *project["dependency-groups"]["dev"],
        ],
    }
    missing = {
        requirement
        for lock, requirements in wanted.items()
        for requirement in requirements
        if re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower() not in pins(ROOT / "requirements" / lock)
    }

    assert missing == set()
