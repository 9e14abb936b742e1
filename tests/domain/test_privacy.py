"""Every column says what it is."""

import importlib
import pkgutil
from collections.abc import Iterator

from piccolo.table import Table

import domain
from domain import database
from domain.privacy import Privacy
from tests.support.domains import Domain

_NOT_OURS = {"migration"}

_COLUMNS = """
SELECT table_name, column_name
FROM information_schema.columns
WHERE table_schema IN ('public', 'keyring')
"""


def tables() -> Iterator[type[Table]]:
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        if module.name.endswith("tables"):
            yield from (
                one
                for one in vars(importlib.import_module(module.name)).values()
                if isinstance(one, type) and issubclass(one, Table) and one is not Table
            )


def test_every_column_carries_its_privacy_entry() -> None:
    missing = [
        f"{table._meta.tablename}.{column._meta.name}"
        for table in tables()
        for column in table._meta.columns
        if not isinstance(column._meta.help_text, Privacy)
    ]
    assert not missing, "give these columns a help_text from domain/privacy.py"


async def test_the_tables_in_code_are_the_tables_in_the_database(db: Domain) -> None:
    stored = {
        (row["table_name"], row["column_name"])
        for row in await database.fetch(_COLUMNS)
        if row["table_name"] not in _NOT_OURS
    }
    described = {
        (table._meta.tablename, column._meta.name) for table in tables() for column in table._meta.columns
    }
    assert stored == described
