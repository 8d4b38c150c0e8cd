"""Statements graded with the evidence of their pair, on rows made up."""

import numpy as np
import pandas as pd
import pytest
from evidence_rows import chosen

from techdiplomacy import stated_evidence
from techdiplomacy.declarations import declared
from techdiplomacy.tables import check_table
from techdiplomacy.technologies import load_taxonomy

PARAMS = chosen(stated={"recall_k": 1, "resamples": 200})
TAXONOMY = load_taxonomy("vn-1131-2025")
NO_LIMITS = pd.DataFrame(columns=["country", "strength_en", "measure", "why"])
LINKS = pd.DataFrame(
    [("K2", "group", "G11"), ("K1", "country", "AAA"), ("K3", "list", "vn-1131-2025")],
    columns=["conflict_id", "touches", "key"],
)


def stated(*pairs):
    """Return statements on pairs of country and group, each with words of its own."""
    return pd.DataFrame(
        [
            (number, country, group, f"words {number}", f"lời {number}", "a text", "https://a.b")
            for number, (country, group) in enumerate(pairs, start=1)
        ],
        columns=[
            *("statement", "country", "group_id", "strength_en", "strength_vi"),
            *("source_title", "source_url"),
        ],
    )


def strong(
    country, group, rank, *, above=0.5, share=0.1, measure="families", role="direct", **more
):
    """Return a row of strength."""
    return {
        "measure": measure,
        "group_id": group,
        "country": country,
        "role": role,
        "window": "2016-2020",
        "world_share": share,
        "rank_median": float(rank),
        "rank_low": float(rank),
        "rank_high": float(rank),
        "ranked": 40,
        "probability_above": above,
        "status": "ok",
        **more,
    }


STRENGTH = pd.DataFrame(
    [
        strong("AAA", "G06", 2),
        strong("AAA", "G11", 30, above=0.1),
        strong("BBB", "G06", 9, above=0.99, share=0.05),
        strong("BBB", "G11", 3, measure="uspto_domains", role="partial"),
        strong("BBB", "G09", 1, role="proxy"),
    ]
).astype({"ranked": "Int64"})


def ledger(said, limits=NO_LIMITS, strength=STRENGTH):
    table = stated_evidence.ledger(said, strength, TAXONOMY, limits, LINKS, PARAMS.stated)
    assert len(check_table(table, declared("stated_ledger"), where="test")) == len(said)
    return table.set_index("statement")


def test_grades_and_what_decided():
    table = ledger(
        stated(("AAA", "G06"), ("AAA", "G11"), ("BBB", "G06"), ("BBB", "G09"), ("CCC", "G06"))
    )
    assert table["grade"].tolist() == [
        *("supported", "not_supported", "supported", "partly", "cannot_be_measured")
    ]
    assert table["reason"].tolist() == [
        *("top_k", "none", "specialised_and_large", "top_k", "no_rows")
    ]
    assert table.loc[1, ["measure", "role", "window"]].tolist() == [
        *("families", "direct", "2016-2020")
    ]
    assert (table.at[1, "ranked"], table.at[1, "rank_median"]) == (40, 2)
    assert table.loc[5, ["measure", "role", "window", "ranked"]].isna().all()


@pytest.mark.parametrize(
    ("group", "reason", "shown"),
    [("NONE", "no_group", None), ("AMBIGUOUS", "ambiguous", None), ("R02", "other_list", "R02")],
)
def test_statements_outside_the_list_say_why(group, reason, shown):
    row = ledger(stated(("AAA", group))).loc[1]
    assert (row["grade"], row["reason"]) == ("cannot_be_measured", reason)
    assert row["group_id"] == shown or (shown is None and pd.isna(row["group_id"]))


def test_a_measure_that_counts_something_else_takes_no_part():
    said = stated(("BBB", "G11"), ("BBB", "G11"))
    limits = pd.DataFrame(
        [("BBB", "words 1", "uspto_domains", "because")], columns=NO_LIMITS.columns
    )
    table = ledger(said, limits)
    assert table["grade"].tolist() == ["cannot_be_measured", "supported"]
    assert table["reason"].tolist() == ["other_words", "top_k"]


def test_conflicts_mark_countries_and_groups():
    table = ledger(stated(("AAA", "G11"), ("AAA", "G06"), ("BBB", "G11"), ("BBB", "G06")))
    assert table["conflict"].iloc[:3].tolist() == ["K1;K2", "K1", "K2"]
    assert pd.isna(table["conflict"].iloc[3])


def test_a_source_that_lists_too_few_is_no_evidence():
    few = STRENGTH[STRENGTH["country"] == "AAA"].assign(status="few_listed")
    row = ledger(stated(("AAA", "G06")), strength=few).loc[1]
    assert (row["grade"], row["reason"]) == ("cannot_be_measured", "not_usable")


