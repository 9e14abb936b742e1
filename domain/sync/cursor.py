"""A place among a member's changes, as an opaque text."""

import base64
import binascii
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.sync.errors import CursorForeign, CursorMalformed


class Place(Struct, array_like=True, frozen=True):
    """After change `seq`. A head has an epoch of its own, which no other hub and no other member has."""

    owner: UUID
    epoch: int
    seq: int


def write(place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(place)).rstrip(b"=").decode()


def read(cursor: str | None, *, owner: UUID) -> Place | None:
    """Raises CursorMalformed, and CursorForeign for another member's."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = msgspec.msgpack.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=Place)
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise CursorMalformed from error
    if place.owner != owner:
        raise CursorForeign
    return place
