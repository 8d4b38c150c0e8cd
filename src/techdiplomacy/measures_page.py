"""Sections of the technology page on single measures: shares, concentration, near fields, choices.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, technologies, vocabulary, technology_strength, technology_charts,
technology_words, page_columns, pages.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.params import ConcentrationSettings
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_charts import (
    rank_number,
)
from techdiplomacy.technology_strength import TechnologyStrength
from techdiplomacy.technology_words import (
    flagged_kinds,
    measure_names,
    near_shares,
    short_names,
    sources_of,
    span_words,
    window_words,
)
from techdiplomacy.texts import (
    Sayable,
    Text,
    commas,
    count,
    decimal,
    percent,
    period,
    say,
)
from techdiplomacy.vocabulary import (
    EVIDENCE,
    ITEMS,
    MEASURES,
    ONE_OFFICE_SOURCE,
    ROLES,
    STATUSES,
    VARIANTS,
    YES_NO,
)

# --- one measure at a time --------------------------------------------------------------------


def strength_table(results: TechnologyStrength, viewpoint: str, *, most: int = 3) -> pd.DataFrame:
    """Return the measures of the first countries of each group, and of the viewpoint.

    Parameters
    ----------
    results : TechnologyStrength
        Tables ``technology_strength`` and ``group_coverage``.
    viewpoint : str
        Shown in every measure that lists it.
    most : int
        Countries a group and measure, by share of the world.
    """
    rows = results.technology_strength
    order = {group: place for place, group in enumerate(results.group_coverage["group_id"])}
    measures = {measure: place for place, measure in enumerate(MEASURES)}
    place = rows.groupby(["measure", "group_id"])["world_share"].rank(
        ascending=False, method="first"
    )
    kept = rows[(place <= most) | (rows["country"] == viewpoint)]
    sorted_rows = kept.assign(
        _group=kept["group_id"].map(order), _measure=kept["measure"].map(measures)
    ).sort_values(["_group", "_measure", "world_share"], ascending=[True, True, False])
    return sorted_rows.drop(columns=["_group", "_measure"]).reset_index(drop=True)


def strength_columns(taxonomy: Taxonomy, names: Countries, level: float) -> Columns:
    """Return how `strength_table` reads; ``level`` is the mass of the intervals."""
    mass = percent(level)
    return (
        cells.said("group_id", say("group"), taxonomy.short_name),
        cells.words("measure", say("measure"), MEASURES),
        cells.country("country", say("country"), names),
        cells.words("role", say("role"), ROLES),
        cells.said("window", say("window"), lambda window: period(str(window))),
        cells.observed("count_items", say("items"), count),
        cells.label("size_tier", say("size")),
        cells.estimate(
            "world_share",
            say("share of listed economies"),
            lambda share: percent(share, 2),
            Interval("share_low", "share_high", mass),
        ),
        cells.estimate(
            "growth",
            say("growth a year"),
            lambda rate: percent(rate, 1, signed=True),
            Interval("growth_low", "growth_high", mass),
        ),
    )


def advantage_columns(taxonomy: Taxonomy, names: Countries, level: float) -> Columns:
    """Return how the advantages of `strength_table` read, beside the rank in each measure."""
    mass = percent(level)
    return (
        cells.said("group_id", say("group"), taxonomy.short_name),
        cells.words("measure", say("measure"), MEASURES),
        cells.country("country", say("country"), names),
        cells.estimate(
            "rank_median", say("rank"), rank_number, Interval("rank_low", "rank_high", mass)
        ),
        cells.estimate(
            "rta_shrunk", say("advantage"), decimal, Interval("rta_low", "rta_high", mass)
        ),
        cells.statistic("probability_above", say("P(above 1)"), percent),
        cells.words("status", say("note"), STATUSES),
    )


def advantage_headline(table: pd.DataFrame, level: float) -> Text:
    """Return how many of the largest countries are surely specialised."""
    known = table[table["probability_above"].notna()]
    sure = int((known["probability_above"] >= level).sum())
    return say(
        "Large is not specialised: {sure} of {n} rows show an advantage with a probability of "
        "{level} or more",
        sure=count(sure),
        n=count(len(known)),
        level=percent(level),
    )


def strength_headline(results: TechnologyStrength, viewpoint: str, names: Countries) -> Text:
    """Return in how many groups and measures the viewpoint country has figures."""
    rows = results.technology_strength
    own = rows[(rows["country"] == viewpoint) & rows["count_items"].notna()]
    return say(
        "{country} has figures in {n} of {all} pairs of group and measure; in {small} they are few",
        country=names.text(viewpoint),
        n=count(len(own)),
        all=count(len(rows.drop_duplicates(["measure", "group_id"]))),
        small=count((own["status"] == "small_n").sum()),
    )


def strength_subtitle(results: TechnologyStrength) -> Text:
    """Return what the table holds."""
    return say(
        "Newest window of each measure: {windows} (patents by year of grant)",
        windows=window_words(results.technology_strength),
    )


# --- concentration and spread -----------------------------------------------------------------


def concentration_headline(
    results: TechnologyStrength, settings: ConcentrationSettings, names: Countries
) -> Text:
    """Return how many groups and measures one country holds by half or more."""
    near = near_shares(results.group_concentration)
    flagged = near[near["flag_top"].fillna(False).astype(bool)]
    return (
        say(
            "One country holds {limit} or more in {n} of {all} measures of groups",
            limit=percent(settings.top_share),
            n=count(len(flagged)),
            all=count(len(near)),
        )
        if flagged.empty
        else say(
            "One country holds {limit} or more in {n} of {all} measures of groups: {held}",
            limit=percent(settings.top_share),
            n=count(len(flagged)),
            all=count(len(near)),
            held=commas(
                say(
                    "{country} by {measure} in {n}",
                    country=names.text(code),
                    measure=words,
                    n=count(number),
                )
                for code, words, number in flagged_kinds(flagged)
            ),
        )
    )


def concentration_subtitle(rows: pd.DataFrame, level: float) -> Text:
    """Return what the shares are made of."""
    return say(
        "Share of the first country with {level} interval; {windows} (patents by year of grant)",
        level=percent(level),
        windows=window_words(rows),
    )


def concentration_alt(rows: pd.DataFrame, taxonomy: Taxonomy, names: Countries) -> Text:
    """Return the shares in words."""
    ordered = rows.sort_values("top_share", ascending=False).to_dict("records")
    most, least = ordered[0], ordered[-1]
    return say(
        "Dots with intervals for {n} measures of groups. The first country's share is largest in "
        "\u201c{most}\u201d ({most_country}, {most_share}), smallest in \u201c{least}\u201d "
        "({least_country}, {least_share}).",
        n=count(len(ordered)),
        most=taxonomy.short_name(most["group_id"]),
        most_country=names.text(most["top_country"]),
        most_share=percent(most["top_share"]),
        least=taxonomy.short_name(least["group_id"]),
        least_country=names.text(least["top_country"]),
        least_share=percent(least["top_share"]),
    )


def concentration_table(concentration: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """Return concentration by group and measure, in the order of the list, flags as words."""
    order = {group: place for place, group in enumerate(taxonomy.groups)}
    rows = concentration.assign(
        _order=concentration["group_id"].map(order),
        _near=concentration["role"].map(list(ROLES).index),
        flags=pd.Series(
            [_flags(*pair) for pair in concentration[["flag_top", "flag_hhi"]].to_numpy()],
            index=concentration.index,
            dtype=object,
        ),
    )
    columns = ["_order", "_near", "measure"]
    return rows.sort_values(columns).drop(columns=columns[:2]).reset_index(drop=True)


def _flags(top: Any, index: Any) -> Text | None:
    """Return which parameters a row reaches."""
    held = pd.notna(top) and bool(top)
    few = pd.notna(index) and bool(index)
    if held and few:
        return say("one country; few countries")
    if held:
        return say("one country")
    return say("few countries") if few else None


def concentration_columns(taxonomy: Taxonomy, names: Countries, level: float) -> Columns:
    """Return how `concentration_table` reads."""
    mass = percent(level)
    return (
        cells.said("group_id", say("group"), taxonomy.short_name),
        cells.words("measure", say("measure"), MEASURES),
        cells.words("role", say("role"), ROLES),
        cells.country("top_country", say("first"), names),
        cells.estimate(
            "top_share",
            say("its share"),
            percent,
            Interval("top_share_low", "top_share_high", mass),
        ),
        cells.country("second_country", say("second"), names),
        cells.estimate(
            "lead", say("lead (ratio)"), decimal, Interval("lead_low", "lead_high", mass)
        ),
        cells.estimate("hhi", say("HHI"), decimal, Interval("hhi_low", "hhi_high", mass)),
        cells.texts("flags", say("flag")),
    )


def spread_headline(spread: pd.DataFrame, viewpoint: str, names: Countries) -> Text:
    """Return how the spread of the viewpoint country over fields has changed of late."""
    known = spread[spread["effective_number"].notna()].sort_values(["evidence", "window"])
    rows = known.to_dict("records")
    last = rows[-1]
    before = [row for row in rows[:-1] if row["evidence"] == last["evidence"]]
    values: dict[str, Sayable] = {
        "country": names.text(viewpoint),
        "items": ITEMS[str(last["evidence"])],
        "now": decimal(last["effective_number"], 1),
        "window": period(last["window"]),
    }
    if not before:
        return say("{country}'s {items} of {window} spread over {now} equal fields", **values)
    values |= {"before": decimal(before[-1]["effective_number"], 1)}
    if last["effective_number_low"] > before[-1]["effective_number_high"]:
        return say(
            "{country}'s {items} of {window} spread wider than before: over {now} equal fields, "
            "not {before}",
            **values,
        )
    if last["effective_number_high"] < before[-1]["effective_number_low"]:
        return say(
            "{country}'s {items} of {window} spread less than before: over {now} equal fields, "
            "not {before}",
            **values,
        )
    return say(
        "{country}'s {items} of {window} spread as before: over {now} equal fields, then {before}",
        **values,
    )


def spread_subtitle(spread: pd.DataFrame, level: float) -> Text:
    """Return what the spread is made of."""
    known = spread[spread["effective_number"].notna()]
    return say(
        "Effective number of fields (1/HHI) with {level} interval: {evidence}, {span}",
        level=percent(level),
        evidence=commas(
            say("families granted") if code == "patents" else say("articles published")
            for code in sorted(known["evidence"].unique())
        ),
        span=span_words(known["window"]),
    )


def spread_alt(spread: pd.DataFrame, viewpoint: str, names: Countries) -> Text:
    """Return the spread in words: the newest windows, fewer of each where two kinds have them."""
    known = spread[spread["effective_number"].notna()].sort_values(["evidence", "window"])
    most = 4 // max(1, known["evidence"].nunique())
    parts = commas(
        say(
            "{items} of {window} over {n}",
            items=ITEMS[str(row["evidence"])],
            window=period(row["window"]),
            n=decimal(row["effective_number"], 1),
        )
        for row in known.groupby("evidence").tail(most).to_dict("records")
    )
    return say(
        "Lines with intervals: over how many equal fields the items of {country} spread. {parts}.",
        country=names.text(viewpoint),
        parts=parts,
    )


def spread_sources(spread: pd.DataFrame) -> list[str]:
    """Return the cards behind the windows that have a number."""
    cards = {"patents": "ncses_patent_families", "publications": "ncses_articles"}
    known = spread.loc[spread["effective_number"].notna(), "evidence"]
    return [cards[code] for code in sorted(known.unique())]


# --- relatedness ------------------------------------------------------------------------------


def related_table(relatedness: pd.DataFrame, *, most: int = 8) -> pd.DataFrame:
    """Return the fields nearest to what the viewpoint country does, by kind of evidence."""
    near = relatedness[relatedness["place"].notna()]
    near = near[near["place"].astype(float) <= most]
    return near.sort_values(["evidence", "place"]).reset_index(drop=True)


def related_columns(taxonomy: Taxonomy, names: Countries, level: float) -> Columns:
    """Return how `related_table` reads."""
    return (
        cells.words("evidence", say("evidence"), EVIDENCE),
        cells.observed("place", say("place"), count),
        cells.label("field", say("field")),
        cells.said(
            "groups", say("speaks for"), lambda codes: short_names(str(codes).split(";"), taxonomy)
        ),
        cells.statistic("density", say("density"), decimal),
        cells.estimate(
            "rta_shrunk", say("advantage"), decimal, Interval("rta_low", "rta_high", percent(level))
        ),
        cells.countries("covering_partners", say("partners that cover it"), names),
    )


def related_headline(relatedness: pd.DataFrame, viewpoint: str, names: Countries) -> Text:
    """Return the nearest field and who covers it."""
    near = related_table(relatedness, most=1)
    if near.empty:
        return say(
            "No source lists enough of {country} to say what lies near",
            country=names.text(viewpoint),
        )
    row = near.to_dict("records")[-1]
    field = cells.label("field", say("field")).read(row["field"])
    if pd.isna(row["covering_partners"]):
        return say(
            "Nearest to the strengths of {country} lies {field}, which no large country surely "
            "covers",
            country=names.text(viewpoint),
            field=field,
        )
    return say(
        "Nearest to the strengths of {country} lies {field}; {partners} cover it",
        country=names.text(viewpoint),
        field=field,
        partners=names.texts(str(row["covering_partners"]).split(";")[:3]),
    )


def related_subtitle(relatedness: pd.DataFrame) -> Text:
    """Return what density is made of."""
    known = relatedness[relatedness["place"].notna()]
    shown = relatedness if known.empty else known
    kinds = [
        say("families granted {window}", window=period(own["window"].iloc[0]))
        if code == "patents"
        else say("articles published {window}", window=period(own["window"].iloc[0]))
        for code, own in shown.groupby("evidence", sort=True)
    ]
    return say("Fields without advantage, densest first: {kinds}", kinds=commas(kinds))


def related_sources(relatedness: pd.DataFrame) -> list[str]:
    """Return the cards behind the fields shown."""
    cards = {"patents": "ncses_patent_families", "publications": "ncses_articles"}
    known = relatedness.loc[relatedness["place"].notna(), "evidence"]
    kinds = known if len(known) else relatedness["evidence"]
    return [cards[code] for code in sorted(kinds.unique())]


# --- sensitivity ------------------------------------------------------------------------------


def sensitivity_table(sensitivity: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """Return the first countries of each group under each choice, one row a choice."""
    order = {group: place for place, group in enumerate(taxonomy.groups)}
    variants = {variant: place for place, variant in enumerate(VARIANTS)}
    ordered = sensitivity.sort_values("position")
    table = ordered.groupby(["group_id", "variant"], as_index=False).agg(
        countries=("country", ";".join),
        n=("country", "size"),
        overlap=("overlap", "first"),
        compared=("compared", "first"),
        first_changes=("first_changes", "first"),
    )
    # another list has groups of its own; they stand under the group that they are compared with
    known = table[table["group_id"].isin(list(order))]
    return (
        known.assign(_group=known["group_id"].map(order), _variant=known["variant"].map(variants))
        .sort_values(["_group", "_variant"])
        .drop(columns=["_group", "_variant"])
        .reset_index(drop=True)
    )


def sensitivity_columns(taxonomy: Taxonomy, names: Countries) -> Columns:
    """Return how `sensitivity_table` reads."""
    return (
        cells.said("group_id", say("group"), taxonomy.short_name),
        cells.words("variant", say("choice"), VARIANTS),
        cells.countries("countries", say("first countries"), names),
        cells.said("first_changes", say("first place changes"), lambda new: YES_NO[bool(new)]),
        cells.observed("overlap", say("shared with as used"), count),
        cells.said("compared", say("measures compared"), measure_names),
    )


def sensitivity_headline(sensitivity: pd.DataFrame, taxonomy: Taxonomy) -> Text:
    """Return in how many groups another country comes first if some choice is made otherwise."""
    table = sensitivity_table(sensitivity, taxonomy)
    others = table[table["variant"] != "as_used"]
    if others.empty:
        return say("No other choice can be compared with the one used")
    changes = others["first_changes"].astype("boolean").fillna(False).astype(bool)
    by_size = changes & ~others["variant"].str.startswith("specialisation")
    return say(
        "First place changes under some other choice in {n} of {all} groups, in {by_size} with "
        "size as the yardstick",
        n=count(others.loc[changes, "group_id"].nunique()),
        all=count(others["group_id"].nunique()),
        by_size=count(others.loc[by_size, "group_id"].nunique()),
    )


def sensitivity_sources(sensitivity: pd.DataFrame) -> list[str]:
    """Return the cards behind the choices compared."""
    measures = sensitivity["compared"].str.split(";").explode()
    one_office = [ONE_OFFICE_SOURCE] if (sensitivity["variant"] == "one_office").any() else []
    return sorted({*sources_of(measures), *one_office})
