"""Text that is written once and translated where it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Final, TypeAlias

_UNSHOWABLE: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f"  # C0 controls, all but tab and line feed: ESC starts a terminal's commands
    "\x7f-\x9f"  # DEL and C1 controls: U+009B is ESC [ in one character
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # directions: they show a text in another order
    "\u2028\u2029"  # further line ends
    "\ud800-\udfff"  # halves of pairs, such as file names hold that are no UTF-8: no encoding takes them
    "]"
)
"""Characters that act on the reader's terminal instead of being read."""


def harmless(written: str) -> str:
    """Return what a device, a sheet, a file name or an argument says with U+FFFD for what must not reach a terminal."""
    return _UNSHOWABLE.sub("\ufffd", written.replace("\r\n", "\n"))


def harmless_json(document: str) -> str:
    """Return a JSON document with the same characters written as their numbers: a program still reads all of them."""
    return _UNSHOWABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", document)


def N_(message: str) -> str:  # noqa: N802 -- the name gettext tools look for
    """Mark a message for the catalogues and return it unchanged."""
    return message


@dataclass(frozen=True, slots=True)
class Text:
    """A message for people: English source text with named placeholders, and their values.

    The pure packages build texts; only the doors (terminal, sheet, page) know the reader's language and call
    :meth:`render` with that language's ``gettext`` function. A parameter that is itself a ``Text`` is rendered first.
    """

    message: str
    params: dict[str, object] = field(default_factory=dict)

    def render(self, gettext: Callable[[str], str]) -> str:
        """Return the message in the language of ``gettext``, placeholders filled in, harmless to a terminal."""
        values = {key: v.render(gettext) if isinstance(v, Text) else v for key, v in self.params.items()}
        return harmless(gettext(self.message).format(**values))

    def plain(self) -> list[object]:
        """Return the text as JSON-ready lists and values; :meth:`of_plain` reads them back."""
        return [self.message, {key: _plain(value) for key, value in self.params.items()}]

    def with_params(self, replaced: Callable[[str], str]) -> Text:
        """Return the same message with every written parameter passed through ``replaced``, numbers left alone."""
        return Text(self.message, {key: _with(value, replaced) for key, value in self.params.items()})

    @classmethod
    def of_plain(cls, parts: Sequence[Any]) -> Text:
        """Rebuild a text from :meth:`plain`; values that JSON does not know have become their text."""
        message, params = parts
        return cls(message, {k: cls.of_plain(v) if isinstance(v, list) else v for k, v in params.items()})

    @classmethod
    def of_foreign(cls, parts: object) -> Text:
        """Rebuild a text from a file somebody else may have written.

        What is no message with just its own parameters is taken as it is written: a message decides how its parameters
        are shown, so a foreign one must not reach into them.
        """
        if isinstance(parts, list) and len(parts) == 2 and _is_plain(*parts):  # noqa: PLR2004 -- message and parameters
            message, params = parts
            return cls(message, {k: cls.of_foreign(v) if isinstance(v, list) else v for k, v in params.items()})
        return verbatim(parts)

    def __str__(self) -> str:
        """Return the English text: what logs show."""
        return self.render(lambda message: message)

    def __hash__(self) -> int:
        return hash((self.message, tuple(sorted((k, str(v)) for k, v in self.params.items()))))


def _is_plain(message: object, params: object) -> bool:
    if not isinstance(message, str) or not isinstance(params, dict):
        return False
    try:
        fields = [field[1:] for field in Formatter().parse(message) if field[1] is not None]
    except ValueError:
        return False
    return all(name in params and not spec and conversion in {None, "r"} for name, spec, conversion in fields)


def _with(value: object, replaced: Callable[[str], str]) -> object:
    if isinstance(value, Text):
        return value.with_params(replaced)
    return replaced(value) if isinstance(value, str) else value


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return value.plain()
    return value if isinstance(value, int | float | str | None) else str(value)


def text(message: str, **params: object) -> Text:
    """Build a :class:`Text`; ``message`` is collected for the catalogues."""
    return Text(message, params)


def verbatim(said: object) -> Text:
    """Build a text that is the same in every language: a protocol's name for something, a device's own words."""
    return Text("{said}", {"said": str(said)})


def listed(parts: Iterable[Text]) -> Text | None:
    """Return several texts as one, as a list within a sentence; None for none."""
    return _chained(parts, text("{first}, {then}"))


def remarks(*parts: Text | None) -> Text | None:
    """Return several remarks as one, those that are None left out; None where nothing was remarked."""
    return _chained((part for part in parts if part is not None), text("{first}; {then}"))


def _chained(parts: Iterable[Text], link: Text) -> Text | None:
    chain: Text | None = None
    for part in parts:
        chain = part if chain is None else Text(link.message, {"first": chain, "then": part})
    return chain


Gettext: TypeAlias = Callable[[str], str]
"""A language's translation function: English message in, translated message out."""
