"""Stated against measured: by hand, planted, against slow but plain code; the rule of grades."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from techdiplomacy import agreement
from techdiplomacy.agreement import (
    GRADES,
    Grade,
    grade_statement,
    grade_statements,
    stated_against_measured,
)
from techdiplomacy.errors import InvalidParams, InvalidTable

LOW = {"min_stated": 1, "min_countries": 1}
SMALL = pd.DataFrame(
    [
        ("A", "u", 3.0),
        ("A", "v", 2.0),
        ("A", "w", 1.0),
        ("B", "u", 5.0),
        ("B", "v", 1.0),
        ("B", "w", 0.0),
    ],
    columns=["country", "group", "value"],
).assign(measure="m")
SAID = pd.DataFrame({"country": ["A", "B"], "group": ["v", "u"]})


def panel(values, measure="m"):
    """Return an array of countries x groups as a long table."""
    rows = [
        (f"C{i:02d}", f"G{j:02d}", value)
        for i, row in enumerate(values)
        for j, value in enumerate(row)
    ]
    return pd.DataFrame(rows, columns=["country", "group", "value"]).assign(measure=measure)


def statements(flags):
    return panel(flags).query("value > 0")[["country", "group"]]


def one(table, statistic="auc", measure="m"):
    return table.set_index(["measure", "statistic"]).loc[(measure, statistic)]


def slow_auc(values, stated):
    pairs = [
        (a > b) + 0.5 * (a == b)
        for a, b in product(values[stated], values[~stated])
        if not np.isnan(a + b)
    ]
    return np.mean(pairs)


def test_auc_and_recall_by_hand():
    table = stated_against_measured(SAID, SMALL, seed=1, k=1, **LOW)
    # 2 beats 1, 1 and 0, not 3; 5 beats all four
    assert one(table)["value"] == pytest.approx(7 / 8)
    # the best group of A is u, which was not stated; that of B was
    assert one(table, "recall")["value"] == 0.5
    by_group = stated_against_measured(SAID, SMALL, seed=1, k=1, recall_within="group", **LOW)
    assert one(by_group, "recall")["value"] == 1
    counted = one(table)[["stated", "stated_covered", "unstated", "countries"]]
    assert counted.tolist() == [2, 2, 4, 2]


def test_null_of_permutations_by_hand():
    table = stated_against_measured(SAID, SMALL, seed=1, k=1, resamples=6000, **LOW)
    values = SMALL["value"].to_numpy()
    all_aucs = []
    for a, b in product(range(3), range(3)):
        stated = np.zeros(6, dtype=bool)
        stated[[a, 3 + b]] = True
        all_aucs.append(slow_auc(values, stated))
    auc = one(table)
    assert auc["null_mean"] == pytest.approx(np.mean(all_aucs), abs=0.01)
    assert auc["p_value"] == pytest.approx(np.mean(np.array(all_aucs) >= 7 / 8), abs=0.02)
    assert [auc["null_low"], auc["null_high"]] == [min(all_aucs), max(all_aucs)]
    # each country's best group is stated once in three draws
    assert one(table, "recall")["null_mean"] == pytest.approx(1 / 3, abs=0.01)
    assert one(table, "recall")["p_value"] == pytest.approx(5 / 9, abs=0.02)


def test_interval_draws_whole_countries():
    rng = np.random.default_rng(5)
    values = rng.integers(0, 5, size=(4, 5)).astype(float)
    values[1, 2] = np.nan
    stated = np.zeros((4, 5), dtype=bool)
    stated[[0, 0, 1, 2, 3], [1, 2, 0, 4, 3]] = True
    covered = ~np.isnan(values).ravel()
    found = agreement._Covered(
        values.ravel()[covered, None],
        np.full((covered.sum(), 1), 1.0),
        stated.ravel()[covered],
        np.repeat(np.arange(4), 5)[covered],
    )
    drawn = agreement._bootstrapped(found, 50, np.random.default_rng(9))
    times = np.random.default_rng(9).multinomial(4, np.full(4, 0.25), size=50)
    for row, count in zip(drawn, times, strict=True):
        chosen = np.repeat(np.arange(4), count)
        assert row[0] == pytest.approx(slow_auc(values[chosen].ravel(), stated[chosen].ravel()))
        assert row[1] == 1


def test_a_perfect_measure_and_a_reversed_one():
    flags = np.zeros((10, 11))
    flags[:, :4] = 1
    noise = np.random.default_rng(3).random((10, 11)) / 2
    table = stated_against_measured(
        statements(flags),
        pd.concat([panel(flags + noise, "good"), panel(-flags - noise, "bad")]),
        seed=1,
        k=4,
    )
    good, bad, both = (one(table, measure=name) for name in ("good", "bad", "pooled"))
    assert good[["value", "low", "high"]].tolist() == [1, 1, 1]
    assert good["p_value"] < 0.001
    assert one(table, "recall", "good")["value"] == 1
    assert bad["value"] == 0
    assert bad["p_value"] == 1
    assert both["value"] == pytest.approx(0.5)
    assert table["measure"].tolist() == ["bad", "bad", "good", "good", "pooled", "pooled"]


def test_random_values_stay_inside_the_null():
    rng = np.random.default_rng(1131)
    values, ps = [], []
    for seed in range(60):
        flags = np.zeros((10, 11))
        for row in flags:
            row[rng.permutation(11)[: rng.integers(1, 7)]] = 1
        table = stated_against_measured(
            statements(flags), panel(rng.random((10, 11))), seed=seed, resamples=200
        )
        values.append(one(table)["value"])
        ps.append(one(table)["p_value"])
    assert np.mean(values) == pytest.approx(0.5, abs=0.03)
    assert np.mean(np.array(ps) <= 0.1) <= 0.2
    assert np.mean(ps) == pytest.approx(0.5, abs=0.12)


def test_size_alone_earns_nothing():
    # large countries are praised for more; the measure knows sizes and nothing of groups
    sizes = np.arange(10.0)[:, None] + np.zeros((10, 11))
    flags = np.zeros((10, 11))
    for country, row in enumerate(flags):
        row[: 1 + country // 2] = 1
    auc = one(stated_against_measured(statements(flags), panel(sizes), seed=1))
    assert auc["value"] > 0.6
    assert auc["null_mean"] == pytest.approx(auc["value"])
    assert auc["p_value"] == 1


def test_ties_count_half():
    flags = np.eye(6)
    table = stated_against_measured(statements(flags), panel(np.ones((6, 6))), seed=1, k=2)
    assert one(table)["value"] == 0.5
    assert one(table, "recall")["value"] == pytest.approx(2 / 6)


def test_uncovered_pairs_are_counted_not_guessed():
    holed = SMALL.copy()
    holed.loc[1, "value"] = np.nan  # what was said of A
    table = stated_against_measured(SAID, holed.drop(index=5), seed=1, k=1, **LOW)
    auc = one(table)
    assert auc[["stated", "stated_covered", "unstated", "countries"]].tolist() == [2, 1, 3, 1]
    assert auc["value"] == 1
    other = SMALL.assign(measure="n").query("country == 'A'")
    both = stated_against_measured(SAID, pd.concat([holed, other]), seed=1, k=1, **LOW)
    # m: 5 beats 3, 1, 1, 0; n: 2 beats 1, not 3
    assert one(both, measure="pooled")["value"] == pytest.approx((4 + 1) / (4 + 2))
    assert one(both, measure="pooled")["stated_covered"] == 2


def test_countries_of_which_nothing_is_said_take_no_part():
    more = pd.concat([SMALL, SMALL.query("country == 'A'").assign(country="Z", value=9.0)])
    table = stated_against_measured(SAID, more, seed=1, k=1, **LOW)
    pd.testing.assert_frame_equal(table, stated_against_measured(SAID, SMALL, seed=1, k=1, **LOW))
    ranked = stated_against_measured(SAID, more, seed=1, k=1, recall_within="group", **LOW)
    assert one(ranked, "recall")["value"] == 0  # but they are ahead in their groups


def test_statuses():
    few = one(stated_against_measured(SAID, SMALL, seed=1))
    assert few["status"] == "small_n"
    assert few["value"] == pytest.approx(7 / 8)
    assert few[["low", "high", "null_mean", "p_value"]].isna().all()
    everything = SMALL[["country", "group"]]
    assert one(stated_against_measured(everything, SMALL, seed=1))["status"] == "not_estimable"
    elsewhere = pd.DataFrame({"country": ["A"], "group": ["x"]})
    assert one(stated_against_measured(elsewhere, SMALL, seed=1))["status"] == "not_estimable"


def test_bad_input_of_agreement_is_refused():
    for bad, words in (
        (SMALL.drop(columns="value"), "columns missing"),
        (pd.concat([SMALL, SMALL.head(1)]), "1 pairs more than once"),
        (SMALL.assign(value=np.inf), "infinite"),
        (SMALL.assign(measure="pooled"), "'pooled'"),
    ):
        with pytest.raises(InvalidTable, match=words):
            stated_against_measured(SAID, bad, seed=1)
    with pytest.raises(InvalidTable, match="no statements"):
        stated_against_measured(SAID.head(0), SMALL, seed=1)
    with pytest.raises(InvalidTable, match="columns missing"):
        stated_against_measured(SAID[["country"]], SMALL, seed=1)
    with pytest.raises(InvalidParams, match="Did you mean 'country'"):
        stated_against_measured(SAID, SMALL, seed=1, recall_within="countri")
    with pytest.raises(InvalidParams, match="interval"):
        stated_against_measured(SAID, SMALL, seed=1, interval=(0.9, 0.1))


@settings(max_examples=40, deadline=None)
@given(
    arrays(float, (4, 5), elements=st.integers(0, 4).map(float)),
    arrays(bool, (4, 5)),
    st.integers(0, 9),
)
def test_against_slow_code_and_order(x, flags, seed):
    if not flags.any() or flags.all(axis=1).all():
        return
    speaking = flags.any(axis=1)
    if flags[speaking].all():
        return
    values, said = panel(x), statements(flags.astype(float))
    table = stated_against_measured(said, values, seed=1, resamples=20, **LOW)
    expected = slow_auc(x[speaking].ravel(), flags[speaking].ravel())
    assert one(table)["value"] == pytest.approx(expected)
    # any rising transformation gives the same; so does another order of rows
    risen = values.assign(value=np.exp(values["value"])).sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(
        stated_against_measured(
            said.sample(frac=1, random_state=seed), risen, seed=1, resamples=20, **LOW
        ),
        table,
    )
    # permuted statements: as many for each country as there are
    found = agreement._Covered(
        x[speaking].reshape(-1, 1),
        np.zeros((speaking.sum() * 5, 1)),
        flags[speaking].ravel(),
        np.repeat(np.arange(speaking.sum()), 5),
    )
    drawn = agreement._permuted(found, 20, np.random.default_rng(seed))
    per_country = drawn.reshape(20, -1, 5).sum(axis=2)
    assert (per_country == flags[speaking].sum(axis=1)).all()


# --- grades ---------------------------------------------------------------------------------

NAN = float("nan")
RULE = {"top_k": 5, "min_share": 0.02}


def row(role, rank=NAN, low=None, high=None, p=NAN, share=NAN, **more):
    first = rank if low is None else low
    last = rank if high is None else high
    ranks = {"rank_median": rank, "rank_low": first, "rank_high": last, "ranked": 60}
    basis = {"measure": f"{role} measure", "role": role, "status": "ok"}
    return {**basis, **ranks, "probability_above": p, "share": share, **more}


TOP = {"rank": 3, "low": 2, "high": 5}
TOP_LEANING = {"rank": 5, "low": 3, "high": 9}
REACHES = {"rank": 7, "low": 5, "high": 9}
OUTSIDE = {"rank": 20, "low": 15, "high": 25}
LARGE = {"p": 0.99, "share": 0.05}
NARROW = {"p": 0.99, "share": 0.01}


@pytest.mark.parametrize(
    ("rows", "grade", "condition", "firm"),
    [
        ([row("direct", **TOP)], "supported", "top_k", True),
        ([row("partial", **TOP)], "supported", "top_k", True),
        ([row("direct", **TOP_LEANING)], "supported", "top_k", False),
        ([row("direct", **LARGE)], "supported", "specialised_and_large", True),
        ([row("direct", **OUTSIDE, **LARGE)], "supported", "specialised_and_large", True),
        ([row("direct", **OUTSIDE), row("partial", **TOP)], "supported", "top_k", True),
        # a direct row that fails clearly, by rank and by mix, leaves no full support
        ([row("direct", **OUTSIDE, p=0.4), row("partial", **TOP)], "partly", "top_k", True),
        ([row("direct", **OUTSIDE, p=0.6), row("partial", **TOP)], "supported", "top_k", True),
        ([row("direct", **REACHES, p=0.1), row("partial", **TOP)], "supported", "top_k", True),
        ([row("partial", **OUTSIDE, p=0.1), row("direct", **TOP)], "supported", "top_k", True),
        # one of three is less than half; proxies are not counted
        ([row("direct", **TOP), *2 * [row("partial", **OUTSIDE)]], "partly", "top_k", True),
        ([row("direct", **TOP), *2 * [row("proxy", **OUTSIDE)]], "supported", "top_k", True),
        ([row("proxy", **TOP)], "partly", "top_k", True),
        ([row("proxy", **LARGE)], "partly", "specialised_and_large", True),
        ([row("direct", **OUTSIDE), row("proxy", **TOP)], "partly", "top_k", True),
        ([row("direct", **NARROW)], "partly", "specialised_only", True),
        ([row("direct", p=0.99)], "partly", "specialised_only", True),
        ([row("direct", **REACHES)], "partly", "rank_may_reach", False),
        ([row("direct", **OUTSIDE)], "not supported as worded", "none", True),
        ([row("direct", **OUTSIDE, p=0.1)], "not supported as worded", "none", True),
        ([row("direct", **OUTSIDE, p=0.9)], "not supported as worded", "none", False),
        ([row("direct", p=0.2)], "not supported as worded", "none", False),
        # a share alone is no strength
        ([row("direct", **OUTSIDE, share=0.5)], "not supported as worded", "none", True),
        # a proxy never refutes, and half a proxy is nothing
        ([row("proxy", **OUTSIDE)], "cannot be measured", "proxies_only", False),
        ([row("proxy", **NARROW)], "cannot be measured", "proxies_only", False),
        ([row("proxy", **REACHES)], "cannot be measured", "proxies_only", False),
        ([], "cannot be measured", "no_rows", False),
        ([row("direct")], "cannot be measured", "not_usable", False),
        ([row("direct", **TOP, status="small_n")], "cannot be measured", "not_usable", False),
        ([row("direct", **TOP, ranked=8)], "cannot be measured", "not_usable", False),
        ([row("direct", **TOP, p=0.5, ranked=8)], "not supported as worded", "none", False),
    ],
)
def test_the_table_of_the_rule(rows, grade, condition, firm):
    evidence = pd.DataFrame(rows, columns=list(row("direct")))
    found = grade_statement(evidence, **RULE)
    assert (found.grade, found.condition, found.firm) == (grade, condition, firm)
    assert found.grade in GRADES


def test_the_nearest_then_the_firm_then_the_best_row_decides():
    rows = [
        row("proxy", 1, measure="a"),
        row("partial", 1, measure="b"),
        row("direct", **{**TOP_LEANING, "rank": 3}, measure="c"),
        row("direct", **TOP, measure="d"),
        row("direct", 4, measure="e"),
        row("direct", **OUTSIDE, measure="f"),
    ]
    found = grade_statement(pd.DataFrame(rows), **RULE)
    assert (found.measure, found.role) == ("d", "direct")
    assert (found.rank_median, found.rank_low, found.rank_high) == (3, 2, 5)
    assert (found.nearer_met, found.nearer, found.proxy_met, found.proxies) == (4, 5, 1, 1)


def test_what_was_not_supported_shows_the_row_that_came_nearest():
    rows = [row("direct", **OUTSIDE, measure="far"), row("direct", 9, 7, 12, measure="near")]
    found = grade_statement(pd.DataFrame(rows), **RULE)
    assert (found.measure, found.rank_low, found.nearer_met, found.nearer) == ("near", 7, 0, 2)


def test_nothing_decides_where_nothing_is_known():
    found = grade_statement(pd.DataFrame(), **RULE)
    assert isinstance(found, Grade)
    assert (found.measure, found.role) == ("", "")
    assert np.isnan([found.rank_median, found.probability_above, found.share]).all()


def test_thresholds_are_those_given():
    evidence = pd.DataFrame([row("direct", 6, p=0.93, share=0.02)])
    assert grade_statement(evidence, **RULE).grade == "not supported as worded"
    assert grade_statement(evidence, top_k=6, min_share=0.02).grade == "supported"
    half = [row("direct", 3), row("partial", 20, 15, 25)]
    assert grade_statement(pd.DataFrame(half), **RULE).grade == "supported"
    assert grade_statement(pd.DataFrame(half), **RULE, measures_at_least=0.6).grade == "partly"
    leaner = {**RULE, "firm_probability": 0.9}
    assert grade_statement(evidence, **leaner).condition == "specialised_and_large"
    assert grade_statement(evidence, **{**leaner, "min_share": 0.03}).grade == "partly"
    # without a usable rank the probability alone is judged
    unranked = grade_statement(evidence, **leaner, min_ranked=61)
    assert unranked.condition == "specialised_and_large"
    assert np.isnan(unranked.rank_median)


def test_all_statements_are_graded_in_their_order():
    stated = pd.DataFrame(
        {"country": ["B", "A", "A"], "group": ["u", "u", "v"], "words": ["x", "y", "z"]},
        index=[7, 3, 5],
    )
    evidence = pd.DataFrame([row("direct", **TOP), row("direct", **OUTSIDE)])
    evidence = evidence.assign(country=["A", "A"], group=["u", "v"])
    table = grade_statements(stated, evidence, **RULE)
    assert table["grade"].tolist() == [
        "cannot be measured",
        "supported",
        "not supported as worded",
    ]
    assert table["words"].tolist() == ["x", "y", "z"]
    assert table.index.tolist() == [7, 3, 5]
    with pytest.raises(InvalidTable, match="names that the grades need: \\['role'\\]"):
        grade_statements(stated.assign(role=""), evidence, **RULE)
    with pytest.raises(InvalidTable, match="group in evidence"):
        grade_statements(stated, evidence.drop(columns="group"), **RULE)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"role": "prox"}, "Did you mean 'proxy'"),
        ({"probability_above": 95.0}, "outside 0 to 1"),
        ({"share": -0.1}, "outside 0 to 1"),
        ({"rank_low": 9.0}, "do not rise"),
        ({"rank_low": NAN}, "in part only"),
    ],
)
def test_bad_evidence_is_refused(change, words):
    with pytest.raises(InvalidTable, match=words):
        grade_statement(pd.DataFrame([{**row("direct", **TOP), **change}]), **RULE)


def test_bad_thresholds_are_refused():
    evidence = pd.DataFrame([row("direct", **TOP)])
    with pytest.raises(InvalidTable, match="columns missing: \\['share'\\]"):
        grade_statement(evidence.drop(columns="share"), **RULE)
    for change in ({"top_k": 0}, {"min_share": 2}, {"firm_probability": 0.4}):
        with pytest.raises(InvalidParams, match="not usable"):
            grade_statement(evidence, **{**RULE, **change})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(agreement.ROLES),
            st.integers(1, 30),
            st.integers(0, 10),
            st.floats(0, 1),
            st.floats(0, 1),
        ),
        max_size=4,
    ),
    st.randoms(),
)
def test_more_support_never_lowers_a_grade_and_order_plays_no_part(drawn, random):
    rows = [
        row(role, rank, max(rank - width, 1), rank + width, p, share, measure=f"m{place}")
        for place, (role, rank, width, p, share) in enumerate(drawn)
    ]
    columns = list(row("direct"))
    found = grade_statement(pd.DataFrame(rows, columns=columns), **RULE)
    shuffled = random.sample(rows, len(rows))
    again = grade_statement(pd.DataFrame(shuffled, columns=columns), **RULE)
    assert repr(again) == repr(found)
    more = grade_statement(pd.DataFrame([*rows, row("proxy", **TOP)], columns=columns), **RULE)
    assert GRADES.index(more.grade) <= min(GRADES.index(found.grade), 1)
    most = grade_statement(pd.DataFrame([*rows, row("direct", **TOP)], columns=columns), **RULE)
    assert GRADES.index(most.grade) <= min(GRADES.index(found.grade), 1)
    assert most.grade == "supported" or most.nearer_met < most.nearer
