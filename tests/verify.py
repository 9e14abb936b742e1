"""`./pulse check`, `./pulse test` and `./pulse types`: what proves the project, in order, with one verdict.

`./pulse test faults` is the long form of `tests/faults` alone: more nodes and people, every twin, repeated.

Every stage runs even when an earlier one failed, so that one run shows all there is to repair.
"""

import argparse
import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support import system_packages

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
CONTRACT = Path("openapi.json")
GENERATED = Path("src/api/gen")

Stage = tuple[str, Callable[[], bool]]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./pulse")
    parser.add_argument("word", choices=["check", "test", "types"])
    options, pytest_arguments = parser.parse_known_args(arguments)
    if options.word == "types":
        return write_types()
    if options.word == "check":
        return run_all(STATIC)
    if missing := system_packages.provide():
        for need in missing:
            print(
                f"pulse: the tests need {need.what}: install your system's package, as {need.package}, "
                f"or name a program in {need.named_in}."
            )
        return 1
    if pytest_arguments[:1] == ["faults"]:
        return run_all(fault_rounds(pytest_arguments[1:]))
    return run_all([*STATIC, *BROWSER_CODE, ("tests", lambda: tests(*pytest_arguments))])


def run_all(stages: Sequence[Stage]) -> int:
    """Run the stages, then say in a line each how they went. 0 when all went well."""
    lines, failures = [], []
    for name, stage in stages:
        print(f"\n=== {name}", flush=True)
        started = time.monotonic()
        if not (passed := stage()):
            failures.append(name)
        lines.append(f"  {'ok    ' if passed else 'FAILED'}  {time.monotonic() - started:6.1f} s  {name}")
    print("\n" + "\n".join(lines))
    print(f"\npulse: FAILED: {', '.join(failures)}" if failures else "\npulse: all is well")
    return 1 if failures else 0


def command(*words: str, cwd: Path = ROOT) -> bool:
    return subprocess.run(words, cwd=cwd, check=False).returncode == 0


def python(module: str, *arguments: str) -> bool:
    return command(sys.executable, "-m", module, *arguments)


def tests(*arguments: str) -> bool:
    """All tests, as many files at once as there are cores. Each process has servers of its own."""
    processes = min(4, os.cpu_count() or 1)
    return python("pytest", "--numprocesses", str(processes), "--dist", "loadfile", *arguments)


def fault_rounds(arguments: Sequence[str]) -> list[Stage]:
    """`--rounds N` times; what else was said goes to pytest."""
    parser = argparse.ArgumentParser(prog="./pulse test faults")
    parser.add_argument("--rounds", type=int, default=3)
    options, more = parser.parse_known_args(arguments)
    return [
        (f"faults, round {n} of {options.rounds}", lambda: faults(*more))
        for n in range(1, options.rounds + 1)
    ]


def faults(*arguments: str) -> bool:
    """One module after the other: what is broken in one is measured in no other."""
    words = (sys.executable, "-m", "pytest", "tests/faults", *arguments)
    return (
        subprocess.run(words, cwd=ROOT, env={**os.environ, "PULSE_FAULTS": "long"}, check=False).returncode
        == 0
    )


def npm(script: str) -> bool:
    return command("npm", "run", "--silent", script, cwd=WEB)


def import_rules() -> bool:
    # By its function: the script in the environment names an interpreter by a path that may have moved.
    return command(sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()")


# Generated files


def write_contract(target: Path) -> bool:
    """Write the API contract; an unfinished one never takes the place of the last good one."""
    written = subprocess.run(
        [sys.executable, "-m", "hub.cli", "openapi"], cwd=ROOT, stdout=subprocess.PIPE, check=False
    )
    if written.returncode == 0:
        target.write_bytes(written.stdout)
    return written.returncode == 0


def write_types() -> int:
    written = write_contract(WEB / CONTRACT) and npm("types")
    return 0 if written else 1


def no_drift() -> bool:
    """Generate everything in a copy of `web/` and compare it with what is committed."""
    with tempfile.TemporaryDirectory(prefix="pulse-") as folder:
        copy = Path(folder) / "web"
        shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("node_modules", "dist", "coverage"))
        (copy / "node_modules").symlink_to(WEB / "node_modules")
        if not write_contract(copy / CONTRACT) or not command("npm", "run", "--silent", "types", cwd=copy):
            return False
        differing = differences(copy, WEB)
    for path in differing:
        print(f"web/{path} is not what the code says: run ./pulse types")
    return not differing


def differences(fresh: Path, committed: Path) -> list[Path]:
    """The generated files that differ between two copies of `web/`, or exist in one only."""
    paths = {
        path.relative_to(side)
        for side in (fresh, committed)
        for path in [side / CONTRACT, *(side / GENERATED).rglob("*")]
        if path.is_file()
    }
    return sorted(
        path
        for path in paths
        if not (fresh / path).is_file()
        or not (committed / path).is_file()
        or not filecmp.cmp(fresh / path, committed / path, shallow=False)
    )


STATIC: list[Stage] = [
    ("lint", lambda: python("ruff", "check", ".", "pulse")),
    ("formatting", lambda: python("ruff", "format", "--check", ".", "pulse")),
    ("types", lambda: python("mypy") and python("mypy", "pulse", "tests/verify.py", "tests/support")),
    ("import rules", import_rules),
    ("browser code: lint", lambda: npm("lint")),
    ("browser code: types", lambda: npm("typecheck")),
    ("generated files", no_drift),
]

BROWSER_CODE: list[Stage] = [
    ("browser code: units", lambda: npm("test")),
    ("browser code: build", lambda: npm("build")),
    ("browser code: budgets", lambda: npm("budgets")),
]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
