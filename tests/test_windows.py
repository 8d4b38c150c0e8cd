"""Windows side by side: numbering, agreement, cores and moves, by hand and on planted groups."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score
from test_clusters import PROFILES, QUICK, around, cluster_settings, panel

from techdiplomacy import windows
from techdiplomacy.clusters import StableCut, cut_countries

SETTINGS = cluster_settings()


def cut(groups, *, shares=None, own=0.9, status="ok", labels=None, draws=None):
    """Return a cut of countries A, B, ... with these groups, one digit each.

    ``shares`` gives the co-assignment of pairs such as ``AB``; others are 1 in one group, else 0.
    """
    names = list("ABCDEFGHIJKL"[: len(groups)])
    number = {name: int(digit) for name, digit in zip(names, groups, strict=True)}
    members = pd.Series(number).groupby(number).groups
    pairs = pd.DataFrame(
        [
            {
                "country": a,
                "partner": b,
                "coassignment": (shares or {}).get(a + b, float(number[a] == number[b])),
            }
            for a, b in combinations(names, 2)
        ]
    )
    found = np.array([[number[name] - 1 for name in names]])
    return StableCut(
        k=len(members),
        countries=pd.DataFrame(
            {
                "country": names,
                "group": pd.array(list(number.values()), dtype="Int64"),
                "own_group_coassignment": own,
                "status": status,
            }
        ),
        groups=pd.DataFrame({"group": sorted(members), "label": labels or "firm"}),
        coassignment=pairs,
        fitted=tuple(names),
        family_cuts=np.repeat(found, 4, axis=0) if draws is None else np.array(draws),
    )


def aligned(*groups):
    """Return the numbers of each window, the oldest first, as strings of digits."""
    frames = {str(2000 + i): cut(digits).countries for i, digits in enumerate(groups)}
    numbers = windows.align(frames)
    return [
        "".join(str(numbers[name][int(group)]) for group in frame["group"])
        for name, frame in frames.items()
    ]


# --- numbering --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "numbered"),
    [
        # the same groups under other numbers
        ("332211", "112233", "112233"),
        # one country moved: each group keeps its best match
        ("111222", "111122", "111222"),
        # a group split in two: the larger part carries the number, the other one a new number
        ("111223", "111111", "111223"),
        # a third in common is enough, less is not
        ("112222", "121222", "112222"),
        ("1234", "1111", "2345"),
    ],
)
def test_groups_carry_the_number_of_their_best_match(before, now, numbered):
    assert aligned(before, now) == [numbered, now]


def test_a_number_is_given_once_and_the_sum_of_similarities_is_largest():
    # both old groups lie inside the new group 1; the larger one gets its number
    before, now = aligned("11122", "11111")
    assert now == "11111"
    assert before == "11122"
    assert len(set(before)) == 2


def test_a_group_that_was_gone_for_a_window_comes_back_under_its_number():
    oldest, middle, newest = aligned("112233", "112222", "112233")
    assert newest == "112233"
    assert middle == "112222"
    assert oldest == "112233"


def test_only_countries_fitted_in_both_windows_are_compared():
    before = cut("112222").countries
    now = cut("111122").countries
    before.loc[[2, 3], "status"] = "small_n"
    # without C and D both windows hold the same two groups
    assert windows.align({"2000": before, "2001": now})["2000"] == {1: 1, 2: 2}


def test_numbering_does_not_depend_on_the_order_of_rows():
    frames = {"2000": cut("332211").countries, "2001": cut("112233").countries}
    turned = {name: frame.sample(frac=1, random_state=1) for name, frame in frames.items()}
    assert windows.align(frames) == windows.align(turned)


# --- agreement --------------------------------------------------------------------------------


def test_agreement_of_many_rows_is_that_of_each_row():
    rng = np.random.default_rng(3)
    one, other = rng.integers(4, size=(30, 12)), rng.integers(5, size=(30, 12))
    expected = [adjusted_rand_score(a, b) for a, b in zip(one, other, strict=True)]
    assert windows.rand_of_rows(one, other) == pytest.approx(expected)
    assert windows.rand_of_rows(one, one) == pytest.approx(np.ones(30))
    # one group against one group leaves no pair to disagree on
    assert windows.rand_of_rows(np.zeros((1, 5), int), np.zeros((1, 5), int)) == [1.0]


def test_agreement_is_held_against_redraws_of_one_window():
    same = [[0, 0, 1, 1]] * 4
    other = [[0, 1, 0, 1]] * 4
    found = windows.compare(
        {"2001": cut("1122", draws=same), "2002": cut("1212", draws=other)}, SETTINGS
    ).agreement
    (row,) = found.to_dict("records")
    assert (row["window"], row["previous"], row["n_common"]) == ("2002", "2001", 4)
    assert row["adjusted_rand"] == pytest.approx(adjusted_rand_score([0, 0, 1, 1], [0, 1, 0, 1]))
    assert row["adjusted_rand_between"] == pytest.approx(row["adjusted_rand"])
    assert row["adjusted_rand_within"] == 1.0
    assert row["share_as_alike"] == 0.0
    alike = windows.compare(
        {"2001": cut("1122", draws=same), "2002": cut("2211", draws=same)}, SETTINGS
    ).agreement
    assert alike["adjusted_rand"].tolist() == alike["share_as_alike"].tolist() == [1.0]


def test_every_pair_of_windows_is_compared_over_its_common_countries():
    cuts = {"2001": cut("11"), "2002": cut("112"), "2003": cut("1122")}
    found = windows.compare(cuts, SETTINGS).agreement
    pairs = list(found[["window", "previous", "n_common"]].itertuples(index=False, name=None))
    assert pairs == [("2003", "2002", 3), ("2003", "2001", 2), ("2002", "2001", 2)]


def test_one_window_has_nothing_to_agree_with():
    found = windows.compare({"2001": cut("1122")}, SETTINGS)
    assert found.agreement.empty
    assert found.countries["group"].tolist() == [1, 1, 2, 2]


# --- cores ------------------------------------------------------------------------------------


def cores(*cuts):
    found = windows.compare({str(2000 + i): one for i, one in enumerate(cuts)}, SETTINGS).cores
    return {row["members"]: row for row in found.to_dict("records")}


def test_a_core_shares_a_group_in_every_window():
    found = cores(cut("111222"), cut("112222"))
    assert set(found) == {"A;B", "D;E;F"}
    assert all(row["n_windows"] == 2 and row["label"] == "firm" for row in found.values())


def test_each_pair_of_a_core_comes_back_often_enough():
    # A and C are together in every cut, in a half of the redraws of one of them
    found = cores(cut("111"), cut("111", shares={"AC": 0.5}))
    assert "A;B;C" not in found
    assert set(found) in ({"A;B"}, {"B;C"})
    found = cores(cut("111"), cut("111", shares={"AC": 0.6}))
    assert set(found) == {"A;B;C"}
    row = found["A;B;C"]
    assert row["lowest_coassignment"] == 0.6
    assert row["coassignment"] == pytest.approx((1 + 1 + 0.8) / 3)
    assert row["label"] == "leaning"
    assert cores(cut("111"), cut("111", shares={"AC": 0.75}))["A;B;C"]["label"] == "firm"


def test_countries_together_in_redraws_but_not_in_a_cut_are_no_core():
    assert cores(cut("112"), cut("122", shares={"AB": 0.9})) == {}


# --- moves ------------------------------------------------------------------------------------


def moved(before, after, groups=("1122", "1222")):
    cuts = {"2001": cut(groups[0], own=before), "2002": cut(groups[1], own=after)}
    return windows.moves(windows.compare(cuts, SETTINGS).countries, SETTINGS)


@pytest.mark.parametrize(
    ("before", "after", "label"),
    [
        (0.75, 0.9, "firm"),
        (0.74, 0.9, "leaning"),
        (0.9, 0.6, "leaning"),
        (0.9, 0.59, "do not conclude"),
        (np.nan, 0.9, "do not conclude"),
    ],
)
def test_a_move_is_as_firm_as_its_weaker_end(before, after, label):
    (row,) = moved(before, after).to_dict("records")
    assert (row["country"], row["previous"], row["window"]) == ("B", "2001", "2002")
    assert (row["group_before"], row["group"], row["label"]) == (1, 2, label)


def test_who_keeps_the_group_or_was_too_small_has_not_moved():
    assert moved(0.9, 0.9, ("1122", "2211")).empty
    cuts = {"2001": cut("1122"), "2002": cut("1222")}
    cuts["2001"].countries.loc[1, "status"] = "small_n"
    assert windows.moves(windows.compare(cuts, SETTINGS).countries, SETTINGS).empty
    alone = windows.compare({"2001": cut("1122")}, SETTINGS).countries
    assert windows.moves(alone, SETTINGS).empty


# --- planted groups ---------------------------------------------------------------------------


def planted(seed, mover=None):
    """Return counts of three types of ten countries; the mover takes on the second type."""
    rng = np.random.default_rng([17, seed])
    kind = np.repeat(np.arange(3), 10)
    if mover is not None:
        kind[mover] = 1
    types = np.full((3, 12), 1.0) + np.kron(np.eye(3), np.full((1, 4), 9.0))
    return panel(rng, around(rng, 200.0, (types / types.sum(axis=1, keepdims=True))[kind])), kind


def test_planted_groups_keep_their_numbers_and_the_planted_mover_is_found():
    older, kinds = planted(1)
    newer, _ = planted(2, mover=0)
    cuts = {
        name: cut_countries(counts, 3, QUICK, PROFILES, seed)
        for seed, (name, counts) in enumerate((("2001", older), ("2002", newer)))
    }
    found = windows.compare(cuts, SETTINGS)
    old = found.countries[found.countries["window"] == "2001"]
    assert adjusted_rand_score(kinds, old["group"].to_numpy(int)) >= 0.9
    moves = windows.moves(found.countries, SETTINGS)
    assert moves["country"].tolist() == ["C00"]
    assert moves["label"].tolist() == ["firm"]
    together = {row["members"] for row in found.cores.to_dict("records")}
    assert ";".join(f"C{i:02d}" for i in range(10, 20)) in together
    assert not any("C00" in members for members in together)
