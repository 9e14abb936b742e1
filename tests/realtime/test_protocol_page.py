"""docs/live-protocol.md says what is so: its examples are frames, its tables are complete."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from hub.caretaker import EVENTS_KEPT
from realtime.closing import Close
from realtime.frames import AnyClientFrame, AnyServerFrame, Limits, Time, TimeIs
from realtime.patience import PatientHttp
from realtime.protocol import PulseProtocol
from realtime.settings import Settings
from realtime.wire import JSON, MSGPACK, TEXT, framed
from tests.realtime.raw import masked

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "live-protocol.md").read_text()


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)\n```", PAGE, flags=re.DOTALL)


def tag(frame: type) -> str:
    return str(frame.__struct_config__.tag)


@pytest.mark.parametrize("line", examples("json client")[0].splitlines())
def test_an_example_of_a_client_is_a_frame_and_written_as_we_write_it(line: str):
    frame = JSON.client_frame(line.encode())
    assert msgspec.json.decode(JSON.encode([frame])) == msgspec.json.decode(line)


@pytest.mark.parametrize("line", examples("json server")[0].splitlines())
def test_an_example_of_the_hub_is_a_frame_and_written_as_we_write_it(line: str):
    frame = JSON.server_frame(line.encode())
    assert JSON.encode([frame]).decode() == line


@pytest.mark.parametrize(("union", "which"), [(AnyClientFrame, "client"), (AnyServerFrame, "server")])
def test_every_frame_has_an_example_and_a_row(union: object, which: str):
    shown = {msgspec.json.decode(line)["type"] for line in examples(f"json {which}")[0].splitlines()}
    assert shown == {tag(frame) for frame in get_args(union)}
    for frame in get_args(union):
        assert f"| `{tag(frame)}` |" in PAGE


def test_every_field_is_named():
    for union in (AnyClientFrame, AnyServerFrame):
        for frame in get_args(union):
            rows = [line for line in PAGE.splitlines() if line.startswith(f"| `{tag(frame)}` |")]
            fields = [f"`{field}" for field in frame.__struct_fields__]
            assert any(all(field in row for field in fields) for row in rows), tag(frame)


def test_the_bytes_are_the_bytes():
    frame = Time(t0=1.5)
    assert bytes.fromhex(examples("hex json")[0]) == JSON.encode([frame])
    assert bytes.fromhex(examples("hex msgpack")[0]) == MSGPACK.encode([frame])


def test_the_bytes_on_the_socket_are_the_bytes():
    asked = JSON.encode([Time(t0=1.5)])
    assert bytes.fromhex(examples("hex masked")[0]) == masked(TEXT, asked, mask=bytes([1, 2, 3, 4]))
    answer = JSON.encode([TimeIs(t0=1.5, t1=2.0, t2=2.0)])
    assert bytes.fromhex(examples("hex framed")[0]) == framed(TEXT, answer)
    assert answer.decode() in PAGE


def test_every_close_code_is_explained():
    for code in Close:
        assert f"| {code.value} |" in PAGE


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Settings().connect_s, "within {:.0f} s"),
        (Settings().slow_s, "nothing was read for {:.0f} s"),
        (Settings().slow_bytes // 1024, "more than {} KiB"),
        (Settings().connections_per_member, "more than {} connections"),
        (Settings().streams, "at most {} streams"),
        (Settings().replay_events, "more than {:,} events behind"),
        (Settings().pong_s, "answer a ping within {:.0f} s"),
        (Settings().grace_s, "a member {:.0f} s after"),
        (Limits().message_bytes, "{:,} bytes"),
        (Limits().frames_per_message, "{} frames"),
        (Limits().subscriptions, "{} at once"),
        (Limits().samples_per_ingest, "1-{} rows"),
        (Settings().connect_s, "no `connect` within {:.0f} s"),
        (Settings().publishes, "{} `publish`"),
        (Settings().subscribes, "{} `subscribe`"),
        (Settings().asides, "{} `refresh` and `hint` in 10 s"),
        (Settings().messages_per_sweep, "more than {:,} messages in two seconds"),
        (PulseProtocol.pings_per_s, "more than {} pings in a second"),
        (Settings().connections_per_member, "at most {} connections, on all nodes"),
        (Settings().blind_s, "nor the database for {:.0f} s"),
        (EVENTS_KEPT.days, "kept for {} days"),
        (PatientHttp.head_s, "A handshake has {:.0f} s"),
        (PulseProtocol.message_bytes, "{:,} bytes"),
        (PulseProtocol.fragments, "{} fragments"),
        (PulseProtocol.flood_bytes // 1024, "pings while {} KiB wait"),
        (Limits().ingest_per_s, "more than {} `ingest` a second"),
    ],
)
def test_the_numbers_are_the_settings(number: float, words: str):
    assert words.format(number) in " ".join(PAGE.split())
