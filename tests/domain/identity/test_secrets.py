"""Tokens are recognised by their form, and CSRF tokens belong to one session."""

from hypothesis import given
from hypothesis import strategies as st

from domain.identity import secrets


def test_a_personal_token_is_recognised_and_a_mistyped_one_is_not() -> None:
    token = secrets.new_personal_token()
    assert secrets.is_personal_token(token)
    for at in range(len(token)):
        changed = token[:at] + ("0" if token[at] != "0" else "1") + token[at + 1 :]
        assert not secrets.is_personal_token(changed)


@given(st.text(max_size=100))
def test_no_text_breaks_the_recognition(text: str) -> None:
    assert not secrets.is_personal_token(text)


def test_a_csrf_token_belongs_to_its_session() -> None:
    one, other = secrets.new_sign_in(), secrets.new_sign_in()
    assert secrets.csrf_token(one) == secrets.csrf_token(one) != secrets.csrf_token(other)
    assert one not in secrets.csrf_token(one)
