"""Accounts of stocks and flows: the figures of acceptance check 8, identities, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdiplomacy.errors import InvalidTable
from techdiplomacy.stock_flow import (
    age_step,
    openings,
    past_entries,
    require_one_unit,
    summed_openings,
    wanted_stock,
)


def test_openings_of_acceptance_check_8():
    after = openings(1000, 0.03, 0.05, 5)
    assert after.expansion[-1] == pytest.approx(159.27, abs=0.005)
    assert after.replacement[-1] == pytest.approx(265.46, abs=0.005)
    assert after.openings[-1] == pytest.approx(424.73, abs=0.005)
    # each year by itself: 3 % and 5 % of the stock at its start
    assert after.openings[0] == pytest.approx(80)


def test_cohorts_of_acceptance_check_8():
    later, leavers = age_step([100, 80, 60], [0.05, 0.05, 1], 30, ages=[20, 35, 50])
    np.testing.assert_allclose(later, [30, 95, 76])
    assert leavers == pytest.approx(69)
    # nobody is lost or made: who was there stays or leaves
    assert later[1:].sum() + leavers == pytest.approx(240)


@given(
    st.lists(st.floats(1, 1e7), min_size=2, max_size=8),
    st.floats(0, 1),
)
def test_who_enters_and_who_leaves_is_the_change_of_the_stock(stocks, leaving):
    stock = np.array(stocks)
    rates = np.full(len(stock) - 1, leaving)
    flows = summed_openings(stock, rates)
    yearly = past_entries(stock[:-1], stock[1:], rates)
    # entries of a past that was as wanted are its openings
    assert flows.openings[-1] == pytest.approx(yearly * len(rates), rel=1e-9, abs=1e-3)
    assert flows.openings[-1] - flows.replacement[-1] == pytest.approx(
        stock[-1] - stock[0], rel=1e-9, abs=1e-3
    )


def test_wanted_stock_follows_working_age_and_deepening():
    wanted = wanted_stock(100, np.array([10.0, 11.0, 9.9]), np.array([[0.0, 0.0], [0.1, 0.1]]))
    np.testing.assert_allclose(wanted, [[100, 110, 99], [100, 121, 119.79]])
    # one draw does not follow at all, the other by half
    wanted = wanted_stock(
        100, np.array([10.0, 11.0, 9.9]), np.array([[0.0, 0.1], [0.0, 0.0]]), np.array([0.0, 0.5])
    )
    np.testing.assert_allclose(wanted, [[100, 100, 110], [100, 105, 99.75]])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: openings(1000, 0.03, 1.5, 5), "between 0 and 1"),
        (lambda: openings(1000, 0.03, -0.1, 5), "between 0 and 1"),
        (lambda: openings(-1, 0.03, 0.05, 5), "cannot be"),
        (lambda: openings(1000, -2, 0.05, 5), "growth"),
        (lambda: age_step([100, 80], [0.05, 0.05, 1], 30), "holes"),
        (lambda: age_step([100, np.nan, 60], [0.05, 0.05, 1], 30), "holes"),
        (lambda: age_step([100, 80, 60], [0.05, 0.05, 1], 30, ages=[20, 25, 35]), "holes"),
        (lambda: age_step([100, 80, 60], [0.05, 0.05, 1], 30, ages=[20, 25]), "holes"),
        (lambda: age_step([100, -80, 60], [0.05, 0.05, 1], 30), "cannot be"),
        (lambda: age_step([100, 80, 60], [0.05, 5, 1], 30), "between 0 and 1"),
        (lambda: age_step([100, 80, 60], [0.05, 0.05, 0.5], 30), "oldest age"),
        (lambda: past_entries(np.ones(1), np.ones(1), np.array([2.0])), "between 0 and 1"),
        (lambda: require_one_unit([120_000, 123, 125], "s"), "Units are mixed"),
        (lambda: require_one_unit([120, 123, 0, 125_000], "s"), "Units are mixed"),
        (lambda: require_one_unit([120, -3], "s"), "cannot be"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(InvalidTable, match=words):
        call()


def test_large_changes_in_one_unit_pass():
    require_one_unit([10, 400, 30], "s")
