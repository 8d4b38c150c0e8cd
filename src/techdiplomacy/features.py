"""Clean tables become the indicators that notebooks share.

Knows: which clean table feeds which feature. Must not know: how an indicator is computed.
May import: everything up to strength and workforce.
"""

from __future__ import annotations

import pandas as pd

from techdiplomacy import pair_facts, strength, workforce, workforce_features
from techdiplomacy.cards import load_card
from techdiplomacy.errors import InvalidParams
from techdiplomacy.files import keep_only
from techdiplomacy.group_evidence import NEEDED as COUNTED_TABLES
from techdiplomacy.group_evidence import build_group_evidence
from techdiplomacy.group_evidence import whole_windows as windows
from techdiplomacy.params import Params
from techdiplomacy.paths import clean_folder, reference_file
from techdiplomacy.register_files import load_registers
from techdiplomacy.registers import known_facts, known_graduates
from techdiplomacy.source_states import source_states
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
    *("ict_specialists", "ai_postings", "sector_postings"),
    *("population_totals", "population_decades", "outside_projections"),
    *(*pair_facts.NEEDED, "st_offices"),
)
# which clean tables a feature is made of; what terms its figures are under follows from them
_PAIRED = ("country_pairs", "trade_agreement_pairs")
FED_BY: dict[str, tuple[str, ...]] = {
    "source_states": (),
    "field_specialisation": ("patent_families", "articles"),
    "group_evidence": COUNTED_TABLES,
    "workforce_series": ("employment", "ict_specialists", "researchers", "degrees"),
    "age_structure": ("population",),
    "population_ages": ("population",),
    "population_revisions": ("population", "population_totals", "population_decades"),
    "job_postings": ("ai_postings", "sector_postings"),
    "projections": ("outside_projections",),
    "known_graduates": (),  # the owner's register: each row names its terms
    "ties": tuple(
        table
        for table in pair_facts.NEEDED
        if table not in (*_PAIRED, "project_parts", "official_joint_articles")
    ),
    "pair_traits": _PAIRED,
    "viewpoint_projects": ("project_participations", "project_parts"),
    "official_ties": ("official_joint_articles",),
    "known_levels": ("partnership_levels",),
    "known_agreements": ("st_agreements",),
    "known_offices": ("st_offices",),
    "known_exchanges": (),
    "known_missions": ("missions",),
}
# years beyond the last one shown, so that who is followed by year of birth has a next age group
YEARS_AHEAD = 5


def read_clean(params: Params) -> dict[str, pd.DataFrame]:
    """Return the clean tables that features need, by name; left-over tables are deleted.

    ``source_states`` is among them: it is made of the notes on all sources.

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
    tables = {table: read_table(table, source=givers[table][0]) for table in NEEDED}
    return {**tables, "source_states": source_states(params.sources)}


def build_features(clean: dict[str, pd.DataFrame], params: Params) -> dict[str, pd.DataFrame]:
    """Return the feature tables by name.

    Parameters
    ----------
    clean : dict of DataFrame
        What ``read_clean`` returns.
    params : Params
        Sections ``rta``, ``profiles``, ``workforce``, ``partners`` and ``notebooks`` and the
        viewpoint are used.
    """
    specialisations = [
        field_specialisation(clean[table], evidence, column, params)
        for evidence, table, column in EVIDENCE
    ]
    registers = load_registers()
    facts = known_facts(clean, registers)
    # instruments of the registers are ties as well
    pairs = {**clean, "st_agreements": facts["known_agreements"]}
    return {
        "source_states": clean["source_states"],
        "field_specialisation": pd.concat(specialisations, ignore_index=True),
        **workforce_tables(clean, registers["graduates"], params),
        "group_evidence": build_group_evidence(clean, all_lists(), params.profiles.window_years),
        **pair_features(pairs, params.viewpoint),
        **facts,
    }


def workforce_tables(
    clean: dict[str, pd.DataFrame], graduates: pd.DataFrame, params: Params
) -> dict[str, pd.DataFrame]:
    """Return the feature tables of workers, graduates, population and outside figures by name.

    Parameters
    ----------
    clean : dict of DataFrame
        Clean tables by name.
    graduates : DataFrame
        The owner's register of graduates.
    params : Params
        Sections ``workforce``, ``partners`` and ``notebooks`` and the viewpoint are used.
    """
    series = [
        workforce.employment_series(clean["employment"]),
        workforce.ict_series(clean["ict_specialists"]),
        workforce.researcher_series(clean["researchers"]),
        workforce.degree_series(clean["degrees"]),
        workforce.graduate_series(clean["ict_specialists"]),
    ]
    population, chosen = clean["population"], params.workforce
    countries = countries_shown(params)
    return {
        "workforce_series": pd.concat(series, ignore_index=True),
        "age_structure": workforce.age_structure(population, chosen.working_ages),
        "population_ages": workforce_features.population_ages(
            population, countries, until=chosen.cohorts_until + YEARS_AHEAD
        ),
        "population_revisions": workforce_features.population_revisions(
            population,
            clean["population_totals"],
            clean["population_decades"],
            countries,
            working_ages=chosen.working_ages,
            until=chosen.cohorts_until,
        ),
        "job_postings": workforce_features.job_postings(
            clean["ai_postings"], clean["sector_postings"]
        ),
        "projections": clean["outside_projections"],
        "known_graduates": known_graduates(graduates),
    }


def countries_shown(params: Params) -> list[str]:
    """Return the viewpoint, its partners and every country that a notebook lists, once each."""
    listed = [params.viewpoint, *params.partners]
    for chosen in params.notebooks.values():
        countries = chosen.get("countries", [])
        listed += [str(code) for code in countries] if isinstance(countries, list) else []
    return list(dict.fromkeys(listed))


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
