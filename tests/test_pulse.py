"""The launcher file: what it remembers, what it refuses, and that each refusal is one sentence."""

import os
import shutil
import socket
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def pulse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launcher as a module, whose `.pulse` is a folder of this test."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("pulse_launcher", str(ROOT / "pulse"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    module.OWN = tmp_path / ".pulse"
    module.OWN.mkdir()
    module.NODE = module.OWN / "node"
    module.PYTHON = module.OWN / "venv" / "bin" / "python"
    return module


@pytest.fixture
def bare_clone(tmp_path: Path) -> Path:
    """The launcher alone in a folder, as in a clone where nothing was installed yet."""
    shutil.copy(ROOT / "pulse", tmp_path)
    (tmp_path / "requirements").mkdir()
    for lock in ("run", "dev"):
        (tmp_path / "requirements" / f"{lock}.lock").write_text("")
    return tmp_path


def run(folder: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, folder / "pulse", *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_word(bare_clone: Path) -> None:
    answer = run(bare_clone, "help")

    assert answer.returncode == 0
    for word in ("run", "test", "check", "bench", "types", "help"):
        assert f"./pulse {word}" in answer.stdout


def test_a_word_that_does_not_exist_gets_the_help_and_a_failure(bare_clone: Path) -> None:
    answer = run(bare_clone, "rnu")

    assert answer.returncode == 2
    assert "there is no word 'rnu'" in answer.stderr


def test_a_taken_port_is_told_before_anything_is_installed(bare_clone: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        answer = run(bare_clone, "run", "--port", str(port))

    assert answer.returncode == 1
    assert answer.stderr.startswith(f"pulse: port {port} cannot be used (")
    assert answer.stderr.count("\n") == 1
    assert not (bare_clone / ".pulse").exists()


def test_a_port_that_is_no_port_is_one_sentence(bare_clone: Path) -> None:
    answer = run(bare_clone, "run", "--port", "99999")

    assert answer.returncode == 1
    assert (
        answer.stderr
        == "pulse: port 99999 cannot be used (it is no port number): choose another with --port.\n"
    )


def test_a_python_without_its_venv_module_is_told_what_to_install(bare_clone: Path) -> None:
    broken = bare_clone / "broken" / "ensurepip"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError")

    answer = run(bare_clone, "run", "--port", str(free_port()), PYTHONPATH=str(broken.parent))

    assert answer.returncode == 1
    assert "install its venv module" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_one_sentence(bare_clone: Path) -> None:
    (bare_clone / ".pulse").write_text("a file where the folder should be")

    answer = run(bare_clone, "run", "--port", str(free_port()))

    assert answer.returncode == 1
    assert answer.stderr.startswith("pulse: ")
    assert answer.stderr.count("\n") == 1


def test_a_failed_step_says_why_and_where_to_read_more(
    pulse: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(pulse.Refusal, match=r"Some packages failed: ERROR: no such host - retry \(log: .+\)"):
        pulse.step(
            "Some packages",
            ["sh", "-c", "echo collecting; echo ERROR: no such host; echo giving up; exit 1"],
            advice=" - retry",
        )

    assert capsys.readouterr().out.startswith("  Some packages ... ")


@pytest.fixture
def web(pulse: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A browser application whose npm notes what it is asked, and fails while there is a file `broken`."""
    web = tmp_path / "web"
    web.mkdir()
    (web / "package-lock.json").write_text("{}")
    tools = tmp_path / "tools"
    tools.mkdir()
    write_tool(tools / "node", "echo v22.12.0")
    write_tool(
        tools / "npm",
        '[ "$1" = --version ] && echo 10.0.0 && exit',
        f'echo "$1" >> {tmp_path}/asked; mkdir -p node_modules dist; echo page > dist/index.html',
        f"[ ! -e {tmp_path}/broken ]",
    )
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    pulse.WEB = web
    return web


def write_tool(path: Path, *lines: str) -> None:
    path.write_text("\n".join(["#!/bin/sh", *lines]))
    path.chmod(0o755)


def asked_of_npm(tmp_path: Path) -> list[str]:
    return (tmp_path / "asked").read_text().split()


def test_the_browser_application_is_built_once_for_the_same_sources(
    pulse: ModuleType, web: Path, tmp_path: Path
) -> None:
    pulse.build_web()
    pulse.build_web()
    assert asked_of_npm(tmp_path) == ["ci", "run"]

    (web / "main.ts").write_text("changed")
    pulse.build_web()
    assert asked_of_npm(tmp_path) == ["ci", "run", "run"]


def test_a_build_that_failed_is_done_again(pulse: ModuleType, web: Path, tmp_path: Path) -> None:
    pulse.build_web()
    (web / "main.ts").write_text("changed")
    (tmp_path / "broken").touch()
    with pytest.raises(pulse.Refusal, match="Browser application failed"):
        pulse.build_web()

    (tmp_path / "broken").unlink()
    pulse.build_web()

    assert asked_of_npm(tmp_path) == ["ci", "run", "run", "run"]


def test_sources_are_recognised_by_content_and_name(pulse: ModuleType, tmp_path: Path) -> None:
    web = tmp_path / "web"
    (web / "src").mkdir(parents=True)
    (web / "src" / "a.ts").write_text("1")
    before = pulse.tree_hash(web)

    (web / "src" / "a.ts").write_text("2")
    changed = pulse.tree_hash(web)
    (web / "src" / "a.ts").rename(web / "src" / "b.ts")

    assert len({before, changed, pulse.tree_hash(web)}) == 3


def test_what_is_made_from_the_sources_does_not_count_as_source(pulse: ModuleType, tmp_path: Path) -> None:
    web = tmp_path / "web"
    web.mkdir()
    before = pulse.tree_hash(web)
    for made in ("node_modules", "dist", "coverage"):
        (web / made).mkdir()
        (web / made / "file").write_text("made")

    assert pulse.tree_hash(web) == before


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v24.19.0"])
def test_a_node_that_can_build_is_used(pulse: ModuleType, version: str) -> None:
    assert pulse.is_new_enough(version)


@pytest.mark.parametrize("version", [None, "v18.20.0", "v20.18.3", "v21.7.3", "v22.11.0"])
def test_a_node_that_cannot_build_is_not(pulse: ModuleType, version: str | None) -> None:
    assert not pulse.is_new_enough(version)


def test_a_second_installer_waits_for_what_the_first_one_left_running(pulse: ModuleType) -> None:
    """A killed launcher's pip goes on; it holds the lock until it ends."""
    with pulse.only_one_installs():
        child = subprocess.Popen(["sleep", "60"], pass_fds=pulse.held_locks)
    try:
        probe = "import fcntl, sys; fcntl.flock(open(sys.argv[1], 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
        command = [sys.executable, "-c", probe, str(pulse.OWN / "install.lock")]
        assert subprocess.run(command, capture_output=True, check=False).returncode != 0
    finally:
        child.kill()
        child.wait()
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
