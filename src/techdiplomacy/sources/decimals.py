"""Numbers as the texts that publishers and this project write.

Knows: digits. Must not know: sources, or what is counted. May import: the standard library only.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation


def as_number(text: str) -> Decimal | None:
    """Return a text as a number, or None where it is none.

    Examples
    --------
    >>> as_number("12.0") == as_number("12"), as_number("B"), as_number("NaN")
    (True, None, None)
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def plain(number: Decimal) -> str:
    """Return a number as plain decimal text: no exponent, no needless zeros.

    Examples
    --------
    >>> plain(Decimal("1E+3")), plain(Decimal("12.50")), plain(Decimal("-0.0"))
    ('1000', '12.5', '0')
    """
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
