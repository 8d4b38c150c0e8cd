"""Check 5 against reference values of R, where they are at hand, and of the iris."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.metrics import silhouette_score

from techdiplomacy.stability import (
    bootstrap_jaccard,
    gap_statistic,
    silhouettes,
)
from techdiplomacy.strength import revealed_technology_advantage

FOLDER = os.environ.get("TECHDIPLOMACY_BENCHMARKS", "")


@pytest.fixture(scope="module")
def reference():
    path = Path(FOLDER) / "reference_values.json"
    if not FOLDER or not path.is_file():
        pytest.skip("TECHDIPLOMACY_BENCHMARKS names no folder with reference_values.json")
    return json.loads(path.read_text(encoding="utf-8"))


def test_ruspini_gap_and_silhouette(reference):
    values = reference["ruspini"]
    points = np.array(values["points"], dtype=float)
    gap = gap_statistic(points, 7, panels=100, rng=np.random.default_rng(1), power=1)
    assert gap["log_dispersion"].iloc[0] == pytest.approx(values["logW_k1"], abs=1e-6)
    assert gap["log_dispersion"].iloc[3] == pytest.approx(values["logW_k4"], abs=1e-6)
    assert first_se_max(gap) == values["gap_k_firstSEmax"]
    assert silhouettes(points, "ward", range(4, 5))[0] == pytest.approx(
        values["pam_silhouette_k2_to_k7"][2], abs=1e-6
    )


def first_se_max(gap: pd.DataFrame) -> int:
    """Return the first k within one standard error of the first local maximum of the gap."""
    value, error = gap["gap"].to_numpy(), gap["gap_se"].to_numpy()
    falling = np.flatnonzero(np.diff(value) <= 0)
    top = int(falling[0]) if len(falling) else len(value) - 1
    return int(np.flatnonzero(value[: top + 1] >= value[top] - error[top])[0]) + 1


def test_reference_rta(reference):
    values = reference["rta"]
    rta = revealed_technology_advantage(pd.DataFrame(values["matrix"]).astype(float))
    np.testing.assert_allclose(rta.to_numpy(), values["rta"], atol=1e-12)


@pytest.mark.parametrize(
    ("k", "silhouette", "within", "jaccard"),
    [(2, 0.6810, 152.3480, [0.997, 0.995]), (3, 0.5528, 78.8514, [1.0, 0.960, 0.950])],
)
def test_iris_k_means(k, silhouette, within, jaccard):
    points = load_iris().data
    model = KMeans(k, n_init=10, random_state=0).fit(points)
    assert silhouette_score(points, model.labels_) == pytest.approx(silhouette, abs=5e-5)
    assert model.inertia_ == pytest.approx(within, abs=5e-4)

    def cut(sample):
        return KMeans(k, n_init=5, random_state=0).fit_predict(sample)

    found = bootstrap_jaccard(points, cut, resamples=100, seed=1131)
    assert sorted(found, reverse=True) == pytest.approx(jaccard, abs=0.03)
