"""What stands for each pool of workers in each country: stock, past steps, graduates.

Knows: which series is preferred, past steps inside one level, published base figures, graduates.
Must not know: files, countries by name, scenarios. May import: stock_flow, workforce,
workforce_tables, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from techdiplomacy.stock_flow import Array, require_one_unit
from techdiplomacy.workforce import FEWEST_CHANGES, join_level_shifts
from techdiplomacy.workforce_tables import PROJECTIONS

REGISTER = "register"
# figures whose base value is the workforce of the base year
_STATES_BASE = ("employment", "additional_employment", "additional_demand", "needed")


@dataclass(frozen=True)
class Steps:
    """Changes of a stock from one year to the next, inside one level; ``years`` are the later."""

    years: Array
    before: Array
    after: Array

    def __len__(self) -> int:
        return len(self.years)


@dataclass(frozen=True)
class Graduates:
    """Graduates of the field of a pool by year, at one level."""

    series: str
    years: Array
    values: Array


@dataclass(frozen=True)
class PoolBase:
    """What is known of one pool in one country; ``series`` is empty where nothing is.

    ``old`` says that the base year lies too far back for a scenario to start from.
    """

    country: str
    pool: str
    series: str
    match: str
    base_year: int
    stock: float
    steps: Steps
    graduates: Graduates | None
    old: bool = False

    @property
    def has_past(self) -> bool:
        """Whether there are enough steps to tell of the past."""
        return len(self.steps) >= FEWEST_CHANGES

    @property
    def status(self) -> str:
        """``ok``, ``no_stock``, ``old_base`` or ``no_past``, see the table ``pool_bases``."""
        if not self.series:
            return "no_stock"
        if self.old:
            return "old_base"
        return "ok" if self.has_past else "no_past"

    @property
    def supply_basis(self) -> str:
        """``graduates``, ``young_people`` or ``none``, see the table ``pool_bases``."""
        if self.status != "ok":
            return "none"
        return "young_people" if self.graduates is None else "graduates"

    @property
    def past_growth(self) -> float:
        """Mean yearly growth of the stock over the steps; not a number without enough of them."""
        if not self.has_past:
            return float("nan")
        return float(np.expm1(np.log(self.steps.after / self.steps.before).mean()))


NO_STEPS = Steps(np.empty(0), np.empty(0), np.empty(0))


def find_bases(
    series: pd.DataFrame,
    projections: pd.DataFrame,
    known_graduates: pd.DataFrame,
    pools: pd.DataFrame,
    *,
    past_years: int,
    between: tuple[int, int] | None = None,
    countries: Iterable[str] = (),
) -> dict[tuple[str, str], PoolBase]:
    """Return what stands for each pool in each country that has a series, and in those named.

    Parameters
    ----------
    series : DataFrame
        Columns of ``workforce_series``; persons, and graduates or degrees a year.
    projections : DataFrame
        Columns of ``projections``; persons.
    known_graduates : DataFrame
        Columns of ``known_graduates``: what the register says replaces what sources say.
    pools : DataFrame
        Columns ``pool``, ``kind``, ``order``, ``measure``, ``code`` and ``match``: which series may
        stand for the stock and the graduates of a pool.
    past_years : int
        Newest years of a series whose steps are used; graduates who are older are not.
    between : (int, int), optional
        Base years before the first are too old; figures of years after the second are not used.
    countries : iterable of str
        Countries that are to be in the answer in any case.

    Returns
    -------
    dict of (country, pool) to PoolBase

    Raises
    ------
    InvalidTable
        If a series is negative or mixes persons and thousands.

    Notes
    -----
    The stock is the first series in the order of preference that is not too old and has enough
    past steps, or else the first that is not too old, or else the first. A step joins two
    consecutive years and never crosses a level shift. Steps of earlier levels are brought to the
    newest level, see ``workforce.join_level_shifts``: their rates stay, their persons become
    comparable.
    """
    wanted = {f"{row['measure']}/{row['code']}" for row in pools.to_dict("records")}
    without_country = series["series"].str.replace("/[^/]+/", "/", n=1, regex=True)
    used = series[without_country.isin(wanted).to_numpy()]
    if between is not None:
        used = used[used["year"] <= between[1]]
    rows = {str(name): one.sort_values("year") for name, one in used.groupby("series", sort=True)}
    every = sorted({*used["country"], *countries})
    found = {}
    for pool, choices in pools.sort_values("order").groupby("pool", sort=True):
        by_kind = {kind: some.to_dict("records") for kind, some in choices.groupby("kind")}
        for country in every:
            found[country, str(pool)] = _base(
                country,
                str(pool),
                by_kind.get("stock", []),
                by_kind.get("graduates", []),
                rows,
                projections,
                known_graduates,
                past_years,
                between,
            )
    return found


def bases_table(bases: Iterable[PoolBase]) -> pd.DataFrame:
    """Return bases in the layout of the table ``pool_bases``.

    Examples
    --------
    >>> none = PoolBase("AAA", "ict", "", "none", 0, float("nan"), NO_STEPS, None)
    >>> bases_table([none])[["country", "pool", "match", "status"]].to_numpy().tolist()
    [['AAA', 'ict', 'none', 'no_stock']]
    """
    rows = []
    for base in bases:
        given = base.graduates
        rows.append(
            {
                "country": base.country,
                "pool": base.pool,
                "series": base.series or pd.NA,
                "match": base.match,
                "base_year": base.base_year if base.series else pd.NA,
                "stock": base.stock,
                "past_growth": base.past_growth,
                "graduates_series": pd.NA if given is None else given.series,
                "graduates_year": pd.NA if given is None else int(given.years[-1]),
                "graduates": np.nan if given is None else float(given.values[-1]),
                "supply_basis": base.supply_basis,
                "status": base.status,
            }
        )
    table = pd.DataFrame(rows)
    texts = ("series", "graduates_series")
    return table.astype(
        {**dict.fromkeys(texts, "str"), "base_year": "Int64", "graduates_year": "Int64"}
    )


def _base(
    country: str,
    pool: str,
    stocks: Sequence[Mapping[Any, Any]],
    graduates: Sequence[Mapping[Any, Any]],
    rows: Mapping[str, pd.DataFrame],
    projections: pd.DataFrame,
    known_graduates: pd.DataFrame,
    past_years: int,
    between: tuple[int, int] | None,
) -> PoolBase:
    """Return one base: the stock first, for graduates have to be of about its time."""
    found = []
    for choice in stocks:
        stock = (
            _published_stock(projections, country, str(choice["code"]), between)
            if choice["measure"] == PROJECTIONS
            else _counted_stock(rows.get(_name(choice, country)), past_years)
        )
        if stock is not None:
            series, base_year, value, steps = stock
            old = between is not None and base_year < between[0]
            match = str(choice["match"])
            found.append(PoolBase(country, pool, series, match, base_year, value, steps, None, old))
    # of equals the first, which is the one preferred
    none = PoolBase(country, pool, "", "none", 0, float("nan"), NO_STEPS, None)
    best = max(found, key=lambda one: (not one.old, one.has_past), default=none)
    own = _registered(known_graduates, country, pool)
    since = best.base_year - past_years
    candidates = (_graduates(rows.get(_name(choice, country))) for choice in graduates)
    given = own or next((one for one in candidates if one and one.years[-1] >= since), None)
    return replace(best, graduates=given)


def _name(choice: Mapping[Any, Any], country: str) -> str:
    """Return the name of a series."""
    return f"{choice['measure']}/{country}/{choice['code']}"


def _counted_stock(
    rows: pd.DataFrame | None, past_years: int
) -> tuple[str, int, float, Steps] | None:
    """Return name, newest year, newest value and steps of a series, or None if there is none."""
    if rows is None:
        return None
    name = str(rows["series"].iloc[0])
    require_one_unit(rows["value"], name)
    years = rows["year"].to_numpy(dtype=float)
    values = join_level_shifts(rows)["value"].to_numpy(dtype=float)
    inside = (np.diff(years) == 1) & rows["level_shift"].isna().to_numpy()[1:]
    inside &= (values[:-1] > 0) & (values[1:] > 0) & (years[1:] > years[-1] - past_years)
    steps = Steps(years[1:][inside], values[:-1][inside], values[1:][inside])
    return name, int(years[-1]), float(values[-1]), steps


def _published_stock(
    projections: pd.DataFrame, country: str, field: str, between: tuple[int, int] | None
) -> tuple[str, int, float, Steps] | None:
    """Return name, year and value of the newest published workforce, or None."""
    own = projections[(projections["area"] == country) & (projections["field"] == field)]
    based = own[own["base_value"].notna() & own["base_year"].notna()]
    based = based[based["quantity"].isin(_STATES_BASE)]
    counted = own[own["nature"].isin(["count", "estimate"]) & (own["quantity"] == "employment")]
    counted = counted[counted["target_year"] <= counted["published"].str[:4].astype(int)]
    figures = pd.concat(
        [
            based[["projection_id", "base_year", "base_value"]],
            counted[["projection_id", "target_year", "central"]]
            .dropna()
            .rename(columns={"target_year": "base_year", "central": "base_value"}),
        ]
    ).sort_values(["base_year", "projection_id"])
    if between is not None:
        figures = figures[figures["base_year"] <= between[1]]
    if figures.empty:
        return None
    newest = figures.iloc[-1]
    name = f"{PROJECTIONS}/{country}/{newest['projection_id']}"
    return name, int(newest["base_year"]), float(newest["base_value"]), NO_STEPS


def _graduates(rows: pd.DataFrame | None) -> Graduates | None:
    """Return the graduates of a series since its last level shift, or None if there is none."""
    if rows is None:
        return None
    name = str(rows["series"].iloc[0])
    require_one_unit(rows["value"], name)
    shifted = np.flatnonzero(rows["level_shift"].notna())
    newest = rows.iloc[shifted[-1] if len(shifted) else 0 :]
    return Graduates(name, newest["year"].to_numpy(float), newest["value"].to_numpy(float))


def _registered(known: pd.DataFrame, country: str, pool: str) -> Graduates | None:
    """Return the graduates that the owner's register gives, or None."""
    own = known[(known["country"] == country) & (known["field"] == pool)].sort_values("year")
    if own.empty:
        return None
    return Graduates(REGISTER, own["year"].to_numpy(float), own["graduates"].to_numpy(float))
