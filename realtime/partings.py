"""Partings: who went a moment ago is who they were, and may watch what they watched, as if they had stayed.

When a network comes back after a second, everybody does: thousands who would all be asked again who they are
and what they may. Whatever would have ended their connection or a subscription meanwhile is forgotten here as
well.
"""

from collections.abc import Collection
from typing import TypeVar

from msgspec import Struct

from realtime.host import Identity

_REMEMBERED_S = 30.0

Key = TypeVar("Key")


class _Parting(Struct, frozen=True):
    identity: Identity
    channels: frozenset[str]
    at_s: float


class Partings:
    """By what they stand on, the oldest first. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._gone: dict[frozenset[str], _Parting] = {}
        self._by_token: dict[str, _Parting] = {}

    def part(self, identity: Identity, token: str | None, channels: Collection[str], *, now_s: float) -> None:
        """Somebody went without being asked to. `token` is what they had shown, if it was that."""
        self._forget_old(now_s)
        before = self._gone.pop(identity.grants, None)
        watched = frozenset(channels) | before.channels if before else frozenset(channels)
        parting = self._gone[identity.grants] = _Parting(identity, watched, now_s)
        if token is not None:
            self._by_token.pop(token, None)
            self._by_token[token] = parting

    def who(self, token: str, *, now_s: float) -> Identity | None:
        """Whose token this is, where they went a moment ago."""
        self._forget_old(now_s)
        parting = self._by_token.get(token)
        return parting.identity if parting else None

    def might_watch(self, identity: Identity, channel: str) -> bool:
        """Whether they watched it when they went."""
        parting = self._gone.get(identity.grants)
        return parting is not None and channel in parting.channels

    def forget(self, grants: Collection[str] | None = None) -> None:
        """Whoever stands on any of these is asked again; without them, everybody."""
        _drop(self._gone, grants)
        _drop(self._by_token, grants)

    def _forget_old(self, now_s: float) -> None:
        _drop_old(self._gone, now_s)
        _drop_old(self._by_token, now_s)


def _drop(known: dict[Key, _Parting], grants: Collection[str] | None) -> None:
    for key, parting in list(known.items()):
        if grants is None or not parting.identity.grants.isdisjoint(grants):
            del known[key]


def _drop_old(known: dict[Key, _Parting], now_s: float) -> None:
    while known:
        key, parting = next(iter(known.items()))
        if now_s - parting.at_s < _REMEMBERED_S:
            return
        del known[key]
