"""The words and tables of the workforce page, filled from results.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: errors, params, countries, workforce, pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from techdiplomacy.countries import Countries
from techdiplomacy.errors import InvalidPage
from techdiplomacy.pages import Finding, rounded
from techdiplomacy.params import ForecastSettings
from techdiplomacy.workforce import WorkforceForecast

INTERVAL_FORMATS = dict.fromkeys(
    ("value", "80% low", "80% high", "95% low", "95% high", "last observed"), ",.0f"
)
BACKTEST_FORMATS = {
    "MASE": ".2f",
    "sMAPE, %": ".1f",
    "80% covers": ".0%",
    "95% covers": ".0%",
    "80% covers later": ".0%",
    "95% covers later": ".0%",
}
SKILL_FORMATS = dict.fromkeys(
    ("skill", "skill low", "skill high", "skill outside shifts", "errors across a shift"), ".0%"
)


def series_shown(
    result: WorkforceForecast, measure: str, countries: Sequence[str], codes: Sequence[str]
) -> list[str]:
    """Return the series of a measure for some countries and codes, in that order.

    Parameters
    ----------
    result : WorkforceForecast
        The forecasts.
    measure : str
        ``employment``, ``researchers`` or ``degrees``.
    countries, codes : sequence of str
        ISO3 codes; ends of the series' names (all of them, if empty).

    Raises
    ------
    InvalidPage
        If no such series exists.
    """
    existing = set(result.status.loc[result.status["measure"] == measure, "series"])
    wanted = [f"{measure}/{country}/{code}" for country in countries for code in codes or ["all"]]
    found = [name for name in wanted if name in existing]
    if not found:
        raise InvalidPage(
            f"No {measure} series of {', '.join(countries)} with {', '.join(codes) or 'any code'}.",
            where="params.yaml: notebooks.workforce_forecast",
            next_step="Name countries and codes that the data have: see the table series_status.",
        )
    return found


def findings(
    result: WorkforceForecast,
    outlook: pd.DataFrame,
    viewpoint: str,
    names: Countries,
    settings: ForecastSettings,
    codes: Sequence[str],
) -> list[Finding]:
    """Return the findings of the page.

    Parameters
    ----------
    result : WorkforceForecast
        The forecasts.
    outlook : DataFrame
        Table ``working_age_outlook``.
    viewpoint : str
        Country that the first sentence is about.
    names : Countries
        Names.
    settings : ForecastSettings
        Section ``forecast`` of the parameters.
    codes : sequence of str
        Classifications, the most telling one first.
    """
    return [
        _first_forecast(result, viewpoint, names, settings.until, codes),
        _skill(result),
        _later_coverage(result),
        _population(outlook, viewpoint, names),
    ]


def data_to(result: WorkforceForecast, outlook: pd.DataFrame) -> str:
    """Return the newest year of each measure, and where the population comes from."""
    newest = result.status.groupby("measure")["last_year"].max()
    parts = [f"{measure} to {year} at the latest" for measure, year in newest.items()]
    last = outlook.loc[outlook["projection"] == "estimate", "year"].max()
    return ", ".join([*parts, f"population estimated to {last} and projected after"])


def last_year(result: WorkforceForecast, measure: str) -> int:
    """Return the newest year observed in a measure."""
    return int(result.status.loc[result.status["measure"] == measure, "last_year"].max())


def _first_forecast(
    result: WorkforceForecast, viewpoint: str, names: Countries, until: int, codes: Sequence[str]
) -> Finding:
    """Return what the first series of the viewpoint country says, or that there is none."""
    for code in codes:
        rows = result.forecasts[result.forecasts["series"] == f"employment/{viewpoint}/{code}"]
        end = rows[(rows["year"] == until) & (rows["label"] == "forecast")]
        if len(end):
            row = end.iloc[0]
            last = rows[rows["label"] == "observed"].sort_values("year").iloc[-1]
            return Finding(
                f"{row['label_of_series']} in {names.name(viewpoint)}: "
                f"{rounded(last['value'])} in {last['year']}, {rounded(row['value'])} in {until} "
                "if trends hold.",
                ", ".join(
                    f"{level}% interval {rounded(row[f'low_{level}'])} to "
                    f"{rounded(row[f'high_{level}'])}"
                    for level in (80, 95)
                    if pd.notna(row[f"low_{level}"])
                )
                + f": {_direction(last['value'], row['low_80'], row['high_80'])}",
            )
    return Finding(
        f"No employment series of {names.name(viewpoint)} can be forecast to {until}.",
        "the data have none, or it is too short",
    )


def _direction(last: float, low: float, high: float) -> str:
    """Return whether an interval tells the direction from the last observed value."""
    if low > last:
        return "a rise"
    return "a fall" if high < last else "the direction is open"


def _skill(result: WorkforceForecast) -> Finding:
    """Return which panels beat the naive line."""
    rows = result.skill.to_dict("records")
    good = [f"{row['measure']} ({row['skill']:.0%} smaller error)" for row in rows if row["passes"]]
    bad = [row["measure"] for row in rows if not row["passes"]]
    words = (
        f"The forecast beats carrying the last value on for {' and '.join(good)}" if good else ""
    )
    if bad:
        words += ", not for " if good else "No forecast beats carrying the last value on for "
        words += " and ".join(bad)
    bounds = ", ".join(
        f"{row['measure']} {row['skill_low']:.0%}"
        if pd.notna(row["skill_low"])
        else f"{row['measure']} too small to judge"
        for row in rows
    )
    return Finding(f"{words}.", f"lower bounds of the skill: {bounds}")


def _later_coverage(result: WorkforceForecast) -> Finding:
    """Return how often 80% intervals held in years after they were fixed."""
    published = _published_backtest(result)
    known = published[published["later_coverage_80"].notna()]
    parts = [
        f"{row['later_coverage_80']:.0%} for {row['measure']} ({row['n_judged_later']:,} errors)"
        for row in known.to_dict("records")
    ]
    if not parts:
        return Finding(
            "Too few years have passed to say how often the 80% intervals held.", "not testable"
        )
    return Finding(
        f"In years after they were fixed, 80% intervals held {', '.join(parts)}.",
        "errors of one panel are not independent of each other",
    )


def _population(outlook: pd.DataFrame, viewpoint: str, names: Countries) -> Finding:
    """Return how the working-age population of the viewpoint country and the extremes moves."""
    end = outlook[outlook["year"] == outlook["year"].max()].set_index("country")
    change = (end["working_age_index"] - 100).sort_values()
    others = [code for code in (change.index[0], change.index[-1]) if code != viewpoint]
    parts = [f"{names.name(code)} {change[code]:+.0f}%" for code in [viewpoint, *others]]
    base = base_year(outlook)
    return Finding(
        f"Working-age population {base} to {outlook['year'].max()}: {', '.join(parts)}.",
        "UN medium variant of 2022, without interval",
    )


def base_year(outlook: pd.DataFrame) -> int:
    """Return the year whose working-age population is 100."""
    level = outlook[(outlook["working_age_index"] - 100).abs() < 1e-6]
    return int(level["year"].mode().iloc[0])


def population_headline(outlook: pd.DataFrame, names: Countries) -> str:
    """Return how many of the countries lose working-age people."""
    end = outlook[outlook["year"] == outlook["year"].max()]
    losing = end[end["working_age_index"] < 100].sort_values("working_age_index")
    first = [names.name(code) for code in losing["country"].head(2)]
    most = f", {' and '.join(first)} most of all" if first else ""
    return (
        f"{len(losing)} of {len(end)} countries have fewer people of working age in "
        f"{end['year'].max()} than in {base_year(outlook)}{most}"
    )


def population_alt(outlook: pd.DataFrame, names: Countries) -> str:
    """Return the lines of the working-age population in words."""
    end = outlook[outlook["year"] == outlook["year"].max()].set_index("country")
    index = end["working_age_index"].sort_values()
    return (
        f"Lines of working-age population with {base_year(outlook)} as 100. By "
        f"{outlook['year'].max()} {names.name(index.index[0])} is lowest at {index.iloc[0]:.0f}, "
        f"{names.name(index.index[-1])} highest at {index.iloc[-1]:.0f}."
    )


def skill_headline(result: WorkforceForecast, measure: str) -> str:
    """Return whether the forecasts of a measure are better than the naive line."""
    row = result.skill[result.skill["measure"] == measure].iloc[0]
    name = measure.capitalize()
    if row["passes"]:
        return (
            f"{name}: the forecast beats the naive line by {row['skill']:.0%} "
            f"(lower bound {row['skill_low']:.0%})"
        )
    own = result.status.loc[result.status["measure"] == measure, "status"]
    if (own == "small_n").any():
        return f"{name}: too few series to judge a forecast, so the last value is carried on"
    return f"{name}: no skill beyond the naive line, so the last value is carried on"


def fans_alt(result: WorkforceForecast, series: Sequence[str], until: int) -> str:
    """Return fan charts in words: how many lines rise, fall, or have no forecast."""
    rises = falls = level = none = 0
    for name in series:
        rows = result.forecasts[result.forecasts["series"] == name].sort_values("year")
        past = rows["label"].isin(["observed", "rescaled"])
        observed, ahead = rows[past], rows[~past]
        if ahead.empty:
            none += 1
            continue
        change = ahead["value"].iloc[-1] / observed["value"].iloc[-1] - 1
        rises += change > 0.02
        falls += change < -0.02
        level += abs(change) <= 0.02
    return (
        f"{len(series)} fan charts. From the last observed year to {until}, {rises} lines rise, "
        f"{falls} fall, {level} stay within two percent, {none} have no forecast."
    )


def outlook_table(
    result: WorkforceForecast, series: Sequence[str], names: Countries, until: int
) -> pd.DataFrame:
    """Return last observed value and forecast with low and high for some series."""
    rows = []
    for name in series:
        own = result.forecasts[result.forecasts["series"] == name].sort_values("year")
        last = own[own["label"] == "observed"].iloc[-1]
        end = own[(own["year"] == until) & ~own["label"].isin(["observed", "rescaled"])]
        ahead: dict[Any, Any] = dict(end.iloc[0]) if len(end) else {}
        label = {"no_skill": "naive line"}.get(ahead.get("label", ""), ahead.get("label"))
        rows.append(
            {
                "country": names.name(last["country"]),
                "series": last["label_of_series"],
                "year": last["year"],
                "last observed": last["value"],
                "ahead": f"{until}, {label}" if ahead else "no forecast",
                "value": ahead.get("value"),
                "80% low": ahead.get("low_80"),
                "80% high": ahead.get("high_80"),
                "95% low": ahead.get("low_95"),
                "95% high": ahead.get("high_95"),
            }
        )
    return pd.DataFrame(rows)


def _published_backtest(result: WorkforceForecast) -> pd.DataFrame:
    """Return the back-test of the method that is judged, over all horizons."""
    overall = result.backtest[result.backtest["horizon"] == "all"]
    return overall[overall["method"] != "naive"].merge(
        result.skill[["measure", "method"]], on=["measure", "method"]
    )


def backtest_table(result: WorkforceForecast) -> pd.DataFrame:
    """Return errors and coverage by panel and method."""
    overall = result.backtest[result.backtest["horizon"] == "all"]
    return pd.DataFrame(
        {
            "panel": overall["measure"],
            "method": overall["method"],
            "series": overall["n_series"],
            "MASE": overall["mase"],
            "sMAPE, %": overall["smape"],
            "80% covers": overall["coverage_80"],
            "95% covers": overall["coverage_95"],
            "errors judged later": overall["n_judged_later"],
            "80% covers later": overall["later_coverage_80"],
            "95% covers later": overall["later_coverage_95"],
        }
    )


def errors_alt(result: WorkforceForecast) -> str:
    """Return the chart of relative errors in words."""
    parts = [
        f"{row['measure']} {1 - row['skill']:.2f} ({1 - row['skill_high']:.2f} to "
        f"{1 - row['skill_low']:.2f})"
        if pd.notna(row["skill_low"])
        else f"{row['measure']} too small to judge"
        for row in result.skill.to_dict("records")
    ]
    return (
        "Dots of the error of each method divided by that of the naive line; for the combined "
        f"method with its interval: {', '.join(parts)}."
    )


def level_shift_table(used: WorkforceForecast, cut: WorkforceForecast) -> pd.DataFrame:
    """Return what the treatment of level shifts decides, by panel."""
    rows = []
    for words, result in (("as used", used), ("trained after the last shift only", cut)):
        for row in result.skill.to_dict("records"):
            status = result.status[result.status["measure"] == row["measure"]]["status"]
            rows.append(
                {
                    "panel": row["measure"],
                    "level shifts": words,
                    "series long enough": int((status != "not_estimable").sum()),
                    "of": len(status),
                    "skill": row["skill"],
                    "skill low": row["skill_low"],
                    "skill high": row["skill_high"],
                    "skill outside shifts": row["skill_outside_shifts"],
                    "errors across a shift": row["share_across_shifts"],
                }
            )
    return pd.DataFrame(rows).sort_values(["panel", "level shifts"], ignore_index=True)


def not_forecast_table(
    result: WorkforceForecast, countries: Sequence[str], names: Countries
) -> pd.DataFrame:
    """Return the series of some countries without a forecast, and why."""
    status = result.status
    without = status[(status["status"] != "ok") & status["country"].isin(countries)]
    reasons = {
        "no_skill": "no method beat the naive line in this panel: the last value is carried on",
        "small_n": "too few series in this panel to judge a forecast",
        "not_estimable": "too few years in a row",
    }
    counted = (
        without.assign(
            country=[names.name(code) for code in without["country"]],
            why=without["status"].map(reasons),
        )
        .groupby(["country", "measure", "why"], as_index=False)
        .agg(series=("series", "size"), first=("first_year", "min"), last=("last_year", "max"))
    )
    counted["years"] = counted["first"].astype(str) + "-" + counted["last"].astype(str)
    return counted[["country", "measure", "series", "years", "why"]]


def headline_numbers(
    result: WorkforceForecast,
    outlook: pd.DataFrame,
    viewpoint: str,
    *,
    series: Sequence[str],
    until: int,
) -> dict[str, float | int | str | bool | None]:
    """Return the numbers kept in ``metrics/workforce_forecast.json``."""
    numbers: dict[str, float | int | str | bool | None] = {}
    for row in result.skill.to_dict("records"):
        name = row["measure"]
        numbers[f"{name}_skill"] = float(row["skill"])
        numbers[f"{name}_skill_low"] = float(row["skill_low"])
        numbers[f"{name}_passes"] = bool(row["passes"])
        numbers[f"{name}_mase"] = float(row["mase_model"])
        status = result.status.loc[result.status["measure"] == name, "status"]
        numbers[f"{name}_series"] = len(status)
        numbers[f"{name}_series_forecast"] = int((status == "ok").sum())
    for row in _published_backtest(result).to_dict("records"):
        numbers[f"{row['measure']}_coverage_80"] = float(row["coverage_80"])
    ahead = result.forecasts[result.forecasts["country"] == viewpoint]
    for row in ahead[ahead["series"].isin(series) & (ahead["year"] == until)].to_dict("records"):
        name = row["series"].replace("/", "_")
        numbers[f"{name}_{until}"] = float(row["value"])
        numbers[f"{name}_{until}_low_80"] = float(row["low_80"])
        numbers[f"{name}_{until}_high_80"] = float(row["high_80"])
    end = outlook[outlook["year"] == outlook["year"].max()].set_index("country")
    numbers["viewpoint_working_age_index"] = float(end.at[viewpoint, "working_age_index"])
    numbers["viewpoint_older_share"] = float(end.at[viewpoint, "older_share"])
    return numbers
