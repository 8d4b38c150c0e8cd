"""A verdict follows from figures: each one is turned by figures that turn it."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from techdiplomacy import workforce_claims, workforce_lists
from techdiplomacy.scenario_tables import CLAIM_FIGURES, CLAIM_TESTS, WORKFORCE_SCENARIOS
from techdiplomacy.statements import load_claim_values
from techdiplomacy.tables import check_table

TABLES = {table.name: table for table in WORKFORCE_SCENARIOS}
CLAIMS = pd.DataFrame(
    [
        ("C1", "workers_missing", "chips", None, 2_000_000.0, "K1"),
        ("C2", "cohort_enters", None, "2045", np.nan, None),
        ("C3", "ageing_speed", None, "0.07;0.14", 25.0, None),
        ("C4", "young_people", None, None, np.nan, None),
        ("C5", "interest", "degrees/{country}/Engineering", "JPN;KOR", np.nan, None),
        ("C6", "ageing_answer", None, "JPN", np.nan, None),
        ("C7", "parts_of_target", "T1", "employment/{country}/21", np.nan, None),
    ],
    columns=["claim_id", "test", "key", "values", "limit", "conflict_group"],
)


def _projections() -> pd.DataFrame:
    rows = [
        # field, area, published, quantity, low, central, high, target year
        ("chips", "KOR", "2023", "shortage", None, 54_000, None, 2031),
        ("chips", "KOR", "2025", "shortage", 50_000, 81_000, None, 2031),
        ("chips", "CHN", "2020", "shortage", None, 261_000, None, 2021),
        ("chips", "CHN", "2021", "shortage", None, 250_000, None, 2022),
        ("chips", "EU27", "2025", "shortage_per_year", None, 10_800, None, 2030),
        ("chips", "TWN", "2025", "vacancies", None, 34_000, None, 2025),
        ("cooks", "USA", "2025", "shortage", None, 9_000_000, None, 2030),
        ("chips", "WORLD", "2022", "additional_demand", None, 1_000_000, None, 2030),
        ("chips", "VNM", "2024", "trained", None, 50_000, None, 2030),
    ]
    names = ["field", "area", "published", "quantity", "low", "central", "high", "target_year"]
    table = pd.DataFrame(rows, columns=names).assign(unit="persons")
    table["projection_id"] = [*map("P{}".format, range(8)), "T1"]
    return table.astype({"low": float, "central": float, "high": float})


def _flows() -> pd.DataFrame:
    rows = [
        # young and core as of the country, so that the share is easily read
        ("VNM", 12.0, 100.0, 60.0, 100.0),
        ("JPN", 9.0, 100.0, 130.0, 100.0),
        ("KOR", 8.0, 100.0, 120.0, 100.0),
        ("USA", 13.0, 100.0, 90.0, 100.0),
    ]
    return pd.DataFrame(
        [
            {
                "country": country,
                "year": year,
                "young": young,
                "core": core,
                "leavers": leavers,
                "entrants": entrants,
                "projection": "estimate" if year < 2022 else "medium",
            }
            for country, young, core, leavers, entrants in rows
            for year in (1950, 2010, 2018, 2025, 2030, 2045)
        ]
    )


def _ageing() -> pd.DataFrame:
    rows = [
        ("VNM", 0.07, 2015, "passed"),
        ("VNM", 0.14, 2036, "ahead"),
        ("JPN", 0.07, 1969, "passed"),
        ("JPN", 0.14, 1994, "passed"),
        ("KOR", 0.07, 2000, "passed"),
        ("KOR", 0.14, 2018, "passed"),
        ("USA", 0.07, 1950, "before"),
        ("USA", 0.14, 2014, "passed"),
    ]
    table = pd.DataFrame(rows, columns=["country", "mark", "year", "status"])
    return table.astype({"year": "Int64"})


EVIDENCE = workforce_claims.ClaimEvidence(
    viewpoint="VNM",
    partners=["JPN", "KOR", "USA", "VNM"],
    now=2025,
    entry_age=20,
    projections=_projections(),
    age_flows=_flows(),
    ageing_years=_ageing(),
    birth_cohort=pd.DataFrame(
        {"country": "VNM", "year": [2040, 2045], "age_from": [13, 18], "age_to": [17, 22]}
        | {"persons": [6.5e6, 6.4e6]}
    ),
    series=pd.DataFrame(
        [
            ("degrees/JPN/Engineering", 2010, 0.9, None),
            ("degrees/JPN/Engineering", 2018, 1.8, None),
            ("degrees/KOR/Engineering", 2010, 0.8, None),
            ("degrees/KOR/Engineering", 2018, 4.0, "counted anew"),
            ("employment/VNM/21", 2023, 1.0, None),
            ("employment/VNM/21", 2024, 500_000.0, None),
        ],
        columns=["series", "year", "value", "level_shift"],
    ),
    parts=pd.DataFrame(
        [
            ("T1", "work", "design", 15_000.0, 15_000.0, 1, None),
            ("T1", "work", "production", 35_000.0, 35_000.0, 1, None),
            ("T1", "degree", "bachelor", 50_000.0, 50_000.0, 1, None),
            ("T1", "today", "designers", 5_000.0, 7_500.0, 0, "design"),
        ],
        columns=[
            *("target_id", "by", "part", "persons_low", "persons_high", "adds_up"),
            "compare_with",
        ],
    ),
)


def check(**changes: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return verdicts and figures, held against their declarations."""
    made = workforce_claims.check_claims(CLAIMS, dataclasses.replace(EVIDENCE, **changes))
    verdicts, figures = (
        check_table(getattr(made, name), TABLES[name], where="test")
        for name in ("claim_verdicts", "claim_figures")
    )
    return verdicts.set_index("test"), figures


