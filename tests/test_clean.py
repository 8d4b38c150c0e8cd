"""Cleaning: cards turn raw figures into declared tables; every bad row is named."""

import pandas as pd
import pytest
from conftest import CARD, ROWS

from techdiplomacy import clean
from techdiplomacy.arrivals import fetch_source
from techdiplomacy.cards import load_card
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import (
    InvalidTable,
    SourceChanged,
    SourceUnavailable,
    TechDiplomacyError,
    UnknownCountry,
)
from techdiplomacy.params import SourceSettings
from techdiplomacy.paths import raw_file
from techdiplomacy.tables import read_table, write_table


def cleaned(write: bool = False) -> clean.Cleaned:
    """Fetch and clean source 'tiny'."""
    card = load_card("tiny")
    fetch_source(card, SourceSettings(**{"from": "snapshot"}))
    result = clean.clean_source(clean.read_raw(raw_file("tiny"), card), card, load_countries())
    if write:
        write_table(result.frame, card.table, source="tiny")
    return result


def test_rows_arrive_in_iso3_and_aggregates_are_counted(tiny_project):
    result = cleaned(write=True)
    table = read_table("patent_families", source="tiny")
    assert table["country"].tolist() == ["JPN", "JPN", "VNM", "VNM"]
    assert table["patent_families"].tolist() == [40.5, 50.0, 3.0, 4.0]
    assert result.note["rows_of_aggregates_left_out"] == 1


def test_units_are_multiplied(embed):
    columns = {
        **CARD["columns"],
        "families": {"to": "patent_families", "as": "number", "times": 1000.0},
    }
    embed(columns=columns)
    assert cleaned().frame["patent_families"].max() == 50_000


def test_a_renamed_column_is_named_with_its_likely_new_name(embed):
    embed(ROWS.replace("technology_field", "technology_fields"))
    with pytest.raises(SourceChanged, match="Did you mean 'technology_fields'"):
        cleaned()


def test_an_unknown_country_is_named_with_a_suggestion(embed):
    embed(ROWS.replace("Vietnam,optics,2019", "Vietnan,optics,2019"))
    with pytest.raises(UnknownCountry, match=r"'Vietnan'\. Did you mean 'Vietnam'") as caught:
        cleaned()
    assert "data/raw/tiny.csv: economy" in str(caught.value)


def test_a_duplicate_key_is_refused(embed):
    embed(ROWS + "Japan,optics,2020,51\n")
    with pytest.raises(InvalidTable, match=r"2 rows of 'tiny' repeat a key"):
        cleaned()


def test_parts_of_one_country_are_added_where_the_card_says_so(embed):
    embed(ROWS + "JPN,optics,2020,1\n", sum_when_repeated=True)
    result = cleaned()
    japan = result.frame.query("country == 'JPN' and year == 2020")
    assert japan["patent_families"].tolist() == [51.0]
    assert result.note["rows_added_together"] == 1


def test_a_negative_count_is_refused_and_the_last_good_table_stays(embed, tiny_project):
    cleaned(write=True)
    good = (tiny_project / "data/clean/tiny.csv").read_bytes()
    embed(ROWS.replace("2019,3", "2019,-3"))
    with pytest.raises(
        InvalidTable, match=r"patent_families: is below 0: -3\.0 \(1 row\)"
    ) as caught:
        cleaned(write=True)
    assert "country=VNM" in str(caught.value)
    assert (tiny_project / "data/clean/tiny.csv").read_bytes() == good


def test_a_cell_that_is_not_a_number_is_named(embed):
    embed(ROWS.replace("40.5", "n/a"))
    with pytest.raises(InvalidTable, match=r"column 'families' has 1 cells .*row 2 'n/a'"):
        cleaned()


def test_an_empty_file_is_refused(embed):
    embed("economy,technology_field,year,families\n")
    with pytest.raises(SourceUnavailable, match="No figures of 'tiny' are embedded"):
        cleaned()
    path = raw_file("tiny")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("economy,technology_field,year,families\n", encoding="utf-8")
    with pytest.raises(InvalidTable, match="has no rows"):
        clean.read_raw(path, load_card("tiny"))


def test_a_missing_raw_file_says_how_to_make_it(tiny_project):
    with pytest.raises(TechDiplomacyError, match=r"tiny\.csv is missing"):
        clean.read_raw(raw_file("tiny"), load_card("tiny"))


def test_a_correction_drops_its_rows_and_fails_once_the_error_is_gone(embed):
    correction = {
        "where": {"economy": "Japan", "year": 2019},
        "action": "drop",
        "reason": "a known error",
        "status": "unreported",
        "expect_rows": 1,
    }
    embed(corrections=[correction])
    assert len(cleaned().frame) == 3
    embed(corrections=[{**correction, "expect_rows": 2}])
    with pytest.raises(SourceChanged, match="expects 2 rows"):
        cleaned()


def test_pairs_stand_once_in_alphabetical_order():
    pairs = pd.DataFrame({"country": ["VNM", "JPN"], "partner": ["JPN", "KOR"], "joint": [1, 2]})
    ordered = clean._order_pairs(pairs)
    assert ordered[["country", "partner"]].to_numpy().tolist() == [["JPN", "VNM"], ["JPN", "KOR"]]
