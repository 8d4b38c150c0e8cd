"""Strength by measure: shares, advantages, growth and ranks, worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from evidence_rows import chosen, codes, evidence_rows, many
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from techdiplomacy import group_strength
from techdiplomacy.declarations import declared
from techdiplomacy.group_strength import strength_by_measure
from techdiplomacy.strength import specialisation
from techdiplomacy.tables import check_table

PARAMS = chosen(rta={"min_families": 10}, ranks={"draws": 500, "countries_at_least": 2})


def made(evidence, params=PARAMS):
    return strength_by_measure(evidence, params.rta, params.ranks, seed=1)


def of(table, country):
    return table[table["country"] == country].iloc[0]


COUNTS = {"AAA": 60.0, "BBB": 30.0, "CCC": 10.0, "DDD": 0.0}
BASE = {"AAA": 100.0, "BBB": 100.0, "CCC": 50.0, "DDD": 8.0}


def test_it_is_the_declared_table():
    table = made(evidence_rows(COUNTS, base=BASE))
    assert len(check_table(table, declared("technology_strength"), where="test")) == 4


def test_shares_and_their_interval():
    found = of(made(evidence_rows(COUNTS, base=BASE)), "BBB")
    assert found["world_share"] == pytest.approx(0.3)
    assert found["share_low"] == pytest.approx(beta(30.5, 70.5).ppf(0.05))
    assert found["share_high"] == pytest.approx(beta(30.5, 70.5).ppf(0.95))
    assert found["size_tier"] == "10 to under 100"


def test_nothing_has_a_width_and_begins_at_nothing():
    found = of(made(evidence_rows(COUNTS, base=BASE)), "DDD")
    assert (found["world_share"], found["share_low"]) == (0.0, 0.0)
    assert found["share_high"] == pytest.approx(beta(0.5, 100.5).ppf(0.95))
    assert found["status"] == "small_n"
    assert pd.isna(found["rta_shrunk"])  # 8 items in all fields


@given(
    st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=5).filter(
        lambda counts: sum(counts) > 1e-9
    )
)
def test_every_interval_of_a_share_holds_it(counts):
    items = np.array(counts)
    world = np.full(len(items), items.sum())
    ends = group_strength.share_interval(items, world, 0.05, 0.95)
    assert (ends["share_low"] <= items / world).all()
    assert (ends["share_high"] >= items / world).all()


def test_advantages_are_those_of_specialisation_in_group_and_rest():
    evidence = evidence_rows(COUNTS, base=BASE)
    two = pd.DataFrame({"in": COUNTS, "out": pd.Series(BASE) - pd.Series(COUNTS)})
    expected = specialisation(two, min_families=10).query("field == 'in'").set_index("country")
    found = made(evidence).set_index("country")
    for column in ("rta", "rta_shrunk", "rta_low", "rta_high", "probability_above"):
        np.testing.assert_allclose(found[column], expected[column], rtol=1e-6)
    # 60 of 100 beside 100 of 258 in the world
    assert found.at["AAA", "rta"] == pytest.approx(0.6 / (100 / 258))


def test_growth_is_a_yearly_rate():
    before = {"AAA": 20.0, "BBB": 30.0, "CCC": 0.0, "DDD": 0.0}
    table = made(
        many(
            evidence_rows(COUNTS, base=BASE),
            evidence_rows(before, base=BASE, window="2011-2015"),
        )
    )
    assert set(table["window"]) == {"2016-2020"}
    found = of(table, "AAA")
    assert found["growth"] == pytest.approx((60.5 / 20.5) ** 0.2 - 1)
    part = beta(60.5, 20.5).ppf(0.05)
    assert found["growth_low"] == pytest.approx((part / (1 - part)) ** 0.2 - 1)
    assert found["growth_low"] < found["growth"] < found["growth_high"]
    assert of(table, "BBB")["growth"] == 0.0
    assert of(table, "BBB")["growth_low"] < 0 < of(table, "BBB")["growth_high"]
    assert pd.isna(of(table, "DDD")["growth"])  # nothing in either window


def test_no_growth_where_the_fields_that_list_a_country_changed():
    one = {"AAA": 60.0, "BBB": 30.0}
    table = made(
        many(
            evidence_rows(one, n_fields=3, measure="developers", window="2024Q4-2025Q3"),
            evidence_rows(one, n_fields=2, measure="developers", window="2023Q4-2024Q3"),
        )
    )
    assert table["growth"].isna().all()


def test_counts_that_share_items_have_wider_intervals():
    apart = of(made(evidence_rows(COUNTS, base=BASE)), "AAA")
    shared = of(made(evidence_rows(COUNTS, base=BASE, n_fields=5)), "AAA")
    assert shared["world_share"] == apart["world_share"]
    assert shared["share_high"] - shared["share_low"] > 2 * (
        apart["share_high"] - apart["share_low"]
    )
    assert shared["rta_high"] - shared["rta_low"] > apart["rta_high"] - apart["rta_low"]


def test_ranks_by_share_and_what_is_below_the_limit():
    table = made(evidence_rows({**COUNTS, "EEE": None}, base={**BASE, "EEE": 40.0}, below=10.0))
    assert table.set_index("country")["rank_median"].iloc[:3].tolist() == [1, 2, 3]
    absent = of(table, "EEE")
    assert absent["status"] == "below_limit"
    assert pd.isna(absent["rank_median"])
    assert pd.isna(absent["count_items"])
    assert (absent["share_low"], absent["share_high"]) == (0.0, pytest.approx(0.1))


def test_a_source_that_lists_too_few_shows_its_counts_only():
    params = chosen(ranks={"draws": 500, "countries_at_least": 5})
    evidence = evidence_rows({**COUNTS, "EEE": None}, base={**BASE, "EEE": 40.0}, below=10.0)
    found = of(made(evidence, params), "AAA")
    assert (found["status"], found["count_items"]) == ("few_listed", 60.0)
    columns = ["world_share", "share_low", "rank_median", "rta", "probability_above"]
    assert found[columns].isna().all()
    # of whom it does not list nothing is known either
    absent = of(made(evidence, params), "EEE")
    assert (absent["status"], absent["below"]) == ("below_limit", 10.0)
    assert absent[["world_share", "share_low", "share_high"]].isna().all()
    # in another group of the same measure that lists enough, shares are given
    other = evidence_rows(dict.fromkeys(codes(6), 50.0), group="G07", below=10.0)
    both = made(many(evidence, other), params)
    assert both.query("group_id == 'G07'")["share_high"].notna().all()
    assert both.query("group_id == 'G06'")["share_high"].isna().all()
    # without a limit a panel may be small
    assert of(made(evidence_rows(COUNTS, base=BASE), params), "AAA")["status"] == "ok"


def test_what_is_only_shown_has_counts_and_no_comparison():
    table = made(many(evidence_rows(COUNTS), evidence_rows(COUNTS, measure="developers")))
    shown = table[table["measure"] == "developers"]
    assert set(shown["status"]) == {"few_listed"}
    assert shown["count_items"].tolist() == list(COUNTS.values())
    assert shown[["world_share", "share_high", "rank_median"]].isna().all(axis=None)
    assert table.loc[table["measure"] == "families", "world_share"].notna().all()


def test_a_group_without_any_item_is_not_estimable():
    table = made(evidence_rows({"AAA": 0.0, "BBB": 0.0}, base=BASE))
    assert set(table["status"]) == {"not_estimable"}
    assert table[["world_share", "share_high", "rta", "rank_median"]].isna().all(axis=None)
    assert len(check_table(table, declared("technology_strength"), where="test")) == 2


def test_a_country_without_items_changes_nobody_else():
    with_it = made(evidence_rows({**COUNTS, "BAA": 0.0}, base={**BASE, "BAA": 0.0}))
    without = made(evidence_rows(COUNTS, base=BASE))
    assert of(with_it, "BAA")["status"] == "not_estimable"
    pd.testing.assert_frame_equal(
        with_it[with_it["country"] != "BAA"].reset_index(drop=True), without
    )


def test_order_of_rows_changes_nothing():
    evidence = evidence_rows(COUNTS, base=BASE)
    turned = made(evidence.iloc[::-1])
    pd.testing.assert_frame_equal(
        turned.sort_values("country", ignore_index=True), made(evidence), check_dtype=False
    )


def test_names_of_countries_change_nothing():
    new = dict(zip(COUNTS, codes(4), strict=True))
    evidence = evidence_rows(COUNTS, base=BASE)
    renamed = made(evidence.assign(country=evidence["country"].map(new)))
    back = renamed.assign(country=made(evidence)["country"])
    pd.testing.assert_frame_equal(back, made(evidence))


def test_windows_are_numbered_backwards_inside_each_measure():
    evidence = many(
        *(evidence_rows(COUNTS, window=window) for window in ("2011-2015", "2016-2020")),
        evidence_rows(COUNTS, measure="articles", window="2018-2022"),
    )
    assert set(group_strength.of_window(evidence)["window"]) == {"2016-2020", "2018-2022"}
    assert set(group_strength.of_window(evidence, 1)["window"]) == {"2011-2015"}


def test_draws_of_shares_stay_inside_their_bounds():
    rows = evidence_rows({"AAA": 50.0, "BBB": 50.0, "CCC": None}, below=10.0)
    drawn = group_strength.share_draws(rows, 4000, seed=1)
    np.testing.assert_allclose(drawn[:2].sum(axis=0), 1.0)
    assert drawn[2].min() >= 0
    # between 0 and ten items of about a hundred
    assert drawn[2].mean() == pytest.approx(0.05, rel=0.05)
    turned = group_strength.share_draws(rows.iloc[::-1], 4000, seed=1)
    np.testing.assert_allclose(turned[::-1], drawn)
