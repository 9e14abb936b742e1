"""A real hub, a real curl, and a hub that is killed in the middle of an archive."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from uuid_utils.compat import uuid7

from tests.domain.files import encoders
from tests.support.apis import PASSWORD
from tests.support.hubs import HubProcess, StartHub

YESTERDAY = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=20)
SCOPES = ["logs:read", "logs:write"]


async def token_for(hub: HubProcess, handle: str) -> str:
    wish = {
        "id": str(uuid7()),
        "email": f"{handle}@example.org",
        "password": PASSWORD,
        "handle": handle,
        "name": handle,
    }
    async with httpx.AsyncClient(base_url=hub.base_url, trust_env=False) as client:
        session = (await client.post("/api/accounts", json=wish)).raise_for_status().json()
        client.headers["X-CSRF-Token"] = session["csrf_token"]
        draft = {"id": str(uuid7()), "name": "curl", "scopes": SCOPES}
        secret: str = (await client.post("/api/me/tokens", json=draft)).raise_for_status().json()["secret"]
        return secret


async def curl(hub: HubProcess, token: str, *words: str) -> Any:
    """What curl prints for a path under the hub; the path is the last word."""
    command = ("curl", "-sS", "-H", f"Authorization: Bearer {token}", *words[:-1], hub.base_url + words[-1])
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(output)


async def test_curl_sends_a_file_in_either_way(hub_process: StartHub, tmp_path: Path) -> None:
    hub = await hub_process()
    token = await token_for(hub, "ann")
    ride, run = tmp_path / "ride.fit", tmp_path / "run.gpx"
    ride.write_bytes(encoders.fit_ride(start=YESTERDAY))
    run.write_bytes(encoders.gpx_run(start=YESTERDAY))

    first = await curl(hub, token, "-F", f"file=@{ride}", "/api/imports")
    second = await curl(hub, token, "--data-binary", f"@{run}", "/api/imports?filename=run.gpx")

    assert [(one["name"], one["state"], one["workouts"]) for one in (first, second)] == [
        ("ride.fit", "done", 1),
        ("run.gpx", "done", 1),
    ]


async def test_a_hub_that_is_killed_goes_on_after_its_return(
    hub_process: StartHub, database_url: str, tmp_path: Path
) -> None:
    hub = await hub_process(workers=2)
    token = await token_for(hub, "ann")
    days = range(25)
    archive = tmp_path / "all.zip"
    archive.write_bytes(
        encoders.zipped(
            {f"{day}.gpx": encoders.gpx_run(60, start=YESTERDAY - timedelta(days=day)) for day in days}
        )
    )
    sending = asyncio.ensure_future(curl(hub, token, "-F", f"file=@{archive}", "/api/imports"))
    database = await asyncpg.connect(database_url)
    try:
        done = 0
        async with asyncio.timeout(30):
            while done < 3:
                await asyncio.sleep(0.01)
                done = await database.fetchval("SELECT count(*) FROM import_item")
        hub.kill()
        await asyncio.gather(sending, return_exceptions=True)
        done = await database.fetchval("SELECT count(*) FROM import_item")
        assert 3 <= done < len(days), "it was killed in the middle"
        # What the dead node had claimed is claimed for half a minute more: here it has passed.
        await database.execute("UPDATE file_import SET claimed_until = now()")

        hub = await hub_process(workers=2)
        report = (await curl(hub, token, "/api/imports"))["items"][0]
        async with asyncio.timeout(60):
            while report["state"] != "done":
                await asyncio.sleep(0.1)
                report = await curl(hub, token, f"/api/imports/{report['id']}")

        assert (report["workouts"], report["duplicates"], report["refused"]) == (len(days), 0, 0)
        assert await database.fetchval("SELECT count(*) FROM workout") == len(days)
    finally:
        await database.close()
