"""What a library says about input that it refuses, in words that are translated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from inventory.model.errors import RefusedError
from inventory.model.text import N_, Text, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from tomllib import TOMLDecodeError

_VALUES: Final = {
    "missing": text("is missing"),
    "json_invalid": text("is no valid JSON"),
    "int_parsing": text("has to be a whole number"),
    "int_type": text("has to be a whole number"),
    "int_from_float": text("has to be a whole number"),
    "float_parsing": text("has to be a number"),
    "float_type": text("has to be a number"),
    "finite_number": text("has to be a number"),
    "bool_parsing": text("has to be true or false"),
    "bool_type": text("has to be true or false"),
    "enum": text("is none of the values known here"),
    "string_type": text("has to be text"),
    "path_type": text("has to be text"),
    "dict_type": text("has to be an object"),
    "model_type": text("has to be an object"),
    "model_attributes_type": text("has to be an object"),
    "list_type": text("has to be a list"),
    "tuple_type": text("has to be a list"),
    "extra_forbidden": text("is not known here"),
    "string_too_long": text("is too long"),
    "too_long": text("is too long"),
    "string_too_short": text("is too short"),
    "too_short": text("is too short"),
}
_BOUNDS: Final = {
    "greater_than": ("gt", N_("is too small: it has to be more than {bound}")),
    "greater_than_equal": ("ge", N_("is too small: it has to be at least {bound}")),
    "less_than": ("lt", N_("is too large: it has to be less than {bound}")),
    "less_than_equal": ("le", N_("is too large: it may be {bound} at most")),
    "literal_error": ("expected", N_("has to be one of {bound}")),
}
_ODD: Final = text("is not as expected")
_TWICE: Final = text("this stands here a second time")
_OPEN: Final = text("a bracket is not closed")
_TOML: Final = (
    (r"Cannot |Duplicate ", _TWICE),
    (r"Expected '='", text("between a key and its value there has to be a =")),
    (r"Expected newline", text("something stands behind the value")),
    (r"Expected '\]|Unclosed", _OPEN),
    (r"Invalid value \(at end", text("something is missing")),
    (r"Invalid value", text("this is no value: text stands in quotes, and true, false and numbers do not")),
    (r"Unterminated|Expected \"'|Illegal character '\\n'", text("a quote is not closed")),
    (r"Unescaped|Invalid hex", text("text with a backslash stands in single quotes")),
    (r"Invalid (initial|statement)", text("here has to be a key or a [section]")),
)
"""How the messages of the standard library begin (``tomllib``, the same since Python 3.11)."""


def why_value(error: Mapping[str, Any]) -> Text:
    """Return what is wrong with a value, without the value itself, which may be a secret.

    Args:
        error: one of pydantic's ``ValidationError.errors()``, context included.
    """
    kind, context = error["type"], error.get("ctx") or {}
    if isinstance(own := context.get("error"), RefusedError):
        return own.message
    if kind in _BOUNDS and (bound := context.get(_BOUNDS[kind][0])) is not None:
        said = bound.replace(" or ", ", ") if isinstance(bound, str) else f"{bound:g}"
        return Text(_BOUNDS[kind][1], {"bound": said})
    return _VALUES.get(kind, _ODD)


def where_value(error: Mapping[str, Any]) -> str:
    """Return which value it is, ``section.key``, and ``-`` where it is the whole."""
    return ".".join(str(part) for part in error["loc"]) or "-"


def why_toml(error: TOMLDecodeError) -> Text:
    """Return where a TOML document breaks off and why, without its content, which may be a secret."""
    said = str(error)
    reason = next((words for begins, words in _TOML if re.match(begins, said)), text("this cannot be understood"))
    if place := re.search(r"\(at line (\d+), column (\d+)\)$", said):
        return text("line {line}, column {column}: {reason}", line=place[1], column=place[2], reason=reason)
    return text("at the end of the file: {reason}", reason=reason)
