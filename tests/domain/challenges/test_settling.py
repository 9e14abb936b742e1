"""The end of a challenge: closed, provisional, settled once, celebrated, and repeated."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.challenges import actions, audit, news, queries, results, settling, teams
from domain.challenges.errors import NotSettled
from domain.challenges.events import News
from domain.challenges.fair_model import AuditCode
from domain.challenges.model import ChallengeState, Kind, Metric, Repeats, Sides, Terms
from domain.challenges.outcome_model import BadgeCode
from domain.challenges.teams_model import ParticipationChange, TeamDraft
from domain.feed import queries as feed
from domain.feed.model import PostKind
from domain.identity.model import Actor
from domain.workouts import actions as workouts
from tests.domain.challenges import recounts
from tests.domain.challenges.people import challenge, edits, logs, run, seen
from tests.support.domains import NOW, Domain

OVER = NOW + timedelta(days=16)
"""The first of July: the window over June is closed."""
LATER = OVER + timedelta(days=3)


async def three(db: Domain, **fields: Any) -> tuple[UUID, Actor, Actor, Actor]:
    ana, bob, cyd = await db.member("ana"), await db.member("bob"), await db.member("cyd")
    made = await challenge(ana, **fields)
    for one in (bob, cyd):
        await actions.join(made, member_id=one.member_id, now=NOW)
    return made, ana, bob, cyd


async def end(*, now: Any = LATER) -> None:
    await settling.close(now=now)
    await settling.settle(now=now)


async def told(db: Domain, member: Actor) -> list[Any]:
    """What a member has heard of challenges."""
    rows = await database.fetch(
        "SELECT payload FROM channel_event WHERE channel = $1 ORDER BY seq", f"member:{member.member_id}"
    )
    found = [msgspec.json.decode(row["payload"]) for row in rows]
    return [one for one in found if one["type"] == "ChallengeNews"]


async def test_a_challenge_goes_from_active_over_provisional_to_ended(db: Domain) -> None:
    made, ana, *_ = await three(db)
    assert (await seen(made, ana)).state is ChallengeState.ACTIVE
    assert await settling.close(now=NOW) == 0
    assert (await seen(made, ana, now=OVER)).state is ChallengeState.PROVISIONAL
    assert (await settling.close(now=OVER), await settling.settle(now=OVER)) == (1, 0)
    assert (await settling.close(now=LATER), await settling.settle(now=LATER)) == (0, 1)
    assert (await seen(made, ana, now=LATER)).state is ChallengeState.ENDED


async def test_a_late_log_counts_until_the_settlement_and_is_noted(db: Domain) -> None:
    made, ana, bob, _ = await three(db)
    await logs(ana, run(5_000))
    await settling.close(now=OVER)
    late = run(7_000, started_at=NOW - timedelta(hours=5))
    await logs(bob, late)
    await edits(bob, run(8_000, id=late.id, started_at=late.started_at))
    lines = (await audit.read(made, reader=ana.member_id, before=None, limit=10)).items
    assert [(one.what, one.before, one.after) for one in lines] == [
        (AuditCode.SCORE_CHANGED, 7_000, 8_000),
        (AuditCode.SCORE_CHANGED, 0, 7_000),
        (AuditCode.CLOSED, None, None),
        (AuditCode.CREATED, None, None),
    ]
    assert lines[0].member is not None
    assert lines[0].member.handle == "bob"
    await settling.settle(now=LATER)
    mine = (await seen(made, bob, now=LATER)).mine
    assert mine is not None
    assert (mine.rank, mine.score) == (1, 8_000)


async def test_what_comes_after_the_settlement_changes_nothing(db: Domain) -> None:
    made, ana, bob, _ = await three(db)
    first = run(5_000)
    await logs(ana, first)
    await logs(bob, run(3_000))
    await end()
    before = await database.fetch("SELECT * FROM challenge_member ORDER BY member_id")
    await logs(bob, run(9_000, started_at=NOW - timedelta(hours=9)))
    await edits(ana, run(1, id=first.id))
    await workouts.delete_workout(first.id, author_id=ana.member_id)
    assert await database.fetch("SELECT * FROM challenge_member ORDER BY member_id") == before
    found = await results.get_results(made, reader=bob.member_id)
    assert [(one.rank, one.member.handle, one.score) for one in found.podium] == [
        (1, "ana", 5_000),
        (2, "bob", 3_000),
    ]


async def test_settling_at_the_same_time_settles_once(db: Domain) -> None:
    made, ana, *_ = await three(db)
    await logs(ana, run(5_000))
    await settling.close(now=LATER)
    settled = await asyncio.gather(*(settling.settle(now=LATER) for _ in range(6)))
    assert sorted(settled) == [0, 0, 0, 0, 0, 1]
    assert await database.fetchval("SELECT count(*) FROM challenge_result") == 1
    assert await database.fetchval("SELECT count(*) FROM post WHERE kind = 'recap'") == 1
    what = "SELECT count(*) FROM challenge_audit WHERE what = 'settled' AND challenge_id = $1"
    assert await database.fetchval(what, made) == 1


async def test_a_log_that_races_the_settlement_is_in_the_score_and_the_result_or_in_neither(
    db: Domain,
) -> None:
    for n in range(8):
        ana = await db.member(f"racer_{n}")
        made = await challenge(ana)
        draft = run(5_000)
        await settling.close(now=LATER)
        await asyncio.gather(settling.settle(now=LATER), logs(ana, draft))
        row = await database.fetchrow(
            "SELECT membership.score, result.score AS settled FROM challenge_member AS membership"
            " LEFT JOIN challenge_result AS result USING (challenge_id, member_id) WHERE challenge_id = $1",
            made,
        )
        assert (row["score"], row["settled"]) in {(0, None), (5_000, 5_000)}


async def test_all_tie_and_all_win(db: Domain) -> None:
    made, ana, bob, cyd = await three(db)
    for one in (ana, bob, cyd):
        await logs(one, run(5_000))
    await end()
    found = await results.get_results(made, reader=cyd.member_id)
    assert [one.rank for one in found.podium] == [1, 1, 1]
    assert found.badges == [BadgeCode.GOLD, BadgeCode.FINISHER]


async def test_who_is_hidden_has_a_rank_and_takes_none_away(db: Domain) -> None:
    made, ana, bob, cyd = await three(db)
    for one, distance_m in ((ana, 9_000), (bob, 8_000), (cyd, 7_000)):
        await logs(one, run(distance_m))
    await actions.change_participation(made, ParticipationChange(hidden=True), member_id=ana.member_id)
    await end()
    found = await results.get_results(made, reader=ana.member_id)
    assert [(one.rank, one.member.handle) for one in found.podium] == [(1, "bob"), (2, "cyd")]
    assert found.mine is not None
    assert (found.mine.rank, found.badges) == (1, [BadgeCode.FINISHER])


async def test_a_goal_that_is_reached_together_is_everybodys(db: Domain) -> None:
    made, ana, bob, cyd = await three(db, kind=Kind.GROUP_GOAL, goal=9_000)
    await logs(ana, run(6_000))
    await logs(bob, run(3_500))
    assert (await seen(made, cyd)).total == 9_500
    await end()
    for one in (ana, bob):
        badges = [badge.code for badge in await results.list_badges(one.member_id, reader=one.member_id)]
        assert BadgeCode.GOAL in badges
    assert await results.list_badges(cyd.member_id, reader=cyd.member_id) == []


async def test_the_winning_team_has_a_badge(db: Domain) -> None:
    made, ana, bob, cyd = await three(
        db, sides=Sides.TEAMS, starts_on=date(2026, 6, 20), ends_on=date(2026, 6, 30)
    )
    team, _ = await teams.create(made, TeamDraft(uuid7(), "Reds"), captain_id=ana.member_id, now=NOW)
    await teams.enter(made, team.id, member_id=bob.member_id, now=NOW)
    await teams.create(made, TeamDraft(uuid7(), "Blues"), captain_id=cyd.member_id, now=NOW)
    for one, distance_m in ((ana, 3_000), (bob, 3_000), (cyd, 5_000)):
        draft = run(distance_m, started_at=NOW + timedelta(days=6))
        await workouts.log_workout(draft, author_id=one.member_id, now=NOW + timedelta(days=6))
    await end()
    found = await results.get_results(made, reader=ana.member_id)
    assert [(one.name, one.rank, one.score) for one in found.teams] == [
        ("Reds", 1, 6_000),
        ("Blues", 2, 5_000),
    ]
    assert found.badges == [BadgeCode.SILVER, BadgeCode.TEAM, BadgeCode.FINISHER]


async def test_before_the_settlement_there_are_no_results(db: Domain) -> None:
    made, ana, *_ = await three(db)
    await settling.close(now=OVER)
    with pytest.raises(NotSettled):
        await results.get_results(made, reader=ana.member_id)


async def test_everybody_hears_of_it_exactly_once(db: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    made, ana, bob, cyd = await three(db)
    await logs(ana, run(5_000))
    monkeypatch.setattr(news, "PORTION", 2)
    await end()
    told_at_once = await asyncio.gather(*(news.spread() for _ in range(3)))
    assert sum(told_at_once) + await news.spread() == 6
    for one in (ana, bob, cyd):
        heard = await told(db, one)
        assert [what["what"] for what in heard] == [News.CLOSED, News.SETTLED]
        assert {what["challenge_id"] for what in heard} == {str(made)}
    assert (await told(db, ana))[-1]["badges"] == ["gold", "finisher"]


async def test_the_recap_shows_the_podium_as_it_is_when_it_is_read(db: Domain) -> None:
    made, ana, bob, _ = await three(db)
    await logs(ana, run(5_000))
    await logs(bob, run(6_000))
    await end()
    post_id = await database.fetchval("SELECT id FROM post WHERE kind = 'recap'")
    post = await feed.get_post(post_id, reader=ana.member_id)
    assert post.kind is PostKind.RECAP
    assert post.recap is not None
    assert [(one.rank, one.name, one.score) for one in post.recap.podium] == [
        (1, "Bob", 6_000),
        (2, "Ana", 5_000),
    ]
    await actions.change_participation(made, ParticipationChange(alias="Nobody"), member_id=bob.member_id)
    await database.execute("DELETE FROM member WHERE id = $1", ana.member_id)
    assert await database.fetchval("SELECT count(*) FROM post WHERE kind = 'recap'") == 0
    found = await results.get_results(made, reader=bob.member_id)
    assert [(one.rank, one.member.name) for one in found.podium] == [(1, "Nobody")]


async def test_a_series_has_its_next_challenge_with_everybody_in_it(db: Domain) -> None:
    made, _, bob, cyd = await three(
        db, repeats=Repeats.WEEKLY, starts_on=date(2026, 6, 15), ends_on=date(2026, 6, 21)
    )
    await actions.leave(made, member_id=cyd.member_id)
    repeated = await asyncio.gather(*(settling.repeat(now=NOW) for _ in range(4)))
    assert sum(repeated) == 1
    assert await settling.repeat(now=NOW + timedelta(days=1)) == 0
    ids = [row["id"] for row in await database.fetch("SELECT id FROM challenge ORDER BY starts_on")]
    later = await seen(ids[1], bob)
    assert (later.starts_on, later.ends_on) == (date(2026, 6, 22), date(2026, 6, 28))
    assert (later.participants, later.series_id) == (2, made)
    assert later.me is not None
    assert await settling.repeat(now=NOW + timedelta(days=7)) == 1


async def test_a_long_sleep_leaves_weeks_out(db: Domain) -> None:
    await three(db, repeats=Repeats.WEEKLY, starts_on=date(2026, 6, 15), ends_on=date(2026, 6, 21))
    asleep = NOW + timedelta(days=40)
    assert await settling.repeat(now=asleep) == 1
    newest = await database.fetchval("SELECT max(starts_on) FROM challenge")
    assert newest <= asleep.date() <= newest + timedelta(days=7)


async def test_a_member_who_is_erased_is_nowhere_any_more(db: Domain) -> None:
    made, ana, bob, cyd = await three(db, sides=Sides.TEAMS, terms=Terms(team_size=3))
    await logs(bob, run(60_000))
    await logs(bob, run(5_000, started_at=NOW - timedelta(days=2)))
    await logs(cyd, run(4_000))
    await database.execute("DELETE FROM member WHERE id = $1", ana.member_id)
    assert (await seen(made, bob)).creator is None
    await end()
    await database.execute("DELETE FROM member WHERE id = $1", bob.member_id)
    found = await results.get_results(made, reader=cyd.member_id)
    assert [(one.rank, one.member.handle) for one in found.podium] == [(2, "cyd")]
    for table in ("challenge_member", "challenge_entry", "challenge_day", "challenge_result", "fair_case"):
        assert (
            await database.fetchval(f"SELECT count(*) FROM {table} WHERE member_id = $1", bob.member_id) == 0
        )
    await recounts.agree(made)
    board = (await queries.standings(made, reader=cyd.member_id)).top
    assert [one.member.handle for one in board] == ["cyd"]


async def test_a_settled_challenge_of_seconds_shows_times(db: Domain) -> None:
    made, ana, bob, _ = await three(db, kind=Kind.FASTEST, metric=Metric.DURATION, terms=Terms(over_m=5_000))
    await logs(ana, run(5_000, duration_s=1_500))
    await logs(bob, run(5_000, duration_s=1_400))
    await end()
    podium = (await results.get_results(made, reader=ana.member_id)).podium
    assert [(one.member.handle, one.score) for one in podium] == [("bob", 1_400), ("ana", 1_500)]
