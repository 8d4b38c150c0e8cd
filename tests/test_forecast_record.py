"""Forecasts are held against later figures; wrong ones count, untestable ones are told."""

import numpy as np
import pandas as pd
import pytest
from record_rows import ledger_rows, series_since

from techdiplomacy import forecast_record
from techdiplomacy.declarations import declared
from techdiplomacy.tables import check_table

TABLE = declared("forecast_record")
JAPAN = ("employment/JPN/a", 2025)


def scored(ledger=None, series=None):
    record = forecast_record.score(
        ledger_rows() if ledger is None else ledger,
        series_since() if series is None else series,
    )
    return check_table(record, TABLE, where="test")


def one(record, series, year, release="0.2.0"):
    found = record[
        (record["series"] == series) & (record["year"] == year) & (record["release"] == release)
    ]
    assert len(found) == 1
    return found.iloc[0]


class TestScore:
    def test_every_row_of_the_ledger_is_in_the_record_unchanged(self):
        record = scored()
        frozen = ledger_rows()[list(TABLE.column_names())[: len(ledger_rows().columns)]]
        expected = frozen.sort_values(list(TABLE.key), ignore_index=True)
        pd.testing.assert_frame_equal(record[expected.columns], expected, check_dtype=False)

    @pytest.mark.parametrize(
        ("series", "year", "error", "inside_80", "inside_95", "nearer"),
        [
            # 105 against 106 (100-110); the last value was 100: 1 off against 5
            ("employment/JPN/a", 2025, -1.0, 1, 1, 1),
            # 102 against 112 (102-124): on the end, 10 off against 2
            ("employment/JPN/a", 2026, -10.0, 1, 1, 0),
            # 57 against 52 (50-54, 46-58), 5 off against 7
            ("employment/KOR/a", 2025, 5.0, 0, 1, 1),
            # 74 against 54 (50-58, 44-64), 20 off against 24
            ("employment/KOR/a", 2026, 20.0, 0, 0, 1),
        ],
    )
    def test_right_and_wrong_ones(self, series, year, error, inside_80, inside_95, nearer):
        row = one(scored(), series, year)
        assert row["status"] == "scored"
        assert row["error"] == error
        assert (row["inside_80"], row["inside_95"]) == (inside_80, inside_95)
        assert row["nearer_than_naive"] == nearer
        assert row["revision"] == 0

    def test_as_far_off_as_the_last_value_is_not_nearer(self):
        # 103 lies 3 from the last value 100 and 3 from the forecast 106
        series = series_since()
        own = (series["series"] == "employment/JPN/a") & (series["year"] == 2025)
        row = one(scored(series=series.assign(value=series["value"].mask(own, 103.0))), *JAPAN)
        assert (row["error"], row["nearer_than_naive"]) == (-3.0, 0)

    def test_a_later_year_waits(self):
        row = one(scored(), "employment/KOR/a", 2027)
        assert row["status"] == "waiting"
        assert row[["actual", "error", "inside_80", "nearer_than_naive", "revision"]].isna().all()

    def test_after_a_level_shift_the_figure_is_told_and_not_scored(self):
        row = one(scored(), "employment/USA/a", 2026)
        assert (row["status"], row["actual"]) == ("shifted", 30.0)
        assert row[["error", "inside_80", "inside_95", "nearer_than_naive"]].isna().all()
        # the year before the shift is scored; a shift that was known then is no excuse
        assert one(scored(), "employment/USA/a", 2025)["status"] == "scored"
        moved = series_since()
        moved.loc[moved["level_shift"] == "new survey", "level_shift"] = None
        assert one(scored(series=moved), "employment/USA/a", 2026)["status"] == "scored"
        at_the_end = series_since()
        at_the_end.loc[at_the_end["year"] == 2024, "level_shift"] = "joined then"
        assert one(scored(series=at_the_end), "employment/USA/a", 2025)["status"] == "scored"

    def test_a_series_that_is_gone_or_changed_its_unit_is_absent(self):
        assert one(scored(), "employment/DEU/a", 2025)["status"] == "absent"
        thousands = series_since()
        own = thousands["series"] == "employment/JPN/a"
        thousands.loc[own, "unit"] = "thousand persons"
        row = one(scored(series=thousands), "employment/JPN/a", 2025)
        assert row["status"] == "absent"
        assert np.isnan(row["actual"])

    def test_a_revised_past_is_scored_and_told(self):
        row = one(scored(), "degrees/JPN/b", 2025)
        assert row["status"] == "scored"
        assert (row["error"], row["inside_80"]) == (15.0, 1)
        assert row["revision"] == pytest.approx(0.05)  # 210 where 200 stood
        # the naive line cannot beat itself, and has no wider interval here
        assert np.isnan(row["nearer_than_naive"])
        assert np.isnan(row["inside_95"])

    def test_a_withdrawn_past_has_no_revision_and_a_rounded_one_none_either(self):
        series = series_since()
        withdrawn = series[series["year"] != 2024]
        row = one(scored(series=withdrawn), "employment/JPN/a", 2025)
        assert row["status"] == "scored"
        assert np.isnan(row["revision"])
        close = series.assign(value=series["value"].where(series["year"] != 2024, 100.0 + 1e-9))
        assert one(scored(series=close), "employment/JPN/a", 2025)["revision"] == 0

    def test_a_last_value_of_nothing_is_no_division(self):
        ledger = ledger_rows().assign(last_value=0.0)
        assert np.isnan(one(scored(ledger), "employment/JPN/a", 2025)["revision"])
        series = series_since()
        nothing = series.assign(value=series["value"].where(series["year"] != 2024, 0.0))
        assert one(scored(ledger, nothing), "employment/JPN/a", 2025)["revision"] == 0

    def test_an_empty_ledger_gives_an_empty_record(self):
        record = scored(ledger_rows().head(0))
        assert record.empty
        assert list(record.columns) == TABLE.column_names()

    def test_without_later_figures_everything_waits(self):
        early = series_since().query("year <= 2024 and country != 'USA'")
        assert set(scored(series=early)["status"]) == {"waiting", "absent"}


