"""What speaks for a partner in a group, and what to be careful about, as codes.

Knows: when each reason holds. Must not know: files, names of countries and groups, ranks by score.
May import: params (settings only), priority_tables, NumPy, pandas.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from techdiplomacy.params import Params
from techdiplomacy.priority_tables import ALL_GROUPS, CAUTIONS, FOR_IT

# a tie is close in the first quarter of the partners of a group
_CLOSE = 0.25


def reasons(table: pd.DataFrame, settings: Params) -> pd.DataFrame:
    """Return ``group_id, partner, status, reasons`` of each partner in each group.

    Parameters
    ----------
    table : DataFrame
        Table ``partner_values``.
    settings : Params
        Sections ``priorities``, ``cooperation`` and ``relatedness`` are used.
    """
    priorities = settings.priorities
    leads = table["strength_rank"] <= priorities.leader_rank
    half = table.groupby("group_id")["partner"].transform("size") / 2
    strong = table["strength_rank"] <= np.minimum(priorities.strength_rank, half)
    shallow = table["volume"] <= settings.cooperation.shallow_max
    complete = table["tie"].where(table["status"] == "ok")
    place = complete.groupby(table["group_id"]).rank(pct=True, ascending=False)
    holds = {
        "leads_here": leads,
        "strong_here": ~leads & strong,
        "specialised": table["partner_probability"] >= settings.relatedness.partner_probability,
        "close_tie": (place <= _CLOSE) & ~shallow,
        "room_to_grow": table["gap_high"] < 0,
        "no_tie": table["volume"] == 0,
        "shallow_tie": shallow & (table["volume"] > 0),
        "above_expected": table["gap_low"] > 0,
        "few_items": table["few_items"],
        "one_measure": table["n_measures"] == 1,
        "tie_all_fields": table["tie_scope"] == "all_fields",
    }
    flags = pd.DataFrame(holds)[[*FOR_IT, *CAUTIONS]]
    return table[["group_id", "partner", "status"]].assign(reasons=codes_that_hold(flags))


def codes_that_hold(flags: pd.DataFrame) -> pd.Series[str]:
    """Return the names of the columns that hold in each row, semicolons between; none: missing.

    Parameters
    ----------
    flags : DataFrame
        Columns of yes or no, named by the codes.
    """
    names = [";".join(flags.columns[row]) or None for row in flags.to_numpy(dtype=bool)]
    return pd.Series(names, index=flags.index, dtype="object")


def reasons_over_all(marked: pd.DataFrame, at_least: float) -> pd.DataFrame:
    """Return the rows over all groups: a reason is given that holds in enough of the groups.

    Parameters
    ----------
    marked : DataFrame
        What `reasons` returns.
    at_least : float
        Share of the groups in which the partner has all four sides.
    """
    codes = [*FOR_IT, *CAUTIONS]
    split = marked["reasons"].fillna("").str.split(";")
    flags = pd.DataFrame({code: [code in own for own in split] for code in codes})
    flags = flags[(marked["status"] == "ok").to_numpy()]
    named = marked.loc[marked["status"] == "ok", "partner"].to_numpy()
    partners = pd.Index(sorted(marked["partner"].unique()), name="partner")
    share = flags.groupby(named).mean().reindex(partners).fillna(0.0)
    found = codes_that_hold(share >= at_least).rename("reasons")
    return found.reset_index().assign(group_id=ALL_GROUPS)
