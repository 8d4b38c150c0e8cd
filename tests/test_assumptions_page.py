"""What stands for each pool is said in words, and every assumption is listed in its own form."""

import pytest
from conftest import read
from scenario_rows import ASSUMPTIONS, BASES, POOLS

from techdiplomacy import assumptions_page as page
from techdiplomacy import pool_words, vocabulary
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import declared
from techdiplomacy.tables import check_table

pytestmark = pytest.mark.usefixtures("at_the_root")

SAID = pool_words.pool_names(POOLS)


def test_the_rows_of_these_tests_obey_their_declaration():
    check_table(ASSUMPTIONS, declared("scenario_assumptions"), where="test")
    assert set(ASSUMPTIONS["assumption"]) <= set(vocabulary.ASSUMPTIONS)


def test_what_stands_for_what():
    table = page.bases_table(BASES, SAID)
    assert list(table["country"]) == ["VNM", "JPN", "DEU", "GBR", "KOR"]
    shown = read(table, page.bases_columns(SAID, load_countries()))
    assert shown["ICT workers"] == [
        "1,000 in 2024; counts the pool; supply in step with young people",
        "1,000 in 2022; counts more than the pool; supply in step with young people",
        "2,000 in 2024; counts the pool; supply from graduates (351 in 2023)",
        "1,800 in 2017; counts the pool; too old to start from",
        "no figure",
    ]
    assert shown["Chip workers"][4] == "177 in 2021; published figure; no supply"


def test_a_figure_that_is_too_old_is_not_counted():
    assert page.bases_headline(BASES, SAID).say("en") == (
        "Countries of 6 with a figure to start from: ICT workers 3, Engineers 1, Chip workers 1"
    )
    assert "2017 to 2024" in page.bases_subtitle(BASES).say("en")


def test_who_is_missing():
    names = load_countries()
    assert "Laos. Nothing" in page.missing_words(BASES, names).say("en")
    known = BASES[BASES["country"] == "VNM"]
    assert "Every country" in page.missing_words(known, names).say("en")


def test_every_range_is_listed_in_its_own_form():
    table = page.assumptions_table(ASSUMPTIONS, ["VNM"])
    shown = read(table, page.assumptions_columns(SAID, load_countries()))
    assert dict(zip(table["assumption"], shown["range drawn from"], strict=True)) == {
        "deepening": "3.6% to 6.9%",
        "population_weight": "0% to 100%",
        "half_life": "8 to 20",
        "retirement_factor": "0.50 to 1.00",
        "transition": "40% to 80%",
        "study_years": "4",
        "past_entries": "6,720 to 8,690",
    }
    assert shown["pool"][0] == "ICT workers"
    assert shown["pool"][1] == "all pools"
    assert shown["country"][-1] == "Vietnam"
    assert page.assumptions_headline(table).say("en").startswith("5 of 7 ranges")


def test_how_ranges_are_drawn():
    assert page.assumptions_subtitle(2000, BASES["base_year"]).say("en") == (
        "All ranges are drawn from evenly, 2,000 times; past steps are resampled; figures to 2024"
    )
