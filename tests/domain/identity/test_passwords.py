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


async def test_hashing_holds_nobody_up(passwords: Passwords) -> None:
    hashing = asyncio.create_task(passwords.hash("correct horse battery"))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 20, "the event loop turned meanwhile"


class Counted(Passwords):
    """Counts how often it really compares."""

    compared = 0

    def _verify(self, stored: str, password: str) -> bool:
        self.compared += 1
        assert stored.startswith("$argon2id$v=19$m=46080,t=2,p=1$")
        return super()._verify(stored, password)


async def test_a_name_that_nobody_has_costs_as_much_as_a_wrong_password() -> None:
    counted = Counted(threads=1)
    stored = await counted.hash("correct horse battery")
    for known in (stored, None):
        before = counted.compared
        assert not await counted.fits("wrong", known)
        assert counted.compared == before + 1
    # Not even the password of the stand-in opens anything.
    assert not await counted.fits("a password that nobody has", None)
    counted.close()
