"""Specialisation: check 1 in full, statuses, properties."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.strength import (
    composition_profiles,
    fit_prior_strength,
    hachman_index,
    krugman_index,
    log_ratio_of_counts,
    revealed_symmetric_advantage,
    revealed_technology_advantage,
    size_tiers,
    specialisation,
    world_share,
)

REGIONS = pd.DataFrame(
    [
        [100, 0, 0, 0, 0],
        [0, 15, 5, 70, 10],
        [0, 20, 10, 20, 50],
        [0, 25, 30, 5, 40],
        [0, 40, 55, 5, 0],
    ],
    index=["R1", "R2", "R3", "R4", "R5"],
    columns=["I1", "I2", "I3", "I4", "I5"],
    dtype=float,
)
RTA = [
    [5, 0, 0, 0, 0],
    [0, 0.75, 0.25, 3.5, 0.5],
    [0, 1, 0.5, 1, 2.5],
    [0, 1.25, 1.5, 0.25, 2],
    [0, 2, 2.75, 0.25, 0],
]
FORTY = [12, 5, 3, 3, 2, 2, 4, 5, 1, 1, 2]
FORTY_WORLD = [0.16, 0.10, 0.02, 0.12, 0.06, 0.14, 0.14, 0.16, 0.01, 0.05, 0.04]
FORTY_ABOVE = [
    0.9688,
    0.6286,
    0.9370,
    0.1825,
    0.3408,
    0.0497,
    0.2270,
    0.2676,
    0.6512,
    0.1863,
    0.5282,
]


def test_rta_of_check_1():
    rta = revealed_technology_advantage(REGIONS)
    np.testing.assert_allclose(rta.to_numpy(), RTA, rtol=0, atol=1e-12)
    w = world_share(REGIONS).to_numpy()
    np.testing.assert_allclose(rta.to_numpy() @ w, 1.0, atol=1e-12)


def test_indices_and_distances_of_check_1():
    expected = [0.2, 0.3809523810, 0.5882352941, 0.6349206349, 0.4301075269]
    np.testing.assert_allclose(hachman_index(REGIONS), expected, atol=1e-10)
    np.testing.assert_allclose(krugman_index(REGIONS), [1.6, 1, 0.6, 0.7, 1.1], atol=1e-12)
    h = composition_profiles(REGIONS).to_numpy()
    assert np.linalg.norm(h[0] - h[1]) == pytest.approx(1.414214, abs=1e-6)
    assert np.linalg.norm(h[1] - h[2]) == pytest.approx(0.562693, abs=1e-6)


def test_symmetric_advantage_runs_from_minus_one_to_one():
    rsta = revealed_symmetric_advantage(REGIONS).to_numpy()
    assert rsta[0].tolist() == pytest.approx([4 / 6, -1, -1, -1, -1])


def test_posterior_of_check_1():
    fields = [f"G{j:02d}" for j in range(1, 12)]
    table = specialisation(
        pd.DataFrame([FORTY], index=["AAA"], columns=fields, dtype=float),
        min_families=10,
        prior_strength=15.0,
        world=pd.Series(FORTY_WORLD, index=fields),
    )
    np.testing.assert_allclose(table["probability_above"], FORTY_ABOVE, atol=1e-4)
    # The text of section 3: raw 3.75 means 0.91-5.99, raw 2.50 from one family 0.15-5.90.
    assert table.loc[2, ["rta", "rta_low", "rta_high"]].tolist() == pytest.approx(
        [3.75, 0.91, 5.99], abs=0.005
    )
    assert table.loc[8, ["rta", "rta_low", "rta_high"]].tolist() == pytest.approx(
        [2.50, 0.15, 5.90], abs=0.005
    )
    assert (table["status"] == "ok").all()


def test_an_all_zero_country_changes_no_other_value():
    empty = pd.concat([REGIONS, pd.DataFrame(0.0, index=["R6"], columns=REGIONS.columns)])
    for quantity in (
        revealed_technology_advantage,
        revealed_symmetric_advantage,
        hachman_index,
        krugman_index,
        composition_profiles,
    ):
        with_it, without = quantity(empty), quantity(REGIONS)
        np.testing.assert_array_equal(with_it.iloc[:5].to_numpy(), without.to_numpy())
        assert np.isnan(np.asarray(with_it.iloc[5])).all()
    with_it = specialisation(empty, min_families=10)
    without = specialisation(REGIONS, min_families=10)
    pd.testing.assert_frame_equal(
        with_it[with_it["country"] != "R6"].reset_index(drop=True), without
    )
    last = with_it[with_it["country"] == "R6"]
    assert set(last["status"]) == {"not_estimable"}
    assert last[["share", "rta", "rta_shrunk", "probability_above"]].isna().all(axis=None)
    assert (last["count"] == 0).all()


def test_small_country_keeps_its_count_and_hides_its_rta():
    small = pd.concat([REGIONS, pd.DataFrame([[1, 2, 0, 0, 3]], ["R6"], REGIONS.columns, float)])
    rows = specialisation(small, min_families=10).query("country == 'R6'")
    assert set(rows["status"]) == {"small_n"}
    assert rows["count"].tolist() == [1, 2, 0, 0, 3]
    assert rows[["rta", "rta_shrunk", "rta_low", "rta_high"]].isna().all(axis=None)


def test_shrinking_never_moves_rta_across_one():
    table = specialisation(REGIONS, min_families=10)
    assert ((table["rta"] - 1) * (table["rta_shrunk"] - 1) >= 0).all()
    assert (table["rta_low"] <= table["rta_shrunk"]).all()
    assert (table["rta_shrunk"] <= table["rta_high"]).all() or REGIONS.to_numpy().min() == 0


@pytest.mark.parametrize("strength", [5.0, 60.0, 600.0])
def test_prior_strength_is_found_again(strength):
    rng = np.random.default_rng(3)
    w = rng.dirichlet(np.full(12, 5.0))
    x = np.array([rng.multinomial(2000, rng.dirichlet(strength * w)) for _ in range(150)])
    counts = pd.DataFrame(x.astype(float), index=[f"C{i:03d}" for i in range(150)])
    assert fit_prior_strength(counts, world_share(counts)) == pytest.approx(strength, rel=0.15)


def test_prior_strength_of_one_common_profile_is_very_large():
    rng = np.random.default_rng(4)
    w = rng.dirichlet(np.full(11, 4.0))
    counts = pd.DataFrame(rng.multinomial(500, w, size=60).astype(float))
    assert fit_prior_strength(counts, world_share(counts)) > 1000
    assert np.isfinite(specialisation(counts, min_families=10)["rta_low"]).all()


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_bad_values_are_refused_and_named(bad):
    counts = REGIONS.copy()
    counts.loc["R3", "I2"] = bad
    for quantity in (revealed_technology_advantage, composition_profiles, world_share):
        with pytest.raises(InvalidTable, match=r"\('R3', 'I2'\)"):
            quantity(counts)


def test_bad_shapes_are_refused():
    with pytest.raises(InvalidTable, match="fields without any count: \\['I9'\\]"):
        revealed_technology_advantage(REGIONS.assign(I9=0.0))
    with pytest.raises(InvalidTable, match="repeated countries"):
        world_share(pd.concat([REGIONS, REGIONS.head(1)]))
    with pytest.raises(InvalidTable, match="one field only"):
        specialisation(REGIONS[["I1"]], min_families=10)
    with pytest.raises(InvalidTable, match="add to 1"):
        revealed_technology_advantage(REGIONS, world=pd.Series(0.3, index=REGIONS.columns))
    with pytest.raises(InvalidTable, match="not numbers"):
        world_share(REGIONS.astype(object).replace(15.0, "fifteen"))


def test_bad_choices_are_refused():
    with pytest.raises(InvalidParams, match="Did you mean 'hellinger'"):
        composition_profiles(REGIONS, "helinger")
    with pytest.raises(InvalidParams, match="pseudo-count"):
        composition_profiles(REGIONS, "clr", pseudo_count=0.0)
    with pytest.raises(InvalidParams, match="interval"):
        specialisation(REGIONS, min_families=10, interval=(0.95, 0.05))
    with pytest.raises(InvalidParams, match="prior strength"):
        specialisation(REGIONS, min_families=10, prior_strength=-1.0)
    with pytest.raises(InvalidParams, match="do not rise"):
        size_tiers(pd.Series({"A": 1.0}), bounds=(100, 10))


def test_clr_by_hand():
    profile = composition_profiles(
        pd.DataFrame([[0.0, 1.5]], columns=["f", "g"]), "clr", pseudo_count=0.5
    )
    half = np.log(4) / 2
    np.testing.assert_allclose(profile.to_numpy(), [[-half, half]])


def test_size_tiers_by_hand():
    tiers = size_tiers(pd.Series({"C": 100_000.0, "B": 99_999.0, "A": 0.0, "D": 100.0}))
    assert tiers["country"].tolist() == list("ABCD")
    assert tiers["tier"].tolist() == [5, 2, 1, 4]
    assert tiers["label"].tolist() == [
        "under 100",
        "10,000 to under 100,000",
        "100,000 and more",
        "100 to under 1,000",
    ]
    assert np.isnan(tiers.loc[0, "log10_total"])
    assert tiers.loc[3, "log10_total"] == 2


def test_order_of_rows_and_columns_plays_no_part():
    turned = REGIONS.iloc[::-1, ::-1]
    pd.testing.assert_frame_equal(
        specialisation(turned, min_families=10), specialisation(REGIONS, min_families=10)
    )


counts_with_all_fields = arrays(
    float, (5, 4), elements=st.floats(0, 1e5, allow_subnormal=False)
).map(lambda x: pd.DataFrame(np.vstack([x, np.ones((1, 4))])))


@settings(max_examples=50, deadline=None)
@given(counts_with_all_fields)
def test_weighted_rta_is_one_and_shares_add_up(counts):
    w = world_share(counts)
    rta = revealed_technology_advantage(counts)
    known = counts.sum(axis=1) > 0
    assert w.sum() == pytest.approx(1)
    np.testing.assert_allclose((rta * w).sum(axis=1)[known], 1.0, rtol=1e-9)
    assert rta[~known].isna().all(axis=None)
    h = composition_profiles(counts)[known]
    np.testing.assert_allclose((h**2).sum(axis=1), 1.0, rtol=1e-9)
    table = specialisation(counts, min_families=0, prior_strength=20.0)
    shrunk = table.assign(part=table["rta_shrunk"] * table["world_share"])
    by_country = shrunk[shrunk["status"] == "ok"].groupby("country")["part"].sum()
    np.testing.assert_allclose(by_country, 1.0, rtol=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_ratio_of_two_counts_lies_in_its_interval_and_turns_with_them(newer, older):
    ratio, low, high = (float(one[0]) for one in log_ratio_of_counts([newer], [older], 0.05, 0.95))
    assert low < ratio < high
    assert ratio == pytest.approx(np.log((newer + 0.5) / (older + 0.5)))
    turned = [float(one[0]) for one in log_ratio_of_counts([older], [newer], 0.05, 0.95)]
    assert turned == pytest.approx([-ratio, -high, -low], rel=1e-9, abs=1e-9)
