"""What the messages of a FIT file mean: sessions, laps and records become activities."""

import math
from collections.abc import Iterator
from typing import Final

from domain.files import fit
from domain.files.fit import TIMESTAMP, Message
from domain.files.model import Channel, Format, Lap, Trouble, Unreadable
from domain.files.reading import Activity, Totals
from domain.files.track import Track, check_moment, check_place
from domain.workouts.model import Sport

EPOCH_S: Final = 631_065_600
"""FIT counts seconds from the last day of 1989."""
_POWER_UP_S: Final = 0x10000000
"""Times below it count from when the device was switched on."""
_SEMICIRCLE_DEG: Final = 180 / 2**31
_ACTIVITY_FILE: Final = 4

_FILE_ID, _SPORT, _SESSION, _LAP, _RECORD = 0, 12, 18, 19, 20
_WANTED = frozenset({_FILE_ID, _SPORT, _SESSION, _LAP, _RECORD})

# Field -> stream, how many steps a unit has, where 0 lies. Later ones win: they are the finer ones.
_STREAMS: Final = (
    (2, Channel.ALTITUDE, 5.0, 500.0),
    (78, Channel.ALTITUDE, 5.0, 500.0),
    (3, Channel.HEART_RATE, 1.0, 0.0),
    (4, Channel.CADENCE, 1.0, 0.0),
    (5, Channel.DISTANCE, 100.0, 0.0),
    (6, Channel.SPEED, 1000.0, 0.0),
    (73, Channel.SPEED, 1000.0, 0.0),
    (7, Channel.POWER, 1.0, 0.0),
    (13, Channel.TEMPERATURE, 1.0, 0.0),
)
_SPORTS: Final = {
    1: Sport.RUN,
    2: Sport.RIDE,
    5: Sport.SWIM,
    10: Sport.OTHER,
    11: Sport.WALK,
    15: Sport.ROW,
    17: Sport.HIKE,
    21: Sport.RIDE,
    62: Sport.HIIT,
}
_SUB_SPORTS: Final = {
    1: Sport.RUN,
    5: Sport.INDOOR_RIDE,
    6: Sport.INDOOR_RIDE,
    14: Sport.ROW,
    20: Sport.STRENGTH,
    19: Sport.MOBILITY,
    43: Sport.YOGA,
    70: Sport.HIIT,
}
_VIRTUAL: Final = 58


def read(data: bytes) -> Iterator[Activity]:
    """The activities of a FIT file: one for each session, or one where it has none. Raises Unreadable."""
    sessions: list[Message] = []
    laps: list[Message] = []
    file_id: Message = {}
    sport: Message = {}
    track = Track()
    for number, message in fit.messages(data, _WANTED):
        if number == _RECORD:
            _record(track, message)
        elif number == _SESSION:
            sessions.append(message)
        elif number == _LAP:
            laps.append(message)
        elif number == _SPORT:
            sport = message
        else:
            file_id = message
    if file_id.get(0, _ACTIVITY_FILE) != _ACTIVITY_FILE:
        raise Unreadable(Trouble.NO_ACTIVITY, "A FIT file, but not of an activity.")
    sessions = [one for one in sessions if 2 in one]
    if not sessions and not len(track):
        raise Unreadable(Trouble.NO_ACTIVITY, "No session and no record is in this file.")
    if not sessions:
        yield _without_session(track, laps, sport, file_id)
        return
    for session in sessions:
        yield _activity(session, track, laps, file_id, alone=len(sessions) == 1)


def _record(track: Track, message: Message) -> None:
    if TIMESTAMP not in message:
        return
    values = {
        channel: message[field] / steps - zero for field, channel, steps, zero in _STREAMS if field in message
    }
    if 0 in message and 1 in message:
        latitude, longitude = message[0] * _SEMICIRCLE_DEG, message[1] * _SEMICIRCLE_DEG
        check_place(latitude, longitude)
        values[Channel.LATITUDE], values[Channel.LONGITUDE] = latitude, longitude
    track.add(_moment(message[TIMESTAMP]), values)


def _activity(
    session: Message, track: Track, laps: list[Message], file_id: Message, *, alone: bool
) -> Activity:
    started_s = _moment(session[2])
    check_moment(started_s)
    elapsed_s = session.get(7, 0) / 1000
    ends_s = started_s + elapsed_s
    # One session has all records, also those before its first second or after its last.
    own = track if alone else track.part(started_s, ends_s)
    if len(own):
        check_moment(own.starts_s)
        started_s = min(started_s, own.starts_s) if alone else started_s
        ends_s = max(ends_s, own.ends_s)
    return Activity(
        format=Format.FIT,
        external_id=_identity(file_id, session[2]),
        sport=_sport(session.get(5), session.get(6)),
        started_s=started_s,
        duration_s=ends_s - started_s,
        track=own,
        laps=_laps(laps, started_s, ends_s),
        totals=Totals(
            moving_s=_scaled(session, 8, 1000),
            distance_m=_scaled(session, 9, 100),
            energy_kcal=session.get(11),
            heart_rate_avg_bpm=_whole(session.get(16)),
            heart_rate_max_bpm=_whole(session.get(17)),
        ),
        is_barometric=True,
    )


def _without_session(track: Track, laps: list[Message], sport: Message, file_id: Message) -> Activity:
    """A file whose device stopped before it wrote the end."""
    check_moment(track.starts_s)
    return Activity(
        format=Format.FIT,
        external_id=_identity(file_id, track.starts_s - EPOCH_S),
        sport=_sport(sport.get(0), sport.get(1)),
        started_s=track.starts_s,
        duration_s=track.ends_s - track.starts_s,
        track=track,
        laps=_laps(laps, track.starts_s, track.ends_s),
        totals=Totals(),
        is_barometric=True,
        warnings=["The device did not finish this file: what it recorded is here."],
    )


def _laps(laps: list[Message], started_s: float, ends_s: float) -> list[Lap]:
    return [
        Lap(
            start_s=max(0.0, _moment(one[2]) - started_s),
            duration_s=one.get(7, 0) / 1000,
            distance_m=_scaled(one, 9, 100),
            heart_rate_avg_bpm=_whole(one.get(15)),
            heart_rate_max_bpm=_whole(one.get(16)),
            energy_kcal=one.get(11),
        )
        for one in laps
        if 2 in one and started_s <= _moment(one[2]) <= ends_s
    ]


def _sport(sport: float | None, sub_sport: float | None) -> Sport:
    if sport == 2 and sub_sport == _VIRTUAL:
        return Sport.INDOOR_RIDE
    narrow = _SUB_SPORTS.get(int(sub_sport)) if sub_sport is not None else None
    return narrow or (_SPORTS.get(int(sport), Sport.OTHER) if sport is not None else Sport.OTHER)


def _identity(file_id: Message, started: float) -> str:
    """Maker, product and serial number of the device, when it began the file, and the session in it."""
    return "-".join(str(int(file_id.get(field, 0))) for field in (1, 2, 3, 4)) + f"-{int(started)}"


def _moment(fit_s: float) -> float:
    if fit_s < _POWER_UP_S:
        raise Unreadable(Trouble.CLOCK_NOT_SET, "The device did not know the time of day.")
    return fit_s + EPOCH_S


def _scaled(message: Message, field: int, steps: float) -> float | None:
    value = message.get(field)
    return None if value is None or not math.isfinite(value) else value / steps


def _whole(value: float | None) -> int | None:
    return None if value is None or not 20 <= value <= 260 else round(value)
