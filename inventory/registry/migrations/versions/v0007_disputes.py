"""What units say about endpoints they do not file."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "disputes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("plane", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("mac", sa.Text(), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["target"], ["units.code"], name="fk_disputes_target_units", onupdate="CASCADE"),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name="fk_disputes_unit_units", onupdate="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_disputes"),
    )
    for column in ("ip", "mac", "state", "unit"):
        op.create_index(f"ix_disputes_{column}", "disputes", [column])
