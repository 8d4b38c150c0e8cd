"""Ages of a population: who enters and leaves working life, ageing, one generation, two revisions.

Knows: five-year age groups and what is reckoned from them. Must not know: files, countries by name.
May import: errors, NumPy, pandas, SciPy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from techdiplomacy.errors import InvalidTable, suggest

Array = np.ndarray
# years of age in a group
GROUP = 5
# the age from which people count as older in the shares of a population
OLDER = 65
# the ages of the young people who enter technical work
YOUNG = (20, 25)
# below this age people count as children, born in as many years before
CHILDREN = 10
# parts of a population of which two revisions are compared
_REVISED = ("working_age", "older", "under_10")
_WHERE = "table population_ages"
_ROWS = ["country", "year"]


def age_flows(ages: pd.DataFrame, *, entry_age: int, exit_age: int, until: int) -> pd.DataFrame:
    """Return who reaches working life and who leaves it, by country and year.

    Parameters
    ----------
    ages : DataFrame
        Feature table ``population_ages``: persons by five-year age group on 1 July.
    entry_age, exit_age : int
        Exact ages, in years, between which working life lies; they need not be limits of groups.
    until : int
        Last year wanted.

    Returns
    -------
    DataFrame
        Columns of the table ``age_flows``, one row a country and year. ``young`` are 20 to 24
        completed years old whatever the ages of working life are; ``core`` is working life.

    Raises
    ------
    InvalidTable
        If age groups or years are missing, or an age lies outside the closed groups.

    Notes
    -----
    Persons reaching exact age x in a year are the density of the population at x on 1 July,
    F'(x), where F is the monotone cubic (Fritsch and Carlson 1980; SciPy's ``PchipInterpolator``)
    through the cumulative population at the limits of the groups. At a limit this is the harmonic
    mean of the yearly sizes of the groups on both sides: just below their mean. Who moves in
    between the two ages is in ``core`` and in no flow.

    Examples
    --------
    >>> even = pd.DataFrame({"country": "AAA", "year": 2020, "age_from": range(0, 105, 5),
    ...     "population_persons": 500.0, "projection": "estimate"})
    >>> flows = age_flows(even, entry_age=20, exit_age=65, until=2020)
    >>> flows[["entrants", "leavers", "balance", "core"]].to_numpy().tolist()
    [[100.0, 100.0, 0.0, 4500.0]]
    """
    grid = _grid(ages, until)
    below = _below(grid)
    _check_ages(grid, (entry_age, exit_age, *YOUNG), exit_age)
    density = below.derivative()
    flows = grid.index.to_frame(index=False).assign(
        entrants=density(entry_age),
        leavers=density(exit_age),
        young=_between(below, *YOUNG),
        core=_between(below, entry_age, exit_age),
        older_share=_older_share(grid).to_numpy(),
    )
    flows["balance"] = flows["entrants"] - flows["leavers"]
    flows = flows.merge(_projection(ages), on=_ROWS)
    wanted = ["entrants", "leavers", "balance", "young", "core", "older_share", "projection"]
    return flows[[*_ROWS, *wanted]]


def ageing_years(ages: pd.DataFrame, marks: Sequence[float], *, until: int) -> pd.DataFrame:
    """Return when the share of people of 65 and older passes some marks, by country.

    Parameters
    ----------
    ages : DataFrame
        Feature table ``population_ages``.
    marks : sequence of float
        Shares of the total population.
    until : int
        Last year looked at.

    Returns
    -------
    DataFrame
        Columns of the table ``ageing_years``. ``year`` is the first one at or above the mark;
        with status ``before`` it is the first year of the table, and the mark was passed by then;
        with status ``not_yet`` it is empty.

    Raises
    ------
    InvalidTable
        If age groups or years are missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"country": "AAA", "year": np.repeat([2020, 2021, 2022], 21),
    ...     "age_from": [*range(0, 105, 5)] * 3, "projection": "estimate",
    ...     "population_persons": [1.0] * 13 + [0.1] * 8 + [1.0] * 13 + [0.2] * 8 + [1.0] * 21})
    >>> ageing_years(rows, [0.07, 0.5], until=2022)[["year", "status"]].to_numpy().tolist()
    [[2021, 'passed'], [<NA>, 'not_yet']]
    """
    grid = _grid(ages, until)
    older = _older_share(grid)
    known = _projection(ages).set_index(_ROWS)["projection"]
    rows = []
    for country, shares in older.groupby(level="country", sort=False):
        for mark in sorted(marks):
            reached = shares[shares >= mark]
            row = {"country": country, "mark": mark, "year": pd.NA, "status": "not_yet"}
            if len(reached):
                row["year"] = int(reached.index[0][1])
                row["status"] = (
                    "before"
                    if reached.index[0] == shares.index[0]
                    else "passed"
                    if known[reached.index[0]] == "estimate"
                    else "ahead"
                )
            rows.append(row)
    return pd.DataFrame(rows).astype({"year": "Int64"})


def cohort_years(generation: Sequence[int], until: int, *, step: int = 5) -> list[int]:
    """Return the years in which a generation is counted: from its last births to the end.

    Parameters
    ----------
    generation : (first, last)
        Years of birth.
    until : int
        Last year, which is always one of them.
    step : int
        Years between; those in the middle are multiples of it.

    Examples
    --------
    >>> cohort_years((2023, 2027), 2045)
    [2027, 2030, 2035, 2040, 2045]
    """
    born = generation[1]
    between = [year for year in range(born + 1, until) if year % step == 0]
    return [born, *between, until] if until > born else [born]


def birth_cohort(
    ages: pd.DataFrame, generation: Sequence[int], years: Iterable[int]
) -> pd.DataFrame:
    """Return one generation followed through the years: survival and migration only.

    Parameters
    ----------
    ages : DataFrame
        Feature table ``population_ages``.
    generation : (first, last)
        Years of birth, both included.
    years : iterable of int
        Years at whose end the generation is counted; all its births have to lie before that.

    Returns
    -------
    DataFrame
        Columns of the table ``birth_cohort``: persons on 1 January of the year after ``year``,
        aged ``age_from`` to ``age_to`` completed years on that day.

    Raises
    ------
    InvalidTable
        If age groups or years are missing, a year lies before the last births, or the generation
        has outgrown the closed age groups.

    Notes
    -----
    Persons on 1 January are the mean of the people of these ages on the two days of 1 July around
    it; inside five-year groups they lie on the monotone cubic of `age_flows`. The size is what the
    revision of the population says: births that it did not know yet are projected as well.

    Examples
    --------
    >>> even = pd.DataFrame({"country": "AAA", "year": np.repeat([2027, 2028], 21),
    ...     "age_from": [*range(0, 105, 5)] * 2, "projection": "medium",
    ...     "population_persons": [500.0] * 21 + [520.0] * 21})
    >>> found = birth_cohort(even, (2023, 2027), [2027])
    >>> found[["age_from", "age_to", "persons"]].to_numpy().tolist()
    [[0.0, 4.0, 510.0]]
    """
    first, last = generation
    wanted = sorted(set(years))
    if wanted[0] < last:
        raise InvalidTable(
            f"In {wanted[0]} not everybody born to {last} is there yet.",
            where="years of table birth_cohort",
            next_step=f"Count the generation from {last} on.",
        )
    grid = _grid(ages, wanted[-1] + 1)
    counted = []
    for year in wanted:
        youngest, oldest = year - last, year - first
        _check_ages(grid, (youngest, oldest + 1), oldest + 1)
        mean = sum(
            _between(_below(_in_year(grid, july)), youngest, oldest + 1)
            for july in (year, year + 1)
        )
        counted.append(
            pd.DataFrame(
                {
                    "country": _in_year(grid, year).index.get_level_values("country"),
                    "year": year,
                    "born_from": first,
                    "born_to": last,
                    "age_from": youngest,
                    "age_to": oldest,
                    "persons": mean / 2,
                }
            )
        )
    found = pd.concat(counted, ignore_index=True)
    return found.sort_values(_ROWS, ignore_index=True)


def demographic_pairs(
    flows: pd.DataFrame, viewpoint: str, partners: Sequence[str], *, base_year: int, until: int
) -> pd.DataFrame:
    """Return the viewpoint country beside each partner: who ages, who has entrants.

    Parameters
    ----------
    flows : DataFrame
        Table ``age_flows``.
    viewpoint : str
        ISO3 code.
    partners : sequence of str
        ISO3 codes; the viewpoint country itself is left out.
    base_year, until : int
        Entrants and leavers are added up over the years after the first, the last one included.

    Returns
    -------
    DataFrame
        Columns of the table ``demographic_pairs``: entrants less leavers of all these years, as
        persons and over the persons of working life in the base year; how the persons of working
        life change from the base year to the end, which deaths and migration do too; what the
        balances are called; and the share of the single years of which the same is true.

    Raises
    ------
    InvalidTable
        If a country is not in the table, or one of the years is missing.

    Notes
    -----
    A balance of exactly 0 counts as a gain.

    Examples
    --------
    >>> rows = pd.DataFrame({"country": ["AAA"] * 3 + ["BBB"] * 3, "year": [2020, 2021, 2022] * 2,
    ...     "balance": [9.0, 2, 3, 9, -4, 1], "core": 100.0})
    >>> pair = demographic_pairs(rows, "AAA", ["BBB"], base_year=2020, until=2022)
    >>> pair[["own_balance", "partner_balance", "verdict", "years_held"]].to_numpy().tolist()
    [[5.0, -3.0, 'complement', 0.5]]
    """
    listed = [code for code in dict.fromkeys(partners) if code != viewpoint]
    _check_known(flows, [viewpoint, *listed], range(base_year, until + 1), where="table age_flows")
    balance = flows.pivot(index="year", columns="country", values="balance")
    balance = balance.loc[base_year + 1 : until]
    cores = flows.pivot(index="year", columns="country", values="core")
    core, change = cores.loc[base_year], cores.loc[until] / cores.loc[base_year] - 1
    own = balance[viewpoint]
    rows = []
    for code in listed:
        other = balance[code]
        verdict = _pair_verdict(own.sum(), other.sum())
        yearly = [_pair_verdict(*both) for both in zip(own, other, strict=True)]
        rows.append(
            {
                "country": viewpoint,
                "partner": code,
                "own_balance": own.sum(),
                "partner_balance": other.sum(),
                "own_balance_share": own.sum() / core[viewpoint],
                "partner_balance_share": other.sum() / core[code],
                "own_core_change": change[viewpoint],
                "partner_core_change": change[code],
                "verdict": verdict,
                "years_held": yearly.count(verdict) / len(yearly),
            }
        )
    return pd.DataFrame(rows)


def _pair_verdict(own: float, partner: float) -> str:
    if own >= 0:
        return "both_gain" if partner >= 0 else "complement"
    return "reverse" if partner >= 0 else "both_lose"


def population_check(revisions: pd.DataFrame) -> pd.DataFrame:
    """Return the revision used held against the newer one, by country and year.

    Parameters
    ----------
    revisions : DataFrame
        Feature table ``population_revisions``.

    Returns
    -------
    DataFrame
        Columns of the table ``population_check``, for all rows that the newer revision has.
        ``difference`` is newer over earlier, less 1; ``agrees`` says whether the earlier total lies
        between the ends of the newer 95 % interval (ends included).

    Raises
    ------
    InvalidTable
        If no row has a newer total, or an earlier one is not above 0.

    Examples
    --------
    >>> rows = pd.DataFrame({"country": "AAA", "year": [2030, 2040], "earlier_persons": 100.0,
    ...     "newer_persons": [95.0, 90.0], "newer_persons_low": [93.0, 85.0],
    ...     "newer_persons_high": [98.0, 105.0], "earlier_working_age": 60.0,
    ...     "newer_working_age": [57.0, None], "earlier_older": 20.0, "newer_older": [18.0, None],
    ...     "earlier_under_10": 10.0, "newer_under_10": [9.0, None]})
    >>> population_check(rows)[["difference", "agrees"]].round(3).to_numpy().tolist()
    [[-0.05, 'outside'], [-0.1, 'inside']]
    """
    known = revisions[revisions["newer_persons"].notna()].reset_index(drop=True)
    empty = known[known["earlier_persons"] <= 0]
    if known.empty or len(empty):
        raise InvalidTable(
            "No row has a total of the newer revision."
            if known.empty
            else f"{len(empty)} totals of the revision used are not above 0, the first of "
            f"{empty['country'].iloc[0]} in {empty['year'].iloc[0]}.",
            where="table population_revisions",
            next_step="Mend the rows at their source; two revisions are compared as a ratio.",
        )
    earlier = known["earlier_persons"]
    low, high = known["newer_persons_low"], known["newer_persons_high"]
    inside = (earlier >= low) & (earlier <= high)
    known_ends = low.notna() & high.notna()
    agrees = np.select([~known_ends, inside], ["no_interval", "inside"], "outside")
    parts = [f"{of}_{part}" for of in ("earlier", "newer") for part in _REVISED]
    return known.assign(
        difference=known["newer_persons"] / earlier - 1,
        working_age_difference=known["newer_working_age"] / known["earlier_working_age"] - 1,
        under_10_difference=known["newer_under_10"] / known["earlier_under_10"] - 1,
        earlier_older_share=known["earlier_older"] / earlier,
        newer_older_share=known["newer_older"] / known["newer_persons"],
        agrees=agrees,
    ).drop(columns=parts)


def disputed_ages(check: pd.DataFrame, *, margin: float) -> pd.DataFrame:
    """Return where two revisions differ on the share of older people by a margin or more.

    Parameters
    ----------
    check : DataFrame
        What `population_check` returns.
    margin : float
        Difference of the shares, .03 for three points.

    Returns
    -------
    DataFrame
        ``country, year, earlier_older_share, newer_older_share`` in the year of the widest
        difference, one row for each such country, the widest first.

    Examples
    --------
    >>> rows = pd.DataFrame({"country": ["AAA", "AAA", "BBB"], "year": [2030, 2040, 2030],
    ...     "earlier_older_share": [0.2, 0.3, 0.2], "newer_older_share": [0.19, 0.21, None]})
    >>> disputed_ages(rows, margin=0.03)[["country", "year"]].to_numpy().tolist()
    [['AAA', 2040]]
    """
    apart = (check["newer_older_share"] - check["earlier_older_share"]).abs()
    order = apart[apart >= margin].sort_values(ascending=False, kind="stable").index
    columns = ["country", "year", "earlier_older_share", "newer_older_share"]
    return check.loc[order, columns].drop_duplicates("country").reset_index(drop=True)


def generation_revised(check: pd.DataFrame, generation: Sequence[int]) -> pd.DataFrame:
    """Return how many more children of about a generation the newer revision has.

    Parameters
    ----------
    check : DataFrame
        What `population_check` returns.
    generation : (first, last)
        Years of birth.

    Returns
    -------
    DataFrame
        ``country, year, under_10_difference``: newer over earlier, less 1, of the children below
        10 in the one year, of those in which the newer revision has ages, whose children are on
        average born nearest to the generation; no rows if there is no such year.

    Notes
    -----
    Children below 10 on 1 July of year t are born from the middle of t - 10 to that of t, on
    average at the start of the second half: they stand for a generation around t - 5.

    Examples
    --------
    >>> rows = pd.DataFrame({"country": "AAA", "year": [2020, 2030, 2031],
    ...     "under_10_difference": [0.01, -0.2, None]})
    >>> generation_revised(rows, (2023, 2027)).to_numpy().tolist()
    [['AAA', 2030, -0.2]]
    """
    columns = ["country", "year", "under_10_difference"]
    known = check.loc[check["under_10_difference"].notna(), columns]
    middle = (generation[0] + generation[1]) / 2 + CHILDREN / 2
    nearest = min(known["year"].unique(), key=lambda year: abs(year - middle), default=None)
    return known[known["year"] == nearest].reset_index(drop=True)


# --- age groups -------------------------------------------------------------------------------


def _grid(ages: pd.DataFrame, until: int) -> pd.DataFrame:
    """Return persons by country and year (rows) and youngest age of the group (columns).

    Raises
    ------
    InvalidTable
        If an age group is missing somewhere or everywhere, or a year between the first and
        ``until`` is.
    """
    wanted = ages[ages["year"] <= until]
    twice = wanted[wanted.duplicated([*_ROWS, "age_from"])]
    if len(twice):
        raise InvalidTable(
            f"{len(twice)} age groups stand twice, the first {twice['country'].iloc[0]} in "
            f"{twice['year'].iloc[0]} from age {twice['age_from'].iloc[0]}.",
            where=_WHERE,
            next_step="Give one revision and one variant: each group once a year.",
        )
    grid = wanted.pivot(index=_ROWS, columns="age_from", values="population_persons")
    groups = [int(age) for age in grid.columns]
    if not groups or groups != list(range(0, groups[-1] + 1, GROUP)) or groups[-1] < OLDER:
        lacking = sorted(set(range(0, max([OLDER, *groups]) + 1, GROUP)) - set(groups))
        raise InvalidTable(
            f"The age groups from {_named(lacking) or groups} are in no row, or groups overlap.",
            where=_WHERE,
            next_step=f"Give groups of {GROUP} years from birth to {OLDER} and above.",
        )
    holes = grid[grid.isna().any(axis=1)]
    if len(holes):
        country, year = holes.index[0]
        age = int(grid.columns[holes.iloc[0].isna()][0])
        raise InvalidTable(
            f"{len(holes)} country-years lack age groups, the first {country} in {year} from "
            f"age {age}.",
            where=_WHERE,
            next_step="Restore the missing ages; a population with holes cannot be aged.",
        )
    countries = list(grid.index.unique("country"))
    for country in countries:
        own = grid.loc[country].index
        _check_years(country, own, range(int(own[0]), until + 1), where=_WHERE)
    return grid


def _check_years(country: str, own: Iterable[int], wanted: Iterable[int], *, where: str) -> None:
    """Raise if a country lacks a year."""
    missing = sorted(set(wanted) - set(own))
    if missing:
        raise InvalidTable(
            f"{country} lacks {len(missing)} years: {_named(missing)}.",
            where=where,
            next_step="Restore the missing years, or end the page at the last year at hand.",
        )


def _check_known(rows: pd.DataFrame, countries: Sequence[str], years: range, *, where: str) -> None:
    """Raise if a table lacks a country, or a year of it."""
    known = rows.groupby("country")["year"].agg(set)
    for code in countries:
        if code not in known.index:
            raise InvalidTable(
                f"'{code}' is not in the table.{suggest(code, known.index)}",
                where=where,
                next_step="Name countries that the population has.",
            )
        _check_years(code, known[code], years, where=where)


def _check_ages(grid: pd.DataFrame, wanted: Sequence[int], oldest: int) -> None:
    """Raise if an exact age lies outside the closed age groups, or at the edge of the open one."""
    top = int(grid.columns[-1])
    if min(wanted) < 0 or oldest >= top or max(wanted) > top:
        raise InvalidTable(
            f"Age {oldest} is not covered: the groups are closed to {top} years.",
            where=_WHERE,
            next_step="Take ages below the open group at the top.",
        )


def _below(grid: pd.DataFrame) -> PchipInterpolator:
    """Return the persons below an exact age, one value a row, as a function of the age."""
    limits = _limits(grid)
    closed = np.cumsum(grid.to_numpy()[:, :-1], axis=1)
    return PchipInterpolator(limits, np.insert(closed, 0, 0.0, axis=1), axis=1)


def _between(below: PchipInterpolator, youngest: int, oldest: int) -> Array:
    """Return the persons from one exact age to another."""
    found: Array = below(oldest) - below(youngest)
    return found


def _limits(grid: pd.DataFrame) -> Array:
    """Return the youngest age of each group."""
    return grid.columns.to_numpy(dtype=float)


def _older_share(grid: pd.DataFrame) -> pd.Series:
    """Return the share of older people, one value a row."""
    persons = grid.to_numpy()
    older = persons[:, _limits(grid) >= OLDER].sum(axis=1)
    return pd.Series(older / persons.sum(axis=1), index=grid.index)


def _in_year(grid: pd.DataFrame, year: int) -> pd.DataFrame:
    return grid[grid.index.get_level_values("year") == year]


def _projection(ages: pd.DataFrame) -> pd.DataFrame:
    return ages.drop_duplicates(_ROWS)[[*_ROWS, "projection"]]


def _named(numbers: Sequence[int]) -> str:
    """Return the first of some numbers, and how many more there are."""
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return ", ".join(map(str, numbers[:5])) + more
