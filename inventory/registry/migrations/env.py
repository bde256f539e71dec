"""Entered by Alembic: run the migrations on the connection the engine module holds."""

from alembic import context

from inventory.registry.migrations import VERSION_TABLE
from inventory.registry.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite changes a table by building it anew
)
with context.begin_transaction():
    context.run_migrations()
