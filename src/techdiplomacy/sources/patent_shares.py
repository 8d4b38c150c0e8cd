"""Applications are shared out between inventor countries and classes, in whole numbers.

A part of an application is a whole number of 10^-24 parts: a share that is written with decimals
is exact in it, sums do not depend on the order of rows, and what is kept of an application is two
short tuples, so that millions fit in memory.

Knows: how an application is shared out. Must not know: files, or names of countries and classes.
May import: errors. Standard library only besides.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from techdiplomacy.errors import QueryTooLarge

MOST_APPLICATIONS = 10_000_000
WHOLE = 10**24
_TOLERANCE = WHOLE // 100
_SHOWN = 10**9  # parts of an application that counts are rounded to
_DENSE = 400_000_000  # numbers of persons below it are kept in a row of two bytes each
_COMMON = 2  # tuples up to this length are shared by many applications
_SHARE = re.compile(r"(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_Key = int | str
_Kept = TypeVar("_Kept", bound=tuple[object, ...])


@dataclass
class Counted:
    """The counts in parts of 10^-24, and what was left out of them.

    ``lost`` is the part of the applications that went to unknown countries. Without a choice of
    classes, the amounts and ``lost`` add up to the applications with inventors whose shares do.
    """

    amounts: dict[tuple[str, str, int], int] = field(default_factory=dict)
    with_inventors: int = 0
    without_inventors: int = 0
    not_adding_up: int = 0
    scaled: int = 0
    of_nowhere: int = 0
    applications: int = 0
    lost: int = 0


class Applications:
    """What is known of each application: year, classes, countries of inventors.

    The three are told in this order; what falls outside a choice is forgotten in between.
    """

    def __init__(self, *, shares: bool) -> None:
        self.several_years = 0
        self._shares = shares
        self._years: dict[_Key, int] = {}
        self._of_several_years: set[_Key] = set()
        self._classes: dict[_Key, tuple[str, ...]] = {}
        self._inventors: dict[_Key, tuple[tuple[str, int], ...]] = {}
        self._common: dict[tuple[object, ...], tuple[object, ...]] = {}
        self._homes = array("H")
        self._far_homes: dict[_Key, int] = {}
        self._home_numbers: dict[str, int] = {"": 0}
        self._home_names: list[str] = [""]

    @property
    def dated(self) -> int:
        """Return how many applications have a year."""
        return len(self._years)

    @property
    def classified(self) -> int:
        """Return how many applications have a class."""
        return len(self._classes)

    def date(self, application: str, year: int) -> None:
        """Note a year of an application, 0 for an unknown one.

        Of several years the earliest stands: a priority is the first filing.
        """
        key = _key(application)
        before = self._years.get(key)
        if before is None:
            self._years[key] = year
            if len(self._years) > MOST_APPLICATIONS:
                raise QueryTooLarge(
                    f"There are more than {MOST_APPLICATIONS:,} applications in these years: "
                    "they do not fit in memory.",
                    where="live: ask: years on the card",
                    next_step="Ask for fewer years or one office, or export the classes that are "
                    "needed only.",
                )
        elif year and year != before:
            self._years[key] = min(year, before) if before else year
            if before:
                self._of_several_years.add(key)

    def keep_years(self, first: int, last: int) -> int:
        """Forget applications outside of the years; return how many have no year."""
        unknown = sum(not year for year in self._years.values())
        kept = {key: year for key, year in self._years.items() if first <= year <= last}
        self.several_years = sum(key in kept for key in self._of_several_years)
        self._years = kept
        return unknown

    def classify(self, application: str, symbol: str) -> None:
        """Note a class of an application."""
        key = _key(application)
        if key in self._years:
            known = self._classes.get(key, ())
            if symbol not in known:
                self._classes[key] = self._kept((*known, sys.intern(symbol)))

    def keep_classes(self, beginnings: tuple[str, ...]) -> int:
        """Forget applications without a class that begins so; return how many have none at all."""
        without = len(self._years) - len(self._classes)
        if beginnings:
            self._classes = {
                key: symbols
                for key, symbols in self._classes.items()
                if any(symbol.startswith(beginnings) for symbol in symbols)
            }
        return without

    def invent(self, application: str, country: str) -> None:
        """Note a country of an inventor of an application; empty for an unknown one."""
        key = _key(application)
        if key in self._classes:
            known = self._inventors.get(key, ())
            if (country, 1) not in known:
                self._inventors[key] = self._kept((*known, (sys.intern(country), 1)))

    def share(self, application: str, country: str, inventor: str, region: str) -> bool:
        """Note the share of an inventor in a region; return whether it can be read."""
        key = _key(application)
        if key in self._classes:
            part = _product(inventor, region)
            if part is None:
                return False
            known = dict(self._inventors.get(key, ()))
            known[sys.intern(country)] = known.get(country, 0) + part
            self._inventors[key] = self._kept(tuple(known.items()))
        return True

    def settle(self, person: str, country: str) -> None:
        """Note where a person lives."""
        key = _key(person)
        if country not in self._home_numbers:
            self._home_numbers[country] = len(self._home_names)
            self._home_names.append(country)
        number = self._home_numbers[country]
        if not isinstance(key, int) or key >= _DENSE:
            self._far_homes[key] = number
            return
        if key >= len(self._homes):
            # half as much again, so that a table sorted by person does not grow it row by row
            more = max(key + 1, len(self._homes) * 3 // 2) - len(self._homes)
            self._homes.frombytes(bytes(2 * more))
        self._homes[key] = number

    def home(self, person: str) -> str:
        """Return where a person lives; empty if unknown."""
        key = _key(person)
        if isinstance(key, int) and key < len(self._homes):
            return self._home_names[self._homes[key]]
        return self._home_names[self._far_homes.get(key, 0)]

    def count(self, beginnings: tuple[str, ...]) -> Counted:
        """Return the counts of the classes that begin so; of all if none is given."""
        counted = Counted()
        amounts: defaultdict[tuple[str, str, int], int] = defaultdict(int)
        for key, symbols in self._classes.items():
            inventors = self._inventors.get(key)
            if inventors is None:
                counted.without_inventors += 1
                continue
            counted.with_inventors += 1
            # equal parts are kept as ones: what they add up to is their number
            together = sum(part for _, part in inventors)
            if self._shares and abs(together - WHOLE) > _TOLERANCE:
                counted.not_adding_up += 1
                continue
            counted.scaled += self._shares and together != WHOLE
            somewhere = any(country for country, _ in inventors)
            counted.applications += somewhere
            counted.of_nowhere += not somewhere
            year = self._years[key]
            for country, part in inventors:
                if not country:
                    counted.lost += part * WHOLE // together
                    continue
                each = part * WHOLE // (together * len(symbols))
                for symbol in symbols:
                    if symbol.startswith(beginnings or ""):
                        amounts[country, symbol, year] += each
        counted.amounts = dict(amounts)
        return counted

    def _kept(self, value: _Kept) -> _Kept:
        """Return a tuple, short ones as the one object that stands for all alike."""
        if len(value) > _COMMON:
            return value
        return self._common.setdefault(value, value)  # type: ignore[return-value]


def as_decimal(amount: int) -> str:
    """Return an amount in parts of 10^-24 as plain digits, nine behind the point at most.

    Examples
    --------
    >>> as_decimal(WHOLE * 11 // 6), as_decimal(2 * WHOLE - 1), as_decimal(WHOLE // 10**7)
    ('1.833333333', '2', '0.0000001')
    """
    part = WHOLE // _SHOWN
    before, behind = divmod((amount + part // 2) // part, _SHOWN)
    return f"{before}.{behind:09d}".rstrip("0").rstrip(".")


def _key(text: str) -> _Key:
    """Return a number where nothing is lost by it: it takes half the room of its digits."""
    return int(text) if text.isascii() and text.isdigit() and text[0] != "0" else text


@lru_cache(maxsize=100_000)
def _product(inventor: str, region: str) -> int | None:
    """Return the product of two shares in parts of 10^-24; nothing for what is no share."""
    if not (_SHARE.fullmatch(inventor) and _SHARE.fullmatch(region)):
        return None
    factors = [Decimal(text.replace(",", ".")) for text in (inventor, region)]
    if max(factors) > 1:
        return None
    return round(factors[0] * factors[1] * WHOLE)
