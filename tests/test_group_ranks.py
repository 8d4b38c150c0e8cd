"""Ranks over measures, what covers a group, and concentration, on rows made up."""

import numpy as np
import pandas as pd
import pytest
from evidence_rows import LIST, chosen, codes, evidence_rows, many

from techdiplomacy import group_ranks
from techdiplomacy.declarations import declared
from techdiplomacy.tables import check_table
from techdiplomacy.technologies import load_taxonomy

PARAMS = chosen(ranks={"draws": 500, "countries_at_least": 3})
COUNTS = {"AAA": 600.0, "BBB": 300.0, "CCC": 90.0, "DDD": 10.0}


def ranked(evidence, params=PARAMS):
    return group_ranks.ranks_by_group(evidence, params.rta, params.ranks, seed=1)


def of(table, country):
    return table[table["country"] == country].iloc[0]


def test_ranks_are_the_declared_table_and_those_of_the_counts():
    table = ranked(many(evidence_rows(COUNTS), evidence_rows(COUNTS, measure="uspto_topics")))
    assert len(check_table(table, declared("technology_ranks"), where="test")) == 4
    assert table.set_index("country")["rank"].to_dict() == {"AAA": 1, "BBB": 2, "CCC": 3, "DDD": 4}
    assert set(table["label"]) == {"firm"}
    assert of(table, "AAA")["score"] == 1.0
    assert of(table, "AAA")["measures"] == "families;uspto_topics"


def test_one_measure_alone_is_never_firm():
    table = ranked(evidence_rows(COUNTS))
    assert (table["span"] == 0).all()
    assert set(table["label"]) == {"leaning"}


def test_measures_that_disagree_widen_the_interval():
    turned = dict(zip(COUNTS, reversed(COUNTS.values()), strict=True))
    table = ranked(many(evidence_rows(COUNTS), evidence_rows(turned, measure="articles")))
    first = of(table, "AAA")
    assert (first["rank_low"], first["rank_high"]) == (1, 4)
    assert first["label"] == "leaning"


@pytest.mark.parametrize(
    ("proxies", "expected"),
    [("last_resort", ["families"]), ("always", ["families", "uspto_domains"])],
)
def test_a_proxy_enters_where_nothing_nearer_does(proxies, expected):
    params = chosen(ranks={"proxies": proxies, "countries_at_least": 3})
    rows = many(
        evidence_rows(COUNTS, role="partial"),
        evidence_rows(COUNTS, measure="uspto_domains", role="proxy"),
    )
    assert group_ranks.ranked_measures(rows, params.ranks) == expected
    alone = rows[rows["role"] == "proxy"]
    assert group_ranks.ranked_measures(alone, params.ranks) == ["uspto_domains"]


def test_a_measure_that_lists_few_countries_enters_no_rank():
    rows = many(evidence_rows(COUNTS), evidence_rows({"AAA": 5.0}, measure="developers"))
    assert group_ranks.ranked_measures(rows, PARAMS.ranks) == ["families"]


def test_of_one_office_only_the_newer_window_enters():
    stock = evidence_rows(COUNTS, measure="uspto_domains", window="1976-2025")
    recent = evidence_rows(COUNTS, measure="uspto_topics")
    assert group_ranks.ranked_measures(many(stock, recent), PARAMS.ranks) == ["uspto_topics"]
    assert group_ranks.ranked_measures(stock, PARAMS.ranks) == ["uspto_domains"]
    # a window that would not enter itself leaves the stock in
    narrow = evidence_rows({"AAA": 5.0}, measure="uspto_topics")
    far = evidence_rows(COUNTS, measure="uspto_topics", role="proxy")
    for other in (narrow, far):
        assert group_ranks.ranked_measures(many(stock, other), PARAMS.ranks) == ["uspto_domains"]
    taxonomy = load_taxonomy(LIST)
    table = group_ranks.coverage(many(stock, recent), taxonomy, PARAMS.ranks)
    row = table.set_index("group_id").loc["G06"]
    assert (row["measures_ranked"], row["same_office"]) == ("uspto_topics", "uspto_domains")
    alone = group_ranks.coverage(stock, taxonomy, PARAMS.ranks).set_index("group_id").loc["G06"]
    assert pd.isna(alone["same_office"])


def test_developers_enter_no_rank():
    rows = many(evidence_rows(COUNTS), evidence_rows(COUNTS, measure="developers"))
    assert group_ranks.ranked_measures(rows, PARAMS.ranks) == ["families"]
    assert set(concentrated(rows).query("measure == 'developers'")["status"]) == {"few_listed"}


