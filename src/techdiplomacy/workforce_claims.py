"""Statements on workforce and ageing held against figures; no verdict is typed anywhere.

Knows: which figure decides which kind of statement, and what cannot be tested. Must not know:
files, names of countries, the words of a statement. May import: scenario_tables, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from techdiplomacy.scenario_tables import WORKFORCE_SCENARIOS

_COLUMNS = {
    table.name: table.column_names()
    for table in WORKFORCE_SCENARIOS
    if table.name in ("claim_verdicts", "claim_figures")
}
# what is said of the world as a whole: workers needed beyond those there are
_WORLD, _NEED = "WORLD", ("additional_demand", "additional_employment", "needed")
_SHORTAGE = "shortage"
_ALL = "all"

Row = Mapping[Any, Any]
Found = tuple[dict[str, Any], list[dict[str, Any]]]


@dataclass(frozen=True)
class ClaimEvidence:
    """What statements are held against.

    ``projections``, ``series`` are feature tables, ``age_flows``, ``ageing_years``,
    ``birth_cohort`` result tables, ``parts`` what `workforce_lists.load_target_parts` returns.
    ``partners`` are ISO3 codes; ``now`` is the year that counts as the present, ``entry_age`` the
    age at which working life begins, ``working_age`` the first year of working age, at which some
    begin.
    """

    viewpoint: str
    partners: Sequence[str]
    now: int
    entry_age: int
    projections: pd.DataFrame
    age_flows: pd.DataFrame
    ageing_years: pd.DataFrame
    birth_cohort: pd.DataFrame
    series: pd.DataFrame
    parts: pd.DataFrame
    working_age: int = 15


@dataclass(frozen=True)
class ClaimChecks:
    """Tables ``claim_verdicts`` and ``claim_figures``."""

    claim_verdicts: pd.DataFrame
    claim_figures: pd.DataFrame


def check_claims(claims: pd.DataFrame, evidence: ClaimEvidence) -> ClaimChecks:
    """Return the verdict on each statement, and the figures beside it.

    Parameters
    ----------
    claims : DataFrame
        What `workforce_lists.load_workforce_claims` returns: ``claim_id, test, key, values, limit,
        conflict_group``; without rows both tables are empty.
    evidence : ClaimEvidence
        What they are held against.

    Notes
    -----
    - ``workers_missing``: published shortages of the field, newest per economy, largest ends added
      up; the figure is that sum, its low end the sum of the lowest ends, its high end the sum of
      the largest figure that was ever published for each economy. Supported if the low end reaches
      ``limit``; not if neither the high end nor the additional need of the world does.
    - ``cohort_enters``: who is born in year b reaches an age x in b + x. Supported if the year
      named lies among those in which the generation reaches the age of entry and among those in
      which it reaches the first year of working age; partly if among one of them only.
    - ``ageing_speed``: a country ages fast if its share of people of 65 and older goes from the
      first to the second mark in ``limit`` years at most. Supported if the viewpoint country does
      and at least half of its partners do, by estimates or by projection; partly if it does and
      fewer do. A partner whose years are not known, since it was old before the data begin or is
      not yet when they end, is not counted as fast.
    - ``young_people``: persons of 20 to 24 per 100 of working life. More than in at least half of
      the partners: partly, since ages say nothing of skills; otherwise not supported.
    - ``parts_of_target``: adds_up if every division of the target makes up the whole, which says
      nothing of whether it will be met; otherwise not supported.
    - ``interest`` and ``ageing_answer`` cannot be tested; what is nearest is given.

    Examples
    --------
    >>> nothing = pd.DataFrame()
    >>> evidence = ClaimEvidence("FRA", [], 2024, 20, *[nothing] * 6)
    >>> len(check_claims(pd.DataFrame({"claim_id": []}), evidence).claim_verdicts)
    0
    """
    verdicts, figures = [], []
    for claim in claims.to_dict("records"):
        verdict, found = _TESTS[str(claim["test"])](claim, evidence)
        known = {"claim_id": claim["claim_id"], "test": claim["test"]}
        verdicts.append({**known, "conflict": claim["conflict_group"], **verdict})
        figures += [{"claim_id": claim["claim_id"], "part": _ALL, **one} for one in found]
    return ClaimChecks(
        _declared("claim_verdicts", verdicts, ("figure", "figure_low", "figure_high")),
        _declared("claim_figures", figures, ("value", "value_low", "value_high")),
    )


def _declared(name: str, rows: list[dict[str, Any]], numbers: Sequence[str]) -> pd.DataFrame:
    """Return rows with the declared columns and types."""
    table = pd.DataFrame(rows, columns=_COLUMNS[name])
    words = [name for name in ("unit", "conflict") if name in table]
    kinds = {"year": "Int64"} | dict.fromkeys(numbers, "float64") | dict.fromkeys(words, "str")
    return table.astype(kinds)


def _untested(verdict: str = "not_testable") -> dict[str, Any]:
    return {"verdict": verdict}


# --- published shortages --------------------------------------------------------------------


def _workers_missing(claim: Row, evidence: ClaimEvidence) -> Found:
    """Return whether published shortages add up to what is stated."""
    rows = evidence.projections[evidence.projections["field"] == claim["key"]]
    ends = rows[["low", "central", "high"]].astype(float)
    rows = rows.assign(least=ends.min(axis=1), most=ends.max(axis=1))
    rows = rows.sort_values(["published", "projection_id"], kind="stable")
    own = rows[(rows["quantity"] == _SHORTAGE) & (rows["area"] != _WORLD)]
    need = rows[(rows["area"] == _WORLD) & rows["quantity"].isin(_NEED)].tail(1)
    newest = own.groupby("area").tail(1)
    figures = [_outside(row, "shortage") for row in newest.to_dict("records")]
    figures += [_outside(row, "world_need") for row in need.to_dict("records")]
    if newest.empty:
        return _untested(), figures
    low, high = newest["least"].sum(), own.groupby("area")["most"].max().sum()
    largest = max(high, need["most"].max()) if len(need) else high
    limit = float(claim["limit"])
    verdict = "supported" if low >= limit else "partly" if largest >= limit else "not_supported"
    return {
        "verdict": verdict,
        "figure": newest["most"].sum(),
        "figure_low": low,
        "figure_high": high,
        "unit": "persons",
        "year": newest["target_year"].max(),
    }, figures


def _outside(row: Row, figure: str) -> dict[str, Any]:
    """Return a published figure with its ends; of a range there is no middle."""
    ranged = row["least"] < row["most"]
    return {
        "figure": figure,
        "area": row["area"],
        "year": row["target_year"],
        "value": None if ranged else row["most"],
        "value_low": row["least"] if ranged else None,
        "value_high": row["most"] if ranged else None,
        "unit": row["unit"],
        "label": "external",
    }


# --- generations and ages -------------------------------------------------------------------


def _cohort_enters(claim: Row, evidence: ClaimEvidence) -> Found:
    """Return whether the generation begins to work in the year named, at one age or at two."""
    year = int(str(claim["values"]))
    cohort = evidence.birth_cohort
    found = cohort[(cohort["country"] == evidence.viewpoint) & (cohort["year"] == year)]
    if found.empty:
        return _untested(), []
    row = found.to_dict("records")[0]
    unit = {"unit": "persons", "year": year}
    known = {"area": evidence.viewpoint, "label": "cohort"}
    figures: list[dict[str, Any]] = [
        {"figure": "persons_of_generation", "value": row["persons"], **known, **unit}
    ]
    # ages are those of the end of the year: who is 18 then was born 18 years before
    born = (year - row["age_to"], year - row["age_from"])
    ages = {"entry_years": evidence.entry_age, "first_entry_years": evidence.working_age}
    enters = []
    for name, age in ages.items():
        first, last = (when + age for when in born)
        enters.append(first <= year <= last)
        ends = {"value_low": first, "value_high": last, "unit": "year"}
        figures.append({"figure": name, "part": str(age), **ends, **known, "year": year})
    verdict = "supported" if all(enters) else "partly" if any(enters) else "not_supported"
    return {"verdict": verdict, "figure": row["persons"], **unit}, figures


def _ageing_speed(claim: Row, evidence: ClaimEvidence) -> Found:
    """Return whether the viewpoint country ages fast, and whether its partners did so too."""
    first, second = (float(mark) for mark in str(claim["values"]).split(";"))
    limit, partners = float(claim["limit"]), _others(evidence)
    figures: list[dict[str, Any]] = []
    fast = {}
    for country in [evidence.viewpoint, *partners]:
        years, until, at_least = _years_between(evidence, country, first, second)
        if years is None:
            continue
        figures.append(
            {
                "figure": "ageing_years_at_least" if at_least else "ageing_years",
                "area": country,
                "value": years,
                "unit": "years",
                "year": until,
                "label": "observed" if until <= _estimated_to(evidence) else "projection",
            }
        )
        fast[country] = years <= limit and not at_least
    own = [one for one in figures if one["area"] == evidence.viewpoint]
    others = [is_fast for country, is_fast in fast.items() if country != evidence.viewpoint]
    if not own or not others:
        return _untested(), figures
    slow = own[0]["value"] > limit
    if not fast[evidence.viewpoint] and not slow:
        return _untested(), figures
    verdict = "not_supported" if slow else "supported" if np.mean(others) >= 0.5 else "partly"
    decides = {"figure": own[0]["value"], "unit": "years", "year": own[0]["year"]}
    return {"verdict": verdict, **decides}, figures


def _years_between(
    evidence: ClaimEvidence, country: str, first: float, second: float
) -> tuple[int | None, int, bool]:
    """Return the years from one mark to the next, the year of the second, and if more may be true.

    A country above the first mark when the data begin took at least the years since then; one below
    the second mark when they end takes at least the years until then.
    """
    marks = evidence.ageing_years[evidence.ageing_years["country"] == country]
    of = {round(float(row["mark"]), 6): row for row in marks.to_dict("records")}
    start, end = of.get(round(first, 6)), of.get(round(second, 6))
    flows = evidence.age_flows[evidence.age_flows["country"] == country]
    if start is None or end is None or flows.empty:
        return None, 0, False
    if end["status"] == "before" or start["status"] == "not_yet":
        return None, 0, False
    years = flows["year"]
    begins = years.min() if start["status"] == "before" else start["year"]
    ends = years.max() if end["status"] == "not_yet" else end["year"]
    open_ended = start["status"] == "before" or end["status"] == "not_yet"
    return int(ends - begins), int(ends), open_ended


def _young_people(_: Row, evidence: ClaimEvidence) -> Found:
    """Return whether young people weigh more in the viewpoint country than in its partners."""
    years = [evidence.now, int(evidence.age_flows["year"].max())]
    flows = evidence.age_flows[evidence.age_flows["year"].isin(years)]
    named = [evidence.viewpoint, *_others(evidence)]
    figures = _of_ages(flows, named, "young_per_100_core")
    now = {one["area"]: one["value"] for one in figures if one["year"] == evidence.now}
    own = now.pop(evidence.viewpoint, None)
    if own is None or not now:
        return _untested(), figures
    ahead = np.mean([own > value for value in now.values()])
    verdict = "partly" if ahead >= 0.5 else "not_supported"
    unit = "persons of 20 to 24 per 100 of working life"
    return {"verdict": verdict, "figure": own, "unit": unit, "year": evidence.now}, figures


def _ageing_answer(claim: Row, evidence: ClaimEvidence) -> Found:
    """Return how many leave working life for each who enters it: why technology may be sought."""
    named = [evidence.viewpoint, *str(claim["values"]).split(";")]
    flows = evidence.age_flows[evidence.age_flows["year"] == evidence.now]
    return _untested(), _of_ages(flows, named, "leavers_per_100_entrants")


_RATIOS = {
    "young_per_100_core": ("young", "core", "persons of 20 to 24 per 100 of working life"),
    "leavers_per_100_entrants": ("leavers", "entrants", "leavers per 100 entrants"),
}


def _of_ages(flows: pd.DataFrame, named: Sequence[str], figure: str) -> list[dict[str, Any]]:
    """Return a ratio of ages for some countries, in the order named."""
    over, under, unit = _RATIOS[figure]
    return [
        {
            "figure": figure,
            "area": country,
            "value": 100 * row[over] / row[under],
            "unit": unit,
            "year": row["year"],
            "label": "observed" if row["projection"] == "estimate" else "projection",
        }
        for country in named
        for row in flows[flows["country"] == country].to_dict("records")
        if row[under] > 0
    ]


def _others(evidence: ClaimEvidence) -> list[str]:
    return [code for code in dict.fromkeys(evidence.partners) if code != evidence.viewpoint]


def _estimated_to(evidence: ClaimEvidence) -> int:
    flows = evidence.age_flows
    return int(flows.loc[flows["projection"] == "estimate", "year"].max())


# --- studies --------------------------------------------------------------------------------


def _interest(claim: Row, evidence: ClaimEvidence) -> Found:
    """Return degrees per 100 young people, first and last year of the newest level.

    That people study a field is no sign that they like to work in one industry.
    """
    figures = []
    for country in str(claim["values"]).split(";"):
        name = str(claim["key"]).replace("{country}", country)
        rows = evidence.series[evidence.series["series"] == name].sort_values("year")
        shifts = rows.loc[rows["level_shift"].notna(), "year"]
        if len(shifts):
            rows = rows[rows["year"] >= shifts.max()]
        young = evidence.age_flows[evidence.age_flows["country"] == country]
        rows = rows.merge(young[["year", "young"]], on="year")
        ends = rows if len(rows) < 2 else rows.iloc[[0, -1]]
        figures += [
            {
                "figure": "degrees_per_100_young",
                "area": country,
                "value": 100 * row["value"] / row["young"],
                "unit": "degrees a year per 100 persons of 20 to 24",
                "year": row["year"],
                "label": "observed",
            }
            for row in ends.to_dict("records")
        ]
    return _untested(), figures


# --- parts of a target ----------------------------------------------------------------------


def _parts_of_target(claim: Row, evidence: ClaimEvidence) -> Found:
    """Return whether the parts of a target make up the whole, and what it would mean."""
    outside = evidence.projections
    found = outside[outside["projection_id"] == claim["key"]].to_dict("records")
    parts = evidence.parts[evidence.parts["target_id"] == claim["key"]]
    adding = parts[parts["adds_up"] == 1]
    if not found or adding.empty:
        return _untested(), []
    row = found[0]
    target, year = float(row["central"]), int(row["target_year"])
    unit = {"unit": "persons", "year": year, "area": row["area"], "label": "target"}
    sums = adding.groupby("by", sort=False)["persons_low"].sum()
    figures = [{"figure": "target", "value": target, **unit}]
    figures += [
        {"figure": "sum_of_parts", "part": by, "value": total, **unit} for by, total in sums.items()
    ]
    figures += _people_today(parts, row["area"])
    figures += _beside_others(claim, target, year, evidence)
    verdict = "adds_up" if np.allclose(sums, target) else "not_supported"
    return {"verdict": verdict, "figure": target, "unit": "persons", "year": year}, figures


def _people_today(parts: pd.DataFrame, area: str) -> list[dict[str, Any]]:
    """Return those at work today, and how many times as many a part of the target is.

    Where sources disagree both ends are given and nothing is computed from their middle.
    """
    sizes = parts.set_index("part")["persons_low"]
    figures = []
    for row in parts[parts["compare_with"].isin(sizes.index)].to_dict("records"):
        low, high = row["persons_low"], row["persons_high"]
        wanted = sizes[row["compare_with"]]
        known = {"area": area, "label": "external"}
        ends = {"value_low": low, "value_high": high, "unit": "persons", "part": row["part"]}
        times = {"value_low": wanted / high, "value_high": wanted / low, "unit": "ratio"}
        figures += [
            {"figure": "persons_today", **known, **ends},
            {"figure": "times_today", **known, **times, "part": row["compare_with"]}
            | {"label": "target"},
        ]
    return figures


def _beside_others(
    claim: Row, target: float, year: int, evidence: ClaimEvidence
) -> list[dict[str, Any]]:
    """Return a target beside the professionals there are and the young people of its year."""
    viewpoint, figures = evidence.viewpoint, []
    name = str(claim["values"]).replace("{country}", viewpoint)
    rows = evidence.series[evidence.series["series"] == name].sort_values("year").tail(1)
    for row in rows.to_dict("records"):
        known = {"area": viewpoint, "year": row["year"], "label": "observed"}
        figures += [
            {"figure": "professionals", "value": row["value"], "unit": "persons", **known},
            {
                "figure": "per_100_professionals",
                "value": 100 * target / row["value"],
                "unit": "persons per 100 professionals",
                **known,
                "label": "target",
            },
        ]
    flows = evidence.age_flows
    young = flows[(flows["country"] == viewpoint) & (flows["year"] == year)]
    figures += [
        {
            "figure": "per_100_young",
            "area": viewpoint,
            "value": 100 * target / row["young"],
            "unit": "persons per 100 of 20 to 24",
            "year": year,
            "label": "target",
        }
        for row in young.to_dict("records")
    ]
    return figures


_TESTS = {
    "workers_missing": _workers_missing,
    "cohort_enters": _cohort_enters,
    "ageing_speed": _ageing_speed,
    "young_people": _young_people,
    "interest": _interest,
    "ageing_answer": _ageing_answer,
    "parts_of_target": _parts_of_target,
}