def members(*rows):
    """Return rows of two members: country, year, value and perhaps a level shift."""
    full = [(*row, None)[:4] for row in rows]
    return pd.DataFrame(full, columns=["country", "year", "value", "level_shift"]).assign(
        series=lambda table: "ict_specialists/" + table["country"] + "/all",
        measure="ict_specialists",
        label="ICT specialists",
        unit="persons",
    )


def with_union(series):
    return forecast_record.with_union(
        series, ["AUT", "BEL"], union="EU27", measure="ict_specialists"
    )


def of_union(series):
    rows = with_union(series).query("country == 'EU27'")
    assert set(rows["series"]) <= {"reconciled/EU27/ict_specialists"}
    shifts = rows["level_shift"].fillna("")
    return list(zip(rows["year"], rows["value"], shifts, strict=True))


class TestUnion:
    def test_the_union_is_the_sum_where_all_members_have_a_value(self):
        series = members(
            *[("AUT", 2023, 95.0), ("AUT", 2024, 100.0), ("AUT", 2025, 110.0)],
            *[("BEL", 2024, 50.0), ("BEL", 2025, 60.0), ("BEL", 2026, 70.0), ("NOR", 2024, 9.0)],
        )
        assert of_union(series) == [(2024, 150.0, ""), (2025, 170.0, "")]
        pd.testing.assert_frame_equal(with_union(series).head(len(series)), series)
        assert not with_union(series)["series"].str.contains("reconciled/NOR").any()

    def test_members_are_added_once_more_under_another_name(self):
        series = members(("AUT", 2024, 100.0), ("BEL", 2024, 50.0))
        other = series.assign(measure="graduates", series="graduates/AUT/ict")
        rows = with_union(pd.concat([series, other], ignore_index=True))
        added = rows[rows["measure"] == "reconciled"]
        assert added["series"].tolist() == [
            f"reconciled/{area}/ict_specialists" for area in ("AUT", "BEL", "EU27")
        ]
        assert added["value"].tolist() == [100.0, 50.0, 150.0]
        assert set(added["unit"]) == {"persons"}

    def test_values_in_two_units_are_not_added(self):
        series = members(("AUT", 2024, 100.0), ("BEL", 2024, 50.0))
        series.loc[1, "unit"] = "thousand persons"
        assert of_union(series) == []

    def test_a_member_that_is_gone_leaves_no_union(self):
        assert of_union(members(("AUT", 2024, 100.0))) == []
        assert len(with_union(members())) == 0

    def test_a_shift_of_a_member_is_one_of_the_union(self):
        series = members(
            *[("AUT", 2024, 100.0), ("AUT", 2025, 150.0, "new survey"), ("AUT", 2026, 160.0)],
            *[("BEL", 2024, 50.0), ("BEL", 2026, 70.0)],
        )
        # the year of the shift has no sum: it is seen in the next one
        assert of_union(series) == [(2024, 150.0, ""), (2026, 230.0, "new survey")]
        assert of_union(series[series["year"] < 2026]) == [(2024, 150.0, "")]

    def test_reconciled_forecasts_are_scored_like_others(self):
        series = members(
            *[("AUT", 2024, 100.0), ("AUT", 2025, 110.0), ("AUT", 2026, 120.0)],
            *[("BEL", 2024, 50.0), ("BEL", 2025, 60.0, "new survey")],
        )
        rows = [("EU27", 2025, 156.0, 150.0), ("AUT", 2025, 104.0, 100.0)]
        rows += [("EU27", 2026, 160.0, 150.0), ("AUT", 2026, 108.0, 100.0)]
        frozen = pd.DataFrame(rows, columns=["area", "year", "value", "last_value"]).assign(
            release="0.2.0",
            released="2026-12-01",
            series=lambda table: "reconciled/" + table["area"] + "/ict_specialists",
            measure="reconciled",
            label_of_series="ICT specialists",
            unit="persons",
            last_year=2024,
            low_80=lambda table: table["value"] - 10,
            high_80=lambda table: table["value"] + 10,
            low_95=np.nan,
            high_95=np.nan,
            label="forecast",
            method="made to add up",
            inputs="a" * 64,
        )
        record = scored(frozen, with_union(series))
        told = record[["area", "year", "status", "actual", "error"]].fillna(-1.0)
        assert told.values.tolist() == [
            ["AUT", 2025, "scored", 110.0, 6.0],
            ["AUT", 2026, "scored", 120.0, 12.0],
            # the sum holds the shift of a member, and lacks one a year later
            ["EU27", 2025, "shifted", 170.0, -1.0],
            ["EU27", 2026, "waiting", -1.0, -1.0],
        ]
        # without the union under its name, nothing could be scored
        assert set(scored(frozen, series)["status"]) == {"absent"}


