#!/usr/bin/env python3
"""A folder of JSON logs goes to a hub: new files are logged, changed ones edited, removed ones deleted.

    PULSE_TOKEN=pulse_... python sync_folder.py FOLDER https://hub.example.org

Each file is one workout: {"sport": "run", "started_at": "...", "tz": "...", "duration_s": 1800}. Start it as
often as you like, and stop it at any time: ids are made from names and contents, so nothing happens twice. It
needs Python alone, and a token with the scope `logs:write`.
"""

import json
import os
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

AT_ONCE = 500
STATE = ".pulse-sync"


def main(folder: Path, hub: str, token: str) -> int:
    state = remembered(folder)
    said = {path.name: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    waiting = list(operations(state, said))
    troubles = 0
    for start in range(0, len(waiting), AT_ONCE):
        part = waiting[start : start + AT_ONCE]
        results = send(hub, token, [operation for _, operation in part])
        for (name, operation), result in zip(part, results, strict=True):
            if result["status"] in ("applied", "duplicate"):
                keep(state, name, operation, result["version"])
            else:
                troubles += 1
            print(name, result["status"], result.get("code", ""), result.get("errors", ""))
        (folder / STATE).write_text(json.dumps(state))
    return 1 if troubles else 0


def remembered(folder: Path) -> dict[str, Any]:
    """What was acknowledged so far. `key` makes the ids this folder's own; it is kept before sending."""
    path = folder / STATE
    if not path.exists():
        path.write_text(json.dumps({"key": str(uuid.uuid4()), "files": {}}))
    state: dict[str, Any] = json.loads(path.read_text())
    return state


def operations(state: dict[str, Any], said: dict[str, Any]) -> Any:
    """Pairs of a file's name and what to do."""
    files = state["files"]
    for name in sorted(said.keys() | files.keys()):
        before, now = files.get(name), said.get(name)
        if before is None:
            # A name that is used again after its file was removed is another workout.
            life = state.setdefault("lives", {}).get(name, 0)
            yield name, operation(uuid.uuid5(uuid.UUID(state["key"]), f"{name} {life}"), now)
        elif now is None:
            yield name, operation(uuid.UUID(before["id"]), None)
        elif changed := {
            key: now.get(key)
            for key in now.keys() | before["said"].keys()
            if now.get(key) != before["said"].get(key)
        }:
            yield name, operation(uuid.UUID(before["id"]), changed, base_version=before["version"])


def operation(id: uuid.UUID, fields: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    op_id = uuid.uuid5(id, json.dumps([fields, more], sort_keys=True))
    at = datetime.now(UTC).isoformat()
    same = {"op_id": str(op_id), "entity": "workout", "id": str(id), "client_time": at}
    return same | {"fields": fields} | more


def keep(state: dict[str, Any], name: str, done: dict[str, Any], version: int) -> None:
    files = state["files"]
    if done["fields"] is None:
        del files[name]
        lives = state.setdefault("lives", {})
        lives[name] = lives.get(name, 0) + 1
        return
    said = files.get(name, {"said": {}})["said"] | done["fields"]
    said = {key: value for key, value in said.items() if value is not None}
    files[name] = {"id": done["id"], "version": version, "said": said}


def send(hub: str, token: str, operations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    body = {"operations": operations, "client_sent_at": datetime.now(UTC).isoformat()}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(f"{hub}/api/sync/batch", json.dumps(body).encode(), headers)  # noqa: S310  # ours to name
    while True:
        try:
            with urlopen(request) as answer:  # noqa: S310
                results: list[dict[str, Any]] = json.load(answer)["results"]
                return results
        except HTTPError as error:
            if error.code not in (429, 503):
                raise SystemExit(f"{error.code}: {error.read().decode()}") from error
            time.sleep(int(error.headers.get("Retry-After", 2)))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2].rstrip("/"), os.environ["PULSE_TOKEN"]))
