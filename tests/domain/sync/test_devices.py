"""Three devices of one member, whatever happens to them: they agree, and nothing acknowledged is lost."""

import asyncio
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from domain.sync import merge
from tests.domain.sync.devices import Device, Edited, Promises
from tests.support.domains import Domain

WHATS = ["make", "edit", "edit", "edit", "delete", "push", "push", "lost", "late", "backwards", "pull", "all"]
STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(WHATS), st.integers(0, 5)), min_size=5, max_size=40
)


async def live(db: Domain, steps: list[Any]) -> tuple[list[Device], Promises]:
    owner = await db.member("d" + uuid7().hex[-14:])
    promises, values = Promises(), count()
    devices = [Device(number, owner.member_id, promises) for number in range(3)]
    for number, what, place in steps:
        device = devices[number]
        match what:
            case "make":
                device.make()
            case "edit":
                device.edit(place, ("title", "note")[place % 2], f"{number}-{next(values)}")
            case "delete":
                device.delete(place)
            case "push" | "lost":
                await device.push(is_answer_lost=what == "lost")
            case "late" | "backwards":
                await device.send_an_old_batch(place, is_backwards=what == "backwards")
            case "pull":
                await device.pull(pages=1)
            case "all":
                await asyncio.gather(*(one.push(is_answer_lost=False) for one in devices))
    for device in devices:
        await device.push(is_answer_lost=False)
    await asyncio.gather(*(device.pull() for device in devices))
    return devices, promises


def check(devices: list[Device], promises: Promises) -> None:
    assert devices[0].store == devices[1].store == devices[2].store
    store = devices[0].store
    assert promises.made <= store.keys()
    for gone in promises.deleted:
        assert store[gone][1] is None, "what was deleted stays deleted"
    for copy_id, fields in promises.copies.items():
        said = store[copy_id][1]
        assert said is None or fields.items() <= said.items() or was_edited(copy_id, promises)
    for edit in promises.edits:
        said = store[edit.id][1]
        if said is not None and said[edit.field] != edit.value:
            assert any(knew(later, edit) for later in promises.edits), f"{edit} is lost"


def was_edited(copy_id: Any, promises: Promises) -> bool:
    return any(one.id == copy_id for one in promises.edits)


def knew(later: Edited, edit: Edited) -> bool:
    """Whether somebody who had seen the edit replaced it."""
    is_same_field = (later.id, later.field) == (edit.id, edit.field) and later.version > edit.version
    return is_same_field and (later.base >= edit.version or later.device == edit.device)


# No database is made anew for an example: each has a member of its own.
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
async def test_three_devices_agree_and_nothing_acknowledged_is_lost(db: Domain, steps: list[Any]) -> None:
    check(*await live(db, steps))


async def test_without_looking_at_versions_an_acknowledged_edit_is_lost(
    db: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the last one wins."""
    monkeypatch.setattr(merge, "_clash", lambda held, edit: False)
    steps = [(0, "make", 0), (0, "push", 0), (0, "pull", 0), (1, "pull", 0)]
    steps += [(0, "edit", 0), (1, "edit", 0), (0, "push", 0)]
    with pytest.raises(AssertionError, match="is lost"):
        check(*await live(db, steps))
