"""Where a registration stands: version, number, proposal, reasons, times."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns; what is filed gets its number and counts as confirmed when it was filed."""
    for column in (
        sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("proposal", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("returned", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("submitted_at", TIME, nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("confirmed_at", TIME, nullable=True),
    ):
        op.add_column("registrations", column)
    op.create_index("uq_registrations_number", "registrations", ["number"], unique=True)
    op.add_column("registration_history", sa.Column("reason", sa.Text(), nullable=True))
    _number_what_is_filed()


def _number_what_is_filed() -> None:
    registrations = sa.table(
        "registrations",
        sa.column("id", sa.BigInteger),
        sa.column("state", sa.Text),
        sa.column("filed_at", TIME),
        sa.column("number", sa.Text),
        sa.column("confirmed_at", TIME),
    )
    connection = op.get_bind()
    query = sa.select(registrations.c.id, registrations.c.filed_at).where(
        registrations.c.state.in_(("approved", "amending")), registrations.c.filed_at.is_not(None)
    )
    for number, filed_at in connection.execute(query).all():
        connection.execute(
            sa.update(registrations)
            .where(registrations.c.id == number)
            .values(number=f"{filed_at.year}-{number:06d}", confirmed_at=filed_at)
        )
