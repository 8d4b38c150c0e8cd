"""The words for the opportunities and cautions of a partner brief.

Knows: which sentence says which rule, how sure it is and how new its data are. Must not know:
files, when a rule holds. May import: texts, vocabulary, brief_points, technology_charts,
brief_words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from techdiplomacy.brief_points import RECENT_YEARS, Point
from techdiplomacy.brief_words import (
    Figures,
    Spoken,
    fits_words,
    growth_words,
    persons,
    ratio_words,
)
from techdiplomacy.stated_page import texts_behind
from techdiplomacy.technology_charts import US_OFFICE, rank_ends, rank_number
from techdiplomacy.texts import (
    Sayable,
    Text,
    commas,
    count,
    percent,
    period,
    say,
    verbatim,
    year,
)
from techdiplomacy.vocabulary import times

# sentence, how sure it is, and how new its data are
Said = tuple[Text, Text, Text]
Speech = Callable[[Figures, Spoken], Said]


def point_rows(points: list[Point], words: Mapping[str, Speech], spoken: Spoken) -> pd.DataFrame:
    """Return points as they are shown: ``side, rule, told, sure, to``."""
    said = [words[point.code](point.figures, spoken) for point in points]
    return pd.DataFrame(
        {
            "side": [point.side for point in points],
            "rule": [point.code for point in points],
            "told": [one for one, _, _ in said],
            "sure": [one for _, one, _ in said],
            "to": [one for _, _, one in said],
        },
        dtype=object,
    )


# --- strength -----------------------------------------------------------------------------------


def _groups(found: Figures, spoken: Spoken) -> Sayable:
    """Return groups with their ranks, and how many more there are."""
    named = [spoken.group(*one) for one in found["groups"]]
    more = found["n"] - len(named)
    return commas([*named, *([say("{n} more groups", n=count(more))] if more > 0 else [])])


def _rests_on(found: Figures) -> Text:
    return say(
        "ranks in brackets; {firm} of {n} firm, {one} by one measure",
        firm=count(found["firm"]),
        n=count(found["n"]),
        one=count(found["one_measure"]),
    )


def _adds(found: Figures, spoken: Spoken) -> Said:
    values: dict[str, Sayable] = {
        "groups": _groups(found, spoken),
        "us": spoken.us,
        "first": count(found["first"]),
    }
    if found["unknown"] == 0:
        told = say(
            "Among the first {first} by size, and surely specialised where {us} surely is not: "
            "{groups}.",
            **values,
        )
    elif found["unknown"] == found["n"]:
        told = say(
            "Among the first {first} by size and surely specialised: {groups}; no figure tells "
            "what {us} has there.",
            **values,
        )
    else:
        told = say(
            "Among the first {first} by size and surely specialised: {groups}; {us} surely is not, "
            "or no figure tells ({unknown}).",
            unknown=count(found["unknown"]),
            **values,
        )
    return told, _rests_on(found), spoken.years_of(found["all_groups"])


def _leads(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Surely among the first {first} by size: {groups}.",
        first=count(found["first"]),
        groups=_groups(found, spoken),
    )
    return told, _rests_on(found), spoken.years_of(found["all_groups"])


def _unranked(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "A rank is possible in {ranked} of {all} groups; no source lists the country in {nowhere}.",
        ranked=count(found["ranked"]),
        all=count(found["all"]),
        nowhere=count(found["nowhere"]),
    )
    return told, say("unknown, not weak"), spoken.strength_years


def _not_borne_out(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Stated strengths: {all}; figures do not support {n} as worded, and cannot measure "
        "{unknown}.",
        all=count(found["all"]),
        n=count(found["n"]),
        unknown=count(found["unknown"]),
    )
    return told, texts_behind(spoken.facts.stated), spoken.strength_years


def _unmeasured(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Stated strengths: {all}; figures cannot measure {n}.",
        all=count(found["all"]),
        n=count(found["n"]),
    )
    return told, texts_behind(spoken.facts.stated), spoken.strength_years


def _no_lead(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Among the first {first} by size in 0 of {ranked} groups; nearest: {groups}.",
        first=count(found["first"]),
        ranked=count(found["ranked"]),
        groups=_groups(found, spoken),
    )
    return told, say("{level} interval of the rank", level=spoken.level), spoken.strength_years


def _one_measure(found: Figures, spoken: Spoken) -> Said:
    office = sum(one in US_OFFICE for one in found["measures"])
    families = sum(one == "families" for one in found["measures"])
    told = say(
        "Places among the first {first}: {leads}; on one measure alone: {n} (US-office patents "
        "{office}, patent families {families}, which both favour grants at home).",
        n=count(found["n"]),
        leads=count(found["leads"]),
        first=count(found["first"]),
        office=count(office),
        families=count(families),
    )
    sure = say("by one measure no rank is firm")
    return told, sure, spoken.years_of(found["all_groups"])


# --- ties ---------------------------------------------------------------------------------------


def _other_fits(found: Figures, spoken: Spoken) -> Text:
    if "fits_low" not in found:
        return say("{level} interval; no other fit tried", level=spoken.level)
    return say("{level} interval; other fits {range}", level=spoken.level, range=fits_words(found))


def _window(found: Figures) -> Text:
    return say("{window}", window=period(str(found["window"])))


def _room(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Joint works are {ratio} what the gravity model expects: there may be room.",
        ratio=ratio_words(found),
    )
    return told, _other_fits(found, spoken), _window(found)


def _works_base(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Joint works are {ratio} what the gravity model expects: a base to build on.",
        ratio=ratio_words(found),
    )
    return told, _other_fits(found, spoken), _window(found)


def _ai_base(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "{n} joint AI articles are {ratio} what is expected: a base to build on.",
        n=count(found["observed"]),
        ratio=ratio_words(found),
    )
    return told, _other_fits(found, spoken), _window(found)


def _rising(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Joint works grew more than with others, from one five-year window to the next: {growth}.",
        growth=growth_words(found),
    )
    return told, say("the whole {level} interval lies above", level=spoken.level), _window(found)


def _slower(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Joint works grew less than with others, from one five-year window to the next: {growth}.",
        growth=growth_words(found),
    )
    return told, say("the whole {level} interval lies below", level=spoken.level), _window(found)


def _shallow(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Next to no joint works: {volume} in all, which may be chance.",
        volume=count(found["volume"]),
    )
    return told, say("counted"), _window(found)


def _fell(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Joint works have fallen since {peak}: the last year has {share} of that year's.",
        peak=year(int(found["peak_year"])),
        share=percent(found["last_to_peak"]),
    )
    return told, say("more than the usual noise"), _window(found)


def _below_past(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "With their own past among what is expected, joint works are {ratio} that.",
        ratio=ratio_words(found),
    )
    return told, say("{level} interval", level=spoken.level), _window(found)


def _changed(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "The ratio of joint works to what is expected is {factor} times that of {window} ({low}"
        "\u2013{high}).",
        factor=times(float(np.exp(found["change"]))),
        window=period(str(found["from_window"])),
        low=times(float(np.exp(found["change_low"]))),
        high=times(float(np.exp(found["change_high"]))),
    )
    to = say("{window}", window=period(str(found["to_window"])))
    return told, say("{level} interval", level=spoken.level), to


def _depends(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Joint works look like {ratio} what is expected, but another fit does not show it.",
        ratio=ratio_words(found),
    )
    return told, say("do not conclude"), _window(found)


def _no_expectation(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "{volume} joint works cannot be held against anything: the fit lacks this country.",
        volume=count(found["volume"]),
    )
    return told, say("unknown, not little"), _window(found)


# --- people -------------------------------------------------------------------------------------


def _years(found: Figures) -> Sayable:
    return period(f"{found['first']}-{found['until']}")


def _ages(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "{years}: {them} has {n} fewer entrants to working life ({ages}) than leavers ({share} of "
        "its people of these ages); {us} {own}.",
        ages=spoken.working_life,
        years=_years(found),
        them=spoken.them,
        n=persons(abs(found["partner"])),
        share=percent(found["share"], signed=True),
        us=spoken.us,
        own=percent(found["own_share"], signed=True),
    )
    sure = say(
        "medium variant, before deaths and migration; true in {held} of the years",
        held=percent(found["held"]),
    )
    return told, sure, spoken.population


def _reverse(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "{years}: {them} has more entrants to working life ({ages}) than leavers ({share}), {us} "
        "fewer ({own}).",
        years=_years(found),
        ages=spoken.working_life,
        them=spoken.them,
        share=percent(found["share"], signed=True),
        us=spoken.us,
        own=percent(found["own_share"], signed=True),
    )
    sure = say(
        "medium variant, before deaths and migration; true in {held} of the years",
        held=percent(found["held"]),
    )
    return told, sure, spoken.population


def _pool_years(found: Figures) -> Sayable:
    return period(f"{found['first']}-{found['year']}")


def _pool_base(found: Figures) -> Text:
    return say("workers of {year}", year=year(int(found["base_year"])))


def _short_pool(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "{pool} in {them}, {years}: short by {low} to {high} if its own growth fades, by {less} to "
        "{more} if common growth fades.",
        less=persons(found["gap_common_low"]),
        more=persons(found["gap_common_high"]),
        years=_pool_years(found),
        them=spoken.them,
        low=persons(found["gap_low"]),
        high=persons(found["gap_high"]),
        pool=spoken.pool(str(found["pool"])),
    )
    sure = say("short in nine tenths of the draws of both scenarios")
    return told, sure, _pool_base(found)


def _need_open(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Ageing proves no shortage: none of {n} pools of workers is surely short. {pool}, {years}: "
        "a gap of {low} to {high} if its own growth fades, of {less} to {more} if common growth "
        "fades.",
        less=persons(found["gap_common_low"]),
        more=persons(found["gap_common_high"]),
        n=count(found["n"]),
        pool=spoken.pool(str(found["pool"])),
        years=_pool_years(found),
        low=persons(found["gap_low"]),
        high=persons(found["gap_high"]),
    )
    draws = percent(spoken.params.scenarios.level)
    return told, say("assumptions; {draws} of the draws", draws=draws), _pool_base(found)


def _students(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "{volume} of its foreign students come from {us}: place {place} among {of} hosts.",
        volume=percent(found["volume"], 1),
        us=spoken.us,
        place=count(found["place"]),
        of=count(found["of"]),
    )
    return told, say("shares, not persons; only hosts that report"), _window(found)


def _disputed(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Two revisions of the population disagree on {country}: {used} or {newer} of older people "
        "in {year}.",
        country=spoken.names.text(found["country"]),
        used=percent(found["used"]),
        newer=percent(found["newer"]),
        year=year(found["year"]),
    )
    return told, say("no finding and no opportunity rests on these ages"), spoken.population


def _revised(found: Figures, spoken: Spoken) -> Said:
    values: dict[str, Sayable] = {
        "share": percent(abs(found["difference"])),
        "year": year(found["year"]),
    }
    told = (
        say("A newer revision counts {share} fewer people in {year}: ages may be old.", **values)
        if found["difference"] < 0
        else say(
            "A newer revision counts {share} more people in {year}: ages may be old.", **values
        )
    )
    return told, say("two revisions of one publisher"), spoken.population


def _both_lose(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Both have fewer entrants to working life ({ages}) than leavers, {years}: {us} {own}, "
        "{them} {share}.",
        ages=spoken.working_life,
        us=spoken.us,
        them=spoken.them,
        years=_years(found),
        own=percent(found["own_share"], signed=True),
        share=percent(found["share"], signed=True),
    )
    return told, say("medium variant, no interval"), spoken.population


def _no_pools(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Pools of workers: {all}; with figures that a scenario can start from: {n}.",
        n=count(0),
        all=count(found["all"]),
    )
    return told, say("need unknown, not none"), say("{year}", year=year(found["now"]))


def _enough_entrants(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "{them} has more entrants to working life ({ages}) than leavers, {years} ({share}): by "
        "ages alone no need of workers from abroad shows.",
        ages=spoken.working_life,
        them=spoken.them,
        years=_years(found),
        share=percent(found["share"], signed=True),
    )
    sure = say("medium variant; true in {held} of the years", held=percent(found["held"]))
    return told, sure, spoken.population


# --- weights and relations ----------------------------------------------------------------------


def _weights(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Its place in the order of partners to be asked next hangs on the weights: {near} of "
        "{ranked} near those set, {any} with any.",
        near=rank_ends(found["rank_low"], found["rank_high"]),
        any=rank_ends(found["any_low"], found["any_high"]),
        ranked=rank_number(found["ranked"]),
    )
    return told, say("{level} of the draws", level=spoken.level), spoken.strength_years


def _instrument(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "There is a recent instrument: \u201c{title}\u201d ({year}); {n} known in all.",
        title=verbatim(found["title"]),
        year=year(found["year"]),
        n=count(found["n"]),
    )
    return told, say("by title; use and effect not known"), say("{y}", y=year(found["year"]))


def _not_collected(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Levels, instruments and offices of {us} were not collected; {n} instruments are known.",
        us=spoken.us,
        n=count(found["n"]),
    )
    return told, say("unknown, not none"), spoken.lists_to


def _no_office(found: Figures, spoken: Spoken) -> Said:
    told = say("Science offices of either in the other, known: {n}.", n=count(found["n"]))
    return told, say("unknown, not none"), spoken.lists_to


def _stale_office(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Science offices known: {all}; without a mention in the last {years} years: {n}.",
        n=count(found["n"]),
        all=count(found["all"]),
        years=count(RECENT_YEARS),
    )
    return told, say("they may well exist"), spoken.lists_to


OPPORTUNITY_WORDS: Mapping[str, Speech] = {
    "adds": _adds,
    "leads": _leads,
    "room": _room,
    "works_base": _works_base,
    "pulling_ahead": _changed,
    "ai_base": _ai_base,
    "rising": _rising,
    "ages": _ages,
    "short_pool": _short_pool,
    "reverse": _reverse,
    "students": _students,
    "instrument": _instrument,
}
CAUTION_WORDS: Mapping[str, Speech] = {
    "unranked": _unranked,
    "not_borne_out": _not_borne_out,
    "no_lead": _no_lead,
    "one_measure": _one_measure,
    "unmeasured": _unmeasured,
    "shallow": _shallow,
    "fell": _fell,
    "slower": _slower,
    "below_past": _below_past,
    "falling_back": _changed,
    "depends": _depends,
    "no_expectation": _no_expectation,
    "disputed": _disputed,
    "revised": _revised,
    "both_lose": _both_lose,
    "need_open": _need_open,
    "no_pools": _no_pools,
    "enough_entrants": _enough_entrants,
    "weights": _weights,
    "not_collected": _not_collected,
    "no_office": _no_office,
    "stale_office": _stale_office,
}
