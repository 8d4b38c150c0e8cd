"""Cooperation from ties to the declared tables of its notebook, in one call.

Knows: which tables there are and what each is made from. Must not know: files, names of
countries, how a number is computed. May import: params (settings only), tie_measures,
pair_panels, gaps, gap_variants, project_money, pandas.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields

import pandas as pd

from techdiplomacy import project_money as money
from techdiplomacy import tie_measures as measured
from techdiplomacy.gap_variants import gap_sensitivity, with_holds
from techdiplomacy.gaps import estimate_gaps
from techdiplomacy.pair_panels import GapChoices
from techdiplomacy.params import Params

# features that a notebook reads for build_cooperation
NEEDED = (
    *("ties", "pair_traits", "field_specialisation", "official_ties"),
    *("viewpoint_projects", "known_agreements"),
)
PARTNERS_DRAWN = 12


@dataclass(frozen=True)
class Cooperation:
    """Ties of the viewpoint country; each frame is the declared table of the same name."""

    tie_measures: pd.DataFrame
    tie_coverage: pd.DataFrame
    network_edges: pd.DataFrame
    official_check: pd.DataFrame
    cooperation_gaps: pd.DataFrame
    gap_changes: pd.DataFrame
    gap_sensitivity: pd.DataFrame
    gravity_coefficients: pd.DataFrame
    gravity_fits: pd.DataFrame
    project_money: pd.DataFrame
    project_partners: pd.DataFrame
    project_matrix: pd.DataFrame
    project_repeats: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def build_cooperation(
    features: Mapping[str, pd.DataFrame],
    params: Params,
    regions: Mapping[str, Collection[str]] | None = None,
) -> Cooperation:
    """Return the ties of the viewpoint country, what is expected of them, and its EU projects.

    Parameters
    ----------
    features : mapping of DataFrame
        Feature tables by name; those of ``NEEDED`` are used.
    params : Params
        Seed, viewpoint, partners and sections ``cooperation`` and ``gravity`` are used.
    regions : mapping of str to collection of str, optional
        Members of each region; gaps are held against a fit that knows which pairs share one.

    Raises
    ------
    InvalidTable
        As in ``gaps.estimate_gaps``.
    NotConverged
        If a fit does not come to rest.
    """
    ties, projects = features["ties"], features["viewpoint_projects"]
    viewpoint, chosen = params.viewpoint, params.cooperation
    low, high = params.gravity.interval
    undated = measured.undated_ties(projects, features["known_agreements"], viewpoint)
    fitted = (ties, features["pair_traits"], features["field_specialisation"], gap_choices(params))
    gaps = estimate_gaps(*fitted)
    sensitivity = gap_sensitivity(*fitted, regions or {})
    return Cooperation(
        tie_measures=measured.tie_measures(
            ties, viewpoint, chosen, interval=(low, high), windows=params.gravity.windows
        ),
        tie_coverage=measured.tie_coverage(ties, viewpoint, undated),
        network_edges=measured.network_edges(
            ties, viewpoint, chosen, interval=(low, high), partners=PARTNERS_DRAWN
        ),
        official_check=measured.official_check(ties, features["official_ties"], viewpoint),
        cooperation_gaps=with_holds(gaps.cooperation_gaps, sensitivity),
        gap_changes=gaps.gap_changes,
        gap_sensitivity=sensitivity,
        gravity_coefficients=gaps.gravity_coefficients,
        gravity_fits=gaps.gravity_fits,
        project_money=money.project_money(projects, viewpoint),
        project_partners=money.project_partners(projects, viewpoint),
        project_matrix=money.project_matrix(projects, viewpoint),
        project_repeats=money.project_repeats(projects, viewpoint),
    )


def gap_choices(params: Params) -> GapChoices:
    """Return whose gaps are estimated, and how, from the settings."""
    return GapChoices(
        params.viewpoint,
        tuple(params.partners),
        params.gravity,
        params.cooperation.window_years,
        params.seed,
    )
