"""Presence in Redis: one script a step, so that what a node tells is true at once or not at all."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from redis.exceptions import RedisError

from realtime.bus import Versions
from realtime.redis_client import Client

_SCRIPTS = Path(__file__).parent / "scripts"


class RedisLedger:
    """All keys share a hash tag: a step is atomic on a cluster, too."""

    def __init__(self, client: Client, prefix: str) -> None:
        self._client = client
        self._prefix = f"{prefix}:{{presence}}"
        self._scripts = {
            name: client.register_script((_SCRIPTS / f"{name}.lua").read_text())
            for name in ("enter", "leave", "renew", "reap", "oldest", "read", "distrust")
        }

    async def enter(self, node: str, present: Mapping[str, Sequence[str]], *, at_ms: int) -> Versions:
        return _versions(await self._run("enter", node, msgspec.json.encode(present), at_ms))

    async def leave(self, node: str, absent: Mapping[str, Sequence[str]]) -> Versions:
        return _versions(await self._run("leave", node, msgspec.json.encode(absent)))

    async def renew(self, node: str, lease_s: float) -> bool:
        return bool(await self._run("renew", node, int(lease_s * 1000)))

    async def reap(self) -> Versions:
        return _versions(await self._run("reap"))

    async def oldest(self, channels: Sequence[str], *, beyond: int) -> list[str]:
        fields = await self._run("oldest", beyond, msgspec.json.encode(channels))
        return [field.decode().partition("|")[2] for field in fields]

    async def read(self, channel: str) -> tuple[int, int, dict[str, int]]:
        epoch, version, *fields = await self._run("read", channel)
        rows: dict[str, int] = {}
        for field, since in zip(fields[::2], fields[1::2], strict=True):
            member = field.decode().partition("|")[2]
            rows[member] = min(int(since), rows.get(member, int(since)))
        return int(epoch), int(version), rows

    async def distrust(self, epoch: int) -> None:
        await self._run("distrust", epoch)

    async def _run(self, script: str, *args: Any) -> Any:
        try:
            return await self._scripts[script](keys=[self._prefix], args=args)
        except (RedisError, OSError) as error:
            raise OSError(f"the ledger is away: {error}") from error


def _versions(answer: list[Any]) -> Versions:
    epoch, *pairs = answer
    return {
        channel.decode(): (int(epoch), int(version))
        for channel, version in zip(pairs[::2], pairs[1::2], strict=True)
    }