def test_a_first_place_is_held_only_if_no_measure_alone_carries_it():
    agree = ranked(many(evidence_rows(COUNTS), evidence_rows(COUNTS, measure="articles")))
    assert agree.set_index("country")["holds_first"].to_dict() == {
        **dict.fromkeys(COUNTS, False),
        "AAA": True,
    }
    assert (of(agree, "AAA")["share_at_first"], of(agree, "BBB")["share_at_first"]) == (1.0, 0.0)
    alone = of(ranked(evidence_rows(COUNTS)), "AAA")
    assert (alone["share_at_first"], alone["holds_first"]) == (1.0, False)
    close = {**COUNTS, "AAA": 450.0, "BBB": 450.0}
    tied = ranked(many(evidence_rows(close), evidence_rows(close, measure="articles")))
    assert not tied["holds_first"].any()
    assert of(tied, "AAA")["label"] == "firm"
    assert 0.3 < of(tied, "AAA")["share_at_first"] < 0.7
    assert tied["share_at_first"].sum() <= 1


def test_a_first_place_that_falls_with_one_measure_is_not_held():
    # without families BBB is first, though AAA is first in every draw over both
    params = chosen(ranks={"draws": 500, "countries_at_least": 3, "weights": "declared"})
    params.ranks.normalisations[:] = ["min-max"]
    params.ranks.aggregations[:] = ["arithmetic"]
    less = {"AAA": 80_000.0, "BBB": 90_000.0, "CCC": 100.0}
    most = {"AAA": 90_000.0, "BBB": 10_000.0, "CCC": 100.0}
    row = of(
        ranked(many(evidence_rows(most), evidence_rows(less, measure="articles")), params), "AAA"
    )
    assert (row["rank_high"], row["share_at_first"], row["holds_first"]) == (1, 1.0, False)


def test_few_items_in_every_measure_are_marked_and_still_ranked():
    other = {**COUNTS, "DDD": 3.0}
    rows = many(evidence_rows({**COUNTS, "DDD": 9.0}), evidence_rows(other, measure="articles"))
    row = of(ranked(rows), "DDD")
    assert (row["status"], row["rank"]) == ("small_n", 4)
    assert row[["rank_low", "rank_high", "score"]].notna().all()
    enough = many(evidence_rows(COUNTS), evidence_rows(other, measure="articles"))
    assert of(ranked(enough), "DDD")["status"] == "ok"


def test_a_country_needs_half_of_the_measures():
    rows = many(
        evidence_rows(COUNTS),
        evidence_rows(COUNTS, measure="uspto_domains"),
        evidence_rows({**COUNTS, "EEE": 50.0}, measure="articles"),
    )
    table = ranked(rows)
    missing = of(table, "EEE")
    assert (missing["status"], missing["n_measures"], missing["n_possible"]) == (
        "not_estimable",
        1,
        3,
    )
    assert pd.isna(missing["rank"])
    assert missing["label"] == "do not conclude"
    # its articles stand in the world's total, and nobody else's rank moves
    assert set(table.loc[table["status"] == "ok", "country"]) == set(COUNTS)


def test_being_below_a_limit_is_no_advantage():
    listed = {**COUNTS, "EEE": 9.0}
    small = {**COUNTS, "EEE": None}
    articles = {**COUNTS, "EEE": 80.0}
    other = [evidence_rows(articles, measure=name) for name in ("articles", "ai_articles")]
    unlisted = many(evidence_rows(small, measure="uspto_domains", below=10.0), *other)
    seen = many(evidence_rows(listed, measure="uspto_domains"), *other)
    hidden, shown = of(ranked(unlisted), "EEE"), of(ranked(seen), "EEE")
    assert hidden["status"] == shown["status"] == "ok"
    assert hidden["n_measures"] == 2
    assert hidden["rank"] == shown["rank"]
    assert abs(hidden["score"] - shown["score"]) < 0.01


def test_a_country_without_items_changes_nobody_else():
    measures = ("families", "articles")
    plain = ranked(many(*(evidence_rows(COUNTS, measure=name) for name in measures)))
    with_it = ranked(
        many(*(evidence_rows({**COUNTS, "BAA": 0.0}, measure=name) for name in measures))
    )
    assert of(with_it, "BAA")["status"] == "not_estimable"
    pd.testing.assert_frame_equal(
        with_it[with_it["country"] != "BAA"].reset_index(drop=True), plain
    )


