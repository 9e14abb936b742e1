"""Ranks in Redis: a sorted set a board, kept by scripts that are one atomic step each.

All keys of a board share its hash tag, so a step is atomic on a cluster, too. Nothing here is the truth: keys
expire when nobody uses them, and are built again from PostgreSQL. A step of somebody whose fence is older
than the last one is refused, and what was ranked under a fence before `valid_from` counts as absent.
"""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from msgspec import Struct
from redis.asyncio import RedisCluster
from redis.exceptions import NoScriptError, RedisError

from domain.challenges.boards import Score
from hub.boards import places
from hub.boards.places import Spot
from realtime.redis_client import client

KEPT_S = 3_600
"""How long a board that nobody uses stays in Redis."""
TOP = 100
AWAY = (RedisError, OSError)
"""What any step may raise: Redis is away."""

_META, _RANK, _AT, _BUILT_RANK, _BUILT_AT, _GONE, _TOP = range(7)
_NAMES = ("meta", "rank", "at", "rank:built", "at:built", "gone", "top")


class _Script(Struct, frozen=True):
    text: str
    sha: str
    keys: tuple[int, ...]


def _script(name: str, *keys: int) -> _Script:
    text = (Path(__file__).parent / "scripts" / f"{name}.lua").read_text()
    return _Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(), keys)


_APPLY = _script("apply", _META, _RANK, _AT, _BUILT_RANK, _BUILT_AT, _GONE)
_BEGIN = _script("begin", _META, _BUILT_RANK, _BUILT_AT, _GONE)
_LOAD = _script("load", _META, _BUILT_RANK, _BUILT_AT, _GONE)
_FINISH = _script("finish", _META, _RANK, _AT, _BUILT_RANK, _BUILT_AT, _GONE, _TOP)
_PUBLISH = _script("publish", _META, _TOP)
_VIEW = _script("view", _META, _TOP)
_WINDOW = _script("window", _META, _RANK, _AT)
_HEADERS = _script("headers", _META, _RANK)
_FIND = _script("find", _META, _RANK, _AT)
_DROP = _script("drop", _META, _RANK, _AT, _BUILT_RANK, _BUILT_AT, _GONE, _TOP)

_Call = tuple[_Script, UUID, tuple[Any, ...]]


class Moves(Struct, frozen=True):
    """What is to be done to one board; None takes a member off."""

    challenge_id: UUID
    scores: dict[UUID, Score | None]


class Applied(Struct, frozen=True):
    """What became of it. `old` has `(minus, reached)` of each move before it; None was not there."""

    status: str
    """`ok`; `absent`: not in Redis; `building`: not readable yet; `stale`: somebody else ranks this board."""
    epoch: int = 0
    seq: int = 0
    count: int = 0
    old: Sequence[tuple[int, int] | None] = ()
    top: Sequence[Spot] = ()


class Window(Struct, frozen=True):
    """Consecutive places: `before` stand before the first, `better` of them have more than it."""

    count: int
    before: int
    better: int
    spots: list[Spot]


class NotRanked(Exception):
    """Redis does not have this board."""


