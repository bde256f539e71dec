"""Pages from templates: language, words for values, nothing unescaped."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from inventory.model.privacy import mask_mail, mask_phone, mask_text
from inventory.model.text import Text
from netaudit.i18n import LANGUAGES, Language, translator
from netaudit.web.access import Visitor, session_of
from netaudit.web.state import state_of
from reports import vocabulary
from reports.cells import Ratio, Withheld
from reports.document import Tone
from reports.wording import Wording

if TYPE_CHECKING:
    from fastapi import Request

    from reports.cells import Cell

LANGUAGE_COOKIE: Final = "netaudit_language"
_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("netaudit.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
)  # fmt: skip
_ENVIRONMENT.filters["phone"] = mask_phone
_ENVIRONMENT.filters["mail"] = mask_mail
_ENVIRONMENT.filters["free"] = mask_text


def _percent(part: int, whole: int) -> str:
    """Return a rate as every report prints it: rounded half up to 0.01 %."""
    found = Ratio(part, whole).percent
    return "—" if found is None else f"{found} %"


_ENVIRONMENT.globals["percent"] = _percent


def _tone(cell: Cell) -> str:
    found = Tone.MUTED if isinstance(cell, Withheld) else vocabulary.tone(cell)
    return found.value if found else ""


def language_of(request: Request) -> Language:
    """Return the language a person chose, or that the browser asks for; Chinese where it says nothing known."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    for language in LANGUAGES:
        if chosen == language:
            return language
    accepted = request.headers.get("accept-language", "").lower()
    first = accepted.split(",", maxsplit=1)[0]
    return "en" if first.startswith("en") else "zh"


def page(
    request: Request,
    template: str,
    visitor: Visitor | None = None,
    *,
    status: int = 200,
    **values: Any,  # noqa: ANN401 -- whatever the template shows
) -> HTMLResponse:
    """Return a page.

    Args:
        request: what was asked.
        template: its file.
        visitor: who looks.
        status: HTTP status.
        values: what the template shows.
    """
    language = language_of(request)
    gettext = translator(language)
    wording = Wording(gettext, None)

    def say(value: object) -> str:
        if isinstance(value, Text):
            return value.render(gettext)
        if isinstance(value, StrEnum):
            word = vocabulary.word(value)
            return value.value if word is None else word.render(gettext)
        if isinstance(value, tuple):
            return ", ".join(say(part) for part in value)
        if isinstance(value, datetime):
            return f"{value.astimezone():%Y-%m-%d %H:%M}"
        if isinstance(value, date):
            return value.isoformat()
        return "" if value is None else str(value)

    context = {
        "_": gettext,
        "gettext": gettext,
        "say": say,
        "show": wording.show,
        "value_of": wording.value_of,
        "tone": _tone,
        "language": language,
        "visitor": visitor,
        "session": visitor.session if visitor else session_of(request),
        "path": request.url.path,
        "login_service": state_of(request).login_service,
        **values,
    }
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(context), status_code=status)
