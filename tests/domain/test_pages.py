import base64
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.pages import NEWEST, OLDEST, After, encode_cursor, page, position

places = st.builds(After, at=st.datetimes(timezones=st.just(UTC)), id=st.uuids())


@given(places)
def test_a_cursor_brings_back_where_it_came_from(place: After) -> None:
    assert position(encode_cursor(place), start=NEWEST) == place


@given(places)
def test_every_place_lies_between_the_ends(place: After) -> None:
    assert (OLDEST.at, OLDEST.id) <= (place.at, place.id)
    if place.at < NEWEST.at:
        assert (place.at, place.id) < (NEWEST.at, NEWEST.id)


@given(st.text())
def test_whatever_is_sent_as_a_cursor_is_a_place_or_refused(cursor: str) -> None:
    try:
        place = position(cursor, start=NEWEST)
    except Invalid as refusal:
        assert [error.pointer for error in refusal.errors] == ["/cursor"]
    else:
        assert place.at.tzinfo is not None


def test_no_cursor_is_the_start() -> None:
    assert position(None, start=OLDEST) == OLDEST


def forged(at: str) -> str:
    """A cursor as somebody else might make it."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode([at, str(UUID(int=1))])).decode()


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00", "2026-01-01T00:00:00", "soon"]
)
def test_a_time_off_the_calendar_or_without_a_zone_is_refused(at: str) -> None:
    with pytest.raises(Invalid) as refusal:
        position(forged(at), start=NEWEST)

    assert [error.pointer for error in refusal.value.errors] == ["/cursor"]


def test_a_time_of_another_zone_is_taken_in_utc() -> None:
    place = position(forged("2026-01-01T02:00:00+02:00"), start=NEWEST)

    assert place == After(datetime(2026, 1, 1, tzinfo=UTC), UUID(int=1))


@given(st.lists(st.integers(0, 1_000), unique=True), st.integers(1, 10))
def test_pages_put_together_are_the_whole(numbers: list[int], limit: int) -> None:
    ordered = sorted(numbers)

    def place(number: int) -> After:
        return After(datetime(2026, 1, 1, tzinfo=UTC), UUID(int=number))

    seen: list[int] = []
    cursor = None
    while True:
        start = position(cursor, start=OLDEST)
        rest = [one for one in ordered if (place(one).at, place(one).id) > (start.at, start.id)]
        part = page(rest[: limit + 1], limit=limit, place=place)
        seen += part.items
        cursor = part.next_cursor
        if cursor is None:
            break

    assert seen == ordered


def test_a_full_last_page_has_no_next_one() -> None:
    found = page([1, 2], limit=2, place=lambda one: After(NEWEST.at, UUID(int=one)))

    assert msgspec.structs.astuple(found) == ([1, 2], None)
