"""Which ports lead to where an endpoint was, and which devices lay behind; which stays ended lately."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the columns, empty for what is known already, and the index."""
    for name in ("way", "behind"):
        op.add_column("place_intervals", sa.Column(name, sa.JSON(), nullable=True))
    ended = sa.text("ended IS NOT NULL")
    op.create_index(
        "ix_place_intervals_ended", "place_intervals", ["ended"], sqlite_where=ended, postgresql_where=ended
    )