class TestSummaries:
    def test_one_row_a_release_panel_and_label(self):
        table = forecast_record.by_release(scored()).set_index(["release", "measure"])
        assert list(table.index) == [
            ("0.2.0", "degrees"),
            ("0.2.0", "employment"),
            ("0.3.0", "employment"),
        ]
        row = table.loc[("0.2.0", "employment")]
        counts = ["series", "forecasts", "waiting", "scored", "shifted", "absent", "revised"]
        assert row[counts].tolist() == [4, 8, 1, 5, 1, 1, 0]
        # of five scored: JPN twice and USA inside, KOR twice not; KOR 2025 inside the wider one
        assert row["inside_80"] == pytest.approx(3 / 5)
        assert row["inside_95"] == pytest.approx(4 / 5)
        # nearer: JPN 2025, KOR twice, USA (11.5 against 11, last 10); not JPN 2026
        assert row["nearer_than_naive"] == pytest.approx(4 / 5)
        degrees = table.loc[("0.2.0", "degrees")]
        assert (degrees["inside_80"], degrees["revised"]) == (1.0, 1)
        assert degrees[["inside_95", "nearer_than_naive", "inside_80_unrevised"]].isna().all()

    def test_the_share_without_revised_rows(self):
        series = series_since()
        korea = (series["country"] == "KOR") & (series["year"] == 2024)
        revised = series.assign(value=series["value"].mask(korea, 60.0))
        table = forecast_record.by_release(scored(series=revised)).set_index(["release", "measure"])
        row = table.loc[("0.2.0", "employment")]
        assert (row["revised"], row["inside_80"], row["inside_80_unrevised"]) == (2, 0.6, 1.0)

    def test_a_repeated_forecast_counts_once_and_a_new_one_again(self):
        first = forecast_record.first_published(scored())
        own = first[first["series"] == "employment/JPN/a"]
        assert own[["release", "year"]].values.tolist() == [
            ["0.2.0", 2025],
            ["0.2.0", 2026],
            ["0.3.0", 2026],
        ]

    def test_a_forecast_with_another_value_or_interval_is_another_one(self):
        twice = scored().query("series == 'employment/KOR/a' and year == 2025")
        for column in ("value", "low_80", "high_80"):
            later = twice.assign(**{column: twice[column] + 0.5}, release="0.4.0")
            both = pd.concat([twice, later])
            assert len(forecast_record.first_published(both)) == 2
        assert len(forecast_record.first_published(pd.concat([twice, twice]))) == 1

    def test_an_empty_record(self):
        empty = scored(ledger_rows().head(0))
        assert forecast_record.by_release(empty).empty
        assert "inside_80" in forecast_record.by_release(empty)
        assert forecast_record.first_published(empty).empty