class Ranks:
    """The boards of one hub in Redis."""

    def __init__(self, url: str, *, prefix: str = "pulse") -> None:
        self._client: Any = client(url, connections=8)
        self._is_cluster = isinstance(self._client, RedisCluster)
        self._prefix = prefix

    async def close(self) -> None:
        await self._client.aclose()

    async def beat(self, who: str, number: int) -> int:
        """Leave a number, and get the one from before: if that is another one, writes were lost."""
        key = f"{self._prefix}:{{boards}}:beat:{who}"
        return int(await self._client.set(key, number, ex=KEPT_S, get=True) or 0)

    # Steps of who holds the shard.

    async def apply(self, boards: Sequence[Moves], *, fences: Sequence[tuple[int, int]]) -> list[Applied]:
        """Each with its `(fence, valid_from)`."""
        epoch = time.time_ns() // 1_000_000
        answers = await self._run_all(
            [
                (_APPLY, one.challenge_id, (*fence, KEPT_S, TOP, places.packed_moves(one.scores), epoch))
                for one, fence in zip(boards, fences, strict=True)
            ]
        )
        return [_applied(answer) for answer in answers]

    async def begin(self, challenge_id: UUID, *, fence: int, token: str) -> bool:
        return bool(await self._run(_BEGIN, challenge_id, fence, token, KEPT_S) == b"ok")

    async def load(self, challenge_id: UUID, scores: Sequence[Score], *, token: str) -> bool:
        packed = places.packed_moves({score.member_id: score for score in scores})
        return bool(await self._run(_LOAD, challenge_id, token, KEPT_S, packed) == b"ok")

    async def finish(self, challenge_id: UUID, *, token: str, epoch: int) -> bool:
        return bool(await self._run(_FINISH, challenge_id, token, epoch, KEPT_S) == b"ok")

    async def publish(self, versions: Sequence[tuple[UUID, int, int, int, bytes]]) -> list[bool]:
        """Give each `(challenge, fence, epoch, seq, top)` its next version; False where somebody else did."""
        answers = await self._run_all(
            [
                (_PUBLISH, challenge_id, (fence, epoch, seq, top, KEPT_S))
                for challenge_id, fence, epoch, seq, top in versions
            ]
        )
        return [answer == b"ok" for answer in answers]

    async def drop(self, challenge_id: UUID, *, fence: int) -> None:
        await self._run(_DROP, challenge_id, fence)

    # What anybody may read. Raises NotRanked.

    async def views(self, boards: Sequence[tuple[UUID, int]]) -> list[tuple[int, int, bytes] | None]:
        """`(epoch, seq, top)` of each `(challenge, valid_from)`; None where there is none."""
        answers = await self._run_all([(_VIEW, one, (valid_from,)) for one, valid_from in boards])
        return [(int(answer[0]), int(answer[1]), answer[2]) if answer else None for answer in answers]

    async def around(
        self, challenge_id: UUID, member_id: UUID, *, above: int, size: int, valid_from: int
    ) -> Window | None:
        """The places around a member; None for who is not listed."""
        answer = await self._run(_WINDOW, challenge_id, valid_from, member_id.bytes, above, size, "")
        return None if answer[0] == b"nobody" else _window(answer)

    async def around_score(
        self, challenge_id: UUID, minus: int, *, above: int, size: int, valid_from: int
    ) -> Window:
        """The places around a score that is not listed."""
        return _window(await self._run(_WINDOW, challenge_id, valid_from, "", above, size, str(minus)))

    async def slice(self, challenge_id: UUID, *, offset: int, size: int, valid_from: int) -> Window:
        return _window(await self._run(_WINDOW, challenge_id, valid_from, "", offset, size, ""))

    async def windows(
        self, challenge_id: UUID, members: Sequence[UUID], *, above: int, size: int, valid_from: int
    ) -> list[Window | None]:
        """`around` for many, in one pipeline."""
        answers = await self._run_all(
            [(_WINDOW, challenge_id, (valid_from, one.bytes, above, size, "")) for one in members]
        )
        return [None if answer[0] == b"nobody" else _window(answer) for answer in answers]

    async def headers(
        self, challenge_id: UUID, spots: Sequence[Spot], *, valid_from: int
    ) -> tuple[int, list[tuple[int, int]]]:
        """How many are listed, and for each spot `(before, better)`; NOWHERE twice where it is gone."""
        found: list[tuple[int, int]] = []
        count = 0
        answers = await self._run_all(
            [
                (_HEADERS, challenge_id, (valid_from, places.packed_spots(list(spots[at : at + 256]))))
                for at in range(0, len(spots), 256)
            ]
        )
        for status, *answer in answers:
            if status != b"ok":
                raise NotRanked
            count = answer[0]
            found.extend(places.unpacked_headers(answer[1]))
        return count, found

    async def find(self, challenge_id: UUID, members: Sequence[UUID], *, valid_from: int) -> list[Spot]:
        """Of these members those who are listed, and where."""
        packed = b"".join(one.bytes for one in members)
        return places.unpacked_rows((await self._find(challenge_id, packed, valid_from))[1])

    async def best_of(
        self, challenge_id: UUID, members: bytes, *, limit: int, valid_from: int
    ) -> tuple[int, list[Spot]]:
        """How many are listed, and of these members, sixteen bytes each, the first in their order."""
        count, rows = await self._find(challenge_id, members, valid_from)
        return count, places.first_of(rows, limit)

    async def _find(self, challenge_id: UUID, members: bytes, valid_from: int) -> tuple[int, bytes]:
        status, *answer = await self._run(_FIND, challenge_id, valid_from, members)
        if status != b"ok":
            raise NotRanked
        return answer[0], answer[1]

    # How scripts run.

    def _keys(self, script: _Script, challenge_id: UUID) -> list[str]:
        return [f"{self._prefix}:{{board:{challenge_id}}}:{_NAMES[key]}" for key in script.keys]

    async def _run(self, script: _Script, challenge_id: UUID, *args: Any) -> Any:
        keys = self._keys(script, challenge_id)
        try:
            return await self._client.evalsha(script.sha, len(keys), *keys, *args)
        except NoScriptError:
            return await self._client.eval(script.text, len(keys), *keys, *args)

    async def _run_all(self, calls: Sequence[_Call]) -> list[Any]:
        """One pipeline; a cluster has none for scripts, so there they go one by one."""
        if self._is_cluster or len(calls) == 1:
            return [await self._run(script, one, *args) for script, one, args in calls]
        if not calls:
            return []
        async with self._client.pipeline(transaction=False) as pipe:
            for script, one, args in calls:
                keys = self._keys(script, one)
                pipe.evalsha(script.sha, len(keys), *keys, *args)
            answers = await pipe.execute(raise_on_error=False)
        return [
            await self._again(call, answer) if isinstance(answer, Exception) else answer
            for call, answer in zip(calls, answers, strict=True)
        ]

    async def _again(self, call: _Call, error: Exception) -> Any:
        if not isinstance(error, NoScriptError):
            raise error
        script, one, args = call
        return await self._run(script, one, *args)


def _applied(answer: list[Any]) -> Applied:
    status = answer[0].decode()
    if status != "ok":
        return Applied(status)
    epoch, seq, count, old, top = answer[1:]
    return Applied(
        status,
        int(epoch),
        int(seq),
        count,
        list(places.unpacked_old(old)),
        places.unpacked_rows(top),
    )


def _window(answer: list[Any]) -> Window:
    if answer[0] != b"ok":
        raise NotRanked
    return Window(answer[1], answer[2], answer[3], places.unpacked_rows(answer[4]))
