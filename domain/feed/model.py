"""Posts: what members tell each other, with a workout or without; kudos and comments."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Struct

from domain.challenges.model import Kind, Metric
from domain.members.model import MemberCard
from domain.text import written
from domain.visibility import Visibility
from domain.workouts.model import WorkoutSummary


class PostKind(StrEnum):
    NOTE = "note"
    WORKOUT = "workout"
    RECAP = "recap"


class PostDraft(Struct, frozen=True, forbid_unknown_fields=True):
    id: UUID
    text: Annotated[str, written(at_least=1, at_most=2_000)]
    visibility: Visibility = Visibility.FOLLOWERS


class CommentDraft(Struct, frozen=True, forbid_unknown_fields=True):
    id: UUID
    text: Annotated[str, written(at_least=1, at_most=1_000)]


class RecapPlace(Struct, frozen=True):
    """Somebody on a podium, by the name under which they took part. `score` is in the challenge's unit."""

    rank: int
    name: str
    score: float


class Recap(Struct, frozen=True):
    """How a challenge ended: the first three ranks, six people at most."""

    challenge_id: UUID
    title: str
    kind: Kind
    metric: Metric
    participants: int
    podium: list[RecapPlace]


class Post(Struct, frozen=True):
    """A post as one reader sees it. On live channels `my_kudos` is always false: the reader knows better."""

    id: UUID
    author: MemberCard
    kind: PostKind
    text: str
    visibility: Visibility
    created_at: datetime
    kudos: int
    comments: int
    my_kudos: bool = False
    workout: WorkoutSummary | None = None
    recap: Recap | None = None


class Comment(Struct, frozen=True):
    id: UUID
    post_id: UUID
    author: MemberCard
    text: str
    created_at: datetime


class Reactions(Struct, frozen=True):
    """How a post stands after somebody reacted to it."""

    post_id: UUID
    kudos: int
    comments: int
    my_kudos: bool = False
