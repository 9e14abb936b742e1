"""What devices write is read: all of it, and as it was meant."""

import math
from datetime import timedelta

import pytest

from domain.files.model import Channel, Format, Trouble
from domain.workouts.model import Sport
from tests.domain.files import encoders
from tests.domain.files.encoders import (
    START,
    FitWriter,
    fit_file_id,
    fit_record,
    fit_ride,
    fit_session,
    fit_time,
)
from tests.domain.files.reads import columns_of, found, one, trouble


@pytest.mark.parametrize("big_endian", [False, True])
def test_a_fit_file_is_read_to_the_last_field(big_endian: bool) -> None:
    ride = one(fit_ride(900, big_endian=big_endian))

    assert (ride.format, ride.sport, ride.started_at) == (Format.FIT, Sport.RIDE, START)
    assert (ride.duration_s, ride.moving_s, ride.distance_m, ride.energy_kcal) == (900, 900, 7200, 640)
    assert [(lap.start_s, lap.duration_s, lap.distance_m) for lap in ride.laps] == [
        (0, 300, 2400),
        (300, 300, 2400),
        (600, 300, 2400),
    ]
    columns = columns_of(ride)
    assert set(columns) == set(Channel)
    assert len(columns[Channel.TIME]) == ride.sample_count == 901
    assert columns[Channel.LATITUDE][450] == pytest.approx(47 + 0.02 * math.sin(0.5), abs=1e-6)
    assert columns[Channel.ALTITUDE][450] == pytest.approx(600 + 80 * math.sin(1.5), abs=0.15)
    assert columns[Channel.DISTANCE][450] == 3600
    assert columns[Channel.SPEED][0] == 8
    assert columns[Channel.TEMPERATURE][0] == 18


def test_what_a_device_did_not_measure_is_missing_and_not_zero() -> None:
    writer = FitWriter()
    fit_file_id(writer, START)
    for second in range(60):
        at = fit_time(START + timedelta(seconds=second))
        rate = 0xFF if second % 2 else 150
        writer.write(1, 20, [(253, 0x86, at), (3, 0x02, rate), (7, 0x84, 0xFFFF), (5, 0x86, second * 300)])
    fit_session(writer, START, 59)

    columns = columns_of(one(writer.file()))

    assert Channel.POWER not in columns
    assert columns[Channel.HEART_RATE][0] == 150
    assert math.isnan(columns[Channel.HEART_RATE][1])


def test_compressed_times_and_fields_of_makers_are_understood() -> None:
    writer = FitWriter()
    fit_file_id(writer, START)
    at = fit_time(START)
    writer.write(1, 20, [(253, 0x86, at), (3, 0x02, 100)])
    # Local type 2: a heart rate alone, and two bytes that a maker's app added.
    writer.raw(bytes([0x40 | 0x20 | 2, 0, 0, 20, 0, 1, 3, 1, 0x02, 1, 0, 2, 0]))
    for second in range(1, 80):
        writer.raw(bytes([0x80 | 2 << 5 | (at + second) & 0x1F, 100 + second, 0xAB, 0xCD]))

    columns = columns_of(one(writer.file()))

    assert list(columns[Channel.TIME]) == [float(second) for second in range(80)]
    assert list(columns[Channel.HEART_RATE]) == [100.0 + second for second in range(80)]


def test_each_session_of_a_triathlon_is_a_workout() -> None:
    writer = FitWriter()
    fit_file_id(writer, START)
    for second in range(600):
        fit_record(writer, START + timedelta(seconds=second), second)
    fit_session(writer, START, 299, sport=5)
    fit_session(writer, START + timedelta(seconds=300), 299, sport=1)

    swim, run = found(writer.file())

    assert (swim.sport, run.sport) == (Sport.SWIM, Sport.RUN)
    assert (swim.sample_count, run.sample_count) == (300, 300)
    assert run.started_at == START + timedelta(seconds=300)
    assert swim.external_id != run.external_id


@pytest.mark.parametrize(
    ("sport", "sub_sport", "ours"),
    [
        (1, 0, Sport.RUN),
        (1, 1, Sport.RUN),
        (2, 6, Sport.INDOOR_RIDE),
        (2, 58, Sport.INDOOR_RIDE),
        (4, 14, Sport.ROW),
        (10, 20, Sport.STRENGTH),
        (10, 43, Sport.YOGA),
        (99, 0, Sport.OTHER),
        (255, 255, Sport.OTHER),
    ],
)
def test_sports_are_known_and_strange_ones_are_others(sport: int, sub_sport: int, ours: Sport) -> None:
    assert one(fit_ride(30, sport=sport, sub_sport=sub_sport)).sport == ours


