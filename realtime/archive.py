"""Archives: what a log said before its ring begins, read from the host a page at a time.

Pages are aligned, so that all who come back from about the same time need the same ones: each is read once,
whoever asks first, and the newest few are kept.
"""

import asyncio

from realtime.host import Host, LogPage
from realtime.settings import Settings

_PAGES = 4


class Archive:
    """The pages of one log channel. Nobody has all of a long history in memory at once."""

    def __init__(self, name: str, *, host: Host, settings: Settings) -> None:
        self._name = name
        self._host = host
        self._size = settings.page_events
        self._pages: dict[int, LogPage] = {}
        self._reading = asyncio.Lock()

    async def page(self, epoch: int, after: int) -> LogPage:
        """Some events that follow `after`, the next one first, if the host still has them in this epoch.

        One reading at a time: who asks meanwhile finds the page here. Raises what the host raises.
        """
        number = after // self._size
        async with self._reading:
            page = self._pages.get(number)
            if page is None or page.epoch != epoch or not page.events or page.events[-1][0] <= after:
                page = await self._host.read_log(self._name, after=number * self._size, limit=self._size)
                self._keep(number, page)
        return LogPage(
            epoch=page.epoch,
            head=page.head,
            oldest_seq=page.oldest_seq,
            events=[event for event in page.events if event[0] > after],
        )

    def forget(self) -> None:
        """Let go of what is kept; whoever asks next reads it again."""
        self._pages.clear()

    def _keep(self, number: int, page: LogPage) -> None:
        self._pages.pop(number, None)
        self._pages[number] = page
        if len(self._pages) > _PAGES:
            del self._pages[next(iter(self._pages))]
