"""Operations as they come, read one by one: what is wrong with one is said of that one alone."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, get_type_hints

import msgspec
from msgspec import UNSET, Struct, UnsetType

from domain.errors import FieldError
from domain.sync.model import Operation, Outcome, Status
from domain.workouts.accept import AHEAD
from domain.workouts.model import ExerciseEntry, WorkoutDraft

_HINTS = get_type_hints(WorkoutDraft, include_extras=True)
FIELDS = tuple(name for name in _HINTS if name != "id")
"""What an edit may change."""

_Changes = msgspec.defstruct(
    "_Changes", [(name, _HINTS[name] | UnsetType, UNSET) for name in FIELDS], forbid_unknown_fields=True
)


class Create(Struct, frozen=True):
    draft: WorkoutDraft


class Edit(Struct, frozen=True):
    base_version: int
    changes: Mapping[str, Any]


class Delete(Struct, frozen=True):
    pass


class Wish(Struct, frozen=True):
    """An operation that can be read. `place` is where it stood in the batch."""

    place: int
    operation: Operation
    what: Create | Edit | Delete

    def exercises(self) -> Sequence[ExerciseEntry]:
        """Those that it speaks of."""
        match self.what:
            case Create(draft):
                return draft.exercises
            case Edit(changes=changes):
                entries: Sequence[ExerciseEntry] = changes.get("exercises", ())
                return entries
            case _:
                return ()

    def fingerprint(self) -> bytes:
        """Tells another operation under the same id; when it was done does not matter."""
        said = msgspec.structs.replace(self.operation, client_time=datetime.min)
        return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).digest()[:16]


def read(raw: dict[str, Any], place: int, *, now: datetime) -> Wish | Outcome:
    """The operation, or why it is rejected."""
    try:
        operation = msgspec.convert(raw, Operation)
        if operation.client_time > now + AHEAD:
            error = FieldError("/client_time", "more than 24 hours ahead of the hub")
            return rejected(operation, "clock_ahead", "The device's clock is ahead.", (error,))
    except (msgspec.ValidationError, OverflowError) as error:
        op_id = raw.get("op_id")
        return Outcome(
            op_id if isinstance(op_id, str) and len(op_id) <= 64 else None,
            Status.REJECTED,
            code="invalid_operation",
            detail="This operation cannot be read.",
            errors=(_pointed(str(error)),),
        )
    try:
        return Wish(place, operation, _what(operation))
    except (msgspec.ValidationError, OverflowError) as error:
        wrong = _pointed(str(error), under="/fields")
        return rejected(operation, "invalid_fields", "Some fields are not as they should be.", (wrong,))


def rejected(operation: Operation, code: str, detail: str, errors: tuple[FieldError, ...] = ()) -> Outcome:
    return Outcome(
        str(operation.op_id), Status.REJECTED, operation.id, code=code, detail=detail, errors=errors
    )


def _what(operation: Operation) -> Create | Edit | Delete:
    fields = operation.fields
    if fields is None:
        return Delete()
    if operation.base_version is None:
        return Create(msgspec.convert(fields | {"id": operation.id}, WorkoutDraft))
    read = msgspec.convert(fields, _Changes)
    changes = {name: getattr(read, name) for name in fields}
    return Edit(operation.base_version, changes)


_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?:key in )?\$(?P<path>.*)`)?$", re.DOTALL)
_NAMED = re.compile(r"field `([^`]+)`")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def _pointed(message: str, *, under: str = "") -> FieldError:
    """msgspec says `... missing required field `x` - at `$.sets[2]``; we point at /sets/2/x."""
    found = _AT.match(message)
    assert found is not None, "the pattern ends in anything"
    steps = [name or index for name, index in _STEP.findall(found["path"] or "")]
    steps += _NAMED.findall(found["what"])
    return FieldError(under + "".join(f"/{step}" for step in steps), found["what"])