def one(figures: pd.DataFrame, name: str, area: str, year: int | None = None) -> float:
    rows = figures[(figures["figure"] == name) & (figures["area"] == area)]
    return rows.loc[rows["year"] == year, "value"].item() if year else rows["value"].item()


class TestWorkersMissing:
    def test_newest_shortages_are_added_up(self):
        verdicts, figures = check()
        row = verdicts.loc["workers_missing"]
        # newest: 81,000 and 250,000; lowest ends 50,000 and 250,000; largest 81,000 and 261,000
        assert row[["figure", "figure_low", "figure_high"]].tolist() == [331e3, 300e3, 342e3]
        assert row["verdict"] == "not_supported"
        assert (row["year"], row["conflict"]) == (2031, "K1")
        assert one(figures, "world_need", "WORLD") == 1e6
        korea = figures[(figures["figure"] == "shortage") & (figures["area"] == "KOR")]
        assert korea[["value_low", "value_high"]].to_numpy().tolist() == [[50e3, 81e3]]
        assert korea["value"].isna().all()
        # neither a yearly figure nor vacancies nor another field
        assert set(figures.loc[figures["figure"] == "shortage", "area"]) == {"KOR", "CHN"}

    @pytest.mark.parametrize(
        ("area", "number", "verdict"),
        [("WORLD", 2e6, "partly"), ("CHN", 2e6, "supported"), ("CHN", 1.9e6, "not_supported")],
    )
    def test_larger_figures_turn_it(self, area, number, verdict):
        rows = _projections()
        rows.loc[(rows["area"] == area) & (rows["quantity"] != "trained"), "central"] = number
        assert check(projections=rows)[0].loc["workers_missing", "verdict"] == verdict

    def test_without_a_shortage_it_is_not_testable(self):
        rows = _projections().query("quantity != 'shortage'")
        assert check(projections=rows)[0].loc["workers_missing", "verdict"] == "not_testable"


class TestAges:
    def test_the_generation_begins_to_work_at_two_ages(self):
        verdicts, figures = check()
        row = verdicts.loc["cohort_enters"]
        # born 2023 to 2027: 20 years old from 2043 to 2047, 15 years old from 2038 to 2042
        assert (row["verdict"], row["figure"], row["year"]) == ("partly", 6.4e6, 2045)
        years = figures[figures["figure"].isin(["entry_years", "first_entry_years"])]
        wanted = ["part", "value_low", "value_high"]
        assert years[wanted].to_numpy().tolist() == [["20", 2043, 2047], ["15", 2038, 2042]]

    @pytest.mark.parametrize(
        ("ages", "verdict"),
        [
            ((20, 18), "supported"),
            ((22, 22), "supported"),
            ((23, 22), "partly"),
            ((23, 15), "not_supported"),
            ((17, 15), "not_supported"),
        ],
    )
    def test_both_ages_support_it_or_one_or_none(self, ages, verdict):
        row = check(entry_age=ages[0], working_age=ages[1])[0].loc["cohort_enters"]
        assert row["verdict"] == verdict

    def test_a_generation_that_is_not_followed(self):
        lost = check(birth_cohort=EVIDENCE.birth_cohort.head(1))[0].loc["cohort_enters"]
        assert lost["verdict"] == "not_testable"

    def test_fast_ageing_and_partners_that_were_as_fast(self):
        verdicts, figures = check()
        # 21 years; Japan 25 and South Korea 18 are as fast, the United States took 64 at least
        assert verdicts.loc["ageing_speed", ["verdict", "figure"]].tolist() == ["supported", 21]
        assert one(figures, "ageing_years", "JPN") == 25
        assert one(figures, "ageing_years_at_least", "USA") == 64
        labels = figures[figures["figure"] == "ageing_years"].set_index("area")["label"]
        assert labels.to_dict() == {"VNM": "projection", "JPN": "observed", "KOR": "observed"}

    def test_few_fast_partners_support_it_in_part(self):
        assert check(partners=["USA"])[0].loc["ageing_speed", "verdict"] == "partly"
        assert check(partners=[])[0].loc["ageing_speed", "verdict"] == "not_testable"

    def test_a_slow_country_does_not_age_fast(self):
        slow = _ageing()
        slow.loc[0, "year"] = 2010  # 26 years
        assert check(ageing_years=slow)[0].loc["ageing_speed", "verdict"] == "not_supported"
        young = _ageing()
        young.loc[1, ["year", "status"]] = [pd.NA, "not_yet"]  # more than 30 years
        assert check(ageing_years=young)[0].loc["ageing_speed", "verdict"] == "not_supported"
        younger = young.assign(year=young["year"].mask(young.index == 0, 2030))
        # 15 years until the data end: may yet be fast
        assert check(ageing_years=younger)[0].loc["ageing_speed", "verdict"] == "not_testable"

    def test_ages_say_nothing_of_skills(self):
        verdicts, figures = check()
        # 12 per 100: more than two of three partners; that is never more than in part
        assert verdicts.loc["young_people", ["verdict", "figure"]].tolist() == ["partly", 12]
        assert one(figures, "young_per_100_core", "USA", 2045) == 13
        assert check(partners=["USA"])[0].loc["young_people", "verdict"] == "not_supported"
        assert check(partners=[])[0].loc["young_people", "verdict"] == "not_testable"


