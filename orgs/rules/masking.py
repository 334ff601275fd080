"""How contacts are shown to people who have not given a reason to see them (RULES.md section 8)."""

import re

PHONE_SHAPE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|\d{7,8}(-\d{1,6})?")
_AREA = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))-?(\d{7,8})")
_TAIL = 4


def masked_phone(phone: str) -> str:
    """``13812341234`` → ``138****1234``, ``010-55550101`` → ``010-****0101``; empty stays empty.

    What has no known shape keeps its last four characters only, and nothing when it is shorter than eight.
    """
    text = phone.strip()
    if re.fullmatch(r"1\d{10}", text):
        return f"{text[:3]}****{text[-_TAIL:]}"
    found = _AREA.match(text)
    if found:
        return f"{found[1]}-****{found[2][-_TAIL:]}"
    if len(text) >= 2 * _TAIL:
        return f"****{text[-_TAIL:]}"
    return "****" if text else ""


def masked_name(name: str) -> str:
    """The surname's first character and two asterisks, whatever the length: ``王雨桐`` → ``王**``."""
    return f"{name[:1]}**" if name else ""
