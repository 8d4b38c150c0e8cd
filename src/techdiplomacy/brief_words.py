"""Words that all sections of a partner brief share.

Knows: names of both countries, groups and pools, how ratios and growth are said. Must not know:
files, any single section. May import: texts, countries, technologies, vocabulary, params (settings
only), tie_tables, brief_rows, brief_facts, technology_charts, technology_words, pool_words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from techdiplomacy.brief_facts import BriefFacts
from techdiplomacy.brief_rows import reading
from techdiplomacy.countries import Countries
from techdiplomacy.params import Params
from techdiplomacy.pool_words import Pools, Wide
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_charts import rank_ends
from techdiplomacy.technology_words import data_span
from techdiplomacy.texts import (
    Number,
    Sayable,
    Text,
    count,
    percent,
    say,
    year,
)
from techdiplomacy.tie_tables import KIND
from techdiplomacy.vocabulary import GAPS, SEEN, times

Figures = Mapping[str, Any]
READINGS = {**GAPS, "depends": say("depends on the fit")}


@dataclass(frozen=True)
class Spoken:
    """Whatever the words of a brief need: facts, settings, and names of things."""

    facts: BriefFacts
    params: Params
    names: Countries
    taxonomy: Taxonomy
    pools: Pools
    wide: Wide

    @property
    def them(self) -> Sayable:
        """Return the name of the partner."""
        return self.names.text(self.facts.partner)

    @property
    def us(self) -> Sayable:
        """Return the name of the viewpoint country."""
        return self.names.text(self.facts.viewpoint)

    @property
    def level(self) -> Number:
        """Return the mass of the intervals of counts and ranks."""
        low, high = self.params.rta.interval
        return percent(high - low)

    @property
    def strength_years(self) -> Text:
        """Return the years behind the ranks."""
        return self.years_of(list(self.facts.windows["group_id"]))

    def years_of(self, groups: Sequence[str]) -> Text:
        """Return the years behind the ranks of some groups."""
        windows = self.facts.windows
        told = windows.loc[windows["group_id"].isin(groups), "window"]
        if told.empty:
            return say("{year}", year=year(self.facts.ages.now))
        return data_span(told)

    @property
    def working_life(self) -> Text:
        """Return the ages of working life, the last one inclusive."""
        ages = self.params.workforce
        return say(
            "{entry}\u2013{last}", entry=count(ages.entry_age), last=count(ages.exit_age - 1)
        )

    @property
    def population(self) -> Text:
        """Return up to when ages are estimates."""
        return say("estimates to {last}", last=year(self.facts.ages.estimated_to))

    @property
    def lists_to(self) -> Text:
        """Return of which year the lists of levels are."""
        return say("{year}", year=year(KIND["partnership_level"].state_year))

    def group_name(self, code: str) -> Sayable:
        """Return the name of a group; of the one part that is measured, where it is no more."""
        return self.measured_part(code) or self.taxonomy.short_name(code)

    def group_and_part(self, code: str) -> Sayable:
        """Return the name of a group, and the one part that is measured."""
        name, part = self.taxonomy.short_name(code), self.measured_part(code)
        return say("{group}: {part}", group=name, part=part) if part else name

    def measured_part(self, code: str) -> Text | None:
        """Return the one part of a group that its rank sees; None, where it sees the group."""
        groups = self.facts.groups
        measures = groups.loc[groups["group_id"] == code, "measures"]
        return SEEN.get((code, str(measures.iloc[0]))) if len(measures) else None

    def group(self, code: str, low: float, high: float) -> Text:
        """Return what is ranked with its ranks."""
        return say("{group} ({ends})", group=self.group_name(code), ends=rank_ends(low, high))

    def pool(self, code: str) -> Sayable:
        """Return what is counted for a pool of the partner."""
        return self.wide.get((self.facts.partner, code), self.pools[code])


def persons(number: float) -> Number:
    """Return a number of persons at three significant digits, and never a part of one.

    Examples
    --------
    >>> persons(13271274.3).say("en"), persons(-67.6).say("en")
    ('13,300,000', '-68')
    """
    return count(float(f"{number:.2e}")) if np.isfinite(number) else count(number)


def rate(growth: float) -> Number:
    """Return a log rate as growth a year."""
    return percent(float(np.expm1(growth)))


def ratio_words(found: Figures) -> Text:
    """Return a ratio of observed and expected ties with its interval."""
    return say(
        "{ratio} times ({low}\u2013{high})",
        ratio=times(found["ratio"]),
        low=times(found["ratio_low"]),
        high=times(found["ratio_high"]),
    )


def reading_words(facts: BriefFacts) -> Text:
    """Return on which side of the expectation the tie lies, and what other fits give."""
    told = READINGS[str(reading(facts.gap))]
    if "fits_low" not in facts.gap:
        return say("{reading}", reading=told)
    return say("{reading}; other fits {range}", reading=told, range=fits_words(facts.gap))


def fits_words(found: Figures) -> Text:
    """Return the lowest and highest ratio under other fits."""
    low, high = times(found["fits_low"]), times(found["fits_high"])
    return say("{low}\u2013{high}", low=low, high=high)


def growth_words(found: Figures) -> Text:
    """Return the growth of joint works with its interval, beside the sum over all partners."""
    return say(
        "{rate} a year ({low} to {high}), summed over all partners {all}",
        rate=rate(found["growth"]),
        low=rate(found["growth_low"]),
        high=rate(found["growth_high"]),
        all=rate(found["growth_of_all"]),
    )
