"""Technology strength from evidence to the declared tables of its notebook, in one call.

Knows: which tables there are and what each is made from. Must not know: files, names of
countries and groups, how a number is computed. May import: params (settings only), technologies,
technology_tables, group_strength, group_ranks, rank_choices, stated_evidence, viewpoint_fields.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import pandas as pd

from techdiplomacy import group_ranks, group_strength, rank_choices
from techdiplomacy import stated_evidence as stated_in_figures
from techdiplomacy import viewpoint_fields as viewpoint
from techdiplomacy.errors import InvalidTable
from techdiplomacy.params import Params
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_tables import MEASURES, RULES


@dataclass(frozen=True)
class TechnologyStrength:
    """Technology strength of countries; each frame is the declared table of the same name."""

    group_coverage: pd.DataFrame
    technology_strength: pd.DataFrame
    technology_ranks: pd.DataFrame
    group_concentration: pd.DataFrame
    rank_sensitivity: pd.DataFrame
    stated_ledger: pd.DataFrame
    stated_agreement: pd.DataFrame
    grade_rates: pd.DataFrame
    viewpoint_spread: pd.DataFrame
    relatedness: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def build_strength(
    evidence: pd.DataFrame,
    taxonomy: Taxonomy,
    settings: Params,
    seed: int,
    *,
    stated: pd.DataFrame,
    limits: pd.DataFrame,
    links: pd.DataFrame,
    specialisation: pd.DataFrame,
) -> TechnologyStrength:
    """Return the strength of countries in the groups of a list, with all that is said of it.

    Parameters
    ----------
    evidence : DataFrame
        Feature ``group_evidence``.
    taxonomy : Taxonomy
        The list in force.
    settings : Params
        ``viewpoint`` and sections ``rta``, ``ranks``, ``concentration``, ``stated`` and
        ``relatedness`` are used.
    seed : int
        Seed of every random draw.
    stated, limits, links : DataFrame
        What ``statements.load_statements``, ``load_statement_limits`` and ``load_conflict_links``
        return.
    specialisation : DataFrame
        Feature ``field_specialisation``.

    Raises
    ------
    InvalidTable
        If the evidence holds nothing of the list.
    """
    own = evidence[
        (evidence["framework"] == taxonomy.framework)
        & (evidence["rule"] == RULES[0])
        & evidence["measure"].isin(MEASURES)
    ]
    if own.empty:
        raise InvalidTable(
            f"There is no evidence for the list {taxonomy.framework}.",
            where="data/features/group_evidence.csv",
            next_step="Make the features anew: dvc repro build_features.",
        )
    rta, ranks = settings.rta, settings.ranks
    strength = group_strength.strength_by_measure(own, rta, ranks, seed)
    return TechnologyStrength(
        group_coverage=group_ranks.coverage(own, taxonomy, ranks),
        technology_strength=strength,
        technology_ranks=group_ranks.ranks_by_group(own, rta, ranks, seed),
        group_concentration=group_ranks.concentration_by_group(
            own, settings.concentration, rta, ranks, seed
        ),
        rank_sensitivity=rank_choices.choices_compared(
            evidence, strength, taxonomy.framework, rta, ranks, seed
        ),
        stated_ledger=stated_in_figures.ledger(
            stated, strength, taxonomy, limits, links, settings.stated
        ),
        stated_agreement=stated_in_figures.agreement_by_measure(
            stated, strength, settings.stated, rta, seed
        ),
        grade_rates=stated_in_figures.rates_of_grades(
            stated, strength, taxonomy, limits, settings.stated, rta
        ),
        viewpoint_spread=viewpoint.spread_in_time(
            specialisation, settings.viewpoint, rta, ranks, seed
        ),
        relatedness=viewpoint.related_fields(
            specialisation, taxonomy, settings.viewpoint, settings.relatedness
        ),
    )
