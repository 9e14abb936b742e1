"""Every route there is."""

from hub.routes import documents, health, identity, members

ROUTES = [*health.ROUTES, *documents.ROUTES, *identity.ROUTES, *members.ROUTES]
