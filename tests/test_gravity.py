"""The gap: check 4, planted gaps, how often the interval holds the truth, what cannot be drawn."""

import numpy as np
import pytest
from gravity_worlds import TERMS, check_pairs, world
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, nbinom

from techdiplomacy.errors import InvalidParams, NotConverged
from techdiplomacy.gravity import (
    GapDraws,
    draw_gaps,
    fit_kappa,
    fitted_rows,
    gap_table,
    log_gap,
    persistent_spread,
    verdicts,
)
from techdiplomacy.ppml import fit_pairs

INTERVAL = (0.05, 0.95)


def measured(pairs, *, draws=200, seed=1131):
    """Return fit, kappa, draws and table of pairs."""
    fit = fit_pairs(pairs, TERMS)
    kappa = fit_kappa(fit.ties, fit.expected)
    drawn = draw_gaps(fit, kappa, draws=draws, rng=np.random.default_rng(seed))
    return fit, kappa, drawn, gap_table(fit, kappa, drawn, INTERVAL)


def test_acceptance_check_4_gaps_at_kappa_4():
    fit = fit_pairs(check_pairs(), TERMS)
    gaps = log_gap(fit.ties, fit.expected, 4.0)
    found = dict(zip(fit.pairs["country"] + fit.pairs["partner"], gaps, strict=True))
    for pair, gap in {"AB": 0.356183, "AD": -0.584377, "DE": -0.000942, "BC": -0.043585}.items():
        assert found[pair] == pytest.approx(gap, abs=1e-5)


def test_kappa_maximises_the_negative_binomial():
    rng = np.random.default_rng(7)
    mu = rng.lognormal(3, 1, 400)
    ties = rng.poisson(mu * rng.gamma(2.0, 0.5, 400)).astype(float)
    kappa = fit_kappa(ties, mu)

    def likelihood(k):
        return nbinom(k, k / (k + mu)).logpmf(ties).sum()

    assert kappa == pytest.approx(2.0, rel=0.25)
    assert likelihood(kappa) > max(likelihood(kappa * 1.01), likelihood(kappa / 1.01))


def test_kappa_without_more_spread_than_chance_lies_at_its_bound():
    mu = np.array([10.0, 20.0, 30.0])
    assert fit_kappa(mu, mu) > 5e5
    assert log_gap(mu + 5, mu, fit_kappa(mu, mu)) == pytest.approx(0, abs=1e-4)


@given(
    ties=st.integers(0, 100_000), mu=st.floats(0.01, 1e5), kappa=st.floats(0.05, 1e3)
)  # fmt: skip
def test_a_gap_has_the_sign_of_the_difference_and_is_never_larger_than_without_kappa(
    ties, mu, kappa
):
    gap = log_gap(np.array([ties]), np.array([mu]), kappa)[0]
    assert gap * (ties - mu) >= 0
    if ties > 0:
        assert abs(gap) <= abs(np.log(ties / mu)) + 1e-9


