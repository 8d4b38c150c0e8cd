"""The section of the priorities page on science offices, missions and instruments.

Knows: which sentence says which result; unknown is never said as none. Must not know: files.
May import: texts, countries, technologies, vocabulary, partnership, page_columns, pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns
from techdiplomacy.pages import Finding
from techdiplomacy.partnership import Partnership
from techdiplomacy.texts import Sayable, Text, count, listing, say, verbatim, year
from techdiplomacy.tie_tables import KIND
from techdiplomacy.vocabulary import CONFIRMED, LEVELS, MISSION_LISTED, REPRESENTED


def own_total(results: Partnership, what: str = "offices") -> Mapping[Any, Any]:
    """Return how many offices, or host countries, are known, registered and stated."""
    rows = results.representation_totals
    found = rows[rows["what"] == what].to_dict("records")
    if not found:
        return {"known": 0, "from_register": 0, "stated": None}
    row = found[0]
    return {**row, "stated": None if pd.isna(row["stated"]) else int(row["stated"])}


def newest_confirmation(offices: pd.DataFrame, viewpoint: str, otherwise: Sayable) -> Sayable:
    """Return the newest year in which an office of the country was confirmed.

    Parameters
    ----------
    offices : DataFrame
        Feature ``known_offices``.
    viewpoint : str
        The country.
    otherwise : Sayable
        What is said where no year is known.
    """
    own = offices[offices["country"] == viewpoint]
    dates = pd.concat([own["last_confirmed"], own["since"]]).dropna().astype(str)
    return year(int(dates.str[:4].max())) if len(dates) else otherwise


_ABROAD, _HERE = say("own office abroad"), say("office of the partner here")
_UNKNOWN = "unknown"
_LEVELS = {**LEVELS, _UNKNOWN: say("not applicable or not known")}


def _leading(results: Partnership) -> pd.DataFrame:
    rows: pd.DataFrame = results.representation[results.representation["groups_led"] > 0]
    return rows


def offices_finding(results: Partnership, viewpoint: str, names: Countries, to: Sayable) -> Finding:
    """Return how many of the stated offices are known, and in how many host countries."""
    total, hosts = own_total(results), own_total(results, "host_countries")
    values: dict[str, Sayable] = {"known": count(total["known"]), "n": count(hosts["known"])}
    sure = say("unknown, not none")
    date = say("{year}", year=to)
    if total["stated"] is None or hosts["stated"] is None:
        return Finding(
            say(
                "{known} science offices of {country} are known, in {n} host countries.",
                country=names.text(viewpoint),
                **values,
            ),
            sure,
            date,
        )
    return Finding(
        say(
            "{known} of {stated} stated science offices are known, in {n} of {hosts} host "
            "countries.",
            stated=count(total["stated"]),
            hosts=count(hosts["stated"]),
            **values,
        ),
        sure,
        date,
    )


def totals_words(results: Partnership, viewpoint: str, names: Countries) -> Text:
    """Return how many offices and host countries are known, and how many are stated."""
    offices, hosts = own_total(results), own_total(results, "host_countries")
    values: dict[str, Sayable] = {
        "known": count(offices["known"]),
        "hosts": count(hosts["known"]),
        "register": count(offices["from_register"]),
        "country": names.text(viewpoint),
    }
    if offices["stated"] is None:
        return say(
            "{known} science offices of {country} abroad are known, in {hosts} host countries; "
            "{register} come from the register. No text of this project states how many there are.",
            **values,
        )
    return say(
        "{known} of {stated} stated science offices of {country} are known, in {hosts} of "
        "{stated_hosts} host countries; {register} come from the register. The others exist, but "
        "no public page found names them: an empty mark below is a question to the ministry, not a "
        "gap abroad.",
        stated=count(offices["stated"]),
        stated_hosts=count(hosts["stated"]),
        **values,
    )


def matrix_headline(results: Partnership) -> Text:
    """Return in how many countries that lead a group an office is known."""
    leading = _leading(results)
    pairs = results.representation_matrix
    pairs = pairs[pairs["leader"].astype(bool)]
    return say(
        "An office is known in {n} of {all} economies among the first five of a group, for "
        "{covered} of {pairs} such places",
        n=count((leading["st_offices_known"] > 0).sum()),
        all=count(len(leading)),
        covered=count((pairs["office"] == "known").sum()),
        pairs=count(len(pairs)),
    )


def offices_subtitle(strength: Sayable) -> Text:
    """Return what is shown, and of when."""
    return say(
        "First five by size, {strength} (patents by year of grant); missions as listed in "
        "{missions}, offices as public pages name them",
        strength=strength,
        missions=year(KIND["missions"].state_year),
    )


def matrix_alt(results: Partnership, names: Countries) -> Text:
    """Return the grid of leaders and offices in words."""
    leading = _leading(results)
    known = leading.loc[leading["st_offices_known"] > 0, "partner"]
    values: dict[str, Sayable] = {"n": count(len(leading))}
    if known.empty:
        return say(
            "Grid of {n} economies among the first five of a group, by group. In none of them "
            "is a science office known, which may be a gap of the lists.",
            **values,
        )
    return say(
        "Grid of {n} economies among the first five of a group, by group. Science offices are "
        "known in {known}; elsewhere missions are listed, or the lists are incomplete.",
        known=names.texts(known),
        **values,
    )


def offices_table(results: Partnership) -> pd.DataFrame:
    """Return table ``representation``, those that lead most groups on top."""
    rows: pd.DataFrame = results.representation.sort_values(
        ["groups_led", "partner"], ascending=[False, True], ignore_index=True
    )
    return rows.assign(level=rows["level"].astype(object).where(rows["level"].notna(), _UNKNOWN))


def offices_columns(names: Countries) -> Columns:
    """Return how `offices_table` reads."""
    return (
        cells.country("partner", say("partner"), names),
        cells.observed("groups_led", say("groups among the first five by size"), count),
        cells.words("mission", say("highest mission listed"), MISSION_LISTED),
        cells.observed("st_offices_known", say("own offices known"), count),
        cells.words("confirmed", say("confirmed"), CONFIRMED),
        cells.observed("inbound_offices_known", say("offices of the partner known"), count),
        cells.observed("instruments_known", say("instruments known"), count),
        cells.words("level", say("level known"), _LEVELS),
        cells.words("verdict", say("what is known"), REPRESENTED),
    )


def offices_headline(results: Partnership, names: Countries) -> Text:
    """Return with which leaders no office is known, those that lead most groups first."""
    table = offices_table(results)
    without = table[(table["groups_led"] > 0) & (table["st_offices_known"] == 0)]
    if without.empty:
        return say("A science office is known in every economy among the first five of a group")
    return say(
        "To ask or to fill in first: whether there is an office in {names}",
        names=listing(names.text(code) for code in without["partner"].head(3)),
    )


def known_table(offices: pd.DataFrame, viewpoint: str) -> pd.DataFrame:
    """Return the offices known, those of the country first, then those of partners there.

    Parameters
    ----------
    offices : DataFrame
        Feature ``known_offices``.
    viewpoint : str
        The country.

    Returns
    -------
    DataFrame
        ``own`` (whether the country keeps it abroad), ``partner, city, name, last_confirmed``.
    """
    own = offices["country"] == viewpoint
    kept = offices.assign(own=own, other=offices["partner"].where(own, offices["country"]))
    kept = kept[own | (offices["partner"] == viewpoint)].drop(columns="partner")
    ordered: pd.DataFrame = kept.rename(columns={"other": "partner"}).sort_values(
        ["own", "partner", "city"], ascending=[False, True, True], ignore_index=True
    )
    return ordered[["own", "partner", "city", "name", "last_confirmed"]]


def known_columns(names: Countries) -> Columns:
    """Return how `known_table` reads."""
    return (
        cells.said("own", say("direction"), {True: _ABROAD, False: _HERE}.__getitem__),
        cells.country("partner", say("partner"), names),
        cells.said("city", say("city"), verbatim),
        cells.said("name", say("name"), verbatim),
        cells.said("last_confirmed", say("last confirmed"), lambda told: year(int(told[:4]))),
    )


def known_headline(offices: pd.DataFrame, viewpoint: str) -> Text:
    """Return how many offices are known in each direction, and how many have no date."""
    table = known_table(offices, viewpoint)
    return say(
        "Known by name: {own} offices abroad and {here} of partners here; {undated} without a year",
        own=count(table["own"].sum()),
        here=count((~table["own"]).sum()),
        undated=count(table["last_confirmed"].isna().sum()),
    )


def known_subtitle(to: Sayable) -> Text:
    """Return what the offices known are read from, and up to when."""
    return say(
        "Science offices as public pages and the register name them, in years up to {to}", to=to
    )
