"""Bring the database to the version of this code, all of it or nothing, however many nodes start at once."""

import contextlib
import io
import os

from piccolo.apps.migrations.commands.forwards import run_forwards

from domain import database
from domain.workouts import catalogue

# Any number that no other user of the database takes; the lock ends with the transaction.
_LOCK = "SELECT pg_advisory_xact_lock(7215690241)"


class MigrationFailed(Exception):
    """A migration did not run; the database is as it was."""


async def migrate(url: str) -> None:
    """Run the migrations that have not run, and bring the catalogue up to date, in one transaction.

    Raises MigrationFailed or DatabaseAway.
    """
    os.environ["PICCOLO_CONF"] = "hub.piccolo_conf"
    await database.open_database(url, pool_size=1, command_s=300)
    try:
        async with database.transaction() as tx:
            await tx.connection.execute("SET LOCAL statement_timeout = 0")
            await tx.connection.execute(_LOCK)
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                result = await run_forwards("pulsehub")
            if not result.success:
                raise MigrationFailed(said.getvalue())
            await catalogue.sync()
    finally:
        await database.close_database()


async def is_migrated() -> bool:
    """Whether the open database has been migrated at all."""
    return await database.fetchval("SELECT to_regclass('channel_head') IS NOT NULL") is True
