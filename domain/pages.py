"""Keyset pagination: a page, and an opaque cursor to the next one."""

import base64
import binascii
from datetime import datetime
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

    at: datetime
    id: UUID


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
