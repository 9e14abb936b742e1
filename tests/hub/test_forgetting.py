"""What is old goes, by itself; what is not stays."""

from datetime import timedelta

import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.identity import actions
from domain.identity.model import IDLE
from domain.members.events import PreferencesChanged
from domain.members.model import Preferences, Scope, TokenDraft
from hub import caretaker, clock
from hub.caretaker import DEVICES_KEPT, EVENTS_KEPT, _forget
from tests.support.domains import Domain


async def test_every_job_has_a_lock_of_its_own(db: Domain) -> None:
    numbers = [job.number for job in caretaker.jobs(db.vault)]
    assert len(set(numbers)) == len(numbers)


async def test_old_events_devices_and_tokens_are_forgotten_and_no_others(db: Domain) -> None:
    ana = await db.member("ana")
    for _ in range(3):
        async with database.transaction() as tx:
            tx.record(PreferencesChanged(ana.member_id, Preferences()))
    await database.execute(
        "UPDATE channel_event SET recorded_at = recorded_at - $1::interval WHERE seq = 1",
        EVENTS_KEPT + timedelta(minutes=1),
    )
    now = clock.now()
    for seen_ago in (timedelta(0), IDLE, IDLE + DEVICES_KEPT + timedelta(minutes=1)):
        await database.execute(
            "INSERT INTO sign_in VALUES ($1, $2, $3, $4, $4, 'test')",
            *(uuid7(), ana.member_id, uuid7().bytes, now - seen_ago),
        )
    for made_ago in (timedelta(0), DEVICES_KEPT + timedelta(days=2)):
        draft = TokenDraft(id=uuid7(), name="watch", scopes=[Scope.LOGS_READ], expires_in_days=1)
        await actions.make_token(draft, member_id=ana.member_id, now=now - made_ago)

    await _forget()

    assert [row["seq"] for row in await database.fetch("SELECT seq FROM channel_event ORDER BY seq")] == [
        2,
        3,
    ]
    assert await database.fetchval("SELECT count(*) FROM sign_in") == 2
    assert await database.fetchval("SELECT count(*) FROM personal_token") == 1


async def test_however_many_are_old_all_are_forgotten_the_oldest_first(
    db: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caretaker, "_PORTION", 2)
    ana = await db.member("ana")
    for _ in range(6):
        async with database.transaction() as tx:
            tx.record(PreferencesChanged(ana.member_id, Preferences()))
    for seq in (5, 1, 4, 2, 3):  # so they lie on the disk
        await database.execute(
            "UPDATE channel_event SET recorded_at = recorded_at - $1::interval WHERE seq = $2",
            EVENTS_KEPT + timedelta(minutes=1),
            seq,
        )

    async def kept() -> list[int]:
        return [row["seq"] for row in await database.fetch("SELECT seq FROM channel_event ORDER BY seq")]

    assert await caretaker._forget_events(clock.now() - EVENTS_KEPT) == 2
    assert await kept() == [3, 4, 5, 6]
    await _forget()
    assert await kept() == [6]
