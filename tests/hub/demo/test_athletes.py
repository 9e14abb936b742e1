"""Simulated athletes move like athletes: forwards, harder when it is hard, and the same wherever they run."""

from datetime import UTC, datetime
from itertools import pairwise

from domain.live.programme import lay_out
from hub.demo import athletes, training
from hub.demo.dice import dice, id_at
from hub.demo.people import PEOPLE
from hub.demo.room import PROGRAMME

TIMELINE = lay_out(PROGRAMME)
BODY = athletes.body_of("amara_o", level=1.1)
_BPM, _WATTS, _METRES, _KCAL = 1, 2, 5, 7


def at(second: int) -> list[float]:
    return [
        value or 0 for value in athletes.sample(BODY, TIMELINE, elapsed_ms=second * 1000, t_ms=second * 1000)
    ]


def test_nobody_rides_backwards() -> None:
    rows = [at(second) for second in range(0, 660)]
    for column in (_METRES, _KCAL):
        assert all(after[column] >= before[column] for before, after in pairwise(rows))
    assert rows[-1][_METRES] > 3_000


def test_work_is_harder_than_rest_and_the_heart_follows() -> None:
    work, rest = at(60 + 55), at(60 + 60 + 25)
    assert work[_WATTS] > 1.5 * rest[_WATTS]
    assert work[_BPM] > rest[_BPM] > at(0)[_BPM]
    assert all(40 < at(second)[_BPM] < 200 for second in range(0, 660, 7))


def test_who_takes_over_goes_on_at_the_same_metre() -> None:
    again = athletes.body_of("amara_o", level=1.1)
    row = athletes.sample(again, TIMELINE, elapsed_ms=123_000, t_ms=123_000)
    assert row == athletes.sample(BODY, TIMELINE, elapsed_ms=123_000, t_ms=123_000)


def test_made_up_workouts_have_ended_and_are_someones_own() -> None:
    now = datetime(2026, 6, 15, 12, tzinfo=UTC)
    for person in PEOPLE[:10]:
        log = list(training.history(person, dice(person.handle), now=now, days=90))
        assert len(log) > 20
        assert log == list(training.history(person, dice(person.handle), now=now, days=90))
        assert all((now - draft.started_at).total_seconds() > draft.duration_s for draft in log)


def test_made_up_ids_are_of_version_seven_and_of_their_moment() -> None:
    moment = datetime(2026, 6, 15, 12, tzinfo=UTC)
    made = id_at(moment, dice("ids"))
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == int(moment.timestamp() * 1000)
