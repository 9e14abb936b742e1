"""Who may see a thing, said by its owner."""

from enum import StrEnum


class Visibility(StrEnum):
    PUBLIC = "public"
    FOLLOWERS = "followers"
    PRIVATE = "private"
