"""Projects of one country: parts that overlap, amounts that are missing, who comes back."""

import pandas as pd
import pytest

from techdiplomacy import project_money
from techdiplomacy.declarations import declared
from techdiplomacy.tables import check_table

VIEW = "VNM"
# project, organisation, country, role, type, year, contribution, parts
ROWS = [
    ("1", "a", "VNM", "participant", "HES", 2015, 100.0, "Energy;Food"),
    ("1", "f", "FRA", "coordinator", "REC", 2015, 900.0, "Energy;Food"),
    ("1", "d", "DEU", "participant", "PRC", 2015, None, "Energy;Food"),
    ("2", "a", "VNM", "coordinator", "HES", 2018, 50.0, "Food"),
    ("2", "b", "VNM", "participant", "REC", 2018, None, "Food"),
    ("2", "f", "FRA", "participant", "REC", 2018, 30.0, "Food"),
    ("3", "b", "VNM", "partner", "REC", None, None, None),
    ("3", "f", "FRA", "coordinator", "REC", None, 7.0, None),
    ("3", "g", "FRA", "participant", "REC", None, None, None),
    ("4", "a", "VNM", "participant", "HES", 2015, None, "Health"),
    ("4", "e", "DEU", "coordinator", "HES", 2015, None, "Health"),
]


def frame(rows=ROWS):
    columns = ["project", "organisation", "country", "role", "organisation_type", "year"]
    table = pd.DataFrame(rows, columns=[*columns, "eu_contribution_eur", "programme_parts"])
    return table.astype({"year": "Int64", "eu_contribution_eur": "float64"})


def checked(name):
    table = getattr(project_money, name)(frame(), VIEW)
    return check_table(table, declared(name), where="test")


def test_money_by_part_by_hand():
    money = checked("project_money").set_index("programme_part")
    assert sorted(money.index) == ["ALL", "Energy", "Food", "Health", "unknown"]
    assert money["projects"].to_dict() == {
        "ALL": 4, "Energy": 1, "Food": 2, "Health": 1, "unknown": 1
    }  # fmt: skip
    everything = money.loc["ALL"]
    assert everything["participations"] == 5
    assert everything["organisations"] == 2
    assert everything["coordinated"] == 1
    # 100 + 50, three participations have no amount
    assert everything["own_contribution_eur"] == 150
    assert everything["without_amount"] == 3
    # 100 + 900 + 50 + 30 + 7
    assert everything["project_contribution_eur"] == 1087
    # the first project counts in both its parts
    assert money.at["Food", "own_contribution_eur"] == 150
    assert money.at["Energy", "project_contribution_eur"] == 1000


def test_money_of_which_nothing_is_known_is_empty_not_zero():
    money = checked("project_money").set_index("programme_part")
    assert pd.isna(money.at["Health", "own_contribution_eur"])
    assert pd.isna(money.at["Health", "project_contribution_eur"])
    assert pd.isna(money.at["unknown", "own_contribution_eur"])
    assert money.at["unknown", "project_contribution_eur"] == 7


def test_partners_that_came_back_in_another_year():
    partners = checked("project_partners").set_index("partner")
    france, germany = partners.loc["FRA"], partners.loc["DEU"]
    assert france[["projects", "first_year", "last_year", "active_years"]].tolist() == [
        3, 2015, 2018, 2
    ]  # fmt: skip
    assert france["organisations"] == 2
    assert bool(france["repeated"])
    # two projects, both of which start in the same year
    assert germany[["projects", "active_years"]].tolist() == [2, 1]
    assert not germany["repeated"]


def test_the_margins_of_the_matrix_are_the_other_tables():
    cells = checked("project_matrix").set_index(["partner", "programme_part"])["projects"]
    every = cells.xs("ALL", level="programme_part")
    partners = checked("project_partners").set_index("partner")["projects"]
    pd.testing.assert_series_equal(every, partners, check_names=False)
    assert cells.loc[("FRA", "Food")] == 2
    assert ("FRA", "Health") not in cells.index
    # no cell exceeds the projects of its part
    money = checked("project_money").set_index("programme_part")["projects"]
    parts = cells.index.get_level_values("programme_part")
    assert (cells.to_numpy() <= money[parts].to_numpy()).all()


def test_organisations_by_how_often_they_came():
    repeats = checked("project_repeats").set_index("joint_projects")["organisations"]
    # d, e, g once; nobody twice; f three times
    assert repeats.to_dict() == {"1": 3, "2": 0, "3+": 1}


def test_a_country_that_has_no_project_has_empty_tables():
    nothing = frame().iloc[:0]
    for name in ("project_money", "project_partners", "project_matrix"):
        assert getattr(project_money, name)(nothing, VIEW).empty
    assert project_money.project_repeats(nothing, VIEW)["organisations"].sum() == 0


@pytest.mark.parametrize("viewpoint", ["FRA", "DEU"])
def test_any_country_may_be_the_viewpoint(viewpoint):
    money = project_money.project_money(frame(), viewpoint).set_index("programme_part")
    assert money.at["ALL", "projects"] == {"FRA": 3, "DEU": 2}[viewpoint]
    assert viewpoint not in set(project_money.project_partners(frame(), viewpoint)["partner"])
