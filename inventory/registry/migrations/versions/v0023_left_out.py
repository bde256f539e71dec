"""Which addresses of a block were not to be asked."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the column; of blocks stored before it is not known."""
    op.add_column("block_rows", sa.Column("left_out", sa.JSON(), nullable=True))
