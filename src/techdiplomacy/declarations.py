"""The declared tables of the workbench by name; the data dictionary is made from them.

Knows: which tables there are. Must not know: files or figures.
May import: errors, columns, and every module of tables.
"""

from __future__ import annotations

from techdiplomacy.brief_tables import PARTNER_BRIEFS
from techdiplomacy.columns import Table
from techdiplomacy.errors import InvalidTable, suggest
from techdiplomacy.gap_tables import COOPERATION_GAPS
from techdiplomacy.input_tables import CLEAN, FEATURES
from techdiplomacy.live_tables import LIVE
from techdiplomacy.priority_tables import PARTNER_PRIORITIES
from techdiplomacy.result_tables import COUNTRY_CLUSTERS
from techdiplomacy.scenario_tables import WORKFORCE_SCENARIOS
from techdiplomacy.scorecard_tables import KNOWN_FACTS, SCORECARD
from techdiplomacy.technology_tables import GROUP_EVIDENCE, TECHNOLOGY_STRENGTH
from techdiplomacy.tie_tables import COOPERATION_FEATURES, COOPERATION_TIES
from techdiplomacy.workforce_tables import (
    WORKFORCE_CLEAN,
    WORKFORCE_FEATURES,
    WORKFORCE_FORECAST,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        *(*CLEAN, *WORKFORCE_CLEAN, *LIVE, *FEATURES, *WORKFORCE_FEATURES),
        *(*GROUP_EVIDENCE, *COOPERATION_FEATURES, *KNOWN_FACTS),
        *(*COUNTRY_CLUSTERS, *WORKFORCE_FORECAST, *TECHNOLOGY_STRENGTH),
        *(*COOPERATION_TIES, *COOPERATION_GAPS, *PARTNER_PRIORITIES, *SCORECARD),
        *(*WORKFORCE_SCENARIOS, *PARTNER_BRIEFS),
    )
}


def declared(name: str) -> Table:
    """Return the declaration of a table.

    Raises
    ------
    InvalidTable
        If no table of that name is declared.

    Examples
    --------
    >>> declared("population").key
    ('country', 'year', 'age_from')
    """
    if name not in TABLES:
        raise InvalidTable(
            f"No table '{name}' is declared.{suggest(name, TABLES)}",
            where="src/techdiplomacy/declarations.py",
            next_step="Correct the name, or declare it in a module of tables.",
        )
    return TABLES[name]
