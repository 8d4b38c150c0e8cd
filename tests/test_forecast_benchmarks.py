"""Forecast accuracy on public series; needs the folder named by TECHDIPLOMACY_BENCHMARKS."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import forecast_settings

from techdiplomacy import accuracy, backtest, smoothing

DEFAULT = forecast_settings()
RECIPE = backtest.recipe_name(DEFAULT)
FOLDER = os.environ.get("TECHDIPLOMACY_BENCHMARKS", "")

pytestmark = pytest.mark.skipif(
    not FOLDER or not Path(FOLDER).is_dir(),
    reason="TECHDIPLOMACY_BENCHMARKS does not name a folder with the public benchmark series",
)


@dataclass
class Collection:
    history: np.ndarray
    actual: np.ndarray
    scale: np.ndarray
    made: dict[str, np.ndarray]

    @property
    def horizon(self) -> int:
        return self.actual.shape[1]

    def accuracy(self, method: str) -> tuple[float, float]:
        ahead = self.made[method]
        return accuracy.smape(self.actual, ahead), accuracy.mase(self.actual, ahead, self.scale)


def load(name: str) -> Collection:
    table = pd.read_csv(Path(FOLDER) / "yearly_series_m3_tourism.csv.gz")
    table = table[table["collection"].eq(name)].sort_values(["series", "t"])
    parts = {
        part: [group.to_numpy() for _, group in rows.groupby("series")["value"]]
        for part, rows in table.groupby("part")
    }
    history, actual = smoothing.stack(parts["train"]), np.array(parts["test"])
    made = backtest.point_forecasts(history, actual.shape[1], DEFAULT)
    return Collection(history, actual, smoothing.naive_scale(history), made)


@pytest.fixture(scope="module")
def m3() -> Collection:
    return load("M3")


@pytest.fixture(scope="module")
def tourism() -> Collection:
    return load("TOURISM2010")


def test_m3_single_methods(m3):
    assert m3.accuracy("naive") == pytest.approx((17.880, 3.172), abs=1e-3)
    assert m3.accuracy("drift") == pytest.approx((16.790, 2.632), abs=1e-3)
    assert 16.6 <= m3.accuracy("theta")[0] <= 17.0


def test_m3_exponential_smoothing_is_that_of_other_libraries(m3):
    table = pd.read_csv(Path(FOLDER) / "m3_yearly_accuracy.csv")
    own = table[table["method"].eq("SES")].set_index("implementation")
    ahead = smoothing.ses(m3.history, m3.horizon)
    ours = {
        "sMAPE": accuracy.smape(m3.actual, ahead),
        "MASE": accuracy.mase(m3.actual, ahead, m3.scale),
    }
    assert len(own) >= 3
    for measure, value in ours.items():
        # statsforecast starts at the first value as well
        assert value == pytest.approx(own.at["statsforecast 2.1.1", measure], abs=0.005)
        assert (own[measure] - value).abs().max() < 0.05


def test_m3_default_recipe(m3):
    percentage, scaled = m3.accuracy(RECIPE)
    assert percentage <= 16.4
    assert scaled <= 2.62


def test_tourism(tourism):
    percentage, scaled = tourism.accuracy(RECIPE)
    assert percentage <= 20.5
    assert scaled <= 2.65
    relative = np.abs(tourism.actual - tourism.made["naive"]) / np.abs(tourism.actual)
    assert 100 * relative.mean() == pytest.approx(23.61, abs=5e-3)
    assert tourism.accuracy("naive")[1] == pytest.approx(3.007, abs=1e-3)


def test_owa_of_the_m4_table():
    table = pd.read_csv(Path(FOLDER) / "m4_yearly_published.csv").set_index("method")
    base = table.loc["Naive2"]
    for _, row in table.iterrows():
        value = accuracy.owa(row["sMAPE"], row["MASE"], base["sMAPE"], base["MASE"])
        assert value == pytest.approx(row["OWA"], abs=5e-5)


def test_normal_intervals_around_naive_are_too_narrow(m3):
    squares = np.nanmean(np.diff(m3.history, axis=1) ** 2, axis=1)
    reach = np.sqrt(squares[:, None] * np.arange(1, m3.horizon + 1))
    for z, expected in ((1.2815515655, 0.624), (1.9599639845, 0.785)):
        low, high = (m3.made["naive"] + side * z * reach for side in (-1, 1))
        assert accuracy.coverage(m3.actual, low, high) == pytest.approx(expected, abs=1e-3)


def intervals(one: Collection, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of the default recipe, calibrated on the training part alone."""
    tidy = backtest.backtest(one.history, one.horizon, DEFAULT)
    tidy = tidy[tidy["method"].eq(RECIPE)].sort_values(["series", "origin", "horizon"])
    errors = tidy["scaled_error"].to_numpy().reshape(-1, 3, one.horizon)
    width = backtest.conformal_radii(errors, level) * one.scale[:, None]
    return np.maximum(one.made[RECIPE] - width, 0), one.made[RECIPE] + width


def test_m3_pooled_intervals_are_honest(m3):
    assert 0.76 <= accuracy.coverage(m3.actual, *intervals(m3, 0.80)) <= 0.90
    ends = intervals(m3, 0.95)
    assert 0.92 <= accuracy.coverage(m3.actual, *ends) <= 0.98
    assert accuracy.msis(m3.actual, *ends, m3.scale, 0.95) < 24.5


def test_the_recipe_passes_its_own_gate_on_m3(m3):
    tidy = backtest.backtest(m3.history, m3.horizon, DEFAULT).sort_values(
        ["series", "origin", "horizon"]
    )
    errors = {name: part["scaled_error"] for name, part in tidy.groupby("method")}
    both = [errors[name].to_numpy().reshape(-1, 3 * m3.horizon) for name in (RECIPE, "naive")]
    assert backtest.skill_gate(*both, bound=0.05, seed=1)["passes"]


@pytest.mark.parametrize("name", ["M3", "TOURISM2010"])
def test_auto_keeps_the_level(name, request):
    one = request.getfixturevalue("m3" if name == "M3" else "tourism")
    logs = backtest.backtest(one.history, one.horizon, forecast_settings(transform="log1p"))
    level = backtest.backtest(one.history, one.horizon, DEFAULT)
    errors = [t.loc[t["method"].eq(RECIPE), "scaled_error"].mean() for t in (level, logs)]
    assert errors[0] < errors[1]
