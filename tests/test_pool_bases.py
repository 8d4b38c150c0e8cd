"""What stands for a pool: preference, level shifts, graduates, published figures."""

import pandas as pd
import pytest
from workforce_worlds import (
    ICT,
    NO_GRADUATES,
    NO_PROJECTIONS,
    POOLS,
    one_series,
    published,
)

from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidTable
from techdiplomacy.pool_bases import bases_table, find_bases
from techdiplomacy.tables import check_table

WIDE = "employment/{}/ECO_ISIC4_J"
GRADUATES = "graduates/{}/ict"
DEGREES = "degrees/{}/first_university/Computer sciences"


def bases(*series, projections=NO_PROJECTIONS, known=NO_GRADUATES, pools=ICT, **given):
    rows = pd.concat(series, ignore_index=True)
    return find_bases(rows, projections, known, pools, past_years=8, **given)


def test_the_first_series_with_enough_steps_is_preferred():
    near, wide = one_series("AAA", [10, 11, 12, 13]), one_series("AAA", [90] * 9, code=WIDE)
    found = bases(near, wide)["AAA", "ict"]
    assert (found.match, found.stock, found.base_year) == ("near", 13, 2025)
    # too few steps of the near series: the wide one can tell of the past
    found = bases(near.tail(3), wide)["AAA", "ict"]
    assert (found.match, found.stock, found.status) == ("wide", 90, "ok")
    # none can: the first in order stands, and says so
    found = bases(near.tail(3), wide.tail(2))["AAA", "ict"]
    assert (found.match, found.stock, found.status) == ("near", 13, "no_past")
    assert found.supply_basis == "none"


def test_a_figure_that_is_too_old_is_passed_over_or_named():
    near = one_series("AAA", [10, 11, 12, 13], last=2019)
    wide = one_series("AAA", [90] * 9, code=WIDE)
    assert bases(near, wide)["AAA", "ict"].match == "near"
    assert bases(near, wide, between=(2019, 2025))["AAA", "ict"].match == "near"
    # a wide series of late comes before a near one of old
    found = bases(near, wide, between=(2020, 2025))["AAA", "ict"]
    assert (found.match, found.status) == ("wide", "ok")
    # even if it tells of no past
    found = bases(near, wide.tail(2), between=(2020, 2025))["AAA", "ict"]
    assert (found.match, found.status) == ("wide", "no_past")
    alone = bases(near, between=(2020, 2025))["AAA", "ict"]
    assert (alone.stock, alone.base_year, alone.status) == (13, 2019, "old_base")
    assert alone.supply_basis == "none"
    table = check_table(bases_table([alone]), declared("pool_bases"), where="test")
    # it still tells how it has grown
    assert table["past_growth"].iloc[0] == pytest.approx((13 / 10) ** (1 / 3) - 1)


def test_figures_of_later_years_are_not_used():
    figures = pd.concat(
        [published("AAA", 2024, 400.0, 2025, 1.0), published("AAA", 2026, 500.0, 2036, 1.0)]
    )
    found = bases(
        one_series("AAA", [10, 11, 12, 13]),
        projections=figures,
        pools=POOLS,
        between=(2019, 2024),
    )
    assert (found["AAA", "chips"].base_year, found["AAA", "chips"].stock) == (2024, 400)
    assert (found["AAA", "ict"].base_year, found["AAA", "ict"].stock) == (2024, 12)


def test_no_step_into_a_new_level_or_across_a_gap_or_before_the_window():
    rows = one_series("AAA", [50, 60, 66, 72.6, 200, 220, 242, 266.2, 292.82, 322.102, 354.3122])
    shifted = rows.assign(level_shift=[None] * 4 + ["new survey"] + [None] * 6)
    found = bases(shifted)["AAA", "ict"]
    # 2015 to 2025, newest eight years: steps into 2018 and 2020 to 2025, none into 2019
    assert found.steps.years.tolist() == [2018, *range(2020, 2026)]
    assert found.past_growth == pytest.approx(0.1)
    # the older level is brought to the newest: 72.6 was 200 / 1.1
    assert found.steps.after[0] == pytest.approx(200 / 1.1)
    # with 2017 left out there is no step into 2017 or 2018
    holed = bases(shifted[shifted["year"] != 2017])["AAA", "ict"]
    assert holed.steps.years.tolist() == list(range(2020, 2026))


