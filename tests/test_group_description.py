"""What describes groups: strong fields, the map, agreement of two cuts; all by hand."""

import numpy as np
import pandas as pd
import pytest

from techdiplomacy.errors import InvalidTable
from techdiplomacy.group_description import (
    branches_above,
    compare_cuts,
    map_countries,
    standing_among_groups,
    strong_fields_of_groups,
)
from techdiplomacy.stability import distances_between
from techdiplomacy.strength import specialisation

FIELDS = ["optics", "drugs", "engines"]


@pytest.fixture
def counts():
    """Return counts of two kinds of countries; the largest of the first kind is lopsided."""
    return pd.DataFrame(
        [
            [9000.0, 500.0, 500.0],
            [500.0, 100.0, 400.0],
            [520.0, 100.0, 380.0],
            [100.0, 800.0, 100.0],
            [120.0, 780.0, 100.0],
            [80.0, 3000.0, 90.0],
        ],
        index=list("ABCDEF"),
        columns=FIELDS,
    )


def grouping(groups: str, status: str = "ok") -> pd.DataFrame:
    """Return countries A, B, ... with these groups, one digit each."""
    names = list("ABCDEFGH"[: len(groups)])
    return pd.DataFrame({"country": names, "group": [int(g) for g in groups], "status": status})


# --- strong fields ----------------------------------------------------------------------------


def test_strong_fields_are_the_medians_of_the_members(counts):
    special = specialisation(counts, min_families=10)
    most = strong_fields_of_groups(grouping("111222"), special, min_members=0.5)
    strong = most.set_index(["group", "field"])
    shrunk = special.set_index(["country", "field"])["rta_shrunk"]
    # Optics is strong in A alone, the largest member: the group is not described by it.
    assert set(strong.index) == {(1, "engines"), (2, "drugs"), (2, "engines")}
    assert strong.loc[(1, "engines"), "members_above"] == 2
    for group, field, members in ((1, "engines", "ABC"), (2, "drugs", "DEF")):
        row = strong.loc[(group, field)]
        median = np.median([shrunk[member, field] for member in members])
        assert row["rta_median"] == pytest.approx(median)
        inside = counts.loc[list(members)]
        pooled = inside[field].sum() / inside.to_numpy().sum()
        world = counts[field].sum() / counts.to_numpy().sum()
        assert row["rta_pooled"] == pytest.approx(pooled / world)
        assert row["n_members"] == 3
    assert (strong["rta_median"] > 1).all()
    assert (strong["mean_probability_above"] >= 0.5).all()


def test_a_field_is_strong_only_if_nearly_all_members_are(counts):
    special = specialisation(counts, min_families=10)
    most = strong_fields_of_groups(grouping("111222"), special, min_members=0)
    shares = (most["members_above"] / most["n_members"]).set_axis(
        pd.MultiIndex.from_frame(most[["group", "field"]])
    )
    # engines are strong in B and C, not in A, and in D and E, not in F; drugs in D, E and F
    assert shares.to_dict() == {(1, "engines"): 2 / 3, (2, "drugs"): 1, (2, "engines"): 2 / 3}

    def named(**changes):
        strong = strong_fields_of_groups(grouping("111222"), special, **changes)
        return list(strong[["group", "field"]].itertuples(index=False, name=None))

    # two of three are fewer than the usual four fifths
    assert named() == named(min_members=0.8) == named(min_members=1) == [(2, "drugs")]
    assert len(named(min_members=2 / 3)) == 3
    assert named(min_members=0.67) == [(2, "drugs")]


def test_strongest_field_first_and_no_more_than_asked(counts):
    special = specialisation(counts, min_families=10)
    strong = strong_fields_of_groups(grouping("111222"), special, min_members=0.5)
    assert strong["group"].tolist() == sorted(strong["group"])
    for _, rows in strong.groupby("group"):
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
        assert rows["rta_median"].is_monotonic_decreasing
    assert len(strong) > 2
    fewer = strong_fields_of_groups(grouping("111222"), special, top=1, min_members=0.5)
    pd.testing.assert_frame_equal(fewer, strong[strong["rank"] == 1].reset_index(drop=True))


def test_countries_placed_afterwards_do_not_speak_for_their_group(counts):
    special = specialisation(counts, min_families=10)
    placed = grouping("111222")
    placed.loc[0, "status"] = "small_n"
    strong = strong_fields_of_groups(placed, special).set_index(["group", "field"])
    assert strong.loc[(1, "engines"), "n_members"] == 2
    assert strong.loc[(1, "engines"), "mean_probability_above"] == pytest.approx(1)


def test_a_member_without_specialisation_is_named(counts):
    special = specialisation(counts.drop(index="C"), min_families=10)
    with pytest.raises(InvalidTable, match="without specialisation: C"):
        strong_fields_of_groups(grouping("111222"), special)


