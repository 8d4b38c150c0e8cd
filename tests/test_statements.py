"""Statements, what says nothing of them, and what conflicts touch."""

import pytest

from techdiplomacy import statements
from techdiplomacy.errors import InvalidTable
from techdiplomacy.technologies import load_taxonomy
from techdiplomacy.technology_tables import MEASURES, SHOWN_ONLY


def test_the_statements_are_numbered_and_of_the_list():
    table = statements.load_statements()
    assert table["statement"].tolist() == list(range(1, 46))
    groups = set(load_taxonomy("vn-1131-2025").groups)
    assert set(table["group_id"]) <= {*groups, "NONE", "AMBIGUOUS"}


def test_limits_name_measures_and_say_why():
    limits = statements.load_statement_limits()
    assert set(limits["measure"]) <= set(MEASURES)
    assert not limits.duplicated(["country", "strength_en", "measure"]).any()
    assert limits["why"].str.len().min() > 10
    assert not limits["measure"].isin(SHOWN_ONLY).any()  # they grade nothing anyway


def test_the_same_part_of_a_group_is_limited_alike_for_all_countries():
    limits = statements.load_statement_limits()
    measures = limits.groupby(["country", "strength_en"])["measure"].agg(frozenset)
    for alike in (
        [("CAN", "materials"), ("JPN", "advanced materials")],
        [("CHN", "clean-energy batteries"), ("KOR", "energy batteries")],
        [
            ("USA", "cloud/quantum technology"),
            ("DEU", "cloud infrastructure"),
            ("SGP", "cloud technology"),
            ("SGP", "data centres"),
        ],
    ):
        assert len({measures[pair] for pair in alike}) == 1


def test_links_lead_to_countries_groups_and_lists():
    links = statements.load_conflict_links()
    lists = {name: load_taxonomy(name) for name in ("vn-1131-2025", "vn-21-2026")}
    for touches, keys in links.groupby("touches")["key"]:
        known = {
            "country": set(statements.load_statements()["country"]) | {"TWN"},
            "group": {group for one in lists.values() for group in one.groups},
            "list": set(lists),
            "statements": {"ALL"},
        }[touches]
        assert set(keys) <= known


def change(folder, name, old, new):
    path = folder / "data" / "reference" / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_unknown_conflict_and_kind_are_both_named(tiny_project):
    change(tiny_project, "conflict_links", "K18,group", "K88,grop")
    with pytest.raises(InvalidTable, match=r"unknown kind 'grop'.*no conflict K88"):
        statements.load_conflict_links()


def test_a_limit_without_its_statement(tiny_project):
    change(tiny_project, "statement_limits", "rare earths", "rare earth")
    with pytest.raises(InvalidTable, match=r"Rows without a statement: .*rare earth'"):
        statements.load_statement_limits()


def test_empty_cells_are_named(tiny_project):
    change(tiny_project, "statement_limits", ",counts patents on the ocean", ",")
    with pytest.raises(InvalidTable, match=r"empty cells: \['why'\]"):
        statements.load_statement_limits()


def test_what_a_statement_of_the_texts_names(at_the_root):
    assert statements.load_claim_values("C018") == ["USA", "EU", "JPN", "KOR", "SGP"]
    assert statements.load_claim_values("C024") == ["19"]
    for nothing in ("C999", "C025"):
        with pytest.raises(InvalidTable, match=f"'{nothing}' is not on the list or has no value"):
            statements.load_claim_values(nothing)


def test_lists_and_offices_are_those_of_the_country_of_the_texts(at_the_root):
    lists = statements.load_partner_lists("VNM")
    assert lists["long_term"] == ["USA", "EU", "JPN", "KOR", "SGP"]
    assert lists["ten_leaders"][:4] == ["USA", "CHN", "JPN", "KOR"]
    assert len(lists["ten_leaders"]) == 10
    assert statements.load_office_claims("VNM") == {"C023": 23, "C024": 19}
    assert statements.load_partner_lists("KOR") == {}
    assert statements.load_office_claims("KOR") == {}
