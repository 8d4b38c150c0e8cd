"""Adding up: numbers worked by hand, properties of any hierarchy, and hierarchies refused."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.reconciliation import reconcile, summing_matrix

TWO = {"all": ["a", "b"]}
NESTED = {"all": ["north", "c"], "north": ["a", "b"]}
NAMES = ["all", "north", "a", "b", "c"]
FOLDER = os.environ.get("TECHDIPLOMACY_BENCHMARKS", "")


def forecasts(*columns, names=("all", "a", "b")):
    """Return forecasts with a row per series and a column per year."""
    return pd.DataFrame(
        {2030 + place: np.asarray(column, dtype=float) for place, column in enumerate(columns)},
        index=list(names),
    )


class TestByHand:
    def test_a_total_and_two_parts(self):
        base = forecasts([10, 4, 5])
        # 1 too many: half of it leaves the total (weight 2 of 4), a quarter goes to each part
        assert reconcile(base, TWO)[2030].tolist() == [9.5, 4.25, 5.25]
        # all alike: a third each
        equal = reconcile(base, TWO, method="ols")[2030]
        assert equal.tolist() == pytest.approx([29 / 3, 13 / 3, 16 / 3], abs=1e-12)

    @pytest.mark.skipif(not Path(FOLDER, "reference_values.json").is_file(), reason="no benchmarks")
    def test_the_reference_values(self):
        check = json.loads(Path(FOLDER, "reference_values.json").read_text())["reconciliation"]
        base = forecasts(check["base"])
        for method in ("wls_struct", "ols"):
            made = reconcile(base, TWO, method=method)[2030].tolist()
            assert made == pytest.approx(check[method], abs=1e-6)

    def test_error_variances(self):
        base = forecasts([10, 4, 5])
        # 1 too many, shared 1 : 1 : 3: a fifth leaves the total, the parts get 1/5 and 3/5
        made = varied(base, TWO, {"all": 1, "a": 1, "b": 3})[2030]
        assert made.tolist() == pytest.approx([9.8, 4.2, 5.6], abs=1e-12)
        # named, not placed: another order is the same
        assert varied(base, TWO, {"b": 3, "all": 1, "a": 1})[2030].equals(made)
        assert varied(base, TWO, pd.Series({"b": 3, "a": 1, "all": 1}))[2030].equals(made)

    def test_nested_error_variances(self):
        # all = north + c is 2 short, north = a + b is 1 over; with multipliers p, q
        # (1+1+2) p - 1 q = 2 and -1 p + (1+2+1) q = 1: p = 9/15, q = 6/15
        base = forecasts([12, 6, 2, 3, 4], names=NAMES)
        made = varied(base, NESTED, {"all": 1, "north": 1, "a": 2, "b": 1, "c": 2})[2030]
        expected = [12 - 0.6, 6 + 0.6 - 0.4, 2 + 2 * 0.4, 3 + 0.4, 4 + 2 * 0.6]
        assert made.tolist() == pytest.approx(expected, abs=1e-12)

    def test_a_nested_hierarchy(self):
        matrix = summing_matrix(NESTED, NAMES)
        assert matrix.columns.tolist() == ["a", "b", "c"]
        assert matrix.to_numpy().tolist() == [
            [1, 1, 1],
            [1, 1, 0],
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
        ]
        base = forecasts([12, 6, 2, 3, 4], names=NAMES)
        made = reconcile(base, NESTED)[2030]
        # weights 3, 2, 1, 1, 1
        assert made.tolist() == pytest.approx(normal_equations(base, matrix), abs=1e-12)
        assert made["all"] == pytest.approx(made["north"] + made["c"], abs=1e-12)

    def test_a_part_below_zero_is_cut_and_its_share_taken_by_the_rest(self):
        made = reconcile(forecasts([2, 6, -4], [9, 4, 5], [1, 4, -2]), TWO)
        # it adds up, but the second part is cut: 4 too many remain, of which half leaves the total
        assert made[2030].tolist() == pytest.approx(cut_and_share([2, 6, -4], 60), abs=1e-7)
        # 1 too many, shared out: 1.5 = 3.75 - 2.25; then the same
        assert made[2032].tolist() == pytest.approx(cut_and_share([1, 4, -2], 60), abs=1e-7)
        for year in (2030, 2032):
            total, first, second = made[year]
            assert second == pytest.approx(0.0, abs=1e-7)
            assert total == pytest.approx(first + second, abs=1e-9)
        # another year is not touched by it
        assert made[2031].tolist() == pytest.approx([9, 4, 5])

    def test_no_part_is_negative_whatever_the_variances(self):
        # b held at 0, a meets 2 and 6 by their variances: (2/1 + 6/3) / (1/1 + 1/3) = 3
        made = varied(forecasts([2, 6, -4], [9, 4, 5]), TWO, {"all": 1, "a": 3, "b": 1})
        assert made[2030].tolist() == pytest.approx([3, 3, 0], abs=1e-9)
        assert made[2031].tolist() == pytest.approx([9, 4, 5])
        # a part far freer than the rest, which cutting in rounds would not settle
        free = varied(forecasts([2, 6, 1]), TWO, {"all": 1, "a": 1, "b": 1e6})
        assert free[2030].tolist() == pytest.approx([4, 4, 0], abs=1e-9)

    def test_what_stands_alone_is_not_changed(self):
        base = forecasts([10, 4, 5, 7], names=["all", "a", "b", "alone"])
        made = reconcile(base, TWO)[2030]
        assert made.tolist() == pytest.approx([9.5, 4.25, 5.25, 7.0])


def varied(base, hierarchy, variances):
    """Return forecasts made to add up by error variances."""
    return reconcile(base, hierarchy, method="wls_variance", variances=variances)


def normal_equations(base, matrix):
    """Return the weighted least squares fit of the parts, added up."""
    s = matrix.to_numpy()
    root = 1 / np.sqrt(s.sum(axis=1))
    parts, *_ = np.linalg.lstsq(s * root[:, None], base[2030].to_numpy() * root, rcond=None)
    return (s @ parts).tolist()


def cut_and_share(values, rounds):
    """Return a total and two parts after cutting and sharing out, written out."""
    total, first, second = values
    for _ in range(rounds):
        surplus = total - first - second
        total, first, second = total - surplus / 2, first + surplus / 4, second + surplus / 4
        first, second = max(first, 0.0), max(second, 0.0)
    return [total, first, second]


@st.composite
def worlds(draw):
    """A hierarchy of one total over groups over parts, and forecasts of three years."""
    groups = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    parts = [[f"p{g}{i}" for i in range(size)] for g, size in enumerate(groups)]
    hierarchy = {"all": [f"g{g}" for g in range(len(groups))]}
    hierarchy |= {f"g{g}": names for g, names in enumerate(parts)}
    names = ["all", *hierarchy["all"], *(name for group in parts for name in group)]
    seed = draw(st.integers(0, 10**6))
    low = draw(st.sampled_from([0.0, -50.0]))
    values = np.random.default_rng(seed).uniform(low, 100.0, size=(len(names), 3))
    return hierarchy, pd.DataFrame(values, index=names, columns=[2030, 2031, 2032])


class TestProperties:
    @settings(max_examples=50, deadline=None, derandomize=True)
    @given(world=worlds(), method=st.sampled_from(["wls_struct", "ols"]))
    def test_everything_adds_up_and_nothing_is_negative(self, world, method):
        hierarchy, base = world
        made = reconcile(base, hierarchy, method=method)
        assert (made >= 0).all(axis=None)
        for total, parts in hierarchy.items():
            difference = (made.loc[total] - made.loc[list(parts)].sum()).abs()
            assert (difference <= 1e-6).all()
        # once they add up there is nothing left to do
        pd.testing.assert_frame_equal(reconcile(made, hierarchy, method=method), made, rtol=1e-9)

    @settings(max_examples=50, deadline=None, derandomize=True)
    @given(world=worlds(), seed=st.integers(0, 10**6), factor=st.floats(1e-6, 1e6))
    def test_variances_of_any_size_and_unit(self, world, seed, factor):
        hierarchy, base = world
        draws = 10 ** np.random.default_rng(seed).uniform(-1, 1, len(base))
        variances = pd.Series(draws, index=base.index)
        made = varied(base, hierarchy, variances)
        assert (made >= 0).all(axis=None)
        for total, parts in hierarchy.items():
            assert ((made.loc[total] - made.loc[list(parts)].sum()).abs() <= 1e-6).all()
        # only ratios count, and persons may become thousands
        size = float(made.max(axis=None)) + 1.0
        again = varied(base, hierarchy, variances * factor)
        np.testing.assert_allclose(again, made, atol=1e-6 * size)
        other = varied(base * factor, hierarchy, variances * factor**2) / factor
        np.testing.assert_allclose(other, made, atol=1e-6 * size)
        # numbers of parts as variances are structural scaling, where nothing has to be cut
        parts = summing_matrix(hierarchy, list(base.index)).sum(axis=1)
        alike = reconcile(base, hierarchy)
        whole = (alike > 1e-6).all()
        np.testing.assert_allclose(
            varied(base, hierarchy, parts).loc[:, whole], alike.loc[:, whole], atol=1e-9 * size
        )

    @pytest.mark.parametrize("tiny", [1e-6, 1e-30])
    def test_what_hardly_errs_hardly_moves(self, tiny):
        base = forecasts([10, 4, 5])
        # nearly all of the surplus goes half and half to the other two
        part = varied(base, TWO, {"all": 1, "a": tiny, "b": 1})[2030]
        assert part.tolist() == pytest.approx([9.5, 4.0, 5.5], abs=2 * tiny + 1e-12)
        # a total that is all but known is met by its parts
        total = varied(base, TWO, {"all": tiny, "a": 1, "b": 1})[2030]
        assert total.tolist() == pytest.approx([10.0, 4.5, 5.5], abs=2 * tiny + 1e-12)

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(world=worlds(), factor=st.floats(1e-3, 1e6))
    def test_order_unit_and_layout_of_the_hierarchy_play_no_part(self, world, factor):
        hierarchy, base = world
        made = reconcile(base, hierarchy)
        size = float(made.max(axis=None)) + 1.0
        turned = reconcile(base.iloc[::-1], hierarchy).loc[base.index]
        np.testing.assert_allclose(turned, made, atol=1e-7 * size)
        np.testing.assert_allclose(
            reconcile(base * factor, hierarchy) / factor, made, atol=1e-7 * size
        )
        matrix = summing_matrix(hierarchy, list(base.index))
        np.testing.assert_array_equal(reconcile(base, matrix), made)
        # years do not know each other
        np.testing.assert_allclose(reconcile(base[[2031]], hierarchy), made[[2031]], atol=1e-9)

    @pytest.mark.parametrize("parts", [2, 5, 27])
    def test_the_surplus_is_shared_by_weight(self, parts):
        names = [f"p{number}" for number in range(parts)]
        base = forecasts([10.0 * parts + 1.0, *[10.0] * parts], names=["all", *names])
        moved = reconcile(base, {"all": names})[2030] - base[2030]
        # the total weighs as much as its parts together
        assert moved["all"] == pytest.approx(-0.5)
        assert moved[names].tolist() == pytest.approx([0.5 / parts] * parts)
        alike = reconcile(base, {"all": names}, method="ols")[2030] - base[2030]
        assert alike["all"] == pytest.approx(-1 / (parts + 1))
        assert alike[names].tolist() == pytest.approx([1 / (parts + 1)] * parts)


class TestRefused:
    base = forecasts([10, 4, 5])

    @pytest.mark.parametrize(
        ("hierarchy", "words"),
        [
            ({"all": ["a", "bb"]}, r"'bb' is no series\. Did you mean 'b'"),
            ({"total": ["a", "b"]}, "'total' is no series"),
            ({"all": []}, "'all' has no parts"),
            ({"all": ["a", "a"]}, "'a' is contained twice"),
            ({"all": ["a", "b"], "b": ["all"]}, "'all' contains itself"),
        ],
    )
    def test_hierarchies_that_cannot_be_meant(self, hierarchy, words):
        with pytest.raises(InvalidTable, match=words):
            reconcile(self.base, hierarchy)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda m: m.rename(index={"b": "c"}), "'c' is no series"),
            (lambda m: m.drop(index="all"), "'all' has no row"),
            (lambda m: m.assign(c=0.0), "'c' has no row"),
            (lambda m: m * 2, "does not stand for itself"),
            (lambda m: m.mul([0.0, 1.0, 1.0], axis=0), "'all' has no parts"),
        ],
    )
    def test_matrices_that_cannot_be_meant(self, change, words):
        matrix = summing_matrix(TWO, ["all", "a", "b"])
        with pytest.raises(InvalidTable, match=words):
            reconcile(self.base, change(matrix))

    def test_a_missing_forecast_and_a_series_that_stands_twice(self):
        with pytest.raises(InvalidTable, match="1 forecasts are missing"):
            reconcile(forecasts([10, 4, np.nan]), TWO)
        with pytest.raises(InvalidTable, match="1 series stand twice"):
            reconcile(forecasts([10, 4, 5, 5], names=["all", "a", "b", "b"]), TWO)

    @pytest.mark.parametrize(
        ("variances", "words"),
        [
            ({"all": 1, "a": 1}, "2 variances for 3 series: 'b' has none"),
            ({"all": 1, "a": 1, "b": 1, "c": 1}, "4 variances for 3 series: 'c' is one too many"),
            (pd.Series([1, 1, 1, 1], index=["all", "a", "b", "b"]), "'b' is one too many"),
            ({"all": 1, "a": np.nan, "b": 1}, "variance of 'a' is nan; 1 are missing"),
            ({"all": 1, "a": 0, "b": -1}, "variance of 'a' is 0.0; 2 are missing"),
            ({"all": np.inf, "a": 1, "b": 1}, "variance of 'all' is inf"),
        ],
    )
    def test_variances_that_are_not_one_positive_number_each(self, variances, words):
        with pytest.raises(InvalidTable, match=words):
            varied(self.base, TWO, variances)

    def test_variances_go_with_their_method_only(self):
        with pytest.raises(InvalidParams, match="'wls_variance' without variances"):
            reconcile(self.base, TWO, method="wls_variance")
        with pytest.raises(InvalidParams, match="'ols' with variances"):
            reconcile(self.base, TWO, method="ols", variances={"all": 1, "a": 1, "b": 1})

    def test_an_unknown_method_is_named_with_a_suggestion(self):
        with pytest.raises(InvalidParams, match="No method 'wls'"):
            reconcile(self.base, TWO, method="wls")
