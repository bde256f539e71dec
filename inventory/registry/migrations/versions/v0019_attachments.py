"""Scans of sealed forms."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "attachments",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("registration", ROW_ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration"], ["registrations.id"], name="fk_attachments_registration_registrations"
        ),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name="fk_attachments_unit_units", onupdate="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sqlite_autoincrement=True,
    )
    for column in ("registration", "unit"):
        op.create_index(f"ix_attachments_{column}", "attachments", [column])
