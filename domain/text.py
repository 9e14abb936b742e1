"""Text as members write it: anything but the NUL character, which PostgreSQL cannot store."""

from msgspec import Meta


def written(*, at_most: int, at_least: int = 0) -> Meta:
    """For a field's annotation: so many characters, none of them NUL."""
    return Meta(min_length=at_least, max_length=at_most, pattern=r"^[^\u0000]*$")
