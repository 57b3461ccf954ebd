"""Alembic's entry: it uses the connection, and so the transaction, that it is handed."""

from alembic import context

from calls.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
