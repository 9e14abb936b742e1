"""The example in examples/ does what it says, against a running hub."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from uuid_utils.compat import uuid7

from tests.hub.test_sockets import Browser
from tests.hub.test_workouts_api import a_run, without
from tests.support.hubs import ROOT, StartHub


async def synced(folder: Path, hub: str, token: str) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "examples" / "sync_folder.py"),
        str(folder),
        hub,
        env={"PULSE_TOKEN": token},
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    return [" ".join(line.split()[:2]) for line in printed.decode().splitlines()]


def write(folder: Path, name: str, said: dict[str, Any]) -> None:
    (folder / name).write_text(json.dumps(without(said, "id")))


async def test_a_folder_is_kept_in_step(hub_process: StartHub, tmp_path: Path) -> None:
    hub = await hub_process()
    ana = await Browser(hub).register("ana")
    wish = {"id": str(uuid7()), "name": "folder", "scopes": ["logs:write"]}
    token = (await ana.http.post("/api/me/tokens", json=wish)).json()["secret"]
    folder = tmp_path / "logs"
    folder.mkdir()
    run = a_run(title="Run", rpe=5)
    for name, said in {"a.json": run, "b.json": a_run(), "c.json": a_run(duration_s=-1)}.items():
        write(folder, name, said)

    first = await synced(folder, hub.base_url, token)
    again = await synced(folder, hub.base_url, token)
    write(folder, "a.json", without(run, "rpe") | {"title": "Longer run"})
    (folder / "b.json").unlink()
    then = await synced(folder, hub.base_url, token)

    assert first == ["a.json applied", "b.json applied", "c.json rejected"]
    assert again == ["c.json rejected"]
    assert then == ["a.json applied", "b.json applied", "c.json rejected"]
    (left,) = (await ana.http.get("/api/workouts")).json()["items"]
    assert (left["title"], left["rpe"], left["version"]) == ("Longer run", None, 2)
    await ana.http.aclose()
