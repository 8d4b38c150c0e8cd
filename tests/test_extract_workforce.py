"""How files on workers, output, population and projections become snapshot rows."""

import importlib

import pandas as pd
import pytest

from techdiplomacy.cards import load_card
from techdiplomacy.paths import project_root, snapshot_file
from techdiplomacy.tables import read_csv
from techdiplomacy.workforce_tables import EVIDENCE_GRADES, ICT_STATISTICS, NATURES, QUANTITIES


@pytest.fixture
def layouts(monkeypatch):
    monkeypatch.syspath_prepend(str(project_root() / "tools"))
    return importlib.import_module("workforce_layouts")


@pytest.fixture
def tools(monkeypatch):
    monkeypatch.syspath_prepend(str(project_root() / "tools"))
    return importlib.import_module("extract_figures")


def test_specialists_and_graduates_become_rows_in_persons(layouts):
    rows = pd.DataFrame(
        [("AT", "2014", "149", "3651", None), ("UK", "2020", None, None, None)],
        columns=["geo", "year", *layouts.STATISTICS],
    )
    found = layouts.one_row_per_statistic(rows)
    assert found[["geo", "statistic", "persons"]].values.tolist() == [
        ["AT", "ict_specialists", 149_000],
        ["AT", "ict_graduates", 3651],
    ]
    assert {name for name, _ in layouts.STATISTICS.values()} == set(ICT_STATISTICS)


def test_sectors_years_and_aggregates_are_told_apart(layouts):
    sectors = pd.DataFrame({"sector": ["Software Development", "Architecture"]})
    assert list(layouts.other_sectors(sectors)) == [False, True]
    years = pd.DataFrame({"year": ["1999", "2000", "2020", "2023", "2024", "2060", "2061"]})
    assert list(layouts.later_totals(years)) == [False] * 6 + [True]
    assert list(layouts.other_decades(years)) == [True, True] + [False] * 4 + [True]
    assert list(layouts.aggregates(pd.DataFrame({"iso3": ["VNM", None]}))) == [False, True]


def test_women_and_men_are_added(layouts):
    totals = pd.DataFrame({"pop_male": ["49613.786"], "pop_female": ["51686.295"]})
    assert layouts.both_sexes(totals)["population_thousand"].tolist() == [101300.081]
    ages = pd.DataFrame(
        [("VNM", "2030", "female", "5", "7"), ("VNM", "2030", "male", "6", "1")],
        columns=["iso3", "year", "sex", "age_0_4", "age_100_plus"],
    )
    found = layouts.both_sexes_by_age(ages)
    assert found[["age_from", "persons"]].values.tolist() == [["0", 11], ["100", 8]]


def projections(**cells):
    row = {
        "id": "WORLD-SEMI-2030",
        "kind": "industry estimate",
        "source_level": "press",
        "base_year": "2021",
        "base_value": "2000000",
        "url": "page",
        "unit": "persons (more)",
    }
    return pd.DataFrame([row | cells])


def test_published_figures_get_codes(layouts):
    found = layouts.coded_projections(projections()).iloc[0]
    assert found[["quantity", "nature", "evidence_grade", "unit", "evidence_url"]].tolist() == [
        *("additional_demand", "estimate", "press", "persons", "page")
    ]
    # the base counts the workforce, the figure what is added to it
    assert pd.isna(found["base_value"])
    kept = layouts.coded_projections(projections(id="US-SE-2032")).iloc[0]
    assert kept[["base_value", "unit"]].tolist() == ["2000000", "jobs"]


@pytest.mark.parametrize("cells", [{"id": "new"}, {"kind": "guess"}, {"source_level": "rumour"}])
def test_a_figure_or_wording_without_a_code_is_refused(layouts, cells):
    with pytest.raises(KeyError):
        layouts.coded_projections(projections(**cells))


def test_codes_are_those_of_the_declared_table(layouts):
    assert set(layouts.COUNTED.values()) <= set(QUANTITIES)
    assert set(layouts.NATURES.values()) <= set(NATURES)
    assert set(layouts.GRADES.values()) <= set(EVIDENCE_GRADES)
    assert {*layouts.OTHER_BASE, *layouts.COUNTS_JOBS} <= set(layouts.COUNTED)


def test_weak_sources_are_told_apart(layouts):
    rows = pd.DataFrame({"source_level": ["press", "secondary (weak)", "secondary"]})
    assert list(layouts.weakly_sourced(rows)) == [False, True, False]


def test_single_figures_name_their_publisher_and_page(tools):
    card = load_card("published_projections")
    named = pd.DataFrame({"publisher": ["ministry", "bank"], "evidence_url": ["page", None]})
    with pytest.raises(tools.SourceUnavailable, match="with their publisher and page"):
        tools._check_sayers(named, card)
    with pytest.raises(tools.SourceUnavailable):
        tools._check_sayers(named.drop(columns="evidence_url"), card)
    assert tools._check_sayers(named.iloc[:1], card) is None
    quoting = [source for source, extract in tools.EXTRACTS.items() if extract.single_figures]
    assert quoting == ["published_projections"]


def test_terms_that_ask_for_care_need_the_sentence_on_single_figures(tools):
    extract = tools.EXTRACTS["published_projections"]
    tools._check_terms({"embeddable": "care", "note": extract.single_figures}, extract)
    for terms in ({"embeddable": "care", "note": "Ask."}, {"embeddable": "no", "note": ""}):
        with pytest.raises(tools.SourceUnavailable):
            tools._check_terms(terms, extract)


def test_jumps_of_graduates_are_marked_by_the_rule_of_the_card():
    rows = read_csv(snapshot_file("eurostat_ict"), dtype={"persons": "float64"})
    series = rows[rows["statistic"] != "ict_specialists"].set_index(["geo", "statistic", "year"])
    persons = series["persons"]
    before = pd.Series(
        [persons.get((geo, name, year - 1)) for geo, name, year in persons.index],
        index=persons.index,
        dtype="float64",
    )
    jumps = persons[(before >= 500) & ((persons >= 1.5 * before) | (persons * 1.5 <= before))]
    marked = {
        (shift.country[:2], shift.where["statistic"], shift.year)
        for shift in load_card("eurostat_ict").level_shifts
        if shift.where["statistic"] != "ict_specialists"
    }
    short = {"SE": "SW", "IE": "IR", "PT": "PR", "SI": "SV"}
    found = {(short.get(geo, geo), name, year) for geo, name, year in jumps.index}
    assert marked - found == {("HU", "ict_graduates", 2021)}
    assert found <= marked
