"""How long what people state about ports applies."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the column."""
    op.add_column("statements", sa.Column("until", sa.Date(), nullable=True))
