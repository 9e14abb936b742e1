"""Fill a hub with the demo community: once, in one transaction, so it is all there or not at all."""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from domain import database
from domain.challenges import actions as challenges
from domain.challenges.model import ChallengeDraft
from domain.database import Transaction
from domain.identity.actions import add_member
from domain.identity.passwords import Passwords
from domain.members import cards
from domain.members.model import Registration, Role
from domain.vault import Vault
from domain.workouts import catalogue
from domain.workouts.model import Workout
from hub import clock
from hub.demo import history
from hub.demo.dice import dice, id_at
from hub.demo.people import PEOPLE, VISITOR, Person
from hub.demo.places import CHALLENGES, CLUBS, Contest
from hub.demo.portraits import portrait
from hub.settings import Settings

log = structlog.get_logger()

COACH = "liam_o"

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7215690245)"
_IS_THERE = "SELECT EXISTS (SELECT FROM member WHERE handle = $1)"
_INTRODUCE = """
UPDATE member
SET bio = $2, tz = $3, profile_visibility = 'public', workout_visibility = 'public'
WHERE id = $1
"""
_PICTURE = "INSERT INTO avatar (member_id, image) VALUES ($1, $2)"
_SHOW_PICTURE = "UPDATE member SET avatar_version = 1 WHERE id = $1"

Members = dict[str, UUID]


async def run(settings: Settings) -> None:
    """The command `pulsehub demo`."""
    await database.open_database(settings.database_url, pool_size=2, command_s=60)
    passwords = Passwords()
    try:
        vault = Vault(settings.master_key)
        await vault.check()
        # Nobody signs in with it: it is made up here and forgotten.
        password_hash = await passwords.hash(secrets.token_urlsafe(24))
        if await seed(now=clock.now(), vault=vault, password_hash=password_hash):
            log.info("the demo community has moved in", members=len(PEOPLE))
    finally:
        passwords.close()
        await database.close_database()


async def seed(*, now: datetime, vault: Vault, password_hash: str) -> bool:
    """Members, follows, history, clubs and challenges; False if they are there already."""
    await catalogue.sync()
    async with database.transaction() as tx:
        await tx.connection.execute("SET LOCAL statement_timeout = '60s'")
        await tx.connection.execute(_ONE_AT_A_TIME)
        if await tx.connection.fetchval(_IS_THERE, VISITOR.handle):
            return False
        members = await _members(tx, now=now, vault=vault, password_hash=password_hash)
        followers = await _follows(tx, members, now=now)
        posts = await _past(tx, members, now=now)
        everybody = [members[person.handle] for person in PEOPLE]
        posts += await history.write_notes(tx, everybody, now=now)
        await history.write_reactions(tx, posts, members=everybody, followers=followers, now=now)
        await _clubs(tx, members, now=now)
        for contest in CHALLENGES:
            await hold(tx, contest, members, now=now)
    return True


async def _members(tx: Transaction, *, now: datetime, vault: Vault, password_hash: str) -> Members:
    rng = dice("members")
    members: Members = {}
    for person in (*PEOPLE, VISITOR):
        joined_at = now - timedelta(days=history.DAYS + 5, minutes=rng.randint(0, 200_000))
        wish = Registration(
            id=id_at(joined_at, rng),
            email=f"{person.handle}@demo.invalid",
            password=password_hash,
            handle=person.handle,
            name=person.name,
        )
        role = Role.COACH if person.handle == COACH else Role.MEMBER
        await add_member(tx, wish, role=role, password_hash=password_hash, vault=vault, now=joined_at)
        await tx.connection.execute(_INTRODUCE, wish.id, person.bio, person.tz)
        members[person.handle] = wish.id
        # Some never get round to choosing a picture.
        if person is not VISITOR and rng.random() < 0.75:
            await tx.connection.execute(_PICTURE, wish.id, portrait(person.handle))
            await tx.connection.execute(_SHOW_PICTURE, wish.id)
    return members


