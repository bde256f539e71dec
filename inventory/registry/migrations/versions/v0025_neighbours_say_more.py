"""Neighbours: whether the spanning tree blocks the port, what they say they do and are."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the columns; what was stored before does not say."""
    op.add_column("lldp_rows", sa.Column("blocked", sa.Boolean(), nullable=True))
    op.add_column("lldp_rows", sa.Column("capabilities", sa.Text(), nullable=True))
    op.add_column("lldp_rows", sa.Column("description", sa.Text(), nullable=True))
