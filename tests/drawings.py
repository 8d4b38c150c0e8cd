"""A drawing of each kind, small enough for tests that read what is drawn."""

import numpy as np
import pandas as pd

from techdiplomacy import cluster_plots, grid_plots, interval_plots, series_plots

VIETNAMESE = "Đặng Quốc Bảo: ữ ỵ ằ ẵ ợ ễ"


def heat_map(language="en"):
    values = pd.DataFrame(
        [[0.5, np.nan], [-3.0, -np.inf], [0.0, 2.0]],
        index=["optics", "engines", VIETNAMESE],
        columns=["VNM", "JPN"],
    )
    return grid_plots.heat_map(
        values,
        unsure=values.abs() < 1,
        limit=2.0,
        legend=VIETNAMESE,
        ends=("less", VIETNAMESE, "more"),
    )


def tree(language="en"):
    branches = {
        "b1": cluster_plots.Branch("VNM", "JPN", 1.0, "90"),
        "b2": cluster_plots.Branch("b1", "KOR", 2.0, ""),
    }
    names = {"VNM": VIETNAMESE, "JPN": "Japan", "KOR": "Korea"}
    return cluster_plots.tree(
        ["VNM", "JPN", "KOR"],
        branches,
        names,
        {"JPN": "#000000"},
        {"VNM"},
        x_label=VIETNAMESE,
        language=language,
    )


def points(count=5, seed=1):
    spread = np.random.default_rng(seed).normal(size=(count, 2))
    return pd.DataFrame(
        {
            "x": spread[:, 0],
            "y": spread[:, 1],
            "group": [1 + place % 2 for place in range(count)],
            "name": [f"Country number {place}" for place in range(count)],
        },
        index=[f"C{place:02d}" for place in range(count)],
    )


def scatter(language="en", rows=None, emphasised=("C01",)):
    rows = points() if rows is None else rows
    return cluster_plots.labelled_scatter(
        rows,
        groups={1: "group 1 (firm)", 2: VIETNAMESE},
        emphasised=set(emphasised),
        labelled=set(rows.index),
        x_label="first",
        y_label=VIETNAMESE,
        language=language,
    )


def series(labels=("observed", "observed", "forecast", "scenario"), shift=None):
    rows = pd.DataFrame({"year": [2020 + step for step in range(len(labels))], "label": labels})
    ahead = rows["label"] == "forecast"
    value = 100.0 + rows.index.to_numpy()
    return rows.assign(
        value=value,
        value_published=pd.Series(value).where(rows["label"] == "observed") * 0.9,
        low_80=pd.Series(value - 1).where(ahead),
        high_80=pd.Series(value + 1).where(ahead),
        low_95=np.nan,
        high_95=np.nan,
        level_shift=[shift if year == 2021 else None for year in rows["year"]],
    )


def multiples(language="en"):
    panels = [
        (VIETNAMESE, series(shift="new survey")),
        ("without forecast", series(["observed"])),
        ("no skill", series(["observed", "observed", "no_skill"])),
        ("a title " * 20, series(["observed", "scenario"])),
    ]
    return series_plots.small_multiples(panels, language=language, columns=3)


def dots(language="en"):
    rows = pd.DataFrame(
        {
            "name": [VIETNAMESE, "b"],
            "value": [1.0, np.nan],
            "low": [0.5, np.nan],
            "high": [1.5, np.nan],
            "emphasis": [True, False],
        }
    )
    return interval_plots.dots_with_intervals(
        rows, reference=1.0, x_label=VIETNAMESE, language=language
    )


LINES = pd.DataFrame(
    {VIETNAMESE: [1000.5, 1001, 1002], "Japan": [1000.0, np.nan, 990.0]}, index=[2020, 2021, 2022]
)


def lines(language="en", table=LINES, **more):
    given = {"y_label": VIETNAMESE, "dashed_from": 2021, "emphasised": {VIETNAMESE}} | more
    return series_plots.lines(table, language=language, **given)


def hatched(language="en"):
    return lines(language, incomplete_from=2021, incomplete_words=VIETNAMESE)


def tile_figure(**changes):
    numbers = pd.DataFrame(
        [[1, 1, 2], [7, pd.NA, 2], [12, 3, 3]],
        index=[VIETNAMESE, "Japan", "Korea"],
        columns=["2001", "2006", "2011"],
        dtype="Int64",
    )
    sure = pd.DataFrame([[True, False, True]] * 3)
    given = {
        "sure": sure,
        "sides": [(0, 1, "group 2"), (2, 2, VIETNAMESE)],
        "emphasised": {"Japan"},
        "legend": ("full", "pale", "blank"),
    }
    return grid_plots.tiles(numbers, **(given | changes))
