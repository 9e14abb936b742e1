"""Weak passwords are refused, and sign-ins end."""

from datetime import timedelta

import pytest

from domain.identity.model import IDLE, LIFETIME, WeakPassword, accept_password, is_alive
from tests.support.domains import NOW


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaa", "1234567890", "abcdefghijk", "ana_lopez_1", "Ana@Example.org"],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword) as refusal:
        accept_password(password, handle="ana_lopez_1", email="ana@example.org", pointer="/password")
    assert refusal.value.errors[0].pointer == "/password"


def test_a_long_sentence_is_accepted() -> None:
    accept_password("correct horse battery", handle="ana", email="ana@example.org", pointer="/password")


def test_a_sign_in_ends_when_idle_and_when_old() -> None:
    fresh = {"created_at": NOW, "last_seen_at": NOW}
    assert is_alive(**fresh, now=NOW + IDLE - timedelta(seconds=1))
    assert not is_alive(**fresh, now=NOW + IDLE)
    assert not is_alive(created_at=NOW, last_seen_at=NOW + LIFETIME, now=NOW + LIFETIME)
