"""The few system calls the standard library lacks in Python 3.11: namespaces, mounts, and one seccomp filter."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

NEW_NET: Final = 0x40000000
NEW_UTS: Final = 0x04000000
NEW_MOUNT: Final = 0x00020000
_MS_BIND: Final = 0x1000
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2
# setgroups() by architecture; the generic table (arm64, riscv64, loong64) is the default.
_SETGROUPS: Final = {"x86_64": 116, "ppc64le": 81, "s390x": 206}.get(platform.machine(), 159)

_libc: Final = ctypes.CDLL(None, use_errno=True)


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(kinds: int) -> None:
    """Leave namespaces of these kinds for new ones."""
    _check(_libc.unshare(kinds), "unshare")


def enter(namespace: Path, kind: int) -> None:
    """Enter the namespace a file stands for."""
    descriptor = os.open(namespace, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _check(_libc.setns(descriptor, kind), f"setns {namespace}")
    finally:
        os.close(descriptor)


def mount(source: str, target: Path, filesystem: str) -> None:
    """Mount a file system."""
    _check(_libc.mount(source.encode(), str(target).encode(), filesystem.encode(), 0, None), f"mount {target}")


def bind(source: Path, target: Path) -> None:
    """Show a file at a second place."""
    _check(_libc.mount(str(source).encode(), str(target).encode(), None, _MS_BIND, None), f"bind {target}")


def pretend_setgroups() -> None:
    """Let setgroups() succeed without doing anything, in this process and what it runs.

    A user namespace with a single user may not call it, and a daemon that drops its privileges would give up. Here
    there is no second user to be protected from.
    """
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    load, jump_if_equal, give_back = 0x20, 0x15, 0x06
    errno_zero, allow = 0x00050000, 0x7FFF0000
    program = b"".join(
        struct.pack("HBBI", *instruction)
        for instruction in (
            (load, 0, 0, 0),
            (jump_if_equal, 0, 1, _SETGROUPS),
            (give_back, 0, 0, errno_zero),
            (give_back, 0, 0, allow),
        )
    )
    buffer = ctypes.create_string_buffer(program, len(program))
    description = _FilterProgram(4, ctypes.addressof(buffer))
    _check(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(description), 0, 0), "seccomp")
