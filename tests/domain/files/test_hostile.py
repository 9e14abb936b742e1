"""What is broken, or made to break something: a code each, and never anything else."""

import io
import random
import struct
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.files import bundle
from domain.files.model import Entry, Found, Trouble, Unreadable
from tests.domain.files import encoders
from tests.domain.files.encoders import (
    START,
    FitWriter,
    fit_file_id,
    fit_record,
    fit_ride,
    gpx,
    gpx_points,
    tcx,
    tcx_lap,
)
from tests.domain.files.reads import read, trouble
from tests.support.properties import unhurried

POINT = '<trkpt lat="{}" lon="{}"><ele>{}</ele><time>{}</time></trkpt>'
NOON = "2026-06-01T12:00:00Z"
LATER = "2026-06-01T12:10:00Z"


def point(lat: str = "47", lon: str = "11", ele: str = "5", time: str = NOON) -> str:
    return POINT.format(lat, lon, ele, time)


def track(*points: str) -> bytes:
    return gpx(f"<trkseg>{''.join(points)}</trkseg>")


def fit_of(start: datetime, *, kind: int = 4) -> bytes:
    writer = FitWriter()
    fit_file_id(writer, start, kind=kind)
    for second in range(10):
        fit_record(writer, start + timedelta(seconds=second), second)
    return writer.file()


def bad_crc() -> bytes:
    content = bytearray(fit_ride(60))
    content[200] ^= 0x10
    return bytes(content)


