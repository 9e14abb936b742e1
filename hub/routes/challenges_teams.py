"""Teams in challenges, invitations to them, and boards on other websites."""

from datetime import datetime
from uuid import UUID

from litestar import Response, delete, get, patch, post, put

from domain.challenges import embeds, invites, queries, teams
from domain.challenges.embeds import EmbeddedBoard
from domain.challenges.model import Challenge
from domain.challenges.teams_model import (
    EmbedLink,
    Invitation,
    Invite,
    InviteDraft,
    InviteToken,
    NewInvite,
    Team,
    TeamDraft,
    TeamEdit,
    TeamMember,
)
from domain.identity.model import Actor
from hub.policy import Permission, needs

_READ = needs(Permission.CHALLENGES_READ)
_WRITE = needs(Permission.CHALLENGES_WRITE)
_CHALLENGE = "/api/challenges/{challenge_id:uuid}"
_TEAM = _CHALLENGE + "/teams/{team_id:uuid}"


@get(_CHALLENGE + "/teams", opt=_READ)
async def list_teams(challenge_id: UUID, me: Actor) -> list[Team]:
    """The teams or clubs of a challenge, by rank."""
    return await teams.list_teams(challenge_id, reader=me.member_id)


@post(_CHALLENGE + "/teams", opt=_WRITE)
async def create_team(challenge_id: UUID, data: TeamDraft, me: Actor, now: datetime) -> Response[Team]:
    """Make a team and be its captain. The same id again answers 200 with what is stored."""
    team, is_new = await teams.create(challenge_id, data, captain_id=me.member_id, now=now)
    return Response(team, status_code=201 if is_new else 200)


@patch(_TEAM, opt=_WRITE)
async def edit_team(challenge_id: UUID, team_id: UUID, data: TeamEdit, me: Actor) -> Team:
    """Rename, open, close or hand over my team."""
    return await teams.edit(challenge_id, team_id, data, by=me.member_id)


@delete(_TEAM, opt=_WRITE)
async def delete_team(challenge_id: UUID, team_id: UUID, me: Actor, now: datetime) -> None:
    """Give my team up, before the challenge begins."""
    await teams.delete(challenge_id, team_id, by=me.member_id, now=now)


@get(_TEAM + "/members", opt=_READ)
async def list_team_members(challenge_id: UUID, team_id: UUID, me: Actor) -> list[TeamMember]:
    """Who is in a team, by score."""
    return await teams.list_members(challenge_id, team_id, reader=me.member_id)


@put(_TEAM + "/membership", opt=_WRITE)
async def enter_team(challenge_id: UUID, team_id: UUID, me: Actor, now: datetime) -> Team:
    """Go into an open team, or the one of my club. From another team, before the challenge begins only."""
    return await teams.enter(challenge_id, team_id, member_id=me.member_id, now=now)


@delete(_TEAM + "/members/{member_id:uuid}", opt=_WRITE)
async def leave_team(challenge_id: UUID, team_id: UUID, member_id: UUID, me: Actor, now: datetime) -> None:
    """Go out of a team, or as its captain take somebody out, before the challenge begins."""
    await teams.take_out(challenge_id, team_id, member_id=member_id, by=me.member_id, now=now)


@get(_CHALLENGE + "/invites", opt=_READ)
async def list_invites(challenge_id: UUID, me: Actor, now: datetime) -> list[Invite]:
    """My invitation links that still work; for the creator, everybody's."""
    return await invites.list_invites(challenge_id, reader=me.member_id, now=now)


@post(_CHALLENGE + "/invites", opt=_WRITE)
async def create_invite(challenge_id: UUID, data: InviteDraft, me: Actor, now: datetime) -> NewInvite:
    """A new invitation link. Its token is shown this once."""
    return await invites.create(challenge_id, data, by=me.member_id, now=now)


@delete(_CHALLENGE + "/invites/{invite_id:uuid}", opt=_WRITE)
async def revoke_invite(challenge_id: UUID, invite_id: UUID, me: Actor) -> None:
    """An invitation link works no more."""
    await invites.revoke(challenge_id, invite_id, by=me.member_id)


@post("/api/challenges/invitation", status_code=200, opt=_READ)
async def look_at_invitation(data: InviteToken, me: Actor, now: datetime) -> Invitation:
    """What an invitation link leads to."""
    return await invites.look(data.token, reader=me.member_id, now=now)


@post("/api/challenges/invitation/accept", status_code=200, opt=_WRITE)
async def accept_invitation(data: InviteToken, me: Actor, now: datetime) -> Challenge:
    """Take part by an invitation link, in the team if it leads into one."""
    challenge_id = await invites.accept(data.token, member_id=me.member_id, now=now)
    return await queries.get_challenge(challenge_id, reader=me.member_id, now=now)


@post(_CHALLENGE + "/embed", status_code=200, opt=_WRITE)
async def create_embed(challenge_id: UUID, me: Actor) -> EmbedLink:
    """The link by which everybody may see my challenge's board; the same until it is revoked."""
    return await embeds.create(challenge_id, by=me.member_id)


@delete(_CHALLENGE + "/embed", opt=_WRITE)
async def revoke_embed(challenge_id: UUID, me: Actor) -> None:
    """The link to the board works no more."""
    await embeds.revoke(challenge_id, by=me.member_id)


@get("/api/embed/boards/{token:str}", opt=needs(Permission.PUBLIC))
async def get_embedded_board(token: str, now: datetime) -> Response[EmbeddedBoard]:
    """The top of a board by its signed link. Who has no public profile stands there without a name."""
    board = await embeds.read(token, now=now)
    return Response(board, headers={"Cache-Control": "public, max-age=10"})


ROUTES = [
    list_teams,
    create_team,
    edit_team,
    delete_team,
    list_team_members,
    enter_team,
    leave_team,
    list_invites,
    create_invite,
    revoke_invite,
    look_at_invitation,
    accept_invitation,
    create_embed,
    revoke_embed,
    get_embedded_board,
]
