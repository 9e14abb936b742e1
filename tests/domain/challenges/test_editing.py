"""What may change in a challenge, until when, who hears of it, and that scores follow."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain import database
from domain.challenges import editing, news
from domain.challenges.errors import NotWhileRunning, NotYourChallenge, PointlessChallenge
from domain.challenges.model import ChallengeEdit, Handicap, Openness, Terms
from domain.workouts import actions as workouts
from tests.domain.challenges import recounts
from tests.domain.challenges.people import challenge, logs, run, seen
from tests.domain.challenges.test_settling import OVER, end, three, told
from tests.support.domains import NOW, Domain

UPCOMING = {"starts_on": date(2026, 6, 20), "ends_on": date(2026, 6, 30)}


async def test_everybody_hears_of_a_change(db: Domain) -> None:
    made, ana, bob, _ = await three(db)
    change = ChallengeEdit(title="July, too", ends_on=date(2026, 7, 31))
    await editing.edit(made, change, by=ana.member_id, now=NOW)
    await news.spread()
    assert [(one["what"], one["title"]) for one in await told(db, bob)] == [("edited", "July, too")]
    stored = await seen(made, bob)
    assert (stored.title, stored.ends_on) == ("July, too", date(2026, 7, 31))
    assert stored.settle_at - stored.ends_at == timedelta(hours=48)
    with pytest.raises(NotYourChallenge):
        await editing.edit(made, ChallengeEdit(title="Mine"), by=bob.member_id, now=NOW)


async def test_what_changes_nothing_is_told_to_nobody(db: Domain) -> None:
    made, ana, bob, _ = await three(db)
    await editing.edit(made, ChallengeEdit(title="June, run"), by=ana.member_id, now=NOW)
    await news.spread()
    assert await told(db, bob) == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"starts_on": date(2026, 6, 2)}, "/starts_on"),
        ({"ends_on": date(2026, 6, 29)}, "/ends_on"),
        ({"goal": 5.0}, "/goal"),
        ({"openness": Openness.INVITE}, "/openness"),
        ({"openness": Openness.CLUB}, "/openness"),
        ({"settle_after_h": 1}, "/settle_after_h"),
    ],
)
async def test_while_it_runs_a_challenge_may_only_grow(db: Domain, change: Any, pointer: str) -> None:
    ana = await db.member("ana")
    made = await challenge(ana)
    with pytest.raises(NotWhileRunning) as refusal:
        await editing.edit(made, ChallengeEdit(**change), by=ana.member_id, now=NOW)
    assert [error.pointer for error in refusal.value.errors] == [pointer]


async def test_before_it_begins_more_may_change_but_not_into_nonsense(db: Domain) -> None:
    ana = await db.member("ana")
    made = await challenge(ana, openness=Openness.INVITE, **UPCOMING)
    change = ChallengeEdit(starts_on=date(2026, 6, 18), ends_on=date(2026, 6, 25), goal=9.0)
    await editing.edit(made, change, by=ana.member_id, now=NOW)
    await editing.edit(made, ChallengeEdit(openness=Openness.PUBLIC), by=ana.member_id, now=NOW)
    stored = await seen(made, ana)
    assert (stored.starts_on, stored.goal, stored.openness) == (date(2026, 6, 18), 9.0, Openness.PUBLIC)
    for wrong in (ChallengeEdit(ends_on=date(2026, 6, 17)), ChallengeEdit(title="  ")):
        with pytest.raises(PointlessChallenge):
            await editing.edit(made, wrong, by=ana.member_id, now=NOW)


async def test_after_the_window_only_words_change_and_then_nothing(db: Domain) -> None:
    made, ana, *_ = await three(db)
    with pytest.raises(NotWhileRunning):
        await editing.edit(made, ChallengeEdit(ends_on=date(2026, 8, 1)), by=ana.member_id, now=OVER)
    await editing.edit(made, ChallengeEdit(title="Done"), by=ana.member_id, now=OVER)
    await end()
    with pytest.raises(NotWhileRunning):
        await editing.edit(made, ChallengeEdit(title="Again"), by=ana.member_id, now=OVER)


@pytest.mark.parametrize("terms", [Terms(), Terms(daily_cap=3_000), Terms(handicap=Handicap.OWN_AVERAGE)])
async def test_a_longer_window_counts_what_lies_in_it(db: Domain, terms: Terms) -> None:
    ana = await db.member("ana")
    made = await challenge(ana, ends_on=date(2026, 6, 15), terms=terms)
    await logs(ana, run(5_000))
    tomorrow = NOW + timedelta(hours=20)
    ahead = run(4_000, started_at=tomorrow)
    await workouts.log_workout(ahead, author_id=ana.member_id, now=NOW)
    # The day where it was done is a day behind that of the challenge.
    west = run(2_000, started_at=NOW + timedelta(hours=11), tz="Pacific/Honolulu")
    await workouts.log_workout(west, author_id=ana.member_id, now=NOW)
    before = await database.fetchval("SELECT score FROM challenge_member WHERE challenge_id = $1", made)
    await editing.edit(made, ChallengeEdit(ends_on=date(2026, 6, 20)), by=ana.member_id, now=NOW)
    await recounts.agree(made)
    after = await database.fetchval("SELECT score FROM challenge_member WHERE challenge_id = $1", made)
    assert after != before