def panel():
    """Return six countries by four groups: stated in the two in which each is strong."""
    rng = np.random.default_rng(5)
    rows = []
    for place, country in enumerate(["AAA", "BBB", "CCC", "DDD", "EEE", "FFF"]):
        for other, group in enumerate(["G04", "G05", "G06", "G08"]):
            good = other in (place % 4, (place + 1) % 4)
            share = 0.2 + 0.1 * rng.random() if good else 0.1 * rng.random()
            rows.append(strong(country, group, 1, above=share, share=share))
    pairs = [(row["country"], row["group_id"]) for row in rows if row["world_share"] > 0.15]
    return pd.DataFrame(rows), stated(*pairs)


def agreement(strength, said, params=PARAMS):
    table = stated_evidence.agreement_by_measure(said, strength, params.stated, params.rta, seed=1)
    check_table(table, declared("stated_agreement"), where="test")
    return table.set_index(["measure", "indicator", "statistic"])


def test_planted_agreement_is_found():
    table = agreement(*panel())
    assert (table.xs("auc", level="statistic")["value"] == 1.0).all()
    # one of two stated groups is the first one
    assert (table.xs("recall_at_k", level="statistic")["value"] == 0.5).all()
    assert (table.xs("auc", level="statistic")["p_value"] < 0.01).all()
    assert set(table.index.get_level_values("measure")) == {"families", "pooled"}
    assert set(table["n_stated"]) == {12}
    assert set(table["n_pairs"]) == {24}


def test_proxies_and_a_measure_of_one_group_take_no_part():
    strength, said = panel()
    one = strength[strength["group_id"] == "G06"].assign(measure="ai_patents")
    proxy = strength.assign(measure="uspto_domains", role="proxy")
    table = agreement(pd.concat([strength, one, proxy], ignore_index=True), said)
    pd.testing.assert_frame_equal(table, agreement(strength, said))


def test_nothing_to_compare_is_said():
    strength, _ = panel()
    table = agreement(strength, stated(("AAA", "R02")))
    assert set(table["status"]) == {"not_estimable"}
    assert table.index.get_level_values("measure").unique().tolist() == ["pooled"]
    assert table["value"].isna().all()


def test_rates_of_stated_and_unstated_pairs():
    table = stated_evidence.rates_of_grades(
        stated(("AAA", "G06"), ("AAA", "G06"), ("BBB", "G09"), ("BBB", "NONE")),
        STRENGTH,
        TAXONOMY,
        NO_LIMITS,
        PARAMS.stated,
        PARAMS.rta,
    )
    check_table(table, declared("grade_rates"), where="test")
    rates = table.set_index("grade")
    assert rates["stated"].to_dict() == {
        "supported": 1,
        "partly": 1,
        "not_supported": 0,
        "cannot_be_measured": 0,
    }
    assert rates["unstated"].sum() == 2 * 11 - 2
    assert rates.at["supported", "unstated"] == 2  # BBB in two groups
    assert rates.at["supported", "share_stated"] == 0.5
    low, high = rates.loc["supported", ["share_stated_low", "share_stated_high"]]
    assert 0 < low < 0.5 < high < 1
    assert rates["supported_by_any"].tolist() == [1, 0, 0, 0]


def test_rates_leave_out_what_says_nothing_of_any_statement_on_a_pair():
    def rates(*limited):
        limits = pd.DataFrame(
            [("BBB", words, "uspto_domains", "because") for words in limited],
            columns=NO_LIMITS.columns,
        )
        return stated_evidence.rates_of_grades(
            stated(("BBB", "G11"), ("BBB", "G11")),
            STRENGTH,
            TAXONOMY,
            limits,
            PARAMS.stated,
            PARAMS.rta,
        ).set_index("grade")

    assert rates("words 1").at["supported", "stated"] == 1  # the second statement uses it
    both = rates("words 1", "words 2")
    assert both["stated"].to_dict() == {
        **dict.fromkeys(("supported", "partly", "not_supported"), 0),
        "cannot_be_measured": 1,
    }
    pd.testing.assert_series_equal(both["unstated"], rates()["unstated"])


def test_what_the_rule_of_any_measure_would_support_is_said():
    rows = [
        strong("AAA", "G06", 2, measure="uspto_topics"),
        strong("AAA", "G06", 20, above=0.1),
        strong("BBB", "G06", 30, above=0.1),
    ]
    table = ledger(stated(("AAA", "G06"), ("BBB", "G06")), strength=pd.DataFrame(rows))
    assert table["grade"].tolist() == ["partly", "not_supported"]
    assert table["supported_by_any"].tolist() == [True, False]


def test_what_is_only_shown_grades_nothing():
    rows = STRENGTH[STRENGTH["country"] == "AAA"].assign(measure="developers")
    row = ledger(stated(("AAA", "G06")), strength=rows).loc[1]
    assert (row["grade"], row["reason"]) == ("cannot_be_measured", "no_rows")
