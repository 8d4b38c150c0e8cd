"""How files on cooperation become rows of a snapshot: a few rows each, worked out by hand."""

import importlib

import pandas as pd
import pytest

from techdiplomacy.columns import PARTNERSHIP_LEVELS
from techdiplomacy.labels import load_labels
from techdiplomacy.paths import project_root


@pytest.fixture
def layouts(monkeypatch):
    monkeypatch.syspath_prepend(str(project_root() / "tools"))
    return importlib.import_module("cooperation_layouts")


def test_kinds_of_missions_name_no_state(layouts):
    rows = pd.DataFrame({"mission_type": ["British High Commission", "embassy"]})
    assert list(layouts.plain_mission_types(rows)["mission_type"]) == ["high commission", "embassy"]


def test_plain_kinds_of_missions_have_a_vietnamese_form(layouts):
    for kind in layouts.MISSION_TYPES.values():
        assert load_labels().text(kind).translated("vi"), kind


def test_a_state_with_itself_is_known_by_its_item(layouts):
    rows = pd.DataFrame({"sending_qid": ["Q408", "Q408"], "host_qid": ["Q408", "Q17"]})
    assert list(layouts.one_country_with_itself(rows)) == [True, False]


def test_a_host_that_reports_zeros_alone_is_unknown(layouts):
    rows = pd.DataFrame(
        {"host_code": ["PER", "PER", "JPN", "JPN"], "share_percent": ["0", "0", "0", "19.3"]}
    )
    assert list(layouts.hosts_of_zeros_alone(rows)) == [True, True, False, False]


def test_pairs_of_countries_stand_once_with_one_distance_and_one_language(layouts):
    rows = pd.DataFrame(
        [
            ("CHN", "VNM", "2330.799", "2664.699", "0", "1"),
            ("VNM", "CHN", "2330.799", "2664.699", "0", "1"),
            ("VNM", "VNM", "213.9", "300.1", "1", "1"),
            # no weighted distance: the one between the largest cities is taken
            ("ABW", "VNM", "16000.4", None, "0", "0"),
            ("BGR", "YUG", "330.5", "371.6", "1", "0"),
        ],
        columns=["iso_o", "iso_d", "dist", "distw", "comlang_off", "comlang_ethno"],
    )
    pairs = layouts.each_pair_once(rows)
    kept = pairs[["iso_o", "iso_d", "distance_km", "common_language"]]
    assert kept.to_numpy().tolist() == [
        ["CHN", "VNM", 2665, "1"],
        ["ABW", "VNM", 16000, "0"],
        ["BGR", "SRB", 372, "1"],
    ]


def test_only_base_treaties_and_accessions_bind(layouts):
    kinds = ["base_treaty", "accession", "negotiation", "withdrawal", "consolidated"]
    rows = pd.DataFrame({"entry_type": kinds})
    assert list(layouts.binds_nobody(rows)) == [False, False, True, True, True]


def test_of_agreements_the_first_year_of_a_pair_is_left_and_nothing_else(layouts):
    rows = pd.DataFrame(
        [
            ("71", "ASEAN Japan", "JPN", "2008"),
            ("71", "ASEAN Japan", "VNM", "2008"),
            ("71", "ASEAN Japan", "THA", "2008"),
            ("523", "Japan Vietnam", "VNM", "2009"),
            ("523", "Japan Vietnam", "JPN", "2009"),
            ("900", "Japan Thailand", "JPN", "2007"),
            ("900", "Japan Thailand", "THA", "2007"),
        ],
        columns=["desta_number", "name", "iso3", "year_in_force"],
    )
    pairs = layouts.first_year_in_force(rows)
    assert list(pairs.columns) == ["iso3_a", "iso3_b", "in_force_since"]
    assert pairs.to_numpy().tolist() == [
        ["JPN", "THA", 2007],
        ["JPN", "VNM", 2008],
        ["THA", "VNM", 2008],
    ]


PARTNERS = pd.DataFrame(
    [
        # two dated steps
        ("KOR", "comprehensive strategic partnership", "2022-12", "2009-10", None),
        # an earlier comprehensive step, known from the remark
        ("USA", "comprehensive strategic partnership", "2023-09", None, "partnership of 2013"),
        ("AUS", "strategic partnership", None, "2018-03", "comprehensive partnership 2009-09"),
        # another name for a step is none of the levels
        ("JPN", "strategic partnership", None, "2009-04", "extensive strategic partnership 2014"),
        # the present level is kept without a date
        ("ZAF", "comprehensive partnership", None, None, "partnership for cooperation 2004"),
    ],
    columns=[
        *("iso3", "level_2025_10_31", "comprehensive_strategic_since", "strategic_since", "note")
    ],
).assign(evidence_urls="https://example.org")


def test_each_known_step_of_a_partnership_is_a_row(layouts):
    rows = PARTNERS.replace({"note": {"partnership of 2013": "comprehensive partnership of 2013"}})
    steps = layouts.steps_of_partnership(rows).sort_values(["iso3", "since"])
    kept = steps[["iso3", "level", "since", "since_year", "current"]].fillna("")
    assert kept.to_numpy().tolist() == [
        ["AUS", "comprehensive", "2009-09", "2009", 0],
        ["AUS", "strategic", "2018-03", "2018", 1],
        ["JPN", "strategic", "2009-04", "2009", 1],
        ["KOR", "strategic", "2009-10", "2009", 0],
        ["KOR", "comprehensive_strategic", "2022-12", "2022", 1],
        ["USA", "comprehensive", "2013", "2013", 0],
        ["USA", "comprehensive_strategic", "2023-09", "2023", 1],
        ["ZAF", "comprehensive", "", "", 1],
    ]
    assert set(steps["country"]) == {layouts.COMPILED_FOR}


def test_levels_are_the_declared_ones(layouts):
    assert tuple(layouts.LEVELS.values()) == PARTNERSHIP_LEVELS


def test_dates_of_instruments_lose_remarks_and_kinds_the_number_of_meetings(layouts):
    rows = pd.DataFrame(
        {
            "instrument_type": ["joint commission (17th meeting 2020)", "S&T agreement (offices)"],
            "signed": ["2018-03 (28-30)", None],
            "in_force": ["2018 (notice 41/2018 of 2018-10-09)", "2009-01-22"],
        }
    )
    dated = layouts.dated_instruments(rows)
    assert list(dated["instrument_type"]) == ["joint commission", "S&T agreement (offices)"]
    assert list(dated["in_force"]) == ["2018", "2009-01-22"]
    assert dated["signed"].fillna("").tolist() == ["2018-03", ""]
    assert dated["signed_year"].fillna("").tolist() == ["2018", ""]


def test_a_page_without_a_date_confirms_no_day(layouts):
    rows = pd.DataFrame({"last_confirmed": ["2018-11", "undated page on the 2024-2026 programme"]})
    assert layouts.dated_offices(rows)["last_confirmed"].fillna("").tolist() == ["2018-11", ""]
