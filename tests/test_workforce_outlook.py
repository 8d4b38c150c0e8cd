"""One call gives every table as declared; years of outside figures are added to scenarios only."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from techdiplomacy import workforce_lists, workforce_outlook, workforce_pools
from techdiplomacy.declarations import declared
from techdiplomacy.outside import required_years
from techdiplomacy.params import load_params
from techdiplomacy.scenario_tables import WORKFORCE_SCENARIOS
from techdiplomacy.tables import check_table
from techdiplomacy.workforce_tables import OUTSIDE_COLUMNS

pytestmark = pytest.mark.usefixtures("at_the_root")

COUNTRIES = ("DEU", "FRA", "JPN", "VNM")
UNION = ("DEU", "FRA")
LAST = 2025


def one_series(name, first, label="workers", unit="persons", growth=1.03):
    measure, country, _ = name.split("/", 2)
    years = range(first, LAST + 1)
    place = COUNTRIES.index(country)
    # a wave of its own, so that errors of a back-test are not all nothing
    values = [
        1e5 * growth**number * (1 + 0.01 * np.sin(number + place)) for number in range(len(years))
    ]
    return pd.DataFrame(
        {
            "series": name,
            "measure": measure,
            "country": country,
            "label": label,
            "unit": unit,
            "year": list(years),
            "value": values,
            "level_shift": None,
        }
    )


def world():
    """Return features of four countries whose population stays as it is."""
    series = pd.concat(
        [one_series(f"employment/{code}/OC2_ISCO08_25", 2008) for code in COUNTRIES]
        + [one_series(f"ict_specialists/{code}/all", 2008) for code in UNION],
        ignore_index=True,
    )
    ages = pd.DataFrame(
        [
            (code, when, age, 1e6 * (1 - age / 200))
            for code in COUNTRIES
            for when in range(1990, 2051)
            for age in range(0, 105, 5)
        ],
        columns=["country", "year", "age_from", "population_persons"],
    )
    ages["projection"] = np.where(ages["year"] <= 2021, "estimate", "medium")
    working = ages[ages["age_from"].between(15, 60)]
    structure = (
        working.groupby(["country", "year"], as_index=False)["population_persons"]
        .sum()
        .rename(columns={"population_persons": "working_age_persons"})
    )
    newest = {"country": "VNM", "year": 2045, "newer_persons": 103.0}
    newest |= {"newer_persons_low": 90.0, "newer_persons_high": 110.0}
    revisions = pd.DataFrame([newest]).reindex(
        columns=declared("population_revisions").column_names()
    )
    earlier = [name for name in revisions if name.startswith("earlier_")]
    revisions[earlier] = 100.0
    figure = {column.name: None for column in OUTSIDE_COLUMNS} | {
        "area": "JPN",
        "publisher": "a ministry",
        "published": "2024",
        "unit": "persons",
        "evidence_grade": "official",
        "url": "https://example.org",
        "quantity": "employment",
        "nature": "projection",
        "field": "semiconductors",
        "base_year": 2021,
    }
    # a year that the settings do not have, and one beyond the ages
    projections = pd.DataFrame(
        [
            {**figure, "projection_id": "A", "base_value": 1e5, "target_year": 2031}
            | {"central": 1.5e5},
            {**figure, "projection_id": "B", "base_value": 1e5, "target_year": 2060}
            | {"central": 2e5},
        ]
    ).astype({"low": "float64", "high": "float64"})
    graduates = pd.DataFrame(
        columns=["country", "field", "year", "graduates", "evidence", "licence"]
    )
    return {
        "workforce_series": series,
        "population_ages": ages,
        "age_structure": structure,
        "population_revisions": revisions,
        "projections": projections,
        "known_graduates": graduates,
    }


def outlook(viewpoint="VNM", partners=("JPN", "DEU", "VNM"), **features):
    params = load_params()
    params = params.model_copy(
        update={
            "viewpoint": viewpoint,
            "partners": [*partners],
            "scenarios": params.scenarios.model_copy(update={"draws": 100}),
        }
    )
    lists = workforce_outlook.Lists(
        workforce_pools.load_pools(),
        workforce_pools.load_group_pools("vn-1131-2025"),
        workforce_lists.load_outside_matches(),
        workforce_lists.load_workforce_claims("FRA"),
        workforce_lists.load_target_parts(),
        UNION,
    )
    known = world() | features
    return known, lists, params, workforce_outlook.build_outlook(known, lists, params)


@pytest.fixture(scope="module")
def project():
    # the lists are those of the project
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield outlook()


def test_every_table_of_the_notebook_is_made_as_declared(project):
    *_, results = project
    tables = results.tables()
    assert set(tables) == {table.name for table in WORKFORCE_SCENARIOS}
    # no statement of this country is on the list
    assert {name for name, table in tables.items() if table.empty} == {
        *("claim_verdicts", "claim_figures"),
    }
    for name, table in tables.items():
        if len(table):
            check_table(table, declared(name), where=name)


def test_sums_begin_after_the_newest_year_and_beside_outside_figures_in_their_base_year(project):
    features, lists, params, results = project
    assert required_years(features["projections"], lists.matches) == [2031, 2060]
    # years of outside figures alone are in no table of scenarios
    for table in (results.scenario_paths, results.group_needs):
        assert set(table["year"]) == set(params.scenarios.years)
    # a figure of 2021 is not too old to stand beside another of 2021, whose sums begin there
    told = results.projections_compared.set_index("projection_id")
    assert told.at["A", "own_label"] == "scenario"
    assert told.at["A", "own_value"] > 1e5
    assert told.at["B", "own_label"] == "none"


def test_chips_without_a_base_of_late_have_no_path_and_still_stand_beside_figures():
    figures = world()["projections"].assign(base_year=2019)
    *_, results = outlook(projections=figures)
    chips = results.pool_bases.set_index(["pool", "country"]).loc["chips"]
    assert chips.at["JPN", "status"] == "old_base"
    assert set(results.scenario_paths["pool"]) == {"ict"}
    told = results.projections_compared.set_index("projection_id")
    assert told.at["A", "own_label"] == "scenario"


def test_disputed_ages_are_told_and_are_no_table(project):
    _, _, params, results = project
    assert results.disputed.empty
    assert "disputed" not in results.tables()
    revisions = world()["population_revisions"]
    # of 103 persons 26 are old in the newer revision, and 100 of 100 in the earlier one
    changed = outlook(population_revisions=revisions.assign(newer_older=26.0))[-1]
    assert changed.disputed["country"].tolist() == ["VNM"]
    near = outlook(population_revisions=revisions.assign(newer_older=102.0))[-1]
    assert params.workforce.ages_disputed > 1 - 102 / 103
    assert near.disputed.empty


def test_viewpoint_without_any_pool_has_tables_as_declared():
    series = world()["workforce_series"]
    some = series[series["country"] != "VNM"]
    *_, results = outlook(workforce_series=some)
    own = results.training_needs[results.training_needs["country"] == "VNM"]
    assert set(own["status"]) == {"no_stock", "no_pool"}
    assert "VNM" not in set(results.scenario_paths["country"])
    for name, table in results.tables().items():
        if len(table):
            check_table(table, declared(name), where=name)


def test_no_figure_to_stand_beside_is_no_fault():
    none = world()["projections"]
    *_, results = outlook(projections=none[none["target_year"] > 2050])
    assert set(results.projections_compared["own_label"]) == {"none"}
    assert len(results.scenario_paths)


def test_the_viewpoint_is_not_its_own_partner(project):
    *_, results = project
    assert sorted(results.demographic_pairs["partner"]) == ["DEU", "JPN"]
    assert set(results.training_needs["country"]) == {"DEU", "JPN", "VNM"}
    assert set(results.group_needs["country"]) == {"DEU", "JPN", "VNM"}


def test_what_does_not_change_needs_no_more_people(project):
    *_, results = project
    held = results.scenario_paths
    held = held[(held["pool"] == "ict") & (held["scenario"] == "share_held")]
    # the population stays, so with the share held nothing is wanted beyond what there is
    assert held["expansion"].abs().max() == pytest.approx(0, abs=1e-6)
    assert (held["replacement"] > 0).all()


def test_forecasts_beside_outside_figures_add_up(project):
    features, lists, params, _ = project
    ahead = workforce_outlook.forecasts_beside(features, params, lists.union)
    rows = ahead.reconciled[ahead.reconciled["value"].notna()]
    wide = rows.pivot(index="year", columns="area", values="value")
    assert len(wide)
    union = wide[workforce_outlook.UNION]
    assert union.to_numpy() == pytest.approx(wide[list(UNION)].sum(axis=1).to_numpy())
    assert set(ahead.forecasts["measure"]) == {"employment", "ict_specialists"}
