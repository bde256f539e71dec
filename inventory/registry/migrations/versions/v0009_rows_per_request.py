"""How many rows of a table each device has shown to answer in one SNMP request."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column; nobody has measured yet."""
    op.add_column("devices", sa.Column("rows_per_request", sa.BigInteger(), nullable=True))
