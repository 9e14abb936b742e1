"""How the challenges topic says no."""

from domain.errors import Conflict, Invalid, NotAllowed, NotFound


class NoSuchChallenge(NotFound):
    """There is no such challenge here."""

    code = "challenge_not_found"


class ChallengeIdTaken(Conflict):
    """This id belongs to another challenge."""

    code = "challenge_id_taken"


class ChallengeOver(Conflict):
    """This challenge has ended: nobody can join it any more."""

    code = "challenge_over"


class NotYourChallenge(NotAllowed):
    """Only its creator and moderators may delete a challenge."""

    code = "not_your_challenge"


class PointlessChallenge(Invalid):
    """A challenge like this could never be decided."""

    code = "pointless_challenge"
