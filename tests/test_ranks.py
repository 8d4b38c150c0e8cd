"""Rank uncertainty: check 9 on published scores, ties, missing values, what plays no part."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.ranks import Choices, ranks_of_scores, scores, uncertain_ranks

FOLDER = os.environ.get("TECHDIPLOMACY_BENCHMARKS", "")
HALVES = {"size": 0.5, "pace": 0.5}
THREE = pd.DataFrame({"size": [9.0, 5.0, 1.0], "pace": [0.9, 0.2, 0.4]}, index=list("ABC"))


@pytest.fixture(scope="module")
def reference():
    path = Path(FOLDER) / "reference_values.json"
    if not FOLDER or not path.is_file():
        pytest.skip("TECHDIPLOMACY_BENCHMARKS names no folder with reference_values.json")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def belfer(reference):
    return reference["belfer_2025"]


def as_published(belfer, **choices):
    values = pd.DataFrame.from_dict(
        belfer["sector_scores"], orient="index", columns=belfer["columns"]
    )
    return uncertain_ranks(
        values,
        belfer["weights"],
        seed=1131,
        normalisations=["none"],
        aggregations=["arithmetic"],
        **choices,
    ).set_index("country")


def test_published_ranks_of_check_9(belfer):
    table = as_published(belfer, draws=20_000)
    for country, total in belfer["total"].items():
        assert 100 * table.loc[country, "score"] == pytest.approx(total, abs=0.05)
    tolerance = belfer["tolerance_rank"]
    for country, expected in belfer["dirichlet1_rank_q05_q50_q95"].items():
        found = table.loc[country, ["rank_low", "rank_median", "rank_high"]].astype(float)
        assert found.tolist() == pytest.approx(expected, abs=tolerance), country
    for country, share in belfer["dirichlet1_share_unchanged"].items():
        assert table.loc[country, "share_at_rank"] == pytest.approx(share, abs=0.002)
    assert table.loc[["United States", "China", "Europe"], "label"].eq("firm").all()
    assert table.loc[["Taiwan", "Russia", "South Korea"], "label"].eq("do not conclude").all()
    assert table.loc["Taiwan", "rank"] == 8


def test_means_of_check_9(reference):
    rows = reference["coinr_asem"]["values"]
    values = pd.DataFrame.from_dict(rows, orient="index", columns=["links", "green", "index"])
    table = uncertain_ranks(
        values[["links", "green"]],
        {"links": 0.5, "green": 0.5},
        seed=1,
        normalisations=["none"],
        aggregations=["arithmetic"],
    ).set_index("country")
    np.testing.assert_allclose(table["score"], values["index"].sort_index(), atol=0.01)


def test_weights_near_the_declared_ones_move_ranks_less(belfer):
    wide = as_published(belfer)
    near = as_published(belfer, weight_draws="dirichlet50")
    fixed = as_published(belfer, weight_draws="declared")
    assert near["span"].sum() < 0.6 * wide["span"].sum()
    assert (fixed["span"] == 0).all()
    assert (fixed["share_at_rank"] == 1).all()


def one(weights, kind=0, way=0):
    return Choices(np.array([weights]), np.array([kind]), np.array([way]))


def test_normalisations_by_hand():
    measures = [np.array([[0.0], [1.0], [4.0]]), np.array([[3.0], [3.0], [3.0]])]
    for kind, expected in (
        ("min-max", [0.25, 0.375, 0.75]),  # the measure without spread is .5 for everybody
        ("rank", [0.25, 0.5, 0.75]),
        ("none", [1.5, 2.0, 3.5]),
        ("z", np.array([-5, -2, 7]) / 3 / np.sqrt(26 / 9) / 2),
    ):
        found = scores(measures, one([0.5, 0.5]), [kind], ["arithmetic"], 0.005)
        np.testing.assert_allclose(found[:, 0], expected, err_msg=kind)


def test_geometric_mean_by_hand():
    measures = [np.array([[0.0], [0.25], [1.0]]), np.array([[1.0], [0.25], [0.0]])]
    found = scores(measures, one([0.5, 0.5]), ["none"], ["geometric"], 0.005)[:, 0]
    np.testing.assert_allclose(found, [np.sqrt(0.005), 0.25, np.sqrt(0.005)])
    # the even country is last by the arithmetic mean and first by the geometric one
    ways = uncertain_ranks(
        pd.DataFrame(np.hstack(measures), index=list("ABC"), columns=["f", "g"]),
        {"f": 0.5, "g": 0.5},
        seed=1,
        draws=4000,
        weight_draws="declared",
        normalisations=["none"],
    ).set_index("country")
    assert ways.loc["B", ["rank", "rank_low", "rank_high"]].tolist() == [3, 1, 3]
    assert ways.loc["B", "share_at_rank"] == pytest.approx(0.5, abs=0.03)


def test_z_enters_the_geometric_mean_by_the_normal_distribution():
    measures = [np.array([[-1.0], [1.0]])]
    found = scores(measures, one([1.0]), ["z"], ["geometric"], 0.005)[:, 0]
    np.testing.assert_allclose(found, [0.158655, 0.841345], atol=1e-6)


def test_ties_share_the_average_rank():
    assert ranks_of_scores(np.array([[2.0], [5.0], [2.0], [1.0]]))[:, 0].tolist() == [
        2.5,
        1,
        2.5,
        4,
    ]
    values = pd.DataFrame({"f": [5.0, 2, 2, 1]}, index=list("ABCD"))
    table = uncertain_ranks(values, {"f": 1.0}, seed=1, draws=50)
    assert table["rank"].tolist() == [1, 2.5, 2.5, 4]
    assert table["tied"].tolist() == [0, 1, 1, 0]
    assert table["rank_low"].tolist() == table["rank_high"].tolist() == [1, 2.5, 2.5, 4]


def test_rounding_errors_are_ties():
    # .1 + .2 and .3 differ in the last digit
    assert ranks_of_scores(np.array([[0.1 + 0.2], [0.3]]))[:, 0].tolist() == [1.5, 1.5]


def test_counts_alone_move_ranks_where_they_are_close():
    counts = pd.DataFrame({"families": [10_000.0, 52, 50, 3]}, index=list("ABCD"))
    rng = np.random.default_rng(2)
    sample = rng.gamma(counts.to_numpy() + 0.5, size=(4, 4000))
    table = uncertain_ranks(
        counts,
        {"families": 1.0},
        posterior={"families": sample},
        seed=1,
        draws=4000,
        aggregations=["arithmetic"],
    ).set_index("country")
    assert table["rank"].tolist() == [1, 2, 3, 4]
    low_high = table[["rank_low", "rank_high"]].to_numpy().tolist()
    assert low_high == [[1, 1], [2, 3], [2, 3], [4, 4]]
    # P(Gamma(52.5) > Gamma(50.5)), normal approximation
    assert table.loc["B", "share_at_rank"] == pytest.approx(0.578, abs=0.03)


def test_a_function_draws_as_its_array_would():
    def drawn(rng, number):
        return np.random.default_rng(7).gamma(THREE[["size"]].to_numpy(), size=(3, number))

    from_function = uncertain_ranks(
        THREE, HALVES, posterior={"size": drawn}, seed=1, draws=300, weight_draws="declared"
    )
    from_array = uncertain_ranks(
        THREE,
        HALVES,
        posterior={"size": drawn(None, 300)},
        seed=1,
        draws=300,
        weight_draws="declared",
    )
    pd.testing.assert_frame_equal(from_function, from_array)


def test_few_posterior_draws_are_used_in_turn():
    sample = np.array([[1.0, 3.0], [2.0, 2.0]])
    table = uncertain_ranks(
        pd.DataFrame({"f": [1.9, 2.0]}, index=["A", "B"]),
        {"f": 1.0},
        posterior={"f": sample},
        seed=1,
        draws=100,
    )
    assert table["share_at_rank"].tolist() == [0.5, 0.5]


def test_missing_measure_is_an_error_unless_allowed_and_then_marked():
    holed = THREE.copy()
    holed.loc["B", "pace"] = np.nan
    with pytest.raises(InvalidTable, match=r"\('B', 'pace'\)"):
        uncertain_ranks(holed, HALVES, seed=1)
    table = uncertain_ranks(holed, HALVES, seed=1, allow_missing=True).set_index("country")
    assert table["measures"].tolist() == [2, 1, 2]
    assert table["complete"].tolist() == [True, False, True]
    # B has its size only: (5 - 1) / (9 - 1), with all the weight
    assert table.loc["B", "score"] == 0.5
    assert table["score"].tolist() == [1.0, 0.5, 0.0]
    with pytest.raises(InvalidTable, match="missing or infinite values"):
        uncertain_ranks(THREE.replace(9.0, np.inf), HALVES, seed=1, allow_missing=True)


@pytest.mark.parametrize("nothing", [0.0, np.nan])
def test_a_country_with_nothing_changes_nobody(nothing):
    more = pd.concat([THREE, pd.DataFrame(nothing, index=["AA"], columns=THREE.columns)])
    without = uncertain_ranks(THREE, HALVES, seed=1)
    table = uncertain_ranks(more, HALVES, seed=1, allow_missing=True)
    pd.testing.assert_frame_equal(table[table["country"] != "AA"].reset_index(drop=True), without)
    row = table[table["country"] == "AA"].iloc[0]
    assert (row["status"], row["label"]) == ("not_estimable", "do not conclude")
    assert row[["score", "rank", "rank_low", "rank_high", "share_at_rank"]].isna().all()


def test_ranks_among_some_are_as_if_the_others_were_not_there():
    sample = np.random.default_rng(5).gamma(THREE[["size"]].to_numpy(), size=(3, 100))
    table = uncertain_ranks(
        THREE, HALVES, seed=1, posterior={"size": sample}, among=["C", "A"], draws=100
    )
    alone = uncertain_ranks(
        THREE.loc[["A", "C"]], HALVES, seed=1, posterior={"size": sample[[0, 2]]}, draws=100
    )
    pd.testing.assert_frame_equal(table, alone)
    assert table["ranked"].tolist() == [2, 2]
    with pytest.raises(InvalidTable, match="no row for \\['D'\\]"):
        uncertain_ranks(THREE, HALVES, seed=1, among=["D"])


def test_a_measure_in_which_all_agree_counts_for_nobody():
    table = uncertain_ranks(THREE.assign(pace=0.3), HALVES, seed=1)
    assert table["rank_low"].tolist() == table["rank_high"].tolist() == [1, 2, 3]


def test_labels_follow_the_spans():
    table = uncertain_ranks(THREE, HALVES, seed=1, firm_span=0, leaning_span=0)
    assert table["span"].tolist() == [0, 1, 1]
    assert table["label"].tolist() == ["firm", "do not conclude", "do not conclude"]
    table = uncertain_ranks(THREE, HALVES, seed=1, firm_span=0, leaning_span=1)
    assert table["label"].tolist() == ["firm", "leaning", "leaning"]


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"weights": {"size": 0.5, "pace": 0.6}}, "adding to 1"),
        ({"weights": {"size": 1.0}}, "adding to 1"),
        ({"weights": {"size": 1.0, "pace": 0.0}}, "adding to 1"),
        ({"weights": {"size": 0.4, "pace": 0.4, "age": 0.2}}, "adding to 1"),
        ({"weight_draws": "dirichlet"}, "Did you mean 'dirichlet1' or 'dirichlet50'"),
        ({"normalisations": ["minmax"]}, "Did you mean 'min-max'"),
        ({"normalisations": []}, "nothing is not usable"),
        ({"aggregations": ["harmonic"]}, "harmonic"),
        ({"interval": (0.95, 0.05)}, "interval"),
        ({"draws": 0}, "draws"),
        ({"firm_span": 6}, "spans"),
        ({"floor": 0.0}, "floor"),
    ],
)
def test_bad_choices_are_refused(choices, words):
    with pytest.raises(InvalidParams, match=words):
        uncertain_ranks(THREE, **{"weights": HALVES, "seed": 1, **choices})


@pytest.mark.parametrize(
    ("posterior", "words"),
    [
        ({"size": np.ones((2, 10))}, r"shape \(2, 10\)"),
        ({"size": np.ones(3)}, "shape"),
        ({"size": np.full((3, 10), np.nan)}, "missing or infinite where values are not"),
        ({"size": np.ones((3, 10)), "pace": np.ones((3, 11))}, "different numbers of draws"),
        ({"age": np.ones((3, 10))}, "unknown measures"),
    ],
)
def test_draws_that_do_not_fit_are_refused(posterior, words):
    with pytest.raises(InvalidTable, match=words):
        uncertain_ranks(THREE, HALVES, seed=1, posterior=posterior)


def test_bad_tables_are_refused():
    with pytest.raises(InvalidTable, match="repeated countries"):
        uncertain_ranks(pd.concat([THREE, THREE.head(1)]), HALVES, seed=1)
    with pytest.raises(InvalidTable, match="no countries"):
        uncertain_ranks(THREE.head(0), HALVES, seed=1)
    with pytest.raises(InvalidTable, match="below 0"):
        uncertain_ranks(-THREE, HALVES, seed=1, normalisations=["none"])


panels = arrays(float, (6, 3), elements=st.integers(0, 9).map(float))


@settings(max_examples=40, deadline=None)
@given(panels, st.permutations(range(6)), st.permutations(range(3)))
def test_order_and_names_play_no_part(x, rows, columns):
    weights = {"f": 0.5, "g": 0.3, "h": 0.2}
    values = pd.DataFrame(x, index=list("ABCDEF"), columns=list("fgh"))
    sample = np.random.default_rng(3).gamma(x[:, [0]] + 1, size=(6, 60))
    choices = {"seed": 4, "draws": 60}
    table = uncertain_ranks(values, weights, posterior={"f": sample}, **choices)
    turned = uncertain_ranks(
        values.iloc[list(rows), list(columns)],
        weights,
        posterior={"f": sample[list(rows)]},
        **choices,
    )
    pd.testing.assert_frame_equal(turned, table)
    other_names = dict(zip("ABCDEF", (f"X{5 - place}" for place in range(6)), strict=True))
    renamed = uncertain_ranks(
        values.rename(index=other_names), weights, posterior={"f": sample}, **choices
    )
    back = renamed.assign(country=renamed["country"].map({b: a for a, b in other_names.items()}))
    pd.testing.assert_frame_equal(
        back.sort_values("country", ignore_index=True), table, rtol=1e-9, atol=1e-12
    )


@settings(max_examples=40, deadline=None)
@given(panels)
def test_ranks_add_up_and_better_in_all_is_never_behind(x):
    values = pd.DataFrame(x, index=list("ABCDEF"), columns=list("fgh"))
    table = uncertain_ranks(values, {"f": 0.5, "g": 0.3, "h": 0.2}, seed=4, draws=60)
    ranked = table[table["status"] == "ok"]
    n = len(ranked)
    assert ranked["rank"].sum() == pytest.approx(n * (n + 1) / 2)
    assert (ranked["rank_low"] <= ranked["rank_median"]).all()
    assert (ranked["rank_median"] <= ranked["rank_high"]).all()
    found = table.set_index("country")
    for a, b in (("A", "B"), ("C", "D"), ("E", "F")):
        if (values.loc[a] >= values.loc[b]).all() and (found.loc[[a, b], "status"] == "ok").all():
            assert found.loc[a, "rank"] <= found.loc[b, "rank"]
            assert found.loc[a, "rank_high"] <= found.loc[b, "rank_high"]