def test_graduates_of_about_the_time_of_the_stock():
    stock = one_series("AAA", [100] * 5)
    new = one_series("AAA", [5, 6, 7], code=GRADUATES, last=2023)
    old = one_series("AAA", [3, 4], code=DEGREES, last=2016)
    assert bases(stock, new, old)["AAA", "ict"].graduates.values.tolist() == [5, 6, 7]
    alone = bases(stock, old)["AAA", "ict"]
    assert alone.graduates is None
    assert alone.supply_basis == "young_people"
    # 2017 is eight years before 2025
    assert bases(stock, old.assign(year=old["year"] + 1))["AAA", "ict"].graduates is not None
    # graduates of an earlier level are not those of this one
    shifted = one_series("AAA", [5, 60, 70], code=GRADUATES, shifts=[2024])
    assert bases(stock, shifted)["AAA", "ict"].graduates.values.tolist() == [60, 70]


def test_register_replaces_the_graduates_of_the_sources():
    known = pd.DataFrame(
        [("AAA", "ict", 2021, 40.0, "list", "own"), ("AAA", "ict", 2020, 30.0, "list", "own")],
        columns=NO_GRADUATES.columns,
    )
    stock, other = one_series("AAA", [100] * 5), one_series("AAA", [5, 6], code=GRADUATES)
    found = bases(stock, other, known=known)["AAA", "ict"].graduates
    assert (found.series, found.values.tolist()) == ("register", [30, 40])
    assert bases(stock, other, known=known.assign(field="chips"))["AAA", "ict"].graduates.series


def test_published_stocks_are_the_newest_workforce():
    figures = pd.concat(
        [
            published("AAA", 2022, 400.0, 2025, 720.0),
            published("AAA", 2026, 500.0, 2036, 600.0, quantity="additional_demand"),
            published("AAA", 2027, 9.0, 2028, 9.0, quantity="shortage"),
            published("BBB", None, None, 2027, 70.0, nature="count"),
            published("CCC", None, None, 2035, 70.0),
            published("DDD", 2026, 8.0, 2036, 9.0, field="pools of water"),
        ]
    )
    found = bases(one_series("AAA", [1]), projections=figures, pools=POOLS, countries=["CCC"])
    own = found["AAA", "chips"]
    assert (own.stock, own.base_year, own.match, own.status) == (500, 2026, "published", "no_past")
    assert ("BBB", "chips") not in found  # not asked for and without a series
    assert found["CCC", "chips"].status == "no_stock"
    asked = bases(one_series("AAA", [1]), projections=figures, pools=POOLS, countries=["BBB"])
    assert (asked["BBB", "chips"].stock, asked["BBB", "chips"].base_year) == (70, 2027)


def test_table_is_as_declared():
    found = bases(
        one_series("AAA", [100] * 5),
        one_series("AAA", [5, 6], code=GRADUATES),
        pools=POOLS,
        countries=["BBB"],
    )
    table = check_table(bases_table(found.values()), declared("pool_bases"), where="test")
    rows = table.set_index(["country", "pool"])
    assert rows.at[("AAA", "ict"), "graduates"] == 6
    assert set(rows.loc["BBB", "status"]) == {"no_stock"}
    assert rows.at[("AAA", "ict"), "past_growth"] == pytest.approx(0)


def test_units_and_negative_stocks_are_named():
    with pytest.raises(InvalidTable, match="Units are mixed"):
        bases(one_series("AAA", [100_000, 101, 102, 103]))
    with pytest.raises(InvalidTable, match="cannot be"):
        bases(one_series("AAA", [100, -1]))
