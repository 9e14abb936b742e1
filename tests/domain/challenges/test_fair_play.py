"""Quarantine with a reason, appeal, decision, and a board that follows at once."""

from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.challenges import actions, audit, explained, plausibility, reviews, settling
from domain.challenges.efforts import Effort
from domain.challenges.errors import CaseClosed, NoSuchCase, NotTakingPart, NotYourOwn
from domain.challenges.fair_model import (
    Appeal,
    AuditCode,
    CaseState,
    Decision,
    FindingCode,
    LineCode,
    Ruling,
    ScoreCard,
)
from domain.challenges.model import Terms
from domain.identity.model import Actor
from domain.members.model import Role
from domain.visibility import Visibility
from domain.workouts import actions as workouts
from domain.workouts.model import Sport
from tests.domain.challenges import recounts
from tests.domain.challenges.people import challenge, edits, logs, run, seen
from tests.domain.challenges.test_scoring import changed
from tests.domain.challenges.test_settling import LATER, told
from tests.support.domains import NOW, Domain

HOUR = 3_600


async def score(made: UUID, who: Actor) -> float:
    mine = (await seen(made, who)).mine
    assert mine is not None
    return mine.score


async def card(made: UUID, who: Actor, **asked: Any) -> ScoreCard:
    return await explained.score_card(made, member_id=who.member_id, **asked)


async def caught(db: Domain) -> tuple[UUID, UUID, Actor, Actor]:
    """Somebody logs a car ride as a run, and a moderator is there."""
    ana, judge = await db.member("ana"), await db.member("judge", role=Role.MODERATOR)
    made = await challenge(ana)
    car = run(60_000, duration_s=HOUR)
    await logs(ana, car)
    return made, car.id, ana, judge


async def test_a_cheater_is_caught_appeals_and_is_reinstated_and_the_board_follows(db: Domain) -> None:
    made, car, ana, judge = await caught(db)
    assert await score(made, ana) == 0
    line = (await card(made, ana)).lines[0]
    assert (line.code, line.counted, line.case) == (LineCode.QUARANTINED, 0, CaseState.OPEN)
    assert [(one.code, one.limit) for one in line.findings] == [(FindingCode.TOO_FAST, 6.1)]
    said = await reviews.appeal(car, Appeal("It was downhill."), member_id=ana.member_id, now=NOW)
    assert (said.state, said.appeal) == (CaseState.APPEALED, "It was downhill.")
    queue = (await reviews.list_queue(CaseState.APPEALED)).items
    assert [one.workout_id for one in queue] == [car]
    decided = await reviews.decide(car, Ruling(Decision.REINSTATE, "So it was."), by=judge.member_id, now=NOW)
    assert (decided.state, decided.note) == (CaseState.REINSTATED, "So it was.")
    assert await score(made, ana) == 60_000
    heard = [one["what"] for one in await told(db, ana)]
    assert heard == ["quarantined", "reinstated"]
    lines = (await audit.read(made, reader=ana.member_id, before=None, limit=9)).items
    assert [(one.what, one.note) for one in lines][:1] == [(AuditCode.REINSTATED, "So it was.")]
    await recounts.agree(made)


async def test_a_decision_can_be_made_again_and_does_not_outlive_the_numbers(db: Domain) -> None:
    made, car, ana, judge = await caught(db)
    for decision, expected in (
        (Decision.REINSTATE, 60_000),
        (Decision.UPHOLD, 0),
        (Decision.REINSTATE, 60_000),
    ):
        await reviews.decide(car, Ruling(decision, "again"), by=judge.member_id, now=NOW)
        assert await score(made, ana) == expected
    await edits(ana, run(70_000, id=car, duration_s=HOUR))
    assert await score(made, ana) == 0
    case = (await reviews.list_mine(member_id=ana.member_id))[0]
    assert (case.state, case.note, case.distance_m) == (CaseState.OPEN, "", 70_000)
    await edits(ana, run(7_000, id=car, duration_s=HOUR))
    assert await score(made, ana) == 7_000
    assert await reviews.list_mine(member_id=ana.member_id) == []
    with pytest.raises(CaseClosed):
        await reviews.decide(car, Ruling(Decision.UPHOLD, "late"), by=judge.member_id, now=NOW)


