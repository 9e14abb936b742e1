"""Every refusal becomes its problem, and an unknown failure tells nothing about itself."""

import asyncpg
import pytest
from litestar.exceptions import HTTPException, NotFoundException

import hub.app  # noqa: F401  # brings every topic's refusals along
from domain.database import DatabaseAway
from domain.errors import Conflict, DomainError, FieldError, Invalid, NotAllowed, NotFound, TooMany
from domain.identity.passwords import Busy
from hub.problems import NotJson, Unauthenticated, _field_error, problem_of


class TooLate(Conflict):
    """It is over."""

    code = "too_late"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound(), 404, "not_found"),
        (NotAllowed(), 403, "not_allowed"),
        (Unauthenticated(), 401, "unauthenticated"),
        (TooLate(), 409, "too_late"),
        (Invalid(), 422, "invalid"),
        (TooMany(), 429, "too_many"),
        (NotJson(), 415, "unsupported_media_type"),
        (DatabaseAway("OSError"), 503, "unavailable"),
        (Busy(), 503, "busy"),
        (asyncpg.CharacterNotInRepertoireError("x"), 400, "malformed"),
        (RecursionError(), 400, "malformed"),
        (NotFoundException(), 404, "not_found"),
        (HTTPException(status_code=413), 413, "too_large"),
        (HTTPException(status_code=418), 418, "refused"),
        (HTTPException(status_code=500, detail="secret"), 500, "internal"),
        (RuntimeError("secret"), 500, "internal"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_what_happened_is_said_by_status_and_code(error: Exception, status: int, code: str) -> None:
    problem = problem_of(error)
    assert (problem.status, problem.code, problem.type) == (status, code, f"/problems/{code}")
    assert problem.title
    assert problem.detail
    assert "secret" not in repr(problem)
    assert (problem.retry_after is not None) is (status in {429, 503})


def test_rules_on_fields_keep_their_pointers() -> None:
    errors = (FieldError("/ends_on", "before the start"),)
    assert problem_of(Invalid("No.", errors=errors)).errors == errors


def test_the_wait_is_rounded_up() -> None:
    assert problem_of(TooMany(retry_after_s=0.2)).retry_after == 1
    assert problem_of(TooMany(retry_after_s=12.5)).retry_after == 13


def test_every_kind_of_refusal_has_a_status() -> None:
    def kinds(kind: type[DomainError]) -> set[type[DomainError]]:
        return {kind, *(one for sub in kind.__subclasses__() for one in kinds(sub))}

    everybody = kinds(DomainError) - {DomainError}
    assert len(everybody) > 20
    for one in everybody:
        problem = problem_of(one())
        assert 400 <= problem.status < 500
        assert problem.code == one.code
        assert problem.detail


@pytest.mark.parametrize(
    ("message", "pointer"),
    [
        ("Expected `int`, got `str` - at `$.data.sets[2].reps`", "/sets/2/reps"),
        ("Object missing required field `reps` - at `$.data.sets[0]`", "/sets/0/reps"),
        ("Object missing required field `id` - at `$.data`", "/id"),
        ("Object contains unknown field `a/b~c` - at `$.data`", "/a~1b~0c"),
        ("Object missing required field `data`", ""),
        ("Expected `object`, got `array` - at `$.data`", ""),
        ("Expected `int` >= 1 - at `$.limit`", "/limit"),
        ("Invalid UUID", ""),
        ("Expected `str` - at `key in $.data.extra`", "/extra"),
    ],
)
def test_a_pointer_is_found_in_what_the_decoder_says(message: str, pointer: str) -> None:
    error = _field_error(message)
    assert error.pointer == pointer
    assert "$" not in error.detail
