"""The card: what stays blank, places by hand, and ranks with their intervals."""

import numpy as np
import pandas as pd
import pytest
from card_rows import OTHERS, WINDOW, cells, changes, gaps, relatedness, results, tie_measures
from evidence_rows import chosen
from hypothesis import given
from hypothesis import strategies as some

from techdiplomacy import scorecard
from techdiplomacy.registers import load_rubric
from techdiplomacy.scorecard_tables import INDICATORS, SCORECARD
from techdiplomacy.tables import check_table

TABLES = {table.name: table for table in SCORECARD}
PARAMS = chosen(ranks={"draws": 300})
DECLARED = chosen(ranks={"draws": 300, "weights": "declared"})


@pytest.fixture
def build(at_the_root):
    def make(partners=tuple(OTHERS), params=PARAMS, **other):
        return scorecard.build_scorecard(
            results(**other),
            load_rubric(),
            viewpoint="VVV",
            partners=partners,
            ranks=params.ranks,
            relatedness=params.relatedness,
            interval=(0.05, 0.95),
            seed=1,
        )

    return make


def test_tables_are_declared_and_whole(build):
    made = build()
    assert len(check_table(made["scorecard"], TABLES["scorecard"], where="test")) == 12 * 5
    assert len(check_table(made["scorecard_totals"], TABLES["scorecard_totals"], where="test")) == 5


def test_places_by_hand(build):
    card = build()["scorecard"]
    assert cells(card, "preference", "score").iloc[:3].tolist() == [1, 0.5, 0]
    # by the lower end: -.05 before -.1 before -.5, though PAB has the largest gap
    assert cells(card, "gap", "score").iloc[:3].tolist() == [0.5, 0, 1]
    # 10, 10, 9, 4, 1 years: ranks 4.5, 4.5, 3, 2, 1 of five
    assert cells(card, "persistence", "score").tolist() == [0.875, 0.875, 0.5, 0.25, 0]


def test_what_has_no_value_says_why(build):
    card = build()["scorecard"]
    blank = card[card["value"].isna()]
    assert blank["score"].isna().all()
    assert cells(card, "preference", "status")["PAD"] == "small_n"
    assert cells(card, "gap", "status")["PAE"] == "not_enough_data"
    assert cells(card, "complementarity", "status")["PAB"] == "not_enough_data"
    assert cells(card, "absorption", "status")["PAC"] == "not_enough_data"  # .94 is not sure
    for indicator in ("breadth", "leadership", "patent_quality", "article_quality"):
        assert set(cells(card, indicator, "status")) == {"needs_technology"}
    for indicator in ("conversion", "people"):
        assert set(cells(card, indicator, "status")) == {"needs_register"}
    assert set(card.loc[card["value"].notna(), "status"]) == {"ok"}


def test_places_are_taken_among_all_countries_with_the_indicator(build):
    card = build(partners=("PAB",))["scorecard"]
    assert cells(card, "preference", "score").tolist() == [0.5]
    assert cells(card, "preference", "pool").tolist() == [3]


def test_live_data_bring_what_is_blank(build):
    brought = pd.DataFrame(
        {"indicator": "breadth", "partner": ["PAA", "PAB"], "value": [4.0, 9.0], "status": "ok"}
    ).assign(low=np.nan, high=np.nan)
    card = build(brought=brought)["scorecard"]
    assert cells(card, "breadth", "score").iloc[:2].tolist() == [0, 1]
    assert cells(card, "breadth", "status")["PAC"] == "needs_technology"


def test_totals_are_means_over_what_all_have_with_a_rank_that_moves(build):
    totals = build()["scorecard_totals"].set_index("partner")
    # three of five are needed: PAD and PAE have one; PAC lacks growth and absorption
    assert totals.loc[["PAD", "PAE"], "status"].tolist() == ["not_enough_data"] * 2
    assert totals.loc[["PAD", "PAE"], "rank"].isna().all()
    assert set(totals["indicators_ranked"]) == {"preference;gap;persistence"}
    # PAA: preference 1, gap .5, persistence .875; growth and absorption stay on its card
    assert totals.loc["PAA", "measured"] == 5
    assert totals.loc["PAA", "score"] == pytest.approx((1 + 0.5 + 0.875) / 3)
    assert totals.loc["PAB", "score"] == pytest.approx((0.5 + 0 + 0.875) / 3)
    assert totals.loc["PAC", "score"] == pytest.approx((0 + 1 + 0.5) / 3)
    assert totals.loc[["PAA", "PAC", "PAB"], "rank"].tolist() == [1, 2, 3]
    assert totals.loc["PAA", "of"] == len(INDICATORS)
    assert totals.loc["PAE", "shallow"]
    assert not totals.loc["PAA", "shallow"]
    ranked = totals[totals["status"] == "ok"]
    assert (ranked["rank_low"] <= ranked["rank_median"]).all()
    assert (ranked["rank_median"] <= ranked["rank_high"]).all()
    assert set(ranked["ranked"]) == {3}


