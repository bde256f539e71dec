"""Units' own words about their networks, and who handed over to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "unit_profiles",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("access_device", sa.Text(), nullable=True),
        sa.Column("managed_by", sa.Text(), nullable=True),
        sa.Column("nat", sa.Text(), nullable=True),
        sa.Column("lan_prefixes", sa.Text(), nullable=True),
        sa.Column("dhcp", sa.Text(), nullable=True),
        sa.Column("wireless_aps", sa.BigInteger(), nullable=True),
        sa.Column("internet_exit", sa.Text(), nullable=True),
        sa.Column("internet_line", sa.Text(), nullable=True),
        sa.Column("switches_managed", sa.BigInteger(), nullable=True),
        sa.Column("switches_unmanaged", sa.BigInteger(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", TIME, nullable=False),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name="fk_unit_profiles_unit_units", onupdate="CASCADE"),
        sa.PrimaryKeyConstraint("unit", name="pk_unit_profiles"),
    )
    op.create_table(
        "handovers",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("outgoing", sa.Text(), nullable=True),
        sa.Column("incoming", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("open_cases", sa.JSON(), nullable=False),
        sa.Column("account_from", sa.Text(), nullable=True),
        sa.Column("account_to", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name="fk_handovers_unit_units", onupdate="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
    )
    op.create_index("ix_handovers_unit", "handovers", ["unit"])
