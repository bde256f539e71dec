"""The long tables as blocks; what was stored row by row stays where it is."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table of blocks."""
    op.create_table(
        "fact_blocks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("sweep_id", ROW_ID, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("base", ROW_ID, nullable=True),
        sa.Column("columns", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_fact_blocks_sweep_id_sweeps"),
        sa.ForeignKeyConstraint(["base"], ["fact_blocks.id"], name="fk_fact_blocks_base_fact_blocks"),
        sa.PrimaryKeyConstraint("id", name="pk_fact_blocks"),
    )
    op.create_index("ix_fact_blocks_sweep_id", "fact_blocks", ["sweep_id"])
    op.create_index("ix_fact_blocks_base", "fact_blocks", ["base"])
    op.create_index("ix_fact_blocks_owner_kind", "fact_blocks", ["owner", "kind", "id"])
