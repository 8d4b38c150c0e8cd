"""Country groups: simulations of check 5, and the whole result."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from techdiplomacy import clusters
from techdiplomacy.checks import parse_settings
from techdiplomacy.clusters import group_countries
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.group_description import map_countries, strong_fields_of_groups
from techdiplomacy.params import ClusterSettings, ProfileSettings
from techdiplomacy.strength import composition_profiles, specialisation
from techdiplomacy.vocabulary import NOTES_ON_CUTS


def cluster_settings(**choices: object) -> ClusterSettings:
    """Return the settings of the committed params.yaml with some choices changed."""
    usual = {
        "method": "ward",
        "k": "auto",
        "k_max": 8,
        "min_families": 100,
        "resamples": 200,
        "null_panels": 200,
        "noise_level": 0.01,
        "continuum_level": 0.05,
        "firm": {"families": 0.75, "countries": 0.75, "fields": 0.60},
        "leaning": 0.60,
    }
    return parse_settings(ClusterSettings, usual | choices, where="params.yaml: clusters")


def profile_settings(**choices: object) -> ProfileSettings:
    """Return the settings of the committed params.yaml with some choices changed."""
    usual = {
        "transform": "hellinger",
        "sensitivity": "clr",
        "pseudo_count": 0.5,
        "window_years": 5,
        "fields_left_out": [],
    }
    return parse_settings(ProfileSettings, usual | choices, where="params.yaml: profiles")


QUICK = cluster_settings(resamples=30, null_panels=99)
PROFILES = profile_settings()


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
    verdicts = [
        group_countries(simulate(seed), QUICK, PROFILES, seed).verdict for seed in range(20)
    ]
    assert verdicts.count("no_stable_groups") >= 19


def test_four_planted_types_are_found():
    for seed in range(20):
        counts, kind = four_types(seed)
        found = group_countries(counts, QUICK, PROFILES, seed)
        assert found.verdict == "groups"
        assert adjusted_rand_score(kind, found.countries["group"].to_numpy(int)) >= 0.9
        assert found.k == found.k_most_stable == 4
        assert set(found.groups["label"]) == {"firm"}


def test_a_planted_gradient_is_a_typology():
    verdicts = [
        group_countries(gradient(seed), QUICK, PROFILES, seed).verdict for seed in range(20)
    ]
    # A test at the .05 level calls a true gradient "groups" about once in twenty.
    assert verdicts.count("typology") >= 18
    assert verdicts.count("groups") <= 1


# --- the whole result -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def types():
    counts, _ = four_types(3)
    return counts, group_countries(counts, QUICK, PROFILES, 5)


def same(one, other):
    for name in ("cuts", "groups", "branches", "coassignment", "countries", "sensitivity"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_same_seed_same_result_whatever_the_order(types):
    counts, found = types
    shuffled = counts.sample(frac=1, random_state=2).sample(frac=1, random_state=3, axis=1)
    same(group_countries(shuffled, QUICK, PROFILES, 5), found)


def test_an_all_zero_country_changes_nobody_else(types):
    counts, found = types
    with_it = pd.concat([counts, pd.DataFrame(0.0, index=["ZZZ"], columns=counts.columns)])
    again = group_countries(with_it, QUICK, PROFILES, 5)
    last = again.countries.iloc[-1]
    assert last["status"] == "not_estimable"
    assert last["group"] is pd.NA
    assert again.fitted == found.fitted
    same(replace(again, countries=again.countries.iloc[:-1]), found)


def test_a_small_country_is_placed_afterwards(types):
    counts, found = types
    twin = (counts.loc["C20"] / counts.loc["C20"].sum() * 40).round().to_frame("ZZZ").T
    again = group_countries(pd.concat([counts, twin]), QUICK, PROFILES, 5)
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
    supports = found.branches.filter(like="support_")
    assert supports.iloc[-1].isna().all()
    assert supports.iloc[:-1].stack().between(0, 1).all()
    assert len(found.coassignment) == n * (n - 1) // 2
    assert (found.coassignment["country"] < found.coassignment["partner"]).all()
    assert not found.coassignment.duplicated(["country", "partner"]).any()
    nested = found.countries.groupby("group")["group_two_way"].nunique()
    assert (nested == 1).all()
    assert found.countries["in_firm_group"].all()
    assert found.sensitivity["adjusted_rand"].min() > 0.9
    assert found.cuts.loc[found.cuts["chosen"], "k"].tolist() == [found.k]


def test_neighbours_and_own_group_see_pairs_from_both_sides(types):
    _, found = types
    pairs, rows = found.coassignment, found.countries.set_index("country")
    for name in (found.fitted[0], found.fitted[-1]):  # only first, only second in the pairs
        seen = pd.concat(
            [
                pairs[pairs["country"] == name].set_index("partner"),
                pairs[pairs["partner"] == name].set_index("country"),
            ]
        )
        assert len(seen) == len(found.fitted) - 1
        mates = rows.index[rows["group"] == rows.loc[name, "group"]].drop(name)
        own = seen.loc[mates, "coassignment"].mean()
        assert rows.loc[name, "own_group_coassignment"] == pytest.approx(own)
        ranked = seen.assign(rounded=-seen["coassignment"].round(1)).sort_values(
            ["rounded", "distance"]
        )
        assert rows.loc[name, "nearest_neighbours"].split(";") == ranked.index[:3].tolist()


def test_k_max_is_lowered_and_said_so():
    counts, _ = four_types(1)
    found = group_countries(counts.iloc[::6], QUICK, PROFILES, 0)
    assert found.cuts["k"].max() == 3
    assert "k_max_lowered" in found.notes
    assert set(found.notes) <= set(NOTES_ON_CUTS)
    with pytest.raises(InvalidTable, match="5 countries"):
        group_countries(counts.head(5), QUICK, PROFILES, 0)


@pytest.mark.parametrize(
    ("families", "k", "chosen", "notes"),
    [
        # mean Jaccard of the cuts into 2, 3 and 4 groups under families; 0.75 is firm
        ([0.9, 0.8, 0.7], "auto", (3, 2), ["two_way_nested"]),
        ([0.8, 0.9, 0.7], "auto", (3, 3), []),
        ([0.9, 0.7, 0.6], "auto", (2, 2), []),
        ([0.5, 0.6, 0.7], "auto", (4, 4), ["no_stable_cut"]),
        ([0.8, 0.9, 0.7], 4, (4, 3), []),
        ([0.8, 0.9, 0.7], 6, (4, 3), ["k_lowered"]),
        ([0.5, 0.6, 0.7], 6, (4, 4), ["no_stable_cut", "k_lowered"]),
    ],
)
def test_the_choice_of_a_cut_is_noted(families, k, chosen, notes):
    table = pd.DataFrame({"k": [1, 2, 3, 4], "jaccard_families": [np.nan, *families]})
    table["jaccard_mean"] = table["jaccard_families"]
    told: list[str] = []
    assert clusters._chosen_cut(table, cluster_settings(k=k), 4, told) == chosen
    assert told == notes


def test_each_note_has_words_and_is_declared():
    words = next(c.meaning for c in declared("cluster_verdicts").columns if c.name == "notes")
    tree = ast.parse(Path(clusters.__file__).read_text(encoding="utf-8"))
    made = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "notes.append"
    } | set(clusters._largest_cut(6, QUICK)[1])
    assert made == set(NOTES_ON_CUTS)
    assert set(re.findall(r"\w+_\w+", words)) == made


def test_a_number_fixes_the_cut_and_identical_rows_are_allowed():
    counts, _ = four_types(2)
    twins = pd.concat([counts, counts.set_axis([f"T{name}" for name in counts.index])])
    found = group_countries(twins, QUICK.model_copy(update={"k": 5}), PROFILES, 0)
    assert found.k == 5
    assert len(found.groups) == 5


def test_a_group_of_one_makes_no_claim():
    counts, _ = four_types(4)
    # All counts of one country in a field of its own: far from everybody else.
    counts = counts.assign(G99=0.0)
    counts.loc["C00"] = 0.0
    counts.loc["C00", "G99"] = 5000.0
    found = group_countries(counts, QUICK.model_copy(update={"k": 5}), PROFILES, 0)
    alone = found.groups.set_index("members").loc["C00"]
    assert alone["label"] == "single country"
    assert alone[["jaccard_families", "jaccard_countries", "jaccard_fields"]].isna().all()


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"method": "wards"}, "'method'.*'ward'"),
        ({"k": "atuo"}, "'auto'"),
        ({"k": 9}, "k 9 lies above k_max 8"),
        ({"k": 1}, "greater than or equal to 2"),
        ({"firm": {"family": 0.75, "countries": 0.75, "fields": 0.6}}, "Did you mean 'families'"),
        ({"leaning": 1.5}, "'leaning'.*less than 1"),
        ({"noise_level": 0.0}, "'noise_level'.*greater than 0"),
        ({"null_panels": 50}, "50 null_panels can never reject at noise_level 0.01"),
    ],
)
def test_bad_settings_are_refused(choice, words):
    with pytest.raises(InvalidParams, match=words):
        cluster_settings(**choice)


def test_two_bad_settings_are_told_together_and_just_enough_panels_pass():
    with pytest.raises(InvalidParams, match=r"k 9 lies above.*50 null_panels"):
        cluster_settings(k=9, null_panels=50)
    assert cluster_settings(k=8, null_panels=99).k == 8


def test_bad_profile_settings_are_refused():
    with pytest.raises(InvalidParams, match=r"'transform'.*'hellinger'"):
        profile_settings(transform="helinger")
    with pytest.raises(InvalidParams, match=r"'pseudo_count'.*greater than 0"):
        profile_settings(pseudo_count=0.0)


def test_the_other_transform_changes_places_with_the_check():
    counts, _ = four_types(6)
    swapped = profile_settings(transform="clr", sensitivity="hellinger", pseudo_count=1.0)
    found = group_countries(counts, QUICK, swapped, 0)
    assert found.sensitivity["comparison"].tolist() == [
        "k-means on clr profiles",
        "ward on hellinger profiles",
    ]


def test_the_result_can_be_described(types):
    counts, found = types
    special = specialisation(counts, min_families=10)
    strong = strong_fields_of_groups(found.countries, special, top=3)
    assert set(strong["group"]) == {1, 2, 3, 4}
    assert (strong["rta_median"] > 1).all()
    assert (strong["mean_probability_above"] >= 0.5).all()
    assert strong["rank"].max() <= 3
    places = map_countries(composition_profiles(counts), found.fitted).places
    assert (places["status"] == "ok").all()


# --- two blocks of columns --------------------------------------------------------------------


def two_blocks(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    return pd.concat({"one": one, "other": other}, axis=1)


def test_two_alike_blocks_are_one():
    counts, kind = four_types(5)
    alone = group_countries(counts, QUICK, PROFILES, 4)
    twice = group_countries(two_blocks(counts, counts), QUICK, PROFILES, 4)
    assert twice.linkage == pytest.approx(alone.linkage)
    assert twice.coassignment["distance"].tolist() == pytest.approx(
        alone.coassignment["distance"].tolist()
    )
    assert adjusted_rand_score(kind, twice.countries["group"].to_numpy(int)) >= 0.9
    assert np.isnan(twice.prior_strength)
    assert alone.prior_strength > 0


def test_groups_planted_in_one_block_each_are_found_from_both():
    rng = np.random.default_rng([19, 0])
    halves, thirds = np.repeat([0, 1], 30), np.tile(np.repeat([0, 1], 15), 2)
    one = panel(rng, around(rng, 80.0, far_apart(rng, 2, 0.8)[halves]))
    other = panel(rng, around(rng, 80.0, far_apart(rng, 2, 0.8)[thirds]))
    found = group_countries(two_blocks(one, other), QUICK, PROFILES, 1)
    assert found.k == 4
    planted = 2 * halves + thirds
    assert adjusted_rand_score(planted, found.countries["group"].to_numpy(int)) >= 0.9
    assert set(found.groups["label"]) == {"firm"}


@pytest.mark.parametrize(
    ("transform", "other", "factor"),
    # log ratios are also scaled by the mean of 11 and 200 fields over the 11 of the block
    [("hellinger", "clr", 1 / 2), ("clr", "hellinger", (211 / 2) / 11 / 2)],
)
def test_a_block_weighs_alike_whatever_its_number_of_fields(transform, other, factor):
    counts, _ = four_types(8)
    fields = [f"F{i}" for i in range(200)]
    flat = pd.DataFrame(50.0, index=counts.index, columns=fields)
    settings = profile_settings(transform=transform, sensitivity=other)
    own = clusters.country_profiles(counts, settings).to_numpy()
    both = clusters.country_profiles(two_blocks(counts, flat), settings)
    assert both["one"].to_numpy() == pytest.approx(own * np.sqrt(factor))
    if transform == "hellinger":
        assert np.linalg.norm(both, axis=1) == pytest.approx(np.ones(60))
    counts.loc["C00"] = 0.0
    empty = clusters.country_profiles(two_blocks(counts, flat), settings)
    assert empty.loc["C00"].isna().all()
    assert empty.drop(index="C00").notna().all(axis=None)


def test_noise_in_both_blocks_is_not_sold_as_groups_and_a_gradient_is_a_typology():
    verdicts = [
        group_countries(
            two_blocks(overdispersed(seed), overdispersed(100 + seed)), QUICK, PROFILES, seed
        ).verdict
        for seed in range(10)
    ]
    assert verdicts.count("no_stable_groups") >= 9
    sloped = [
        group_countries(two_blocks(gradient(seed), gradient(seed)), QUICK, PROFILES, seed).verdict
        for seed in range(10)
    ]
    assert "groups" not in sloped or sloped.count("groups") == 1


def test_each_block_needs_its_own_items_and_an_empty_one_leaves_no_place():
    counts, _ = four_types(9)
    both = two_blocks(counts, counts)
    both.loc["C03", "other"] = (both.loc["C03", "other"] / 1e4).to_numpy()
    both.loc["C04", "other"] = 0.0
    found = group_countries(both, QUICK, PROFILES, 2, at_least={"one": 100, "other": 50})
    status = found.countries.set_index("country")["status"]
    assert status["C03"] == "small_n"
    assert status["C04"] == "not_estimable"
    assert (status.drop(["C03", "C04"]) == "ok").all()
    dropped = group_countries(
        both.drop(index=["C03", "C04"]), QUICK, PROFILES, 2, at_least={"one": 100, "other": 50}
    )
    pd.testing.assert_frame_equal(dropped.groups, found.groups)


def test_the_order_of_rows_and_columns_of_blocks_plays_no_part():
    counts, _ = four_types(10)
    both = two_blocks(counts, overdispersed(3).set_axis(counts.index))
    shuffled = both.sample(frac=1, random_state=2).sample(frac=1, random_state=3, axis=1)
    same(group_countries(shuffled, QUICK, PROFILES, 5), group_countries(both, QUICK, PROFILES, 5))


# --- one cut alone ----------------------------------------------------------------------------


def test_a_cut_without_tests_is_that_of_the_whole_result(types):
    counts, found = types
    alone = clusters.cut_countries(counts, found.k, QUICK, PROFILES, 1)
    columns = ["country", "group", "group_two_way", "status", "total"]
    pd.testing.assert_frame_equal(alone.countries[columns], found.countries[columns])
    assert alone.groups["members"].tolist() == found.groups["members"].tolist()
    # other redraws of the same data
    for kind in ("families", "countries", "fields"):
        own, other = alone.groups[f"jaccard_{kind}"], found.groups[f"jaccard_{kind}"]
        assert own.tolist() == pytest.approx(other.tolist(), abs=0.15)
    assert alone.family_cuts.shape == (QUICK.resamples, len(counts))
    assert found.family_cuts.shape == (QUICK.resamples, len(counts))
    assert clusters.cut_countries(counts.head(9), 8, QUICK, PROFILES, 1).k == 3


def test_other_recipes_say_how_much_of_each_group_they_find(types):
    _, found = types
    assert found.groups["jaccard_kmeans"].min() > 0.8
    assert found.groups["jaccard_other_profile"].between(0, 1).all()


def test_branches_are_labelled_as_groups_are(types):
    _, found = types
    labels = found.branches.set_index("members")["label"]
    assert pd.isna(found.branches["label"].iloc[-1])
    for row in found.groups.to_dict("records"):
        assert labels[row["members"]] == row["label"] == "firm"