class TestNearest:
    def test_interest_and_motives_are_not_testable(self):
        verdicts, figures = check()
        for test in ("interest", "ageing_answer"):
            assert verdicts.loc[test, "verdict"] == "not_testable"
            assert pd.isna(verdicts.loc[test, "figure"])
        assert one(figures, "degrees_per_100_young", "JPN", 2010) == pytest.approx(10)
        assert one(figures, "degrees_per_100_young", "JPN", 2018) == pytest.approx(20)
        # only the newest level: nothing is compared across a shift
        assert one(figures, "degrees_per_100_young", "KOR") == pytest.approx(50)
        assert one(figures, "leavers_per_100_entrants", "JPN") == 130


class TestTarget:
    def test_parts_add_up_and_what_it_would_mean(self):
        verdicts, figures = check()
        row = verdicts.loc["parts_of_target"]
        assert (row["verdict"], row["figure"], row["year"]) == ("adds_up", 50e3, 2030)
        own = figures[figures["claim_id"] == "C7"].set_index("figure")
        # 15,000 over 7,500 and over 5,000, and nothing in the middle
        assert own.loc["times_today", ["value_low", "value_high"]].tolist() == [2, 3]
        assert pd.isna(own.loc["times_today", "value"])
        assert own.loc["persons_today", ["value_low", "value_high"]].tolist() == [5e3, 7.5e3]
        assert own.loc["per_100_professionals", "value"] == 10
        assert own.loc["per_100_young", "value"] == pytest.approx(100 * 50e3 / 12)
        assert list(own.loc["sum_of_parts", "part"]) == ["degree", "work"]

    def test_parts_that_do_not_add_up(self):
        parts = EVIDENCE.parts.assign(persons_low=EVIDENCE.parts["persons_low"] - 1)
        assert check(parts=parts)[0].loc["parts_of_target", "verdict"] == "not_supported"
        lost = check(parts=EVIDENCE.parts.head(0))[0]
        assert lost.loc["parts_of_target", "verdict"] == "not_testable"


class TestLists:
    def test_another_viewpoint_has_no_statements(self, at_the_root):
        none = workforce_lists.load_workforce_claims("FRA")
        made = workforce_claims.check_claims(none, EVIDENCE)
        for name in ("claim_verdicts", "claim_figures"):
            assert check_table(getattr(made, name), TABLES[name], where="test").empty

    def test_statements_of_the_list_are_alive(self, at_the_root):
        claims = workforce_lists.load_workforce_claims("VNM").set_index("claim_id")
        assert set(claims["test"]) == set(CLAIM_TESTS)
        assert claims[["statement_en", "statement_vi"]].notna().all(axis=None)
        # what sources disagree on is spelled out wherever a conflict touches a statement
        for words in ("conflict_en", "conflict_vi"):
            assert claims[words].notna().equals(claims["conflict_group"].notna())
        assert claims.loc["C072", "conflict_en"] == "Missing workers in semiconductors"
        for claim in claims.index[claims["test"].isin(["cohort_enters", "interest"])]:
            assert claims.at[claim, "values"].split(";") == load_claim_values(claim)
        known = set(workforce_lists.load_target_parts()["target_id"])
        assert set(claims.loc[claims["test"] == "parts_of_target", "key"]) == known

    def test_every_kind_of_figure_is_used(self):
        # those that need no range and those with one are all made by the small world above
        figures = check()[1]
        assert set(figures["figure"]) == set(CLAIM_FIGURES)
