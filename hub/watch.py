"""`pulsehub watch CHANNEL`: a live channel on the terminal, one JSON line a frame."""

import sys

import msgspec

from hub.settings import MissingSetting
from realtime.client import LiveClient
from realtime.frames import AnyServerFrame


async def watch(url: str, channel: str, *, token: str) -> None:
    """Print frames of `channel` until interrupted. Raises MissingSetting where the hub does not allow it."""
    socket_url = url.rstrip("/").replace("http", "ws", 1) + "/ws"
    async with LiveClient(socket_url, token=token, on_frame=_print) as live:
        view = live.watch(channel)
        await live.until(lambda: view.ended, timeout_s=10**9)
        raise MissingSetting(f"The hub ended the subscription: {view.ended}.")


def _print(channel: str | None, frame: AnyServerFrame) -> None:
    if channel is not None:
        sys.stdout.write(msgspec.json.encode(frame).decode() + "\n")
        sys.stdout.flush()
