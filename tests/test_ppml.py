"""Poisson fits of pairs: acceptance check 4, an independent solver, what no fit can use."""

import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from gravity_worlds import TERMS, check_pairs, world
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from techdiplomacy import ppml
from techdiplomacy.errors import InvalidTable, NotConverged
from techdiplomacy.ppml import (
    design_of,
    fit_pairs,
    refit,
    separated,
    start_from_sizes,
)


def by_pair(fit):
    return fit.pairs.set_index(["country", "partner"]).sort_index()


def test_acceptance_check_4():
    fit = fit_pairs(check_pairs(), TERMS)
    assert fit.coefficients.tolist() == pytest.approx([-0.79689897, -0.28893983], abs=1e-6)
    assert fit.effects.to_dict() == pytest.approx(
        dict(
            zip("ABCDEF", [3.488229, 5.189812, 4.872538, 6.713413, 5.383297, 4.359337], strict=True)
        ),
        abs=1e-6,
    )
    expected = by_pair(fit)["expected"]
    for pair, value in {"AB": 8.606197, "AD": 13.938739, "DE": 160.154532}.items():
        assert expected[pair[0], pair[1]] == pytest.approx(value, abs=1e-5)
    assert fit.design.totals(fit.expected) == pytest.approx([40, 205, 170, 350, 225, 66], rel=1e-8)
    assert fit.totals_error < 1e-8
    assert set(fit.pairs["status"]) == {"ok"}


@given(swapped=st.lists(st.booleans(), min_size=15, max_size=15), order=st.permutations(range(15)))
@settings(max_examples=15, deadline=None)
def test_who_stands_first_and_the_order_of_rows_change_nothing(swapped, order):
    pairs = check_pairs()
    turned = pairs.copy()
    turned.loc[swapped, ["country", "partner"]] = pairs.loc[
        swapped, ["partner", "country"]
    ].to_numpy()
    fit, other = fit_pairs(pairs, TERMS), fit_pairs(turned.iloc[list(order)], TERMS)
    assert other.coefficients.tolist() == pytest.approx(fit.coefficients.tolist(), abs=1e-9)
    assert by_pair(other)["expected"].tolist() == pytest.approx(by_pair(fit)["expected"].tolist())


def test_a_country_without_ties_changes_nothing_else():
    pairs = check_pairs()
    seventh = pd.DataFrame(
        {
            "country": list("ABCDEF"),
            "partner": "G",
            "ties": 0.0,
            "log_distance": np.log([500.0, 900, 7000, 3000, 100, 60]),
            "common_language": [1.0, 0, 0, 1, 0, 0],
        }
    )
    fit, more = fit_pairs(pairs, TERMS), fit_pairs(pd.concat([pairs, seventh]), TERMS)
    assert more.zero_total == ("G",)
    assert more.coefficients.equals(fit.coefficients)
    assert more.effects.equals(fit.effects)
    assert more.pairs["status"].tolist() == ["ok"] * 15 + ["not_estimable"] * 6
    assert more.pairs["expected"].iloc[15:].isna().all()


def test_an_independent_solver_finds_the_same():
    pairs = world()
    fit = fit_pairs(pairs, TERMS)
    rows = fit.design.rows()

    def minus_log_likelihood(parameters):
        eta = rows @ parameters
        mu = np.exp(eta)
        return mu.sum() - fit.ties @ eta, rows.T @ (mu - fit.ties)

    def curve(parameters):
        return (rows * np.exp(rows @ parameters)[:, None]).T @ rows

    start = np.zeros(rows.shape[1])
    found = minimize(
        minus_log_likelihood, start, jac=True, hess=curve, method="trust-exact",
        options={"gtol": 1e-9, "maxiter": 500},
    )  # fmt: skip
    assert fit.coefficients.tolist() == pytest.approx(found.x[:2].tolist(), abs=1e-6)
    assert fit.effects.tolist() == pytest.approx(found.x[2:].tolist(), abs=1e-6)
    assert fit.deviance < fit.deviance_of_sizes


