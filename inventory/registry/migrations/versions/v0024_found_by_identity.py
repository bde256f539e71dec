"""Observations are found by their identity, which is the card where there is one: one index instead of two."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Exchange the indexes."""
    op.drop_index("ix_observations_mac", "observations")
    op.drop_index("ix_observations_plane_identity", "observations")
    op.create_index("ix_observations_identity", "observations", ["identity", "plane"])
