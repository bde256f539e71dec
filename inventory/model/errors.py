"""The root of the error tree: what went wrong, where, and what to do next.

::

    NetauditError                     exit code 4: nothing could be done
    ├── RegistryError                 the database cannot be opened, read or written
    ├── UsageError            2       the request itself is wrong
    │   ├── SettingsError     2       the settings file or environment is wrong (file and key are named)
    │   └── ScopeError        2       a target is outside what may be probed
    └── SheetError            2       an import file is wrong; carries every located problem

Expected network behaviour is not in this tree: it is a value (see ``probes.contract``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from inventory.model.text import Text


class NetauditError(Exception):
    """An error whose message is meant for the user."""

    exit_code: ClassVar[int] = 4

    def __init__(self, message: Text, hint: Text | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else str(self.message)


class RefusedError(ValueError):
    """A value, or a line of a file, that is refused in words for the user; who knows the place adds it."""

    def __init__(self, message: Text) -> None:
        super().__init__(str(message))
        self.message = message


class RegistryError(NetauditError):
    """The registry cannot be opened, read or written."""


class UsageError(NetauditError):
    """The request itself is wrong."""

    exit_code: ClassVar[int] = 2


class SettingsError(UsageError):
    """The settings are wrong; the message names file and key."""


class ScopeError(UsageError):
    """A target lies outside what may be probed."""
