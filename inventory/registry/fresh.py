"""What this process has just stored, kept as it was given until its sweep is concluded: no need to decode it again.

Whether a block of facts is still there, and in which sweep, is asked of the database every time. Kept facts stand in
only for the unpacking of exactly the block that was made of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    Block: TypeAlias = tuple[str, int | None, bytes]
    """Kind, base, columns: with these alone a block is read."""

OPTION: Final = "fresh"
"""The execution option of a registry's connections that holds its :class:`Fresh`."""


class Fresh:
    """The facts of one sweep: a younger one takes the place of the one before."""

    def __init__(self) -> None:
        self._sweep: int | None = None
        self._facts: dict[Block, Sequence[Any]] = {}

    def keep(self, sweep_id: int, block: Block, facts: Sequence[Any]) -> None:
        """Remember what a block was made of."""
        if sweep_id != self._sweep:
            self._sweep, self._facts = sweep_id, {}
        self._facts[block] = facts

    def get(self, block: Block) -> Sequence[Any] | None:
        """Return what a block was made of, where this process made it."""
        return self._facts.get(block)

    def forget(self) -> None:
        """Let go of everything."""
        self._sweep, self._facts = None, {}


def of(connection: Connection) -> Fresh:
    """Return what the registry of a connection keeps; nothing where none does."""
    found: Fresh = connection.get_execution_options().get(OPTION) or Fresh()
    return found
