"""Phone numbers and mail addresses are hidden, wherever they are written; nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.privacy import mask_mail, mask_phone, mask_text


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("13812341234", "138****1234"),
        ("138 1234 1234", "138 **** 1234"),
        ("+86 138-1234-1234", "+86 138-****-1234"),
        ("008613812341234", "0086138****1234"),
        ("1 3 8 1 2 3 4 1 2 3 4", "1 3 8 * * * * 1 2 3 4"),
        ("１３８１２３４１２３４", "138****1234"),
        ("0762-3388123", "076*-***8123"),
        ("3388123", "3****23"),
        ("12345", "*****"),
        ("", ""),
        (None, None),
    ],
)
def test_phones(written: str | None, masked: str | None) -> None:
    assert mask_phone(written) == masked


@given(st.text(st.sampled_from("0123456789 -+()"), max_size=20))
def test_at_least_four_digits_or_all_are_hidden(written: str) -> None:
    masked = mask_phone(written)
    assert masked is not None
    hidden = masked.count("*")
    assert hidden >= min(4, sum(character.isdigit() for character in written.removeprefix("+86").removeprefix("0086")))


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("王小明 13812341234", "王小明 138****1234"),
        ("报修：13812341234,0762-3388123", "报修:138****1234,076*-***8123"),
        ("电话13812341234。", "电话138****1234."),
        ("07623388123", "076****8123"),
        ("王小明/13812341234/z.wang@example.cn", "王小明/138****1234/z***@example.cn"),
        ("0138-1234-5678", "0138-1234-5678"),
        ("z.wang@example.cn", "z***@example.cn"),
        ("MAC 13812345678a", "MAC 13812345678a"),
        ("138123456789012345", "138123456789012345"),
        ("资产号 2021-0042", "资产号 2021-0042"),
        ("三楼（东）", "三楼（东）"),
        (None, None),
    ],
)
def test_phones_inside_text(written: str | None, masked: str | None) -> None:
    assert mask_text(written) == masked


def test_mail() -> None:
    assert mask_mail("zhang.san@yc.gov.cn") == "z***@yc.gov.cn"
    assert mask_mail(None) is None
