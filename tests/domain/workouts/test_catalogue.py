import re

from domain import database
from domain.workouts import catalogue
from domain.workouts.model import Measure
from tests.support.domains import Domain


def test_the_catalogue_has_enough_movements_each_said_once() -> None:
    listed = catalogue.exercises()

    assert len(listed) >= 60
    assert len({exercise.slug for exercise in listed}) == len(listed)
    assert len({exercise.name for exercise in listed}) == len(listed)
    assert len({exercise.cues for exercise in listed}) == len(listed)


def test_every_movement_says_what_a_logger_needs() -> None:
    for exercise in catalogue.exercises():
        assert re.fullmatch(r"[a-z0-9-]{2,60}", exercise.slug)
        assert exercise.primary_muscles
        assert not set(exercise.primary_muscles) & set(exercise.secondary_muscles), exercise.slug
        assert 40 <= len(exercise.cues) <= 300, exercise.slug


def test_movements_are_measured_in_every_way_there_is() -> None:
    assert {exercise.measured_by for exercise in catalogue.exercises()} == set(Measure)


async def test_a_migrated_database_has_the_whole_catalogue(db: Domain) -> None:
    stored = {row["slug"] for row in await database.fetch("SELECT slug FROM exercise")}

    assert stored == {exercise.slug for exercise in catalogue.exercises()}


async def test_syncing_again_writes_nothing(db: Domain) -> None:
    before = await database.fetch("SELECT slug, xmin::text FROM exercise ORDER BY slug")

    await catalogue.sync()

    assert await database.fetch("SELECT slug, xmin::text FROM exercise ORDER BY slug") == before


async def test_syncing_mends_what_changed_and_keeps_what_left_the_file(db: Domain) -> None:
    await database.execute("UPDATE exercise SET cues = 'outdated' WHERE slug = 'plank'")
    await database.execute(
        "INSERT INTO exercise SELECT 'retired', 'Retired', pattern, primary_muscles, secondary_muscles, "
        "equipment, measured_by, cues FROM exercise WHERE slug = 'dip'"
    )

    await catalogue.sync()

    assert await database.fetchval("SELECT count(*) FROM exercise WHERE cues = 'outdated'") == 0
    assert await database.fetchval("SELECT count(*) FROM exercise WHERE slug = 'retired'") == 1
