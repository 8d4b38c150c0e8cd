"""One spelling to ISO 3166-1 alpha-3; names in English and Vietnamese; named groups.

Knows: ``data/reference/countries.csv`` and ``country_spellings.csv``. Must not know: figures.
May import: errors, paths, files, tables, texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from techdiplomacy.errors import UnknownCountry, suggest
from techdiplomacy.paths import reference_file
from techdiplomacy.tables import read_csv
from techdiplomacy.texts import LANGUAGES, Language, Listing, Spelled, commas


@dataclass(frozen=True)
class Countries:
    """The country list and all spellings that sources use."""

    table: pd.DataFrame
    codes: dict[str, str]
    aggregates: frozenset[str]

    def name(self, code: str, language: Language = "en") -> str:
        """Return the name of a country in a language."""
        return str(self.table.at[self.code(code), f"name_{language}"])

    def text(self, code: str) -> Spelled:
        """Return the name of a country in every language."""
        return Spelled({language: self.name(code, language) for language in LANGUAGES})

    def texts(self, codes: Iterable[str]) -> Listing:
        """Return the names of several countries with commas between, in the order given."""
        return commas(self.text(code) for code in codes)

    def code(self, spelling: str) -> str:
        """Return the ISO3 code of one spelling.

        Raises
        ------
        UnknownCountry
            If the spelling is in neither table.
        """
        if spelling not in self.codes:
            raise self._unknown([spelling], where="a country name or code")
        return self.codes[spelling]

    def members(self, group: str) -> list[str]:
        """Return the ISO3 codes of a named group such as ``EU27``."""
        return [
            str(code)
            for code, groups in self.table["groups"].fillna("").items()
            if group in str(groups).split(";")
        ]

    def translate(self, spellings: pd.Series, *, where: str) -> pd.Series:
        """Return ISO3 codes for a column; aggregates such as World become missing.

        Parameters
        ----------
        spellings : Series of str
            Codes or names as a source writes them.
        where : str
            File and column, for the message.

        Raises
        ------
        UnknownCountry
            Listing every spelling that is in neither reference table.
        """
        distinct = pd.unique(spellings.dropna())
        unknown = [
            str(word) for word in distinct if word not in self.codes and word not in self.aggregates
        ]
        if unknown or spellings.isna().any():
            raise self._unknown(unknown or ["(empty cell)"], where=where)
        return spellings.map(self.codes)

    def _unknown(self, spellings: list[str], *, where: str) -> UnknownCountry:
        listed = " ".join(f"'{word}'.{suggest(word, self.codes)}" for word in spellings[:10])
        more = f" And {len(spellings) - 10} more." if len(spellings) > 10 else ""
        return UnknownCountry(
            f"Unknown country: {listed}{more}",
            where=where,
            next_step="Correct the spelling, or add it to data/reference/country_spellings.csv.",
        )


@lru_cache(maxsize=1)
def load_countries() -> Countries:
    """Return the countries and spellings of this project folder."""
    table = read_csv(reference_file("countries"), dtype="str").set_index("iso3", drop=False)
    spellings = read_csv(reference_file("country_spellings"), dtype="str")
    codes = {str(code): str(code) for code in table["iso3"]}
    codes |= {str(two): str(three) for three, two in table["iso2"].dropna().items()}
    # a list of a ministry may name countries in its own language
    for names in ("name_vi", "name_en"):
        codes |= {str(name): str(code) for code, name in table[names].items()}
    countries = spellings[spellings["iso3"].notna()]
    codes |= dict(zip(countries["spelling"], countries["iso3"], strict=True))
    aggregates = frozenset(spellings.loc[spellings["iso3"].isna(), "spelling"])
    return Countries(table=table, codes=codes, aggregates=aggregates)
