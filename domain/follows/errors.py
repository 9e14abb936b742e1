"""How following says no."""

from domain.errors import Conflict, NotFound


class NotYourself(Conflict):
    """You cannot follow or block yourself."""

    code = "not_yourself"


class NoSuchRequest(NotFound):
    """Nobody of that name asks to follow you."""

    code = "request_not_found"


class FollowsEnough(Conflict):
    """You follow as many members as one can."""

    code = "follows_enough"
