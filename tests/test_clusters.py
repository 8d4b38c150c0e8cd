"""Country groups: primitives by hand and against scikit-learn, simulations of check 5."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_score

from techdiplomacy.clusters import (
    ClusterSettings,
    compare_cuts,
    group_countries,
    map_countries,
    strong_fields_of_groups,
)
from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.stability import (
    branch_members,
    coassignment,
    cut_tree,
    distances_between,
    gap_statistic,
    group_jaccard,
    grow_tree,
    mean_silhouette,
    silhouettes,
)
from techdiplomacy.strength import composition_profiles, specialisation

QUICK = ClusterSettings(resamples=30, null_panels=99)


def panel(rng: np.random.Generator, shares: np.ndarray) -> pd.DataFrame:
    """Return whole counts with log-normal sizes for countries with these true shares."""
    n = np.maximum(np.rint(np.exp(rng.normal(np.log(1000), 1.2, len(shares)))), 100)
    x = rng.multinomial(n.astype(int), shares).astype(float)
    x[0] += x.sum(axis=0) == 0  # a field nobody works in would be refused
    return pd.DataFrame(
        x,
        index=[f"C{i:02d}" for i in range(len(x))],
        columns=[f"G{j:02d}" for j in range(x.shape[1])],
    )


def far_apart(rng: np.random.Generator, number: int, distance: float) -> np.ndarray:
    """Return true profiles that are at least `distance` apart."""
    while True:
        shares = rng.dirichlet(np.ones(11), size=number)
        h = np.sqrt(shares)
        if min(np.linalg.norm(h[i] - h[j]) for i in range(number) for j in range(i)) > distance:
            return shares


def around(rng: np.random.Generator, strength: float, shares: np.ndarray) -> np.ndarray:
    return np.array([rng.dirichlet(strength * row + 1e-3) for row in shares])


def four_types(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng([7, seed])
    kind = np.repeat(np.arange(4), 15)
    return panel(rng, around(rng, 60.0, far_apart(rng, 4, 0.6)[kind])), kind


def gradient(seed: int) -> pd.DataFrame:
    """Return countries strewn between two extremes, most of them in the middle, no gaps."""
    rng = np.random.default_rng([9, seed])
    one, other = far_apart(rng, 2, 0.9)
    place = rng.beta(2, 2, 60)[:, None]
    return panel(rng, around(rng, 60.0, place * one + (1 - place) * other))


def noise(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng([11, seed])
    return panel(rng, np.tile(rng.dirichlet(np.full(11, 3.0)), (60, 1)))


def overdispersed(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng([13, seed])
    w = rng.dirichlet(np.full(11, 3.0))
    return panel(rng, around(rng, 25.0, np.tile(w, (60, 1))))


# --- simulations of check 5 -------------------------------------------------------------------


@pytest.mark.parametrize("simulate", [noise, overdispersed])
def test_noise_is_not_sold_as_groups(simulate):
    verdicts = [group_countries(simulate(seed), QUICK, seed).verdict for seed in range(20)]
    assert verdicts.count("no_stable_groups") >= 19


def test_four_planted_types_are_found():
    for seed in range(20):
        counts, kind = four_types(seed)
        found = group_countries(counts, QUICK, seed)
        assert found.verdict == "groups"
        assert adjusted_rand_score(kind, found.countries["group"].to_numpy(int)) >= 0.9
        assert found.k == found.k_most_stable == 4
        assert set(found.groups["label"]) == {"firm"}


def test_a_planted_gradient_is_a_typology():
    verdicts = [group_countries(gradient(seed), QUICK, seed).verdict for seed in range(20)]
    # A test at the .05 level calls a true gradient "groups" about once in twenty.
    assert verdicts.count("typology") >= 18
    assert verdicts.count("groups") <= 1


# --- primitives -------------------------------------------------------------------------------


def test_silhouette_agrees_with_scikit_learn():
    rng = np.random.default_rng(1)
    points = rng.normal(size=(40, 5))
    tree = grow_tree(points, "ward")
    cuts = cut_tree(tree, branch_members(tree), range(2, 9))
    expected = [silhouette_score(points, labels) for labels in cuts]
    np.testing.assert_allclose(silhouettes(points, "ward", range(2, 9)), expected, atol=1e-12)


def test_silhouette_by_hand():
    distances = distances_between(np.array([[0.0], [1.0], [4.0]]))
    # (4-1)/4, (3-1)/3, and 0 for the group of one
    assert mean_silhouette(distances, np.array([0, 0, 1])) == pytest.approx((3 / 4 + 2 / 3) / 3)


def test_cut_has_exactly_k_groups_even_with_identical_rows():
    tree = grow_tree(np.zeros((6, 2)), "ward")
    cuts = cut_tree(tree, branch_members(tree), range(1, 7))
    assert [len(set(labels)) for labels in cuts] == [1, 2, 3, 4, 5, 6]


def test_groups_are_numbered_by_size_then_first_member():
    points = np.array([[9.0], [0.0], [0.1], [5.0], [5.1], [0.2]])
    tree = grow_tree(points, "ward")
    assert cut_tree(tree, branch_members(tree), range(3, 4))[0].tolist() == [2, 0, 0, 1, 1, 0]


def test_group_jaccard_by_hand():
    labels = np.array([0, 0, 0, 1, 1, 2])
    resampled = np.array([[0, 0, 1, 1, 1, 2], [0, 0, -1, 1, -1, -1]])
    # First: {0,1} 2/3 and {2,3,4} 2/3. Second: both kept as far as they were drawn.
    np.testing.assert_allclose(group_jaccard(labels, resampled), [5 / 6, 5 / 6, np.nan])


def test_coassignment_counts_only_pairs_drawn_together():
    together = coassignment(np.array([[0, 0, 1], [0, 1, -1], [-1, 0, 0]]))
    np.testing.assert_allclose(together, [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]])


def test_gap_is_finite_for_distinct_points_and_missing_without_dispersion():
    points = np.repeat(np.array([[0.0, 0.0], [1.0, 1.0]]), 5, axis=0)
    gap = gap_statistic(points, 3, panels=10, rng=np.random.default_rng(0))
    assert np.isfinite(gap["gap"].iloc[0])
    assert gap["gap"].iloc[1:].isna().all()


# --- the whole result -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def types():
    counts, _ = four_types(3)
    return counts, group_countries(counts, QUICK, 5)


def same(one, other):
    for name in ("cuts", "groups", "branches", "coassignment", "countries", "sensitivity"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_same_seed_same_result_whatever_the_order(types):
    counts, found = types
    shuffled = counts.sample(frac=1, random_state=2).sample(frac=1, random_state=3, axis=1)
    same(group_countries(shuffled, QUICK, 5), found)


def test_an_all_zero_country_changes_nobody_else(types):
    counts, found = types
    with_it = pd.concat([counts, pd.DataFrame(0.0, index=["ZZZ"], columns=counts.columns)])
    again = group_countries(with_it, QUICK, 5)
    last = again.countries.iloc[-1]
    assert last["status"] == "not_estimable"
    assert last["group"] is pd.NA
    assert again.fitted == found.fitted
    same(replace(again, countries=again.countries.iloc[:-1]), found)


def test_a_small_country_is_placed_afterwards(types):
    counts, found = types
    twin = (counts.loc["C20"] / counts.loc["C20"].sum() * 40).round().to_frame("ZZZ").T
    again = group_countries(pd.concat([counts, twin]), QUICK, 5)
    rows = again.countries.set_index("country")
    assert rows.loc["ZZZ", "status"] == "small_n"
    assert rows.loc["ZZZ", "group"] == rows.loc["C20", "group"]
    assert np.isnan(rows.loc["ZZZ", "own_group_coassignment"])
    assert len(rows.loc["ZZZ", "nearest_neighbours"].split(";")) == 3
    assert "ZZZ" not in again.fitted
    same(replace(again, countries=again.countries.iloc[:-1]), found)


def test_frames_fit_together(types):
    _, found = types
    n = len(found.fitted)
    assert found.groups["n_countries"].sum() == n
    assert sorted(";".join(found.groups["members"]).split(";")) == list(found.fitted)
    assert found.groups["n_countries"].is_monotonic_decreasing
    assert sorted(found.leaf_order) == list(found.fitted)
    assert len(found.branches) == n - 1 == len(found.linkage)
    assert found.branches["n_countries"].iloc[-1] == n
    assert found.branches.iloc[-1, -3:].isna().all()
    assert found.branches.iloc[:-1, -3:].stack().between(0, 1).all()
    assert len(found.coassignment) == n * (n - 1)
    nested = found.countries.groupby("group")["group_two_way"].nunique()
    assert (nested == 1).all()
    assert found.countries["in_firm_group"].all()
    assert found.sensitivity["adjusted_rand"].min() > 0.9
    assert found.cuts.loc[found.cuts["chosen"], "k"].tolist() == [found.k]


def test_k_max_is_lowered_and_said_so():
    counts, _ = four_types(1)
    found = group_countries(counts.iloc[::6], QUICK, 0)
    assert found.cuts["k"].max() == 3
    assert any("k_max lowered from 8 to 3" in note for note in found.notes)
    with pytest.raises(InvalidTable, match="5 countries"):
        group_countries(counts.head(5), QUICK, 0)


def test_a_number_fixes_the_cut_and_identical_rows_are_allowed():
    counts, _ = four_types(2)
    twins = pd.concat([counts, counts.set_axis([f"T{name}" for name in counts.index])])
    found = group_countries(twins, replace(QUICK, k=5), 0)
    assert found.k == 5
    assert len(found.groups) == 5


def test_a_group_of_one_makes_no_claim():
    counts, _ = four_types(4)
    # All counts of one country in a field of its own: far from everybody else.
    counts = counts.assign(G99=0.0)
    counts.loc["C00"] = 0.0
    counts.loc["C00", "G99"] = 5000.0
    found = group_countries(counts, replace(QUICK, k=5), 0)
    alone = found.groups.set_index("members").loc["C00"]
    assert alone["label"] == "single country"
    assert alone[["jaccard_families", "jaccard_countries", "jaccard_fields"]].isna().all()


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"method": "wards"}, "Did you mean 'ward'"),
        ({"k": "atuo"}, "Did you mean 'auto'"),
        ({"k": 9}, "k 9 lies outside 2 to k_max 8"),
        ({"transform": "helinger"}, "Did you mean 'hellinger'"),
        ({"firm": {"family": 0.75, "countries": 0.75, "fields": 0.6}}, "Did you mean 'families'"),
        ({"leaning": 1.5}, "between 0 and 1"),
        ({"null_panels": 50}, "50 null panels can never reject"),
    ],
)
def test_bad_settings_are_refused(choice, words):
    with pytest.raises(InvalidParams, match=words):
        ClusterSettings(**choice)


def test_strong_fields_describe_the_groups(types):
    counts, found = types
    strong = strong_fields_of_groups(
        found.countries, specialisation(counts, min_families=10), top=3
    )
    assert set(strong["group"]) == {1, 2, 3, 4}
    assert (strong["rta_median"] > 1).all()
    assert (strong["mean_probability_above"] >= 0.5).all()
    assert strong.groupby("group")["rank"].max().max() <= 3
    with pytest.raises(InvalidTable, match="without specialisation: C00"):
        strong_fields_of_groups(
            found.countries, specialisation(counts.drop(index="C00"), min_families=10)
        )


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


def test_compare_cuts_uses_common_fitted_countries(types):
    counts, found = types
    assert compare_cuts(found.countries, found.countries) == 1
    other = group_countries(counts.drop(index="C07"), QUICK, 9)
    assert compare_cuts(found.countries, other.countries) > 0.9
    with pytest.raises(InvalidTable, match="0 countries"):
        compare_cuts(found.countries, other.countries.assign(status="small_n"))


def test_map_of_profiles_matches_the_fitted_countries(types):
    counts, found = types
    places = map_countries(composition_profiles(counts), found.fitted).places
    assert (places["status"] == "ok").all()