async def test_what_was_upheld_can_be_appealed_once(db: Domain) -> None:
    _, car, ana, judge = await caught(db)
    await reviews.decide(car, Ruling(Decision.UPHOLD, "no"), by=judge.member_id, now=NOW)
    await reviews.appeal(car, Appeal("but"), member_id=ana.member_id, now=NOW)
    await reviews.decide(car, Ruling(Decision.UPHOLD, "no"), by=judge.member_id, now=NOW)
    with pytest.raises(CaseClosed):
        await reviews.appeal(car, Appeal("but"), member_id=ana.member_id, now=NOW)


async def test_cases_are_for_their_member_and_for_moderators(db: Domain) -> None:
    made, car, _, judge = await caught(db)
    bob = await db.member("bob")
    with pytest.raises(NoSuchCase):
        await reviews.appeal(car, Appeal("me too"), member_id=bob.member_id, now=NOW)
    with pytest.raises(NoSuchCase):
        await reviews.decide(run(1).id, Ruling(Decision.UPHOLD, "?"), by=judge.member_id, now=NOW)
    await actions.join(made, member_id=judge.member_id, now=NOW)
    own = run(50_000, duration_s=HOUR)
    await logs(judge, own)
    with pytest.raises(NotYourOwn):
        await reviews.decide(own.id, Ruling(Decision.REINSTATE, "mine"), by=judge.member_id, now=NOW)


async def test_who_only_trains_is_not_judged(db: Domain) -> None:
    """Cases are about boards: outside of challenges everybody may log what they like."""
    bob = await db.member("bob")
    await logs(bob, run(60_000, duration_s=HOUR))
    assert await database.fetchval("SELECT count(*) FROM fair_case") == 0
    made = await challenge(await db.member("ana"))
    await actions.join(made, member_id=bob.member_id, now=NOW)
    assert await database.fetchval("SELECT count(*) FROM fair_case") == 1


async def test_a_case_goes_with_its_workout(db: Domain) -> None:
    made, car, ana, _ = await caught(db)
    await workouts.delete_workout(car, author_id=ana.member_id)
    assert await reviews.list_mine(member_id=ana.member_id) == []
    await recounts.agree(made)


async def test_after_the_settlement_a_decision_changes_no_board(db: Domain) -> None:
    made, car, ana, judge = await caught(db)
    await settling.close(now=LATER)
    await settling.settle(now=LATER)
    await reviews.decide(car, Ruling(Decision.REINSTATE, "too late"), by=judge.member_id, now=LATER)
    assert await score(made, ana) == 0


async def test_each_log_says_what_became_of_it(db: Domain) -> None:
    ana = await db.member("ana")
    made = await challenge(ana, terms=Terms(daily_cap=8_000), sports=[Sport.RUN])
    days = {
        "first": run(5_000, title="first", started_at=NOW.replace(hour=5)),
        "second": run(4_000, title="second", started_at=NOW.replace(hour=7)),
        "third": run(1_000, title="third", duration_s=600, started_at=NOW.replace(hour=9)),
        "ride": run(9_000, title="ride", sport=Sport.RIDE, started_at=NOW.replace(hour=10)),
        "secret": run(2_000, title="secret", visibility=Visibility.PRIVATE, started_at=NOW.replace(hour=11)),
        "copy": run(5_001, title="copy", started_at=NOW.replace(hour=5, second=30)),
        "early": run(3_000, title="early", started_at=NOW.replace(month=5, day=31)),
    }
    for draft in days.values():
        await logs(ana, draft)
    lines = {line.title: line for line in (await card(made, ana)).lines}
    assert {title: (line.code, line.counted) for title, line in lines.items()} == {
        "first": (LineCode.COUNTED, 5_000),
        "second": (LineCode.CAPPED, 3_000),
        "third": (LineCode.CAPPED, 0),
        "ride": (LineCode.OTHER_SPORT, 0),
        "secret": (LineCode.PRIVATE, 0),
        "copy": (LineCode.DUPLICATE, 0),
        "early": (LineCode.OUTSIDE_WINDOW, 0),
    }
    assert lines["copy"].copy_of == days["first"].id
    assert (await card(made, ana)).score == sum(line.counted for line in lines.values()) == 8_000


