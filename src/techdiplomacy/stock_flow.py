"""Accounts of stocks and flows of workers: what is wanted, who leaves, who has to come.

Knows: stocks, rates, cohorts, past changes inside one level. Must not know: files, countries,
pools, where a rate comes from. May import: errors, NumPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from techdiplomacy.errors import InvalidTable

Array = NDArray[np.float64]
Picks = NDArray[np.int64]
# a step this near to a factor of 1000 is a change of unit, not of the workforce
_UNIT_CHANGE = (500.0, 2000.0)


@dataclass(frozen=True)
class Openings:
    """Openings added up by end year: change of the stock, and leavers."""

    expansion: Array
    replacement: Array

    @property
    def openings(self) -> Array:
        """Expansion and replacement together."""
        return self.expansion + self.replacement


def openings(stock: float, growth: float, separations: float, years: int) -> Openings:
    """Return the openings of a stock that grows and loses workers at even rates.

    Parameters
    ----------
    stock : float
        Workers in the base year.
    growth, separations : float
        Yearly growth of the stock wanted, and share of the workers who leave in a year.
    years : int
        Number of years.

    Returns
    -------
    Openings
        Flows added up to each of the years.

    Raises
    ------
    InvalidTable
        If the stock is negative, separations are no share, or the stock shrinks to nothing.

    Notes
    -----
    Both flows are taken on the stock at the start of a year (BLS, Employment Projections: openings
    are the change of employment and separations).

    Examples
    --------
    >>> after = openings(1000, 0.03, 0.05, 5)
    >>> [round(float(flow[-1]), 2) for flow in (after.expansion, after.replacement, after.openings)]
    [159.27, 265.46, 424.73]
    """
    if growth <= -1:
        raise InvalidTable(
            f"A growth of {growth:g} a year leaves no worker.",
            where="growth of a stock",
            next_step="Give growth as a share: 0.03 for three per cent.",
        )
    wanted = np.asarray(stock * (1 + growth) ** np.arange(years + 1))
    return summed_openings(wanted, np.full(years, separations))


def summed_openings(wanted: Array, leaving: Array) -> Openings:
    """Return openings added up since the first of some years.

    Parameters
    ----------
    wanted : array
        Workers wanted, the year before the sums begin first; years in the last axis.
    leaving : array
        Share of the workers who leave in each year after it: one year fewer.

    Returns
    -------
    Openings
        Flows up to each year after the first.

    Raises
    ------
    InvalidTable
        If a stock is negative or a rate no share.

    Notes
    -----
    Expansion is wanted(t) - wanted(t-1), replacement leaving(t) x wanted(t-1).

    Examples
    --------
    >>> summed_openings(np.array([100.0, 110.0]), np.array([0.1])).openings.tolist()
    [20.0]
    """
    require_stock(wanted)
    require_share(leaving, "share of workers who leave")
    return Openings(
        expansion=wanted[..., 1:] - wanted[..., :1],
        replacement=np.cumsum(leaving * wanted[..., :-1], axis=-1),
    )


def wanted_stock(
    stock: float, working_age: Array, deepening: Array, follow: ArrayLike = 1.0
) -> Array:
    """Return the workers wanted from the base year on, years in the last axis.

    Parameters
    ----------
    stock : float
        Workers in the base year.
    working_age : array of shape (years + 1,)
        Persons of working age, base year first.
    deepening : array of shape (..., years)
        Growth of the workers wanted per person of working age in each year after the base year.
    follow : float or array of shape (...)
        How far the workers wanted follow working age: 1 wholly, 0 not at all.

    Notes
    -----
    wanted(t) = wanted(t-1) x (1 + follow x (W(t) / W(t-1) - 1)) x (1 + deepening(t)), W being
    persons of working age.

    Examples
    --------
    >>> wanted_stock(100, np.array([50.0, 45.0]), np.array([0.1])).round(6).tolist()
    [100.0, 99.0]
    >>> wanted_stock(100, np.array([50.0, 45.0]), np.array([0.1]), 0.5).round(6).tolist()
    [100.0, 104.5]
    """
    require_stock(np.asarray(stock, dtype=float))
    persons = np.asarray(follow, dtype=float)[..., None] * (working_age[1:] / working_age[:-1] - 1)
    grown = np.cumprod((1 + persons) * (1 + deepening), axis=-1)
    start = np.ones((*grown.shape[:-1], 1))
    return np.asarray(stock * np.concatenate([start, grown], axis=-1))


def past_entries(before: Array, after: Array, leaving: Array, picked: Picks | None = None) -> Array:
    """Return the mean number of persons who entered a pool in a year.

    Parameters
    ----------
    before, after : array of shape (steps,)
        Stock at the start and at the end of each year.
    leaving : array of shape (..., steps)
        Share of the stock at the start that left.
    picked : array of int of shape (..., steps), optional
        Which steps the change of the stock is taken from, see `picked_steps`; each once if not
        given.

    Notes
    -----
    Whoever is there without having been there before has entered: after - before + leaving x
    before. Of the steps picked only the rate counts, sum of changes over sum of stocks at the
    start, at the mean stock of all steps: that a stock was smaller in earlier years is no scatter.

    Examples
    --------
    >>> before, after = np.array([100.0, 110]), np.array([110.0, 110])
    >>> float(past_entries(before, after, np.array([0.1, 0.1])))
    15.5
    >>> past_entries(before, after, np.array([0.1, 0.1]), np.array([[0, 0], [0, 1]])).tolist()
    [21.0, 15.5]
    """
    require_share(leaving, "share of workers who leave")
    each = np.arange(len(before)) if picked is None else picked
    rate = (after - before)[each].sum(axis=-1) / before[each].sum(axis=-1)
    return np.asarray(rate * before.mean() + (leaving * before).mean(axis=-1))


def picked_steps(steps: int, draws: int, seed: Sequence[int]) -> Picks:
    """Return which of the past steps each draw takes, with replacement: draw x step.

    Examples
    --------
    >>> picked_steps(3, 2, [1]).shape
    (2, 3)
    """
    return np.random.default_rng(list(seed)).integers(steps, size=(draws, steps))


def age_step(
    cohorts: ArrayLike, exits: ArrayLike, entry: float, *, ages: Sequence[int] | None = None
) -> tuple[Array, float]:
    """Return a stock by age one step later, and how many left it.

    Parameters
    ----------
    cohorts : array of shape (ages,)
        Workers by age, youngest first; all groups as wide as the step is long.
    exits : array of shape (ages,)
        Share that leaves during the step; 1 in the oldest group.
    entry : float
        Workers who enter at the youngest age.
    ages : sequence of int, optional
        First age of each group; checked for holes.

    Raises
    ------
    InvalidTable
        If ages have holes, lengths differ, a rate is no share, or a stock is negative.

    Notes
    -----
    S(a+1, t+1) = S(a, t) (1 - exit(a)); see Preston, Heuveline & Guillot (2001), Demography.

    Examples
    --------
    >>> later, leavers = age_step([100, 80, 60], [0.05, 0.05, 1], 30)
    >>> later.tolist(), leavers
    ([30.0, 95.0, 76.0], 69.0)
    """
    stock, rates = np.asarray(cohorts, dtype=float), np.asarray(exits, dtype=float)
    holes = ages is not None and (
        len(ages) != len(stock) or len(set(np.diff(np.asarray(ages)).tolist())) > 1
    )
    if holes or len(stock) != len(rates) or not np.isfinite(stock).all():
        raise InvalidTable(
            f"Ages have holes: {len(stock)} groups, {len(rates)} rates, ages {ages}.",
            where="stock by age",
            next_step="Give every age group once, without gaps, with its stock and its rate.",
        )
    require_stock(stock)
    require_share(rates, "share that leaves at an age")
    if rates[-1] != 1:
        raise InvalidTable(
            f"A share of {1 - rates[-1]:g} would stay beyond the oldest age.",
            where="stock by age",
            next_step="Let everyone leave at the oldest age: rate 1, or add older groups.",
        )
    staying = stock * (1 - rates)
    return np.concatenate([[float(entry)], staying[:-1]]), float((stock * rates).sum())


def require_share(rates: ArrayLike, what: str) -> None:
    """Raise if a rate is not between 0 and 1.

    Raises
    ------
    InvalidTable
        Naming the first rate that is no share.
    """
    values = np.ravel(np.asarray(rates, dtype=float))
    outside = values[~((values >= 0) & (values <= 1))]
    if len(outside):
        raise InvalidTable(
            f"A {what} of {outside[0]:g} is not between 0 and 1.",
            where="rates of stocks and flows",
            next_step="Give rates as shares: 0.05 for five per cent.",
        )


def require_stock(values: ArrayLike) -> None:
    """Raise if a stock is negative or missing.

    Raises
    ------
    InvalidTable
        Naming the first such value.
    """
    stocks = np.ravel(np.asarray(values, dtype=float))
    wrong = stocks[~(stocks >= 0)]
    if len(wrong):
        raise InvalidTable(
            f"A stock of {wrong[0]:g} workers cannot be.",
            where="stock of workers",
            next_step="Correct the figure at its source.",
        )


def require_one_unit(values: ArrayLike, series: str) -> None:
    """Raise if a series seems to mix persons and thousands of persons.

    Parameters
    ----------
    values : array
        The values in the order of the years.
    series : str
        Name of the series, for the message.

    Raises
    ------
    InvalidTable
        If a step changes the value by about a factor of 1000, or a value is negative.

    Examples
    --------
    >>> require_one_unit([120_000, 123_000, 125_000], "s")
    """
    require_stock(values)
    stocks = np.asarray(values, dtype=float)
    known = stocks[stocks > 0]
    ratios = known[1:] / known[:-1]
    low, high = _UNIT_CHANGE
    jumps = np.flatnonzero(
        ((ratios > low) & (ratios < high)) | ((ratios > 1 / high) & (ratios < 1 / low))
    )
    if len(jumps):
        place = int(jumps[0])
        raise InvalidTable(
            f"Units are mixed: {known[place]:g} is followed by {known[place + 1]:g}.",
            where=f"series {series}",
            next_step="Bring all years to persons; see the unit on the card of the source.",
        )