def test_refits_of_draws_agree_with_statsmodels_one_by_one():
    pairs = world()
    fit = fit_pairs(pairs, TERMS)
    rng = np.random.default_rng(2)
    draws = rng.poisson(fit.expected[:, None] * rng.gamma(2.0, 0.5, (len(pairs), 8))).astype(float)
    start = {"slopes": fit.coefficients.to_numpy(), "effects": fit.effects.to_numpy()}
    found = refit(fit.design, draws, **start)
    for draw in range(8):
        alone = sm.GLM(draws[:, draw], fit.design.rows(), family=sm.families.Poisson()).fit(
            tol=0, rtol=1e-13
        )
        assert found.coefficients[:, draw] == pytest.approx(alone.params[:2], abs=1e-6)
        assert found.expected[:, draw] == pytest.approx(alone.fittedvalues, rel=1e-6)
    assert fit.design.totals(found.expected) == pytest.approx(fit.design.totals(draws), rel=1e-8)
    far = refit(
        fit.design, draws, slopes=np.zeros(2), effects=start_from_sizes(fit.design, fit.ties)
    )
    assert far.expected == pytest.approx(found.expected, rel=1e-7)


def test_three_pairs_of_three_countries_are_met_exactly():
    # log mu_AB = a + b and so on, so a_A = (log 8 + log 4 - log 2) / 2 = log(16) / 2
    rows = [("A", "B", 8.0), ("A", "C", 4.0), ("B", "C", 2.0)]
    design = design_of(pd.DataFrame(rows, columns=["country", "partner", "ties"]), [])
    ties = np.array([8.0, 4.0, 2.0])
    start = start_from_sizes(design, ties)
    assert start[0] == pytest.approx(np.log(12 / np.sqrt(28)))
    found = refit(design, ties[:, None], slopes=np.zeros(0), effects=start)
    assert found.expected[:, 0] == pytest.approx([8, 4, 2])


def test_a_missing_term_leaves_the_pair_out_and_lists_it():
    pairs = check_pairs()
    pairs.loc[pairs["partner"] == "F", "log_distance"] = np.nan
    pairs.loc[0, "common_language"] = np.nan
    fit = fit_pairs(pairs, TERMS)
    without = fit.pairs[fit.pairs["status"] == "not_estimable"]
    assert (without["country"] + without["partner"]).tolist() == [
        "AB",
        "AF",
        "BF",
        "CF",
        "DF",
        "EF",
    ]
    assert "F" not in fit.design.countries
    assert len(fit.ties) == 9


def test_pairs_that_are_predicted_to_zero_are_set_apart():
    pairs = world(8)
    border = pd.Series(0.0, index=pairs.index)
    border[[3, 11, 20]] = 1.0  # three neighbours, none of which works with the other
    pairs = pairs.assign(border=border)
    pairs.loc[border == 1, "ties"] = 0.0
    fit = fit_pairs(pairs, [*TERMS, "border"])
    assert fit.pairs.index[fit.pairs["status"] == "separated"].tolist() == [3, 11, 20]
    assert np.isnan(fit.coefficients["border"])
    rest = fit_pairs(pairs[border == 0], TERMS)
    assert fit.coefficients[TERMS].tolist() == pytest.approx(rest.coefficients.tolist(), abs=1e-9)


def test_one_neighbour_with_ties_is_enough_to_fit_all_of_them():
    pairs = world(8)
    border = pd.Series(0.0, index=pairs.index)
    border[[3, 11, 20]] = 1.0
    pairs = pairs.assign(border=border)
    pairs.loc[[3, 11], "ties"] = 0.0
    pairs.loc[20, "ties"] = 2.0
    fit = fit_pairs(pairs, [*TERMS, "border"])
    assert set(fit.pairs["status"]) == {"ok"}
    assert np.isfinite(fit.coefficients["border"])


