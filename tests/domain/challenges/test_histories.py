"""Whatever happens to a log, in whatever order: the standings are those of a fresh count."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from domain import database
from domain.challenges import actions, efforts, reviews, standings
from domain.challenges.errors import CaseClosed, NoSuchCase
from domain.challenges.fair_model import Decision, Ruling
from domain.challenges.model import Handicap, Kind, Metric, Terms, Tier
from domain.identity.model import Actor
from domain.members.model import Role
from domain.visibility import Visibility
from domain.workouts import actions as workouts
from domain.workouts.errors import NoSuchWorkout, WorkoutIdTaken, WorkoutWasDeleted
from domain.workouts.model import ExerciseEntry, Source, Sport, WorkoutDraft, WorkoutSet
from tests.domain.challenges import recounts
from tests.domain.challenges.people import challenge, edits, run
from tests.support.domains import NOW, Domain

KINDS: list[dict[str, Any]] = [
    {"terms": Terms(daily_cap=9_000)},
    {"kind": Kind.FASTEST, "metric": Metric.DURATION, "terms": Terms(over_m=3_000)},
    {"kind": Kind.STREAK, "metric": Metric.DURATION, "terms": Terms(threshold=1_800)},
    {
        "metric": Metric.DURATION,
        "terms": Terms(handicap=Handicap.OWN_AVERAGE, sources=[Tier.DEVICE, Tier.FILE]),
    },
    {"kind": Kind.BEST_LIFT, "metric": Metric.VOLUME, "terms": Terms(exercise="back-squat")},
    {"kind": Kind.LAST_STANDING, "metric": Metric.COUNT, "terms": Terms(threshold=1, round_days=5)},
]
WHATS = ["log", "log", "log", "edit", "edit", "delete", "join", "leave", "reinstate", "uphold"]


@st.composite
def _drafts(draw: st.DrawFn) -> dict[str, Any]:
    """Workouts that are often near each other, sometimes too good to be true."""
    minutes = draw(st.sampled_from([0, 1, 3, 40, 24 * 60, 3 * 24 * 60, 20 * 24 * 60, 50 * 24 * 60]))
    squat = WorkoutSet(
        reps=draw(st.sampled_from([1, 5, 15])), weight_kg=draw(st.sampled_from([80.0, 140.0, 700.0]))
    )
    is_squat = draw(st.booleans())
    return {
        "started_at": NOW - timedelta(hours=1, minutes=minutes),
        "duration_s": draw(st.sampled_from([600, 1_800, 1_830, 3_600])),
        "distance_m": draw(st.sampled_from([None, 2_000.0, 5_000.0, 5_050.0, 60_000.0])),
        "visibility": draw(st.sampled_from([Visibility.PUBLIC, Visibility.FOLLOWERS, Visibility.PRIVATE])),
        "sport": Sport.STRENGTH if is_squat else draw(st.sampled_from([Sport.RUN, Sport.RIDE])),
        "exercises": [ExerciseEntry("back-squat", [squat])] if is_squat else [],
    }


STEPS = st.lists(
    st.tuples(
        st.sampled_from(WHATS),
        st.integers(0, 5),
        st.sampled_from([Source.MANUAL, Source.API, Source.LIVE]),
        st.integers(0, len(KINDS) - 1),
        _drafts(),
    ),
    max_size=20,
)


async def _do(
    what: str, member: Actor, draft: WorkoutDraft, source: Source, made: UUID, judge: Actor
) -> None:
    match what:
        case "log":
            await workouts.log_workout(draft, author_id=member.member_id, now=NOW, source=source)
        case "edit":
            await edits(member, draft)
        case "delete":
            await workouts.delete_workout(draft.id, author_id=member.member_id)
        case "join":
            await actions.join(made, member_id=member.member_id, now=NOW)
        case "leave":
            await actions.leave(made, member_id=member.member_id)
        case _:
            ruling = Ruling(Decision(what.replace("reinstate", "reinstate")), "looked at it")
            await reviews.decide(draft.id, ruling, by=judge.member_id, now=NOW)


async def _follow(db: Domain, steps: list[Any]) -> list[UUID]:
    ana = await db.member(f"m{uuid7().hex[-12:]}")
    judge = await db.member(f"j{uuid7().hex[-12:]}", role=Role.MODERATOR)
    made = [await challenge(ana, **fields) for fields in KINDS]
    ids = [uuid7() for _ in range(6)]
    for what, which, source, where, fields in steps:
        draft = run(**{"id": ids[which], **fields})
        try:
            await _do(what, ana, draft, source, made[where], judge)
        except (NoSuchWorkout, WorkoutIdTaken, WorkoutWasDeleted, NoSuchCase, CaseClosed):
            continue  # a history may well try what cannot be done
    return made


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_any_history_gives_the_standings_of_a_fresh_count(db: Domain, steps: list[Any]) -> None:
    for challenge_id in await _follow(db, steps):
        await recounts.agree(challenge_id)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    logs=st.lists(st.tuples(_drafts(), st.sampled_from(list(Source))), max_size=8),
    random=st.randoms(use_true_random=False),
)
async def test_the_order_of_arrival_makes_no_difference(db: Domain, logs: list[Any], random: Any) -> None:
    ana = await db.member(f"m{uuid7().hex[-12:]}")
    made = [await challenge(ana, **fields) for fields in KINDS]
    found = []
    for _ in range(2):
        # Ids are made in the order in which people made the logs, whenever these arrive.
        listed = [(run(**fields), source) for fields, source in logs]
        random.shuffle(listed)
        for draft, source in listed:
            await workouts.log_workout(draft, author_id=ana.member_id, now=NOW, source=source)
        rows = await database.fetch(
            "SELECT challenge_id, score, workouts, reached_at FROM challenge_member"
            " WHERE challenge_id = ANY($1) ORDER BY challenge_id",
            made,
        )
        found.append([tuple(row) for row in rows])
        for draft, _ in listed:
            await workouts.delete_workout(draft.id, author_id=ana.member_id)
    assert found[0] == found[1]


async def _a_copy_goes(db: Domain) -> UUID:
    """A run is typed in, then arrives from the watch, and the watch's one is deleted."""
    ana = await db.member(f"m{uuid7().hex[-12:]}")
    made = await challenge(ana)
    typed, recorded = run(5_000), run(5_020, started_at=NOW - timedelta(hours=2, seconds=20))
    await workouts.log_workout(typed, author_id=ana.member_id, now=NOW)
    await workouts.log_workout(recorded, author_id=ana.member_id, now=NOW, source=Source.LIVE)
    await recounts.agree(made)
    await workouts.delete_workout(recorded.id, author_id=ana.member_id)
    return made