async def test_a_score_card_has_pages_and_is_for_who_takes_part(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await challenge(ana)
    for n in range(5):
        await logs(ana, run(1_000 + n, started_at=NOW.replace(day=5 + n)))
    first = await card(made, ana, limit=3)
    second = await card(made, ana, limit=3, cursor=first.next_cursor)
    values = [line.value for line in (*first.lines, *second.lines)]
    assert values == [1_004, 1_003, 1_002, 1_001, 1_000]
    assert second.next_cursor is None
    with pytest.raises(NotTakingPart):
        await card(made, bob)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"distance_m": 100.0, "duration_s": 7}, FindingCode.TOO_FAST),
        ({"distance_m": 5_000.0, "duration_s": 700}, FindingCode.TOO_FAST),
        ({"distance_m": 42_195.0, "duration_s": 6_800}, FindingCode.TOO_FAST),
        ({"sport": Sport.SWIM, "distance_m": 1_500.0, "duration_s": 700}, FindingCode.TOO_FAST),
        ({"duration_s": 3 * 86_400}, FindingCode.TOO_LONG),
        ({"elevation_gain_m": 1_500.0}, FindingCode.TOO_STEEP),
        ({"energy_kcal": 1_000.0}, FindingCode.TOO_MUCH_POWER),
        ({"sport": Sport.STRENGTH, "heaviest_kg": 600.0}, FindingCode.TOO_HEAVY),
        ({"sport": Sport.STRENGTH, "volume_kg": 100_000.0}, FindingCode.TOO_DENSE),
        ({"heart_rate_avg_bpm": 240}, FindingCode.HEART_RATE_TOO_HIGH),
        ({"heart_rate_avg_bpm": 40, "duration_s": 1_300}, FindingCode.HEART_RATE_TOO_LOW),
    ],
)
def test_what_nobody_does_is_not_believed(fields: dict[str, Any], code: FindingCode) -> None:
    assert code in [one.code for one in plausibility.findings(changed(**fields))]


@pytest.mark.parametrize(
    "effort",
    [
        changed(distance_m=100.0, duration_s=10, elevation_gain_m=3.0, energy_kcal=10.0),
        changed(distance_m=1_500.0, duration_s=206, energy_kcal=110.0),
        changed(distance_m=5_000.0, duration_s=756, energy_kcal=370.0),
        changed(distance_m=42_195.0, duration_s=7_235, energy_kcal=3_000.0),
        changed(sport=Sport.SWIM, distance_m=1_500.0, duration_s=871),
        changed(sport=Sport.RIDE, distance_m=180_000.0, duration_s=15_000, elevation_gain_m=4_000.0),
        changed(sport=Sport.ROW, distance_m=2_000.0, duration_s=336, energy_kcal=150.0),
        changed(sport=Sport.STRENGTH, duration_s=0, distance_m=None, volume_kg=9_000.0, heaviest_kg=500.0),
        changed(sport=Sport.YOGA, heart_rate_avg_bpm=48, distance_m=None),
    ],
)
def test_what_the_best_have_done_is_believed(effort: Effort) -> None:
    assert plausibility.findings(effort) == []


def test_the_rules_are_open_and_have_a_version() -> None:
    rules = plausibility.rules()
    assert rules.version == plausibility.VERSION
    assert [one.sport for one in rules.sports] == list(Sport)
    for one in rules.sports:
        assert [bound.at_most_mps for bound in one.speed] == sorted(
            (bound.at_most_mps for bound in one.speed), reverse=True
        )
