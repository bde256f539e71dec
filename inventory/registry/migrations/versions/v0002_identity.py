"""Model, serial and software of devices, members of aggregates, neighbours heard by other protocols than LLDP."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; what was stored before does not say, and every neighbour was heard by LLDP."""
    op.add_column("interface_rows", sa.Column("lag_if_index", sa.BigInteger(), nullable=True))
    for name in ("model", "serial", "software", "platform"):
        op.add_column("device_rows", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("lldp_rows", sa.Column("table", sa.Text(), nullable=False, server_default="lldpRemTable"))
