"""Neighbours that announce themselves as access point or telephone: they carry stations, not switches."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; what was stored before does not say."""
    op.add_column("lldp_rows", sa.Column("carries_stations", sa.Boolean(), nullable=True))
