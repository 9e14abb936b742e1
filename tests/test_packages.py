"""Our package names exist on the package index too; nothing installed may stand in for ours."""

import importlib
import importlib.metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", ["hub", "realtime", "domain", "migrations"])
def test_no_installed_distribution_provides_a_package_of_ours(name: str) -> None:
    providers = set(importlib.metadata.packages_distributions().get(name, [])) - {"pulsehub"}

    assert not providers


@pytest.mark.parametrize("name", ["hub", "realtime", "domain", "migrations", "tests"])
def test_a_package_of_ours_is_the_one_of_this_folder(name: str) -> None:
    origin = importlib.import_module(name).__file__

    assert origin is not None
    assert Path(origin).parent == ROOT / name
