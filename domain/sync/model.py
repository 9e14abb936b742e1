"""What devices send to be kept, what they hear of it, and what they read back."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from domain.errors import FieldError
from domain.workouts.model import Workout

OPERATIONS = 500
"""How many a batch may have."""


class Entity(StrEnum):
    """What can be synced."""

    WORKOUT = "workout"


class Operation(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a member did on a device, under an id of the device's, so that it happens once.

    Without `base_version` it creates: `fields` are all that the thing says. With one it edits: `fields` are
    those that changed since that version. `fields` null deletes.
    `client_time` is when it was done, as the device's clock said. Where an edit conflicts and there is a
    `copy_id`, a private copy with the edit in it is kept under that id.
    """

    op_id: UUID
    entity: Entity
    id: UUID
    fields: dict[str, Any] | None
    client_time: Annotated[datetime, Meta(tz=True)]
    base_version: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    copy_id: UUID | None = None


class Batch(Struct, frozen=True, forbid_unknown_fields=True):
    """Operations in the order in which they were done; each is an Operation.

    `client_sent_at` is what the device's clock says now.
    """

    operations: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=OPERATIONS)]
    client_sent_at: Annotated[datetime, Meta(tz=True)] | None = None


class Status(StrEnum):
    """What became of an operation. After `applied` and `duplicate` the device may forget it."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class Outcome(Struct, frozen=True, omit_defaults=True):
    """What became of one operation, in the place that it had in the batch.

    `version` is what the thing has by it. Of a conflict, `row` is what the hub has: null if that was deleted
    (`code` is `deleted`). Of a rejection, `code` says why, and `errors` point into the operation.
    """

    op_id: str | None
    status: Status
    id: UUID | None = None
    version: int | None = None
    code: str | None = None
    detail: str | None = None
    errors: tuple[FieldError, ...] = ()
    row: Workout | None = None
    copy_id: UUID | None = None


class Outcomes(Struct, frozen=True):
    """One for each operation, in the same order."""

    results: list[Outcome]


class Change(Struct, frozen=True):
    """The last change of a thing: what it says now; `row` is null for what was deleted."""

    entity: Entity
    id: UUID
    version: int
    deleted: bool
    row: Workout | None


class LivePosition(Struct, frozen=True):
    """From where the live channel tells what is not among the changes yet."""

    channel: str
    epoch: int
    seq: int


class Changes(Struct, frozen=True):
    """Changes in the order in which they were committed, each thing where it changed last.

    `cursor` is for the next question, also if there is no more. `live` is null for a member of whom nothing
    was ever told.
    """

    items: list[Change]
    cursor: str
    has_more: bool
    live: LivePosition | None
