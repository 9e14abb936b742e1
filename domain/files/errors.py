"""How the files topic says no. What is wrong with a file is no refusal of the request: its report says it."""

from domain.errors import Conflict, Invalid, NotFound, TooMany


class NoSuchImport(NotFound):
    """There is no such import here."""

    code = "import_not_found"


class NoStreams(NotFound):
    """This workout has no streams: it was not recorded by a device."""

    code = "no_streams"


class UploadMissing(Invalid):
    """Send one file: as the body, or as the one file of a form."""

    code = "upload_missing"


class BeingUndone(Conflict):
    """This upload is being undone: wait until it is."""

    code = "import_being_undone"


class NoRoom(Conflict):
    """Your uploads fill the room that a member has: undo some first."""

    code = "imports_full"


class TooManyWaiting(TooMany):
    """Many of your uploads wait already: wait until some are done."""

    code = "imports_waiting"
