"""The domain on this test's database, and people in it."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.database import Hooks
from domain.identity import actions
from domain.identity.model import Actor
from domain.identity.passwords import Passwords
from domain.members.model import Registration, Role
from domain.outbox import Announcement
from domain.vault import Vault
from hub.channels import route

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
"""A Monday noon."""


class Domain:
    """An open database. `announced` is what was said after commits, in order."""

    def __init__(self) -> None:
        self.announced: list[Announcement] = []
        self.vault = Vault(os.urandom(32))

    def channels(self) -> list[str]:
        """The channels that were told, in order."""
        return [one.channel for one in self.announced]

    async def member(self, handle: str, *, role: Role = Role.MEMBER) -> Actor:
        """A new member with this handle; no password opens the account."""
        wish = Registration(
            id=uuid7(),
            email=f"{handle}@example.org",
            password="unused password",
            handle=handle,
            name=handle.capitalize(),
        )
        async with database.transaction() as tx:
            await actions.add_member(tx, wish, role=role, password_hash="", vault=self.vault, now=NOW)
        self.announced.clear()
        return Actor(wish.id, role)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Domain]:
    """The domain, open on a fresh database."""
    domain = Domain()
    await database.open_database(
        database_url, hooks=Hooks(route=route, announce=domain.announced.extend), command_s=30
    )
    try:
        yield domain
    finally:
        await database.close_database()


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return Passwords()
