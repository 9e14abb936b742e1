"""GPX: all tracks and all their segments."""

from collections.abc import Iterator

from domain.files import markup
from domain.files.model import Channel, Format, Trouble, Unreadable
from domain.files.reading import Activity, Moments, number
from domain.files.track import Track, check_moment, check_place
from domain.workouts.model import Sport

SAME_OUTING_S = 6 * 3600
"""A track that begins this soon after another belongs to the same workout."""

# Strava writes its own names, Garmin and others words; its numbers are from before 2019.
SPORTS = {
    "running": Sport.RUN,
    "run": Sport.RUN,
    "trail_running": Sport.RUN,
    "trailrun": Sport.RUN,
    "9": Sport.RUN,
    "cycling": Sport.RIDE,
    "biking": Sport.RIDE,
    "ride": Sport.RIDE,
    "mountain_biking": Sport.RIDE,
    "1": Sport.RIDE,
    "virtualride": Sport.INDOOR_RIDE,
    "indoor_cycling": Sport.INDOOR_RIDE,
    "walking": Sport.WALK,
    "walk": Sport.WALK,
    "10": Sport.WALK,
    "hiking": Sport.HIKE,
    "hike": Sport.HIKE,
    "4": Sport.HIKE,
    "rowing": Sport.ROW,
    "23": Sport.ROW,
    "swimming": Sport.SWIM,
    "swim": Sport.SWIM,
    "lap_swimming": Sport.SWIM,
    "open_water_swimming": Sport.SWIM,
    "16": Sport.SWIM,
    "yoga": Sport.YOGA,
    "weighttraining": Sport.STRENGTH,
    "strength_training": Sport.STRENGTH,
}
_NUMBERS = {
    "ele": Channel.ALTITUDE,
    "speed": Channel.SPEED,
    "hr": Channel.HEART_RATE,
    "heartrate": Channel.HEART_RATE,
    "cad": Channel.CADENCE,
    "cadence": Channel.CADENCE,
    "power": Channel.POWER,
    "powerinwatts": Channel.POWER,
    "atemp": Channel.TEMPERATURE,
    "temp": Channel.TEMPERATURE,
}


class _One:
    def __init__(self) -> None:
        self.track = Track()
        self.title = ""
        self.sport = ""


class _Gpx:
    """Listens to a GPX file."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.tracks: list[_One] = []
        self.untimed = 0
        self._moments = Moments()
        self._values: dict[Channel, float] = {}
        self._at_s: float | None = None
        self._in_point = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if not self.path and name != "gpx":
            raise Unreadable(Trouble.UNKNOWN_FORMAT, "XML, but not of a format that is known here.")
        if name == "trk":
            self.tracks.append(_One())
        elif name == "trkseg" and self.tracks:
            self.tracks[-1].track.cut()
        elif name == "trkpt" and self.tracks:
            latitude, longitude = number(attributes.get("lat", "")), number(attributes.get("lon", ""))
            check_place(latitude, longitude)
            self._values = {Channel.LATITUDE: latitude, Channel.LONGITUDE: longitude}
            self._at_s = None
            self._in_point = True

    def end(self, name: str, text: str) -> None:
        if self._in_point:
            if name == "trkpt":
                self._in_point = False
                if self._at_s is None:
                    self.untimed += 1
                else:
                    self.tracks[-1].track.add(self._at_s, self._values)
            elif name == "time":
                self._at_s = self._moments.read(text)
            elif (channel := _NUMBERS.get(name)) is not None and text.strip():
                self._values[channel] = number(text)
        elif self.path and self.path[-1] == "trk":
            if name == "name":
                self.tracks[-1].title = text.strip()
            elif name == "type":
                self.tracks[-1].sport = text.strip().lower().replace(" ", "_")


def read(data: bytes) -> Iterator[Activity]:
    """The activities of a GPX file. Raises Unreadable."""
    heard = _Gpx()
    markup.listen(data, heard)
    tracks = sorted((one for one in heard.tracks if len(one.track)), key=lambda one: one.track.starts_s)
    if not tracks:
        if heard.untimed:
            raise Unreadable(Trouble.NO_TIMES, "Places without times: a plan, and not a workout.")
        raise Unreadable(Trouble.NO_ACTIVITY, "No track is in this file.")
    outings = [tracks[0]]
    for one in tracks[1:]:
        if 0 <= one.track.starts_s - outings[-1].track.ends_s <= SAME_OUTING_S:
            outings[-1].track.join(one.track)
        else:
            outings.append(one)
    for one in outings:
        check_moment(one.track.starts_s)
        yield Activity(
            format=Format.GPX,
            external_id=f"{one.track.starts_s:.3f}-{one.track.ends_s:.3f}",
            sport=SPORTS.get(one.sport, Sport.OTHER),
            started_s=one.track.starts_s,
            duration_s=one.track.ends_s - one.track.starts_s,
            track=one.track,
            title=one.title,
            warnings=[f"{heard.untimed} places without a time were left out."] if heard.untimed else [],
        )
