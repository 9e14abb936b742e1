"""Keyset pagination: a page, and an opaque cursor to the next one."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from domain.errors import FieldError, Invalid

T = TypeVar("T")

PageSize = Annotated[int, Meta(ge=1, le=100)]


class Page(Struct, Generic[T], frozen=True):
    """Some items, and where the next ones begin: None means these were the last."""

    items: list[T]
    next_cursor: str | None = None


class After(Struct, array_like=True, frozen=True):
    """The last row of a page, by the two columns that order it."""

    at: Annotated[datetime, Meta(tz=True)]
    id: UUID


NEWEST = After(datetime(9999, 12, 31, tzinfo=UTC), UUID(int=2**128 - 1))
"""Where a list that begins with the newest starts."""
OLDEST = After(datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))
"""Where a list that begins with the oldest starts."""


def encode_cursor(after: After) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(after)).rstrip(b"=").decode()


def decode_cursor(cursor: str | None) -> After | None:
    """The position a cursor stands for. Raises Invalid for anything this hub did not make."""
    if cursor is None:
        return None
    try:
        return msgspec.msgpack.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=After)
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise Invalid(
            "This cursor is not one of ours.", errors=(FieldError("/cursor", "unknown"),)
        ) from error


def position(cursor: str | None, *, start: After) -> After:
    """Where a page begins, in UTC. Raises Invalid like decode_cursor, and for times off the calendar."""
    after = decode_cursor(cursor) or start
    try:
        return After(after.at.astimezone(UTC), after.id)
    except OverflowError as error:
        raise Invalid(
            "This cursor is not one of ours.", errors=(FieldError("/cursor", "unknown"),)
        ) from error


def page(found: Sequence[T], *, limit: int, place: Callable[[T], After]) -> Page[T]:
    """The page of what was found when `limit + 1` were asked for: the last one says that there is more."""
    items = list(found[:limit])
    return Page(items, encode_cursor(place(items[-1])) if len(found) > limit else None)
