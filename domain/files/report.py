"""What an import tells: how far it is, and what became of each file and each activity."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain.files.model import Trouble


class ImportState(StrEnum):
    """`waiting`: a bundle that was not opened yet. `undone`: its workouts and its files are gone."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class FileState(StrEnum):
    WAITING = "waiting"
    READ = "read"
    REFUSED = "refused"


class ItemState(StrEnum):
    """`duplicate`: it is here already, as `workout_id`."""

    IMPORTED = "imported"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class ImportedItem(Struct, frozen=True):
    """One activity of a file. `workout_id` is None where it was refused, or its workout deleted since."""

    state: ItemState
    workout_id: UUID | None = None
    code: Trouble | None = None
    detail: str | None = None
    warnings: list[str] = []


class ImportedFile(Struct, frozen=True):
    """One file of an upload. `position` is its place in the bundle."""

    position: int
    name: str
    size_bytes: int
    state: FileState
    code: Trouble | None
    detail: str | None
    items: list[ImportedItem]


class Import(Struct, frozen=True):
    """An upload and what became of it. `code` says why a bundle could not be opened.

    `files` are the first hundred; the rest are on pages of their own. Counts are of all.
    """

    id: UUID
    name: str
    size_bytes: int
    state: ImportState
    code: Trouble | None
    detail: str | None
    created_at: datetime
    finished_at: datetime | None
    files_total: int
    files_read: int
    files_refused: int
    workouts: int
    duplicates: int
    refused: int
    files: list[ImportedFile] = []


def decode_file(row: Any, items: list[ImportedItem]) -> ImportedFile:
    return ImportedFile(
        position=row["position"],
        name=row["name"],
        size_bytes=row["size_bytes"],
        state=FileState(row["state"]),
        code=Trouble(row["code"]) if row["code"] else None,
        detail=row["detail"],
        items=items,
    )


def decode_item(row: Any) -> ImportedItem:
    return ImportedItem(
        state=ItemState(row["state"]),
        workout_id=row["workout_id"],
        code=Trouble(row["code"]) if row["code"] else None,
        detail=row["detail"],
        warnings=list(row["warnings"]),
    )
