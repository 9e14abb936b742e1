"""TCX: activities with laps; indoor ones have no places."""

from collections.abc import Iterator

from domain.files import markup
from domain.files.model import Channel, Format, Lap, Trouble, Unreadable
from domain.files.reading import Activity, Moments, Totals, number
from domain.files.track import Track, check_moment, check_place
from domain.workouts.model import Sport

_SPORTS = {"running": Sport.RUN, "biking": Sport.RIDE}
_POINT = {
    "altitudemeters": Channel.ALTITUDE,
    "distancemeters": Channel.DISTANCE,
    "latitudedegrees": Channel.LATITUDE,
    "longitudedegrees": Channel.LONGITUDE,
    "cadence": Channel.CADENCE,
    "runcadence": Channel.CADENCE,
    "speed": Channel.SPEED,
    "watts": Channel.POWER,
}


class _One:
    """An activity while it is heard."""

    def __init__(self, sport: str) -> None:
        self.sport = sport
        self.name = ""
        self.note = ""
        self.track = Track()
        self.laps: list[_Lap] = []


class _Lap:
    def __init__(self, started_s: float) -> None:
        self.started_s = started_s
        self.numbers: dict[str, float] = {}


class _Tcx:
    """Listens to a TCX file."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.activities: list[_One] = []
        self._moments = Moments()
        self._values: dict[Channel, float] = {}
        self._at_s: float | None = None

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if not self.path and name != "trainingcenterdatabase":
            raise Unreadable(Trouble.UNKNOWN_FORMAT, "XML, but not of a format that is known here.")
        if name == "activity":
            self.activities.append(_One(attributes.get("Sport", "").lower()))
        elif not self.activities:
            return
        elif name == "lap":
            started_s = self._moments.read(attributes.get("StartTime", ""))
            self.activities[-1].laps.append(_Lap(started_s))
        elif name == "track":
            self.activities[-1].track.cut()
        elif name == "trackpoint":
            self._values, self._at_s = {}, None

    def end(self, name: str, text: str) -> None:
        if not self.activities:
            return
        one = self.activities[-1]
        parent = self.path[-1] if self.path else ""
        if "trackpoint" in self.path:
            self._in_point(name, parent, text)
        elif name == "trackpoint":
            self._point(one.track)
        elif parent == "activity" and name == "id":
            one.name = text.strip()
        elif parent == "activity" and name == "notes":
            one.note = text.strip()
        elif one.laps and parent == "lap" and name in {"totaltimeseconds", "distancemeters", "calories"}:
            one.laps[-1].numbers[name] = number(text)
        elif one.laps and name == "value" and parent in {"averageheartratebpm", "maximumheartratebpm"}:
            one.laps[-1].numbers[parent] = number(text)

    def _in_point(self, name: str, parent: str, text: str) -> None:
        if name == "time":
            self._at_s = self._moments.read(text)
        elif parent == "heartratebpm" and name == "value":
            self._values[Channel.HEART_RATE] = number(text)
        elif (channel := _POINT.get(name)) is not None and text.strip():
            self._values[channel] = number(text)

    def _point(self, track: Track) -> None:
        if self._at_s is None:
            return
        if Channel.LATITUDE in self._values and Channel.LONGITUDE in self._values:
            check_place(self._values[Channel.LATITUDE], self._values[Channel.LONGITUDE])
        track.add(self._at_s, self._values)


def read(data: bytes) -> Iterator[Activity]:
    """The activities of a TCX file. Raises Unreadable."""
    heard = _Tcx()
    markup.listen(data, heard)
    found = [one for one in heard.activities if one.laps or len(one.track)]
    if not found:
        raise Unreadable(Trouble.NO_ACTIVITY, "No activity is in this file.")
    for one in found:
        yield _activity(one)


def _activity(one: _One) -> Activity:
    started = [lap.started_s for lap in one.laps] + ([one.track.starts_s] if len(one.track) else [])
    started_s = min(started)
    check_moment(started_s)
    for lap in one.laps:
        if lap.numbers.get("totaltimeseconds", 0) < 0:
            raise Unreadable(Trouble.NEGATIVE_DURATION, "A lap ends before it begins.")
    lasted_s = sum(lap.numbers.get("totaltimeseconds", 0) for lap in one.laps)
    ends_s = max(
        [lap.started_s + lap.numbers.get("totaltimeseconds", 0) for lap in one.laps], default=started_s
    )
    if len(one.track):
        ends_s = max(ends_s, one.track.ends_s)
    return Activity(
        format=Format.TCX,
        external_id=f"{one.name[:100]}-{started_s:.3f}",
        sport=_SPORTS.get(one.sport, Sport.OTHER),
        started_s=started_s,
        duration_s=ends_s - started_s,
        track=one.track,
        laps=[_lap(lap, started_s) for lap in one.laps],
        totals=Totals(
            moving_s=lasted_s or None,
            distance_m=_sum(one.laps, "distancemeters"),
            energy_kcal=_sum(one.laps, "calories"),
            heart_rate_max_bpm=max(
                (rate for lap in one.laps if (rate := _rate(lap, "maximum"))), default=None
            ),
        ),
        note=one.note,
    )


def _lap(lap: _Lap, started_s: float) -> Lap:
    return Lap(
        start_s=lap.started_s - started_s,
        duration_s=lap.numbers.get("totaltimeseconds", 0),
        distance_m=lap.numbers.get("distancemeters"),
        heart_rate_avg_bpm=_rate(lap, "average"),
        heart_rate_max_bpm=_rate(lap, "maximum"),
        energy_kcal=lap.numbers.get("calories"),
    )


def _rate(lap: _Lap, which: str) -> int | None:
    rate = lap.numbers.get(f"{which}heartratebpm")
    return round(rate) if rate is not None and 20 <= rate <= 260 else None


def _sum(laps: list[_Lap], name: str) -> float | None:
    known = [lap.numbers[name] for lap in laps if name in lap.numbers]
    return sum(known) if known else None
