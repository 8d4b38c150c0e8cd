"""Declared tables: nothing else is written or read."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdiplomacy.declarations import TABLES, declared
from techdiplomacy.errors import InvalidTable
from techdiplomacy.paths import staged_metrics_file
from techdiplomacy.tables import (
    check_table,
    read_table,
    round_significant,
    table_path,
    write_features,
    write_metrics,
    write_table,
)


def families(**changes):
    columns = {
        "country": ["VNM", "JPN"],
        "field": ["optics", "optics"],
        "year": [2020, 2020],
        "patent_families": [1.0, 2.0],
    }
    return pd.DataFrame({**columns, **changes})


def test_written_tables_are_sorted_and_read_back_equal(tiny_project):
    write_table(families(), "patent_families", source="tiny")
    again = read_table("patent_families", source="tiny")
    assert again["country"].tolist() == ["JPN", "VNM"]
    assert again["year"].dtype == "int64"


def test_a_carriage_return_in_a_cell_ends_no_row(tiny_project):
    write_table(families(field=["optics", "a\r=1+1"]), "patent_families", source="tiny")
    again = read_table("patent_families", source="tiny")
    assert again["field"].tolist() == ["a\n=1+1", "optics"]


def test_all_problems_are_listed_at_once(tiny_project):
    wrong = families(
        country=["Vietnam", "JPN"], year=[1820, 2020], patent_families=[-1.0, float("inf")]
    )
    with pytest.raises(InvalidTable) as caught:
        write_table(wrong, "patent_families", source="tiny")
    message = str(caught.value)
    assert "is not an ISO 3166-1 alpha-3 code: 'Vietnam' (1 row)" in message
    assert "is below 1900" in message
    assert "is below 0" in message
    assert "is not finite" in message
    assert not table_path("patent_families", source="tiny").exists()


def test_a_table_without_rows_is_refused_unless_that_says_something(tiny_project):
    with pytest.raises(InvalidTable, match="has no rows"):
        check_table(families().head(0), declared("patent_families"), where="here")
    nothing = pd.DataFrame(columns=declared("viewpoint_projects").column_names())
    write_features({"viewpoint_projects": nothing})
    again = read_table("viewpoint_projects")
    assert again.empty
    assert again["eu_contribution_eur"].dtype == "float64"
    assert again["year"].dtype == "Int64"


def test_a_repeated_key_an_empty_cell_and_a_wrong_type():
    table = declared("patent_families")
    with pytest.raises(InvalidTable, match="the key is not unique"):
        check_table(families(country=["JPN", "JPN"]), table, where="here")
    with pytest.raises(InvalidTable, match="empty cell"):
        check_table(families(patent_families=[1.0, None]), table, where="here")
    with pytest.raises(InvalidTable, match="wrong type"):
        check_table(families(patent_families=["a", "b"]), table, where="here")


def researchers(status):
    return pd.DataFrame(
        {
            "country": "JPN",
            "year": range(2010, 2010 + len(status)),
            "researchers_fte": 1.0,
            "publisher_status": pd.Series(status, dtype="str"),
            "level_shift": pd.Series([None] * len(status), dtype="str"),
        }
    )


def test_letters_of_the_publisher_are_those_that_are_known():
    table = declared("researchers")
    known = check_table(researchers(["B", "DEP", "Wm", None]), table, where="here")
    assert known["publisher_status"].tolist()[:3] == ["B", "DEP", "Wm"]
    for wrong in ("1", "B1", "b", "B E", ""):
        with pytest.raises(InvalidTable, match=r"publisher_status: is not like \^\[A-Zm\]\+\$"):
            check_table(researchers(["B", wrong]), table, where="here")


def test_columns_are_exactly_the_declared_ones():
    with pytest.raises(InvalidTable, match=r"missing patent_families; not declared families"):
        check_table(
            families().rename(columns={"patent_families": "families"}),
            declared("patent_families"),
            where="here",
        )
    with pytest.raises(InvalidTable, match="has no rows"):
        check_table(families().iloc[:0], declared("patent_families"), where="here")


def test_pairs_must_be_ordered():
    pair = pd.DataFrame(
        {"country": ["VNM"], "partner": ["JPN"], "year": [2020], "joint_works": [1.0]}
    )
    with pytest.raises(InvalidTable, match="country must come before partner"):
        check_table(pair, declared("joint_works"), where="here")


def test_an_undeclared_table_is_suggested():
    with pytest.raises(InvalidTable, match="Did you mean 'population'"):
        declared("populations")


def test_a_changed_header_is_refused_on_reading(tiny_project):
    path = table_path("patent_families", source="tiny")
    write_table(families(), "patent_families", source="tiny")
    path.write_text(path.read_text().replace("field", "feld"))
    with pytest.raises(InvalidTable, match="missing field; not declared feld"):
        read_table("patent_families", source="tiny")


def test_metrics_keep_six_digits(tiny_project):
    path = staged_metrics_file("country_clusters")
    write_metrics("country_clusters", {"share": 1 / 3, "verdict": "typology", "k": 6})
    assert path.read_text() == '{\n  "k": 6,\n  "share": 0.333333,\n  "verdict": "typology"\n}\n'
    assert path.is_relative_to(tiny_project / "data/scratch")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_rounding_is_idempotent_and_close(value):
    once = round_significant(pd.Series([value]))
    assert round_significant(once).equals(once)
    assert once[0] == pytest.approx(value, rel=1e-8)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_declarations_hang_together(table):
    names = table.column_names()
    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    assert (table.step == "results") == bool(table.notebook)
    for column in table.columns:
        assert len(column.meaning) > 5
        if column.kind == "number":
            assert column.unit, f"{table.name}.{column.name} has no unit"
