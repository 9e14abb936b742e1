"""How a file in migrations/ becomes a Piccolo migration: plain SQL, because people and PostgreSQL read it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from domain import database


def migration(migration_id: str, statements: str) -> MigrationManager:
    """`statements` run in the transaction of the whole upgrade."""
    manager = MigrationManager(migration_id=migration_id, app_name="pulsehub")

    async def run() -> None:
        await database.execute(statements)

    manager.add_raw(run)
    return manager
