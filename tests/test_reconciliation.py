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

    def test_what_stands_alone_is_not_changed(self):
        base = forecasts([10, 4, 5, 7], names=["all", "a", "b", "alone"])
        made = reconcile(base, TWO)[2030]
        assert made.tolist() == pytest.approx([9.5, 4.25, 5.25, 7.0])


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

    def test_an_unknown_method_is_named_with_a_suggestion(self):
        with pytest.raises(InvalidParams, match="No method 'wls'"):
            reconcile(self.base, TWO, method="wls")
