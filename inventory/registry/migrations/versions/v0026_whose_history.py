"""An endpoint's history is found by its card, in every plane."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add the indexes."""
    for name in ("address_intervals", "place_intervals"):
        op.create_index(f"ix_{name}_identity", name, ["identity"])
