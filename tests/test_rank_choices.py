"""The first countries under other choices, on rows made up."""

import pytest
from evidence_rows import LIST, chosen, evidence_rows, many

from techdiplomacy.declarations import declared
from techdiplomacy.group_strength import strength_by_measure
from techdiplomacy.rank_choices import choices_compared, matching_group
from techdiplomacy.tables import check_table

PARAMS = chosen(ranks={"first": 2, "countries_at_least": 2, "draws": 200})
COUNTS = {"AAA": 60.0, "BBB": 30.0, "CCC": 10.0}
BASE = {"AAA": 600.0, "BBB": 300.0, "CCC": 20.0}
OTHER = "vn-21-2026"


def compared(evidence):
    newest = evidence[
        (evidence["framework"] == LIST)
        & (evidence["rule"] == "strongest")
        & ~evidence["measure"].isin(["uspto_fields", "articles_whole"])
    ]
    strength = strength_by_measure(newest, PARAMS.rta, PARAMS.ranks, seed=1)
    return choices_compared(evidence, strength, LIST, PARAMS.rta, PARAMS.ranks, seed=1)


def first(table, variant):
    rows = table[table["variant"] == variant].sort_values("position")
    return rows["country"].tolist(), rows["overlap"].tolist()


@pytest.fixture(scope="module")
def table():
    turned = {"AAA": 10.0, "BBB": 60.0, "CCC": 30.0}
    return compared(
        many(
            evidence_rows(COUNTS, base=BASE),
            evidence_rows(turned, base=BASE, window="2011-2015"),
            evidence_rows(turned, measure="uspto_fields"),
            evidence_rows({"AAA": 0.0, "BBB": 1.0, "CCC": 2.0}, rule="direct_and_partial"),
            evidence_rows(turned, group="R02", framework=OTHER),
        )
    )


def test_it_is_the_declared_table(table):
    assert len(check_table(table, declared("rank_sensitivity"), where="test")) == len(table)


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("as_used", (["AAA", "BBB"], [2, 2])),
        ("one_office", (["BBB", "CCC"], [1, 1])),
        ("window_before", (["BBB", "CCC"], [1, 1])),
        ("direct_and_partial", (["CCC", "BBB"], [1, 1])),
        ("raw_share_of_families", (["AAA", "BBB"], [2, 2])),
        ("specialisation_raw", (["CCC", "AAA"], [1, 1])),
        ("other_taxonomy", (["BBB", "CCC"], [1, 1])),
        ("without_families", ([], [])),  # the only measure
        ("whole_counts", ([], [])),  # nothing to exchange: no rows
    ],
)
def test_each_choice_has_its_first_countries(table, variant, expected):
    assert first(table, variant) == expected


def test_whether_the_first_changes(table):
    changes = table.groupby("variant")["first_changes"].agg(["min", "max"])
    assert (changes["min"] == changes["max"]).all()
    assert changes["max"].to_dict() == {
        "as_used": False,
        "raw_share_of_families": False,
        "specialisation": True,
        **dict.fromkeys(("one_office", "window_before", "direct_and_partial"), True),
        **dict.fromkeys(("other_taxonomy", "specialisation_raw"), True),
    }


def test_each_measure_in_turn_is_left_out():
    turned = {"AAA": 10.0, "BBB": 60.0, "CCC": 30.0}
    found = compared(
        many(evidence_rows(COUNTS, base=BASE), evidence_rows(turned, measure="articles"))
    )
    assert first(found, "without_articles")[0] == ["AAA", "BBB"]
    assert first(found, "without_families")[0] == ["BBB", "CCC"]
    left = found[found["variant"] == "without_families"]
    assert set(left["compared"]) == {"articles"}
    used = first(found, "as_used")[0][0]
    assert left["first_changes"].tolist() == [used != "BBB"] * 2


def test_only_a_measure_in_the_rank_is_moved():
    # articles are proxies here and stay out of the rank, as does what lists one country only
    turned = {"AAA": 10.0, "BBB": 60.0, "CCC": 30.0}
    found = compared(
        many(
            evidence_rows(COUNTS, base=BASE),
            evidence_rows(COUNTS, measure="articles", role="proxy"),
            evidence_rows(turned, measure="articles", role="proxy", window="2011-2015"),
            evidence_rows(turned, measure="articles_whole", role="proxy"),
            evidence_rows({"AAA": 5.0}, measure="uspto_topics"),
            evidence_rows(turned, measure="uspto_topics", window="2011-2015"),
        )
    )
    assert not set(found["variant"]) & {"whole_counts", "window_before", "without_articles"}


def test_specialisation_puts_first_who_is_surely_specialised():
    found = compared(evidence_rows({**COUNTS, "CCC": 1.0}, base={**BASE, "CCC": 10.0}))
    rows = found[found["variant"] == "specialisation"]
    assert first(found, "specialisation")[0] != ["CCC", "AAA"]
    assert (
        rows["value"] < found.loc[found["variant"] == "specialisation_raw", "value"].max()
    ).all()


def test_groups_of_two_lists_match_by_their_fields():
    def used(framework, group, fields, **more):
        return evidence_rows(COUNTS, framework=framework, group=group, fields=fields, **more)

    rows = many(
        used(LIST, "G01", "a; b"),
        used(LIST, "G02", "c"),
        used(LIST, "G03", "d", role="proxy"),
        used(OTHER, "R01", "a; b; e"),
        used(OTHER, "R02", "c; f; g"),
        used(OTHER, "R03", "d"),
    )
    assert matching_group(rows, LIST, "G01") == (OTHER, "R01")
    assert matching_group(rows, LIST, "G02") is None  # one of three fields
    assert matching_group(rows, LIST, "G03") is None  # proxies do not say that two are the same
    assert matching_group(rows, OTHER, "R01") == (LIST, "G01")


def test_a_group_whose_measures_list_too_few_countries_has_no_rank_to_compare():
    few = many(evidence_rows(COUNTS, base=BASE), evidence_rows({"AAA": 1.0}, group="G07"))
    rows = compared(few).query("group_id == 'G07'")
    assert rows["variant"].tolist() == ["raw_share_of_families"]
    assert rows["overlap"].tolist() == [0]
