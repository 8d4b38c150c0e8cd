"""The title, findings, opportunities and cautions of the brief of one partner.

Knows: which sentence says which figure; what is unknown is never said as none. Must not know:
files, how a result was computed. May import: texts, countries, vocabulary, params (settings only),
demography, brief_facts, brief_points, technology_charts, page_columns, pages, stated_page,
brief_words, brief_reasons.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.brief_facts import BriefFacts
from techdiplomacy.brief_points import (
    MOST,
    OPPORTUNITIES,
    Point,
)
from techdiplomacy.brief_reasons import CAUTION_WORDS, OPPORTUNITY_WORDS, point_rows
from techdiplomacy.brief_words import READINGS, Spoken, ratio_words, reading_words
from techdiplomacy.demography import OLDER
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.pages import Finding, fit_on_a_screen
from techdiplomacy.params import Params
from techdiplomacy.stated_page import grade_counts, texts_behind
from techdiplomacy.technology_charts import rank_ends, rank_number
from techdiplomacy.texts import (
    Number,
    Sayable,
    Text,
    commas,
    count,
    listing,
    percent,
    period,
    say,
    year,
)
from techdiplomacy.vocabulary import (
    LEVELS,
    times,
)

# --- findings -----------------------------------------------------------------------------------


def findings(spoken: Spoken) -> list[Finding]:
    """Return three to five findings; groups are named as long as a first screen has room.

    Parameters
    ----------
    spoken : Spoken
        Facts, settings and names.
    """
    for most in (3, 2, 1, 0):
        found = [_strength(spoken, most), _tie(spoken), _ages(spoken), *_stated(spoken)]
        found.append(_relations(spoken))
        if fit_on_a_screen(found):
            break
    return found


def _strength(spoken: Spoken, most: int) -> Finding:
    """Return in how many groups the partner leads, and in which surely."""
    groups = spoken.facts.groups
    ranked = spoken.facts.ranked
    numbers = {"ranked": count(len(ranked)), "all": count(len(groups))}
    values: dict[str, Sayable] = {
        "first": count(spoken.params.priorities.leader_rank),
        "ranked": say("{ranked} ranked groups of {all}", **numbers)
        if len(ranked) < len(groups)
        else say("{all} groups", all=count(len(groups))),
    }
    leads = groups[groups["leads"]].sort_values(["rank_median", "rank_high"], kind="stable")
    to = spoken.strength_years
    if ranked.empty:
        return Finding(
            say("A rank by size is possible in {ranked} of {all} groups.", **numbers),
            say("unknown, not weak"),
            to,
        )
    if leads.empty:
        best = ranked.sort_values(["rank_median", "rank_high"], kind="stable").iloc[0]
        group = spoken.group(str(best["group_id"]), best["rank_low"], best["rank_high"])
        return Finding(
            say(
                "Among the first {first} by size in 0 of {ranked}; nearest: {group}.",
                group=group,
                **values,
            ),
            say("{level} intervals", level=spoken.level),
            to,
        )
    sure = leads[leads["leads_surely"]]
    certainty = say(
        "whole interval in {sure}; firm {firm}; by one measure {one}",
        sure=count(len(sure)),
        firm=count((leads["label"] == "firm").sum()),
        one=count((leads["n_measures"] == 1).sum()),
    )
    values["leads"] = count(len(leads))
    if not most:
        sentence = say(
            "Among the first {first} by size in {leads} of {ranked}.",
            **values,
        )
        return Finding(sentence, certainty, to)
    named = commas(
        spoken.group(str(row["group_id"]), row["rank_low"], row["rank_high"])
        for row in leads.head(most).to_dict("records")
    )
    sentence = say(
        "Among the first {first} by size in {leads} of {ranked}, first: {groups}.",
        groups=named,
        **values,
    )
    return Finding(sentence, certainty, to)


def _tie(spoken: Spoken) -> Finding:
    """Return how many joint works there are, beside what is expected."""
    facts = spoken.facts
    values: dict[str, Sayable] = {"us": spoken.us, "n": count(_volume(facts))}
    if not facts.works_window:
        return Finding(
            say("Joint works with {us}: {n} listed.", **values),
            say("unknown, not none"),
            say("{year}", year=year(facts.ages.now)),
        )
    to = say("{window}", window=period(facts.works_window))
    if not facts.gap:
        return Finding(
            say("{n} joint works with {us}.", **values), say("no expectation possible"), to
        )
    return Finding(
        say(
            "{n} joint works with {us}: {ratio} what is expected.",
            ratio=ratio_words(facts.gap),
            **values,
        ),
        reading_words(facts),
        to,
    )


def _volume(facts: BriefFacts) -> float:
    return float(facts.works.get("volume", 0.0))


def _ages(spoken: Spoken) -> Finding:
    """Return how old the partner is and who enters its working life, unless that is disputed."""
    ages = spoken.facts.ages
    rows = {row["country"]: row for row in ages.table.to_dict("records")}
    disputed = {row["country"]: row for row in ages.disputed.to_dict("records")}
    us, them = spoken.facts.viewpoint, spoken.facts.partner
    if them not in rows:
        return Finding(
            say(
                "Ages are tabled here for {n} countries, and {them} is none of them.",
                n=count(ages.countries),
                them=spoken.them,
            ),
            say("unknown"),
            spoken.population,
        )
    if them in disputed:
        row = disputed[them]
        return Finding(
            say(
                "Two revisions disagree on ages: {used} or {newer} are {age} or older in {year}.",
                used=percent(row["earlier_older_share"]),
                newer=percent(row["newer_older_share"]),
                age=count(OLDER),
                year=year(row["year"]),
            ),
            say("do not conclude"),
            spoken.population,
        )
    values: dict[str, Sayable] = {
        "share": percent(rows[them]["share_now"]),
        "age": count(OLDER),
        "now": year(ages.now),
        "until": year(ages.until),
        "balance": percent(rows[them]["balance_share"], signed=True),
        "life": spoken.working_life,
    }
    sure = say("medium variant, before deaths and migration")
    if us not in rows:
        return Finding(
            say(
                "{share} are {age} or older in {now}; entrants less leavers of working life "
                "({life}) to {until}: {balance}.",
                **values,
            ),
            sure,
            spoken.population,
        )
    return Finding(
        say(
            "{share} are {age} or older in {now}; entrants less leavers of working life ({life}) "
            "to {until}: {balance}, {us} {own}.",
            us=spoken.us,
            own=percent(rows[us]["balance_share"], signed=True),
            **values,
        ),
        sure,
        spoken.population,
    )


def _stated(spoken: Spoken) -> list[Finding]:
    """Return what figures make of stated strengths; nothing, if none is stated."""
    ledger = spoken.facts.stated
    if ledger.empty:
        return []
    grades = grade_counts(ledger)
    values = {"n": count(grades["supported"]), "all": count(len(ledger))}
    sentence = (
        say(
            "Figures support {n} of {all} stated strengths and cannot measure {unknown}.",
            unknown=count(grades["cannot_be_measured"]),
            **values,
        )
        if grades["cannot_be_measured"]
        else say("Figures support {n} of {all} stated strengths.", **values)
    )
    return [Finding(sentence, texts_behind(ledger), spoken.strength_years)]


def _relations(spoken: Spoken) -> Finding:
    """Return level, instruments and offices that are known."""
    known = spoken.facts.known
    values: dict[str, Sayable] = {
        "n": count(len(known.instruments)),
        "offices": count(len(known.offices)),
    }
    sure = say("unknown is not none")
    if not known.collected:
        return Finding(
            say(
                "Levels, instruments and offices of {us} were not collected; known: {n} and "
                "{offices}.",
                us=spoken.us,
                **values,
            ),
            sure,
            spoken.lists_to,
        )
    if known.level is None:
        return Finding(
            say(
                "Known instruments: {n}, science offices: {offices}, level: none listed.", **values
            ),
            sure,
            spoken.lists_to,
        )
    return Finding(
        say(
            "Known instruments: {n}, science offices: {offices}, partnership: {level}.",
            level=LEVELS[known.level],
            **values,
        ),
        sure,
        spoken.lists_to,
    )


# --- opportunities and cautions -----------------------------------------------------------------


def points_table(opportunities: list[Point], cautions: list[Point], spoken: Spoken) -> pd.DataFrame:
    """Return opportunities, then cautions: ``kind, side, rule, told, sure, to``."""
    table: pd.DataFrame = pd.concat(
        [
            point_rows(opportunities, OPPORTUNITY_WORDS, spoken).assign(kind="opportunity"),
            point_rows(cautions, CAUTION_WORDS, spoken).assign(kind="caution"),
        ],
        ignore_index=True,
    )
    return table


_POINTS = {"opportunity": say("+ opportunity"), "caution": say("\u2212 caution")}


def points_columns() -> Columns:
    """Return how `points_table` reads."""
    return (
        cells.words("kind", say("what it is"), _POINTS),
        cells.texts("told", say("reason")),
        cells.texts("sure", say("how sure")),
        cells.texts("to", say("data")),
    )


def points_headline(opportunities: list[Point], cautions: list[Point]) -> Text:
    """Return how many opportunities and cautions the figures carry."""
    return say(
        "Opportunities that figures carry: {n}; cautions: {m}",
        n=count(len(opportunities)),
        m=count(len(cautions)),
    )


def points_words(opportunities: list[Point], cautions: list[Point]) -> Text:
    """Return how points are chosen, and that fewer are told where figures carry no more."""
    values: dict[str, Sayable] = {"most": count(MOST), "sides": count(len(OPPORTUNITIES))}
    if len(opportunities) == len(cautions) == MOST:
        return say(
            "Fixed rules choose them from the figures below, at most {most} of each, one a side "
            "(strength, tie, people, relations; for cautions also the place). They are no advice.",
            most=values["most"],
        )
    return say(
        "Fixed rules choose them from the figures below, at most {most} of each, one a side "
        "(strength, tie, people, relations; for cautions also the place). Opportunities here: {n}, "
        "cautions: {m}; on no other side does a rule hold. They are no advice.",
        most=values["most"],
        n=count(len(opportunities)),
        m=count(len(cautions)),
    )


def points_subtitle(spoken: Spoken) -> Text:
    """Return which figures the points rest on."""
    return say(
        "Rules on strength {strength} (patents by year of grant), joint works {works}, ages and "
        "workers ({ages}) and known facts",
        strength=spoken.strength_years,
        works=period(spoken.facts.works_window),
        ages=spoken.population,
    )


def all_sources(*parts: Sequence[str]) -> list[str]:
    """Return the cards behind several sections, each once."""
    return list(dict.fromkeys(card for part in parts for card in part))


def coverage_words(missing: Sequence[str], spoken: Spoken) -> Text:
    """Return what the brief lacks, before anything is read from it."""
    if not missing:
        return say("All sides of this brief have figures; each says how sure it is.")
    return say(
        "What this brief lacks on {them}: {missing}. Missing is unknown, neither good nor bad.",
        them=spoken.them,
        missing=listing(MISSING[code] for code in missing),
    )


def coverage_and_place(missing: Sequence[str], spoken: Spoken) -> Text:
    """Return what the brief lacks, and the partner's place, in one paragraph."""
    return say(
        "{coverage} {place}",
        coverage=coverage_words(missing, spoken),
        place=place_words(spoken),
    )


