"""The newest whole block of a table is found among whole ones, however long the history."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Exchange the indexes."""
    op.drop_index("ix_fact_blocks_owner_kind", "fact_blocks")
    whole = sa.text("base IS NULL")
    op.create_index(
        "ix_fact_blocks_whole",
        "fact_blocks",
        ["owner", "kind", "id"],
        sqlite_where=whole,
        postgresql_where=whole,
    )