def test_a_planted_gap_and_a_planted_surplus_are_found():
    pairs = world(25, seed=3, spread=8.0)
    place = pairs.index[pairs["mu"].rank(ascending=False).isin([30, 31])]
    pairs.loc[place[0], "ties"] = round(pairs.loc[place[0], "mu"] / 20)
    pairs.loc[place[1], "ties"] = round(pairs.loc[place[1], "mu"] * 12)
    *_, table = measured(pairs)
    below, above = table.loc[place[0]], table.loc[place[1]]
    assert below["gap_high"] < 0
    assert below["verdict"] == "below"
    assert table["gap"].idxmin() == place[0]
    assert above["rank_among_all"] == 1
    assert above["verdict"] == "above"


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    """Of nominal 90 %, methods.md measured 88 %; a part of it is asked for here.

    Pairs of one world share their effects, so single worlds scatter more than 300 tosses would;
    the bounds are those of a fifth as many tosses.
    """
    held, trials = 0, 0
    above = right = 0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        pairs = world(25, seed=100 + seed)
        theta = rng.gamma(3.0, 1 / 3.0, len(pairs))
        pairs["ties"] = rng.poisson(pairs["mu"] * theta).astype(float)
        table = measured(pairs, draws=100, seed=seed)[-1]
        truth = np.log(theta[fitted_rows(fit_pairs(pairs, TERMS))])
        held += int(((truth >= table["gap_low"]) & (truth <= table["gap_high"])).sum())
        trials += len(truth)
        surely = (table["verdict"] == "above").to_numpy()
        above += int(surely.sum())
        right += int((truth[surely] > 0).sum())
    low, high = binom(trials // 5, 0.88).ppf([0.005, 0.995]) / (trials // 5)
    assert low < held / trials < high
    assert above > 100
    assert right / above > 0.95


def test_the_same_seed_gives_the_same_draws_and_another_one_others():
    pairs = world(10)
    one, same, other = (measured(pairs, draws=30, seed=seed)[2] for seed in (1, 1, 2))
    assert np.array_equal(one.log_gap, same.log_gap)
    assert not np.array_equal(one.log_gap, other.log_gap)
    assert one.log_gap.shape == (45, 30)
    assert one.coefficients.shape == (2, 30)


def test_pairs_that_were_not_fitted_stay_empty():
    pairs = world(10)
    pairs.loc[4, "log_distance"] = np.nan
    _, _, drawn, table = measured(pairs, draws=30)
    assert table.loc[4, ["gap", "gap_low", "rank_among_all", "verdict"]].isna().all()
    assert sorted(table["rank_among_all"].dropna()) == list(range(1, 45))
    assert drawn.log_gap.shape == (44, 30)
    assert drawn.spread.shape == (45, 30)
    best = table["rank_among_all"].idxmin()
    assert table.loc[best, "gap_low"] == table["gap_low"].max()


def test_rank_goes_by_the_lower_end_and_not_by_the_gap():
    pairs = check_pairs()
    fit = fit_pairs(pairs, TERMS)
    gaps = log_gap(fit.ties, fit.expected, 4.0)
    largest = int(np.argmax(gaps))
    half = np.where(np.arange(len(gaps)) == largest, 5.0, 0.01)  # the largest gap is hardly known
    draws = gaps[:, None] + half[:, None] * np.linspace(-1, 1, 21)
    table = gap_table(fit, 4.0, GapDraws(draws, np.zeros((2, 21)), draws), INTERVAL)
    assert table["gap"].idxmax() == largest
    assert table.loc[largest, "rank_among_all"] == len(gaps)
    second = table["gap"].drop(largest).idxmax()
    assert table.loc[second, "rank_among_all"] == 1


def test_an_expectation_that_a_refit_raises_is_drawn_lower():
    """mu_b = mu^2 / mu*: a draw errs from the fit as the fit errs from the truth."""
    fit = fit_pairs(check_pairs(), TERMS)
    counts = fit.ties.copy()
    counts[0] += 30.0
    again = fit_pairs(check_pairs().assign(ties=counts), TERMS).expected
    drawn = draw_gaps(fit, 4.0, draws=1, rng=_Given(counts), spread=np.ones((15, 1)))
    assert again[0] > 1.5 * fit.expected[0]
    by_hand = np.log((fit.ties + 4.0) / (fit.expected**2 / again + 4.0))
    assert drawn.log_gap[:, 0].tolist() == pytest.approx(by_hand.tolist(), abs=1e-6)


class _Given:
    """A source of draws that gives these counts, and the mean of every gamma."""

    def __init__(self, counts):
        self.counts = counts

    def poisson(self, rates):
        return np.broadcast_to(self.counts[:, None], rates.shape)

    def standard_gamma(self, shape, size):
        return np.broadcast_to(shape, size)


def test_verdicts_ask_for_the_whole_interval():
    assert verdicts(np.array([0.0, 0.01, -1.0]), np.array([1.0, 1.0, 0.0])).tolist() == [
        *("open", "above", "open")
    ]


@pytest.mark.parametrize(("kappas", "correlation"), [((2.0, 1.5), 0.8), ((3.0, 3.0), 0.3)])
def test_a_persistent_spread_keeps_its_shape_and_its_likeness(kappas, correlation):
    rng = np.random.default_rng(5)
    first = rng.standard_gamma(kappas[0], size=(200, 400))
    other = persistent_spread(first, kappas, correlation, rng)
    assert other.mean() == pytest.approx(kappas[1], rel=0.02)
    assert other.var() == pytest.approx(kappas[1], rel=0.03)
    alike = np.corrcoef(first.ravel(), other.ravel())[0, 1]
    assert alike == pytest.approx(correlation, abs=0.02)


@pytest.mark.parametrize("correlation", [-0.4, 1.0])
def test_a_likeness_that_cannot_be_had_is_brought_to_the_nearest_one(correlation):
    rng = np.random.default_rng(5)
    first = rng.standard_gamma(2.0, size=(100, 200))
    other = persistent_spread(first, (2.0, 1.0), correlation, rng)
    alike = np.corrcoef(first.ravel(), other.ravel())[0, 1]
    assert alike == pytest.approx(max(correlation, 0) * np.sqrt(0.5), abs=0.03)


def test_draws_in_which_a_country_has_no_ties_are_drawn_again():
    pairs = world(10, seed=4)
    pairs.loc[pairs["country"] == "C00", "ties"] = [1.0, 1.0] + [0.0] * 7
    fit = fit_pairs(pairs, TERMS)
    spread = np.random.default_rng(1).gamma(3.0, size=(len(pairs), 100))
    drawn = draw_gaps(fit, 3.0, draws=100, rng=np.random.default_rng(1), spread=spread)
    again = (drawn.spread != spread).any(axis=0)
    assert 3 < again.sum() < 40  # the chance of no tie where two are expected is .13, spread aside
    assert np.isfinite(drawn.log_gap).all()


def test_separated_draws_are_drawn_again():
    pairs = world(10, seed=4).assign(border=0.0)
    pairs.loc[[5, 17], "border"] = 1.0
    pairs.loc[[5, 17], "ties"] = [1.0, 0.0]  # both without ties in a third of the draws
    fit = fit_pairs(pairs, [*TERMS, "border"])
    spread = np.random.default_rng(1).gamma(3.0, size=(len(pairs), 100))
    drawn = draw_gaps(fit, 3.0, draws=100, rng=np.random.default_rng(1), spread=spread)
    assert 20 < (drawn.spread != spread).any(axis=0).sum() < 70
    assert np.abs(drawn.coefficients[2]).max() < 10
    assert np.isfinite(drawn.log_gap).all()


def test_draws_that_can_never_be_fitted_are_an_error():
    fit = fit_pairs(check_pairs(), TERMS)
    with pytest.raises(NotConverged, match="even after 20 rounds"):
        draw_gaps(
            *(fit, 4.0), draws=1, rng=_Nothing(), spread=np.ones((15, 1))
        )  # fmt: skip


class _Nothing:
    """A source of draws in which nobody works with anybody."""

    def poisson(self, rates):
        return np.zeros(rates.shape)

    def standard_gamma(self, shape, size):
        return np.ones(size)


def test_an_interval_that_does_not_rise_is_refused():
    fit, kappa, drawn, _ = measured(check_pairs(), draws=20)
    with pytest.raises(InvalidParams, match="not usable"):
        gap_table(fit, kappa, drawn, (0.95, 0.05))
