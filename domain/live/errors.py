"""How the live topic says no."""

from domain.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany


class NoSuchSession(NotFound):
    """There is no such session here."""

    code = "session_not_found"


class NoSuchStream(NotFound):
    """This is not a stream of yours."""

    code = "stream_not_found"


class NoSuchParticipant(NotFound):
    """Nobody has this number here."""

    code = "participant_not_found"


class SessionIdTaken(Conflict):
    """This id belongs to another session."""

    code = "session_id_taken"


class SessionOver(Conflict):
    """This session is over."""

    code = "session_over"


class NotStarted(Conflict):
    """This session has not begun."""

    code = "session_not_started"


class AlreadyBegun(Conflict):
    """This session has begun: finish it instead."""

    code = "session_already_begun"


class RoomFull(Conflict):
    """There is no place left in this session."""

    code = "room_full"


class TooManyOpenSessions(Conflict):
    """You host several sessions that are not over: finish or cancel one first."""

    code = "too_many_open_sessions"


class HostOnly(NotAllowed):
    """Only the host may do this."""

    code = "host_only"


class NotOnTheRoster(NotAllowed):
    """Join the session first."""

    code = "not_on_the_roster"


class PointlessSession(Invalid):
    """A session like this could not be held."""

    code = "pointless_session"


class EmptyMessage(Invalid):
    """There is nothing in this message."""

    code = "empty_message"


class SaidTooMuch(TooMany):
    """Too many messages at once."""

    code = "said_too_much"
