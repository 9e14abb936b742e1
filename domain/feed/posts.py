"""Posts from SQL rows: the columns that every query about posts selects, and what they become."""

from typing import Any

from domain.feed import recaps
from domain.feed.model import Post, PostKind
from domain.members.cards import COLUMNS as CARD_COLUMNS
from domain.members.cards import card
from domain.visibility import Visibility
from domain.workouts.model import Sport, WorkoutSummary

# $1 is the reader. Each exercise is named once, in the order in which they were done.
SELECT_POSTS = f"""
SELECT post.*, {CARD_COLUMNS},
    EXISTS (SELECT FROM kudos WHERE kudos.post_id = post.id AND kudos.member_id = $1) AS my_kudos,
    workout.sport, workout.title, workout.started_at, workout.tz, workout.duration_s, workout.distance_m,
    workout.elevation_gain_m, workout.energy_kcal, workout.heart_rate_avg_bpm, workout.volume_kg,
    workout.set_count,
    ARRAY(
        SELECT exercise.name
        FROM workout_exercise AS entry JOIN exercise ON exercise.slug = entry.exercise
        WHERE entry.workout_id = post.workout_id
        GROUP BY exercise.slug
        ORDER BY min(entry.position)
    ) AS exercise_names,
    {recaps.COLUMN} AS recap
FROM post
JOIN member ON member.id = post.author_id
LEFT JOIN workout ON workout.id = post.workout_id
"""

IS_SHOWN = "(post.kind = 'note' OR post.visibility <> 'private')"
"""A private workout has no post, not even for its author; the row waits until it is shared again."""


def decode(row: Any) -> Post:
    """The post in a row of SELECT_POSTS."""
    kind = PostKind(row["kind"])
    return Post(
        id=row["id"],
        author=card(row),
        kind=kind,
        text=row["text"],
        visibility=Visibility(row["visibility"]),
        created_at=row["created_at"],
        kudos=row["kudos"],
        comments=row["comments"],
        my_kudos=row["my_kudos"],
        workout=_summary(row) if kind is PostKind.WORKOUT else None,
        recap=recaps.decode(row["recap"]) if kind is PostKind.RECAP else None,
    )


def _summary(row: Any) -> WorkoutSummary:
    return WorkoutSummary(
        id=row["workout_id"],
        sport=Sport(row["sport"]),
        title=row["title"],
        started_at=row["started_at"],
        tz=row["tz"],
        duration_s=row["duration_s"],
        distance_m=row["distance_m"],
        elevation_gain_m=row["elevation_gain_m"],
        energy_kcal=row["energy_kcal"],
        heart_rate_avg_bpm=row["heart_rate_avg_bpm"],
        volume_kg=row["volume_kg"],
        set_count=row["set_count"],
        exercise_names=list(row["exercise_names"]),
    )