def test_a_device_that_ran_out_of_power_leaves_what_it_recorded() -> None:
    writer = FitWriter()
    fit_file_id(writer, START)
    for second in range(120):
        fit_record(writer, START + timedelta(seconds=second), second)

    ride = one(writer.file())

    assert (ride.duration_s, ride.sample_count) == (119, 120)
    assert ride.warnings


def test_an_indoor_file_needs_no_places() -> None:
    for content in (fit_ride(300, places=False), encoders.tcx(encoders.tcx_lap(START, 300))):
        indoors = one(content)
        assert Channel.LATITUDE not in columns_of(indoors)
        assert indoors.distance_m is not None
        assert indoors.distance_m >= 900


def test_two_fit_files_in_one_are_both_read() -> None:
    later = START + timedelta(days=1)
    # Each stands for itself; what is one activity by its sessions stays so.
    both = found(fit_ride(60) + fit_ride(60, start=later, serial=4712))
    assert [ride.started_at for ride in both] == [START, later]


def test_all_tracks_and_segments_of_a_gpx_are_one_outing() -> None:
    points = encoders.gpx_points
    first = f"<trkseg>{points(START, range(0, 60))}</trkseg><trkseg>{points(START, range(120, 180))}</trkseg>"
    second = f"<trkseg>{points(START, range(300, 360))}</trkseg>"

    outing = one(encoders.gpx(first, second))

    assert (outing.sample_count, outing.duration_s) == (180, 359)
    # 59 steps of 3 m in each of three segments: nothing is covered between them.
    assert outing.distance_m == pytest.approx(3 * 59 * 3, abs=1)
    assert outing.moving_s == 3 * 59
    assert (outing.title, outing.sport) == ("Morning", Sport.RUN)


def test_tracks_of_different_days_are_workouts_of_their_own_whatever_their_order() -> None:
    later = START + timedelta(days=2)
    tracks = [f"<trkseg>{encoders.gpx_points(at, range(60))}</trkseg>" for at in (later, START)]

    assert [one.started_at for one in found(encoders.gpx(*tracks))] == [START, later]


def test_hearts_are_found_under_any_prefix_and_times_in_any_zone() -> None:
    said = "%Y-%m-%dT%H:%M:%S.250+02:00"
    points = encoders.gpx_points(START, range(60), extra=encoders.HEART, time=said)

    run = one(encoders.gpx(f"<trkseg>{points}</trkseg>"))

    assert run.heart_rate_avg_bpm == 150
    assert run.started_at == START - timedelta(hours=2) + timedelta(milliseconds=250)


def test_laps_of_a_tcx_are_told_and_added_up() -> None:
    second = START + timedelta(seconds=400)
    run = one(encoders.tcx(encoders.tcx_lap(START, 300), encoders.tcx_lap(second, 200, at_m=900)))

    assert [(lap.start_s, lap.duration_s, lap.heart_rate_avg_bpm) for lap in run.laps] == [
        (0, 300, 150),
        (400, 200, 150),
    ]
    assert (run.duration_s, run.distance_m, run.energy_kcal, run.sport) == (600, 1500, 80, Sport.RUN)
    assert columns_of(run)[Channel.CADENCE][0] == 85


def test_a_file_is_known_by_what_it_is_and_through_gzip() -> None:
    assert one(encoders.gzipped(fit_ride(60))).format is Format.FIT
    assert one(b"\xef\xbb\xbf" + encoders.gpx_run(60)).format is Format.GPX
    assert one(encoders.gpx_run(60).decode().replace("UTF-8", "UTF-16").encode("utf-16")).format is Format.GPX


def test_the_same_activity_has_the_same_identity_and_another_one_another() -> None:
    ride, again = one(fit_ride(60)), one(encoders.gzipped(fit_ride(60)))
    assert ride.external_id == again.external_id
    assert one(fit_ride(60, serial=1)).external_id != ride.external_id
    assert one(encoders.gpx_run(60)).external_id == one(encoders.gpx_run(60, name="Other")).external_id
    assert one(encoders.gpx_run(60)).external_id != one(encoders.gpx_run(61)).external_id


def test_a_route_without_times_is_a_plan() -> None:
    track = "<trkseg>" + '<trkpt lat="47" lon="11"><ele>5</ele></trkpt>' * 50 + "</trkseg>"
    assert trouble(encoders.gpx(track)) == Trouble.NO_TIMES