STRONG = b"Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps\n"
FILES = {
    "nothing": (b"", Trouble.EMPTY),
    "blanks": (b" \n\t", Trouble.EMPTY),
    "a picture": (b"\xff\xd8\xff\xe0\x00\x10JFIF", Trouble.UNKNOWN_FORMAT),
    "a page": (b"<!DOCTYPE html><html></html>", Trouble.FORBIDDEN_MARKUP),
    "other XML": (b"<svg></svg>", Trouble.UNKNOWN_FORMAT),
    "another table": (b"a,b,c\n1,2,3\n", Trouble.UNKNOWN_FORMAT),
    "half a fit file": (fit_ride(60)[:900], Trouble.TRUNCATED),
    "a fit header": (fit_ride(60)[:12], Trouble.TRUNCATED),
    "a fit file of nothing": (struct.pack("<BBHI4s", 12, 16, 0, 0, b".FIT"), Trouble.TRUNCATED),
    "a wrong checksum": (bad_crc(), Trouble.WRONG_CHECKSUM),
    "a fit course": (fit_of(START, kind=6), Trouble.NO_ACTIVITY),
    "a fit clock at power-up": (fit_of(datetime(1990, 1, 3, tzinfo=UTC)), Trouble.CLOCK_NOT_SET),
    "half a gpx file": (encoders.gpx_run(60)[:-200], Trouble.TRUNCATED),
    "half a tag": (encoders.gpx_run(60)[:-4], Trouble.TRUNCATED),
    "gpx with crossed tags": (b"<gpx><trk></gpx></trk>", Trouble.MALFORMED),
    "gpx without a track": (gpx(), Trouble.NO_ACTIVITY),
    "a strange encoding": (b'<?xml version="1.0" encoding="klingon"?><gpx/>', Trouble.MALFORMED),
    "NaN": (track(point(ele="NaN"), point()), Trouble.BAD_NUMBER),
    "infinity": (track(point(lat="inf"), point()), Trouble.BAD_NUMBER),
    "no number": (track(point(lat="forty"), point()), Trouble.BAD_NUMBER),
    "no latitude": (gpx("<trkseg><trkpt lon='1'/></trkseg>"), Trouble.BAD_NUMBER),
    "off the map": (track(point(lat="90.5"), point()), Trouble.BAD_PLACE),
    "no time": (track(point(time="yesterday")), Trouble.BAD_TIME),
    "the year 10000": (track(point(time="10000-01-01T00:00:00Z")), Trouble.BAD_TIME),
    "1970": (track(point(time="1970-01-01T00:00:05Z"), point()), Trouble.CLOCK_NOT_SET),
    "2200": (track(point(time="2200-01-01T00:00:05Z")), Trouble.IN_THE_FUTURE),
    "two ways to say a time": (track(point(), point(time="2026-06-01T12:00:01")), Trouble.MIXED_TIME_ZONES),
    "backwards": (track(point(time=LATER), *[point()] * 5), Trouble.BACKWARDS),
    "one moment": (track(point()), Trouble.NO_DURATION),
    "a month": (track(point(), point(time="2026-07-01T12:00:00Z")), Trouble.TOO_LONG),
    "a negative lap": (tcx(tcx_lap(START, 60, lasts=-60)), Trouble.NEGATIVE_DURATION),
    "a lap that is NaN": (tcx(tcx_lap(START, 60, lasts=float("nan"))), Trouble.BAD_NUMBER),
    "entities": (
        gpx(head='<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>'),
        Trouble.FORBIDDEN_MARKUP,
    ),
    "other files": (
        gpx(head='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        Trouble.FORBIDDEN_MARKUP,
    ),
    "elsewhere": (gpx(head='<!DOCTYPE a SYSTEM "http://example.org/a.dtd">'), Trouble.FORBIDDEN_MARKUP),
    "deep": (b"<gpx>" + b"<a>" * 100_000, Trouble.MALFORMED),
    "a million names": (
        b"<gpx>" + b"".join(b"<a%d/>" % i for i in range(2_000)) + b"</gpx>",
        Trouble.MALFORMED,
    ),
    "half a gzip": (encoders.gzipped(fit_ride(60))[:-20], Trouble.TRUNCATED),
    "broken gzip": (b"\x1f\x8b\x08\x00" + b"\xff" * 50, Trouble.MALFORMED),
    "gzip in gzip": (encoders.gzipped(encoders.gzipped(b"x")), Trouble.NESTED),
    "a bomb": (encoders.gzipped(b"\0" * 60_000_000), Trouble.EXPANDS_TOO_MUCH),
    "a bomb of many parts": (encoders.gzipped(b"\0" * 900_000) * 300, Trouble.EXPANDS_TOO_MUCH),
    "Hevy backwards": (
        b"title,start_time,end_time,exercise_title,set_index,reps\n"
        b'A,"5 Jan 2026, 18:00","5 Jan 2026, 17:00",Plank,0,5\n',
        Trouble.NEGATIVE_DURATION,
    ),
    "Hevy in two zones": (
        b"title,start_time,end_time,exercise_title,set_index,reps\n"
        b"A,2026-01-05T18:00:00+01:00,2026-01-05T19:00:00,Plank,0,5\n",
        Trouble.MIXED_TIME_ZONES,
    ),
    "Strong with a million repetitions": (
        STRONG + b"2026-01-05 18:00:00,A,1h,Plank,1,0,1000000\n",
        Trouble.BAD_NUMBER,
    ),
    "Strong of less than no time": (
        STRONG + b"2026-01-05 18:00:00,A,-5m,Plank,1,0,5\n",
        Trouble.NEGATIVE_DURATION,
    ),
    "Strong without rows": (b"Date,Workout Name,Exercise Name\n", Trouble.NO_ACTIVITY),
    "a table that is no text": (b"Date,Workout Name,Exercise Name\n\xff\xfe,a,b\n", Trouble.MALFORMED),
    "a cell without an end": (
        b'Date,Workout Name,Exercise Name\n"' + b"x" * 100_000,
        Trouble.MALFORMED,
    ),
}


@pytest.mark.parametrize("what", FILES)
def test_a_bad_file_has_its_code(what: str) -> None:
    content, code = FILES[what]
    assert trouble(content) == code


def test_a_few_samples_out_of_order_are_left_out_and_no_more() -> None:
    good = gpx_points(START, range(100))
    activity = read(gpx(f"<trkseg>{good}{point(time='2026-06-01T06:30:05Z')}</trkseg>"))[0]
    assert getattr(activity, "sample_count", None) == 100


def test_a_file_of_sessions_without_end_is_cut() -> None:
    writer = FitWriter()
    fit_file_id(writer, START)
    for number in range(5_002):
        encoders.fit_session(writer, START + timedelta(seconds=number), 60)
    words = read(writer.file())
    assert len(words) == 5_001
    assert getattr(words[-1], "code", None) == Trouble.TOO_MANY_ACTIVITIES


def test_what_no_device_can_have_added_up_is_not_believed() -> None:
    content = tcx(tcx_lap(START, 60)).replace(b"<Calories>40", b"<Calories>-40")
    content = content.replace(
        b"<DistanceMeters>180</DistanceMeters><Cal", b"<DistanceMeters>9e9</DistanceMeters><Cal"
    )
    (run,) = read(content)
    assert isinstance(run, Found)
    assert (run.distance_m, run.energy_kcal) == (180, None), "our own sum of the samples, and none"
    assert (run.laps[0].distance_m, run.laps[0].energy_kcal) == (None, None)


def test_a_nameless_file_in_a_bundle_is_furniture() -> None:
    content = bytearray(encoders.zipped({"a.gpx": b"x"}))
    directory = content.find(b"PK\x01\x02")
    content[directory + 28] = 0  # the length of its name; what was the name is a comment now
    content[directory + 32] = 5
    with pytest.raises(Unreadable) as refused:
        list(bundle.entries(bytes(content)))
    assert refused.value.code == Trouble.NO_ACTIVITY


def test_too_many_points_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.files.track.POINTS", 50)
    assert trouble(encoders.gpx_run(60)) == Trouble.TOO_MANY_POINTS
    assert trouble(fit_ride(60)) == Trouble.TOO_MANY_POINTS


def test_a_lying_bundle_is_counted_and_not_believed() -> None:
    content = bytearray(encoders.zipped({"a.gpx": b" " * 40_000_000}))
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = content.find(signature)
        content[place + at : place + at + 4] = (1000).to_bytes(4, "little")
    (entry,) = bundle.entries(bytes(content))
    assert entry.trouble is not None
    assert entry.trouble.code in {Trouble.EXPANDS_TOO_MUCH, Trouble.WRONG_CHECKSUM}


def test_a_bundle_of_bombs_stops_when_its_room_is_full() -> None:
    # 900 kB each, all allowed for themselves; together more than 200 times the bundle.
    content = encoders.zipped({f"{number}.gpx": b" " * 900_000 for number in range(60)})
    entries = list(bundle.entries(content))
    assert sum(entry.size_bytes for entry in entries) <= 200 * len(content) + 1_000_000
    assert {entry.trouble.code for entry in entries if entry.trouble} == {Trouble.EXPANDS_TOO_MUCH}


def test_a_locked_bundle_and_strange_compression_say_so() -> None:
    locked = bytearray(encoders.zipped({"a.gpx": b"x"}))
    for signature, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        locked[locked.find(signature) + at] |= 1
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as strange:
        strange.writestr("a.gpx", b"x")
    codes = [
        entry.trouble and entry.trouble.code
        for content in (bytes(locked), target.getvalue())
        for entry in bundle.entries(content)
    ]
    assert codes == [Trouble.ENCRYPTED, Trouble.UNKNOWN_FORMAT]


def test_a_bundle_of_too_many_files_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.files.bundle.ENTRIES", 5)
    with pytest.raises(Unreadable) as refused:
        list(bundle.entries(encoders.zipped({str(number): b"x" for number in range(6)})))
    assert refused.value.code == Trouble.TOO_MANY_ENTRIES


def test_names_of_a_bundle_lead_nowhere_and_its_furniture_is_left_out() -> None:
    entries = list(
        bundle.entries(
            encoders.zipped({"../../etc/cron.d/x": b"x", "__MACOSX/a": b"x", ".DS_Store": b"x", "d/": b""})
        )
    )
    assert [(type(entry), entry.name) for entry in entries] == [(Entry, "../../etc/cron.d/x")]


@settings(unhurried, max_examples=150)
@given(st.sampled_from(["fit", "gpx", "tcx", "csv", "gz", "zip"]), st.integers(0, 2**32))
def test_whatever_happens_to_a_file_it_is_read_or_refused(kind: str, seed: int) -> None:
    rng = random.Random(seed)
    content = bytearray(_WHOLE[kind])
    for _ in range(rng.randint(1, 8)):
        place = rng.randrange(len(content))
        match rng.randrange(4):
            case 0:
                content[place] = rng.randrange(256)
            case 1:
                del content[place : place + rng.randint(1, 40)]
            case 2:
                content[place:place] = rng.randbytes(rng.randint(1, 9))
            case _:
                del content[place:]
        content = content or bytearray(b"x")
    if kind == "fit" and len(content) > 20:
        content[-2:] = encoders.fit_crc(bytes(content[:-2])).to_bytes(2, "little")
    try:
        if kind == "zip":
            list(bundle.entries(bytes(content)))
        else:
            read(bytes(content))
    except Unreadable as refused:
        assert refused.code in Trouble
        assert refused.detail


_WHOLE = {
    "fit": fit_ride(20),
    "gpx": encoders.gpx_run(20),
    "tcx": tcx(tcx_lap(START, 20)),
    "csv": STRONG + b"2026-01-05 18:00:00,A,1h,Plank,1,0,5\n",
    "gz": encoders.gzipped(encoders.gpx_run(20)),
    "zip": encoders.zipped({"a.gpx": encoders.gpx_run(5), "b.fit": fit_ride(5)}),
}


@unhurried
@given(st.binary(max_size=300_000))
def test_what_is_packed_is_kept_to_the_byte(content: bytes) -> None:
    assert bundle.unpack(bundle.pack(content)) == content


@unhurried
@given(st.lists(st.binary(max_size=200_000), min_size=1, max_size=4))
def test_gzip_files_one_after_the_other_are_one_file(parts: list[bytes]) -> None:
    assert bundle.expand(b"".join(encoders.gzipped(part) for part in parts)) == b"".join(parts)
