"""The findings of the scenario page on ages: how fast a country ages, who has entrants.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, pages, demography_words, ageing_page.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from techdiplomacy.ageing_page import speed_sentence
from techdiplomacy.countries import Countries
from techdiplomacy.demography_words import estimates_to, with_shares
from techdiplomacy.pages import Finding
from techdiplomacy.texts import Sayable, count, percent, period, say


def findings(
    ageing: pd.DataFrame,
    flows: pd.DataFrame,
    pairs: pd.DataFrame,
    names: Countries,
    *,
    shown: Sequence[str],
    base_year: int,
) -> list[Finding]:
    """Return the two findings on ages: how fast the viewpoint country ages, who has entrants.

    Countries whose ages are in dispute between revisions are left out of ``pairs`` and ``shown``
    by the caller.

    Parameters
    ----------
    ageing, flows, pairs : DataFrame
        Tables ``ageing_years``, ``age_flows`` and ``demographic_pairs``.
    names : Countries
        Names.
    shown : sequence of str
        Countries that the speed is compared with.
    base_year : int
        Entrants and leavers are added up after it.
    """
    viewpoint = str(pairs["country"].iloc[0])
    known = estimates_to(flows)
    speed = speed_sentence(ageing, flows, viewpoint, shown, names, base_year=base_year)
    return [
        Finding(say("{speed}.", speed=speed), say("medium variant, no interval"), known),
        _fewer_entrants(flows, pairs, names, base_year=base_year),
    ]


def _fewer_entrants(
    flows: pd.DataFrame, pairs: pd.DataFrame, names: Countries, *, base_year: int
) -> Finding:
    """Return how many partners have fewer entrants than leavers, and how steadily."""
    losing = pairs[pairs["partner_balance"] < 0].sort_values("partner_balance_share")
    single = flows[(flows["year"] > base_year) & flows["country"].isin(losing["partner"])]
    steady = (single["balance"] < 0).groupby(single["country"]).all()
    own = pairs.iloc[0]
    values: dict[str, Sayable] = {
        "years": period(f"{base_year + 1}-{flows['year'].max()}"),
        "n": count(len(losing)),
        "all": count(len(pairs)),
        "country": names.text(str(own["country"])),
        "own": percent(own["own_balance_share"], signed=True),
        "core": percent(own["own_core_change"], signed=True),
    }
    if losing.empty:
        sentence = say(
            "{years}: more leave than reach working life in {n} of {all} partners; "
            "{country} {own}, after deaths and migration {core}.",
            **values,
        )
    else:
        sentence = say(
            "{years}: more leave than reach working life in {n} of {all} partners, "
            "first {countries}; {country} {own}, after deaths and migration {core}.",
            countries=with_shares(losing.set_index("partner")["partner_balance_share"], names, 2),
            **values,
        )
    certainty = say("every single year in {n} of them", n=count(steady.sum()))
    return Finding(sentence, certainty, estimates_to(flows))
