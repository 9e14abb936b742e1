"""Domain errors become problem details (RFC 9457), here and nowhere else."""

import math
import re
from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from litestar.types import ExceptionHandlersMap
from msgspec import Struct

from domain.database import DatabaseAway
from domain.errors import Conflict, DomainError, FieldError, Invalid, NotAllowed, NotFound, TooMany
from domain.identity.passwords import Busy

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2


class Problem(Struct, frozen=True, omit_defaults=True):
    """What went wrong: `code` is for programs and stable, `detail` for people.

    `errors` point at the fields of the request's body by JSON Pointer.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str | None = None
    errors: tuple[FieldError, ...] = ()
    retry_after: int | None = None


class Unauthenticated(NotAllowed):
    """Sign in first, or send a valid token."""

    code = "unauthenticated"


class NotJson(DomainError):
    """Send JSON, and say so: `Content-Type: application/json`."""

    code = "unsupported_media_type"


_STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 422,
    TooMany: 429,
    Unauthenticated: 401,
    NotJson: 415,
}
_TITLES = {
    400: "This request cannot be read",
    401: "Sign in first",
    403: "This is not allowed",
    404: "There is no such thing",
    405: "This method is not for here",
    409: "This does not fit",
    413: "This is too large",
    415: "This media type is not for here",
    422: "This does not make sense",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "Not available right now",
}
_CODES = {
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}


def problem_of(error: Exception) -> Problem:
    """The problem that an exception is, to the one who asked."""
    match error:
        case DomainError():
            status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
            errors = error.errors if isinstance(error, Invalid) else ()
            retry = math.ceil(error.retry_after_s) if isinstance(error, TooMany) else None
            return _problem(status, error.code, error.detail, errors=errors, retry_after=retry)
        case DatabaseAway():
            return _problem(
                503,
                "unavailable",
                "The database does not answer. Nothing was lost.",
                retry_after=RETRY_AFTER_S,
            )
        case Busy():
            return _problem(503, "busy", "Too many people sign in at once.", retry_after=RETRY_AFTER_S)
        case asyncpg.CharacterNotInRepertoireError():
            return _problem(400, "malformed", "Text cannot hold the NUL character.")
        case UnicodeDecodeError():
            return _problem(400, "malformed", "The body is not valid UTF-8.")
        case RecursionError():
            return _problem(400, "malformed", "The body is nested too deeply.")
        case ValidationException() | SerializationException():
            return _unreadable(error)
        case HTTPException(status_code=400) if isinstance(error.__cause__, SerializationException):
            return _problem(400, "malformed", "The body is not valid JSON.")
        case HTTPException(status_code=status) if status < 500:
            return _problem(status, _CODES.get(status, "refused"), _TITLES.get(status, error.detail))
    return _problem(500, "internal", "This is our mistake; it has been noted.")


def respond(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar's exception handler, for every exception."""
    problem = problem_of(error)
    if problem.status == 500:
        log.error("request failed", path=request.url.path, exc_info=error)
    return Response(
        msgspec.json.encode(
            msgspec.structs.replace(problem, request_id=request.scope.get("pulse.request_id"))
        ),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=_headers(problem),
    )


def _headers(problem: Problem) -> dict[str, str]:
    headers = {}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"  # RFC 9110, section 15.5.2
    return headers


HANDLERS: ExceptionHandlersMap = {Exception: respond}


def _problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: tuple[FieldError, ...] = (),
    retry_after: int | None = None,
) -> Problem:
    return Problem(
        type=f"/problems/{code}",
        title=_TITLES.get(status, "Refused"),
        status=status,
        code=code,
        detail=detail,
        errors=errors,
        retry_after=retry_after,
    )


def _unreadable(error: Exception) -> Problem:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, msgspec.ValidationError):
        return _problem(
            400, "invalid_body", "Some fields are not as they should be.", errors=(_field_error(str(cause)),)
        )
    if isinstance(cause, msgspec.DecodeError) or isinstance(error, SerializationException):
        return _problem(400, "malformed", "The body is not valid JSON.")
    extra = getattr(error, "extra", None)
    errors = tuple(
        FieldError("/" + str(one.get("key", "")), str(one.get("message", "not valid")))
        for one in (extra if isinstance(extra, list) else [])
        if isinstance(one, dict)
    )
    return _problem(400, "invalid_request", "Some parameters are not as they should be.", errors=errors)


_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<where>key in )?\$(?P<path>.*)`)?$", re.DOTALL)
_NAMED = re.compile(r"field `(?P<name>[^`]+)`")


def _field_error(message: str) -> FieldError:
    """msgspec says `... missing required field `x` - at `$.sets[2]``; we point at /sets/2/x."""
    found = _AT.match(message)
    assert found is not None, "the pattern ends in anything"
    parts = re.findall(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]", found["path"] or "")
    steps = [name or index for name, index in parts]
    named = _NAMED.search(found["what"])
    # `data` is Litestar's name for the body, and the body a field of what it reads.
    if steps[:1] == ["data"]:
        steps = steps[1:]
    elif named and named["name"] == "data":
        return FieldError("", "The body is missing.")
    if named:
        steps.append(named["name"])
    pointer = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
    return FieldError(pointer, found["what"])