# --- the map ----------------------------------------------------------------------------------


def test_map_keeps_distances_of_a_flat_cloud_and_projects_small_countries():
    flat = pd.DataFrame([[0.0, 0], [3, 0], [0, 4], [3, 4]], index=list("ABCD"), columns=["f", "g"])
    places, shares = map_countries(flat)
    assert distances_between(places[["x", "y"]].to_numpy()) == pytest.approx(
        distances_between(flat.to_numpy())
    )
    assert sum(shares) == pytest.approx(1)
    assert places.loc[2, "x"] > places.loc[0, "x"]  # the longer side is the first axis, upwards
    fewer, _ = map_countries(flat, fitted=("A", "B", "C"))
    assert fewer["status"].tolist() == ["ok", "ok", "ok", "small_n"]
    empty = pd.concat([flat, pd.DataFrame(np.nan, index=["E"], columns=["f", "g"])])
    assert map_countries(empty).places["status"].tolist()[-1] == "not_estimable"


def test_a_map_needs_three_countries_with_profiles():
    flat = pd.DataFrame([[0.0, 0], [3, 0], [0, 4]], index=list("ABC"), columns=["f", "g"])
    with pytest.raises(InvalidTable, match="2 countries shape the map"):
        map_countries(flat.head(2))
    with pytest.raises(InvalidTable, match=r"without profile: \['Z'\]"):
        map_countries(flat, fitted=("A", "B", "C", "Z"))


# --- agreement of cuts ------------------------------------------------------------------------


def test_compare_cuts_does_not_mind_the_numbering():
    assert compare_cuts(grouping("112233"), grouping("331122")) == 1
    assert compare_cuts(grouping("111222"), grouping("112122")) < 1


def test_compare_cuts_by_hand():
    # Pairs together: 2 in one, 2 in the other, 0 in both; expected in both 2 * 2 / 6.
    expected = (0 - 4 / 6) / (2 - 4 / 6)
    assert compare_cuts(grouping("1122"), grouping("1212")) == pytest.approx(expected)


def test_compare_cuts_reads_the_column_asked_for():
    one = grouping("1122").assign(group_two_way=[1, 1, 2, 2])
    other = grouping("1212").assign(group_two_way=[2, 2, 1, 1])
    assert compare_cuts(one, other) < 1
    assert compare_cuts(one, other, column="group_two_way") == 1


def test_compare_cuts_uses_common_fitted_countries():
    one, other = grouping("112233"), grouping("1122331")
    other.loc[0, ["group", "status"]] = [3, "small_n"]  # would disagree, were it counted
    assert compare_cuts(one, other) == 1
    with pytest.raises(InvalidTable, match="0 countries"):
        compare_cuts(one, grouping("112233", status="small_n"))


# --- a country in the tree and among the groups -------------------------------------------------

BRANCHES = pd.DataFrame(
    {
        "branch": ["B1", "B2", "B3", "B4"],
        "left": ["A", "D", "B1", "B3"],
        "right": ["B", "E", "C", "B2"],
        "n_countries": [2, 2, 3, 5],
        "members": ["A;B", "D;E", "A;B;C", "A;B;C;D;E"],
        "support_families": [0.9, 0.8, 0.7, np.nan],
    }
)


def test_branches_above_a_country_tell_who_joins_at_each_step():
    steps = branches_above("A", BRANCHES.sample(frac=1, random_state=1))
    assert steps["step"].tolist() == [1, 2, 3]
    assert steps["joined"].tolist() == ["B", "C", "D;E"]
    assert steps["support_families"].tolist()[:2] == [0.9, 0.7]
    assert branches_above("C", BRANCHES)["joined"].tolist() == ["A;B", "D;E"]
    # a code that is part of another one is another country
    assert branches_above("AB", BRANCHES).empty


def test_standing_is_the_mean_over_the_other_members():
    pairs = pd.DataFrame(
        [("A", "B", 0.8, 0.2), ("A", "C", 0.3, 0.4), ("B", "C", 0.9, 0.9), ("A", "D", 0.1, 0.6)],
        columns=["country", "partner", "coassignment", "distance"],
    )
    countries = grouping("1122").assign(group=lambda frame: frame["group"].astype("Int64"))
    groups = pd.DataFrame(
        {"group": [1, 2], "label": ["firm", "leaning"], "n_countries": 2, "members": ["A;B", "C;D"]}
    )
    near = standing_among_groups("A", countries, groups, pairs)
    assert near["group"].tolist() == [1, 2]
    assert near["own"].tolist() == [True, False]
    assert near["coassignment"].tolist() == pytest.approx([0.8, 0.2])
    assert near["distance"].tolist() == pytest.approx([0.2, 0.5])
    assert standing_among_groups("Z", countries, groups, pairs).empty
