"""Writers of the formats that devices write: these tests' corpus, in bytes as they come from a watch."""

import gzip
import io
import math
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 6, 1, 6, 30, tzinfo=UTC)
FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)

_LETTERS = {0x00: "B", 0x01: "b", 0x02: "B", 0x84: "H", 0x85: "i", 0x86: "I", 0x8C: "I", 0x88: "f"}


def fit_time(at: datetime) -> int:
    return int((at - FIT_EPOCH).total_seconds())


def fit_crc(data: bytes) -> int:
    """The nibble-wise checksum of the protocol's description: written differently from the reader's."""
    table = (
        *(0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401),
        *(0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400),
    )
    crc = 0
    for byte in data:
        crc = (crc >> 4) & 0x0FFF ^ table[crc & 0xF] ^ table[byte & 0xF]
        crc = (crc >> 4) & 0x0FFF ^ table[crc & 0xF] ^ table[byte >> 4]
    return crc


class FitWriter:
    """Messages as a device writes them: a definition each time the layout of its local type changes."""

    def __init__(self, *, big_endian: bool = False) -> None:
        self._order = ">" if big_endian else "<"
        self._body = bytearray()
        self._defined: dict[int, tuple[int, tuple[tuple[int, int], ...]]] = {}

    def write(self, local: int, number: int, fields: Sequence[tuple[int, int, float]]) -> None:
        """`fields`: number, base type, raw value."""
        layout = (number, tuple((field, kind) for field, kind, _ in fields))
        if self._defined.get(local) != layout:
            self._defined[local] = layout
            self._body += bytes([0x40 | local, 0, self._order == ">"])
            self._body += struct.pack(self._order + "HB", number, len(fields))
            for field, kind, _ in fields:
                self._body += bytes([field, struct.calcsize(_LETTERS[kind]), kind])
        self._body.append(local)
        letters = "".join(_LETTERS[kind] for _, kind, _ in fields)
        self._body += struct.pack(self._order + letters, *(value for _, _, value in fields))

    def raw(self, content: bytes) -> None:
        self._body += content

    def file(self, *, crc: int | None = None) -> bytes:
        header = struct.pack("<BBHI4s", 14, 0x20, 2132, len(self._body), b".FIT")
        whole = header + struct.pack("<H", fit_crc(header)) + bytes(self._body)
        return whole + struct.pack("<H", fit_crc(whole) if crc is None else crc)


def fit_file_id(writer: FitWriter, at: datetime, *, serial: int = 4711, kind: int = 4) -> None:
    writer.write(
        0, 0, [(0, 0x00, kind), (1, 0x84, 1), (2, 0x84, 3290), (3, 0x8C, serial), (4, 0x86, fit_time(at))]
    )


def semicircles(degrees: float) -> int:
    return round(degrees * 2**31 / 180)


def fit_record(
    writer: FitWriter, at: datetime, second: int, *, places: bool = True, power: bool = True
) -> None:
    """A rider going round: 8 m/s, hills, heart and legs that follow them."""
    hill = math.sin(second / 300)
    fields = [(253, 0x86, fit_time(at))]
    if places:
        fields += [
            (0, 0x85, semicircles(47.0 + 0.02 * math.sin(second / 900))),
            (1, 0x85, semicircles(11.0 + 0.03 * math.cos(second / 900))),
        ]
    fields += [
        (78, 0x86, round((600 + 80 * hill + 500) * 5)),
        (3, 0x02, round(140 + 20 * hill + 3 * math.sin(second / 7))),
        (4, 0x02, round(85 + 5 * math.sin(second / 11))),
        (5, 0x86, second * 800),
        (73, 0x86, round(8000 - 1500 * hill)),
        (13, 0x01, 18),
    ]
    if power:
        fields.append((7, 0x84, max(0, round(200 + 60 * hill + 40 * math.sin(second * 1.7)))))
    writer.write(1, 20, fields)


def fit_session(
    writer: FitWriter, start: datetime, seconds: int, *, sport: int = 2, sub_sport: int = 0
) -> None:
    writer.write(
        2,
        18,
        [
            (253, 0x86, fit_time(start) + seconds),
            (2, 0x86, fit_time(start)),
            (5, 0x00, sport),
            (6, 0x00, sub_sport),
            (7, 0x86, seconds * 1000),
            (8, 0x86, seconds * 1000),
            (9, 0x86, seconds * 800),
            (11, 0x84, 640),
            (16, 0x02, 141),
            (17, 0x02, 163),
        ],
    )


def fit_lap(writer: FitWriter, start: datetime, seconds: int) -> None:
    writer.write(
        3,
        19,
        [
            (253, 0x86, fit_time(start) + seconds),
            (2, 0x86, fit_time(start)),
            (7, 0x86, seconds * 1000),
            (8, 0x86, seconds * 1000),
            (9, 0x86, seconds * 800),
            (15, 0x02, 140),
            (16, 0x02, 160),
        ],
    )


