"""Stated against measured: do the strengths that texts name show in figures, each and overall.

Knows: how well measures put stated pairs first, what chance would do, and the rule of a grade.
Must not know: files, params, names of countries and groups, who stated what.
May import: errors, NumPy, pandas, SciPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.errors import InvalidParams, InvalidTable, suggest

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

POOLED = "pooled"
RECALL_WITHIN = ("country", "group")
ROLES = ("direct", "partial", "proxy")  # how near a measure is to the words, nearest first
GRADES = ("supported", "partly", "not supported as worded", "cannot be measured")
_PAIR = ["country", "group"]


# --- all statements together ----------------------------------------------------------------


def stated_against_measured(
    stated: pd.DataFrame,
    values: pd.DataFrame,
    *,
    seed: int,
    k: int = 3,
    recall_within: str = "country",
    resamples: int = 2000,
    interval: Sequence[float] = (0.05, 0.95),
    min_stated: int = 5,
    min_countries: int = 3,
) -> pd.DataFrame:
    """Return how well each measure, and all together, put the stated pairs before the others.

    Parameters
    ----------
    stated : DataFrame
        ``country, group``, other columns ignored. A pair stated twice counts once.
    values : DataFrame
        ``country, group, measure, value``; more is stronger; a missing value or row is a pair that
        the measure does not cover. AUC compares pairs across countries and groups, so a measure
        must mean the same in all of them: RTA, P(RTA > 1) or a share, never a raw count.
    seed, resamples : int
        Seed, and number of both bootstrap samples and permutations.
    k : int
        Recall is the share of covered stated pairs that are among the first k.
    recall_within : {"country", "group"}
        First k of what: groups of the same country, or countries in the same group (then
        countries about which nothing is stated take part in the ranking).
    interval : two floats
        Quantiles of the interval and of the null.
    min_stated, min_countries : int
        Below either, ``small_n``: no interval, no p.

    Returns
    -------
    DataFrame
        ``measure, statistic (auc or recall), k, value, low, high, null_mean, null_low, null_high,
        p_value, stated, stated_covered, unstated, countries, status``: measures by name, then
        ``pooled``. ``unstated`` counts covered pairs of the countries that have statements: silence
        on other countries says nothing. Status is ``ok``, ``small_n`` or ``not_estimable`` (no
        stated or no unstated pair is covered).

    Raises
    ------
    InvalidTable
        Missing columns, infinite values, a pair twice in a measure, a measure named ``pooled``,
        or no statements.
    InvalidParams
        Settings out of bounds.

    Notes
    -----
    AUC = P(value of a stated pair > value of an unstated one) + half the ties, .5 for a measure
    that knows nothing (Hanley & McNeil 1982, The Meaning and Use of the Area under a Receiver
    Operating Characteristic Curve). Pooled: comparisons inside each measure, then added, so no
    common scale is needed; a measure weighs as much as it covers. Recall with ties at the k-th
    place: the share of random orders in which the pair is in.

    Interval: countries are drawn with replacement with all their pairs and measures, since what
    one source says of one country hangs together (Efron & Tibshirani 1993, An Introduction to
    the Bootstrap); with about ten countries it is rough, and likely too narrow. Null: each
    country's statements are put on groups drawn at random among its covered ones, so a measure
    earns nothing by ranking much-praised countries high; ``null_mean`` need not be .5.
    p = (1 + nulls at least as large) / (1 + permutations), one-sided. The measures see the same
    statements: their p-values are not independent.

    Examples
    --------
    >>> pairs = [(c, g) for c in "ABC" for g in "uvwxy"]
    >>> values = pd.DataFrame(pairs, columns=["country", "group"])
    >>> values = values.assign(measure="rta", value=[2.0, 1.5, 0.5, 0.4, 0.3] * 3)
    >>> stated = values[values["group"].isin(["u", "v"])]
    >>> table = stated_against_measured(stated, values, seed=1, k=2, resamples=200)
    >>> table[["measure", "statistic", "value"]].values.tolist()[0]
    ['rta', 'auc', 1.0]
    """
    low, high = interval
    if recall_within not in RECALL_WITHIN:
        raise InvalidParams(
            f"unknown choice {recall_within!r}.{suggest(recall_within, RECALL_WITHIN)}",
            where="agreement, recall_within",
            next_step=f"use one of {', '.join(RECALL_WITHIN)}",
        )
    if not 0 < low < high < 1 or k < 1 or resamples < 1:
        raise InvalidParams(
            f"interval {interval!r}, k {k!r} or resamples {resamples!r} are not usable",
            where="agreement",
            next_step="give two rising quantiles between 0 and 1, and numbers of at least 1",
        )
    said = _checked_stated(stated)
    table = _checked_measured(values)
    in_top = _in_top(table, k, recall_within)
    speaking = table["country"].isin(said.get_level_values("country"))
    table, in_top = table[speaking], in_top[speaking]

    wide = table.pivot(index=_PAIR, columns="measure", values="value").sort_index()
    top = in_top.set_axis(pd.MultiIndex.from_frame(table[[*_PAIR, "measure"]])).unstack("measure")
    top = top.reindex(index=wide.index, columns=wide.columns)
    named = np.asarray(wide.index.isin(said))
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for name in [*wide.columns, POOLED]:
        chosen = list(wide.columns) if name == POOLED else [name]
        covered = wide[chosen].notna().any(axis=1).to_numpy()
        part = wide.loc[covered, chosen]
        found = _Covered(
            part.to_numpy(np.float64),
            top.loc[covered, chosen].to_numpy(np.float64),
            named[covered],
            pd.factorize(part.index.get_level_values("country"))[0],
        )
        counted = {
            "stated": len(said),
            "stated_covered": int(found.stated.sum()),
            "unstated": int((~found.stated).sum()),
            "countries": len(np.unique(found.country[found.stated])),
        }
        speaks = found.stated.any() and not found.stated.all()
        enough = counted["stated_covered"] >= min_stated and counted["countries"] >= min_countries
        status = "not_estimable" if not speaks else "ok" if enough else "small_n"
        point = _statistics(found, found.stated[None, :])[0] if speaks else np.full(2, np.nan)
        spread, null = np.full((2, 1, 2), np.nan)
        if status == "ok":
            spread = _bootstrapped(found, resamples, rng)
            null = _statistics(found, _permuted(found, resamples, rng))
        for place, statistic in enumerate(("auc", "recall")):
            ends = _quantiles(spread[:, place], interval)
            chance = null[:, place][~np.isnan(null[:, place])]
            as_large = (chance >= point[place] - 1e-12).sum()
            row: dict[str, object] = {"measure": name, "statistic": statistic, "k": k}
            row |= {"value": point[place], "low": ends[0], "high": ends[1]}
            row |= {"null_mean": chance.mean() if len(chance) else np.nan}
            row |= dict(
                zip(("null_low", "null_high"), _quantiles(chance, interval), strict=True),
                p_value=(1 + as_large) / (1 + len(chance)) if len(chance) else np.nan,
            )
            rows.append({**row, **counted, "status": status})
    return pd.DataFrame(rows)


class _Covered(NamedTuple):
    """The pairs that the measures cover: values, places among the first k, who and whether."""

    values: Array  # pairs x measures, missing where not covered
    top: Array  # pairs x measures: in the first k, 0 to 1 with ties
    stated: Flags
    country: npt.NDArray[np.int64]


def _statistics(found: _Covered, stated: Flags) -> Array:
    """Return AUC and recall for each row of `stated` (replicates x pairs), shape (replicates, 2).

    The ranks of the pairs do not depend on who is stated, so one product serves all replicates:
    wins of the stated = sum of their ranks - n (n + 1) / 2 (Mann & Whitney 1947).
    """
    from scipy.stats import rankdata

    covered = ~np.isnan(found.values)
    ranks = np.nan_to_num(rankdata(found.values, axis=0, nan_policy="omit"))
    said = stated.astype(np.float64)
    n = said @ covered
    wins = (said @ ranks - n * (n + 1) / 2).sum(axis=1)
    compared = (n * (covered.sum(axis=0) - n)).sum(axis=1)
    inside = (said @ np.nan_to_num(found.top)).sum(axis=1)
    return np.column_stack([_ratio(wins, compared), _ratio(inside, n.sum(axis=1))])


def _permuted(found: _Covered, replicates: int, rng: np.random.Generator) -> Flags:
    """Return as many stated pairs per country as there are, on other groups of the country."""
    shuffled = np.argsort(
        found.country + rng.random((replicates, len(found.country))), axis=1, kind="stable"
    )
    # Sorted by country and then at random: the first of each country's block are the stated ones.
    blocks = np.sort(found.country)
    sizes = np.bincount(found.country)
    place = np.arange(len(blocks)) - (np.cumsum(sizes) - sizes)[blocks]
    first = place < np.bincount(found.country, weights=found.stated)[blocks]
    stated = np.zeros((replicates, len(blocks)), dtype=np.bool_)
    np.put_along_axis(stated, shuffled, np.broadcast_to(first, shuffled.shape), axis=1)
    return stated


def _bootstrapped(found: _Covered, replicates: int, rng: np.random.Generator) -> Array:
    """Return AUC and recall with countries drawn with replacement, shape (replicates, 2).

    wins[a, b] counts how often stated pairs of country a beat unstated ones of b; drawing a
    c_a times multiplies it by c_a c_b.
    """
    countries = int(found.country.max()) + 1
    member = (found.country[:, None] == np.arange(countries)).astype(np.float64)
    wins, compared = np.zeros((2, countries, countries))
    for value in found.values.T:
        covered = ~np.isnan(value)
        one, other = covered & found.stated, covered & ~found.stated
        above = np.sign(value[one][:, None] - value[other])
        wins += member[one].T @ (0.5 + 0.5 * above) @ member[other]
        compared += np.outer(member[one].sum(axis=0), member[other].sum(axis=0))
    said = member[found.stated]
    inside = said.T @ np.nan_to_num(found.top[found.stated]).sum(axis=1)
    n = said.T @ (~np.isnan(found.values[found.stated])).sum(axis=1)
    times = rng.multinomial(countries, np.full(countries, 1 / countries), size=replicates)
    times = times.astype(np.float64)
    auc = _ratio(((times @ wins) * times).sum(axis=1), ((times @ compared) * times).sum(axis=1))
    return np.column_stack([auc, _ratio(times @ inside, times @ n)])


def _in_top(table: pd.DataFrame, k: int, within: str) -> pd.Series[float]:
    """Return the chance of each pair to be among the first k of its country (or group)."""
    values = table.groupby(["measure", within])["value"]
    first, last = (values.rank(method=way, ascending=False) for way in ("min", "max"))
    return ((k + 1 - first) / (last - first + 1)).clip(0.0, 1.0)


def _ratio(part: Array, whole: Array) -> Array:
    """Return part / whole, missing where there is nothing to divide by."""
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0)


def _quantiles(x: Array, interval: Sequence[float]) -> tuple[float, float]:
    """Return two quantiles of what is not missing."""
    known = x[~np.isnan(x)]
    if len(known) == 0:
        return float("nan"), float("nan")
    low, high = np.quantile(known, list(interval))
    return float(low), float(high)


def _checked_stated(stated: pd.DataFrame) -> pd.MultiIndex:
    """Return the stated pairs, each once."""
    absent = [name for name in _PAIR if name not in stated]
    if absent or stated.empty or stated[_PAIR].isna().any(axis=None):
        raise InvalidTable(
            f"columns missing: {absent}" if absent else "no statements, or some without a pair",
            where="stated (country, group)",
            next_step="give one row per statement, with a country and a group",
        )
    return pd.MultiIndex.from_frame(stated[_PAIR].drop_duplicates())


def _checked_measured(values: pd.DataFrame) -> pd.DataFrame:
    """Return the covered rows, after checking columns, keys and values."""
    columns = [*_PAIR, "measure", "value"]
    absent = [name for name in columns if name not in values]
    problems = [f"columns missing: {absent}"] if absent else []
    if not absent:
        twice = values.duplicated([*_PAIR, "measure"])
        if twice.any():
            problems.append(f"{twice.sum()} pairs more than once in a measure")
        if np.isinf(values["value"].to_numpy(np.float64)).any():
            problems.append("infinite values")
        if (values["measure"] == POOLED).any():
            problems.append(f"a measure is called {POOLED!r}, which is the name of all together")
    if problems:
        raise InvalidTable(
            "; ".join(problems),
            where="values (country, group, measure, value)",
            next_step="give one finite or missing value per country, group and measure",
        )
    return values[columns].dropna(subset="value")


# --- one statement at a time ----------------------------------------------------------------


class Grade(NamedTuple):
    """What figures make of one statement, and the row of evidence that decided.

    ``firm`` says that the deciding condition holds over its whole interval. Ranks, probability
    and share are those of the deciding row; missing if none decided.
    """

    grade: str
    condition: str
    firm: bool
    measure: str
    role: str
    rank_median: float
    rank_low: float
    rank_high: float
    probability_above: float
    share: float
    nearer_met: int = 0
    nearer: int = 0
    proxy_met: int = 0
    proxies: int = 0


_NAN = float("nan")
_NOTHING = Grade("cannot be measured", "no_rows", False, "", "", _NAN, _NAN, _NAN, _NAN, _NAN)


def grade_statement(
    evidence: pd.DataFrame,
    *,
    top_k: int,
    min_share: float,
    firm_probability: float = 0.95,
    min_ranked: int = 20,
    measures_at_least: float = 0.5,
) -> Grade:
    """Return the grade of the statement that a country is strong or leading in a group.

    Parameters
    ----------
    evidence : DataFrame
        A row per measure of this country and group: ``measure, role, status, rank_median,
        rank_low, rank_high, ranked, probability_above, share``. ``role`` is direct, partial or
        proxy. Ranks are by size among ``ranked`` countries (`ranks.uncertain_ranks`),
        ``probability_above`` is P(RTA > 1), ``share`` the country's part of the world total. Any
        of them may be missing. May have no rows.
    top_k : int
        Strong by size: median rank up to this one.
    min_share : float
        Share of the world from which a specialisation counts as strength.
    firm_probability : float
        Firmly specialised: P(RTA > 1) of at least this.
    min_ranked : int
        A rank among fewer countries is no evidence.
    measures_at_least : float
        Share of the usable direct and partial rows that must meet a full condition for support.

    Returns
    -------
    Grade
        Grade, condition, whether it is firm, and the deciding row; ``nearer_met`` of ``nearer``
        usable direct or partial rows met the full condition, ``proxy_met`` of ``proxies`` too.

    Raises
    ------
    InvalidTable
        Missing columns, an unknown role, or numbers out of bounds.
    InvalidParams
        Thresholds out of bounds.

    Notes
    -----
    A row is usable if its status is ``ok`` and it has a rank (among at least `min_ranked`) or a
    probability. The grade is the first line that holds:

    ======================= ================ ================================================
    grade                   by which rows    condition
    ======================= ================ ================================================
    supported               direct, partial  ``top_k``: median rank <= top_k, or
                                             ``specialised_and_large``: P(RTA > 1) >=
                                             firm_probability and share >= min_share; one of
                                             the two in `measures_at_least` of these rows, and
                                             no direct row fails clearly
    partly                  direct, partial  one of the two, but in too few of these rows, or
                                             a direct row fails clearly
    partly                  proxy            one of the two
    partly                  direct, partial  ``specialised_only``: P(RTA > 1) >=
                                             firm_probability, share smaller or unknown
    partly                  direct, partial  ``rank_may_reach``: rank_low <= top_k < median
    not supported as worded direct, partial  ``none``: usable rows, no line above holds
    cannot be measured      proxy            ``proxies_only``: usable proxies, none of which
                                             meets either of the first two conditions
    cannot be measured      none             ``not_usable``: rows, but none usable (small_n);
                                             ``no_rows``: nothing at all
    ======================= ================ ================================================

    A direct row fails clearly if rank_low > top_k and P(RTA > 1) < .5. One row of many is not
    enough for support, since many rows find one more easily than few; ``nearer_met`` > 0 is what
    a rule that takes any row would support.
    A proxy can lend support, never refute: what it counts is not what was said. A share alone is
    no strength: a large country has one in everything. Among the rows behind a grade the nearest
    role decides, then a firm one, then the better rank, the higher probability, the name. Firm
    are: ``top_k`` if rank_high <= top_k; ``specialised_*`` by definition; ``rank_may_reach``
    never; ``none`` if the row has a rank and no P(RTA > 1) of .5 or more.
    Not supported as worded is no refutation: figures of patents and papers see part of strength.
    Large countries reach ``top_k`` in much of what nobody said of them: grade the unstated pairs
    of the same countries too, and print both rates.

    Examples
    --------
    >>> row = {"measure": "families", "role": "direct", "status": "ok", "ranked": 60}
    >>> row |= {"rank_median": 4, "rank_low": 3, "rank_high": 6}
    >>> row |= {"probability_above": 0.7, "share": 0.06}
    >>> found = grade_statement(pd.DataFrame([row]), top_k=5, min_share=0.02)
    >>> found.grade, found.condition, found.firm
    ('supported', 'top_k', False)
    """
    if top_k < 1 or not 0 < min_share <= 1 or not 0.5 < firm_probability < 1:
        raise InvalidParams(
            f"top_k {top_k!r}, min_share {min_share!r} or firm_probability "
            f"{firm_probability!r} are not usable",
            where="agreement, grades",
            next_step="use a rank of at least 1, a share of 0 to 1, a probability of .5 to 1",
        )
    rows = _checked_evidence(evidence)
    ranked = (rows["ranked"] >= min_ranked) & rows["rank_median"].notna()
    judged = rows["probability_above"].notna()
    rows = rows.assign(
        **{name: rows[name].where(ranked) for name in ("rank_median", "rank_low", "rank_high")}
    )[(rows["status"] == "ok") & (ranked | judged)]
    rows = rows.assign(condition=_condition(rows, top_k, min_share, firm_probability))
    full = rows["condition"].isin(["top_k", "specialised_and_large"])
    proxy = rows["role"] == "proxy"
    some = rows["condition"].isin(["specialised_only", "rank_may_reach"])
    clearly_not = (rows["role"] == "direct") & (rows["rank_low"] > top_k)
    clearly_not &= rows["probability_above"] < 0.5
    met, nearer = int((full & ~proxy).sum()), int((~proxy).sum())
    enough = met >= measures_at_least * nearer - 1e-9 and not clearly_not.any()
    reason = "proxies_only" if len(rows) else "not_usable" if len(evidence) else "no_rows"
    found = _NOTHING._replace(condition=reason)
    for grade, holds in (
        ("supported", full & ~proxy & enough),
        ("partly", full | (some & ~proxy)),
        ("not supported as worded", ~proxy),
    ):
        if holds.any():
            found = _decided(grade, rows[holds], top_k)
            break
    return found._replace(
        nearer_met=met,
        nearer=nearer,
        proxy_met=int((full & proxy).sum()),
        proxies=int(proxy.sum()),
    )


def grade_statements(
    stated: pd.DataFrame,
    evidence: pd.DataFrame,
    *,
    top_k: int,
    min_share: float,
    firm_probability: float = 0.95,
    min_ranked: int = 20,
    measures_at_least: float = 0.5,
) -> pd.DataFrame:
    """Return `stated` with the grade of every statement, in the same order.

    Parameters
    ----------
    stated : DataFrame
        ``country, group`` and whatever else describes a statement; none of its columns may be
        called like a field of `Grade`.
    evidence : DataFrame
        ``country, group`` and the columns of `grade_statement`.
    top_k, min_share, firm_probability, min_ranked, measures_at_least
        As in `grade_statement`.

    Returns
    -------
    DataFrame
        The columns of `stated`, then the fields of `Grade`. A statement whose pair has no
        evidence cannot be measured.

    Raises
    ------
    InvalidTable, InvalidParams
        As in `grade_statement`.
    """
    taken = sorted(set(stated.columns) & set(Grade._fields))
    absent = [f"{name} in stated" for name in _PAIR if name not in stated]
    absent += [f"{name} in evidence" for name in _PAIR if name not in evidence]
    if taken or absent:
        raise InvalidTable(
            f"columns missing: {absent}; names that the grades need: {taken}",
            where="grade_statements",
            next_step="give country and group in both tables, and rename the others",
        )
    _checked_evidence(evidence)
    of_pair = evidence.groupby(_PAIR).indices  # places of the rows, whatever their labels
    nothing: npt.NDArray[np.intp] = np.array([], dtype=np.intp)
    grades = [
        grade_statement(
            evidence.iloc[of_pair.get(pair, nothing)],
            top_k=top_k,
            min_share=min_share,
            firm_probability=firm_probability,
            min_ranked=min_ranked,
            measures_at_least=measures_at_least,
        )
        for pair in stated[_PAIR].itertuples(index=False, name=None)
    ]
    graded = pd.DataFrame(grades, columns=list(Grade._fields), index=stated.index)
    return pd.concat([stated, graded], axis=1)


def _condition(
    rows: pd.DataFrame, top_k: int, min_share: float, firm_probability: float
) -> npt.NDArray[np.str_]:
    """Return the strongest condition that each row meets."""
    specialised = rows["probability_above"] >= firm_probability
    return np.select(
        [
            rows["rank_median"] <= top_k,
            specialised & (rows["share"] >= min_share),
            specialised,
            rows["rank_low"] <= top_k,
        ],
        ["top_k", "specialised_and_large", "specialised_only", "rank_may_reach"],
        default="none",
    )


def _decided(grade: str, rows: pd.DataFrame, top_k: int) -> Grade:
    """Return the grade with the row that decides: nearest role, then firm, then best."""
    firm = rows["condition"].str.startswith("specialised")
    firm |= (rows["condition"] == "top_k") & (rows["rank_high"] <= top_k)
    row = (
        rows.assign(firm=firm, near=rows["role"].map(ROLES.index))
        .sort_values(
            ["near", "firm", "rank_median", "probability_above", "measure"],
            ascending=[True, False, True, False, True],
            na_position="last",
        )
        .iloc[0]
    )
    missed = not np.isnan(row["rank_low"]) and not row["probability_above"] >= 0.5
    return Grade(
        grade=grade,
        condition=str(row["condition"]),
        firm=bool(missed if row["condition"] == "none" else row["firm"]),
        measure=str(row["measure"]),
        role=str(row["role"]),
        rank_median=float(row["rank_median"]),
        rank_low=float(row["rank_low"]),
        rank_high=float(row["rank_high"]),
        probability_above=float(row["probability_above"]),
        share=float(row["share"]),
    )


def _checked_evidence(evidence: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the rule, after checking roles and bounds."""
    numbers = ["rank_median", "rank_low", "rank_high", "ranked", "probability_above", "share"]
    columns = ["measure", "role", "status", *numbers]
    absent = [name for name in columns if name not in evidence]
    if absent and (len(evidence) or len(evidence.columns)):
        problems = [f"columns missing: {absent}"]
        rows = evidence
    else:
        rows = evidence.reindex(columns=columns)
        rows[numbers] = rows[numbers].astype(np.float64)
        wrong = sorted(set(rows["role"].astype(str)) - set(ROLES)) if len(rows) else []
        problems = [f"unknown roles {wrong}.{suggest(wrong[0], ROLES)}"] if wrong else []
        outside = (rows[["probability_above", "share"]] < 0) | (
            rows[["probability_above", "share"]] > 1 + 1e-9
        )
        if outside.any(axis=None):
            problems.append("probabilities or shares outside 0 to 1")
        ends = rows[["rank_low", "rank_median", "rank_high"]]
        kept = ends.isna().all(axis=1) | (
            (ends["rank_low"] <= ends["rank_median"])
            & (ends["rank_median"] <= ends["rank_high"])
            & (ends["rank_low"] >= 1)
        )
        if not kept.all():
            problems.append("ranks that do not rise from low over median to high, or in part only")
    if problems:
        raise InvalidTable(
            "; ".join(problems),
            where=f"evidence ({', '.join(columns)})",
            next_step="give one row per measure, with all columns",
        )
    return rows
