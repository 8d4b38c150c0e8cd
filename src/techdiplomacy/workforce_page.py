"""The findings of the workforce page, its working-age population and its headline numbers.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, params, countries, vocabulary, workforce, pages, direction_words,
backtest_page, fans_page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from techdiplomacy.backtest_page import published_backtest
from techdiplomacy.countries import Countries
from techdiplomacy.direction_words import NARROW, level_words
from techdiplomacy.fans_page import Ahead, ahead_of, last_year
from techdiplomacy.pages import Finding
from techdiplomacy.params import ForecastSettings
from techdiplomacy.texts import (
    Sayable,
    Text,
    commas,
    count,
    listing,
    percent,
    period,
    rounded,
    say,
    year,
)
from techdiplomacy.vocabulary import PANELS
from techdiplomacy.workforce import WorkforceForecast

# more panels than these are counted, not named, in a finding
_PANELS_NAMED = 3
# more measures without skill than these are counted only
_FAILING_NAMED = 2
# series of the viewpoint country that findings tell of
_SERIES_TOLD = 2


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
        Country that the first sentences are about.
    names : Countries
        Names.
    settings : ForecastSettings
        Section ``forecast`` of the parameters.
    codes : sequence of str
        Classifications, the most telling one first; the first two with a forecast are told.
    """
    return [
        *_own_forecasts(result, viewpoint, names, settings.until, codes),
        _skill(result),
        _later_coverage(result),
        _population(outlook, viewpoint, names),
    ]


def _newest(result: WorkforceForecast, measures: Sequence[str]) -> Text:
    """Return in which years the series of some measures end."""
    ends = [last_year(result, measure) for measure in measures]
    if min(ends) == max(ends):
        return say("series to {last}", last=year(max(ends)))
    return say("series ending {years}", years=period(f"{min(ends)}-{max(ends)}"))


def _own_forecasts(
    result: WorkforceForecast, viewpoint: str, names: Countries, until: int, codes: Sequence[str]
) -> list[Finding]:
    """Return what the first series of the viewpoint country say, or that there is none."""
    all_of_them = (ahead_of(result, f"employment/{viewpoint}/{code}", until) for code in codes)
    told = [own for own in all_of_them if own is not None][:_SERIES_TOLD]
    if not told:
        return [
            Finding(
                say(
                    "No employment series of {country} can be forecast to {until}.",
                    country=names.text(viewpoint),
                    until=year(until),
                ),
                say("the data have none, or it is too short"),
                _newest(result, ["employment"]),
            )
        ]
    first = say(
        "{series} in {country}: {observed}, {value} in {until} if trends hold.",
        country=names.text(viewpoint),
        **_values(told[0], until),
    )
    others = (
        say("{series}: {observed}, {value} in {until}.", **_values(own, until)) for own in told[1:]
    )
    return [
        Finding(sentence, _certainty(own), say("series to {last}", last=year(own.last_year)))
        for sentence, own in zip([first, *others], told, strict=True)
    ]


def _values(own: Ahead, until: int) -> dict[str, Sayable]:
    """Return what fills the sentence on a series; the last value with how it got there."""
    last: dict[str, Sayable] = {"last": rounded(own.last), "last_year": year(own.last_year)}
    observed = say("{last} in {last_year}", **last)
    if own.since is not None and own.change is not None:
        observed = say(
            "{last} in {last_year} ({change} since {since})",
            change=percent(own.change, signed=True),
            since=year(own.since),
            **last,
        )
    return {
        "series": own.label,
        "observed": observed,
        "value": rounded(own.value),
        "until": year(until),
    }


def _certainty(own: Ahead) -> Text:
    """Return the interval, and whether all of it lies on one side of the last value."""
    if own.low > own.last:
        side = say("all above")
    else:
        side = say("all below") if own.high < own.last else say("direction open")
    return say(
        "{level} interval {low} to {high}: {side}",
        level=level_words(NARROW),
        low=rounded(own.low),
        high=rounded(own.high),
        side=side,
    )


def _skill(result: WorkforceForecast) -> Finding:
    """Return in how many panels a forecast is better than no change, and by how much one errs."""
    judged = result.skill.set_index("measure")["passes"].astype(bool)
    order = [measure for measure in PANELS if measure in judged.index]
    data_to = _newest(result, order)
    passing = [measure for measure in order if judged[measure]]
    failing = [measure for measure in order if not judged[measure]]
    values: dict[str, Sayable] = {"n": count(len(passing)), "all": count(len(order))}
    tests = published_backtest(result).set_index("measure")
    if not passing:
        return Finding(
            say('Tested forecasts beat "no change" in {n} of {all} measures.', **values),
            say("{n} series tested", n=count(tests["n_series"].sum())),
            data_to,
        )
    told: dict[Any, Any] = dict(tests.loc[passing[0]])
    # the symmetric error is the share that a forecast is off by, as long as it is small
    values |= {"panel": PANELS[passing[0]], "error": percent(told["smape"] / 100)}
    if 0 < len(failing) <= _FAILING_NAMED:
        sentence = say(
            'Tested forecasts beat "no change" in {n} of {all} measures, not {bad}; {panel} was '
            "off by {error}.",
            bad=listing(PANELS[measure] for measure in failing),
            **values,
        )
    else:
        sentence = say(
            'Tested forecasts beat "no change" in {n} of {all} measures; {panel} was off by '
            "{error}.",
            **values,
        )
    return Finding(sentence, say("on average over {n} series", n=count(told["n_series"])), data_to)


def _later_coverage(result: WorkforceForecast) -> Finding:
    """Return how often 80% intervals of what is published held after they were fixed."""
    published = published_backtest(result)
    known = published[published["later_coverage_80"].notna()].to_dict("records")
    level = level_words(NARROW)
    if not known:
        return Finding(
            say("Too few years have passed to say how often {level} intervals held.", level=level),
            say("not testable"),
            _newest(result, sorted(result.status["measure"].unique())),
        )
    certainty = say(
        "{n} values, not independent", n=count(sum(row["n_judged_later"] for row in known))
    )
    date = _newest(result, [row["measure"] for row in known])
    if len(known) > _PANELS_NAMED:
        shares = [row["later_coverage_80"] for row in known]
        sentence = say(
            "{level} intervals held {low} to {high} of later values, by measure.",
            level=level,
            low=percent(min(shares)),
            high=percent(max(shares)),
        )
    else:
        sentence = say(
            "{level} intervals held {parts} of later values.",
            level=level,
            parts=listing(_coverage_words(row) for row in known),
        )
    return Finding(sentence, certainty, date)


def _coverage_words(row: dict[Any, Any]) -> Text:
    share, panel = percent(row["later_coverage_80"]), PANELS[row["measure"]]
    return say("{share} ({panel})", share=share, panel=panel)


def _population(outlook: pd.DataFrame, viewpoint: str, names: Countries) -> Finding:
    """Return how the working-age population of the viewpoint country and the extremes moves."""
    end = outlook[outlook["year"] == outlook["year"].max()].set_index("country")
    change = (end["working_age_index"] / 100 - 1).sort_values()
    others = [code for code in (change.index[0], change.index[-1]) if code != viewpoint]
    estimated = outlook.loc[outlook["projection"] == "estimate", "year"].max()
    return Finding(
        say(
            "Working-age population {years}: {changes}.",
            years=period(f"{base_year(outlook)}-{int(outlook['year'].max())}"),
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
    for row in published_backtest(result).to_dict("records"):
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
