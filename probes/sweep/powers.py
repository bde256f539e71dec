"""Linux capabilities (capabilities(7)): keep some, and give up all others for good."""

from __future__ import annotations

import ctypes
import os
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

DAC_OVERRIDE: Final = 1
SETGID: Final = 6
SETUID: Final = 7
NET_RAW: Final = 13
_HIGHEST: Final = 63
_VERSION_3: Final = 0x20080522
_SET_DUMPABLE, _KEEP_CAPS, _DROP_BOUNDING, _NO_NEW_PRIVS = 4, 8, 24, 38
_AMBIENT, _AMBIENT_CLEAR_ALL = 47, 4
_SETS: Final = struct.Struct("=6I")  # effective, permitted, inheritable of 0-31, then of 32-63


def keep(capabilities: Collection[int]) -> None:
    """Keep these, as far as they are held, and no others.

    Raises:
        OSError: the kernel refused.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_AMBIENT, _AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = struct.pack("=Ii", _VERSION_3, 0)
    held = ctypes.create_string_buffer(_SETS.size)
    _done(libc.capget(header, held))
    _, low, _, _, high, _ = _SETS.unpack(held.raw)
    wanted = sum(1 << number for number in capabilities) & (low | high << 32)
    low, high = wanted & 0xFFFFFFFF, wanted >> 32
    _done(libc.capset(header, _SETS.pack(low, low, 0, high, high, 0)))


def bound(capabilities: Collection[int]) -> None:
    """Let no program started from here ever hold others, its user being root or not; without CAP_SETPCAP, nothing."""
    libc = ctypes.CDLL(None, use_errno=True)
    for number in range(_HIGHEST + 1):
        if number not in capabilities:
            libc.prctl(_DROP_BOUNDING, number, 0, 0, 0)


def gain_nothing_more() -> None:
    """Let no program started from here gain a privilege by set-user-id bits or file capabilities."""
    ctypes.CDLL(None).prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)


def become(user: int, group: int, groups: Collection[int]) -> None:
    """Become another user, and keep the capabilities meanwhile: :func:`keep` follows.

    Raises:
        OSError: this process may not.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    _done(libc.prctl(_KEEP_CAPS, 1, 0, 0, 0))
    os.setgroups(list(groups))
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    libc.prctl(_SET_DUMPABLE, 1, 0, 0, 0)  # or else /proc/self stays root's, and cannot be read


def _done(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def drop_all(nobody: int) -> None:
    """Become nobody where we are root, and give up every capability for good.

    Raises:
        OSError: a capability could not be given up.
    """
    if os.geteuid() == 0:
        with suppress(OSError):  # a user namespace may know no other user; the capabilities go all the same
            os.setgroups([])
            os.setresgid(nobody, nobody, nobody)
            os.setresuid(nobody, nobody, nobody)
    gain_nothing_more()
    keep(())
