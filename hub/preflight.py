"""What must be right before the hub starts: said once, in a sentence, not by each worker in a traceback."""

from domain import database
from domain.vault import Vault
from hub.migrate import MigrationFailed, is_migrated
from hub.settings import Settings


async def check(settings: Settings) -> None:
    """Raises DatabaseAway, MigrationFailed for a database without tables, WrongKey for another's database."""
    await database.open_database(settings.database_url, pool_size=1)
    try:
        if not await is_migrated():
            raise MigrationFailed("The database is empty: `pulsehub migrate` comes first.")
        await Vault(settings.master_key).check()
    finally:
        await database.close_database()
