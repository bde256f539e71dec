"""Text that is written once and translated where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias


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
        """Return the message in the language of ``gettext``, placeholders filled in."""
        values = {key: v.render(gettext) if isinstance(v, Text) else v for key, v in self.params.items()}
        return gettext(self.message).format(**values)

    def plain(self) -> list[object]:
        """Return the text as JSON-ready lists and values; :meth:`of_plain` reads them back."""
        return [self.message, {key: _plain(value) for key, value in self.params.items()}]

    @classmethod
    def of_plain(cls, parts: Sequence[Any]) -> Text:
        """Rebuild a text from :meth:`plain`; values that JSON does not know have become their text."""
        message, params = parts
        return cls(message, {k: cls.of_plain(v) if isinstance(v, list) else v for k, v in params.items()})

    def __str__(self) -> str:
        """Return the English text: what logs show."""
        return self.render(lambda message: message)

    def __hash__(self) -> int:
        return hash((self.message, tuple(sorted((k, str(v)) for k, v in self.params.items()))))


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return value.plain()
    return value if isinstance(value, int | float | str | None) else str(value)


def text(message: str, **params: object) -> Text:
    """Build a :class:`Text`; ``message`` is collected for the catalogues."""
    return Text(message, params)


Gettext: TypeAlias = Callable[[str], str]
"""A language's translation function: English message in, translated message out."""
