"""Rows of evidence by group, made up for tests."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from conftest import ROOT

from techdiplomacy.checks import parse_settings
from techdiplomacy.files import read_yaml
from techdiplomacy.params import Params

LIST = "vn-1131-2025"


def chosen(**changes: Mapping[str, object]) -> Params:
    """Return the committed settings with keys of sections changed."""
    content = read_yaml(ROOT / "params.yaml")
    for section, change in changes.items():
        content[section] = content[section] | change
    return parse_settings(Params, content, where="params.yaml")


def evidence_rows(
    counts: Mapping[str, float | None],
    *,
    measure: str = "families",
    group: str = "G06",
    base: Mapping[str, float] | None = None,
    window: str = "2016-2020",
    role: str = "direct",
    rule: str = "strongest",
    fields: str = "semiconductors",
    framework: str = LIST,
    below: float = np.nan,
    n_fields: int = 1,
) -> pd.DataFrame:
    """Return the rows of one measure, group and window; a count of None is below the limit."""
    items = pd.Series(counts, dtype=float)
    all_fields = pd.Series(base or {}, dtype=float).reindex(items.index)
    world = float(items.sum())
    whole = float(all_fields.sum()) if base else np.nan
    return pd.DataFrame(
        {
            "framework": framework,
            "measure": measure,
            "rule": rule,
            "group_id": group,
            "window": window,
            "country": items.index,
            "role": role,
            "fields": fields,
            "count_items": items.to_numpy(),
            "below": np.where(items.isna(), below, np.nan),
            "base_items": all_fields.to_numpy(),
            "world_items": world,
            "world_base": whole,
            "world_mix": world / whole if base else np.nan,
            "n_fields": np.where(items.isna(), 0, n_fields),
            "upper_bound": n_fields > 1,
        }
    )


def many(*parts: pd.DataFrame) -> pd.DataFrame:
    """Return parts below each other."""
    return pd.concat(parts, ignore_index=True)


def codes(n: int) -> list[str]:
    """Return so many made-up codes of countries, in the order of the alphabet."""
    letters = [chr(65 + place) for place in range(26)]
    return [f"X{a}{b}" for a in letters for b in letters][:n]
