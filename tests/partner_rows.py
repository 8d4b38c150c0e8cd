"""Sides of partners, made up for tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
from evidence_rows import LIST, chosen

from techdiplomacy import partner_ranks
from techdiplomacy.partner_values import PartnerValues
from techdiplomacy.priority_tables import PARTNER_PRIORITIES, SIDES

DRAWS = 300
PARAMS = chosen(ranks={"draws": DRAWS}).model_copy(update={"viewpoint": "VVV"})
TABLES = {table.name: table for table in PARTNER_PRIORITIES}


def made(groups, *, listed=None, spread=0.01, **columns):
    """Return partner values from sides by group: {group: {partner: (four numbers)}}."""
    parts, sides, draws = [], {}, {}
    for group, rows in groups.items():
        frame = pd.DataFrame(rows, index=list(SIDES)).T.sort_index().rename_axis("partner")
        table = frame.rename(columns={"complementarity": "partner_probability"}).reset_index()
        table = table.assign(
            framework=LIST,
            group_id=group,
            strength_rank=frame["strength"].rank(ascending=False).to_numpy(),
            gap=-table["room"],
            gap_low=-table["room"] - 0.1,
            gap_high=-table["room"] + 0.1,
            volume=100.0,
            n_measures=2,
            few_items=False,
            windows="2016-2020;2018-2022",
            tie_kind="joint_works",
            tie_scope="all_fields",
            status=np.where(frame.notna().all(axis=1), "ok", "not_estimable"),
        )
        parts.append(table.assign(strength_low=1.0, strength_high=9.0, **columns))
        complete = frame.dropna()
        if len(complete):
            sides[group] = complete
            noise = np.random.default_rng(3).normal(0, spread, (len(complete), DRAWS))
            draws[group] = {
                side: complete[side].to_numpy()[:, None] + noise
                for side in ("strength", "tie", "room")
            }
    return PartnerValues(pd.concat(parts, ignore_index=True), sides, draws)


def ranked(values, params=PARAMS):
    return partner_ranks.rank_partners(values, params, seed=1)


def of(table, partner, group="G06"):
    return table[(table["partner"] == partner) & (table["group_id"] == group)].iloc[0]


# AAA is best on every side, CCC worse than BBB on every side
CLEAR = {
    "AAA": (5.0, 0.9, 0.8, 2.0),
    "BBB": (3.0, 0.6, 0.4, 1.0),
    "CCC": (2.0, 0.3, 0.2, 0.5),
    "DDD": (1.0, 0.0, 0.0, 0.0),
}
