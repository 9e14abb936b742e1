"""Password hashes: argon2id in a few threads, so that nobody who signs in holds up the others."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

T = TypeVar("T")


class Busy(Exception):
    """More people sign in than there is memory to check. It may be tried again in a moment."""


class Passwords:
    """OWASP's first choice for argon2id with less memory: 45 MiB, two passes, one lane.

    At most `threads` hashes at once, and `waiting` more in line; the rest is refused with Busy.
    """

    def __init__(self, *, threads: int = 2, waiting: int = 24) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=45 * 1024, parallelism=1)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._free = threads + waiting
        self._nobody = self._hasher.hash("a password that nobody has")

    async def hash(self, password: str) -> str:
        return await self._in_thread(self._hasher.hash, password)

    async def fits(self, password: str, stored: str | None) -> bool:
        """Whether this is the password. Without a stored hash: no, after the same time."""
        matches = await self._in_thread(self._verify, stored or self._nobody, password)
        return matches and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether it was made with other parameters, and should be made again while the password is here."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerifyMismatchError, InvalidHashError):
            return False

    async def _in_thread(self, work: Callable[..., T], *arguments: str) -> T:
        if self._free <= 0:
            raise Busy
        self._free -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)
        finally:
            self._free += 1
