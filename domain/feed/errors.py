"""How the feed says no."""

from domain.errors import Conflict, Invalid, NotAllowed, NotFound


class NoSuchPost(NotFound):
    """There is no such post here."""

    code = "post_not_found"


class NoSuchComment(NotFound):
    """There is no such comment here."""

    code = "comment_not_found"


class PostIdTaken(Conflict):
    """This id is in use: make another one."""

    code = "id_taken"


class NothingSaid(Invalid):
    """A text needs more than spaces."""

    code = "nothing_said"


class NotYours(NotAllowed):
    """Only who wrote it, or a moderator, may delete it."""

    code = "not_yours"


class PostFollowsWorkout(Conflict):
    """A workout's post goes with its workout: delete that, or make it private."""

    code = "post_follows_workout"
