"""How clubs say no."""

from domain.errors import Conflict, Invalid, NotFound


class NoSuchClub(NotFound):
    """There is no such club here."""

    code = "club_not_found"


class ClubIdTaken(Conflict):
    """This id is in use: make another one."""

    code = "id_taken"


class SlugTaken(Conflict):
    """Another club has this address already."""

    code = "slug_taken"


class LastOrganiser(Conflict):
    """You are the last organiser: the others need one, so you cannot leave before they do."""

    code = "last_organiser"


class NamelessClub(Invalid):
    """A club's name needs more than spaces."""

    code = "nameless_club"
