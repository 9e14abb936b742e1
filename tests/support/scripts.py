"""People who use a running hub over HTTP, as scripts do: with a personal access token."""

from typing import Any, Self

import httpx
from uuid_utils.compat import uuid7

from domain.members.model import Scope

PASSWORD = "correct horse battery"


class Script:
    """A member of a running hub. Every call must succeed; what it answers is returned."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx.AsyncClient(base_url=base_url, trust_env=False, timeout=20)
        self.id = ""
        self.handle = ""
        self.token = ""

    @classmethod
    async def join(cls, base_url: str, handle: str) -> Self:
        """A new account, with a token for everything that a token may do."""
        script = cls(base_url)
        wish = {
            "id": str(uuid7()),
            "email": f"{handle}@example.org",
            "password": PASSWORD,
            "handle": handle,
            "name": handle.capitalize(),
        }
        session = await script.post("/api/accounts", wish)
        script.http.headers["X-CSRF-Token"] = session["csrf_token"]
        script.id, script.handle = session["me"]["id"], handle
        draft = {"id": str(uuid7()), "name": "test", "scopes": [scope.value for scope in Scope]}
        script.token = (await script.post("/api/me/tokens", draft))["secret"]
        return script

    async def be_public(self) -> None:
        await self.put(
            "/api/me/preferences", {"profile_visibility": "public", "workout_visibility": "public"}
        )

    async def post_note(self, text: str) -> Any:
        return await self.post("/api/posts", {"id": str(uuid7()), "text": text, "visibility": "public"})

    async def get(self, path: str) -> Any:
        return await self.call("GET", path)

    async def post(self, path: str, body: Any = None) -> Any:
        return await self.call("POST", path, body)

    async def put(self, path: str, body: Any = None) -> Any:
        return await self.call("PUT", path, body)

    async def delete(self, path: str) -> Any:
        return await self.call("DELETE", path)

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.http.request(method, path, **({"json": body} if body is not None else {}))
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def close(self) -> None:
        await self.http.aclose()
