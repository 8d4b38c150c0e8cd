"""Write ``data/reference/countries.csv``: ISO and UN codes, English and Vietnamese names, groups.

Call it with the folder that holds the publishers' figures, each source in a folder of its own::

    python tools/build_countries.py FIGURES_FOLDER

Codes come from the UN population file, which holds ISO2, ISO3 and M49 side by side; the few
territories it leaves out are listed below. Names come from the CLDR by way of babel. The script
also checks ``country_spellings.csv``, which is kept by hand. It knows nothing about indicators.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from babel import Locale
from extract_figures import Extract, read_figures

from techdiplomacy.errors import InvalidTable, TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.paths import reference_file
from techdiplomacy.tables import read_csv

# territories of ISO 3166-1 that the UN population file leaves out: ISO3, ISO2, M49
WITHOUT_POPULATION = (
    ("ALA", "AX", "248"),
    ("ATA", "AQ", "010"),
    ("ATF", "TF", "260"),
    ("BVT", "BV", "074"),
    ("CCK", "CC", "166"),
    ("CXR", "CX", "162"),
    ("HMD", "HM", "334"),
    ("IOT", "IO", "086"),
    ("NFK", "NF", "574"),
    ("PCN", "PN", "612"),
    ("SGS", "GS", "239"),
    ("SJM", "SJ", "744"),
    ("UMI", "UM", "581"),
    ("VAT", "VA", "336"),
)
# withdrawn codes that a source still uses: ISO3, ISO2, M49, English name, Vietnamese name
HISTORIC = (
    ("ANT", "AN", "530", "Netherlands Antilles", "Antille thuộc Hà Lan"),
    ("SCG", "CS", "891", "Serbia and Montenegro", "Serbia và Montenegro"),
    ("YUG", "YU", "890", "Yugoslavia", "Nam Tư"),
)
# the CLDR's full names of these are too long for a figure; these are its short or plain forms
SHORT_NAMES = {
    "HKG": ("Hong Kong", "Hồng Kông"),
    "MAC": ("Macao", "Ma Cao"),
    "MMR": ("Myanmar", "Myanmar"),
    "PSE": ("Palestine", "Palestine"),
}
GROUPS = {
    "ASEAN": "BRN IDN KHM LAO MMR MYS PHL SGP THA TLS VNM",
    "EU27": (
        "AUT BEL BGR CYP CZE DEU DNK ESP EST FIN FRA GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD POL "
        "PRT ROU SVK SVN SWE"
    ),
}


def country_rows(population: pd.DataFrame) -> pd.DataFrame:
    """Return the country list, one row for each ISO3 code, sorted by code.

    Parameters
    ----------
    population : DataFrame
        Rows with the text columns ``iso3``, ``iso2`` and ``m49_code``.

    Raises
    ------
    InvalidTable
        If a code occurs twice or a name is missing in either language.
    """
    listed = population[["iso3", "iso2", "m49_code"]].drop_duplicates()
    codes = [*listed.itertuples(index=False, name=None), *WITHOUT_POPULATION]
    rows = [
        (iso3, iso2, str(m49).zfill(3), *_names(iso3, iso2), "country", _groups(iso3))
        for iso3, iso2, m49 in codes
    ]
    rows += [(*entry, "historic", "") for entry in HISTORIC]
    names = ["iso3", "iso2", "m49", "name_en", "name_vi", "kind", "groups"]
    table = pd.DataFrame(rows, columns=names).sort_values("iso3", ignore_index=True)
    for column in ("iso3", "iso2", "m49", "name_en", "name_vi"):
        wrong = table[table[column].duplicated(keep=False) | (table[column] == "")]
        if not wrong.empty:
            raise InvalidTable(
                f"Column {column} is empty or not unique for {', '.join(wrong['iso3'])}.",
                where="data/reference/countries.csv",
                next_step="Correct the lists at the head of tools/build_countries.py.",
            )
    return table


def check_spellings(countries: pd.DataFrame, spellings: pd.DataFrame) -> None:
    """Check that each spelling is listed once, is needed, and leads to a listed code.

    Parameters
    ----------
    countries : DataFrame
        The country list, as text.
    spellings : DataFrame
        Columns ``spelling``, ``iso3`` (missing: not a country) and ``note``.

    Raises
    ------
    InvalidTable
        Naming the first spellings that break one of these rules.
    """
    known = {*countries["iso3"], *countries["iso2"], *countries["name_en"]}
    rules = {
        "listed twice": spellings["spelling"].duplicated(),
        "already a code or English name in countries.csv": spellings["spelling"].isin(known),
        "given a code that countries.csv does not have": spellings["iso3"].notna()
        & ~spellings["iso3"].isin(countries["iso3"]),
        "not a country, and no note says what else": spellings["iso3"].isna()
        & spellings["note"].isna(),
    }
    for rule, broken in rules.items():
        if broken.any():
            raise InvalidTable(
                f"Spelling {rule}: {', '.join(spellings.loc[broken, 'spelling'][:10])}.",
                where="data/reference/country_spellings.csv",
                next_step="Correct these rows; one spelling leads to one code.",
            )


def _names(iso3: str, iso2: str) -> tuple[str, str]:
    """Return the English and the Vietnamese name; empty where the CLDR has none."""
    if iso3 in SHORT_NAMES:
        return SHORT_NAMES[iso3]
    return (
        str(Locale("en").territories.get(iso2, "")),
        str(Locale("vi").territories.get(iso2, "")),
    )


def _groups(iso3: str) -> str:
    """Return the named groups of a country, separated by semicolons."""
    return ";".join(group for group, members in GROUPS.items() if iso3 in members.split())


def build_countries(figures_folder: Path) -> int:
    """Write the country list, check the spellings against it, and return the number of rows."""
    population = read_figures(
        figures_folder, Extract("un_population_2022", "population_age5_1950_2100.csv.gz")
    )
    countries = country_rows(population)
    check_spellings(countries, read_csv(reference_file("country_spellings"), dtype="str"))
    text = countries.to_csv(index=False, lineterminator="\n")
    write_bytes(reference_file("countries"), text.encode())
    return len(countries)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figures_folder", type=Path, help="folder of the publishers' figures")
    chosen = parser.parse_args(arguments)
    try:
        rows = build_countries(chosen.figures_folder)
    except TechDiplomacyError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"data/reference/countries.csv: {rows} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
