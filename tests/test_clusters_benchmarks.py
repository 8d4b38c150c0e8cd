"""Check 5 against reference values and the published patent families, where they are at hand."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.metrics import silhouette_score

from techdiplomacy.clusters import (
    ClusterSettings,
    compare_cuts,
    group_countries,
)
from techdiplomacy.stability import (
    bootstrap_jaccard,
    gap_statistic,
    silhouettes,
)
from techdiplomacy.strength import revealed_technology_advantage

FOLDER = os.environ.get("TECHDIPLOMACY_BENCHMARKS", "")
PATENTS = "ncses_patent_families/patent_families_wipo35_1998_2020.csv.gz"


@pytest.fixture(scope="module")
def reference():
    path = Path(FOLDER) / "reference_values.json"
    if not FOLDER or not path.is_file():
        pytest.skip("TECHDIPLOMACY_BENCHMARKS names no folder with reference_values.json")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def families():
    path = Path(FOLDER).parent / "data" / PATENTS
    if not FOLDER or not path.is_file():
        pytest.skip(f"{PATENTS} is not beside the folder that TECHDIPLOMACY_BENCHMARKS names")
    table = pd.read_csv(path, keep_default_na=False, na_values=[""])
    return table[
        (table["economy_type"] == "economy")
        & ~table["technology_field"].isin(["Unassigned", "All fields"])
    ]


def window(families: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    return families[families["year"].between(first, last)].pivot_table(
        index="economy",
        columns="technology_field",
        values="patent_families_fractional",
        aggfunc="sum",
    )


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


def test_patent_families_of_section_5(families):
    counts = window(families, 2016, 2020)
    # More resamples than the default: with 200 the fields values alone move by .04 with the seed.
    settings = ClusterSettings(resamples=800, null_panels=600)
    found = group_countries(counts, settings, seed=1131)
    assert found.countries.query("status == 'small_n'")["country"].tolist() == ["Puerto Rico"]
    assert found.verdict == "typology"
    assert found.k == 6
    assert found.p_noise < 0.005
    assert found.p_continuum == pytest.approx(0.18, abs=0.05)
    cuts = found.cuts.set_index("k")
    assert cuts["silhouette"].dropna().between(0.165, 0.255).all()
    assert cuts.loc[[4, 6, 7], "p_continuum"].tolist() == pytest.approx([0.03] * 3, abs=0.05)
    assert cuts.loc[[2, 3], "p_continuum"].tolist() == pytest.approx([0.2] * 2, abs=0.05)
    assert cuts.loc[[1, 2], "gap"].tolist() == pytest.approx([0.443, 0.465], abs=0.02)
    assert cuts.loc[1, "gap_se"] == pytest.approx(0.059, abs=0.01)

    stated = pd.DataFrame(
        [
            ("Malaysia;Singapore;Taiwan", 0.96, 0.91, 0.77),
            ("India;Ireland;Israel", 1.00, 0.92, 0.90),
            ("Canada;Finland;Sweden;United Kingdom;United States", 0.92, 0.82, 0.61),
            ("Belarus;Moldova;Russia;Ukraine", 0.92, 0.84, 0.75),
            (found.groups["members"].iloc[0], 0.73, 0.76, 0.60),
            (found.groups["members"].iloc[1], 0.66, 0.62, 0.48),
        ],
        columns=["members", "jaccard_families", "jaccard_countries", "jaccard_fields"],
    ).set_index("members")
    measured = found.groups.set_index("members").loc[stated.index, stated.columns]
    np.testing.assert_allclose(measured, stated, rtol=0, atol=0.05)
    twelve = found.groups["members"].iloc[0].split(";")
    assert len(twelve) == 12
    assert {"Germany", "Japan", "South Korea", "China"} <= set(twelve)


@pytest.mark.parametrize(("k", "stated"), [(2, 0.58), (6, 0.38)])
def test_patent_families_against_the_window_before(families, k, stated):
    settings = ClusterSettings(k=k, resamples=5, null_panels=99)
    now, before = (
        group_countries(window(families, first, last), settings, seed=1).countries
        for first, last in ((2016, 2020), (2011, 2015))
    )
    assert compare_cuts(now, before) == pytest.approx(stated, abs=0.01)
