"""Addresses asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "address_requests",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("plane", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("registration", ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["registration"], ["registrations.id"], name="fk_address_requests_registration_registrations"
        ),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name="fk_address_requests_unit_units", onupdate="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_address_requests"),
        sqlite_autoincrement=True,
    )
    for column in ("ip", "state", "unit"):
        op.create_index(f"ix_address_requests_{column}", "address_requests", [column])
