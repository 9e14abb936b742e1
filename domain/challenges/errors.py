"""How the challenges topic says no."""

from domain.errors import Conflict, Invalid, NotAllowed, NotFound


class NoSuchChallenge(NotFound):
    """There is no such challenge here."""

    code = "challenge_not_found"


class NoSuchTeam(NotFound):
    """There is no such team in this challenge."""

    code = "team_not_found"


class NoSuchInvite(NotFound):
    """This invitation does not exist, or no longer."""

    code = "invite_not_found"


class NoSuchCase(NotFound):
    """There is no such case of fair play here."""

    code = "case_not_found"


class NoSuchEmbed(NotFound):
    """This link to a board is not valid, or no longer."""

    code = "embed_not_found"


class NotSettled(NotFound):
    """This challenge has no results yet."""

    code = "not_settled"


class NotTakingPart(NotFound):
    """You do not take part in this challenge."""

    code = "not_taking_part"


class ChallengeIdTaken(Conflict):
    """This id belongs to another challenge."""

    code = "challenge_id_taken"


class TeamIdTaken(Conflict):
    """This id belongs to another team."""

    code = "team_id_taken"


class InviteIdTaken(Conflict):
    """This id belongs to another invitation."""

    code = "invite_id_taken"


class ChallengeOver(Conflict):
    """This challenge has ended: nobody can join it any more."""

    code = "challenge_over"


class AlreadyBegun(Conflict):
    """This challenge has begun: what counts, and in which team, stays as it is."""

    code = "already_begun"


class TeamFull(Conflict):
    """This team is full."""

    code = "team_full"


class NoTeams(Conflict):
    """This challenge is not one of teams that members make."""

    code = "no_teams"


class CaseClosed(Conflict):
    """This case cannot be appealed or decided: it is decided already, or there is nothing in quarantine."""

    code = "case_closed"


class NotYourChallenge(NotAllowed):
    """Only its creator and moderators may do this with a challenge."""

    code = "not_your_challenge"


class NotYourTeam(NotAllowed):
    """Only its captain may do this with a team."""

    code = "not_your_team"


class InvitedOnly(NotAllowed):
    """Its captain lets people into this team by invitation."""

    code = "invited_only"


class NotInClub(NotAllowed):
    """You are not in this club."""

    code = "not_in_club"


class NotYourOwn(NotAllowed):
    """Nobody decides about their own workouts."""

    code = "not_your_own"


class PointlessChallenge(Invalid):
    """A challenge like this could never be decided."""

    code = "pointless_challenge"


class NoSuchClubs(Invalid):
    """Some of these clubs do not exist."""

    code = "unknown_clubs"


class NotWhileRunning(Invalid):
    """This cannot be changed any more: members have joined for what it says."""

    code = "not_while_running"
