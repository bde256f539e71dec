"""Tokens of programs bound to units; those given before had scopes that nothing asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the column and forget the old tokens: there was no door they could open."""
    op.add_column("account_secrets", sa.Column("units", sa.JSON(none_as_null=True), nullable=True))
    op.execute("DELETE FROM account_secrets WHERE kind = 'token'")
