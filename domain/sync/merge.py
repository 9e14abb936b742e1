"""What becomes of an operation: pure rules over what the hub holds under its id.

Edits of different fields both stand. Two edits of one field conflict, unless they say the same. What was
deleted stays deleted, whatever arrives later.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.errors import FieldError
from domain.members.model import MemberCard
from domain.sync.model import Outcome, Status
from domain.sync.reading import FIELDS, Create, Delete, Edit, Wish, rejected
from domain.visibility import Visibility
from domain.workouts import accept
from domain.workouts.errors import WorkoutRefused
from domain.workouts.model import Source, Workout, WorkoutDraft


class Held(Struct, frozen=True):
    """What is held under an id. A version without a workout is a tombstone; version 0 is nothing at all.

    `ours` are fields that this batch changed, and in which version: its later edits know of that.
    """

    workout: Workout | None = None
    version: int = 0
    changed_in: Mapping[str, int] = {}
    is_anothers: bool = False
    ours: Mapping[str, int] = {}

    @property
    def is_gone(self) -> bool:
        return self.workout is None and self.version > 0


class Desk(Struct, frozen=True):
    """Whose batch it is, and what its rules need. `known` are the names of the exercises in it."""

    author: MemberCard
    visibility: Visibility
    known: Mapping[str, str]
    source: Source
    now: datetime


class Verdict(Struct, frozen=True):
    """What is said of an operation, and what is held then under the ids that it changed."""

    outcome: Outcome
    after: Mapping[UUID, Held] = {}


def judge(wish: Wish, held: Mapping[UUID, Held], desk: Desk) -> Verdict:
    """`held` has what is held under the operation's ids."""
    try:
        match wish.what:
            case Create(draft):
                return _create(wish, draft, held[wish.operation.id], desk)
            case Edit():
                return _edit(wish, wish.what, held, desk)
            case Delete():
                return _delete(wish, held[wish.operation.id])
            case _:
                assert_never(wish.what)
    except WorkoutRefused as error:
        return Verdict(rejected(wish.operation, error.code, error.detail, _under_fields(error.errors)))


def recall(wish: Wish, held: Held, version: int) -> Held:
    """An edit of this batch was acknowledged before, as this version: what follows in it knows of it."""
    if not isinstance(wish.what, Edit):
        return held
    ours = {name: version for name in wish.what.changes if held.changed_in.get(name) == version}
    return msgspec.structs.replace(held, ours={**held.ours, **ours})


def _create(wish: Wish, draft: WorkoutDraft, held: Held, desk: Desk) -> Verdict:
    if held.is_anothers:
        return Verdict(rejected(wish.operation, "id_taken", "This id is in use: make another one."))
    if held.is_gone:
        return Verdict(_deleted(wish, held))
    if held.workout is None:
        return _applied(wish, Held(_accepted(draft, desk), 1))
    same = accept.revise(held.workout, draft, known=desk.known, now=desk.now) is held.workout
    return Verdict(_said(wish, Status.DUPLICATE, held.version) if same else _conflict(wish, held))


def _edit(wish: Wish, edit: Edit, all_held: Mapping[UUID, Held], desk: Desk) -> Verdict:
    held = all_held[wish.operation.id]
    if held.is_gone:
        return Verdict(_deleted(wish, held))
    if held.workout is None:
        return Verdict(rejected(wish.operation, "workout_not_found", "There is no such workout here."))
    if edit.base_version > held.version:
        error = FieldError("/base_version", f"the hub has version {held.version}")
        detail = "This version does not exist: read the changes, then edit again."
        return Verdict(rejected(wish.operation, "version_unknown", detail, (error,)))
    draft = _draft(held.workout, edit)
    if _clash(held, edit):
        return _keep_both(wish, draft, all_held, desk)
    try:
        fresh = accept.revise(held.workout, draft, known=desk.known, now=desk.now)
    except WorkoutRefused:
        if edit.base_version < held.version:
            # Each of the two edits made sense by itself.
            return _keep_both(wish, draft, all_held, desk)
        raise
    ours = accept.changed_in(held.workout, fresh)
    after = Held(fresh, fresh.version, {**held.changed_in, **ours}, ours={**held.ours, **ours})
    return _applied(wish, after)


def _delete(wish: Wish, held: Held) -> Verdict:
    """Also of what never came: it may be on its way, and must not rise again."""
    if held.is_gone:
        return Verdict(_said(wish, Status.DUPLICATE, held.version))
    return _applied(wish, Held(version=(0 if held.is_anothers else held.version) + 1))


def _keep_both(wish: Wish, draft: WorkoutDraft, all_held: Mapping[UUID, Held], desk: Desk) -> Verdict:
    """A conflict; the edit is kept as a private copy where one is wished for and can be."""
    said = _conflict(wish, all_held[wish.operation.id])
    copy_id = wish.operation.copy_id
    if copy_id in (None, wish.operation.id) or all_held[copy_id].is_anothers:
        return Verdict(said)
    kept = msgspec.structs.replace(said, copy_id=copy_id)
    if all_held[copy_id].version > 0:
        # It was kept before, whatever became of it since.
        return Verdict(kept)
    copy = msgspec.structs.replace(draft, id=copy_id, visibility=Visibility.PRIVATE)
    try:
        return Verdict(kept, {copy_id: Held(_accepted(copy, desk), 1)})
    except WorkoutRefused:
        return Verdict(said)


def _clash(held: Held, edit: Edit) -> bool:
    """Whether a field was changed to something else since the version that the device knew."""
    return any(
        held.changed_in.get(name, 1) > edit.base_version
        and held.changed_in[name] != held.ours.get(name)
        and getattr(held.workout, name) != value
        for name, value in edit.changes.items()
    )


def _draft(stored: Workout, edit: Edit) -> WorkoutDraft:
    said = {name: getattr(stored, name) for name in FIELDS} | dict(edit.changes)
    return WorkoutDraft(id=stored.id, **said)


def _accepted(draft: WorkoutDraft, desk: Desk) -> Workout:
    return accept.accept(
        draft,
        author=desk.author,
        visibility=desk.visibility,
        known=desk.known,
        now=desk.now,
        source=desk.source,
    )


def _applied(wish: Wish, after: Held) -> Verdict:
    return Verdict(_said(wish, Status.APPLIED, after.version), {wish.operation.id: after})


def _said(wish: Wish, status: Status, version: int) -> Outcome:
    return Outcome(str(wish.operation.op_id), status, wish.operation.id, version)


def _conflict(wish: Wish, held: Held) -> Outcome:
    return Outcome(
        str(wish.operation.op_id),
        Status.CONFLICT,
        wish.operation.id,
        held.version,
        code="changed",
        detail="This was changed elsewhere, too.",
        row=held.workout,
    )


def _deleted(wish: Wish, held: Held) -> Outcome:
    return Outcome(
        str(wish.operation.op_id),
        Status.CONFLICT,
        wish.operation.id,
        held.version,
        code="deleted",
        detail="This was deleted.",
    )


def _under_fields(errors: tuple[FieldError, ...]) -> tuple[FieldError, ...]:
    return tuple(FieldError("/fields" + one.pointer, one.detail) for one in errors)