def place_words(spoken: Spoken) -> Text:
    """Return the partner's place in the order of partners to be asked next, over all groups."""
    row = spoken.facts.overall
    if not row:
        return say(
            "{them} has no place in the order of partners to be asked next: too few figures by "
            "technology.",
            them=spoken.them,
        )
    return say(
        "Place in the order of partners to be asked next, over all groups: {place} of {ranked} "
        "({near} with weights near those set, {any} with any).",
        place=rank_number(row["rank_median"]),
        ranked=count(row["ranked"]),
        near=rank_ends(row["rank_low"], row["rank_high"]),
        any=rank_ends(row["any_low"], row["any_high"]),
    )


MISSING = {
    "no_groups": say("any rank by technology"),
    "few_groups": say("ranks in more than half of the groups"),
    "no_gap": say("an expectation of joint works"),
    "no_ages": say("ages"),
    "disputed_ages": say("ages that two revisions agree on"),
    "no_pools": say("workers of any pool"),
}
COVERAGE = {"full": say("full"), "partial": say("partial"), "thin": say("thin")}


# --- the index of all briefs --------------------------------------------------------------------


def index_columns(params: Params) -> Columns:
    """Return how table ``brief_index`` reads beside the partner; an empty cell is unknown.

    Parameters
    ----------
    params : Params
        ``priorities.leader_rank`` and ``rta.interval`` stand in headings.
    """
    low, high = params.rta.interval

    def signed(share: float) -> Number:
        return percent(share, signed=True)

    return (
        cells.observed(
            "groups_led",
            say("groups among the first {first}", first=count(params.priorities.leader_rank)),
            count,
        ),
        cells.observed("joint_works", say("joint works"), count),
        cells.estimate(
            "times_expected",
            say("times expected"),
            times,
            Interval("times_expected_low", "times_expected_high", percent(high - low)),
        ),
        cells.words("reading", say("reading"), READINGS),
        cells.words("level", say("level known"), LEVELS),
        cells.observed("instruments_known", say("instruments known"), count),
        cells.observed("offices_known", say("offices known"), count),
        cells.observed(
            "balance_share",
            say("entrants less leavers to {until}", until=year(params.workforce.cohorts_until)),
            signed,
        ),
        cells.words("coverage", say("figures"), COVERAGE),
        cells.said("why", say("what is missing"), _missing_words),
    )


def _missing_words(codes: str) -> Sayable:
    return commas(MISSING[code] for code in codes.split(";"))
