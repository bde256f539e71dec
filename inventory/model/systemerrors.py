"""What the operating system says when it cannot do something, in words that are translated."""

from __future__ import annotations

import errno
from typing import Final

from inventory.model.text import Text, text, verbatim

_SAID: Final = {
    errno.ENOENT: text("No such file or directory"),
    errno.EACCES: text("Permission denied"),
    errno.EPERM: text("Operation not permitted"),
    errno.EEXIST: text("File exists"),
    errno.EISDIR: text("Is a directory"),
    errno.ENOTDIR: text("Not a directory"),
    errno.ENOTEMPTY: text("Directory not empty"),
    errno.ENAMETOOLONG: text("File name too long"),
    errno.ELOOP: text("Too many levels of symbolic links"),
    errno.ENOSPC: text("No space left on device"),
    errno.EDQUOT: text("Disk quota exceeded"),
    errno.EFBIG: text("File too large"),
    errno.EROFS: text("Read-only file system"),
    errno.EIO: text("Input/output error"),
    errno.EBUSY: text("Device or resource busy"),
    errno.EMFILE: text("Too many open files"),
    errno.ENFILE: text("Too many open files in system"),
    errno.ENOMEM: text("Cannot allocate memory"),
    errno.ENOBUFS: text("No buffer space available"),
    errno.EINVAL: text("Invalid argument"),
    errno.ENODEV: text("No such device"),
    errno.EPIPE: text("Broken pipe"),
    errno.EAFNOSUPPORT: text("Address family not supported by protocol"),
    errno.EADDRINUSE: text("Address already in use"),
    errno.EADDRNOTAVAIL: text("Cannot assign requested address"),
    errno.ECONNREFUSED: text("Connection refused"),
    errno.ECONNRESET: text("Connection reset by peer"),
    errno.ECONNABORTED: text("Software caused connection abort"),
    errno.EHOSTUNREACH: text("No route to host"),
    errno.EHOSTDOWN: text("Host is down"),
    errno.ENETUNREACH: text("Network is unreachable"),
    errno.ENETDOWN: text("Network is down"),
    errno.ETIMEDOUT: text("Connection timed out"),
    errno.EMSGSIZE: text("Message too long"),
    errno.EPROTO: text("Protocol error"),
}


def system_words(error: BaseException) -> Text:
    """Return why the system refused; what is not among the usual reasons in its own words."""
    number = getattr(error, "errno", None)
    if isinstance(error, TimeoutError) and number is None:
        number = errno.ETIMEDOUT
    if number in _SAID:
        return _SAID[number]
    return verbatim(getattr(error, "strerror", None) or str(error) or type(error).__name__)