async def _follows(tx: Transaction, members: Members, *, now: datetime) -> dict[UUID, list[UUID]]:
    """Who follows whom; the followers of each. People of a kind follow each other more."""
    rng = dice("follows")
    rows: list[tuple[UUID, UUID, str, datetime]] = []
    followers: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for person in (*PEOPLE, VISITOR):
        others = [one for one in PEOPLE if one is not person]
        weight = {one.handle: rng.random() + (one.style is person.style) for one in others}
        nearest = sorted(weight, key=lambda handle: -weight[handle])
        count = 30 if person is VISITOR else rng.randint(8, 22)
        for handle in nearest[:count]:
            at = now - timedelta(minutes=rng.randint(60, history.DAYS * 24 * 60))
            rows.append((members[person.handle], members[handle], "accepted", at))
            followers[members[handle]].append(members[person.handle])
    fans = [members[person.handle] for person in rng.sample(PEOPLE, 12)]
    rows += [(fan, members[VISITOR.handle], "accepted", now - timedelta(days=2)) for fan in fans]
    await history.insert(tx, "follow", ("follower_id", "followee_id", "state", "created_at"), rows)
    return followers


async def _past(tx: Transaction, members: Members, *, now: datetime) -> list[history.Past]:
    log: list[Workout] = []
    for person in (*PEOPLE, VISITOR):
        card = cards.make(members[person.handle], person.handle, person.name, 0)
        log += history.workouts_of(person, card, now=now)
    return await history.write_workouts(tx, log)


async def _clubs(tx: Transaction, members: Members, *, now: datetime) -> None:
    rng = dice("clubs")
    clubs, rows = [], []
    for club in CLUBS:
        founded_at = now - timedelta(days=history.DAYS, minutes=rng.randint(0, 10_000))
        club_id = id_at(founded_at, rng)
        founder = members[club.founder]
        clubs.append((club_id, club.slug, club.name, club.description, founder, founded_at))
        rows.append((club_id, founder, "organiser", founded_at))
        fitting = [one for one in PEOPLE if one.style in club.styles and one.handle != club.founder]
        chosen = [*fitting, *rng.sample([one for one in PEOPLE if one.style not in club.styles], 6)]
        for person in (*(one for one in chosen if one.handle != club.founder), VISITOR):
            joined_at = founded_at + timedelta(minutes=rng.randint(60, 80 * 24 * 60))
            rows.append((club_id, members[person.handle], "member", joined_at))
    columns = ("id", "slug", "name", "description", "creator_id", "created_at")
    await history.insert(tx, "club", columns, clubs)
    await history.insert(tx, "club_member", ("club_id", "member_id", "role", "joined_at"), rows)


async def hold(tx: Transaction, contest: Contest, members: Members, *, now: datetime) -> UUID:
    """Hold a challenge: made and joined when it was announced, scored by what its members have logged."""
    announced_at = min(now, now + timedelta(days=contest.starts_in_days - 1))
    rng = dice(f"challenge {contest.title} {now.date()}")
    draft = ChallengeDraft(
        id=id_at(announced_at, rng),
        title=contest.title,
        description=contest.description,
        metric=contest.metric,
        sports=list(contest.sports),
        starts_on=(now + timedelta(days=contest.starts_in_days)).date(),
        ends_on=(now + timedelta(days=contest.ends_in_days)).date(),
        tz="UTC",
        goal=contest.goal,
        kind=contest.kind,
        terms=contest.terms,
    )
    await challenges.create_in(tx, draft, creator_id=members[contest.creator], now=announced_at)
    entrants = _entrants(contest, rng.sample(PEOPLE, len(PEOPLE)))
    # What has not begun is left for the visitor to join.
    everybody = (*entrants, VISITOR) if contest.starts_in_days <= 0 else entrants
    for person in (one for one in everybody if one.handle in members):
        await challenges.join_in(tx, draft.id, member_id=members[person.handle], now=announced_at)
    return draft.id


def _entrants(contest: Contest, shuffled: Sequence[Person]) -> Sequence[Person]:
    fitting = [one for one in shuffled if one.style in contest.styles]
    others = [one for one in shuffled if one.style not in contest.styles]
    return [*fitting, *others[: max(0, 36 - len(fitting))]]
