"""Sealed values open in their own place, with their owner's key, and nowhere else."""

import os

import pytest
from cryptography.exceptions import InvalidTag
from uuid_utils.compat import uuid7

from domain import database
from domain.vault import Shredded, Vault, WrongKey
from tests.support.domains import Domain


async def test_a_sealed_value_opens_in_its_place_only(db: Domain) -> None:
    vault, owner, other, row = db.vault, uuid7(), uuid7(), uuid7()
    sealed = await vault.seal(b"ana@example.org", owner=owner, place="member.email", row=row)
    await vault.seal(b"x", owner=other, place="member.email", row=row)

    assert await vault.open(sealed, owner=owner, place="member.email", row=row) == b"ana@example.org"
    assert b"ana" not in sealed
    for wrong in (
        {"owner": owner, "place": "member.bio", "row": row},
        {"owner": owner, "place": "member.email", "row": uuid7()},
        {"owner": other, "place": "member.email", "row": row},
    ):
        with pytest.raises(InvalidTag):
            await vault.open(sealed, **wrong)


async def test_without_the_members_key_nothing_opens(db: Domain) -> None:
    owner, row = uuid7(), uuid7()
    sealed = await db.vault.seal(b"secret", owner=owner, place="a.b", row=row)
    await database.execute("DELETE FROM keyring.member_key WHERE member_id = $1", owner)
    master = os.urandom(32)
    with pytest.raises(Shredded):
        await Vault(master).open(sealed, owner=owner, place="a.b", row=row)


async def test_the_first_master_key_becomes_the_databases_and_another_is_refused(db: Domain) -> None:
    await db.vault.check()
    await db.vault.check()
    with pytest.raises(WrongKey):
        await Vault(os.urandom(32)).check()


async def test_the_blind_index_folds_case_and_hides_the_value(db: Domain) -> None:
    assert db.vault.blind_index(" Ana@Example.org") == db.vault.blind_index("ana@example.org")
    assert db.vault.blind_index("ana@example.org") != Vault(os.urandom(32)).blind_index("ana@example.org")
