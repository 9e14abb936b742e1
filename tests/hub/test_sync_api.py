from datetime import UTC, datetime
from typing import Any

from uuid_utils.compat import uuid7

from tests.hub.test_workouts_api import a_run, squats
from tests.support.apis import Api, Person


def op(id: str, fields: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    return {
        "op_id": str(uuid7()),
        "entity": "workout",
        "id": id,
        "fields": fields,
        "client_time": datetime.now(UTC).isoformat(),
        **more,
    }


def create(draft: dict[str, Any]) -> dict[str, Any]:
    return op(draft["id"], draft)


async def send(person: Person, *operations: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    answer = await person.post("/api/sync/batch", {"operations": list(operations), **more})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    assert len(results) == len(operations)
    return results


async def changes(person: Person, cursor: str | None = None, **params: Any) -> dict[str, Any]:
    params |= {"cursor": cursor} if cursor else {}
    answer = await person.get("/api/sync/changes", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_what_one_device_sends_another_reads(api: Api) -> None:
    ann = await api.person("ann")
    run, lift = a_run(), squats()

    first, second = await send(ann, create(run), create(lift))

    assert (first["status"], first["version"], second["status"]) == ("applied", 1, "applied")
    page = await changes(ann)
    assert [(one["id"], one["version"], one["deleted"]) for one in page["items"]] == [
        (run["id"], 1, False),
        (lift["id"], 1, False),
    ]
    assert page["items"][1]["row"] == (await ann.get(f"/api/workouts/{lift['id']}")).json()
    assert page["has_more"] is False
    assert (await changes(ann, page["cursor"]))["items"] == []
