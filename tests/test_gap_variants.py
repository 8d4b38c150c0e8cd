"""Other ways to expect ties: what each of them is, and which verdicts keep their side."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from gravity_worlds import CHOICES, DEAD, OWN, small_world
from scipy.stats import nbinom

from techdiplomacy.errors import NotConverged
from techdiplomacy.gap_tables import COOPERATION_GAPS, TERMS, VARIANTS
from techdiplomacy.gap_variants import gap_sensitivity, with_holds
from techdiplomacy.gaps import estimate_gaps
from techdiplomacy.gravity import fit_kappa, log_gap
from techdiplomacy.pair_panels import newest_panel, of_kind
from techdiplomacy.ppml import fit_pairs
from techdiplomacy.tables import check_table

REGIONS = {"one": ["VNM", "JPN", "KOR", "CHN"], "other": ("FRA", "DEU", "ITA"), "none": ["ZZZ"]}


@pytest.fixture(scope="module")
def inputs():
    return small_world()


@pytest.fixture(scope="module")
def found(inputs):
    return gap_sensitivity(*inputs, CHOICES, REGIONS)


@pytest.fixture(scope="module")
def fit(inputs):
    _, pairs = newest_panel(of_kind(inputs[0], "joint_works"), *inputs[1:], CHOICES)
    return fit_pairs(pairs, TERMS)


def variant(found, name):
    return found[found["variant"] == name].set_index("partner")


def ratios(fit, expected, kappa):
    """Return the gaps of the viewpoint by partner."""
    pairs = fit.pairs.assign(gap=log_gap(fit.ties, expected, kappa))
    own = pairs[(pairs["country"] == OWN) | (pairs["partner"] == OWN)]
    other = own["partner"].where(own["country"] == OWN, own["country"])
    return dict(zip(other, own["gap"], strict=True))


def test_the_table_is_as_declared(found):
    (table,) = [table for table in COOPERATION_GAPS if table.name == "gap_sensitivity"]
    check_table(found, table, where="gap_sensitivity")
    assert tuple(found["variant"].unique()) == VARIANTS
    assert found.groupby("variant")["partner"].nunique().nunique() == 1


def test_as_used_is_the_gap_itself(inputs, found):
    gaps = estimate_gaps(*inputs, CHOICES).cooperation_gaps
    newest = gaps[(gaps["kind"] == "joint_works") & (gaps["specification"] == "without_past")]
    newest = newest[(newest["window"] == "2019-2023") & (newest["status"] == "ok")]
    used = variant(found, "as_used").loc[newest["partner"]]
    assert used["gap"].tolist() == newest["gap"].tolist()
    assert used["expected"].tolist() == newest["expected"].tolist()


def test_the_negative_binomial_is_the_one_with_the_kappa_of_the_fit(found, fit):
    kappa = fit_kappa(fit.ties, fit.expected)
    rows = fit.design.rows()
    model = sm.GLM(fit.ties, rows, family=sm.families.NegativeBinomial(alpha=1 / kappa))
    expected = np.asarray(model.fit(tol=0.0, rtol=1e-13, maxiter=200).fittedvalues)
    # where the likelihood is highest, the weighted residuals add to 0 in every term and country
    assert rows.T @ ((fit.ties - expected) / (1 + expected / kappa)) == pytest.approx(0, abs=1e-4)
    measured = variant(found, "negative_binomial")["gap"]
    assert measured.to_dict() == pytest.approx(ratios(fit, expected, kappa), abs=1e-6)

    def likelihood(mean):
        return nbinom(kappa, kappa / (kappa + mean)).logpmf(fit.ties).sum()

    assert likelihood(expected) > likelihood(fit.expected)


def test_every_region_has_a_term_of_its_own(inputs, found, fit):
    pairs = fit.pairs.drop(columns=["expected", "status"])
    for name, members in REGIONS.items():
        both = pairs["country"].isin(list(members)) & pairs["partner"].isin(list(members))
        pairs[name] = both.astype(float)
    assert pairs["one"].sum() == 6  # pairs among four countries
    again = fit_pairs(pairs, [*TERMS, "one", "other"])  # nobody is in the third
    kappa = fit_kappa(again.ties, again.expected)
    regions = variant(found, "regions")["gap"]
    assert regions.to_dict() == pytest.approx(ratios(again, again.expected, kappa), abs=1e-8)
    assert not np.allclose(regions, variant(found, "as_used")["gap"], atol=1e-3)


def test_three_years_count_the_last_ones_only(inputs, found):
    works = of_kind(inputs[0], "joint_works")
    late = works[(works["year"] >= 2021) & (works["country"] == "JPN") & (works["partner"] == OWN)]
    three = variant(found, "three_years")
    assert three["window"].unique().tolist() == ["2021-2023"]
    assert three.loc["JPN", "observed"] == late["value"].sum()


def test_without_regions_their_variant_is_left_out(inputs):
    found = gap_sensitivity(*inputs, CHOICES, {})
    assert set(found["variant"]) == set(VARIANTS) - {"regions"}


def test_a_pair_without_traits_has_a_row_and_no_gap(inputs):
    ties, traits, profiles = inputs
    lacking = traits[~((traits["country"] == "JPN") & (traits["partner"] == OWN))]
    rows = gap_sensitivity(ties, lacking, profiles, CHOICES, {})
    japan = rows[rows["partner"] == "JPN"]
    assert len(japan) == 3
    assert japan[["expected", "gap"]].isna().all().all()
    assert (japan["observed"] > 0).all()


def test_the_planted_gap_holds(inputs, found):
    gaps = with_holds(estimate_gaps(*inputs, CHOICES).cooperation_gaps, found)
    newest = gaps["window"].eq("2019-2023") & gaps["specification"].eq("without_past")
    assert gaps.loc[~newest, "holds"].isna().all()
    own = gaps[newest].set_index("partner")
    assert own.loc[DEAD, "holds"] == 1
    assert own.loc[~own["verdict"].isin(["above", "below"]), "holds"].isna().all()


def test_a_verdict_holds_if_every_variant_keeps_its_side():
    by_partner = {
        "AUS": ("above", [0.5, 0.1, 0.2], 1),
        "BRA": ("above", [0.5, -0.1, 0.2], 0),
        "CAN": ("below", [-0.5, -0.1, -0.2], 1),
        "CHN": ("below", [-0.5, 0.0, -0.2], 0),  # as expected is not below
        "RUS": ("above", [0.5, np.log(1.0045), 0.2], 0),  # nor is hardly more above
        "KOR": ("above", [0.5, np.log(1.051), 0.2], 1),
        "JPN": ("above", [0.5, np.log(1.049), 0.2], 0),
        "DEU": ("open", [0.5, 0.1, 0.2], None),
        "FRA": ("above", [0.5, np.nan, 0.2], None),  # one variant does not say
        "GBR": ("above", [0.5, np.nan, -0.2], 0),
        "IND": (None, [np.nan] * 3, None),
        "ITA": ("below", None, None),
    }
    gaps = pd.DataFrame(
        [
            ("joint_works", "without_past", "2019-2023", partner, told[0])
            for partner, told in by_partner.items()
        ]
        + [
            ("joint_works", "without_past", "2014-2018", "AUS", "above"),
            ("joint_works", "with_past", "2019-2023", "AUS", "above"),
            ("joint_ai_articles", "without_past", "2003-2022", "AUS", "above"),
        ],
        columns=["kind", "specification", "window", "partner", "verdict"],
    )
    sensitivity = pd.DataFrame(
        [
            (name, partner, gap)
            for partner, (_, given, _) in by_partner.items()
            for name, gap in zip(["as_used", "regions", "three_years"], given or [], strict=False)
        ],
        columns=["variant", "partner", "gap"],
    )
    holds = with_holds(gaps, sensitivity)["holds"]
    assert [None if pd.isna(one) else one for one in holds] == [
        *(told[2] for told in by_partner.values()),
        *(None, None, None),
    ]


def test_a_negative_binomial_that_does_not_come_to_rest_is_an_error(inputs, monkeypatch):
    class Restless:
        converged = False

    whole = sm.GLM.fit

    def fit(self, **choices):
        if isinstance(self.family, sm.families.NegativeBinomial):
            return Restless()
        return whole(self, **choices)

    monkeypatch.setattr(sm.GLM, "fit", fit)
    with pytest.raises(NotConverged, match="negative binomial"):
        gap_sensitivity(*inputs, CHOICES, {})
