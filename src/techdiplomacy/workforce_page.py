"""The words and tables of the workforce page, filled from results.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: errors, texts, params, countries, labels, vocabulary, workforce, charts, page_columns,
pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.charts import method_words
from techdiplomacy.countries import Countries
from techdiplomacy.errors import InvalidPage
from techdiplomacy.labels import load_labels
from techdiplomacy.page_columns import Columns
from techdiplomacy.pages import Finding
from techdiplomacy.params import ForecastSettings
from techdiplomacy.texts import (
    Sayable,
    Text,
    commas,
    count,
    decimal,
    listing,
    percent,
    period,
    rounded,
    say,
    year,
)
from techdiplomacy.vocabulary import FORECAST_LABELS, PANELS, WITHOUT_FORECAST
from techdiplomacy.workforce import WorkforceForecast

# a forecast that moves less than this share of the last value is called level
_LEVEL = 0.02
# more panels with skill than these are counted, not named, in the findings
_PANELS_NAMED = 3


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


def last_year(result: WorkforceForecast, measure: str) -> int:
    """Return the newest year observed in a measure."""
    return int(result.status.loc[result.status["measure"] == measure, "last_year"].max())


def _newest(result: WorkforceForecast, measures: Sequence[str]) -> Text:
    """Return in which years the series of some measures end."""
    ends = [last_year(result, measure) for measure in measures]
    if min(ends) == max(ends):
        return say("series to {last}", last=year(max(ends)))
    return say("series ending {first} to {last}", first=year(min(ends)), last=year(max(ends)))


def _first_forecast(
    result: WorkforceForecast, viewpoint: str, names: Countries, until: int, codes: Sequence[str]
) -> Finding:
    """Return what the first series of the viewpoint country says, or that there is none."""
    country = names.text(viewpoint)
    for code in codes:
        rows = result.forecasts[result.forecasts["series"] == f"employment/{viewpoint}/{code}"]
        end = rows[(rows["year"] == until) & (rows["label"] == "forecast")]
        if len(end):
            row = end.iloc[0]
            last = rows[rows["label"] == "observed"].sort_values("year").iloc[-1]
            return Finding(
                say(
                    "{series} in {country}: {last} in {last_year}, {value} in {until} if trends "
                    "hold.",
                    series=load_labels().text(row["label_of_series"]),
                    country=country,
                    last=rounded(last["value"]),
                    last_year=year(last["year"]),
                    value=rounded(row["value"]),
                    until=year(until),
                ),
                say(
                    "{intervals}: {direction}",
                    intervals=commas(
                        say(
                            "{level} interval {low} to {high}",
                            level=percent(level / 100),
                            low=rounded(row[f"low_{level}"]),
                            high=rounded(row[f"high_{level}"]),
                        )
                        for level in (80, 95)
                        if pd.notna(row[f"low_{level}"])
                    ),
                    direction=_direction(last["value"], row["low_80"], row["high_80"]),
                ),
                say("series to {last}", last=year(last["year"])),
            )
    return Finding(
        say(
            "No employment series of {country} can be forecast to {until}.",
            country=country,
            until=year(until),
        ),
        say("the data have none, or it is too short"),
        _newest(result, ["employment"]),
    )


def _direction(last: float, low: float, high: float) -> Text:
    """Return whether an interval tells the direction from the last observed value."""
    if low > last:
        return say("a rise")
    return say("a fall") if high < last else say("the direction is open")


def _skill(result: WorkforceForecast) -> Finding:
    """Return which panels beat the naive line."""
    rows = result.skill.to_dict("records")
    data_to = _newest(result, [row["measure"] for row in rows])
    passing = [row for row in rows if row["passes"]]
    bad = listing(PANELS[row["measure"]] for row in rows if not row["passes"])
    if len(passing) > _PANELS_NAMED:
        return Finding(_many_pass(passing, rows, bad), _lowest_bound(passing), data_to)
    good = listing(
        say("{panel} ({share} less)", panel=PANELS[row["measure"]], share=percent(row["skill"]))
        for row in passing
    )
    if good.items and bad.items:
        sentence = say(
            "The forecast errs less than the last value carried on: {good}; not for {bad}.",
            good=good,
            bad=bad,
        )
    elif good.items:
        sentence = say("The forecast errs less than the last value carried on: {good}.", good=good)
    else:
        sentence = say("No forecast errs less than the last value carried on: {bad}.", bad=bad)
    bounds = commas(
        say("{panel} {low}", panel=PANELS[row["measure"]], low=percent(row["skill_low"]))
        if pd.notna(row["skill_low"])
        else say("{panel} too small to judge", panel=PANELS[row["measure"]])
        for row in rows
    )
    return Finding(sentence, say("lower bounds: {bounds}", bounds=bounds), data_to)


def _many_pass(
    passing: Sequence[dict[Any, Any]], rows: Sequence[dict[Any, Any]], bad: Sayable
) -> Text:
    """Return in how many panels the forecast is better, where they are too many to be named."""
    skills = [row["skill"] for row in passing]
    values: dict[str, Sayable] = {
        "n": count(len(passing)),
        "all": count(len(rows)),
        "low": percent(min(skills)),
        "high": percent(max(skills)),
    }
    if len(passing) == len(rows):
        return say(
            "In all {n} panels the forecast errs {low} to {high} less than the last value carried "
            "on.",
            **{name: values[name] for name in ("n", "low", "high")},
        )
    return say(
        "In {n} of {all} panels the forecast errs {low} to {high} less than the last value carried "
        "on; not for {bad}.",
        bad=bad,
        **values,
    )


def _lowest_bound(passing: Sequence[dict[Any, Any]]) -> Text:
    """Return the panel whose lower bound is nearest to no skill."""
    row = min(passing, key=lambda one: float(one["skill_low"]))
    return say(
        "lowest bound: {panel} {low}",
        panel=PANELS[row["measure"]],
        low=percent(row["skill_low"]),
    )


def _later_coverage(result: WorkforceForecast) -> Finding:
    """Return how often 80% intervals held in years after they were fixed."""
    published = _published_backtest(result)
    known = published[published["later_coverage_80"].notna()].to_dict("records")
    level = percent(0.8)
    if not known:
        return Finding(
            say("Too few years have passed to say how often {level} intervals held.", level=level),
            say("not testable"),
            _newest(result, sorted(result.status["measure"].unique())),
        )
    date = _newest(result, [row["measure"] for row in known])
    if len(known) > _PANELS_NAMED:
        shares = [row["later_coverage_80"] for row in known]
        return Finding(
            say(
                "{level} intervals covered {low} to {high} of later values, by panel.",
                level=level,
                low=percent(min(shares)),
                high=percent(max(shares)),
            ),
            say("{n} panels; errors depend on each other", n=count(len(known))),
            date,
        )
    parts = listing(
        say(
            "{share} ({panel}, n = {n})",
            share=percent(row["later_coverage_80"]),
            panel=PANELS[row["measure"]],
            n=count(row["n_judged_later"]),
        )
        for row in known
    )
    return Finding(
        say("{level} intervals covered {parts} of later values.", level=level, parts=parts),
        say("errors depend on each other"),
        date,
    )


def _population(outlook: pd.DataFrame, viewpoint: str, names: Countries) -> Finding:
    """Return how the working-age population of the viewpoint country and the extremes moves."""
    end = outlook[outlook["year"] == outlook["year"].max()].set_index("country")
    change = (end["working_age_index"] / 100 - 1).sort_values()
    others = [code for code in (change.index[0], change.index[-1]) if code != viewpoint]
    estimated = outlook.loc[outlook["projection"] == "estimate", "year"].max()
    return Finding(
        say(
            "Working-age population {base} to {end}: {changes}.",
            base=year(base_year(outlook)),
            end=year(outlook["year"].max()),
            changes=commas(
                say(
                    "{country} {change}",
                    country=names.text(code),
                    change=percent(change[code], signed=True),
                )
                for code in [viewpoint, *others]
            ),
        ),
        say("medium variant, without interval"),
        say("estimates to {year}", year=year(estimated)),
    )


def base_year(outlook: pd.DataFrame) -> int:
    """Return the year whose working-age population is 100."""
    level = outlook[(outlook["working_age_index"] - 100).abs() < 1e-6]
    return int(level["year"].mode().iloc[0])


def population_headline(outlook: pd.DataFrame, names: Countries) -> Text:
    """Return how many of the countries lose working-age people."""
    end = outlook[outlook["year"] == outlook["year"].max()]
    losing = end[end["working_age_index"] < 100].sort_values("working_age_index")
    values: dict[str, Sayable] = {
        "losing": count(len(losing)),
        "n": count(len(end)),
        "end": year(end["year"].max()),
        "base": year(base_year(outlook)),
    }
    if losing.empty:
        return say(
            "{losing} of {n} countries have fewer people of working age in {end} than in {base}",
            **values,
        )
    return say(
        "{losing} of {n} countries have fewer people of working age in {end} than in {base}, "
        "{first} most of all",
        first=listing(names.text(code) for code in losing["country"].head(2)),
        **values,
    )


def population_alt(outlook: pd.DataFrame, names: Countries) -> Text:
    """Return the lines of the working-age population in words."""
    end = outlook[outlook["year"] == outlook["year"].max()].set_index("country")
    index = end["working_age_index"].sort_values()
    return say(
        "Lines of working-age population with {base} as 100. By {end} {lowest} is lowest at {low}, "
        "{highest} highest at {high}.",
        base=year(base_year(outlook)),
        end=year(outlook["year"].max()),
        lowest=names.text(index.index[0]),
        low=count(index.iloc[0]),
        highest=names.text(index.index[-1]),
        high=count(index.iloc[-1]),
    )


def skill_headline(result: WorkforceForecast, measure: str) -> Text:
    """Return whether the forecasts of a measure are better than the naive line."""
    row = result.skill[result.skill["measure"] == measure].iloc[0]
    panel = PANELS[measure]
    if row["passes"]:
        return say(
            "The forecast of {panel} beats the naive line by {skill} (lower bound {low})",
            panel=panel,
            skill=percent(row["skill"]),
            low=percent(row["skill_low"]),
        )
    own = result.status.loc[result.status["measure"] == measure, "status"]
    if (own == "small_n").any() or pd.isna(row["skill"]):
        return say(
            "Too few series of {panel} to judge a forecast, so the last value is carried on",
            panel=panel,
        )
    return say(
        "The forecast of {panel} has no skill beyond the naive line, so the last value is carried "
        "on",
        panel=panel,
    )


def fans_alt(result: WorkforceForecast, series: Sequence[str], until: int) -> Text:
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
        rises += change > _LEVEL
        falls += change < -_LEVEL
        level += abs(change) <= _LEVEL
    margin = percent(_LEVEL)
    kinds = (
        (rises, say("{n} rise", n=count(rises))),
        (falls, say("{n} fall", n=count(falls))),
        (level, say("{n} stay within {margin}", n=count(level), margin=margin)),
        (none, say("{n} without forecast", n=count(none))),
    )
    return say(
        "{n} fan charts of past years and forecast. From the last observed year to {until}: "
        "{kinds}.",
        n=count(len(series)),
        until=year(until),
        kinds=commas(words for number, words in kinds if number),
    )


def errors_headline(result: WorkforceForecast) -> Text:
    """Return in how many panels the combined forecast beats the naive line."""
    passing = [PANELS[row["measure"]] for row in result.skill.to_dict("records") if row["passes"]]
    values: dict[str, Sayable] = {"good": count(len(passing)), "all": count(len(result.skill))}
    if not passing:
        return say("In {good} of {all} panels the combined forecast beats the naive line", **values)
    return say(
        "In {good} of {all} panels the combined forecast beats the naive line: {panels}",
        panels=listing(passing),
        **values,
    )


def shifts_headline(used: WorkforceForecast, cut: WorkforceForecast) -> Text:
    """Return how many series are long enough under each treatment of level shifts."""
    joined, after = (
        int((result.status["status"] != "not_estimable").sum()) for result in (used, cut)
    )
    return say(
        "{joined} series are long enough as used, {after} if trained after the last shift only",
        joined=count(joined),
        after=count(after),
    )


def outlook_headline(table: pd.DataFrame) -> Text:
    """Return for how many series the interval tells the direction."""
    known = table[table["low_80"].notna()]
    up = int((known["low_80"] > known["last_observed"]).sum())
    down = int((known["high_80"] < known["last_observed"]).sum())
    return say(
        "Of {n} series with an interval, {up} surely rise and {down} surely fall; for the others "
        "the direction is open",
        n=count(len(known)),
        up=count(up),
        down=count(down),
    )


def outlook_table(result: WorkforceForecast, series: Sequence[str], until: int) -> pd.DataFrame:
    """Return last observed value and forecast with low and high for some series."""
    rows = []
    for name in series:
        own = result.forecasts[result.forecasts["series"] == name].sort_values("year")
        last = own[own["label"] == "observed"].iloc[-1]
        end = own[(own["year"] == until) & ~own["label"].isin(["observed", "rescaled"])]
        ahead: dict[Any, Any] = dict(end.iloc[0]) if len(end) else {}
        rows.append(
            {
                "country": last["country"],
                "label_of_series": last["label_of_series"],
                "year": last["year"],
                "last_observed": last["value"],
                "until": until,
                "label": ahead.get("label"),
                **{
                    column: ahead.get(column)
                    for column in ("value", "low_80", "high_80", "low_95", "high_95")
                },
            }
        )
    return pd.DataFrame(rows)


def outlook_columns(names: Countries, until: int) -> Columns:
    """Return how `outlook_table` reads."""
    none = say("no interval")
    heading = say("value in {until}", until=year(until))
    return (
        cells.country("country", say("country"), names),
        cells.label("label_of_series", say("series")),
        cells.observed("year", say("year"), year),
        cells.observed("last_observed", say("last observed"), count),
        cells.words("label", say("ahead"), FORECAST_LABELS),
        cells.estimate(
            "value",
            heading,
            count,
            cells.Interval("low_80", "high_80", percent(0.8)),
            cells.Interval("low_95", "high_95", percent(0.95), missing=none),
            # the interval of a naive line ends where the back-test does
            without={"scenario": none, "no_skill": none},
            by="label",
        ),
    )


def _published_backtest(result: WorkforceForecast) -> pd.DataFrame:
    """Return the back-test of the method that is judged, over all horizons."""
    overall = result.backtest[result.backtest["horizon"] == "all"]
    return overall[overall["method"] != "naive"].merge(
        result.skill[["measure", "method"]], on=["measure", "method"]
    )


def backtest_table(result: WorkforceForecast) -> pd.DataFrame:
    """Return errors and coverage by panel and method."""
    overall = result.backtest[result.backtest["horizon"] == "all"]
    columns = ["measure", "method", "n_series", "mase", "smape", "coverage_80", "coverage_95"]
    later = ["n_judged_later", "later_coverage_80", "later_coverage_95"]
    return overall[[*columns, *later]].reset_index(drop=True)


def backtest_columns() -> Columns:
    """Return how `backtest_table` reads."""
    first, second = percent(0.8), percent(0.95)
    return (
        cells.words("measure", say("panel"), PANELS),
        cells.said("method", say("method"), method_words),
        cells.observed("n_series", say("series"), count),
        cells.statistic("mase", say("MASE"), decimal),
        cells.statistic("smape", say("sMAPE, %"), lambda value: decimal(value, 1)),
        cells.statistic("coverage_80", say("{level} covers", level=first), percent),
        cells.statistic("coverage_95", say("{level} covers", level=second), percent),
        cells.statistic("n_judged_later", say("errors judged later"), count),
        cells.statistic("later_coverage_80", say("{level} covers later", level=first), percent),
        cells.statistic("later_coverage_95", say("{level} covers later", level=second), percent),
    )


def errors_alt(result: WorkforceForecast) -> Text:
    """Return the chart of relative errors in words; of many panels without the intervals."""
    many = len(result.skill) > _PANELS_NAMED
    parts = commas(_error_words(row, many) for row in result.skill.to_dict("records"))
    if many:
        return say(
            "Dots of the error of each method divided by that of the naive line; for the combined "
            "method: {parts}.",
            parts=parts,
        )
    return say(
        "Dots of the error of each method divided by that of the naive line; for the combined "
        "method with its interval: {parts}.",
        parts=parts,
    )


def _error_words(row: dict[Any, Any], many: bool) -> Text:
    panel = PANELS[row["measure"]]
    if pd.isna(row["skill_low"]):
        return say("{panel} too small to judge", panel=panel)
    error = decimal(1 - row["skill"])
    if many:
        return say("{panel} {error}", panel=panel, error=error)
    return say(
        "{panel} {error} ({low} to {high})",
        panel=panel,
        error=error,
        low=decimal(1 - row["skill_high"]),
        high=decimal(1 - row["skill_low"]),
    )


def level_shift_table(used: WorkforceForecast, cut: WorkforceForecast) -> pd.DataFrame:
    """Return what the treatment of level shifts decides, by panel."""
    rows = []
    for treatment, result in (("used", used), ("cut", cut)):
        for row in result.skill.to_dict("records"):
            status = result.status[result.status["measure"] == row["measure"]]["status"]
            rows.append(
                {
                    "measure": row["measure"],
                    "treatment": treatment,
                    "n_long_enough": int((status != "not_estimable").sum()),
                    "n_series": len(status),
                    "judged": "ok" if status.isin(["ok", "no_skill"]).any() else "small_n",
                    "skill": row["skill"],
                    "skill_low": row["skill_low"],
                    "skill_high": row["skill_high"],
                    "skill_outside_shifts": row["skill_outside_shifts"],
                    "share_across_shifts": row["share_across_shifts"],
                }
            )
    return pd.DataFrame(rows).sort_values(
        ["measure", "treatment"], ascending=[True, False], ignore_index=True
    )


def level_shift_columns(level: float) -> Columns:
    """Return how `level_shift_table` reads; ``level`` is the mass of the interval of the skill."""
    treatments = {"used": say("as used"), "cut": say("trained after the last shift only")}
    return (
        cells.words("measure", say("panel"), PANELS),
        cells.words("treatment", say("level shifts"), treatments),
        cells.observed("n_long_enough", say("series long enough"), count),
        cells.observed("n_series", say("of"), count),
        cells.estimate(
            "skill",
            say("skill"),
            percent,
            cells.Interval("skill_low", "skill_high", percent(level)),
            without={"small_n": say("too few series")},
            by="judged",
        ),
        cells.statistic("skill_outside_shifts", say("skill outside shifts"), percent),
        cells.statistic("share_across_shifts", say("errors across a shift"), percent),
    )


def not_forecast_table(result: WorkforceForecast, countries: Sequence[str]) -> pd.DataFrame:
    """Return the series of some countries without a forecast, and why."""
    status = result.status
    without = status[(status["status"] != "ok") & status["country"].isin(countries)]
    counted = without.groupby(["country", "measure", "status"], as_index=False).agg(
        n_series=("series", "size"), first=("first_year", "min"), last=("last_year", "max")
    )
    years = counted["first"].astype(str) + "-" + counted["last"].astype(str)
    return counted.assign(years=years)[["country", "measure", "n_series", "years", "status"]]


def not_forecast_columns(names: Countries) -> Columns:
    """Return how `not_forecast_table` reads."""
    return (
        cells.country("country", say("country"), names),
        cells.words("measure", say("measure"), PANELS),
        cells.observed("n_series", say("series"), count),
        cells.said("years", say("years"), period),
        cells.words("status", say("why"), WITHOUT_FORECAST),
    )


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
