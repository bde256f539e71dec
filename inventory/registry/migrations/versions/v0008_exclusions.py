"""What must not be sent to: exclusions, and a pace and quiet hours of each prefix."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table and the columns."""
    op.create_table(
        "exclusions",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("target", name="pk_exclusions"),
    )
    op.add_column("prefixes", sa.Column("rate_limit", sa.BigInteger(), nullable=True))
    op.add_column("prefixes", sa.Column("quiet_hours", sa.Text(), nullable=True))
