"""Relatedness: check 2, the diagonal left out, countries and fields without anything."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from techdiplomacy.errors import InvalidParams, InvalidTable, UnknownCountry
from techdiplomacy.relatedness import nearest_gaps, proximity, relatedness_density
from techdiplomacy.strength import revealed_technology_advantage, specialisation

M = pd.DataFrame(
    [[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]],
    index=["c1", "c2", "c3", "c4"],
    columns=["p1", "p2", "p3", "p4"],
    dtype=float,
)
PHI = [[1, 1 / 2, 1 / 2, 1 / 3], [1 / 2, 1, 1 / 2, 1 / 3], [1 / 2, 1 / 2, 1, 2 / 3]]
PHI += [[1 / 3, 1 / 3, 2 / 3, 1]]
DENSITY = [[1, 1, 1, 1], [0.375, 0, 0.3, 0.25], [0.625, 0.625, 0.4, 0.5], [0.25, 0.25, 0.4, 0]]
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


def wide(table):
    return table.pivot(index="country", columns="field", values="density")


def test_proximity_and_density_of_check_2():
    np.testing.assert_allclose(proximity(M), PHI, atol=1e-12)
    table = relatedness_density(M)
    np.testing.assert_allclose(wide(table), DENSITY, atol=1e-12)
    assert (table["status"] == "ok").all()


def test_a_field_related_to_no_other_is_not_estimable():
    table = relatedness_density(revealed_technology_advantage(REGIONS))
    first = table[table["field"] == "I1"]
    assert set(first["status"]) == {"not_estimable"}
    assert first["density"].isna().all()
    rest = table[table["field"] != "I1"]
    assert set(rest["status"]) == {"ok"}
    # R1 is strong in I1 alone, which is related to nothing
    assert (rest.loc[rest["country"] == "R1", "density"] == 0).all()


def test_being_strong_in_a_field_is_no_evidence_about_it():
    without = M.copy()
    without.loc["c2", "p2"] = 0
    density = relatedness_density(without, fitted=["c1", "c3", "c4"]).query("field == 'p2'")
    kept = relatedness_density(M, fitted=["c1", "c3", "c4"]).query("field == 'p2'")
    assert density["density"].tolist() == kept["density"].tolist()


@pytest.mark.parametrize("row", [np.nan])
def test_countries_without_items_change_nobody(row):
    rta = revealed_technology_advantage(REGIONS)
    empty = pd.concat([rta, pd.DataFrame(row, index=["R0"], columns=rta.columns)])
    table = relatedness_density(empty)
    pd.testing.assert_frame_equal(
        table[table["country"] != "R0"].reset_index(drop=True), relatedness_density(rta)
    )
    assert set(table.loc[table["country"] == "R0", "status"]) == {"not_estimable"}
    pd.testing.assert_frame_equal(proximity(empty), proximity(rta))
    counts = pd.concat([REGIONS, pd.DataFrame(0.0, index=["R0"], columns=REGIONS.columns)])
    pd.testing.assert_frame_equal(relatedness_density(revealed_technology_advantage(counts)), table)


def test_countries_that_are_only_placed_change_nobody():
    more = pd.concat([M, pd.DataFrame([[1, 0, 0, 1.0]], index=["c5"], columns=M.columns)])
    table = relatedness_density(more, fitted=list(M.index))
    np.testing.assert_allclose(wide(table).loc[M.index], DENSITY, atol=1e-12)
    # p2: (phi_21 + phi_24) / (phi_21 + phi_23 + phi_24) = (1/2 + 1/3) / (4/3)
    assert wide(table).loc["c5", "p2"] == pytest.approx(0.625)


def test_the_version_by_probability():
    strong = REGIONS * 10
    table = specialisation(strong, min_families=10)
    probability = table.pivot(index="country", columns="field", values="probability_above")
    by_probability = relatedness_density(probability, threshold=0.5)
    by_rta = relatedness_density(revealed_technology_advantage(strong))
    # exact ones (R3 in I2 and I4) are specialised by RTA >= 1 and about even by probability
    differing = by_probability["specialised"] != by_rta["specialised"]
    assert set(by_rta.loc[differing, "country"]) <= {"R3"}
    assert by_probability["advantage"].between(0, 1).all()


def test_gaps_by_hand():
    density = relatedness_density(M)
    probability = M.where(M > 0, 0.2)
    found = nearest_gaps(density, probability, "c2")
    assert found["field"].tolist() == ["p1", "p3", "p4"]
    assert found["density"].tolist() == pytest.approx([0.375, 0.3, 0.25])
    assert found["place"].tolist() == [1, 2, 3]
    assert nearest_gaps(density, probability, "c2", top=1)["field"].tolist() == ["p1"]
    assert nearest_gaps(density, probability, "c1").empty
    # equal densities: the higher probability first, then the name
    assert nearest_gaps(density, probability, "c4")["field"].tolist() == ["p3", "p1", "p2"]
    probability.loc["c4", "p2"] = 0.4
    assert nearest_gaps(density, probability, "c4")["field"].tolist() == ["p3", "p2", "p1"]


def test_gaps_leave_out_what_is_not_estimable():
    rta = revealed_technology_advantage(REGIONS)
    found = nearest_gaps(relatedness_density(rta), rta, "R2", below=1.0)
    assert "I1" not in set(found["field"])
    empty = pd.concat([rta, pd.DataFrame(np.nan, index=["R0"], columns=rta.columns)])
    assert nearest_gaps(relatedness_density(empty), empty, "R0", below=1.0).empty


def test_gaps_of_nobody_are_refused():
    density = relatedness_density(M)
    with pytest.raises(UnknownCountry, match="no density or no probability"):
        nearest_gaps(density, M, "c9")
    with pytest.raises(UnknownCountry):
        nearest_gaps(density, M.drop(index="c2"), "c2")
    with pytest.raises(InvalidTable, match="p4"):
        nearest_gaps(density, M.drop(columns="p4"), "c2")


def test_bad_tables_are_refused():
    holed = M.copy()
    holed.iloc[1, 2] = np.nan
    with pytest.raises(InvalidTable, match="some fields missing: \\['c2'\\]"):
        relatedness_density(holed)
    with pytest.raises(InvalidTable, match="fewer than two fields"):
        proximity(M[["p1"]])
    with pytest.raises(InvalidTable, match="repeated countries"):
        proximity(pd.concat([M, M.head(1)]))
    with pytest.raises(InvalidTable, match="infinite"):
        proximity(M.replace(1.0, np.inf))
    with pytest.raises(InvalidTable, match="no country with values"):
        proximity(M * np.nan)
    with pytest.raises(InvalidTable, match="fitted countries without values: \\['c9'\\]"):
        proximity(M, fitted=["c1", "c9"])
    with pytest.raises(InvalidTable, match="none is given"):
        proximity(M, fitted=[])
    with pytest.raises(InvalidParams, match="threshold"):
        proximity(M, threshold=0.0)


@settings(max_examples=60, deadline=None)
@given(
    arrays(float, (6, 5), elements=st.sampled_from([0.0, 1.0])),
    st.permutations(range(6)),
    st.permutations(range(5)),
)
def test_bounds_symmetry_and_order(x, rows, columns):
    m = pd.DataFrame(x, index=list("ABCDEF"), columns=list("pqrst"))
    phi = proximity(m).to_numpy()
    known = ~np.isnan(phi)
    np.testing.assert_array_equal(phi, phi.T)
    assert ((phi[known] >= 0) & (phi[known] <= 1)).all()
    table = relatedness_density(m)
    assert table["density"].dropna().between(0, 1 + 1e-12).all()
    assert (table["density"].isna() == (table["status"] == "not_estimable")).all()
    turned = relatedness_density(m.iloc[list(rows), list(columns)])
    pd.testing.assert_frame_equal(turned, table)
