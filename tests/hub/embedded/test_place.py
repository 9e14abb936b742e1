"""Where the embedded servers live: tested without being root, on folders of our own."""

import os
import shutil
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hub.embedded import EmbeddedServerError, place
from hub.embedded.place import Account, may_reach

STRANGER = Account(uid=64_000, gid=64_000)


@pytest.fixture
def system_folder(tmp_path: Path) -> Path:
    return tmp_path / "system"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def settle_far_away(data: Path, system_folder: Path) -> Path:
    return place._system_home(data, data / "servers", system_folder)


def test_a_stranger_reaches_only_what_every_folder_above_lets_through() -> None:
    with TemporaryDirectory() as name:
        above = Path(name)
        open_folder = above / "open"
        open_folder.mkdir(mode=0o755)
        above.chmod(0o755)

        assert may_reach(open_folder, STRANGER)
        above.chmod(0o700)
        assert not may_reach(open_folder, STRANGER)


def test_an_owner_without_permission_does_not_reach_what_others_do(tmp_path: Path) -> None:
    tmp_path.chmod(0o077)
    ourselves = Account(uid=os.geteuid(), gid=os.getegid())

    assert not may_reach(tmp_path, ourselves)
    tmp_path.chmod(0o700)


def test_the_same_data_folder_finds_the_same_far_home_again(data: Path, system_folder: Path) -> None:
    home = settle_far_away(data, system_folder)

    assert settle_far_away(data, system_folder) == home


def test_two_data_folders_have_two_far_homes(data: Path, system_folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()

    assert settle_far_away(data, system_folder) != settle_far_away(other, system_folder)


def test_a_data_folder_that_was_deleted_leaves_no_far_home_behind(data: Path, system_folder: Path) -> None:
    stale = settle_far_away(data, system_folder)
    shutil.rmtree(data)
    data.mkdir()

    fresh = settle_far_away(data, system_folder)

    assert fresh != stale
    assert [folder.name for folder in system_folder.iterdir()] == [fresh.name]


def test_a_data_folder_that_was_moved_keeps_its_far_home(
    data: Path, system_folder: Path, tmp_path: Path
) -> None:
    home = settle_far_away(data, system_folder)
    moved = data.rename(tmp_path / "moved")

    assert settle_far_away(moved, system_folder) == home


def test_a_copied_data_folder_does_not_share_the_far_home_of_the_first(
    data: Path, system_folder: Path, tmp_path: Path
) -> None:
    home = settle_far_away(data, system_folder)
    copied = shutil.copytree(data, tmp_path / "copied", symlinks=True)

    assert settle_far_away(copied, system_folder) != home
    assert settle_far_away(data, system_folder) == home


def test_sockets_stay_in_the_home_where_their_path_is_short_enough() -> None:
    assert place._socket_folder(Path("/srv/pulse/servers")) == Path("/srv/pulse/servers/sockets")


def test_a_home_with_a_long_path_always_gets_the_same_short_socket_folder(tmp_path: Path) -> None:
    home = tmp_path / ("x" * 120)
    folder = place._socket_folder(home)

    assert place._socket_folder(home) == folder
    assert place._socket_folder(tmp_path / ("y" * 120)) != folder
    with socket.socket(socket.AF_UNIX) as probe, pytest.raises(FileNotFoundError):
        probe.connect(str(folder / ".s.PGSQL.5432"))  # not "path too long"


def test_a_socket_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "sockets"
    folder.mkdir()
    folder.chmod(0o755)

    with pytest.raises(EmbeddedServerError, match="not a private folder"):
        place._refuse_strangers_folder(folder, None)


def test_a_socket_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "sockets").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(EmbeddedServerError, match="not a private folder"):
        place._refuse_strangers_folder(tmp_path / "sockets", None)
