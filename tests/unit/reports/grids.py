"""Any table of any columns, to be fitted to a width."""

from __future__ import annotations

from hypothesis import strategies as st

from inventory.model.text import text
from reports.columns import Column, Kind

CELLS = st.text(st.sampled_from("ab9:./-\n 源城区第三小学"), max_size=60)
COLUMNS = st.builds(
    Column,
    key=st.text("abc", min_size=1),
    title=st.just(text("Unit")),
    kind=st.sampled_from(Kind),
    width=st.integers(4, 40),
    priority=st.integers(0, 9),
    beneath=st.booleans(),
)


@st.composite
def tables(draw: st.DrawFn, most: int) -> tuple[list[Column], list[list[str]]]:
    """At most ``most`` columns, and up to four rows of text for them."""
    columns = draw(st.lists(COLUMNS, min_size=1, max_size=most))
    row = st.lists(CELLS, min_size=len(columns), max_size=len(columns))
    return columns, draw(st.lists(row, max_size=4))
