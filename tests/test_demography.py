"""Ages by hand: densities, marks, one generation, pairs and revisions; UN figures where known."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from techdiplomacy import demography
from techdiplomacy.columns import Table
from techdiplomacy.errors import InvalidTable
from techdiplomacy.scenario_tables import WORKFORCE_SCENARIOS
from techdiplomacy.tables import check_table

GROUPS = list(range(0, 105, 5))
WORKING = {"entry_age": 20, "exit_age": 65}


def declared(name: str) -> Table:
    return next(table for table in WORKFORCE_SCENARIOS if table.name == name)


def people(country="VNM", years=(2020,), persons=lambda year, age: 500.0, estimated=2021):
    """Return a population whose groups hold what a function of year and youngest age says."""
    return pd.DataFrame(
        [
            (country, year, age, persons(year, age), "estimate" if year <= estimated else "medium")
            for year in years
            for age in GROUPS
        ],
        columns=["country", "year", "age_from", "population_persons", "projection"],
    )


def flat(size):
    return lambda year, age: size


class TestFlows:
    def test_a_population_of_equal_years_has_equal_flows(self):
        flows = demography.age_flows(people(), **WORKING, until=2020)
        row = check_table(flows, declared("age_flows"), where="test").iloc[0]
        found = row[["entrants", "leavers", "balance", "young", "core"]].tolist()
        assert found == pytest.approx([100, 100, 0, 500, 4500])
        # 8 of 21 groups
        assert row["older_share"] == pytest.approx(8 / 21)
        assert row["projection"] == "estimate"

    def test_at_the_limit_of_groups_the_density_is_their_harmonic_mean(self):
        # 1000 - 8 x the age in the middle, five years each: 860 and 820 a year around 20
        flows = demography.age_flows(
            people(persons=lambda year, age: 5 * (1000 - 8 * (age + 2.5))), **WORKING, until=2020
        )
        row = flows.iloc[0]
        assert row["entrants"] == pytest.approx(2 / (1 / 860 + 1 / 820))
        assert row["leavers"] == pytest.approx(2 / (1 / 500 + 1 / 460))
        assert row["balance"] == pytest.approx(row["entrants"] - row["leavers"])
        # at limits the people between are the groups themselves
        assert row["core"] == pytest.approx(5 * sum(1000 - 8 * (a + 2.5) for a in range(20, 65, 5)))

    def test_ages_need_not_be_limits_of_groups(self):
        # density falls evenly: between 22 and 63 it is 1000 - 8 x 42.5 on average
        flows = demography.age_flows(
            people(persons=lambda year, age: 5 * (1000 - 8 * (age + 2.5))),
            entry_age=22,
            exit_age=63,
            until=2020,
        )
        row = flows.iloc[0]
        assert row["entrants"] == pytest.approx(1000 - 8 * 22, rel=0.002)
        assert row["leavers"] == pytest.approx(1000 - 8 * 63, rel=0.002)
        assert row["core"] == pytest.approx(41 * (1000 - 8 * 42.5), rel=0.001)
        # young people stay 20 to 24 whatever working life is
        assert row["young"] == pytest.approx(5 * (1000 - 8 * 22.5))

    def test_a_planted_growth_of_births_arrives_at_its_ages(self):
        # births grow by 2 % a year, nobody dies: at age x they are those of x years ago
        def born(year, age):
            moment = year - 2000
            return 50 * (np.exp(0.02 * (moment - age)) - np.exp(0.02 * (moment - age - 5)))

        flows = demography.age_flows(
            people(years=range(2010, 2016), persons=born), **WORKING, until=2015
        )
        assert flows["entrants"].tolist() == pytest.approx(
            [np.exp(0.02 * (year - 2000 - 20)) for year in flows["year"]], rel=0.005
        )
        assert flows["leavers"].tolist() == pytest.approx(
            [np.exp(0.02 * (year - 2000 - 65)) for year in flows["year"]], rel=0.005
        )

    def test_a_jump_between_groups_gives_no_flow_below_zero(self):
        steep = people(persons=lambda year, age: 5000.0 if age == 60 else 1.0)
        flows = demography.age_flows(steep, entry_age=18, exit_age=63, until=2020)
        assert (flows[["entrants", "leavers", "core"]] >= 0).all(axis=None)

    def test_countries_and_years_are_kept_apart(self):
        both = pd.concat(
            [people("VNM", (2020, 2021, 2022)), people("JPN", (2021, 2022), flat(5000.0))]
        ).sample(frac=1, random_state=3)
        flows = demography.age_flows(both, **WORKING, until=2021)
        assert flows[["country", "year", "entrants"]].to_numpy().tolist() == [
            ["JPN", 2021, pytest.approx(1000)],
            ["VNM", 2020, pytest.approx(100)],
            ["VNM", 2021, pytest.approx(100)],
        ]


class TestErrors:
    @pytest.mark.parametrize(
        ("rows", "told"),
        [
            (
                lambda all_: all_[~((all_["age_from"] == 30) & (all_["year"] == 2021))],
                "from age 30",
            ),
            (lambda all_: all_[all_["age_from"] != 30], "from 30"),
            (lambda all_: all_[all_["age_from"] >= 10], "from 0, 5"),
            (lambda all_: all_[all_["age_from"] < 60], "from 60, 65"),
            (lambda all_: all_[all_["year"] != 2021], "VNM lacks 1 years: 2021"),
            (lambda all_: pd.concat([all_, all_.head(1)]), "stand twice, the first VNM in 2020"),
            (lambda all_: all_.head(0), "in no row"),
        ],
    )
    def test_ages_and_years_that_are_missing_are_named(self, rows, told):
        whole = people(years=(2020, 2021, 2022))
        with pytest.raises(InvalidTable, match=told):
            demography.age_flows(rows(whole), **WORKING, until=2022)
        with pytest.raises(InvalidTable, match=told):
            demography.ageing_years(rows(whole), [0.07], until=2022)
        with pytest.raises(InvalidTable, match=told):
            demography.birth_cohort(rows(whole), (2016, 2020), [2020, 2021])

    def test_the_end_has_to_be_at_hand(self):
        with pytest.raises(InvalidTable, match="lacks 2 years: 2021, 2022"):
            demography.age_flows(people(), **WORKING, until=2022)

    def test_the_open_group_is_not_divided(self):
        short = people()[lambda rows: rows["age_from"] <= 80]
        demography.age_flows(short, entry_age=20, exit_age=79, until=2020)
        with pytest.raises(InvalidTable, match="Age 80 is not covered"):
            demography.age_flows(short, entry_age=20, exit_age=80, until=2020)

    def test_unknown_countries_and_years_of_pairs(self):
        flows = demography.age_flows(people(years=(2020, 2021)), **WORKING, until=2021)
        with pytest.raises(InvalidTable, match=r"'VNN' is not in the table\. Did you mean 'VNM'"):
            demography.demographic_pairs(flows, "VNN", ["VNM"], base_year=2020, until=2021)
        with pytest.raises(InvalidTable, match="VNM lacks 1 years: 2022"):
            demography.demographic_pairs(flows, "VNM", [], base_year=2020, until=2022)


class TestAgeing:
    def shares(self, by_year):
        """Return a population with these shares of people of 65 and older."""

        def persons(year, age):
            share = by_year[year]
            return 100 * share / 8 if age >= 65 else 100 * (1 - share) / 13

        return people(years=sorted(by_year), persons=persons)

    def test_years_and_statuses(self):
        ages = self.shares({2019: 0.08, 2020: 0.139, 2021: 0.141, 2022: 0.2, 2023: 0.215})
        found = demography.ageing_years(ages, [0.21, 0.07, 0.14, 0.28], until=2023)
        checked = check_table(found, declared("ageing_years"), where="test")
        assert checked["mark"].tolist() == [0.07, 0.14, 0.21, 0.28]
        assert checked["status"].tolist() == ["before", "passed", "ahead", "not_yet"]
        assert checked["year"].tolist()[:3] == [2019, 2021, 2023]
        assert checked["year"].isna().tolist() == [False, False, False, True]

    def test_the_mark_itself_counts_and_later_years_do_not(self):
        ages = self.shares({2019: 0.05, 2020: 0.1, 2021: 0.3})
        # 8 of 80 hundredths: the sum of the groups is 10 per cent to the last digit
        assert demography.ageing_years(ages, [0.0999999], until=2020)["year"].tolist() == [2020]
        assert demography.ageing_years(ages, [0.2], until=2020)["status"].tolist() == ["not_yet"]

    def test_a_share_that_falls_back_keeps_its_first_year(self):
        ages = self.shares({2018: 0.1, 2019: 0.15, 2020: 0.13, 2021: 0.16})
        assert demography.ageing_years(ages, [0.14], until=2021)["year"].tolist() == [2019]


class TestCohort:
    def test_years_from_the_last_births_to_the_end(self):
        assert demography.cohort_years((2023, 2027), 2045) == [2027, 2030, 2035, 2040, 2045]
        assert demography.cohort_years((2023, 2027), 2043, step=10) == [2027, 2030, 2040, 2043]
        assert demography.cohort_years((2023, 2027), 2027) == [2027]

    def test_ages_are_those_of_1_january_of_the_year_after(self):
        found = demography.birth_cohort(people(years=range(2027, 2047)), (2023, 2027), [2045, 2027])
        checked = check_table(found, declared("birth_cohort"), where="test")
        # born in 2027 one is 18 in 2045, born in 2023 one is 22
        assert checked[["year", "age_from", "age_to"]].to_numpy().tolist() == [
            [2027, 0, 4],
            [2045, 18, 22],
        ]
        assert checked["persons"].tolist() == pytest.approx([500, 500])
        assert set(checked["born_from"]) == {2023}
        assert set(checked["born_to"]) == {2027}

    def test_persons_are_the_mean_of_the_two_days_of_july(self):
        sizes = {2027: 700.0, 2028: 900.0}
        found = demography.birth_cohort(
            people(years=sizes, persons=lambda year, age: sizes[year]), (2023, 2027), [2027]
        )
        assert found["persons"].tolist() == pytest.approx([800])

    def test_the_diagonal_is_followed(self):
        # large years of birth, and nobody dies
        def persons(year, age):
            return sum(1000.0 if 2013 <= year - age - n < 2037 else 10.0 for n in range(5))

        found = demography.birth_cohort(
            people(years=range(2027, 2053), persons=persons),
            (2023, 2027),
            [2027, 2032, 2037, 2042, 2051],
        )
        assert found["persons"].tolist() == pytest.approx([5000] * 5, rel=0.005)

    def test_births_have_to_lie_before(self):
        with pytest.raises(InvalidTable, match="In 2026 not everybody born to 2027"):
            demography.birth_cohort(people(years=(2026, 2027)), (2023, 2027), [2026])
        with pytest.raises(InvalidTable, match="Age 102 is not covered"):
            demography.birth_cohort(people(years=(2050, 2051)), (1949, 1953), [2050])


class TestPairs:
    FLOWS = pd.DataFrame(
        [
            (country, year, balance, core)
            for country, cores, balances in (
                ("VNM", (1000.0, 1.0, 1.0, 1030.0), (99, 10, 20, -5)),
                ("JPN", (500.0, 1.0, 1.0, 400.0), (99, -10, -20, -30)),
                ("IDN", (2000.0, 1.0, 1.0, 2000.0), (-99, 4, 4, 4)),
                ("LAO", (100.0, 1.0, 1.0, 1.0), (0, 0, 0, 0)),
            )
            for year, balance, core in zip(range(2025, 2029), balances, cores, strict=True)
        ],
        columns=["country", "year", "balance", "core"],
    )

    def pairs(self, viewpoint="VNM", partners=("JPN", "IDN", "VNM", "JPN")):
        found = demography.demographic_pairs(
            self.FLOWS, viewpoint, partners, base_year=2025, until=2028
        )
        return check_table(found, declared("demographic_pairs"), where="test").set_index("partner")

    def test_the_base_year_is_not_added_up_and_partners_stand_once(self):
        found = self.pairs()
        assert list(found.index) == ["IDN", "JPN"]
        assert found["own_balance"].tolist() == [25, 25]
        assert found["partner_balance"].tolist() == [12, -60]
        assert found["own_balance_share"].tolist() == [0.025, 0.025]
        assert found["partner_balance_share"].tolist() == [0.006, -0.12]

    def test_working_life_changes_by_more_than_entrants_and_leavers(self):
        found = self.pairs()
        # from the base year to the end, the years between do not matter
        assert found["own_core_change"].tolist() == pytest.approx([0.03, 0.03])
        assert found["partner_core_change"].tolist() == pytest.approx([0, -0.2])

    def test_verdicts_and_the_years_of_which_they_are_true(self):
        found = self.pairs()
        assert found["verdict"].tolist() == ["both_gain", "complement"]
        # in the third year the viewpoint country loses too
        assert found["years_held"].tolist() == pytest.approx([2 / 3, 2 / 3])
        seen = self.pairs("JPN", ["VNM", "JPN"])
        assert seen.loc["VNM", ["verdict", "years_held"]].tolist() == [
            "reverse",
            pytest.approx(2 / 3),
        ]
        both = self.FLOWS.replace({"country": {"IDN": "KOR"}}).assign(balance=-1.0)
        lost = demography.demographic_pairs(both, "VNM", ["KOR"], base_year=2025, until=2028)
        assert lost[["verdict", "years_held"]].to_numpy().tolist() == [["both_lose", 1.0]]

    def test_nothing_counts_as_a_gain(self):
        assert self.pairs(partners=["LAO"])["verdict"].tolist() == ["both_gain"]


class TestRevisions:
    ROWS = pd.DataFrame(
        [
            ("VNM", 2030, 100.0, 102.0, 100.0, 103.0, 60.0, 63.0, 20.0, 15.3, 10.0, 9.7),
            ("VNM", 2031, 100.0, 104.0, 100.1, 106.0, 60.0, np.nan, 20.0, np.nan, 10.0, np.nan),
            ("VNM", 2040, 100.0, 104.0, 100.1, 106.0, 60.0, 60.0, 20.0, 20.0, 10.0, 20.0),
            ("TWN", 2030, 100.0, 88.0, np.nan, np.nan, 60.0, np.nan, 20.0, np.nan, 10.0, 6.8),
            ("TWN", 2060, 100.0, np.nan, np.nan, np.nan, 60.0, np.nan, 20.0, np.nan, 10.0, np.nan),
        ],
        columns=[
            *("country", "year", "earlier_persons", "newer_persons", "newer_persons_low"),
            *("newer_persons_high", "earlier_working_age", "newer_working_age"),
            *("earlier_older", "newer_older", "earlier_under_10", "newer_under_10"),
        ],
    )

    def test_differences_and_verdicts(self):
        found = demography.population_check(self.ROWS)
        checked = check_table(found, declared("population_check"), where="test")
        assert checked["country"].tolist() == ["TWN", "VNM", "VNM", "VNM"]
        assert checked["difference"].tolist() == pytest.approx([-0.12, 0.02, 0.04, 0.04])
        # the ends belong to the interval
        assert checked["agrees"].tolist() == ["no_interval", "inside", "outside", "outside"]
        assert checked["working_age_difference"].tolist() == pytest.approx(
            [np.nan, 0.05, np.nan, 0.0], nan_ok=True
        )
        assert checked["under_10_difference"].tolist() == pytest.approx(
            [-0.32, -0.03, np.nan, 1.0], nan_ok=True
        )

    def test_children_stand_for_the_generation_born_around_the_same_year(self):
        check = demography.population_check(self.ROWS)
        # children of 2030 are born 2020 to 2030, those of 2040 ten years later
        for generation, year in (((2023, 2027), 2030), ((2033, 2036), 2040), ((1950, 1960), 2030)):
            found = demography.generation_revised(check, generation)
            assert set(found["year"]) == {year}
        found = demography.generation_revised(check, (2023, 2027)).set_index("country")
        assert found["under_10_difference"].to_dict() == {
            "VNM": pytest.approx(-0.03),
            "TWN": pytest.approx(-0.32),
        }
        unknown = check.assign(under_10_difference=np.nan)
        assert demography.generation_revised(unknown, (2023, 2027)).empty

    def test_where_the_ages_differ(self):
        found = demography.population_check(self.ROWS)
        # 15 of 100 against 20 of 100; the other rows have no newer ages
        apart = demography.disputed_ages(found, margin=0.05 - 1e-12)
        assert apart.to_numpy().tolist() == [["VNM", 2030, 0.2, pytest.approx(0.15)]]
        assert demography.disputed_ages(found, margin=0.06).empty

    def test_what_cannot_be_compared_is_an_error(self):
        with pytest.raises(InvalidTable, match="No row has a total"):
            demography.population_check(self.ROWS.tail(1))
        with pytest.raises(InvalidTable, match="the first of TWN in 2030"):
            demography.population_check(
                self.ROWS.assign(earlier_persons=[100.0, 100.0, 100.0, 0.0, 100.0])
            )


# mid-year totals of World Population Prospects 2022, thousand persons
TOTALS = {
    ("VNM", 2020): 96_649,
    ("JPN", 2020): 125_245,
    ("KOR", 2020): 51_845,
    ("DEU", 2020): 83_329,
    ("USA", 2020): 335_942,
    ("CHN", 2020): 1_424_930,
    ("SGP", 2020): 5_910,
}
# years in which offices and demographers saw the shares of people of 65 and older pass marks
KNOWN = {
    ("JPN", 0.07): 1970,
    ("JPN", 0.14): 1994,
    ("JPN", 0.21): 2007,
    ("KOR", 0.07): 2000,
    ("KOR", 0.14): 2018,
    ("DEU", 0.14): 1972,
    ("USA", 0.14): 2014,
    ("VNM", 0.14): 2036,
}


@pytest.fixture(scope="module")
def embedded():
    """Return the embedded figures of the United Nations for the countries above."""
    rows = pd.read_csv(ROOT / "data" / "snapshots" / "un_population_2022.csv.gz")
    own = rows[rows["iso3"].isin({country for country, _ in TOTALS}) & (rows["year"] <= 2046)]
    return pd.DataFrame(
        {
            "country": own["iso3"],
            "year": own["year"],
            "age_from": own["age_from"],
            "population_persons": own["population_thousand"] * 1000.0,
            "projection": own["variant"],
        }
    )


class TestEmbeddedFigures:
    def test_age_groups_add_up_to_the_totals(self, embedded):
        total = embedded.groupby(["country", "year"])["population_persons"].sum()
        for place, thousand in TOTALS.items():
            # 21 groups, each rounded to a thousand: their errors rarely add up to more than these
            assert total[place] / 1000 == pytest.approx(thousand, abs=4), place

    def test_marks_are_passed_when_they_were(self, embedded):
        found = demography.ageing_years(embedded, [0.07, 0.14, 0.21], until=2045)
        years = found.set_index(["country", "mark"])["year"]
        for place, known in KNOWN.items():
            assert abs(years[place] - known) <= 1, place
        before = found[found["status"] == "before"]
        assert set(before["country"]) == {"DEU", "USA"}

    def test_flows_over_five_years_are_the_group_that_grows_into_them(self, embedded):
        flows = demography.age_flows(embedded, **WORKING, until=2045)
        entrants = flows.set_index(["country", "year"])["entrants"]
        group = embedded.set_index(["country", "year", "age_from"])["population_persons"]
        for country in ("VNM", "JPN", "USA"):
            for year in (2000, 2010, 2025, 2035):
                five = [entrants[country, year + n] for n in range(6)]
                grown = sum(five) - (five[0] + five[-1]) / 2
                # who dies or moves in these years is the difference
                assert grown == pytest.approx(group[country, year, 15], rel=0.06), (country, year)

    def test_a_generation_is_followed_from_birth_to_study(self, embedded):
        found = demography.birth_cohort(
            embedded, (2023, 2027), demography.cohort_years((2023, 2027), 2045)
        )
        own = found[found["country"] == "VNM"].set_index("year")["persons"]
        group = embedded.set_index(["country", "year", "age_from"])["population_persons"]
        assert own[2027] == (group["VNM", 2027, 0] + group["VNM", 2028, 0]) / 2
        assert own[2045] == pytest.approx(own[2027], rel=0.1)
        assert (found["persons"] > 0).all()
