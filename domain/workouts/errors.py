"""How the workouts topic says no."""

from domain.errors import Conflict, Invalid, NotFound


class NoSuchWorkout(NotFound):
    """There is no such workout here."""

    code = "workout_not_found"


class NoSuchExercise(NotFound):
    """There is no such exercise in the catalogue."""

    code = "exercise_not_found"


class WorkoutIdTaken(Conflict):
    """This id is in use: make another one."""

    code = "id_taken"


class WorkoutWasDeleted(Conflict):
    """You deleted this workout: log it under another id to have it back."""

    code = "workout_deleted"


class WorkoutRefused(Invalid):
    """This workout does not make sense."""

    code = "workout_refused"
