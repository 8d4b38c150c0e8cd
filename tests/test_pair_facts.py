"""Clean tables become ties: units, directions, years, and what is left out."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tie_rows import CLEAN_TABLES

from techdiplomacy import pair_facts
from techdiplomacy.declarations import declared
from techdiplomacy.input_tables import CLEAN
from techdiplomacy.tables import check_table
from techdiplomacy.tie_tables import KIND, TIE_KINDS


@pytest.fixture(scope="module")
def ties():
    return check_table(pair_facts.all_ties(CLEAN_TABLES), declared("ties"), where="test")


def of(ties, kind):
    own = ties[ties["kind"] == kind]
    return own[["country", "partner", "year", "first_year", "value"]].to_numpy().tolist()


def test_every_kind_has_ties_in_its_unit(ties):
    assert sorted(set(ties["kind"])) == sorted(KIND)
    units = ties.groupby("kind")["unit"].agg(set).to_dict()
    assert units == {kind.code: {kind.unit} for kind in TIE_KINDS}


def test_kinds_without_direction_hold_each_pair_once(ties):
    directed = {kind.code for kind in TIE_KINDS if kind.directed}
    once = ties[~ties["kind"].isin(directed)]
    assert (once["country"] < once["partner"]).all()
    assert of(ties, "missions") == [["JPN", "VNM", 2022, 2022, 1], ["VNM", "JPN", 2022, 2022, 2]]


def test_what_a_publisher_pools_keeps_both_years_and_its_zeros(ties):
    assert of(ties, "joint_ai_articles") == [["JPN", "VNM", 2022, 2003, 0]]


def test_projects_count_once_a_pair_and_need_a_year(ties):
    # three countries make three pairs; two organisations of one country are one participant
    assert of(ties, "joint_projects") == [
        ["DEU", "FRA", 2015, 2015, 1],
        ["DEU", "VNM", 2015, 2015, 1],
        ["FRA", "VNM", 2015, 2015, 1],
    ]


def test_only_whole_years_of_software_are_kept(ties):
    # one quarter below the limit is no reason to drop a pair, a year of three quarters is
    assert of(ties, "software_events") == [
        ["JPN", "VNM", 2024, 2024, 4],
        ["VNM", "JPN", 2024, 2024, 30],
    ]


def test_agreements_are_counted_by_year_of_signature(ties):
    assert of(ties, "st_agreements") == [
        ["JPN", "VNM", 2006, 2006, 2],
        ["VNM", "ZAF", 2007, 2007, 1],
    ]


def test_the_current_level_stands_since_it_was_reached(ties):
    assert of(ties, "partnership_level") == [
        ["JPN", "VNM", 2025, 2023, 3],
        ["VNM", "ZAF", 2025, 2025, 1],
    ]


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["AAA", "BBB", "CCC", "DDD"])), min_size=1
    )
)
def test_pairs_of_projects_add_to_what_the_projects_hold(taking_part):
    frame = pd.DataFrame(taking_part, columns=["project", "country"]).assign(year=2015)
    sizes = frame.drop_duplicates().groupby("project").size()
    expected = (sizes * (sizes - 1) / 2).sum()
    assert pair_facts.joint_projects(frame)["value"].sum() == expected


def test_traits_of_pairs_keep_what_either_table_lacks():
    found = pair_facts.pair_traits(
        CLEAN_TABLES["country_pairs"], CLEAN_TABLES["trade_agreement_pairs"]
    )
    found = check_table(found, declared("pair_traits"), where="test").set_index("country")
    assert pd.isna(found.at["FRA", "trade_agreement_since"])
    assert found.at["JPN", "trade_agreement_since"] == 2008
    assert pd.isna(found.at["SRB", "distance_km"])


def test_projects_of_a_country_show_everybody_in_them():
    found = pair_facts.projects_of(
        "VNM", CLEAN_TABLES["project_participations"], CLEAN_TABLES["project_parts"]
    )
    found = check_table(found, declared("viewpoint_projects"), where="test")
    assert found["project"].tolist() == ["1"] * 4 + ["2"] * 2
    assert found["programme_parts"].tolist()[:4] == ["Energy;Health"] * 4
    assert found["programme_parts"].isna().tolist()[4:] == [True, True]


def test_each_needed_table_is_declared():
    assert set(pair_facts.NEEDED) <= {table.name for table in CLEAN}
