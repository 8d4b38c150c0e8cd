"""Ages, scenarios, outside figures and statements on the workforce, from features to the tables.

Knows: which tables there are and what each is made from. Must not know: files, names of countries
and groups, how a number is computed. May import: params (settings only), demography, scenarios,
training, workforce, union_forecast, outside, workforce_claims, pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial

import pandas as pd

from techdiplomacy import demography, training, workforce
from techdiplomacy.outside import OwnFigures, compare, required_years
from techdiplomacy.params import Params
from techdiplomacy.scenarios import build_scenarios
from techdiplomacy.union_forecast import union_forecast
from techdiplomacy.workforce_claims import ClaimEvidence, check_claims
from techdiplomacy.workforce_tables import UNION, UNION_MEASURE

# features that a notebook reads for build_outlook
NEEDED = (
    *("workforce_series", "population_ages", "age_structure", "population_revisions"),
    *("projections", "known_graduates"),
)
# measures whose forecasts outside figures stand beside
_FORECAST = ("employment", UNION_MEASURE)


@dataclass(frozen=True)
class Lists:
    """What the lists of the project say, each as its loader returns it.

    ``pools`` and ``group_pools`` of `workforce_pools`; ``matches``, ``claims`` and ``parts`` of
    `workforce_lists`; ``union`` are the ISO3 codes of the members of the union.
    """

    pools: pd.DataFrame
    group_pools: pd.DataFrame
    matches: pd.DataFrame
    claims: pd.DataFrame
    parts: pd.DataFrame
    union: Sequence[str]


@dataclass(frozen=True)
class Outlook:
    """The workforce ahead; each frame but the last is the declared table of the same name.

    ``disputed`` is what ``demography.disputed_ages`` returns: countries whose older share two
    revisions of the population do not agree on, so that no headline rests on it.
    """

    age_flows: pd.DataFrame
    ageing_years: pd.DataFrame
    birth_cohort: pd.DataFrame
    demographic_pairs: pd.DataFrame
    population_check: pd.DataFrame
    scenario_assumptions: pd.DataFrame
    pool_bases: pd.DataFrame
    scenario_paths: pd.DataFrame
    group_needs: pd.DataFrame
    training_needs: pd.DataFrame
    projections_compared: pd.DataFrame
    claim_verdicts: pd.DataFrame
    claim_figures: pd.DataFrame
    disputed: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table by name."""
        names = (field.name for field in fields(self))
        return {name: getattr(self, name) for name in names if name != "disputed"}


@dataclass(frozen=True)
class Ahead:
    """Tables ``workforce_forecasts`` (some measures) and ``reconciled_forecasts``."""

    forecasts: pd.DataFrame
    reconciled: pd.DataFrame


def newest_year(series: pd.DataFrame) -> int:
    """Return the newest year that any series has, which counts as the present.

    Examples
    --------
    >>> newest_year(pd.DataFrame({"series": ["a", "b"], "year": [2018, 2025]}))
    2025
    """
    return int(series["year"].max())


def forecasts_beside(
    features: Mapping[str, pd.DataFrame], params: Params, union: Sequence[str]
) -> Ahead:
    """Return the forecasts that outside figures stand beside, and the union made to add up."""
    series = features["workforce_series"]
    own = series[series["measure"].isin(_FORECAST)]
    shifts, seed = params.workforce.level_shifts, params.seed
    made = workforce.forecast_workforce(own, params.forecast, level_shifts=shifts, seed=seed)
    reconciled = union_forecast(
        made.forecasts,
        series,
        union,
        params.forecast,
        union=UNION,
        measure=UNION_MEASURE,
        level_shifts=shifts,
        seed=seed,
    )
    return Ahead(made.forecasts, reconciled)


def build_outlook(features: Mapping[str, pd.DataFrame], lists: Lists, params: Params) -> Outlook:
    """Return who ages, who is wanted and who enters, and what others have said of it.

    Parameters
    ----------
    features : mapping of DataFrame
        Feature tables by name; those of ``NEEDED`` are used.
    lists : Lists
        Pools, groups, outside figures that are alike, statements, members of the union.
    params : Params
        Seed, viewpoint, partners and the sections ``workforce``, ``scenarios`` and ``forecast``.

    Returns
    -------
    Outlook
        Sums of scenarios begin after the newest year of any series. Outside figures begin with
        their own base year, so that they are compared with scenarios that do so too, and that
        appear in no other table.

    Raises
    ------
    InvalidTable, InvalidParams
        As the functions that are called.
    """
    viewpoint, chosen, settings = params.viewpoint, params.workforce, params.scenarios
    partners = params.others
    series, ages = features["workforce_series"], features["population_ages"]
    until, now = chosen.cohorts_until, newest_year(series)
    flows = demography.age_flows(
        ages, entry_age=chosen.entry_age, exit_age=chosen.exit_age, until=until
    )
    ageing = demography.ageing_years(ages, chosen.ageing_marks, until=until)
    cohort = demography.birth_cohort(
        ages, chosen.generation, demography.cohort_years(chosen.generation, until)
    )
    projections, graduates = features["projections"], features["known_graduates"]
    build = partial(
        build_scenarios,
        series,
        flows,
        features["age_structure"],
        projections,
        graduates,
        lists.pools,
        [viewpoint, *partners],
        seed=params.seed,
    )
    scenarios = build(settings, start=now)
    # outside figures count from a base year of their own
    also = [year for year in required_years(projections, lists.matches) if year <= until]
    beside = build(settings.model_copy(update={"years": also}), start=None)
    check = demography.population_check(features["population_revisions"])
    ahead = forecasts_beside(features, params, lists.union)
    checks = check_claims(
        lists.claims,
        ClaimEvidence(
            viewpoint=viewpoint,
            partners=partners,
            now=now,
            entry_age=chosen.entry_age,
            projections=projections,
            age_flows=flows,
            ageing_years=ageing,
            birth_cohort=cohort,
            series=series,
            parts=lists.parts,
        ),
    )
    return Outlook(
        age_flows=flows,
        ageing_years=ageing,
        birth_cohort=cohort,
        demographic_pairs=demography.demographic_pairs(
            flows, viewpoint, partners, base_year=now, until=until
        ),
        population_check=check,
        scenario_assumptions=scenarios.assumptions,
        pool_bases=scenarios.bases,
        scenario_paths=scenarios.paths,
        group_needs=training.group_needs(
            scenarios, lists.group_pools, settings, [viewpoint, *partners]
        ),
        training_needs=training.training_needs(
            *(scenarios, lists.group_pools, flows, graduates, settings, viewpoint, partners),
            start=now,
        ),
        projections_compared=compare(
            projections,
            lists.matches,
            OwnFigures(ahead.reconciled, ahead.forecasts, beside.paths, beside.bases, now),
        ),
        claim_verdicts=checks.claim_verdicts,
        claim_figures=checks.claim_figures,
        disputed=demography.disputed_ages(check, margin=chosen.ages_disputed),
    )
