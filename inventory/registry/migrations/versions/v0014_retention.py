"""What is deleted by policy, and no table of endpoints, which nobody asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column and the table; the intervals tell when an endpoint was seen first and last."""
    op.add_column("conclusions", sa.Column("pruned", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.create_table(
        "retention",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("history_before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_retention"),
    )
    op.drop_table("endpoints")
