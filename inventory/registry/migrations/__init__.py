"""Schema versions, oldest first; each shipped version is never edited again.

To change a table: edit it in ``inventory/registry/tables``, add the next ``versions/vNNNN_….py`` and set :data:`HEAD`.
A test compares the migrated database with the tables.
"""

from typing import Final

HEAD: Final = "0027"
"""The newest version. Known without importing Alembic, so that opening a current database stays quick."""

VERSION_TABLE: Final = "netaudit_schema"
