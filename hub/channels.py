"""Which channels there are, who may watch them, and which of them an event goes to."""

from collections.abc import Iterator
from typing import assert_never
from uuid import UUID

from domain.challenges.events import ChallengeNews, StandingsMoved
from domain.clubs.events import ClubJoined, ClubLeft
from domain.events import AnyEvent
from domain.feed.events import PostChanged, PostPublished, PostReacted, PostRemoved
from domain.follows.events import Blocked, FollowAccepted, FollowEnded, FollowRequested
from domain.live.events import (
    ChatSaid,
    Cheered,
    ParticipantJoined,
    ParticipantLeft,
    RoomChanged,
    SessionMoved,
    SessionsChanged,
)
from domain.members.events import MemberJoined, PreferencesChanged, ProfileChanged
from domain.outbox import Address
from domain.visibility import Visibility
from domain.workouts.events import WorkoutDeleted, WorkoutEdited, WorkoutLogged
from hub.policy import Permission
from realtime.channels import PRESENCE, ChannelClass, Kind, Kinds

MEMBER = Kind("member", ChannelClass.LOG)
AUTHOR = Kind("author", ChannelClass.LOG)
SESSION = Kind("session", ChannelClass.LOG, presence=True)
BOARD = Kind("board", ChannelClass.STATE)
AROUND = Kind("around", ChannelClass.STATE)
"""`around:<challenge>:<member>`: a board around one member, for themself."""
ROOM = Kind("room", ChannelClass.STATE)
METRICS = Kind("metrics", ChannelClass.TICK)
HOME = Kind("home", ChannelClass.SIGNAL)
LIVE = Kind("live", ChannelClass.SIGNAL)
NEWS = Kind("news", ChannelClass.SIGNAL)

_WHO_IS_HERE = f"{PRESENCE.name}:{SESSION.name}"
"""What stands before the id in `presence:session:<id>`."""

KINDS = Kinds(MEMBER, AUTHOR, SESSION, BOARD, AROUND, ROOM, PRESENCE, METRICS, HOME, LIVE, NEWS)

PERMISSIONS = {
    MEMBER.name: Permission.SELF_READ,
    AUTHOR.name: Permission.FEED_READ,
    SESSION.name: Permission.LIVE_READ,
    BOARD.name: Permission.CHALLENGES_READ,
    AROUND.name: Permission.CHALLENGES_READ,
    ROOM.name: Permission.LIVE_READ,
    PRESENCE.name: Permission.LIVE_READ,
    METRICS.name: Permission.LIVE_READ,
    HOME.name: Permission.FEED_READ,
    LIVE.name: Permission.LIVE_READ,
    NEWS.name: Permission.SELF_READ,
}
"""What it takes to watch a channel of a kind, before the question whether this very one may be seen."""


def topic_id(channel: str) -> UUID | None:
    """The id at the end of a channel's name; None unless the name is written in its one right way."""
    kind, _, text = channel.rpartition(":")
    try:
        topic = UUID(text)
    except ValueError:
        return None
    is_canonical = text == str(topic) and kind in {*PERMISSIONS, _WHO_IS_HERE} - {PRESENCE.name, AROUND.name}
    return topic if is_canonical else None


def around_of(channel: str) -> tuple[UUID, UUID] | None:
    """The challenge and the member of an `around` channel, if its name is written in its one right way."""
    kind, _, rest = channel.partition(":")
    try:
        challenge_id, member_id = map(UUID, rest.split(":"))
    except ValueError:
        return None
    is_canonical = channel == f"{AROUND.name}:{challenge_id}:{member_id}"
    return (challenge_id, member_id) if kind == AROUND.name and is_canonical else None


def route(event: AnyEvent) -> Iterator[Address]:  # noqa: C901  # one flat table, an event a line
    """The channels that an event goes to."""
    match event:
        case WorkoutLogged(workout) | WorkoutEdited(workout):
            yield _log(MEMBER, workout.author.id)
        case WorkoutDeleted(author_id=author_id):
            yield _log(MEMBER, author_id)
        case PostPublished(post) | PostChanged(post):
            if post.visibility is not Visibility.PRIVATE:
                yield _log(AUTHOR, post.author.id)
        case PostRemoved(author_id=author_id):
            yield _log(AUTHOR, author_id)
        case PostReacted(author_id=author_id, visibility=visibility):
            yield _log(MEMBER, author_id)
            if visibility is not Visibility.PRIVATE:
                yield _log(AUTHOR, author_id)
        case FollowRequested(follower, followee_id):
            yield _log(MEMBER, follower.id)
            yield _log(MEMBER, followee_id)
        case FollowAccepted(follower, followee):
            yield _log(MEMBER, follower.id)
            yield _log(MEMBER, followee.id)
        case FollowEnded(follower_id, followee_id):
            yield _log(MEMBER, follower_id)
            yield _log(MEMBER, followee_id)
        case Blocked(blocker_id):
            yield _log(MEMBER, blocker_id)
        case ProfileChanged(member):
            yield _log(MEMBER, member.id)
        case PreferencesChanged(member_id):
            yield _log(MEMBER, member_id)
        case StandingsMoved(challenge_id):
            yield Address(f"{BOARD.name}:{challenge_id}", kept=False, numbered=False)
        case ChallengeNews(member_id):
            yield _log(MEMBER, member_id)
        case RoomChanged(session_id):
            yield _version(ROOM, session_id)
        case SessionsChanged():
            yield Address(LIVE.name, kept=False)
        case SessionMoved() | ParticipantJoined() | ParticipantLeft() | ChatSaid() | Cheered():
            yield _log(SESSION, event.session_id)
        case MemberJoined() | ClubJoined() | ClubLeft():
            pass
        case _:
            assert_never(event)


def _log(kind: Kind, topic: UUID) -> Address:
    return Address(f"{kind.name}:{topic}", kept=True)


def _version(kind: Kind, topic: UUID) -> Address:
    return Address(f"{kind.name}:{topic}", kept=False)
