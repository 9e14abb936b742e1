from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import database
from domain.text import written
from tests.support.domains import Domain

Line = Annotated[str, written(at_least=1, at_most=20)]


@given(st.text(max_size=25))
def test_written_text_has_its_length_and_no_nul(text: str) -> None:
    is_fine = 1 <= len(text) <= 20 and "\x00" not in text

    if is_fine:
        assert msgspec.convert(text, Line) == text
    else:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(text, Line)


async def test_what_may_be_written_can_be_stored(db: Domain) -> None:
    for text in ("Zoë 🏋️", "line\nbreak", "\x01\x1f", "\ufffe\U0010ffff", "' OR 1=1; --"):
        assert await database.fetchval("SELECT $1::text", msgspec.convert(text, Line)) == text