def test_order_and_names_change_nothing():
    rows = many(evidence_rows(COUNTS), evidence_rows(COUNTS, measure="articles"))
    expected = ranked(rows)
    turned = ranked(rows.iloc[::-1]).sort_values("country", ignore_index=True)
    pd.testing.assert_frame_equal(turned, expected)
    new = dict(zip(COUNTS, codes(4), strict=True))
    renamed = ranked(rows.assign(country=rows["country"].map(new)))
    pd.testing.assert_frame_equal(renamed.assign(country=expected["country"]), expected)


def test_a_planted_matrix_is_recovered():
    rng = np.random.default_rng(7)
    countries = codes(30)
    parts, planted = [], {}
    for group in ("G01", "G06", "G08"):
        strength = np.sort(rng.lognormal(0.0, 1.2, size=30))[rng.permutation(30)]
        planted[group] = pd.Series(strength, index=countries).rank(ascending=False)
        for measure, size in (("families", 3000), ("uspto_domains", 1000), ("articles", 8000)):
            # what a measure sees differs by a tenth from what was planted, besides chance
            seen = strength * rng.lognormal(0.0, 0.1, size=30)
            counts = rng.poisson(size * seen / seen.sum()).astype(float)
            parts.append(
                evidence_rows(
                    dict(zip(countries, counts, strict=True)), measure=measure, group=group
                )
            )
    table = ranked(many(*parts), chosen(ranks={"draws": 1000})).set_index(["group_id", "country"])
    truth = pd.concat(planted).rename_axis(["group_id", "country"]).reindex(table.index)
    assert truth.corr(table["rank_median"], method="spearman") > 0.97
    held = (table["rank_low"] <= truth) & (truth <= table["rank_high"])
    assert held.mean() > 0.85


def test_coverage_says_what_is_measured_and_what_is_not():
    taxonomy = load_taxonomy("vn-21-2026")
    rows = many(
        evidence_rows(COUNTS, group="R02", framework="vn-21-2026"),
        evidence_rows(COUNTS, group="R08", framework="vn-21-2026", role="proxy"),
    )
    table = group_ranks.coverage(rows, taxonomy, PARAMS.ranks).set_index("group_id")
    assert len(check_table(table.reset_index(), declared("group_coverage"), where="test")) == 10
    assert table["status"].to_dict() == {
        **dict.fromkeys(taxonomy.groups, "no_evidence"),
        "R02": "ok",
        "R08": "proxies_only",
    }
    assert not table.at["R03", "established"]
    assert table.at["R02", "established"]
    assert table.at["R02", "measures_ranked"] == "families"
    assert (table.at["R02", "measures_needed"], table.at["R02", "n_ranked"]) == (1, 4)
    assert table.at["R03", "n_countries"] == 0


def concentrated(evidence, params=PARAMS):
    return group_ranks.concentration_by_group(
        evidence, params.concentration, params.rta, params.ranks, seed=1
    )


def test_concentration_by_hand():
    table = concentrated(evidence_rows({"AAA": 60.0, "BBB": 30.0, "CCC": 10.0, "DDD": 0.0}))
    check_table(table, declared("group_concentration"), where="test")
    row = table.iloc[0]
    assert (row["top_country"], row["second_country"], row["n_countries"]) == ("AAA", "BBB", 3)
    assert (row["top_share"], row["lead"]) == (0.6, 2.0)
    assert row["hhi"] == pytest.approx((100 * 0.46 - 1) / 99)
    assert row["flag_top"]
    assert row["flag_hhi"]
    assert row["top_share_low"] < 0.6 < row["top_share_high"]


def test_few_items_or_few_countries_are_not_flagged():
    few = concentrated(evidence_rows({"AAA": 5.0, "BBB": 1.0})).iloc[0]
    assert (few["status"], few["flag_top"]) == ("small_n", False)
    alone = concentrated(
        evidence_rows({"AAA": 500.0, "BBB": None}, measure="developers", below=500.0)
    ).iloc[0]
    assert (alone["status"], alone["flag_top"]) == ("few_listed", False)
    assert pd.isna(alone["top_share"])
    assert alone["top_country"] == "AAA"


def test_concentration_of_counts_that_share_items_keeps_shares_and_widens():
    apart = concentrated(evidence_rows(COUNTS)).iloc[0]
    shared = concentrated(evidence_rows(COUNTS, n_fields=8)).iloc[0]
    assert shared["top_share"] == pytest.approx(apart["top_share"])
    assert shared["top_share_low"] < apart["top_share_low"]


def test_measures_for_comparison_only_have_no_rows():
    rows = many(evidence_rows(COUNTS), evidence_rows(COUNTS, measure="uspto_fields"))
    assert set(concentrated(rows)["measure"]) == {"families"}
    assert set(ranked(rows)["measures"]) == {"families"}
    assert set(rows["framework"]) == {LIST}
