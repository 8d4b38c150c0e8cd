"""Features: whole windows, fractional counts, one source a table."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tie_rows import CLEAN_TABLES

from techdiplomacy import features
from techdiplomacy.checks import parse_settings
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidParams
from techdiplomacy.files import read_yaml, write_bytes
from techdiplomacy.params import Params, load_params
from techdiplomacy.paths import clean_folder, params_file
from techdiplomacy.tables import check_table


def chosen(**changes):
    """Return the committed settings with whole sections or their keys changed."""
    content = read_yaml(params_file())
    for section, change in changes.items():
        content[section] = change if section == "sources" else content[section] | change
    return parse_settings(Params, content, where="params.yaml")


@pytest.fixture
def params():
    return chosen(
        profiles={"window_years": 2, "fields_left_out": ["All fields"]}, rta={"min_families": 1}
    )


def counts(**columns):
    rows = [
        (country, field, year, value)
        for country, values in (("JPN", (4.0, 1.0, 5.0)), ("VNM", (1.0, 2.0, 3.0)))
        for field, value in zip(("optics", "engines", "All fields"), values, strict=True)
        for year in (2017, 2018, 2019, 2020)
    ]
    return pd.DataFrame(rows, columns=["country", "field", "year", "articles"]).assign(**columns)


def made(table, params, evidence="publications"):
    return features.field_specialisation(table, evidence, "articles", params)


@pytest.mark.parametrize(
    ("years", "length", "expected"),
    [
        ([2016, 2020], 5, [(2016, 2020)]),
        ([2017, 2020], 5, []),
        ([2011, 2020], 5, [(2016, 2020), (2011, 2015)]),
        ([2020], 1, [(2020, 2020)]),
        ([2019, 2015], 2, [(2018, 2019), (2016, 2017)]),
    ],
)
def test_windows_are_whole_and_newest_first(years, length, expected):
    assert features.windows(pd.Series(years), length) == expected


@settings(deadline=None)
@given(st.integers(1950, 2000), st.integers(0, 60), st.integers(1, 12))
def test_windows_follow_each_other_inside_the_years(first, span, length):
    found = features.windows(pd.Series([first, first + span]), length)
    assert len(found) == (span + 1) // length
    for place, (start, end) in enumerate(found):
        assert end - start == length - 1
        assert end == first + span - place * length
        assert start >= first


def test_counts_are_pooled_by_window_without_the_fields_left_out(params):
    table = made(counts(), params)
    assert sorted(table["window"].unique()) == ["2017-2018", "2019-2020"]
    assert set(table["field"]) == {"optics", "engines"}
    row = table[(table["country"] == "JPN") & (table["window"] == "2019-2020")].set_index("field")
    assert row["count_items"].to_dict() == {"optics": 8.0, "engines": 2.0}
    assert set(row["total_items"]) == {10.0}
    assert row.at["optics", "share"] == pytest.approx(0.8)
    # the panel has 10 of 16 items in optics
    assert row.at["optics", "rta"] == pytest.approx(0.8 / (10 / 16))


def test_fractional_counts_are_taken_where_there_are_both(params):
    both = pd.concat(
        [
            counts(counting="fractional"),
            counts(counting="whole").assign(articles=1000.0),
        ]
    )
    pd.testing.assert_frame_equal(made(both, params), made(counts(), params))


def test_the_result_is_the_declared_table(params):
    table = made(counts(), params)
    checked = check_table(table, declared("field_specialisation"), where="test")
    assert len(checked) == 2 * 2 * 2
    assert set(checked["evidence"]) == {"publications"}


def test_a_country_that_is_absent_from_a_field_counts_zero(params):
    rows = counts()
    rows = rows[~((rows["country"] == "VNM") & (rows["field"] == "engines"))]
    own = made(rows, params).set_index(["window", "country", "field"])
    assert own.at[("2019-2020", "VNM", "engines"), "count_items"] == 0.0


def workforce_tables():
    shared = pd.DataFrame({"country": ["VNM"], "year": [2020], "level_shift": [None]})
    return {
        "employment": shared.assign(classification="a", label="b", employment_persons=5.0),
        "researchers": shared.assign(researchers_fte=6.0),
        "degrees": shared.assign(level="doctoral", field="Engineering", degrees=7.0),
        "population": pd.DataFrame(
            {
                "country": "VNM",
                "year": 2020,
                "age_from": [0, 15, 65],
                "population_persons": [1.0, 2.0, 1.0],
                "projection": "estimate",
            }
        ),
        "ict_specialists": pd.concat(
            shared.assign(statistic=name, persons=persons)
            for name, persons in (("ict_specialists", 8.0), ("ict_graduates", 9.0))
        ),
        "ai_postings": pd.DataFrame(
            {"country": ["DEU"], "month": ["2020-02"], "ai_share_percent": [2.0]}
        ),
        "sector_postings": pd.DataFrame(
            {
                "country": ["DEU"],
                "sector": ["Mathematics"],
                "month": ["2020-02"],
                "postings_index": [99.0],
                "days": [28],
            }
        ),
        "population_totals": pd.DataFrame(
            {
                "country": "VNM",
                "year": [2019, 2020],
                "population_persons": [3.0, 5.0],
                "low_95": [2.0, 4.0],
                "high_95": [4.0, 6.0],
            }
        ),
        "population_decades": pd.DataFrame(
            {
                "country": "VNM",
                "year": 2020,
                "age_from": [0, 15, 65],
                "population_persons": [1.0, 2.0, 1.0],
            }
        ),
        "outside_projections": pd.DataFrame([PROJECTION]),
    }


PROJECTION = {
    "projection_id": "one",
    "area": "VNM",
    "field": "semiconductors",
    "publisher": "ministry",
    "published": "2024",
    "quantity": "employment",
    "nature": "target",
    "base_year": 2024,
    "base_value": 1.0,
    "target_year": 2030,
    "low": 1.0,
    "central": 2.0,
    "high": 3.0,
    "unit": "persons",
    "evidence_grade": "official",
    "url": "page",
}
NO_GRADUATES = pd.DataFrame(
    columns=["row", "country", "field", "year", "graduates", "evidence", "licence", "note"]
).astype({"year": "int64", "graduates": "float64"})


def source_states_of(source):
    """Return the state of one embedded source."""
    row = {"source": source, "table": "articles", "mode": "embedded", "date": "2026-11-21"}
    row |= {"terms": "card", "rows": 5, "countries": 2, "first_year": 2019, "last_year": 2020}
    return pd.DataFrame([row])


def test_all_features_are_made_and_declared(params, monkeypatch):
    evidence = pd.DataFrame({"framework": ["made elsewhere"]})
    asked = []

    def made_elsewhere(clean, taxonomies, window_years):
        asked.append(([one.framework for one in taxonomies], window_years))
        return evidence

    monkeypatch.setattr(features, "build_group_evidence", made_elsewhere)
    signed = {"country": ["JPN"], "partner": ["VNM"], "signed_year": [1999]}
    facts = {"known_agreements": pd.DataFrame(signed)}
    registers = {"graduates": NO_GRADUATES}
    monkeypatch.setattr(features, "load_registers", lambda: registers)
    # the years of this small population end early, and one country is shown
    monkeypatch.setattr(features, "YEARS_AHEAD", 2020 - params.workforce.cohorts_until)
    monkeypatch.setattr(features, "countries_shown", lambda _: ["VNM"])
    monkeypatch.setattr(features, "known_facts", lambda *given: asked.append(given) or facts)
    clean = {
        "patent_families": counts().rename(columns={"articles": "patent_families"}),
        "articles": counts(counting="fractional"),
        **workforce_tables(),
        **CLEAN_TABLES,
        "source_states": source_states_of("tiny"),
    }
    found = features.build_features(clean, params)
    assert found.pop("group_evidence") is evidence
    assert found.pop("known_agreements") is facts["known_agreements"]
    # every list, so that another can be put in force without making the features anew
    assert asked == [(clean, registers), (["vn-1131-2025", "vn-21-2026"], 2)]
    for name, frame in found.items():
        assert len(check_table(frame, declared(name), where="test")) == len(frame)
    assert set(found["field_specialisation"]["evidence"]) == {"patents", "publications"}
    assert sorted(found["workforce_series"]["value"]) == [5.0, 6.0, 7.0, 8.0, 9.0]
    assert found["known_graduates"].empty
    revisions = found["population_revisions"].set_index(["country", "year"]).loc[("VNM", 2020)]
    assert revisions[["earlier_persons", "newer_persons", "newer_persons_high"]].tolist() == [
        4,
        4,
        5,
    ]
    assert found["age_structure"]["working_age_share"].tolist() == [0.5]
    # what is known with the registers, not the embedded instruments alone, makes the ties
    ties = found["ties"]
    assert ties.loc[ties["kind"] == "st_agreements", "year"].tolist() == [1999]
    assert set(found["viewpoint_projects"]["project"]) == {"1", "2"}
    assert found["official_ties"]["joint_articles"].tolist() == [5.0]


def test_countries_shown_are_the_viewpoint_its_partners_and_those_of_notebooks():
    chosen_ones = chosen(
        notebooks={
            "workforce_forecast": {"countries": ["JPN", "KOR"]},
            "workforce_scenarios": {"countries": ["BRA", "KOR"]},
            "country_clusters": {"countries": "none"},
        }
    ).model_copy(update={"viewpoint": "VNM", "partners": ["JPN", "LAO"]})
    assert features.countries_shown(chosen_ones) == ["VNM", "JPN", "LAO", "KOR", "BRA"]


def test_what_features_read_of_the_settings_makes_them_anew():
    read = read_yaml(params_file().with_name("dvc.yaml"))["stages"]["build_features"]["params"]
    assert {"viewpoint", "partners", "rta", "profiles", "workforce", "notebooks"} <= set(read)


def test_each_needed_table_has_one_source_in_the_committed_settings(monkeypatch):
    read, kept = [], []
    monkeypatch.setattr(features, "read_table", lambda name, source: read.append((name, source)))
    # a test deletes nothing in the project folder itself
    monkeypatch.setattr(features, "keep_only", lambda *given: kept.append(given))
    monkeypatch.setattr(features, "source_states", lambda sources: list(sources))
    clean = features.read_clean(load_params())
    assert clean.pop("source_states") == list(load_params().sources)
    assert list(clean) == list(features.NEEDED)
    assert ("patent_families", "ncses_patent_families") in read
    assert kept == [(clean_folder(), load_params().sources)]


def test_clean_tables_of_sources_no_longer_listed_are_deleted(tiny_project, monkeypatch):
    for name in ("tiny", "gone"):
        write_bytes(clean_folder() / f"{name}.csv", b"country\n")
    card = features.load_card("tiny")
    monkeypatch.setattr(features, "NEEDED", ("patent_families",))
    monkeypatch.setattr(features, "load_card", lambda _: card)
    monkeypatch.setattr(features, "read_table", lambda name, source: source)
    monkeypatch.setattr(features, "source_states", lambda sources: list(sources))
    made_from = features.read_clean(chosen(sources={"tiny": {"from": "snapshot"}}))
    assert made_from == {"patent_families": "tiny", "source_states": ["tiny"]}
    assert [path.name for path in clean_folder().iterdir()] == ["tiny.csv"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["tiny", "twin"], r"'patent_families' needs exactly one source, found \['tiny', 'twin'\]"),
        (["tiny"], r"'articles' needs exactly one source, found \[\]"),
    ],
    ids=["two sources", "no source"],
)
def test_a_table_needs_exactly_one_source(tiny_project, monkeypatch, names, message):
    card = features.load_card("tiny")
    monkeypatch.setattr(features, "load_card", lambda _: card)
    params = chosen(sources={name: {"from": "snapshot"} for name in names})
    with pytest.raises(InvalidParams, match=message) as caught:
        features.read_clean(params)
    assert caught.value.where == "params.yaml: sources"
    assert caught.value.next_step.startswith("List one source whose card says table: ")
