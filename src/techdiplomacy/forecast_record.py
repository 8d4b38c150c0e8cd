"""What became of published forecasts: each held against the figure reported since.

Knows: when a forecast counts as right, which ones cannot be judged, what the forecasts of a union
are held against. Must not know: files, how a forecast was made or frozen.
May import: nothing of the package.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

# panel of forecasts that were made to add up; the series of one country is forecast alone as well
RECONCILED = "reconciled"
_STATES = ("waiting", "scored", "shifted", "absent")
# a last value that differs by less was only rounded
_ROUNDING = 1e-8


def score(ledger: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Return what became of each frozen forecast.

    A forecast is held against the value that the publisher gives now for its year, as published.

    Parameters
    ----------
    ledger : DataFrame
        What `ledger.load_ledger` returns.
    series : DataFrame
        What `with_union` returns for the feature ``workforce_series``, all of it: a series that is
        left out counts as absent.

    Returns
    -------
    DataFrame
        Columns of the table ``forecast_record``. ``status`` is ``absent`` if the data no longer
        have the series in this unit, ``waiting`` if they have no value of the year, ``shifted``
        if a level shift lies after the last year known at the release and not after the year of
        the forecast (the actual value is given, and no error), else ``scored``.

    Notes
    -----
    With actual y, forecast f, last known value l: the error is y - f, and the forecast was nearer
    than the naive line if ``|y - f| < |y - l|``. Ends of an interval belong to it. A revision of
    the past is no reason not to score: ``revision`` is the last value as published now over the
    one then known, less 1, so that a reader can tell both apart.

    Examples
    --------
    >>> frozen = pd.DataFrame({"series": "s", "unit": "persons", "year": [2025, 2026],
    ...     "last_year": 2024, "last_value": 100.0, "value": [104.0, 108.0],
    ...     "low_80": [101.0, 101.0], "high_80": [107.0, 115.0], "low_95": [95.0, 94.0],
    ...     "high_95": [113.0, 122.0], "label": "forecast"})
    >>> since = pd.DataFrame({"series": "s", "unit": "persons", "year": [2024, 2025],
    ...     "value": [100.0, 110.0], "level_shift": [None, None]})
    >>> record = score(frozen, since)
    >>> record["status"].tolist()
    ['scored', 'waiting']
    >>> record[["error", "inside_80", "inside_95"]].values[0].tolist()
    [6.0, 0.0, 1.0]
    """
    now = series[["series", "unit", "year", "value"]]
    key = ["series", "unit", "year"]
    rows = ledger.merge(now.rename(columns={"value": "actual"}), on=key, how="left")
    last = now.rename(columns={"year": "last_year", "value": "last_now"})
    rows = rows.merge(last, on=["series", "unit", "last_year"], how="left")
    units = set(zip(now["series"], now["unit"], strict=True))
    present = [pair in units for pair in zip(rows["series"], rows["unit"], strict=True)]
    actual, value = rows["actual"].astype(float), rows["value"]
    status = pd.Series(
        np.select(
            [~np.array(present, dtype=bool), actual.isna(), _shifted(rows, series)],
            ["absent", "waiting", "shifted"],
            "scored",
        ),
        index=rows.index,
        dtype="str",
    )
    scored = status == "scored"
    error = (actual - value).where(scored)
    nearer = (error.abs() < (actual - rows["last_value"]).abs()).astype(float)
    return rows.drop(columns="last_now").assign(
        actual=actual,
        error=error,
        **{
            f"inside_{level}": actual.between(rows[f"low_{level}"], rows[f"high_{level}"])
            .astype(float)
            .where(scored & rows[f"low_{level}"].notna())
            for level in (80, 95)
        },
        nearer_than_naive=nearer.where(scored & (rows["label"] == "forecast")),
        revision=_revision(rows).where(actual.notna()),
        status=status,
    )


def _shifted(rows: pd.DataFrame, series: pd.DataFrame) -> np.ndarray:
    """Return which forecasts have a level shift between what was known and their year."""
    shifts = series.loc[series["level_shift"].notna(), ["series", "year"]]
    pairs = rows[["series", "year", "last_year"]].reset_index(names="row")
    pairs = pairs.merge(shifts.rename(columns={"year": "shift"}), on="series")
    crossed = pairs[(pairs["last_year"] < pairs["shift"]) & (pairs["shift"] <= pairs["year"])]
    return rows.index.isin(crossed["row"])


def _revision(rows: pd.DataFrame) -> pd.Series:
    """Return by which share the last value known at the release has been revised since."""
    then, now = rows["last_value"].astype(float), rows["last_now"].astype(float)
    changed = now / then.where(then > 0) - 1
    return changed.mask((now == then) | (changed.abs() < _ROUNDING), 0.0)


