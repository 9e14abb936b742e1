"""`pulsehub token`: a personal access token, made by who runs the hub."""

from collections.abc import Sequence

from uuid_utils.compat import uuid7

from domain import database
from domain.identity import actions
from domain.members import queries
from domain.members.model import Scope, TokenDraft
from hub import clock
from hub.settings import MissingSetting, Settings


async def make(settings: Settings, handle: str, name: str, scopes: Sequence[str]) -> str:
    """The secret of a new token. Raises MissingSetting for a name or scope that does not exist."""
    known = {scope.value for scope in Scope}
    if unknown := set(scopes) - known:
        there_are = ", ".join(sorted(known))
        raise MissingSetting(f"No such scope: {', '.join(sorted(unknown))}. There are {there_are}.")
    await database.open_database(settings.database_url, pool_size=1)
    try:
        member_id = await queries.find_id(handle)
        if member_id is None:
            raise MissingSetting(f"There is no member {handle}.")
        draft = TokenDraft(id=uuid7(), name=name, scopes=[Scope(scope) for scope in scopes])
        return (await actions.make_token(draft, member_id=member_id, now=clock.now())).secret
    finally:
        await database.close_database()
