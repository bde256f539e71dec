"""How the two readings of a device compared that was read by SNMP and by SSH."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "crosscheck_rows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("apart_s", sa.Double(), nullable=False),
        sa.Column("agreed", sa.BigInteger(), nullable=False),
        sa.Column("only_snmp", sa.BigInteger(), nullable=False),
        sa.Column("only_ssh", sa.BigInteger(), nullable=False),
        sa.Column("disagreements", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_crosscheck_rows_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("id", name="pk_crosscheck_rows"),
    )
    op.create_index("ix_crosscheck_rows_sweep_id", "crosscheck_rows", ["sweep_id"])
