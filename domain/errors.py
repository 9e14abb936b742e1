"""The five ways in which the domain says no. A topic's refusals are subclasses with a code of their own."""

from typing import ClassVar

from msgspec import Struct


class FieldError(Struct, frozen=True):
    """What is wrong with one field: `pointer` is a JSON Pointer (RFC 6901) into the request's body."""

    pointer: str
    detail: str


class DomainError(Exception):
    """A refusal. `code` is stable, for programs; the message is a sentence, for people."""

    code: ClassVar[str] = "refused"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or (self.__doc__ or "").strip().splitlines()[0])

    @property
    def detail(self) -> str:
        return str(self)


class NotFound(DomainError):
    """There is no such thing here."""

    code = "not_found"


class NotAllowed(DomainError):
    """You may not do this."""

    code = "not_allowed"


class Conflict(DomainError):
    """This does not fit what is already here."""

    code = "conflict"


class Invalid(DomainError):
    """Something in the request does not make sense."""

    code = "invalid"

    def __init__(self, detail: str = "", *, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail)
        self.errors = errors


class TooMany(DomainError):
    """Too many requests."""

    code = "too_many"

    def __init__(self, detail: str = "", *, retry_after_s: float = 1.0) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s
