"""Passwords are hashed by argon2id in a bounded pool."""

import asyncio

from domain.identity.passwords import Busy, Passwords


async def test_only_the_password_fits(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse battery")
    assert stored.startswith("$argon2id$v=19$m=46080,t=2,p=1$")
    assert await passwords.fits("correct horse battery", stored)
    assert not await passwords.fits("correct horse buttery", stored)


async def test_nothing_fits_where_there_is_no_account_or_a_broken_hash(passwords: Passwords) -> None:
    assert not await passwords.fits("a password that nobody has", None)
    assert not await passwords.fits("anything", "not a hash")


async def test_a_hash_of_other_parameters_is_outdated(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse battery")
    assert not passwords.is_outdated(stored)
    assert passwords.is_outdated(stored.replace("t=2", "t=1"))


async def test_a_full_line_is_refused_at_once_and_the_rest_is_served() -> None:
    few = Passwords(threads=1, waiting=2)
    results = await asyncio.gather(*(few.hash("correct horse") for _ in range(8)), return_exceptions=True)
    few.close()
    assert sum(isinstance(one, Busy) for one in results) == 5
