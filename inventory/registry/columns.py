"""How values of the vocabulary are written into columns: the same text and times in SQLite and PostgreSQL."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import JSON, DateTime, Text
from sqlalchemy.types import TypeDecorator

from inventory.model.crosscheck import Difference, Disagreement
from inventory.model.text import Text as Words
from inventory.model.text import verbatim
from inventory.model.values import IPAddress, IPNetwork, Mac, parsed, written

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

E = TypeVar("E", bound=StrEnum)

# What no database column holds as text: NUL (PostgreSQL) and halves of surrogate pairs (no UTF-8 form).
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Return ``text`` with NUL and lone surrogates, which devices do send, shown as U+FFFD."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def utc(moment: datetime) -> datetime:
    """Return ``moment`` in UTC.

    Raises:
        ValueError: it has no time zone, so nobody can know which moment it is.
    """
    if moment.tzinfo is None:
        message = f"a time without zone cannot be stored: {moment!r}"
        raise ValueError(message)
    return moment.astimezone(UTC)


class UtcTime(TypeDecorator[datetime]):
    """A moment, microsecond resolution, always UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        return None if value is None else utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class IpText(TypeDecorator[IPAddress]):
    """An IP address as canonical text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: IPAddress | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        return None if value is None else written(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> IPAddress | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        return None if value is None else parsed(value)


class NetworkText(TypeDecorator[IPNetwork]):
    """A network as canonical CIDR text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: IPNetwork | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> IPNetwork | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        return None if value is None else ip_network(value)


class MacText(TypeDecorator[Mac]):
    """A MAC address as canonical text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mac | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        return None if value is None else value.text

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mac | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        return None if value is None else Mac(value)


class Coded(TypeDecorator[E], Generic[E]):
    """A member of a closed vocabulary, stored as its stable text."""

    impl = Text
    cache_ok = True

    def __init__(self, vocabulary: type[E]) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        return None if value is None else self.vocabulary(value)


class SentText(TypeDecorator[str]):
    """Text as a device or a person sent it, made storable."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        return None if value is None else storable(value)


class WordsText(TypeDecorator[Words]):
    """A text for people: its message and parameters as JSON, so that every reader gets it in their language.

    Older rows hold the English sentence itself; it is read as words nobody translates.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Words | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        return None if value is None else storable(json.dumps(value.plain(), ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Words | None:  # noqa: ARG002, D102 -- SQLAlchemy's interface
        return None if value is None else words_of(value)


def words_of(stored: str) -> Words:
    """Return a stored text; a sentence stored as it is stays as it is."""
    if stored.startswith('["') and stored.endswith("}]"):
        with suppress(ValueError, TypeError, AttributeError):
            return Words.of_plain(json.loads(stored))
    return verbatim(stored)


class DisagreementList(TypeDecorator[tuple[Disagreement, ...]]):
    """What two readings told differently, as JSON: [difference, subject, by SNMP, by SSH] each."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[Disagreement, ...] | None, dialect: Dialect) -> Any:  # noqa: ARG002, ANN401, D102 -- SQLAlchemy's interface
        return [[one.difference.value, *map(storable, (one.subject, one.snmp, one.ssh))] for one in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Disagreement, ...]:  # noqa: ARG002, ANN401, D102 -- SQLAlchemy's interface
        return tuple(Disagreement(Difference(difference), *rest) for difference, *rest in value or ())
