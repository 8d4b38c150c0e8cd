"""Counting: check 1 by hand, and properties on random families."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdiplomacy.errors import InvalidTable
from techdiplomacy.patents import (
    count_by_country,
    count_by_country_and_group,
    count_by_group,
    count_pairs,
)


def flat(families: dict[str, tuple[list[str], list[str]]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (family, country, group)
            for family, (countries, groups) in families.items()
            for country in countries
            for group in groups
        ],
        columns=["family", "country", "group"],
    )


@pytest.fixture
def three_families() -> pd.DataFrame:
    return flat(
        {
            "F1": (["VNM", "JPN"], ["G01"]),
            "F2": (["VNM"], ["G01", "G06"]),
            "F3": (["VNM", "JPN", "KOR"], ["G06"]),
        }
    )


def test_countries_of_check_1(three_families):
    counted = count_by_country(three_families).set_index("country")
    assert counted["families_fractional"].to_dict() == pytest.approx(
        {"VNM": 11 / 6, "JPN": 5 / 6, "KOR": 1 / 3}, abs=1e-12
    )
    assert counted["families_whole"].to_dict() == {"VNM": 3, "JPN": 2, "KOR": 1}


def test_groups_of_check_1(three_families):
    counted = count_by_group(three_families).set_index("group")
    assert counted["families_fractional"].to_dict() == {"G01": 1.5, "G06": 1.5}
    assert counted["families_whole"].to_dict() == {"G01": 2, "G06": 2}


def test_pairs_of_check_1(three_families):
    counted = count_pairs(three_families).set_index(["country", "partner"])
    assert counted["families_full"].to_dict() == {
        ("JPN", "KOR"): 1,
        ("JPN", "VNM"): 2,
        ("KOR", "VNM"): 1,
    }
    assert counted["families_fractional"].to_dict() == pytest.approx(
        {("JPN", "KOR"): 1 / 3, ("JPN", "VNM"): 4 / 3, ("KOR", "VNM"): 1 / 3}, abs=1e-12
    )


def test_cells_by_hand(three_families):
    counted = count_by_country_and_group(three_families).set_index(["country", "group"])
    assert counted.loc[("VNM", "G06"), "families_fractional"] == pytest.approx(1 / 2 + 1 / 3)
    assert counted.loc[("VNM", "G06"), "families_per_country"] == pytest.approx(1 + 1 / 3)
    assert counted.loc[("VNM", "G06"), "families_whole"] == 2


def test_an_empty_group_is_a_row_of_zeros(three_families):
    counted = count_by_group(three_families, groups=["G06", "G02", "G01"])
    assert counted["group"].tolist() == ["G01", "G02", "G06"]
    assert counted["families_fractional"].tolist() == [1.5, 0.0, 1.5]
    cells = count_by_country_and_group(three_families, groups=["G01", "G02", "G06"])
    assert len(cells) == 9
    assert cells["families_fractional"].sum() == pytest.approx(3)


def test_counts_per_year(three_families):
    records = three_families.assign(
        year=three_families["family"].map({"F1": 2019, "F2": 2019, "F3": 2020})
    )
    counted = count_by_group(records, per=["year"], groups=["G01", "G06"])
    assert counted[["year", "group", "families_fractional"]].to_numpy().tolist() == [
        [2019, "G01", 1.5],
        [2019, "G06", 0.5],
        [2020, "G01", 0.0],
        [2020, "G06", 1.0],
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: r.drop(columns="group"), "missing columns: group"),
        (lambda r: pd.concat([r, r.head(1)]), "repeated"),
        (lambda r: r.assign(group=r["group"].where(r.index > 0)), "empty cells"),
        (lambda r: r.drop(index=r.index[2]), None),
        (lambda r: pd.concat([r, flat({"F1": (["KOR"], ["G06"])})]), "lacks a group"),
    ],
)
def test_bad_records_are_refused(three_families, change, words):
    if words is None:  # dropping one of two groups of a one-country family leaves a good table
        assert count_by_country(change(three_families))["families_fractional"].sum() == 3
        return
    with pytest.raises(InvalidTable, match=words):
        count_by_country(change(three_families))


def test_unknown_group_and_changing_year_are_refused(three_families):
    with pytest.raises(InvalidTable, match="G06"):
        count_by_group(three_families, groups=["G01"])
    with pytest.raises(InvalidTable, match="'year' changes"):
        count_by_country(three_families.assign(year=range(len(three_families))), per=["year"])


family = st.tuples(
    st.sets(st.sampled_from("ABCDEF"), min_size=1), st.sets(st.sampled_from("XYZ"), min_size=1)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(family, min_size=1, max_size=12))
def test_fractional_counts_add_up_to_the_families(drawn):
    records = flat({f"F{i}": (sorted(c), sorted(g)) for i, (c, g) in enumerate(drawn)})
    joint = sum(len(countries) > 1 for countries, _ in drawn)
    for counted in (
        count_by_country(records),
        count_by_group(records),
        count_by_country_and_group(records, groups=list("WXYZ")),
    ):
        assert counted["families_fractional"].sum() == pytest.approx(len(drawn))
        assert (counted["families_whole"] >= counted["families_fractional"] - 1e-12).all()
    pairs = count_pairs(records)
    assert pairs["families_fractional"].sum() == pytest.approx(joint)
    assert (pairs["country"] < pairs["partner"]).all()
    shuffled = records.sample(frac=1, random_state=1)
    # Adding floats in another order may move the last digit, nothing more.
    pd.testing.assert_frame_equal(count_by_country(shuffled), count_by_country(records))
