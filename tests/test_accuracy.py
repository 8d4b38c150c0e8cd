"""Measures of forecasts: numbers worked by hand, and scales that cannot be divided by."""

import math

import pytest

from techdiplomacy import accuracy
from techdiplomacy.errors import InvalidTable


def test_measures_on_numbers_worked_by_hand():
    actual, ahead = [[10.0, 20.0]], [[8.0, 30.0]]
    assert accuracy.smape(actual, ahead) == pytest.approx((400 / 18 + 2000 / 50) / 2)
    assert accuracy.smape([[0.0]], [[0.0]]) == 0
    assert accuracy.mase(actual, ahead, [4.0]) == 1.5
    # squares of (.5, 2.5) over a scale of 4
    assert accuracy.rmsse(actual, ahead, [4.0]) == pytest.approx(((0.25 + 6.25) / 2) ** 0.5)
    # widths 4 and 4, the second is 8 outside: (4 + 4 + 40 * 8) / 2 / 4
    assert accuracy.msis(actual, [[8, 8]], [[12, 12]], [4], 0.95) == pytest.approx(41)
    assert accuracy.coverage(actual, [[10, 21]], [[11, 22]]) == 0.5
    assert math.isnan(accuracy.coverage([1, 2], [0, math.nan], [2, 3]))
    assert accuracy.owa(12, 3, 10, 2) == pytest.approx(1.35)


def test_the_root_is_taken_once_a_series_and_one_large_miss_weighs_more():
    actual = [[[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]
    even = [[[2.0, 2.0], [2.0, 2.0]], [[0.0, 0.0], [0.0, 0.0]]]
    one = [[[8.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]
    scale = [[1.0, 1.0], [1.0, 1.0]]
    # two series, two origins, two steps: roots 2 and 0, then 4 and 0
    assert accuracy.rmsse(actual, even, scale) == 1
    assert accuracy.rmsse(actual, one, scale) == 2
    assert accuracy.mase(actual, even, scale) == accuracy.mase(actual, one, scale) == 1
    # a scale of its own at each origin
    assert accuracy.rmsse(actual, one, [[4.0, 1.0], [1.0, 1.0]]) == 0.5


def test_a_scale_of_zero_is_refused():
    with pytest.raises(InvalidTable, match="scales"):
        accuracy.rmsse([[1]], [[2]], [0])
    with pytest.raises(InvalidTable, match="scales"):
        accuracy.mase([[1]], [[2]], [0])