def with_union(
    series: pd.DataFrame, members: Sequence[str], *, union: str, measure: str
) -> pd.DataFrame:
    """Return series and, once more under other names, those that reconciled forecasts are about.

    Parameters
    ----------
    series : DataFrame
        Feature ``workforce_series``.
    members : sequence of str
        Countries of the union.
    union : str
        Its code, for example ``EU27``.
    measure : str
        Measure with one series a country.

    Returns
    -------
    DataFrame
        Columns of ``workforce_series``; added are ``reconciled/AREA/MEASURE`` for each member and
        for the union, with measure ``reconciled``. The union is the sum of its members as
        published, in the years in which all have a value in one unit. If the level of a member
        shifts, so does that of the union, in the first of its years that is not before.

    Examples
    --------
    >>> rows = pd.DataFrame({"series": ["s/A/all", "s/B/all", "s/A/all"], "measure": "s",
    ...     "country": ["A", "B", "A"], "label": "Staff", "unit": "persons",
    ...     "year": [2024, 2024, 2025], "value": [1.0, 2.0, 5.0], "level_shift": None})
    >>> added = with_union(rows, ["A", "B"], union="U2", measure="s").iloc[len(rows):]
    >>> added[["series", "year", "value"]].values.tolist()[-2:]
    [['reconciled/A/s', 2025, 5.0], ['reconciled/U2/s', 2024, 3.0]]
    """
    own = series[(series["measure"] == measure) & series["country"].isin(list(members))]
    summed = own.groupby(["label", "unit", "year"], as_index=False).agg(
        value=("value", "sum"), known=("country", "nunique")
    )
    whole = summed[summed["known"] == len(members)].sort_values("year", ignore_index=True)
    shifts = own[own["level_shift"].notna()].sort_values(["year", "country"])
    # a shift in a year that some member lacks is seen in the next sum
    place = np.searchsorted(whole["year"], shifts["year"])
    reasons = shifts.groupby(place)["level_shift"].first()
    together = whole.drop(columns="known").assign(
        country=union, level_shift=pd.Series(whole.index).map(reasons)
    )
    added = pd.concat([part for part in (own, together) if len(part)] or [own], ignore_index=True)
    names = RECONCILED + "/" + added["country"].astype(str) + f"/{measure}"
    return pd.concat(
        [series, added.assign(series=names, measure=RECONCILED)[series.columns]], ignore_index=True
    )


def reconciled_rows(reconciled: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Return reconciled forecasts, and the years they go on from, in the form of single ones.

    Parameters
    ----------
    reconciled : DataFrame
        Table ``reconciled_forecasts``.
    series : DataFrame
        What `with_union` returns.

    Returns
    -------
    DataFrame
        Columns of the table ``workforce_forecasts``, as far as `ledger.freeze` needs them, with
        the code of the union as ``country`` where it is one. Observed years are those of
        ``series``, as published.
    """
    known = series[series["measure"] == RECONCILED].rename(columns={"label": "label_of_series"})
    named = known.sort_values("year").drop_duplicates("country", keep="last").set_index("country")
    ahead = reconciled[reconciled["value"].notna()].rename(columns={"area": "country"})
    described = {
        name: ahead["country"].map(named[name]) for name in ("series", "label_of_series", "unit")
    }
    observed = known.assign(value_published=known["value"], label="observed")
    rows = pd.concat(
        [observed, ahead.assign(**described, measure=RECONCILED, method="made to add up")],
        ignore_index=True,
    )
    return rows.drop(columns=["observed", "value_alone", "level_shift"])


def first_published(record: pd.DataFrame) -> pd.DataFrame:
    """Return the record without what a later release only repeated.

    A release without new figures publishes the same forecasts again; in shares over all releases
    they would count twice.
    """
    ordered = record.sort_values(["released", "release", "series", "year"], kind="stable")
    same = ["series", "year", "value", "low_80", "high_80"]
    return ordered.drop_duplicates(same, ignore_index=True)


def by_release(record: pd.DataFrame) -> pd.DataFrame:
    """Return how the forecasts of each release have done, by panel.

    Parameters
    ----------
    record : DataFrame
        What `score` returns.

    Returns
    -------
    DataFrame
        One row for each release, panel and label: numbers of ``series`` and ``forecasts``, of
        those ``waiting, scored, shifted, absent``; of the scored ones ``inside_80, inside_95,
        nearer_than_naive`` (shares), ``revised`` (number whose last known value has been revised
        or withdrawn) and ``inside_80_unrevised`` (share without these).

    Examples
    --------
    >>> record = pd.DataFrame({"released": "2026-12-01", "release": "0.2.0", "measure": "degrees",
    ...     "label": "no_skill", "series": ["s", "t"], "status": ["scored", "waiting"],
    ...     "inside_80": [0.0, None], "inside_95": [1.0, None], "nearer_than_naive": None,
    ...     "revision": [0.01, None]})
    >>> by_release(record)[["forecasts", "waiting", "inside_80", "revised"]].values.tolist()
    [[2.0, 1.0, 0.0, 1.0]]
    """
    key = ["released", "release", "measure", "label"]
    rows = [
        dict(zip(key, name, strict=True)) | _summary(own)
        for name, own in record.groupby(key, sort=True)
    ]
    return pd.DataFrame(rows, columns=[*key, *_summary(record)])


def _summary(own: pd.DataFrame) -> dict[str, float]:
    scored = own[own["status"] == "scored"]
    unrevised = scored[scored["revision"] == 0]
    return {
        "series": own["series"].nunique(),
        "forecasts": len(own),
        **{name: int((own["status"] == name).sum()) for name in _STATES},
        "inside_80": float(scored["inside_80"].mean()),
        "inside_95": float(scored["inside_95"].mean()),
        "nearer_than_naive": float(scored["nearer_than_naive"].mean()),
        "revised": len(scored) - len(unrevised),
        "inside_80_unrevised": float(unrevised["inside_80"].mean()),
    }
