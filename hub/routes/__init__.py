"""Every route there is."""

from hub.routes import (
    boards,
    challenges,
    challenges_fairness,
    challenges_teams,
    clubs,
    demo,
    documents,
    feed,
    follows,
    health,
    identity,
    imports,
    live,
    live_stream,
    members,
    workouts,
)

ROUTES = [
    *health.ROUTES,
    *documents.ROUTES,
    *identity.ROUTES,
    *members.ROUTES,
    *follows.ROUTES,
    *workouts.ROUTES,
    *imports.ROUTES,
    *feed.ROUTES,
    *clubs.ROUTES,
    *challenges.ROUTES,
    *boards.ROUTES,
    *challenges_teams.ROUTES,
    *challenges_fairness.ROUTES,
    *live.ROUTES,
    *live_stream.ROUTES,
    *demo.ROUTES,
]
