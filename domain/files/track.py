"""A track as it is read: samples in order of time, in columns of eight bytes a number."""

import math
from array import array
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from domain.effort.motion import between_m
from domain.files.model import POINTS, Channel, Trouble, Unreadable

Column: TypeAlias = "array[float]"
"""A string, because arrays take a parameter from Python 3.12 on only."""
Columns = dict[Channel, Column]

NAN = math.nan
EARLIEST_S = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
LATEST_S = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
LONGEST_S = 604_800
_BACKWARDS_SHARE = 10

# Outside of these a sensor was not on the body or not on the road; the value counts as missing.
_PLAUSIBLE: Mapping[Channel, tuple[float, float]] = {
    Channel.ALTITUDE: (-500, 9_500),
    Channel.DISTANCE: (0, 2_000_000),
    Channel.SPEED: (0, 150),
    Channel.HEART_RATE: (20, 260),
    Channel.CADENCE: (0, 300),
    Channel.POWER: (0, 5_000),
    Channel.TEMPERATURE: (-80, 80),
}


class Track:
    """Samples with absolute times, as they come. `cut` says that what follows is not joined to what was."""

    def __init__(self) -> None:
        self.columns: Columns = {channel: array("d") for channel in Channel}
        self.cuts: set[int] = set()
        self._back = 0

    def __len__(self) -> int:
        return len(self.columns[Channel.TIME])

    def add(self, at_s: float, values: Mapping[Channel, float]) -> None:
        """One sample at so many seconds since 1970. One that goes back in time is left out, and counted."""
        times = self.columns[Channel.TIME]
        if times and at_s < times[-1]:
            self._back += 1
            return
        if len(times) >= POINTS:
            raise Unreadable(Trouble.TOO_MANY_POINTS, f"More than {POINTS} samples.")
        for channel, column in self.columns.items():
            column.append(values.get(channel, NAN))
        times[-1] = at_s

    def cut(self) -> None:
        if len(self):
            self.cuts.add(len(self))

    def join(self, other: "Track") -> None:
        """Append a later track, cut off from this one."""
        self.cut()
        offset = len(self)
        if offset + len(other) > POINTS:
            raise Unreadable(Trouble.TOO_MANY_POINTS, f"More than {POINTS} samples.")
        for channel, column in self.columns.items():
            column.extend(other.columns[channel])
        self.cuts |= {offset + cut for cut in other.cuts}
        self._back += other._back

    def part(self, from_s: float, to_s: float) -> "Track":
        """The samples from one moment up to and with another."""
        times = self.columns[Channel.TIME]
        places = [place for place, at in enumerate(times) if from_s <= at <= to_s]
        found = Track()
        if places:
            first, end = places[0], places[-1] + 1
            found.columns = {channel: column[first:end] for channel, column in self.columns.items()}
            found.cuts = {cut - first for cut in self.cuts if first < cut < end}
        return found

    @property
    def starts_s(self) -> float:
        return self.columns[Channel.TIME][0]

    @property
    def ends_s(self) -> float:
        return self.columns[Channel.TIME][-1]

    def finish(self, started_s: float) -> Columns:
        """The streams that have anything in them, times counted from the start. Raises Unreadable."""
        if not len(self):
            return {}
        check_moment(self.starts_s)
        if self._back * _BACKWARDS_SHARE > len(self):
            raise Unreadable(Trouble.BACKWARDS, "Time runs backwards in this file.")
        if self.ends_s - started_s > LONGEST_S:
            raise Unreadable(Trouble.TOO_LONG, "Longer than a week.")
        self._forget_the_impossible()
        if not _has_any(self.columns[Channel.DISTANCE]):
            self._measure()
        else:
            _never_back(self.columns[Channel.DISTANCE])
        times = array("d", (max(0.0, at - started_s) for at in self.columns[Channel.TIME]))
        columns = {channel: column for channel, column in self.columns.items() if _has_any(column)}
        return {**columns, Channel.TIME: times}

    def _forget_the_impossible(self) -> None:
        for channel, (least, most) in _PLAUSIBLE.items():
            column = self.columns[channel]
            if any(not least <= value <= most for value in column):
                self.columns[channel] = array(
                    "d", (value if least <= value <= most else NAN for value in column)
                )

    def _measure(self) -> None:
        """Distance along the places; nothing is covered across a cut."""
        if not _has_any(self.columns[Channel.LATITUDE]):
            return
        metres, before, covered = array("d"), None, 0.0
        latitudes, longitudes = self.columns[Channel.LATITUDE], self.columns[Channel.LONGITUDE]
        for number, place in enumerate(zip(latitudes, longitudes, strict=True)):
            if number in self.cuts:
                before = None
            if math.isnan(place[0]) or math.isnan(place[1]):
                metres.append(NAN)
                continue
            covered += between_m(before, place) if before is not None else 0.0
            metres.append(covered)
            before = place
        self.columns[Channel.DISTANCE] = metres


def check_moment(at_s: float) -> None:
    """Raises Unreadable for a time that only a clock without a battery tells."""
    if at_s < EARLIEST_S:
        raise Unreadable(Trouble.CLOCK_NOT_SET, "This says that it is from before the year 2000.")
    if at_s > LATEST_S:
        raise Unreadable(Trouble.IN_THE_FUTURE, "This says that it is from after the year 2100.")


def check_place(latitude_deg: float, longitude_deg: float) -> None:
    if not (-90 <= latitude_deg <= 90 and -180 <= longitude_deg <= 180):
        raise Unreadable(Trouble.BAD_PLACE, "A place that is not on Earth.")


def _has_any(column: Column) -> bool:
    return any(value == value for value in column)  # NaN alone differs from itself


def _never_back(column: Column) -> None:
    """Distance counts up; where a device corrected itself, it stands still until it has caught up."""
    highest = 0.0
    for place, value in enumerate(column):
        if value < highest:
            column[place] = highest
        elif not math.isnan(value):
            highest = value
