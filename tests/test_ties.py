"""Association, Salton, Jaccard: the published example, sizes, order, what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdiplomacy.errors import InvalidTable
from techdiplomacy.ties import (
    allowed_spread,
    association_interval,
    directed_indices,
    tie_indices,
    tie_matrix,
    yearly_dispersion,
    yearly_matrices,
)

NAMES = list("ABCD")
C = pd.DataFrame([[0, 5, 2, 1], [5, 0, 3, 0], [2, 3, 0, 4], [1, 0, 4, 0]], NAMES, NAMES)


def indexed(matrix=C, **choices):
    pairs = tie_indices(matrix, **({"min_ties": 5} | choices))
    return pairs.set_index(pairs["country"] + pairs["partner"])


def test_acceptance_check_3_of_the_methods_reference():
    found = indexed()
    wanted = pd.DataFrame(
        {
            "association": [2.34375, 0.83333, 0.75, 1.25, 0.0, 2.66667],
            "salton": [0.625, 0.23570, 0.15811, 0.35355, 0.0, 0.59628],
            "jaccard": [0.45455, 0.13333, 0.08333, 0.21429, 0.0, 0.4],
        },
        index=["AB", "AC", "AD", "BC", "BD", "CD"],
    )
    pd.testing.assert_frame_equal(found[wanted.columns.tolist()], wanted, atol=5e-6)
    # only A and B have five joint items or more
    assert found["status"].tolist() == ["ok"] + ["small_n"] * 5
    # s_A = 8, s_B = 8, T = 30
    assert found.at["AB", "expected"] == pytest.approx(64 / 30)


@st.composite
def matrices(draw):
    size = draw(st.integers(2, 6))
    ties = draw(st.lists(st.integers(0, 50), min_size=size * size, max_size=size * size))
    upper = np.triu(np.array(ties, dtype=float).reshape(size, size), k=1)
    names = list("ABCDEF"[:size])
    return pd.DataFrame(upper + upper.T, names, names)


@settings(deadline=None)
@given(matrices(), st.randoms(use_true_random=False))
def test_neither_order_nor_doubling_plays_a_part(matrix, chance):
    found = indexed(matrix)
    order = list(matrix.index)
    chance.shuffle(order)
    pd.testing.assert_frame_equal(indexed(matrix.loc[order, order]), found)
    doubled = indexed(2 * matrix)
    for column in ("association", "salton", "jaccard"):
        np.testing.assert_allclose(doubled[column], found[column], rtol=1e-12)
    # swapping the two of each pair is turning the matrix over
    pd.testing.assert_frame_equal(indexed(matrix.T), found)


@settings(deadline=None)
@given(matrices())
def test_association_weighted_by_what_is_expected_adds_to_the_ties(matrix):
    found = indexed(matrix)
    there = found[found["status"] != "not_estimable"]
    assert (there["association"] * there["expected"]).sum() == pytest.approx(found["value"].sum())
    for column in ("salton", "jaccard"):
        assert there[column].between(0, 1).all()


def test_a_directed_association_by_hand():
    matrix = pd.DataFrame([[0, 6, 2], [1, 0, 1], [0, 0, 0]], list("ABC"), list("ABC"))
    pairs = directed_indices(matrix, min_ties=5)
    found = pairs.set_index(pairs["country"] + pairs["partner"])
    # A sends 8, B receives 6, all together 10: expected 4.8
    assert found.at["AB", "association"] == pytest.approx(6 / 4.8)
    # B sends 2, A receives 1
    assert found.at["BA", "association"] == pytest.approx(1 / 0.2)
    assert found.at["CA", "status"] == "not_estimable"
    assert found.at["BA", "status"] == "small_n"
    assert len(found) == 6


def test_directed_and_undirected_agree_on_a_symmetric_matrix():
    two_way = directed_indices(C, min_ties=5).set_index(["country", "partner"])["association"]
    once = tie_indices(C, min_ties=5).set_index(["country", "partner"])["association"]
    pd.testing.assert_series_equal(two_way[once.index], once)
    np.testing.assert_allclose(two_way.swaplevel().reindex(once.index), once)


def test_a_country_without_ties_is_not_estimable_and_changes_nothing():
    names = [*NAMES, "E"]
    alone = C.reindex(index=names, columns=names, fill_value=0)
    found = indexed(alone)
    pairs = found[found["partner"] == "E"]
    assert set(pairs["status"]) == {"not_estimable"}
    assert pairs[["association", "salton", "jaccard"]].isna().all(axis=None)
    pd.testing.assert_frame_equal(found[found["partner"] != "E"], indexed())
    nobody = indexed(0 * C)
    assert set(nobody["status"]) == {"not_estimable"}


def test_the_interval_holds_the_association_and_narrows_with_counts():
    low, high = association_interval([0.0, 4.0, 400.0], [2.0, 2.0, 200.0], 0.05, 0.95)
    estimate = np.array([0.0, 2.0, 2.0])
    assert (low <= estimate).all()
    assert (estimate <= high).all()
    assert low[0] == 0.0
    # half a chi-square with one degree of freedom, 95 %: 3.841 / 2, over 2
    assert high[0] == pytest.approx(3.8415 / 2 / 2, abs=1e-4)
    # half a chi-square with nine degrees of freedom, 5 %: 3.3251 / 2, over 2
    assert low[1] == pytest.approx(3.3251 / 2 / 2, abs=1e-4)
    assert high[2] - low[2] < (high[1] - low[1]) / 5


def test_the_matrix_adds_rows_of_a_pair():
    rows = pd.DataFrame({"country": list("AAB"), "partner": list("BBC"), "value": [1.0, 2.0, 4.0]})
    one_way = tie_matrix(rows, symmetric=False)
    assert one_way.to_numpy().tolist() == [[0, 3, 0], [0, 0, 4], [0, 0, 0]]
    assert tie_matrix(rows, symmetric=True).equals(one_way + one_way.T)


def of_years(*pairs):
    """Return the matrices of four countries, of each of which ties of all years are given."""
    rows = [
        {"country": names[0], "partner": names[1], "year": 2019 + year, "value": float(value)}
        for names, values in pairs
        for year, value in enumerate(values)
    ]
    return yearly_matrices(pd.DataFrame(rows), symmetric=True)


def test_the_matrices_of_the_years_add_to_the_matrix():
    names, years, matrices = of_years(("AB", (1, 2)), ("BC", (4, 0)))
    assert (names.tolist(), years.tolist()) == (list("ABC"), [2019, 2020])
    assert matrices[0].tolist() == [[0, 1, 0], [1, 0, 4], [0, 4, 0]]
    assert matrices.sum(axis=0).tolist() == [[0, 3, 0], [3, 0, 4], [0, 4, 0]]


def test_the_dispersion_by_hand():
    swing, rest = (10, 40, 10, 40, 10), (40, 10, 40, 10, 40)
    names, _, matrices = of_years(("AB", swing), ("CD", swing), ("AC", rest), ("BD", rest))
    dispersion, years = yearly_dispersion(matrices)
    assert names.tolist() == NAMES
    # everybody has 50 ties a year: each year the 110 of A and B share alike, 22 expected;
    # (3 * 12^2 + 2 * 18^2) / 22 over four years that are free
    assert dispersion[0, 1] == pytest.approx((3 * 144 + 2 * 324) / 22 / 4)
    assert dispersion[1, 0] == dispersion[0, 1]
    assert years[0, 1] == 5
    # A and D have no ties
    assert np.isnan(dispersion[0, 3])


def test_growth_of_everybody_is_no_scatter():
    yearly = np.array([1, 2, 8, 4, 16])
    _, _, matrices = of_years(
        *((pair, many * yearly) for pair, many in {"AB": 9, "AC": 5, "BC": 2, "BD": 3}.items())
    )
    dispersion, _ = yearly_dispersion(matrices)
    assert dispersion[0, 1] == dispersion[1, 3] == 1


def test_two_years_say_nothing_of_scatter():
    _, _, matrices = of_years(("AB", (5, 90)), ("BC", (70, 5)))
    dispersion, years = yearly_dispersion(matrices)
    assert np.isnan(dispersion).all()
    assert years[0, 1] == 2
    # B has ties in four years, C in two of them
    _, _, matrices = of_years(("AB", (5, 90, 5, 90)), ("BC", (70, 5)))
    dispersion, years = yearly_dispersion(matrices)
    assert years[1, 2] == 2
    assert np.isnan(dispersion[1, 2])
    assert years[0, 1] == 4
    assert dispersion[0, 1] >= 1


def test_the_spread_allows_for_few_years():
    spread = allowed_spread([4.0, 4.0, 1.0, np.nan], [5, 3, 5, 1], 0.05, 0.95)
    # 95 % of Student's t with four and two degrees of freedom, of the normal distribution
    assert spread[:2] == pytest.approx(
        [4 * (2.1318 / 1.6449) ** 2, 4 * (2.9200 / 1.6449) ** 2], rel=1e-3
    )
    assert spread[2:].tolist() == [1, 1]


def test_items_that_scatter_stand_for_fewer():
    wide = association_interval([400.0], [200.0], 0.05, 0.95, spread=4.0)
    few = association_interval([100.0], [50.0], 0.05, 0.95)
    np.testing.assert_allclose(wide, few)
    narrow = association_interval([400.0], [200.0], 0.05, 0.95)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize("times", [1, 3, 10])
def test_intervals_hold_the_truth_about_as_often_as_they_say(times):
    chance = np.random.default_rng(7)
    size, mean, years = 60, 60, 5
    rates = np.full((years, size, size), float(mean))
    if times > 1:
        # a Poisson count of a gamma rate has `times` the variance of chance
        rates = chance.gamma(mean / (times - 1), times - 1, rates.shape)
    upper = np.triu(chance.poisson(rates).astype(float), k=1)
    matrices = upper + upper.transpose(0, 2, 1)
    dispersion, free = yearly_dispersion(matrices)
    at, to = np.triu_indices(size, k=1)
    names = [f"{place:02}" for place in range(size)]
    pairs = tie_indices(pd.DataFrame(matrices.sum(axis=0), names, names), min_ties=5)
    spread = allowed_spread(dispersion[at, to], free[at, to], 0.05, 0.95)
    low, high = association_interval(pairs["value"], pairs["expected"], 0.05, 0.95, spread=spread)
    # all pairs alike: s_i = 59 m and T = 60 * 59 m
    truth = size / (size - 1)
    assert 0.02 < (low > truth).mean() < 0.075
    assert 0.02 < (high < truth).mean() < 0.085


def changed(at, to, value):
    matrix = C.astype(float)
    matrix.loc[at, to] = value
    return matrix


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (changed("A", "B", 6), "not symmetric: A with B 6, the other way round 5"),
        (changed("A", "B", -5), "negative or missing"),
        (changed("A", "B", np.nan), "negative or missing"),
        (changed("C", "C", 1), "a tie of C with itself"),
        (C.iloc[:3], "the same countries, once each"),
        (C.set_axis(list("AACD")).set_axis(list("AACD"), axis=1), "once each"),
    ],
    ids=["asymmetric", "negative", "missing", "diagonal", "not square", "twice"],
)
def test_what_is_no_matrix_of_ties_is_refused(matrix, message):
    with pytest.raises(InvalidTable, match=message) as caught:
        tie_indices(matrix, min_ties=5)
    assert caught.value.where.startswith("ties")
    assert "ties.tie_matrix" in caught.value.next_step


def test_a_directed_matrix_may_be_asymmetric_but_has_no_diagonal():
    with pytest.raises(InvalidTable, match="a tie of C with itself"):
        directed_indices(changed("C", "C", 1), min_ties=5)
    assert len(directed_indices(changed("A", "B", 6), min_ties=5)) == 12
