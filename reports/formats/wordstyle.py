"""How a Word document looks and behaves before anything is in it: page, type, language, settings.

python-docx starts from a template made for American English; it has no API for most of what is set here (ISO/IEC
29500-1, 17.3.2, 17.15).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor, Twips
from docx.styles.style import ParagraphStyle

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.oxml.xmlchemy import BaseOxmlElement as OxmlNode
    from docx.text.run import Run

LATIN: Final = "Times New Roman"
BODY: Final = "仿宋"
TABLE: Final = "宋体"
"""Strokes even enough for small type."""
LINES: Final = "Summary"
"""Name of the style of the numbers under a heading."""
GAP: Final = "After table"
"""Name of the style of the empty paragraph Word wants between two tables."""
_HEADING: Final = "黑体"
_CURRENT_WORD: Final = "15"
_SHORT_SIDE: Final = 11906
_LONG_SIDE: Final = 16838
"""A4 in twentieths of a point."""
_MARGIN: Final = 1077
"""19 mm, left and right."""
_TOP: Final = 1134
_BOTTOM: Final = 964


@dataclass(frozen=True, slots=True)
class _Style:
    chinese: str
    size: float
    before: float
    after: float
    bold: bool = False
    spacing: float = 1.1
    """Between lines, in lines."""


_STYLES: Final = {
    "Normal": _Style(BODY, 11, 0, 3),
    "Title": _Style(TABLE, 22, 0, 4, bold=True),
    "Heading 1": _Style(_HEADING, 14, 12, 4, bold=True),
    LINES: _Style(BODY, 11, 0, 4, spacing=1.3),
    GAP: _Style(BODY, 4, 0, 0),
}


def text_width(*, wide: bool) -> int:
    """Return the room between the margins in twentieths of a point."""
    return (_LONG_SIDE if wide else _SHORT_SIDE) - 2 * _MARGIN


def prepare(word: Word, *, wide: bool) -> None:
    """Set page, styles, language and settings of an empty document."""
    _page(word, wide=wide)
    for name in (LINES, GAP):
        word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for name, look in _STYLES.items():
        _style(word, name, look)
    for language in word.styles.element.iter(qn("w:lang")):
        # Without it, Chinese punctuation and characters come out in Taiwanese or Japanese shapes.
        language.set(qn("w:eastAsia"), "zh-CN")
    _settings(word.settings.element)


def set_fonts(properties: OxmlNode, chinese: str) -> None:
    """Set the Latin font and the Chinese one; the template's theme fonts would win otherwise."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:ascii"), LATIN)
    fonts.set(qn("w:hAnsi"), LATIN)
    fonts.set(qn("w:eastAsia"), chinese)


def _page(word: Word, *, wide: bool) -> None:
    page = word.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    width, height = (_LONG_SIDE, _SHORT_SIDE) if wide else (_SHORT_SIDE, _LONG_SIDE)
    page.page_width, page.page_height = Twips(width), Twips(height)
    page.left_margin = page.right_margin = Twips(_MARGIN)
    page.top_margin, page.bottom_margin = Twips(_TOP), Twips(_BOTTOM)
    page.footer_distance = Twips(_BOTTOM // 2)
    footer = page.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for field, shown in (("PAGE", " / "), ("NUMPAGES", "")):
        number = footer.add_run()
        _field(number, field)
        for run in (number, footer.add_run(shown)):
            run.font.size = Pt(9)


def _style(word: Word, name: str, look: _Style) -> None:
    style = word.styles[name]
    if isinstance(style, ParagraphStyle):
        style.font.name, style.font.size, style.font.bold = LATIN, Pt(look.size), look.bold
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_before = Pt(look.before)
        style.paragraph_format.space_after = Pt(look.after)
        style.paragraph_format.line_spacing = look.spacing
        style.paragraph_format.keep_together = name != "Normal"
    set_fonts(style.element.get_or_add_rPr(), look.chinese)
    for border in style.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)


def _settings(settings: OxmlNode) -> None:
    # Codes, addresses and ports are no spelling errors.
    zoom = settings.find(qn("w:zoom"))
    if zoom is not None:
        for tag in ("w:hideGrammaticalErrors", "w:hideSpellingErrors"):
            zoom.addnext(OxmlElement(tag))
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), _CURRENT_WORD)
    for language in settings.iter(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _field(run: Run, code: str) -> None:
    for kind in ("begin", None, "end"):
        if kind is None:
            part = OxmlElement("w:instrText")
            part.text = code
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._element.append(part)  # noqa: SLF001 -- python-docx has no API for fields