def fit_ride(
    seconds: int = 600,
    *,
    start: datetime = START,
    serial: int = 4711,
    places: bool = True,
    sport: int = 2,
    sub_sport: int = 0,
    big_endian: bool = False,
) -> bytes:
    """A whole ride at one sample a second, in laps of five minutes."""
    writer = FitWriter(big_endian=big_endian)
    fit_file_id(writer, start, serial=serial)
    for second in range(seconds + 1):
        fit_record(writer, start + timedelta(seconds=second), second, places=places)
    for begin in range(0, seconds, 300):
        fit_lap(writer, start + timedelta(seconds=begin), min(300, seconds - begin))
    fit_session(writer, start, seconds, sport=sport, sub_sport=sub_sport)
    return writer.file()


def gpx_points(
    start: datetime, seconds: Iterable[int], *, extra: str = "", time: str = "%Y-%m-%dT%H:%M:%SZ"
) -> str:
    """Points 3 m apart each second, northwards."""
    return "".join(
        f'<trkpt lat="{47 + second * 3 / 111_195:.7f}" lon="11.0"><ele>{600 + second % 7}</ele>'
        f"<time>{(start + timedelta(seconds=second)).strftime(time)}</time>{extra}</trkpt>\n"
        for second in seconds
    )


HEART = "<extensions><x:TrackPointExtension><x:hr>150</x:hr></x:TrackPointExtension></extensions>"


def gpx(*tracks: str, name: str = "Morning", kind: str = "running", head: str = "") -> bytes:
    """A file of tracks; a track is its segments' points, each between `trkseg`."""
    body = "".join(f"<trk><name>{name}</name><type>{kind}</type>{track}</trk>" for track in tracks)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<gpx version="1.1" creator="test" '
        'xmlns="http://www.topografix.com/GPX/1/1" '
        f'xmlns:x="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">{body}</gpx>'
    ).encode()


def gpx_run(seconds: int = 600, *, start: datetime = START, step: int = 1, name: str = "Morning") -> bytes:
    return gpx(f"<trkseg>{gpx_points(start, range(0, seconds + 1, step), extra=HEART)}</trkseg>", name=name)


def tcx(*laps: str, sport: str = "Running", start: datetime = START) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><TrainingCenterDatabase '
        'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
        f'<Activity Sport="{sport}"><Id>{start:%Y-%m-%dT%H:%M:%SZ}</Id>{"".join(laps)}</Activity>'
        "</Activities></TrainingCenterDatabase>"
    ).encode()


_PLACE = "<Position><LatitudeDegrees>47</LatitudeDegrees><LongitudeDegrees>11</LongitudeDegrees></Position>"


def tcx_lap(
    start: datetime, seconds: int, *, at_m: int = 0, places: bool = False, lasts: float | None = None
) -> str:
    points = "".join(
        f"<Trackpoint><Time>{start + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S.000Z}</Time>"
        + (_PLACE if places else "")
        + f"<DistanceMeters>{at_m + 3 * second}</DistanceMeters>"
        f"<HeartRateBpm><Value>150</Value></HeartRateBpm>"
        '<Extensions><ns3:TPX xmlns:ns3="x"><ns3:RunCadence>85</ns3:RunCadence></ns3:TPX></Extensions>'
        "</Trackpoint>"
        for second in range(seconds + 1)
    )
    return (
        f'<Lap StartTime="{start:%Y-%m-%dT%H:%M:%SZ}"><TotalTimeSeconds>{seconds if lasts is None else lasts}'
        f"</TotalTimeSeconds><DistanceMeters>{3 * seconds}</DistanceMeters><Calories>40</Calories>"
        "<AverageHeartRateBpm><Value>150</Value></AverageHeartRateBpm>"
        f"<MaximumHeartRateBpm><Value>151</Value></MaximumHeartRateBpm><Track>{points}</Track></Lap>"
    )


def zipped(files: Mapping[str, bytes], **options: Any) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, **options) as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    return target.getvalue()


def strava_archive(files: Mapping[str, bytes], rows: Sequence[str]) -> bytes:
    """The layout of the archive that Strava makes: a list, the files, and things that are no workouts."""
    names = ("ID", "Date", "Name", "Type", "Description")
    index = ",".join(f"Activity {name}" for name in names) + ",Filename,Distance,Distance\n"
    return zipped(
        {
            "profile.csv": b"Athlete ID,Email Address\n1,me@example.org\n",
            "media/1.jpg": b"\xff\xd8\xff",
            "activities.csv": (index + "".join(row + "\n" for row in rows)).encode(),
            **{f"activities/{name}": content for name, content in files.items()},
        }
    )


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
