"""Clean tables become the indicators that notebooks share.

Knows: which clean table feeds which feature. Must not know: how an indicator is computed.
May import: everything up to strength and workforce.
"""

from __future__ import annotations

import pandas as pd

from techdiplomacy import pair_facts, strength, workforce
from techdiplomacy.cards import load_card
from techdiplomacy.errors import InvalidParams
from techdiplomacy.files import keep_only
from techdiplomacy.group_evidence import NEEDED as COUNTED_TABLES
from techdiplomacy.group_evidence import build_group_evidence
from techdiplomacy.group_evidence import whole_windows as windows
from techdiplomacy.params import Params
from techdiplomacy.paths import clean_folder, reference_file
from techdiplomacy.register_files import load_registers
from techdiplomacy.registers import known_facts
from techdiplomacy.tables import read_csv, read_table
from techdiplomacy.technologies import Taxonomy, load_taxonomy

# evidence, clean table, column with the count
EVIDENCE = (
    ("patents", "patent_families", "patent_families"),
    ("publications", "articles", "articles"),
)
NEEDED = (
    *dict.fromkeys(("patent_families", "articles", *COUNTED_TABLES)),
    *("employment", "researchers", "degrees", "population"),
    *(*pair_facts.NEEDED, "st_offices"),
)


def read_clean(params: Params) -> dict[str, pd.DataFrame]:
    """Return the clean tables that features need, by name; left-over tables are deleted.

    Raises
    ------
    InvalidParams
        If no listed source gives one of the tables, or two sources give the same one.
    """
    keep_only(clean_folder(), params.sources)
    givers: dict[str, list[str]] = {}
    for source in params.sources:
        givers.setdefault(load_card(source).table, []).append(source)
    for table in NEEDED:
        if len(givers.get(table, [])) != 1:
            raise InvalidParams(
                f"Table '{table}' needs exactly one source, found {givers.get(table, [])}.",
                where="params.yaml: sources",
                next_step="List one source whose card says table: " + table + ".",
            )
    return {table: read_table(table, source=givers[table][0]) for table in NEEDED}


def build_features(clean: dict[str, pd.DataFrame], params: Params) -> dict[str, pd.DataFrame]:
    """Return the feature tables by name.

    Parameters
    ----------
    clean : dict of DataFrame
        What ``read_clean`` returns.
    params : Params
        Sections ``rta``, ``profiles`` and ``workforce`` and the viewpoint are used.
    """
    specialisations = [
        field_specialisation(clean[table], evidence, column, params)
        for evidence, table, column in EVIDENCE
    ]
    series = [
        workforce.employment_series(clean["employment"]),
        workforce.researcher_series(clean["researchers"]),
        workforce.degree_series(clean["degrees"]),
    ]
    ages = workforce.age_structure(clean["population"], params.workforce.working_ages)
    facts = known_facts(clean, load_registers())
    # instruments of the registers are ties as well
    pairs = {**clean, "st_agreements": facts["known_agreements"]}
    return {
        "field_specialisation": pd.concat(specialisations, ignore_index=True),
        "workforce_series": pd.concat(series, ignore_index=True),
        "age_structure": ages,
        "group_evidence": build_group_evidence(clean, all_lists(), params.profiles.window_years),
        **pair_features(pairs, params.viewpoint),
        **facts,
    }


def pair_features(clean: dict[str, pd.DataFrame], viewpoint: str) -> dict[str, pd.DataFrame]:
    """Return the feature tables of pairs of countries by name.

    Parameters
    ----------
    clean : dict of DataFrame
        Clean tables by name; those of ``pair_facts.NEEDED`` are used.
    viewpoint : str
        The country whose projects are kept with all their participants.
    """
    return {
        "ties": pair_facts.all_ties(clean),
        "pair_traits": pair_facts.pair_traits(
            clean["country_pairs"], clean["trade_agreement_pairs"]
        ),
        "viewpoint_projects": pair_facts.projects_of(
            viewpoint, clean["project_participations"], clean["project_parts"]
        ),
        "official_ties": clean["official_joint_articles"],
    }


def all_lists() -> list[Taxonomy]:
    """Return every list of technologies of this project folder, so that one can be switched."""
    listed = read_csv(reference_file("technologies"), usecols=["framework"], dtype="str")
    return [load_taxonomy(name) for name in sorted(listed["framework"].unique())]


def field_specialisation(
    counts: pd.DataFrame, evidence: str, column: str, params: Params
) -> pd.DataFrame:
    """Return the specialisation of countries in fields for each window of years.

    Parameters
    ----------
    counts : DataFrame
        Clean table with ``country``, ``field``, ``year`` and the count; if it holds whole and
        fractional counts, the fractional ones are taken, because they add up over fields.
    evidence : str
        ``patents`` or ``publications``.
    column : str
        Name of the count.
    params : Params
        Sections ``rta`` and ``profiles``.
    """
    taken = counts[~counts["field"].isin(params.profiles.fields_left_out)]
    if "counting" in taken:
        taken = taken[taken["counting"] == "fractional"]
    tables = []
    for first, last in windows(taken["year"], params.profiles.window_years):
        panel = taken[taken["year"].between(first, last)].pivot_table(
            index="country", columns="field", values=column, aggfunc="sum", fill_value=0.0
        )
        result = strength.specialisation(
            panel,
            min_families=params.rta.min_families,
            interval=params.rta.interval,
            threshold=params.rta.threshold,
        )
        tables.append(result.assign(evidence=evidence, window=f"{first}-{last}"))
    renamed = {"count": "count_items", "total": "total_items"}
    kept = pd.concat(tables, ignore_index=True).drop(columns="prior_strength")
    return kept.rename(columns=renamed)
