"""From typed cells to what people read, in their language and their time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from inventory.model.text import Text, harmless
from reports import vocabulary
from reports.cells import Ratio, Withheld

if TYPE_CHECKING:
    from datetime import tzinfo

    from inventory.model.text import Gettext
    from reports.cells import Cell
    from reports.document import Line

NOT_KNOWN: Final = "—"


@dataclass(frozen=True, slots=True)
class Wording:
    """A reader's language and clock."""

    gettext: Gettext
    zone: tzinfo | None = None
    """None is the zone of this machine."""

    def say(self, message: Text | str) -> str:
        """Translate a text, its vocabulary values included; plain text (names, codes) is only made harmless."""
        if not isinstance(message, Text):
            return harmless(message)
        params = {key: self._param(value) for key, value in message.params.items()}
        return Text(message.message, params).render(self.gettext)

    def _param(self, value: object) -> object:
        if isinstance(value, StrEnum | Ratio | datetime | bool):
            return self.show(value)
        return self.say(value) if isinstance(value, Text) else value

    def show(self, cell: Cell) -> str:
        """Return a cell as text; the members of a tuple one per line."""
        if isinstance(cell, tuple):
            return "\n".join(self.show(member) for member in cell) or NOT_KNOWN
        if cell is None or cell == "":
            return NOT_KNOWN
        return self._value(cell)

    def _value(self, cell: Cell) -> str:
        if isinstance(cell, StrEnum):
            return self.say(vocabulary.word(cell) or cell.value)
        if isinstance(cell, bool):
            return self.say(vocabulary.YES if cell else vocabulary.NO)
        if isinstance(cell, Text | Withheld):
            return self.say(cell if isinstance(cell, Text) else cell.word)
        if isinstance(cell, Ratio):
            return NOT_KNOWN if cell.percent is None else f"{cell.percent} %"
        return self.local(cell).strftime("%Y-%m-%d %H:%M") if isinstance(cell, datetime) else harmless(str(cell))

    def value_of(self, line: Line) -> str:
        """Return a summary line's value: rates with their two numbers, times with their zone."""
        if isinstance(line.value, Ratio) and line.value.whole:
            return f"{self.show(line.value)} ({line.value.part}/{line.value.whole})"
        if isinstance(line.value, datetime):
            return self.moment(line.value)
        return self.show(line.value)

    def moment(self, at: datetime) -> str:
        """Return a time with its offset from UTC."""
        local = self.local(at)
        offset = local.strftime("%z")
        return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:5]}"

    def local(self, at: datetime) -> datetime:
        """Return a time in the reader's zone."""
        return at.astimezone(self.zone)
