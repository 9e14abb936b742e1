"""What everybody saw, held against what is true. Pure: journals and a truth in, problems out.

A journal is what the server said to one watcher, connection by connection, as it came: nothing was dropped or
repaired on the way. So the checker sees a duplicate that a forgiving client would have hidden.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct, field

from realtime.frames import AnyServerFrame, Diff, Event, Position, Reset, Snapshot, Subscribed


class Problem(Struct, frozen=True):
    """A promise that was not kept. `kind` is one of the words below."""

    kind: str
    """gap, duplicate, reset, refused, unresumed, misfit, unseen, invented, lost, twice, differs, flicker,
    unstored, buried."""
    who: str
    channel: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.who} on {self.channel}: {self.detail}"


class Talk(Struct):
    """One connection: what was asked, and every frame about a channel, in order."""

    node: str
    asked: Mapping[str, Position] = field(default_factory=dict)
    results: Mapping[str, str] = field(default_factory=dict)
    frames: list[tuple[str, AnyServerFrame]] = field(default_factory=list)

    def of(self, channel: str) -> list[AnyServerFrame]:
        return [frame for name, frame in self.frames if name == channel]


class Journal(Struct):
    """All connections of one watcher, in the order in which they began."""

    who: str
    talks: list[Talk] = field(default_factory=list)


class Said(Struct, frozen=True):
    """The server called it said, and gave it this number."""

    channel: str
    mid: str
    seq: int


class Log(Struct):
    """A log channel as PostgreSQL has it: the `mid` of each event by its number, None where it has none."""

    channel: str
    epoch: int
    head: int
    mids: Mapping[int, str | None]


def mid_of(event: Any) -> str | None:
    return event.get("mid") if isinstance(event, dict) else None


# Logs.


def check_log(log: Log, said: Sequence[Said], journals: Sequence[Journal]) -> list[Problem]:
    """Every acknowledged event is in the log once, and everybody saw the log as it is."""
    return [*_kept(log, said), *(problem for journal in journals for problem in _followed(log, journal))]


def _kept(log: Log, said: Sequence[Said]) -> Iterator[Problem]:
    """What was acknowledged is there, under its number; nothing is there twice; no number is missing."""
    times = Counter(mid for mid in log.mids.values() if mid is not None)
    for mid, count in times.items():
        if count > 1:
            yield Problem("twice", "PostgreSQL", log.channel, f"{mid} {count} times")
    for one in said:
        if one.channel == log.channel and log.mids.get(one.seq) != one.mid:
            yield Problem("lost", "PostgreSQL", log.channel, f"{one.mid} was acknowledged as {one.seq}")
    if missing := set(range(1, log.head + 1)) - set(log.mids):
        yield Problem("gap", "PostgreSQL", log.channel, f"no {sorted(missing)[:5]} below {log.head}")


def _followed(log: Log, journal: Journal) -> Iterator[Problem]:
    who, channel = journal.who, log.channel
    talks = [(talk, frames) for talk in journal.talks if (frames := talk.of(channel))]
    seen: dict[int, str | None] = {}
    first: int | None = None
    for talk, frames in talks:
        yield from _began_where_asked(who, channel, talk)
        last: int | None = None
        for frame in frames:
            match frame:
                case Subscribed(seq=seq):
                    last = seq
                    first = seq if first is None else first
                case Reset(reason=reason, seq=seq):
                    # A channel gets its epoch with its first event; nothing was before it.
                    if reason != "began":
                        yield Problem("reset", who, channel, f"{reason} at {seq}, after {last}")
                    last = seq
                case Event(seq=seq, event=event):
                    yield from _follows(who, channel, last, seq)
                    last = seq if last is None else max(last, seq)
                    seen.setdefault(seq, mid_of(event))
                    if seen[seq] != mid_of(event):
                        yield Problem("differs", who, channel, f"{seq} was told in two ways")
    if first is None:
        yield Problem("unseen", who, channel, "never subscribed")
        return
    yield from _saw_all(log, who, first, seen)


def _began_where_asked(who: str, channel: str, talk: Talk) -> Iterator[Problem]:
    """A subscription from a position goes on from there, and nowhere else."""
    asked = talk.asked.get(channel)
    began = next((frame for frame in talk.of(channel) if isinstance(frame, Subscribed)), None)
    if talk.results.get(channel) == "denied":
        yield Problem("refused", who, channel, f"by {talk.node}")
    elif asked is None or began is None or tuple(asked) == (0, 0):
        return
    elif (began.epoch, began.seq) != tuple(asked):
        yield Problem("unresumed", who, channel, f"asked from {asked}, began at {(began.epoch, began.seq)}")


def _follows(who: str, channel: str, last: int | None, seq: int) -> Iterator[Problem]:
    if last is None:
        yield Problem("gap", who, channel, f"{seq} before any subscription")
    elif seq <= last:
        yield Problem("duplicate", who, channel, f"{seq} after {last}")
    elif seq != last + 1:
        yield Problem("gap", who, channel, f"{seq} after {last}")


def _saw_all(log: Log, who: str, first: int, seen: Mapping[int, str | None]) -> Iterator[Problem]:
    due = range(first + 1, log.head + 1)
    if unseen := [seq for seq in due if seq not in seen]:
        yield Problem("unseen", who, log.channel, f"{len(unseen)} of {len(due)}, from {unseen[0]} on")
    for seq, mid in seen.items():
        if seq > log.head or log.mids.get(seq) != mid:
            yield Problem(
                "invented", who, log.channel, f"{seq} is {log.mids.get(seq)!r}, was told as {mid!r}"
            )


# States.


def check_state(channel: str, rows: Mapping[str, Any], journals: Sequence[Journal]) -> list[Problem]:
    """Every diff followed what was there, and everybody ended with the rows of PostgreSQL."""
    problems: list[Problem] = []
    for journal in journals:
        problems += _misfits(channel, journal)
        held = rows_of(channel, journal)
        if held != rows:
            differing = sorted(key for key in {*held, *rows} if held.get(key) != rows.get(key))
            problems.append(Problem("differs", journal.who, channel, f"in {differing[:5]}"))
    return problems


def rows_of(channel: str, journal: Journal) -> dict[str, Any]:
    """What a watcher holds who applied every frame, in the connection that it had last."""
    rows: dict[str, Any] = {}
    for rows in _states(channel, journal):  # noqa: B007  # the last one
        pass
    return rows


def _states(channel: str, journal: Journal) -> Iterator[dict[str, Any]]:
    """The rows after each frame."""
    rows: dict[str, Any] = {}
    for talk in journal.talks:
        for frame in talk.of(channel):
            match frame:
                case Snapshot():
                    rows = dict(frame.rows)
                case Diff():
                    kept = {key: row for key, row in rows.items() if key not in frame.removes}
                    rows = {**kept, **frame.upserts}
            yield rows


def _misfits(channel: str, journal: Journal) -> Iterator[Problem]:
    for talk in journal.talks:
        version: int | None = None
        yield from _refused(channel, journal.who, talk)
        for frame in talk.of(channel):
            match frame:
                case Subscribed(seq=seq) | Snapshot(seq=seq):
                    version = seq
                case Diff(from_seq=before, to_seq=after):
                    if before != version:
                        yield Problem("misfit", journal.who, channel, f"{before}->{after} upon {version}")
                    version = after


def _refused(channel: str, who: str, talk: Talk) -> Iterator[Problem]:
    if talk.results.get(channel) == "denied":
        yield Problem("refused", who, channel, f"by {talk.node}")


# Presence.


def check_steady(channel: str, members: Sequence[str], journals: Sequence[Journal]) -> list[Problem]:
    """Nobody of these, once seen, was ever seen to be away: who only moved has not left."""
    problems: list[Problem] = []
    for journal in journals:
        for before, after in pairwise(_states(channel, journal)):
            if gone := sorted(set(members) & (set(before) - set(after))):
                problems.append(Problem("flicker", journal.who, channel, f"{gone} left"))
    return problems


# Samples.


class Stream(Struct):
    """An athlete's recording: what they made, what was called durable, and what PostgreSQL has."""

    name: str
    made: Sequence[Sequence[Any]]
    durable: int
    stored: Sequence[Sequence[Any]]


def check_stream(stream: Stream) -> list[Problem]:
    """What was called durable is stored; what is stored is what was made, once each and in order."""
    problems = []
    if stream.durable > len(stream.stored):
        detail = f"{stream.durable} were called durable, {len(stream.stored)} are stored"
        problems.append(Problem("unstored", "PostgreSQL", stream.name, detail))
    made = [list(row) for row in stream.made]
    stored = [list(row)[: len(row)] for row in stream.stored]
    if [row[0] for row in stored] != [row[0] for row in made[: len(stored)]]:
        problems.append(Problem("differs", "PostgreSQL", stream.name, "not what was made, or not in order"))
    if len(stored) < len(made):
        detail = f"{len(made) - len(stored)} of {len(made)} are not stored"
        problems.append(Problem("buried", "PostgreSQL", stream.name, detail))
    return problems