def test_separation_agrees_with_a_search_over_all_directions():
    # ties run along a ring; A-C is empty and has a term of its own, so nothing holds it up
    names = "ABCDE"
    ring = [("A", "B"), ("B", "C"), ("C", "D"), ("D", "E"), ("A", "E")]
    pairs = pd.DataFrame(
        [(a, b, float((a, b) in ring)) for a, b in itertools.combinations(names, 2)],
        columns=["country", "partner", "ties"],
    )
    pairs["own"] = ((pairs["country"] == "A") & (pairs["partner"] == "C")).astype(float)
    found = separated(design_of(pairs, ["own"]), pairs["ties"].to_numpy())
    assert pairs.index[found].tolist() == pairs.index[pairs["own"] == 1].tolist()
    assert not separated(design_of(pairs, []), pairs["ties"].to_numpy()).any()


def test_a_term_that_effects_settle_has_no_coefficient_and_changes_nothing():
    pairs = check_pairs().assign(everywhere=7.0)
    fit, other = fit_pairs(check_pairs(), TERMS), fit_pairs(pairs, ["everywhere", *TERMS])
    assert np.isnan(other.coefficients["everywhere"])
    assert other.coefficients[TERMS].tolist() == pytest.approx(fit.coefficients.tolist(), abs=1e-9)


def test_no_convergence_is_an_error_never_the_last_iterate(monkeypatch):
    pairs = check_pairs()
    fit = fit_pairs(pairs, TERMS)
    start = {"slopes": np.array([3.0, -2.0]), "effects": fit.effects.to_numpy()}
    monkeypatch.setattr(ppml, "_MOST_STEPS", 2)
    with pytest.raises(NotConverged, match="1 of 1 fits"):
        refit(fit.design, fit.ties[:, None], **start)

    class Restless:
        converged = False

    monkeypatch.setattr(sm.GLM, "fit", lambda self, **choices: Restless())
    with pytest.raises(NotConverged, match="not come to rest"):
        fit_pairs(pairs, TERMS)


def test_totals_that_are_not_met_are_an_error(monkeypatch):
    monkeypatch.setattr(ppml, "TOTALS_WITHIN", -1.0)
    with pytest.raises(NotConverged, match="country totals"):
        fit_pairs(check_pairs(), TERMS)


def test_a_search_for_separation_that_fails_is_an_error(monkeypatch):
    class Failed:
        success = False
        message = "out of luck"

    pairs = check_pairs().assign(border=0.0)
    pairs.loc[[0, 6], ["border", "ties"]] = [1.0, 0.0]
    monkeypatch.setattr("scipy.optimize.linprog", lambda *given, **choices: Failed())
    with pytest.raises(NotConverged, match="out of luck"):
        fit_pairs(pairs, [*TERMS, "border"])


def test_bad_pairs_are_refused_and_all_problems_named():
    pairs = check_pairs()
    pairs.loc[0, "partner"] = "A"
    pairs.loc[1, ["country", "partner"]] = ["D", "A"]
    pairs.loc[5, "ties"] = -1.0
    pairs.loc[6, "log_distance"] = np.inf
    with pytest.raises(InvalidTable) as error:
        fit_pairs(pairs, TERMS)
    for words in ("with itself", "more than once", "no counts", "infinite term", "('B', 'D')"):
        assert words in str(error.value)


def test_too_few_pairs_are_refused():
    with pytest.raises(InvalidTable, match="No pair"):
        fit_pairs(check_pairs().assign(log_distance=np.nan), TERMS)
    two = pd.DataFrame({"country": ["A", "A"], "partner": ["B", "C"], "ties": [3.0, 4.0]})
    with pytest.raises(InvalidTable, match="too few"):
        fit_pairs(two, [])


def test_a_draw_without_ties_of_a_country_is_refused():
    fit = fit_pairs(check_pairs(), TERMS)
    draws = fit.ties[:, None].copy()
    draws[:5] = 0.0  # the five pairs of the first country
    with pytest.raises(InvalidTable, match="no ties at all in a draw"):
        refit(fit.design, draws, slopes=np.zeros(2), effects=np.zeros(6))
