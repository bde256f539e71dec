"""Where to go on in a block that was interrupted."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the column."""
    op.add_column("block_rows", sa.Column("position", sa.Text(), nullable=True))
