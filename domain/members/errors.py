"""How the members topic says no."""

from domain.errors import Conflict, Invalid, NotAllowed, NotFound


class NoSuchMember(NotFound):
    """There is no such member here."""

    code = "member_not_found"


class HandleTaken(Conflict):
    """Somebody has this handle already."""

    code = "handle_taken"


class NotAPicture(Invalid):
    """This is not a PNG, JPEG or WebP picture of a reasonable size."""

    code = "not_a_picture"


class LastOwner(Conflict):
    """A hub needs an owner: give the role to somebody else first."""

    code = "last_owner"


class AboveYou(NotAllowed):
    """You can give and take only roles below your own."""

    code = "role_above_you"
