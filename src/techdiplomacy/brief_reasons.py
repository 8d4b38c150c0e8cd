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
from techdiplomacy.brief_words import Figures, Spoken, growth_words, persons, ratio_words
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
    return commas([*named, *([say("{n} more", n=count(more))] if more > 0 else [])])


def _rests_on(found: Figures) -> Text:
    return say(
        "ranks in brackets; {firm} of {n} firm, {one} by one measure",
        firm=count(found["firm"]),
        n=count(found["n"]),
        one=count(found["one_measure"]),
    )


def _adds(found: Figures, spoken: Spoken) -> Said:
    values: dict[str, Sayable] = {"groups": _groups(found, spoken), "us": spoken.us}
    if found["unknown"] == 0:
        told = say(
            "Large and surely specialised where {us} surely is not: {groups}.",
            **values,
        )
    elif found["unknown"] == found["n"]:
        told = say(
            "Large and surely specialised: {groups}; {us} is not measured there.",
            **values,
        )
    else:
        told = say(
            "Large and surely specialised: {groups}; {us} surely is not, or is not measured "
            "({unknown}).",
            unknown=count(found["unknown"]),
            **values,
        )
    return told, _rests_on(found), spoken.strength_years


def _leads(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Surely among the first {first} by size: {groups}.",
        first=count(found["first"]),
        groups=_groups(found, spoken),
    )
    return told, _rests_on(found), spoken.strength_years


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
        "Of {all} stated strengths figures do not support {n} as worded.",
        all=count(found["all"]),
        n=count(found["n"]),
    )
    return told, texts_behind(spoken.facts.stated), spoken.strength_years


def _unmeasured(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Of {all} stated strengths figures cannot measure {n}.",
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
    told = say(
        "{n} of its {leads} places among the first {first} rest on one measure alone, {office} of "
        "them on patents of the US office.",
        n=count(found["n"]),
        leads=count(found["leads"]),
        first=count(found["first"]),
        office=count(office),
    )
    return told, say("such a rank is never firm"), spoken.strength_years


# --- ties ---------------------------------------------------------------------------------------


def _other_fits(found: Figures, spoken: Spoken) -> Text:
    if pd.isna(found["holds"]):
        return say("{level} interval; no other fit tried", level=spoken.level)
    return say("{level} interval; so in every other fit", level=spoken.level)


def _window(found: Figures) -> Text:
    return say("{window}", window=period(str(found["window"])))


def _room(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Joint works are {ratio} what size, distance and language let expect: there may be room.",
        ratio=ratio_words(found),
    )
    return told, _other_fits(found, spoken), _window(found)


def _works_base(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Joint works are {ratio} what size, distance and language let expect: a base to build on.",
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
    told = say("Joint works grow more than with others: {growth}.", growth=growth_words(found))
    return told, say("the whole {level} interval lies above", level=spoken.level), _window(found)


def _slower(found: Figures, spoken: Spoken) -> Said:
    told = say("Joint works grow less than with others: {growth}.", growth=growth_words(found))
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


def _falling_back(found: Figures, spoken: Spoken) -> Said:
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
        "{years}: {them} has {n} fewer entrants to working life than leavers ({share} of its "
        "people of working life); {us} {own}.",
        years=_years(found),
        them=spoken.them,
        n=persons(abs(found["partner"])),
        share=percent(found["share"], signed=True),
        us=spoken.us,
        own=percent(found["own_share"], signed=True),
    )
    sure = say("medium variant; true in {held} of the years", held=percent(found["held"]))
    return told, sure, spoken.population


def _pool_years(found: Figures) -> Sayable:
    return period(f"{found['first']}-{found['year']}")


def _pool_base(found: Figures) -> Text:
    return say("workers of {year}", year=year(int(found["base_year"])))


def _short_pool(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Scenario {years}: {them} lacks {low} to {high} workers: {pool}.",
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
        "Ageing proves no shortage: none of {n} pools of workers is surely short. {pool}, scenario "
        "{years}: a gap of {low} to {high}.",
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
        "{us} has fewer entrants to working life than leavers itself, {years}: {own}; {them} "
        "{share}.",
        us=spoken.us,
        them=spoken.them,
        years=_years(found),
        own=percent(found["own_share"], signed=True),
        share=percent(found["share"], signed=True),
    )
    return told, say("medium variant, no interval"), spoken.population


def _no_pools(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Of {all} pools of workers {n} have figures that a scenario can start from.",
        n=count(0),
        all=count(found["all"]),
    )
    return told, say("need unknown, not none"), say("{year}", year=year(found["now"]))


def _enough_entrants(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "{them} has more entrants to working life than leavers, {years} ({share}): by ages alone "
        "no need of workers from abroad shows.",
        them=spoken.them,
        years=_years(found),
        share=percent(found["share"], signed=True),
    )
    sure = say("medium variant; true in {held} of the years", held=percent(found["held"]))
    return told, sure, spoken.population


# --- weights and relations ----------------------------------------------------------------------


def _weights(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Its place over all groups hangs on the weights: {near} of {ranked} near those set, {any} "
        "with any.",
        near=rank_ends(found["rank_low"], found["rank_high"]),
        any=rank_ends(found["any_low"], found["any_high"]),
        ranked=rank_number(found["ranked"]),
    )
    return told, say("{level} of the draws", level=spoken.level), spoken.strength_years


def _instrument(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "A recent instrument can be built on: \u201c{title}\u201d ({year}); {n} known in all.",
        title=verbatim(found["title"]),
        year=year(found["year"]),
        n=count(found["n"]),
    )
    return told, say("known by title; its use is not checked"), say("{y}", y=year(found["year"]))


def _not_collected(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Levels, instruments and offices of {us} were not collected; {n} instruments are known.",
        us=spoken.us,
        n=count(found["n"]),
    )
    return told, say("unknown, not none"), spoken.lists_to


def _no_office(found: Figures, spoken: Spoken) -> Said:
    told = say("{n} science offices of either in the other are known.", n=count(found["n"]))
    return told, say("unknown, not none"), spoken.lists_to


def _stale_office(found: Figures, spoken: Spoken) -> Said:
    told = say(
        "Known science offices without a mention in the last {years} years: {n} of {all}.",
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
    "ai_base": _ai_base,
    "rising": _rising,
    "ages": _ages,
    "short_pool": _short_pool,
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
    "falling_back": _falling_back,
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
