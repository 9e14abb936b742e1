"""What happens to workouts. Their author hears it on every device."""

from uuid import UUID

from msgspec import Struct

from domain.workouts.model import Workout


class WorkoutLogged(Struct, frozen=True, tag=True):
    workout: Workout


class WorkoutEdited(Struct, frozen=True, tag=True):
    workout: Workout


class WorkoutDeleted(Struct, frozen=True, tag=True):
    workout_id: UUID
    author_id: UUID
