"""What `pip install pulsehub` gets."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of what a wheel is made from, with a browser application of one page."""
    copy = tmp_path / "source"
    copy.mkdir()
    for name in ("hub", "realtime", "domain", "migrations"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md"):
        shutil.copy(ROOT / name, copy)
    (copy / "web" / "dist").mkdir(parents=True)
    (copy / "web" / "dist" / "index.html").write_text("<title>Pulsehub</title>")
    return copy


def build(source: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "out"]
    return subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)


def test_the_wheel_holds_the_packages_and_the_built_browser_application(source: Path) -> None:
    result = build(source)

    assert result.returncode == 0, result.stderr
    (wheel,) = (source / "out").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert archive.read("hub/web_dist/index.html") == b"<title>Pulsehub</title>"
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "hub",
        "realtime",
        "domain",
        "migrations",
    }


def test_there_is_no_wheel_without_the_browser_application(source: Path) -> None:
    shutil.rmtree(source / "web")

    result = build(source)

    assert result.returncode != 0
    assert "web/dist is not built" in result.stderr
