"""Configure a running lldpd through its own library.

Its command-line tool is set-uid and closed to ordinary users on Debian and Ubuntu; the socket and the library are not.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY: Final = "liblldpctl.so.4"
_TX_INTERVAL: Final = 0
_PAUSED: Final = 10


class LldpControlError(RuntimeError):
    """lldpd could not be configured."""


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(LIBRARY)
    pointer = ctypes.c_void_p
    for name, result, arguments in (
        ("lldpctl_new_name", pointer, [ctypes.c_char_p, pointer, pointer, pointer]),
        ("lldpctl_get_configuration", pointer, [pointer]),
        ("lldpctl_atom_set_int", pointer, [pointer, ctypes.c_int, ctypes.c_long]),
        ("lldpctl_atom_dec_ref", None, [pointer]),
        ("lldpctl_release", ctypes.c_int, [pointer]),
    ):
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library


def begin(socket: Path, *, tx_interval: int) -> None:
    """Set how often a daemon speaks, and let it begin."""
    _set(socket, {_TX_INTERVAL: tx_interval, _PAUSED: 0})


def speak_now(socket: Path) -> None:
    """Let a daemon announce itself without waiting for its next turn."""
    _set(socket, {_TX_INTERVAL: -1})


def _set(socket: Path, values: dict[int, int]) -> None:
    library = _library()
    connection = library.lldpctl_new_name(str(socket).encode(), None, None, None)
    atom = library.lldpctl_get_configuration(connection)
    try:
        for key, value in values.items():
            if atom is None or library.lldpctl_atom_set_int(atom, key, value) is None:
                message = f"lldpd at {socket} refuses its configuration"
                raise LldpControlError(message)
    finally:
        if atom is not None:
            library.lldpctl_atom_dec_ref(atom)
        library.lldpctl_release(connection)