def test_draws_follow_the_rule_of_the_nominal_rank(build):
    """Nothing is uncertain here: a rank that moves would come from another rule for draws."""
    others = tie_measures().iloc[[4] * 4].assign(partner=["PBA", "PBB", "PBC", "PBD"])
    measures = pd.concat([tie_measures(), others], ignore_index=True)
    measures.loc[:2, "active_of_10"] = [10, 9, 10]
    measures["association_low"] = measures["association_high"] = measures["association"]
    # the order by value is PAA, PAC, PAB; by the lower end it is PAC, PAB, PAA
    rows = [("PAA", 0.9, -0.5), ("PAB", 0.1, -0.1), ("PAC", 0.2, 0.0)]
    table = pd.DataFrame(rows, columns=["partner", "gap", "gap_low"]).assign(
        kind="joint_works", window=WINDOW, status="ok", specification="without_past"
    )
    made = build(
        params=DECLARED,
        tie_measures=measures,
        cooperation_gaps=table.assign(gap_high=table.gap_low),
    )
    totals = made["scorecard_totals"].set_index("partner").loc[["PAA", "PAB", "PAC"]]
    # places: (1, 0, .9375), (.5, .5, .75), (0, 1, .9375); no place of 0 decides, as it would
    # in a geometric mean
    assert totals["score"].tolist() == pytest.approx([1.9375 / 3, 1.75 / 3, 1.9375 / 3])
    for column in ("rank", "rank_low", "rank_median", "rank_high"):
        assert totals[column].tolist() == [1.5, 3, 1.5]


def test_nothing_is_concluded_from_less_than_half_of_the_rubric(build):
    def labels(*more):
        brought = pd.concat(
            pd.DataFrame({"indicator": name, "partner": OTHERS[:3], "value": [3.0, 2.0, 1.0]})
            for name in more
        ).assign(low=np.nan, high=np.nan, status="ok")
        totals = build(params=DECLARED, brought=brought)["scorecard_totals"].iloc[:3]
        ranked = set(totals["indicators_ranked"].str.count(";") + 1)
        return ranked, set(totals["label"])

    assert labels("breadth", "leadership") == ({5}, {"do not conclude"})
    ranked, said = labels("breadth", "leadership", "people")
    assert ranked == {6}
    assert "firm" in said


def test_who_is_last_in_everything_is_last(build):
    measures = tie_measures().iloc[[0, 1, 2]].assign(active_of_10=[9, 8, 7])
    lows = gaps().assign(gap_low=[3.0, 2, 1] * 3)
    totals = build(tie_measures=measures, cooperation_gaps=lows)["scorecard_totals"]
    assert totals.set_index("partner").loc[["PAA", "PAB", "PAC"], "score"].tolist() == [1, 0.5, 0]
    assert totals["rank"].tolist()[:3] == [1, 2, 3]


def test_without_an_indicator_that_all_have_nobody_is_ranked(build):
    # PAA has a gap, PAB a preference, and PAC, who is no partner, both
    made = build(
        partners=("PAA", "PAB"),
        tie_measures=tie_measures().iloc[[1, 2]].assign(active_of_10=np.nan),
        cooperation_gaps=gaps().query("partner != 'PAB'"),
        gap_changes=changes().iloc[:0],
        relatedness=relatedness().iloc[:0],
    )
    assert made["scorecard_totals"]["measured"].tolist() == [1, 1]
    check_table(made["scorecard_totals"], TABLES["scorecard_totals"], where="test")
    assert set(made["scorecard_totals"]["status"]) == {"not_enough_data"}
    assert made["scorecard_totals"]["indicators_ranked"].isna().all()


def test_a_wider_interval_of_a_value_moves_the_rank_more(build):
    """Two partners with one measured indicator each are sure of their order, or are not."""

    def share(width):
        rows = [(code, place, place - width, place + width) for place, code in enumerate(OTHERS)]
        table = pd.DataFrame(rows, columns=["partner", "gap", "gap_low", "gap_high"])
        table = table.assign(kind="joint_works", window=WINDOW, specification="without_past")
        made = build(
            tie_measures=tie_measures().iloc[:0],
            cooperation_gaps=table,
            gap_changes=changes().iloc[:0],
            relatedness=relatedness().iloc[:0],
        )
        totals = made["scorecard_totals"]
        return (totals["rank_high"] - totals["rank_low"]).mean()

    assert share(0.01) == 0
    assert share(3.0) > 1


def test_nothing_known_is_a_card_too(build):
    made = build(
        tie_measures=tie_measures().iloc[:0],
        cooperation_gaps=gaps().iloc[:0],
        gap_changes=changes().iloc[:0],
        partner_values=results().partner_values.assign(complementarity=np.nan),
        relatedness=relatedness().iloc[:0],
    )
    for name, frame in made.items():
        check_table(frame, TABLES[name], where="test")
    assert set(made["scorecard_totals"]["status"]) == {"not_enough_data"}


def test_the_same_seed_gives_the_same_ranks(build):
    pd.testing.assert_frame_equal(build()["scorecard_totals"], build()["scorecard_totals"])


@given(some.lists(some.integers(-9, 9), min_size=2, max_size=12), some.booleans())
def test_places_run_from_nothing_to_one_and_turn_with_the_direction(values, by_low):
    rows = pd.DataFrame({"indicator": "gap", "value": values, "low": values}).astype(
        {"value": "float64", "low": "float64"}
    )
    ranked_by = "low" if by_low else "value"
    scores = [
        scorecard.placed(
            rows,
            pd.DataFrame(
                [("gap", direction, ranked_by)], columns=["indicator", "direction", "ranked_by"]
            ),
        )["score"].to_numpy()
        for direction in ("higher", "lower")
    ]
    assert scores[0] == pytest.approx(1 - scores[1])
    assert scores[0].min() >= 0
    assert scores[0].max() <= 1
    assert scores[0].mean() == pytest.approx(0.5)
