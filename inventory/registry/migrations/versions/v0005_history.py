"""Intervals, and what each sweep came to."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True)
GOING = sa.text("ended IS NULL")


def upgrade() -> None:
    """Create the tables. They fill with the next sweep; ``netaudit recompute`` fills them from earlier ones."""
    _intervals("address_intervals", [sa.Column("ip", sa.Text(), nullable=False)], ["ip"])
    op.create_index("ix_address_intervals_ip", "address_intervals", ["ip"])
    place = [
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("port", sa.Text(), nullable=False),
        sa.Column("if_index", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("vlan", sa.BigInteger(), nullable=True),
    ]
    _intervals("place_intervals", place, ["device", "port"])
    op.create_index("ix_place_intervals_device", "place_intervals", ["device"])
    op.create_table(
        "conclusions",
        sa.Column("sweep_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("steps", sa.BigInteger(), nullable=False),
        sa.Column("look", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_conclusions_sweep_id_sweeps"),
        sa.PrimaryKeyConstraint("sweep_id", name="pk_conclusions"),
    )


def _intervals(name: str, subject: list[Any], keys: list[str]) -> None:
    op.create_table(
        name,
        sa.Column("plane", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        *subject,
        sa.Column("opened_sweep", sa.BigInteger(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("last_seen", TIME, nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("misses", sa.BigInteger(), nullable=False),
        sa.Column("missing_since", TIME, nullable=True),
        sa.Column("ended", TIME, nullable=True),
        sa.Column("closing", sa.Text(), nullable=True),
        sa.Column("holders", sa.JSON(), nullable=False),
        sa.Column("proofs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("plane", "identity", *keys, "opened_sweep", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_going", name, ["plane", "identity"], sqlite_where=GOING, postgresql_where=GOING)
