"""The verdict of `./pulse test` counts every stage, and generated files may not drift."""

from pathlib import Path

import pytest

from tests import verify


def test_one_failed_stage_fails_the_whole_and_the_others_still_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran = []

    def stage(name: str, passed: bool) -> verify.Stage:
        return name, lambda: ran.append(name) is None and passed

    assert verify.run_all([stage("first", True), stage("second", False), stage("third", True)]) == 1
    assert ran == ["first", "second", "third"]
    assert capsys.readouterr().out.endswith("pulse: FAILED: second\n")


def test_all_stages_passing_is_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.run_all([("only", lambda: True)]) == 0
    assert capsys.readouterr().out.endswith("pulse: all is well\n")


def test_the_long_form_of_the_faults_is_run_as_often_as_was_asked() -> None:
    assert [name for name, _ in verify.fault_rounds(["--rounds", "2", "-x"])] == [
        "faults, round 1 of 2",
        "faults, round 2 of 2",
    ]


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    return web(tmp_path / "committed")


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    return web(tmp_path / "fresh")


def web(folder: Path) -> Path:
    (folder / verify.GENERATED).mkdir(parents=True)
    (folder / verify.CONTRACT).write_text("{}")
    (folder / verify.GENERATED / "types.ts").write_text("export type Id = string;")
    return folder


def test_equal_generated_files_have_not_drifted(fresh: Path, committed: Path) -> None:
    assert verify.differences(fresh, committed) == []


def test_a_changed_contract_has_drifted(fresh: Path, committed: Path) -> None:
    (fresh / verify.CONTRACT).write_text('{"new": 1}')

    assert verify.differences(fresh, committed) == [verify.CONTRACT]


def test_a_generated_file_that_nothing_generates_any_more_has_drifted(fresh: Path, committed: Path) -> None:
    (committed / verify.GENERATED / "old.ts").write_text("")

    assert verify.differences(fresh, committed) == [verify.GENERATED / "old.ts"]


def test_a_generated_file_that_was_not_committed_has_drifted(fresh: Path, committed: Path) -> None:
    (fresh / verify.GENERATED / "new.ts").write_text("")

    assert verify.differences(fresh, committed) == [verify.GENERATED / "new.ts"]