async def test_what_was_a_copy_counts_when_the_better_one_goes(db: Domain) -> None:
    made = await _a_copy_goes(db)
    await recounts.agree(made)
    assert (
        await database.fetchval("SELECT score FROM challenge_member WHERE challenge_id = $1", made) == 5_000
    )


async def test_forgetting_the_neighbours_is_found_out(db: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the one above: a count that looks at the changed workout alone is seen to be wrong."""
    whole = efforts.around

    async def only_what_changed(connection: Any, member_id: UUID, exercises: Any, spans: Any) -> Any:
        around = await whole(connection, member_id, exercises, spans)
        return [one for one in around if any(one.started_at == lo for lo, _ in spans)]

    monkeypatch.setattr(standings.efforts, "around", only_what_changed)
    with pytest.raises(AssertionError):
        await recounts.agree(await _a_copy_goes(db))


async def test_a_log_edited_a_thousand_times_counts_as_it_is(db: Domain) -> None:
    ana = await db.member("ana")
    made = await challenge(ana)
    draft = run(5_000)
    await workouts.log_workout(draft, author_id=ana.member_id, now=NOW)
    for n in range(1_000):
        await edits(ana, run(1_000 + n * 7 % 8_000, id=draft.id))
    await recounts.agree(made)
    assert await database.fetchval("SELECT count(*) FROM challenge_entry") == 1
