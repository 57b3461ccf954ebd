"""A new database has its tables at once: there is nothing that Alembic would have to migrate."""

import uuid

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert

from calls.migrations.append_only import guard
from calls.tables import installation, metadata

version = Table(  # as Alembic makes it
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def make(connection: Connection, revision: str) -> None:
    """Make every table as it is declared, which is what all migrations up to a revision make."""
    metadata.create_all(connection)
    guard(connection.dialect.name, connection.exec_driver_sql)
    connection.execute(insert(installation).values(id=uuid.uuid4().hex))
    version.create(connection)
    connection.execute(insert(version).values(version_num=revision))
