"""Every event there is: the live contract."""

from domain.challenges.events import ChallengeNews, StandingsMoved
from domain.clubs.events import ClubJoined, ClubLeft
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
from domain.workouts.events import WorkoutDeleted, WorkoutEdited, WorkoutLogged

AnyEvent = (
    MemberJoined
    | ProfileChanged
    | PreferencesChanged
    | FollowRequested
    | FollowAccepted
    | FollowEnded
    | Blocked
    | WorkoutLogged
    | WorkoutEdited
    | WorkoutDeleted
    | PostPublished
    | PostChanged
    | PostRemoved
    | PostReacted
    | ClubJoined
    | ClubLeft
    | StandingsMoved
    | ChallengeNews
    | RoomChanged
    | SessionsChanged
    | SessionMoved
    | ParticipantJoined
    | ParticipantLeft
    | ChatSaid
    | Cheered
)
