"""Partners to ask next, from features to the declared tables of the notebook, in one call.

Knows: which tables there are and what each is made from. Must not know: files, names of
countries and groups, how a number is computed. May import: params (settings only), technologies,
technology_tables, gap_tables, group_strength, group_ranks, viewpoint_fields, gaps, tie_measures,
partner_values, partner_ranks, priorities, scorecard, scorecard_values, event_study, representation,
cooperation, pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import pandas as pd

from techdiplomacy import event_study as events
from techdiplomacy import partner_ranks, priorities
from techdiplomacy import partner_values as sides
from techdiplomacy.cooperation import gap_choices
from techdiplomacy.gap_tables import GAP_KINDS, WITHOUT_PAST, WORKS
from techdiplomacy.gaps import estimate_gaps
from techdiplomacy.group_ranks import ranks_by_group
from techdiplomacy.group_strength import strength_by_measure
from techdiplomacy.params import Params
from techdiplomacy.representation import Known, Stated, build_representation
from techdiplomacy.scorecard import build_scorecard
from techdiplomacy.scorecard_values import Results
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_tables import MEASURES, RULES
from techdiplomacy.tie_measures import tie_measures
from techdiplomacy.viewpoint_fields import related_fields

# features that a notebook reads for build_partnership
NEEDED = (
    *("group_evidence", "ties", "pair_traits", "field_specialisation", "known_levels"),
    *("known_agreements", "known_offices", "known_missions", "known_exchanges"),
)


@dataclass(frozen=True)
class Spoken:
    """What texts say: lists of partners, the members of groups in them, and numbers of offices.

    ``offices`` holds the number of offices and that of their host countries, by claim; it is
    empty where no text speaks of them.
    """

    lists: Mapping[str, Sequence[str]]
    members: Mapping[str, Sequence[str]]
    offices: Mapping[str, int]


@dataclass(frozen=True)
class Partnership:
    """Partners of the viewpoint country; each frame is the declared table of the same name."""

    partner_values: pd.DataFrame
    partner_ranks: pd.DataFrame
    side_correlations: pd.DataFrame
    priority_lists: pd.DataFrame
    stated_order: pd.DataFrame
    stated_order_agreement: pd.DataFrame
    replication_order: pd.DataFrame
    scorecard: pd.DataFrame
    scorecard_totals: pd.DataFrame
    event_study: pd.DataFrame
    event_paths: pd.DataFrame
    event_list: pd.DataFrame
    event_sensitivity: pd.DataFrame
    representation: pd.DataFrame
    representation_matrix: pd.DataFrame
    representation_totals: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def build_partnership(
    features: Mapping[str, pd.DataFrame],
    taxonomy: Taxonomy,
    params: Params,
    *,
    rubric: pd.DataFrame,
    spoken: Spoken,
) -> Partnership:
    """Return whom to ask next, group by group and over all, and what is known of the ties.

    Parameters
    ----------
    features : mapping of DataFrame
        Feature tables by name; those of ``NEEDED`` are used.
    taxonomy : Taxonomy
        The list in force.
    params : Params
        Seed, viewpoint, partners and the sections of ranks, ties, gaps, priorities and events.
    rubric : DataFrame
        What ``registers.load_rubric`` returns.
    spoken : Spoken
        What texts say of partners and offices.

    Raises
    ------
    InvalidTable
        As in ``gaps.estimate_gaps`` and ``priorities.stated_order``.
    """
    viewpoint, seed, ranks = params.viewpoint, params.seed, params.ranks
    ties, specialisation = features["ties"], features["field_specialisation"]
    evidence = features["group_evidence"]
    own = evidence[
        (evidence["framework"] == taxonomy.framework)
        & (evidence["rule"] == RULES[0])
        & evidence["measure"].isin(MEASURES)
    ]
    sizes = ranks_by_group(own, params.rta, ranks, seed)
    strength = strength_by_measure(own, params.rta, ranks, seed)

    gaps = estimate_gaps(
        ties,
        features["pair_traits"],
        specialisation,
        gap_choices(params),
        specifications=[WITHOUT_PAST],
    )
    low, high = params.gravity.interval
    measured = tie_measures(
        ties, viewpoint, params.cooperation, interval=(low, high), windows=params.gravity.windows
    )
    years = params.cooperation.window_years
    kinds = {
        kind: sides.pair_sides(
            kind,
            sides.pair_totals(ties, kind, years),
            gaps.cooperation_gaps,
            gaps.draws[kind, WITHOUT_PAST],
            params,
            seed,
            dispersion=_dispersion(measured, kind),
        )
        for kind in GAP_KINDS
    }
    values = sides.partner_values(own, strength, sizes, kinds, params, seed)
    ranked = partner_ranks.rank_partners(values, params, seed)
    order, agreement = priorities.stated_order(spoken.lists, spoken.members, ranked, params, seed)
    results = Results(
        tie_measures=measured,
        cooperation_gaps=gaps.cooperation_gaps,
        gap_changes=gaps.gap_changes,
        partner_values=values.table,
        relatedness=related_fields(specialisation, taxonomy, viewpoint, params.relatedness),
        ties=ties,
        field_specialisation=specialisation,
        known_agreements=features["known_agreements"],
        known_exchanges=features["known_exchanges"],
    )
    steps = (ties, features["known_levels"], features["known_agreements"])
    around = events.study(
        *steps,
        viewpoint=viewpoint,
        partners=params.partners,
        settings=params.events,
        min_works=params.cooperation.min_ties,
        seed=seed,
    )
    return Partnership(
        partner_values=values.table,
        partner_ranks=ranked.table,
        side_correlations=partner_ranks.side_correlations(values, params),
        priority_lists=priorities.priority_lists(
            values.table, measured, kinds[WORKS].table, params
        ),
        stated_order=order,
        stated_order_agreement=agreement,
        replication_order=priorities.replication_order(ranked, specialisation, params),
        **build_scorecard(
            results,
            rubric,
            viewpoint=viewpoint,
            partners=params.partners,
            ranks=ranks,
            relatedness=params.relatedness,
            interval=params.gravity.interval,
            seed=seed,
        ),
        **around,
        event_sensitivity=events.sensitivity(
            *steps,
            viewpoint=viewpoint,
            settings=params.events,
            min_works=params.cooperation.min_ties,
            seed=seed,
        ),
        **build_representation(
            Known(
                features["known_missions"],
                features["known_offices"],
                features["known_agreements"],
                features["known_levels"],
            ),
            sizes,
            viewpoint=viewpoint,
            partners=params.partners,
            leader_rank=params.priorities.leader_rank,
            stated=_stated(spoken.offices),
        ),
    )


def _stated(offices: Mapping[str, int]) -> Stated | None:
    """Return what is stated of offices and host countries, if anything is."""
    if not offices:
        return None
    (first, number), (second, hosts) = offices.items()
    return Stated(number, hosts, first, second)


def _dispersion(measured: pd.DataFrame, kind: str) -> pd.Series[float]:
    """Return by how much ties of the newest window of a kind scatter from year to year."""
    rows = measured[measured["kind"] == kind]
    newest = rows[rows["window"] == rows["window"].max()]
    found: pd.Series[float] = newest.set_index("partner")["dispersion"].astype("float64").dropna()
    return found
