"""Lists, stated orders and steps, on sides made up and numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from evidence_rows import chosen
from hypothesis import given
from hypothesis import strategies as st
from partner_rows import CLEAR, DRAWS, PARAMS, TABLES, made, ranked

from techdiplomacy import priorities as pr
from techdiplomacy.errors import InvalidTable
from techdiplomacy.tables import check_table

# --- lists ----------------------------------------------------------------------------------


def measures_of(rows):
    frame = pd.DataFrame(
        rows,
        columns=["partner", "volume", "association", "association_low", "association_high"],
    )
    return frame.assign(kind="joint_works", window="2019-2023", direction="both")


GAP = ["gap", "gap_low", "gap_high"]


def lists(values, measures, params=PARAMS):
    gaps = pd.DataFrame(
        0.0, index=["AAA", "BBB", "CCC", "DDD"], columns=["gap", "gap_low", "gap_high"]
    )
    found = pr.priority_lists(values, measures, gaps, params)
    return check_table(found, TABLES["priority_lists"], where="test") if len(found) else found


STRICT = chosen(ranks={"draws": DRAWS}, priorities={"leader_rank": 2, "strength_rank": 2})


def test_a_leader_without_tie_is_found_and_the_reason_is_coded():
    table = made({"G06": CLEAR}).table
    table.loc[table["partner"] == "AAA", "volume"] = 0.0
    table.loc[table["partner"] == "BBB", ["volume", *GAP]] = [2.0, 0.0, -0.1, 0.1]
    found = lists(table, measures_of([("BBB", 2.0, 0.8, 0.7, 0.9)]), STRICT)
    found = found[found["list"] == "leaders_without_tie"].set_index("partner")
    assert found["reasons"].to_dict() == {"AAA": "no_tie;below_expected", "BBB": "shallow_tie"}
    assert found.loc["BBB", "tie_place"] == 1


# interval of the gap, that of the association, and why a leader is listed
JUDGED = {
    "a hub: below 1 with most, as much as expected": ((-0.1, 0.1), (0.5, 0.6), None),
    "below 1 and surely more than expected": ((0.1, 0.3), (0.5, 0.6), None),
    "above 1 and surely less than expected": ((-0.9, -0.1), (1.1, 1.3), "below_expected"),
    "both surely below": ((-0.9, -0.1), (0.5, 0.6), "below_expected"),
    "less than expected, but not surely": ((-0.9, 0.1), (0.5, 0.6), None),
    "no gap, surely below 1": ((np.nan, np.nan), (0.5, 0.6), "below_association"),
    "no gap, not surely below 1": ((np.nan, np.nan), (0.5, 1.2), None),
}


@pytest.mark.parametrize("case", JUDGED)
def test_a_leader_is_judged_by_the_whole_interval_of_the_gap(case):
    gap, association, why = JUDGED[case]
    table = made({"G06": CLEAR}).table
    table[GAP] = [0.2, 0.1, 0.3]
    table.loc[table["partner"] == "AAA", GAP] = [np.mean(gap), *gap]
    found = lists(table, measures_of([("AAA", 100.0, np.mean(association), *association)]), STRICT)
    assert found["reasons"].tolist() == ([why] if why else [])
    if why:
        assert found.loc[0, "association"] == pytest.approx(np.mean(association))


def test_a_leader_whose_tie_holds_is_not_listed_and_an_unknown_tie_is():
    table = made({"G06": CLEAR}).table
    table[["gap_low", "gap_high"]] = [0.1, 0.3]
    table.loc[table["partner"] == "BBB", "volume"] = np.nan
    found = lists(table, measures_of([("AAA", 100.0, 1.8, 1.7, 1.9)]), STRICT)
    assert found[["partner", "reasons"]].to_numpy().tolist() == [["BBB", "tie_unknown"]]


def test_a_close_tie_to_a_partner_without_strength_is_found():
    table = made({"G05": CLEAR, "G06": CLEAR}).table
    table[["gap_low", "gap_high"]] = [0.1, 0.3]
    rows = [("CCC", 90.0, 2.0, 1.8, 2.2), ("AAA", 80.0, 2.0, 1.8, 2.2)]
    rows += [("DDD", 3.0, 9.0, 4.0, 15.0)]  # close, but the third tie by volume
    found = lists(table, measures_of(rows), STRICT)
    assert found[
        ["list", "group_id", "partner", "strength_rank", "reasons"]
    ].to_numpy().tolist() == [["ties_without_strength", "ALL", "CCC", 3.0, "ranks_lower"]]
    rows[0] = ("EEE", 90.0, 2.0, 1.8, 2.2)
    found = lists(table, measures_of(rows), STRICT)
    assert found[["partner", "reasons"]].to_numpy().tolist() == [["EEE", "not_ranked"]]


def test_no_list_is_an_empty_table():
    table = made({"G06": CLEAR}).table
    table[["gap_low", "gap_high"]] = [0.1, 0.3]
    assert lists(table, measures_of([("AAA", 5.0, 1.0, 0.5, 1.5)]), STRICT).empty


# --- orders ---------------------------------------------------------------------------------

LONG = {f"A{place}{letter}": (8.0 - n, 0.5, 0.5, 8.0 - n)
        for n, (place, letter) in enumerate([(p, q) for p in "ABCD" for q in "XY"])}  # fmt: skip


def stated(lists_, members=None, values=None):
    found = ranked(values or made({"G06": LONG}))
    return pr.stated_order(lists_, members or {}, found, PARAMS, seed=1)


def test_a_stated_order_that_is_the_measured_one_agrees_fully():
    order, agreement = stated({"ten_leaders": list(LONG), "long_term": list(LONG)[:3]})
    check_table(order, TABLES["stated_order"], where="test")
    check_table(agreement, TABLES["stated_order_agreement"], where="test")
    first = agreement.set_index("list").loc["ten_leaders"]
    assert first["correlation"] == pytest.approx(1.0)
    assert first["n"] == 8
    assert first["p_value"] < 0.05
    assert first["null_low"] < 0 < first["null_high"] < 1
    assert agreement.set_index("list").loc["long_term", ["n", "status"]].tolist() == [
        3,
        "too_short",
    ]
    own = order[order["list"] == "ten_leaders"]
    assert own["stated_position"].tolist() == own["rank"].tolist() == list(range(1, 9))
    assert set(own["among"]) == {8}


def test_a_group_of_countries_is_reported_by_its_best_and_median_member():
    names = list(LONG)
    order, agreement = stated(
        {"long_term": [names[0], "EU", "ZZZ"]}, {"EU": [names[1], names[3], names[6], "QQQ"]}
    )
    group = order.set_index("partner").loc["EU"]
    assert (group["status"], group["members"], group["measured_members"]) == ("group", 4, 3)
    assert group["rank"] == 4  # places 2, 4 and 7
    assert (group["best_member"], group["best_rank"]) == (names[1], 2)
    assert order.set_index("partner").loc["ZZZ", "status"] == "not_estimable"
    assert agreement["n"].tolist() == [1]  # the group takes no part in a correlation


def test_a_stated_list_names_each_partner_once():
    with pytest.raises(InvalidTable, match="stands twice"):
        stated({"long_term": ["AAX", "AAX"]})


def fields(counts):
    rows = [
        ("publications", "2018-2022", country, field, value)
        for country, own in counts.items()
        for field, value in zip("fg", own, strict=True)
    ]
    return pd.DataFrame(rows, columns=["evidence", "window", "country", "field", "count_items"])


def test_likeness_is_one_minus_half_the_squared_distance():
    # roots of shares .6 .8 and .8 .6: .48 + .48
    alike = pr.likeness(fields({"JPN": (9.0, 16.0), "AAA": (16.0, 9.0)}), "JPN")
    assert alike.to_dict() == pytest.approx({"JPN": 1.0, "AAA": 0.96})
    assert pr.likeness(fields({"AAA": (1.0, 1.0)}), "JPN").empty


def test_partners_that_cannot_be_told_apart_share_a_step():
    sides = {
        "AAA": (4.0, 0.9, 0.9, 4.0),
        "BBB": (3.0, 0.8, 0.8, 3.0),
        "CCC": (1.0, 0.2, 0.201, 1.0),
        "DDD": (1.0, 0.2, 0.2, 1.0),
        "JPN": (0.5, 0.0, 0.0, 0.0),
    }
    params = PARAMS.model_copy(
        update={"partners": ["DDD", "BBB", "AAA", "JPN", "VVV", "CCC", "ZZZ"]}
    )
    found = ranked(made({"G06": sides}, spread=0.05), params)
    articles = fields({"JPN": (9.0, 16.0), "AAA": (16.0, 9.0)})
    order = pr.replication_order(found, articles, params)
    check_table(order, TABLES["replication_order"], where="test")
    assert order["partner"].tolist()[:2] == ["AAA", "BBB"]
    assert set(order["partner"][2:4]) == {"CCC", "DDD"}
    assert order["rank_median"].dropna().is_monotonic_increasing
    assert order["step"].tolist()[:4] == [1, 2, 3, 3]
    assert order["position"].tolist()[:4] == [1, 2, 3, 4]
    assert order.loc[0, "similarity_to_pilot"] == pytest.approx(0.96)
    last = order.iloc[-1]
    assert (last["status"], last["groups_measured"]) == ("not_estimable", 0)
    assert pd.isna(last["position"])


# --- by partner and by group ----------------------------------------------------------------


def test_both_margins_count_the_same():
    values = made({"G05": CLEAR, "G06": CLEAR | {"DDD": (9.0, 0.9, 0.9, np.nan)}})
    marked = pr.marks(values.table, ranked(values).table, STRICT)
    partner, group = pr.by_partner(marked), pr.by_group(marked)
    # two leaders a group; DDD leads by size in one of them, without a score there
    assert partner.set_index("partner")["leader"].to_dict() == {
        "AAA": 2,
        "BBB": 1,
        "CCC": 0,
        "DDD": 1,
        "ALL": 4,
    }
    assert group["leaders"].fillna("").tolist() == ["AAA;BBB", "AAA;DDD", ""]
    assert partner.loc[0, "groups_led"] == "G05;G06"
    counts = list(pr.MARKS)
    assert partner.iloc[-1][counts].tolist() == group.iloc[-1][counts].tolist() == [7, 4, 2]


def test_margins_agree_where_sides_and_partners_are_missing():
    # BBB lacks a side everywhere, CCC is in one group only, DDD lacks one in one group
    first = CLEAR | {"BBB": (3.0, np.nan, 0.4, 1.0), "DDD": (1.0, 0.0, np.nan, 0.0)}
    other = {"AAA": CLEAR["AAA"], "BBB": (3.0, 0.6, np.nan, 1.0), "DDD": CLEAR["DDD"]}
    values = made({"G05": first, "G06": other})
    marked = pr.marks(values.table, ranked(values).table, STRICT)
    partner = pr.by_partner(marked).set_index("partner")
    group = pr.by_group(marked).set_index("group_id")
    assert partner["ranked"].to_dict() == {"AAA": 2, "BBB": 0, "CCC": 1, "DDD": 1, "ALL": 4}
    assert group["ranked"].to_dict() == {"G05": 2, "G06": 2, "ALL": 4}
    # BBB is second by size in both, whatever else is missing
    assert partner["leader"].to_dict() == {"AAA": 2, "BBB": 2, "CCC": 0, "DDD": 0, "ALL": 4}
    assert group["leaders"].fillna("").tolist() == ["AAA;BBB", "AAA;BBB", ""]
    for name in pr.MARKS:
        assert partner.loc["ALL", name] == group.loc["ALL", name] == marked[name].sum()


@given(
    st.sets(st.tuples(st.sampled_from("PQR"), st.sampled_from("GH")), min_size=1),
    st.integers(0, 2**18 - 1),
)
def test_margins_agree_whatever_is_marked(cells, bits):
    marked = pd.DataFrame(sorted(cells), columns=["partner", "group_id"])
    for place, name in enumerate(pr.MARKS):
        marked[name] = [bool(bits >> (place * 6 + n) & 1) for n in range(len(marked))]
    counts = list(pr.MARKS)
    one, other = pr.by_partner(marked), pr.by_group(marked)
    assert one.iloc[-1][counts].tolist() == other.iloc[-1][counts].tolist()
    assert one.iloc[-1][counts].tolist() == one.iloc[:-1][counts].sum().tolist()


def test_a_partner_stands_once_in_a_group():
    values = made({"G06": CLEAR})
    marked = pr.marks(values.table, ranked(values).table, STRICT)
    with pytest.raises(InvalidTable, match="stands twice in a group"):
        pr.by_group(pd.concat([marked, marked]))
