"""A planted ledger and what was observed since: forecasts right, wrong, and not testable."""

from __future__ import annotations

import pandas as pd

_FROZEN = [
    *("release", "released", "series", "year", "last_year", "last_value", "value", "low_80"),
    *("high_80", "low_95", "high_95", "label"),
]
_ROWS = [
    # right and nearer than the last value; right at the end of its interval, and farther
    ("0.2.0", "2026-12-01", "employment/JPN/a", 2025, 2024, 100, 106, 100, 110, 90, 120),
    ("0.2.0", "2026-12-01", "employment/JPN/a", 2026, 2024, 100, 112, 102, 124, 90, 136),
    # wrong, but inside the wider interval; wrong altogether
    ("0.2.0", "2026-12-01", "employment/KOR/a", 2025, 2024, 50, 52, 50, 54, 46, 58),
    ("0.2.0", "2026-12-01", "employment/KOR/a", 2026, 2024, 50, 54, 50, 58, 44, 64),
    # not observed yet
    ("0.2.0", "2026-12-01", "employment/KOR/a", 2027, 2024, 50, 56, 50, 62, 42, 70),
    # the level shifts in 2026
    ("0.2.0", "2026-12-01", "employment/USA/a", 2025, 2024, 10, 11, 10, 12, 9, 13),
    ("0.2.0", "2026-12-01", "employment/USA/a", 2026, 2024, 10, 12, 10, 14, 8, 16),
    # no longer in the data
    ("0.2.0", "2026-12-01", "employment/DEU/a", 2025, 2024, 10, 11, 10, 12, 9, 13),
    # the naive line of a panel without skill and without a wider interval; the past was revised
    ("0.2.0", "2026-12-01", "degrees/JPN/b", 2025, 2024, 200, 200, 180, 220, None, None),
    # the second release repeats the first forecast, and makes another one anew
    ("0.3.0", "2027-03-01", "employment/JPN/a", 2025, 2024, 100, 106, 100, 110, 90, 120),
    ("0.3.0", "2027-03-01", "employment/JPN/a", 2026, 2025, 105, 108, 104, 112, 98, 118),
]
_LABELS = {"a": "ICT professionals (ISCO-08 25)", "b": "Engineering, first university degrees"}


def _described(rows: pd.DataFrame) -> pd.DataFrame:
    parts = rows["series"].str.split("/", expand=True)
    return rows.assign(
        measure=parts[0],
        country=parts[1],
        label_of_series=parts[2].map(_LABELS),
        unit=parts[0].map({"employment": "persons", "degrees": "degrees a year"}),
    )


def ledger_rows() -> pd.DataFrame:
    """Return the planted ledger; series of degrees carry the naive line."""
    rows = pd.DataFrame(
        [(*row, "no_skill" if row[2].startswith("degrees") else "forecast") for row in _ROWS],
        columns=_FROZEN,
    )
    numbers = ["last_value", "value", "low_80", "high_80", "low_95", "high_95"]
    rows = _described(rows).astype(dict.fromkeys(numbers, float))
    # inputs differ where something newer was known
    return rows.rename(columns={"country": "area"}).assign(
        method=rows["label"].map({"forecast": "drift", "no_skill": "naive"}),
        inputs=rows["last_year"].map({2024: "a" * 64, 2025: "b" * 64}),
    )


SINCE = [
    ("employment/JPN/a", 2024, 100, None),
    ("employment/JPN/a", 2025, 105, None),
    ("employment/JPN/a", 2026, 102, None),
    ("employment/KOR/a", 2024, 50, None),
    ("employment/KOR/a", 2025, 57, None),
    ("employment/KOR/a", 2026, 74, None),
    ("employment/USA/a", 2023, 9, "an earlier shift, known then"),
    ("employment/USA/a", 2024, 10, None),
    ("employment/USA/a", 2025, 11.5, None),
    ("employment/USA/a", 2026, 30, "new survey"),
    ("degrees/JPN/b", 2024, 210, None),
    ("degrees/JPN/b", 2025, 215, None),
]


def series_since() -> pd.DataFrame:
    """Return the series as published later, in the layout of ``workforce_series``."""
    rows = pd.DataFrame(SINCE, columns=["series", "year", "value", "level_shift"])
    return _described(rows).rename(columns={"label_of_series": "label"}).astype({"value": float})
