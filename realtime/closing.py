"""Why a connection ends, and whether to come back."""

from enum import IntEnum


class Close(IntEnum):
    """Close codes. Below 4500: come back, after a while. From 4500 on: stay away until something changes."""

    DRAIN = 4001
    """This node is leaving; another one serves you."""
    TOKEN_EXPIRED = 4005
    """Connect again with a newer token."""
    TOO_SLOW = 4008
    """Nothing was read for half a minute. Come back and resume."""
    NO_PONG = 4012
    """A ping stayed unanswered, or no `connect` came in time."""
    TOO_MANY = 4013
    """The hub is too busy. Come back later."""
    BAD_TOKEN = 4500
    """Nobody is known by that token, or there was none."""
    BAD_FRAME = 4501
    """Two frames that are not of this protocol."""
    REVOKED = 4503
    """The session, token or account that this connection stood on is gone."""
    CONNECTION_LIMIT = 4504
    """This member has opened so many connections since that this one, the oldest, had to go."""


FIRST_FINAL_CODE = 4500


def may_return(code: int) -> bool:
    """Whether a client that was closed with `code` should connect again by itself."""
    return code < FIRST_FINAL_CODE
