"""Evidence by group: the strongest role alone, totals kept, absent is not zero."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdiplomacy import group_evidence
from techdiplomacy.declarations import declared
from techdiplomacy.group_evidence import COUNTED, build_group_evidence, pooled, whole_windows
from techdiplomacy.tables import check_table
from techdiplomacy.technologies import load_taxonomy

LIST = "vn-1131-2025"
OF = {counted.measure: counted for counted in COUNTED}


def yearly(field, value, rows, years=(2019, 2020), **columns):
    """Return a clean table with the same counts in every year."""
    return pd.DataFrame(
        [(country, name, year, count) for country, name, count in rows for year in years],
        columns=["country", field, "year", value],
    ).assign(**columns)


FAMILIES = [
    ("AAA", "semiconductors", 3.0),
    ("AAA", "digital communication", 1.0),
    ("AAA", "telecommunications", 2.0),
    ("AAA", "optics", 4.0),
    ("AAA", "All fields", 10.0),
    ("BBB", "semiconductors", 1.0),
    ("BBB", "digital communication", 0.0),
    ("BBB", "telecommunications", 5.0),
    ("BBB", "optics", 4.0),
    ("BBB", "All fields", 10.0),
]
DOMAINS = pd.DataFrame(
    [
        ("AAA", "Semiconductors", 60.0),
        ("AAA", "Blockchain", 20.0),
        ("BBB", "Semiconductors", 20.0),
        ("CCC", "Blockchain", 5.0),
    ],
    columns=["country", "domain", "uspto_patents"],
).assign(first_year=[1990, 2000, 1995, 2010], last_year=[2024, 2025, 2020, 2012])


@pytest.fixture(scope="module")
def clean():
    families = yearly("field", "patent_families", FAMILIES)
    articles = [("AAA", "materials science", 2.0), ("AAA", "all fields", 8.0)]
    sets = [*articles, ("AAA", "AI-related", 3.0)]
    quarters = pd.DataFrame(
        [("AAA", topic, 2020, q, n) for topic, n in (("ai", 10), ("nlp", 6)) for q in (1, 2, 3, 4)]
        + [("BBB", "ai", 2020, q, 4) for q in (3, 4)]
        + [("CCC", "config", 2020, q, 4) for q in (3, 4)],
        columns=["country", "topic", "year", "quarter", "developers"],
    ).astype({"developers": float})
    return {
        "patent_families": families,
        "uspto_field_patents": families.rename(columns={"patent_families": "uspto_patents"}),
        "uspto_topic_patents": yearly(
            "topic",
            "uspto_patents",
            [("AAA", "semiconductors", 2.0), ("AAA", "All fields", 9.0)],
        ),
        "ai_patents": pd.DataFrame(
            [("AAA", "AI patents", 7.0, 2000, 2022)],
            columns=["country", "topic", "ai_patents", "first_year", "last_year"],
        ),
        "domain_patents": DOMAINS,
        "articles": pd.concat(
            [
                yearly("field", "articles", articles, counting="fractional"),
                yearly("field", "articles", sets, counting="whole"),
            ]
        ),
        "topic_developers": quarters,
    }


@pytest.fixture(scope="module")
def evidence(clean):
    return build_group_evidence(clean, [load_taxonomy(LIST)], window_years=2)


def row(evidence, measure, group, country, rule="strongest"):
    found = evidence[
        (evidence["measure"] == measure)
        & (evidence["group_id"] == group)
        & (evidence["country"] == country)
        & (evidence["rule"] == rule)
    ]
    assert len(found) == 1
    return found.iloc[0]


def test_it_is_the_declared_table(evidence):
    assert len(check_table(evidence, declared("group_evidence"), where="test")) == len(evidence)


def test_the_fields_of_the_strongest_role_are_taken_alone(evidence):
    found = row(evidence, "families", "G04", "BBB")
    # telecommunications is partial beside digital communication, which is direct
    assert (found["role"], found["fields"], found["count_items"]) == (
        "direct",
        "digital communication",
        0.0,
    )
    assert (found["base_items"], found["world_items"], found["world_base"]) == (20.0, 2.0, 40.0)
    assert found["world_mix"] == pytest.approx(2 / 40)
    assert found["window"] == "2019-2020"


def test_direct_and_partial_stand_beside_it_together(evidence):
    found = row(evidence, "families", "G04", "BBB", "direct_and_partial")
    assert (found["role"], found["count_items"], found["n_fields"]) == ("partial", 10.0, 2)
    together = evidence[(evidence["rule"] == "direct_and_partial")]
    assert "G06" not in set(together["group_id"])  # has direct fields only


def test_totals_before_and_after_grouping_are_equal(clean, evidence):
    own = evidence[(evidence["measure"] == "uspto_domains") & (evidence["country"] == "AAA")]
    before = DOMAINS.loc[DOMAINS["country"] == "AAA", "uspto_patents"].sum()
    assert own["count_items"].sum() == before == own["base_items"].iloc[0]
    # a printed total is taken as it is, whatever the fields under it
    assert row(evidence, "families", "G06", "AAA")["base_items"] == 20.0


def test_a_field_of_several_groups_counts_once_in_a_sum_of_all():
    rows = pd.DataFrame(
        {
            "window": "w",
            "country": "AAA",
            "group_id": ["G04", "G10", "NONE"],
            "count_items": [8.0, 8.0, 2.0],
            "double_counted": [4.0, 4.0, 0.0],
        }
    )
    found = group_evidence.base_items(rows, OF["developers"])
    assert found["base_items"].tolist() == [10.0]


def test_a_group_that_no_field_speaks_for_has_no_row(evidence):
    topics = evidence[evidence["measure"] == "uspto_topics"]
    assert set(topics["group_id"]) == {"G06"}
    assert "G09" not in set(evidence.loc[evidence["measure"] == "developers", "group_id"])


def test_a_country_below_the_limit_is_neither_zero_nor_left_out(evidence):
    found = row(evidence, "uspto_domains", "G06", "CCC")
    assert pd.isna(found["count_items"])
    assert (found["below"], found["n_fields"]) == (20.0, 0)
    assert row(evidence, "uspto_domains", "G06", "BBB")["below"] != 20.0  # listed: no bound
    # a country outside the panel has no row
    families = evidence[evidence["measure"] == "families"]
    assert "CCC" not in set(families["country"])
    # the world is what is listed
    assert found["world_items"] == 80.0


def test_mixes_are_compared_over_the_fields_that_list_the_country(evidence):
    # BBB is listed in semiconductors alone: all of its world is semiconductors
    assert row(evidence, "uspto_domains", "G06", "BBB")["world_mix"] == 1.0
    assert row(evidence, "uspto_domains", "G06", "AAA")["world_mix"] == pytest.approx(80 / 105)


def test_articles_are_fractional_and_the_set_has_its_own_total(evidence):
    articles = row(evidence, "articles", "G08", "AAA")
    assert (articles["count_items"], articles["base_items"]) == (4.0, 16.0)
    inside = row(evidence, "ai_articles", "G01", "AAA")
    assert (inside["count_items"], inside["base_items"]) == (6.0, 16.0)


def test_developers_are_a_mean_over_quarters_and_their_sum_an_upper_bound(evidence):
    found = row(evidence, "developers", "G01", "AAA")
    assert (found["count_items"], found["n_fields"], found["upper_bound"]) == (16.0, 2, True)
    assert found["window"] == "2020Q1-2020Q4"
    one = row(evidence, "developers", "G01", "BBB")
    assert (one["count_items"], one["n_fields"], one["upper_bound"]) == (4.0, 1, False)
    # listed with other topics only
    assert row(evidence, "developers", "G01", "CCC")["below"] == 4.0


def test_a_measure_without_total_has_no_base(evidence):
    found = row(evidence, "ai_patents", "G01", "AAA")
    assert found[["base_items", "world_base", "world_mix"]].isna().all()
    assert (found["window"], found["count_items"]) == ("2000-2022", 7.0)


def test_a_total_rounded_below_its_part_is_lifted(clean):
    table = yearly(
        "topic", "uspto_patents", [("AAA", "semiconductors", 2.0), ("AAA", "All fields", 1.0)]
    )
    found = build_group_evidence(
        {**clean, "uspto_topic_patents": table}, [load_taxonomy(LIST)], window_years=2
    )
    assert row(found, "uspto_topics", "G06", "AAA")["base_items"] == 4.0


def test_another_list_needs_no_other_figures(clean):
    both = build_group_evidence(
        clean, [load_taxonomy(LIST), load_taxonomy("vn-21-2026")], window_years=2
    )
    chips = both[(both["framework"] == "vn-21-2026") & (both["measure"] == "families")]
    assert "R02" in set(chips["group_id"])
    assert "R03" not in set(chips["group_id"])  # its name is not established


def test_the_order_of_the_rows_changes_nothing(clean, evidence):
    turned = {name: table.iloc[::-1].reset_index(drop=True) for name, table in clean.items()}
    other = build_group_evidence(turned, [load_taxonomy(LIST)], window_years=2)
    declaration = declared("group_evidence")
    pd.testing.assert_frame_equal(
        check_table(other, declaration, where="test"),
        check_table(evidence, declaration, where="test"),
    )


def test_quarters_are_pooled_backwards_from_the_last():
    table = pd.DataFrame(
        [("AAA", "ai", 2023 + (number // 4), number % 4 + 1, 1.0 + number) for number in range(9)],
        columns=["country", "topic", "year", "quarter", "developers"],
    )
    cells, base = pooled(table, OF["developers"], 5)
    assert base is None
    assert cells["window"].tolist() == ["2023Q2-2024Q1", "2024Q2-2025Q1"]
    assert cells["value"].tolist() == [3.5, 7.5]


@settings(deadline=None)
@given(st.integers(1950, 2000), st.integers(0, 60), st.integers(1, 12))
def test_windows_follow_each_other_inside_the_years(first, span, length):
    found = whole_windows(pd.Series([first, first + span]), length)
    assert len(found) == (span + 1) // length
    assert all(end - start == length - 1 and start >= first for start, end in found)
