"""Pages of a board over REST are the same whether ranks are there or PostgreSQL answers."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from domain import database
from hub.boards.live import LiveBoards
from hub.boards.reader import Reader
from tests.hub.boards.conftest import CROWD, MakeNode, RankingNode
from tests.support import crowds
from tests.support.apis import Api, Person
from tests.support.crowds import member_id


@pytest.fixture
async def ranked(board: UUID, node: MakeNode, redis_url: str) -> RankingNode:
    one = node("a")
    await one.hold()
    await one.build(board)
    return one


@pytest.mark.parametrize("n", [1, 10, 150, 300])
async def test_pages_are_the_same_with_ranks_and_without(board: UUID, ranked: RankingNode, n: int) -> None:
    with_ranks = LiveBoards(None, node_id="reader")
    with_ranks.ranks, with_ranks.shards = ranked.ranks, ranked.shards
    one, other = Reader(with_ranks), Reader(LiveBoards(None, node_id="reader"))
    await database.execute(
        "INSERT INTO follow SELECT $1, id, 'accepted', now() FROM member WHERE id <> $1 AND random() < 0.3",
        member_id(n),
    )
    for read in ("page", "around", "mine", "friends", "hidden"):
        if read == "hidden":
            await database.execute(
                "UPDATE challenge_member SET hidden = true WHERE challenge_id = $1 AND member_id = $2",
                *(board, member_id(n)),
            )
            await ranked.turn()
        first, second = await _read(one, read, board, n), await _read(other, read, board, n)
        # What was counted a moment ago may still be told.
        first.pop("participants"), second.pop("participants")
        assert first == second, read


async def _read(reader: Reader, what: str, board: UUID, n: int) -> dict[str, Any]:
    match what:
        case "page":
            page: Any = await reader.page(board, offset=100, limit=32)
        case "around" | "hidden":
            page = await reader.around(board, member_id(n))
        case "mine":
            page = await reader.mine(board, member_id(n))
        case _:
            page = await reader.friends(board, member_id(n))
    assert page is not None
    shown: dict[str, Any] = msgspec.to_builtins(page)
    return shown


async def _crowd_and(person: Person) -> UUID:
    """A board of a crowd, which somebody joins over the API."""
    async with database.acquire() as connection:
        await crowds.people(connection, CROWD)
        made = await crowds.board(connection, CROWD)
    assert (await person.put(f"/api/challenges/{made}/membership")).status_code == 200
    return made


async def test_the_pages_over_rest(api: Api) -> None:
    ana = await api.person("ana")
    made = await _crowd_and(ana)
    path = f"/api/challenges/{made}/board"
    page = (await ana.get(path, params={"offset": 10, "limit": 5})).json()
    assert (page["before"], len(page["rows"])) == (10, 5)
    around = (await ana.get(f"{path}/around")).json()
    assert ana.id in {row["member"]["id"] for row in around["rows"]}
    mine = (await ana.get(f"{path}/me")).json()
    assert mine["standing"]["member"]["id"] == ana.id
    assert mine["next_above"]["score"] > mine["standing"]["score"]
    friends = (await ana.get(f"{path}/friends")).json()
    assert [row["member"]["id"] for row in friends["rows"]] == [ana.id]
    progress = (await ana.get(f"{path}/progress")).json()
    assert progress["days"] == []
    assert progress["pace"]["score"] == 0


async def test_who_takes_no_part_has_no_place(api: Api) -> None:
    ana, bob = await api.person("ana"), await api.person("bob")
    made = await _crowd_and(ana)
    for what in ("around", "me", "progress"):
        answer = await bob.get(f"/api/challenges/{made}/board/{what}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_taking_part"), what
