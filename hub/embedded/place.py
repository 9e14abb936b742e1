"""Where the embedded servers of one data folder live, and which account runs them.

Not as root, everything is plainly below `DATA/servers`, and the servers run as ourselves.

As root, PostgreSQL refuses to run, so both servers run as an unprivileged account that is already there. That
account must be able to walk to its files, and no folder of anybody's is opened up for it:

- where it can walk to the data folder already, the home is `DATA/servers`, as for everybody else;
- where it cannot (a clone below `/root`, mode 0700), the home is a new folder `/var/lib/pulsehub/<token>`
  and `DATA/servers` is a symbolic link to it. The link is the identity: two data folders have two links, and
  a data folder that was deleted has none, so the next start makes a new home and clears the old one away.

The home itself stays root's; the account owns only `cluster`, `redis` and the socket folder inside it. So
root never writes into a folder where the account could have planted a link.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hub.embedded import processes
from hub.embedded.errors import EmbeddedServerError

SYSTEM_FOLDER = Path("/var/lib/pulsehub")

# `struct sockaddr_un` holds 104 bytes on the tightest system we run on, one of them the final NUL.
_SOCKET_PATH_LIMIT = 103
_LONGEST_SOCKET_NAME = ".s.PGSQL.5432"

# Tried in this order: PostgreSQL's own account where the system has one, else the account that owns nothing.
_UNPRIVILEGED_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the servers run as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one data folder's servers. `account` is None where they run as ourselves."""

    home: Path
    sockets: Path
    account: Account | None

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def redis(self) -> Path:
        return self.home / "redis"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    def own(self, folder: Path) -> None:
        """Make `folder`, private to the account the servers run as."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account is not None:
            os.chown(folder, self.account.uid, self.account.gid, follow_symlinks=False)


def settle(data: Path, *, system_folder: Path = SYSTEM_FOLDER) -> Place:
    """Find or make the home of the servers that belong to `data`, which must exist."""
    data = data.resolve()
    seat = data / "servers"
    account = _account(seat) if os.geteuid() == 0 else None
    home = seat
    if account is not None and (seat.is_symlink() or not may_reach(data, account)):
        if seat.is_dir() and not seat.is_symlink():
            raise EmbeddedServerError(
                f"The servers of {data} run as user {account.uid}, who can no longer reach that folder: "
                f"give one of the folders above it back its x permission, or choose another --data."
            )
        home = _system_home(data, seat, system_folder)
    _make_home(home, account)
    place = Place(home=home, sockets=_socket_folder(home), account=account)
    place.logs.mkdir(mode=0o700, exist_ok=True)
    for folder in (place.redis, place.sockets):
        _refuse_strangers_folder(folder, account)
        place.own(folder)
    return place


def may_reach(path: Path, account: Account) -> bool:
    """Whether the permission bits let `account` walk down to `path` and into it."""
    return all(_grants(folder.stat(), account, stat.S_IXOTH) for folder in (path, *path.parents))


def _grants(status: os.stat_result, account: Account, wanted: int) -> bool:
    if status.st_uid == account.uid:
        wanted <<= 6
    elif status.st_gid == account.gid:
        wanted <<= 3
    return status.st_mode & wanted == wanted


def _account(seat: Path) -> Account:
    """Whom to run as: the owner of the cluster that is there, else an unprivileged account of this system."""
    cluster = seat / "cluster"
    if cluster.is_dir():
        status = cluster.stat()
        if status.st_uid != 0:
            return Account(uid=status.st_uid, gid=status.st_gid)
    for name in _UNPRIVILEGED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise EmbeddedServerError(
        "PostgreSQL refuses to run as root, and this system has neither a 'postgres' nor a 'nobody' account: "
        "run ./pulse as another user, or set DATABASE_URL."
    )


def _make_home(home: Path, account: Account | None) -> None:
    """Ours to write, the account's to walk through, nobody else's to see."""
    home.mkdir(mode=0o700, exist_ok=True)
    if account is not None and home.stat().st_uid == 0:
        os.chown(home, 0, account.gid)
        home.chmod(0o710)


def _system_home(data: Path, seat: Path, system_folder: Path) -> Path:
    if seat.is_symlink():
        home = seat.readlink()
        if _is_home_of(home, data, seat):
            return home
        seat.unlink()
    system_folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    _clear_forsaken(data, system_folder)
    home = system_folder / secrets.token_hex(8)
    home.mkdir(mode=0o700)
    (home / "owner").write_text(str(data))
    seat.symlink_to(home)
    return home


def _is_home_of(home: Path, data: Path, seat: Path) -> bool:
    """False for a link whose home is gone, and for one in a copy of a data folder that is still there."""
    try:
        owner = Path((home / "owner").read_text())
    except FileNotFoundError:
        return False
    if owner != data:
        other_seat = owner / seat.name
        if other_seat.is_symlink() and other_seat.readlink() == home:
            return False
        (home / "owner").write_text(str(data))  # the data folder was moved
    return True


def _clear_forsaken(data: Path, system_folder: Path) -> None:
    """Remove homes that an earlier, deleted data folder of the same path left behind."""
    for record in system_folder.glob("*/owner"):
        if record.read_text() == str(data):
            for folder in (record.parent / "cluster", record.parent / "redis"):
                processes.end_all(processes.running_in(folder))
            shutil.rmtree(record.parent)


def _socket_folder(home: Path) -> Path:
    """`HOME/sockets`, or, where that path is too long for a socket, a private folder of temporary files.

    The short name is made from the long one, so every start of the same home finds the same folder.
    """
    folder = home / "sockets"
    if len(os.fsencode(folder / _LONGEST_SOCKET_NAME)) <= _SOCKET_PATH_LIMIT:
        return folder
    name = "pulsehub-" + hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    for parent in (Path(tempfile.gettempdir()).resolve(), Path("/tmp")):  # noqa: S108 - owner checked below
        if len(os.fsencode(parent / name / _LONGEST_SOCKET_NAME)) <= _SOCKET_PATH_LIMIT:
            return parent / name
    raise EmbeddedServerError(
        f"No folder has a path short enough for the sockets of {home}: choose another --data."
    )


def _refuse_strangers_folder(folder: Path, account: Account | None) -> None:
    """Temporary folders are shared: one of that name that somebody else made first is not ours to use."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return
    owner = os.geteuid() if account is None else account.uid
    private = stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) & 0o077 == 0
    if not private or status.st_uid not in {owner, os.geteuid()}:
        raise EmbeddedServerError(
            f"{folder} is not a private folder of user {owner}: remove it and try again."
        )
