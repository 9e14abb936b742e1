"""How sync says no to a whole request. What it says of one operation is `model.Refusal`."""

from domain.errors import FieldError, Invalid


class ClockAhead(Invalid):
    """The device's clock is more than 24 hours ahead: set it, then send again."""

    code = "clock_ahead"

    def __init__(self) -> None:
        super().__init__(errors=(FieldError("/client_sent_at", "more than 24 hours ahead of the hub"),))


class CursorMalformed(Invalid):
    """This cursor cannot be read: begin again without one."""

    code = "cursor_malformed"


class CursorForeign(Invalid):
    """This cursor is of another hub or another member: begin again without one."""

    code = "cursor_foreign"
