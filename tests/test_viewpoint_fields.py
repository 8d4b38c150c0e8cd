"""Spread, related fields and partners of one country, on a specialisation made up."""

import numpy as np
import pandas as pd
import pytest
from evidence_rows import chosen

from techdiplomacy import viewpoint_fields
from techdiplomacy.declarations import declared
from techdiplomacy.strength import specialisation
from techdiplomacy.tables import check_table
from techdiplomacy.technologies import load_taxonomy

PARAMS = chosen(ranks={"draws": 300}, relatedness={"fitted_from": 50, "partners_among": 2})
FIELDS = ["chemistry", "materials science", "physics", "psychology"]
COUNTS = pd.DataFrame(
    [
        [40.0, 40.0, 10.0, 10.0],  # AAA
        [400.0, 300.0, 250.0, 50.0],
        [10.0, 20.0, 50.0, 420.0],
        [200.0, 100.0, 250.0, 50.0],
        [1.0, 1.0, 1.0, 1.0],  # too few
    ],
    index=["AAA", "BBB", "CCC", "DDD", "EEE"],
    columns=FIELDS,
)


def feature(counts, evidence="publications", window="2018-2022"):
    table = specialisation(counts, min_families=10).drop(columns="prior_strength")
    return table.rename(columns={"count": "count_items", "total": "total_items"}).assign(
        evidence=evidence, window=window
    )


TABLE = pd.concat(
    [
        feature(COUNTS),
        feature(COUNTS / 2, window="2013-2017"),
        feature(COUNTS.drop(index="AAA"), "patents", "2016-2020").assign(
            field=lambda rows: rows["field"].replace({"physics": "optics"})
        ),
    ],
    ignore_index=True,
)


def spread(country="AAA"):
    table = viewpoint_fields.spread_in_time(TABLE, country, PARAMS.rta, PARAMS.ranks, seed=1)
    assert len(check_table(table, declared("viewpoint_spread"), where="test")) == 3
    return table.set_index(["evidence", "window"])


def related(country="AAA"):
    table = viewpoint_fields.related_fields(
        TABLE, load_taxonomy("vn-1131-2025"), country, PARAMS.relatedness
    )
    assert len(check_table(table, declared("relatedness"), where="test")) == 8
    return table.set_index(["evidence", "field"])


def test_the_spread_by_hand_and_in_time():
    table = spread()
    row = table.loc[("publications", "2018-2022")]
    assert row["n"] == 100.0
    assert row["hhi"] == pytest.approx((100 * 0.34 - 1) / 99)
    assert row["effective_number"] == pytest.approx(1 / row["hhi"])
    assert row["low"] < row["hhi"] < row["high"]
    assert table.at[("publications", "2013-2017"), "n"] == 50.0


def test_evidence_that_does_not_list_the_country_has_no_numbers():
    row = spread().loc[("patents", "2016-2020")]
    assert row["status"] == "not_estimable"
    assert pd.isna(row["n"])
    rows = related().loc["patents"]
    assert set(rows["status"]) == {"not_estimable"}
    assert rows[["density", "place", "rta_shrunk"]].isna().all(axis=None)


def test_a_country_with_few_items_is_shown_as_such():
    assert set(spread("EEE").loc["publications", "status"]) == {"small_n"}
    assert set(related("EEE").loc["publications", "status"]) == {"not_estimable"}


def test_gaps_are_ordered_by_density():
    rows = related().loc["publications"]
    assert rows["specialised"].to_dict() == {
        "chemistry": True,
        "materials science": True,
        "physics": False,
        "psychology": False,
    }
    # physics is near to chemistry in DDD; nobody strong in psychology is strong elsewhere
    assert rows["place"].dropna().to_dict() == {"physics": 1}
    assert rows.at["physics", "density"] > 0
    assert rows.at["psychology", "status"] == "not_estimable"
    assert rows.at["materials science", "groups"] == "G08"
    assert pd.isna(rows.at["physics", "groups"])


def test_partners_are_large_and_surely_specialised():
    rows = related().loc["publications"]
    assert rows.at["psychology", "covering_partners"] == "CCC"
    # the two with most items, larger first where equal by name; own strengths need no partner
    assert rows.at["physics", "covering_partners"] == "DDD"
    assert pd.isna(rows.at["chemistry", "covering_partners"])
    assert "AAA" not in set(";".join(rows["covering_partners"].dropna()).split(";"))


def test_countries_with_few_items_do_not_shape_what_is_related():
    counts = COUNTS.copy()
    counts.loc["FFF"] = [0.0, 20.0, 0.0, 20.0]
    table = pd.concat([feature(COUNTS), feature(counts).query("country == 'FFF'")])
    taxonomy = load_taxonomy("vn-1131-2025")
    with_it = viewpoint_fields.related_fields(table, taxonomy, "AAA", PARAMS.relatedness)
    without = viewpoint_fields.related_fields(feature(COUNTS), taxonomy, "AAA", PARAMS.relatedness)
    np.testing.assert_allclose(with_it["density"], without["density"])
