"""One spelling, one country."""

import pandas as pd
import pytest

from techdiplomacy.countries import load_countries
from techdiplomacy.errors import UnknownCountry


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Vietnam", "VNM"),
        ("Viet Nam", "VNM"),
        ("VN", "VNM"),
        ("NA", "NAM"),
        ("EL", "GRC"),
        ("UK", "GBR"),
        ("South Korea", "KOR"),
        ("Republic of Korea", "KOR"),
        ("Burma", "MMR"),
        ("Taiwan", "TWN"),
    ],
)
def test_spellings_of_the_sources(spelling, code):
    assert load_countries().code(spelling) == code


def test_namibia_survives_the_table():
    assert "NAM" in load_countries().table.index
    assert load_countries().table.loc["NAM", "iso2"] == "NA"


def test_names_in_both_languages_are_complete():
    table = load_countries().table
    assert table["name_en"].notna().all()
    assert table["name_vi"].notna().all()
    assert load_countries().name("JPN", "vi") == "Nhật Bản"


def test_groups_are_named_sets():
    members = load_countries().members("EU27")
    assert len(members) == 27
    assert "DEU" in members
    assert "GBR" not in members
    assert "VNM" in load_countries().members("ASEAN")


def test_aggregates_become_missing_and_unknown_words_are_named():
    countries = load_countries()
    codes = countries.translate(pd.Series(["Japan", "World"]), where="here")
    assert codes.tolist()[0] == "JPN"
    assert codes.isna().tolist() == [False, True]
    with pytest.raises(UnknownCountry, match="Did you mean 'Japan'"):
        countries.translate(pd.Series(["Japon"]), where="here")
    with pytest.raises(UnknownCountry, match="empty cell"):
        countries.translate(pd.Series(["Japan", None]), where="here")
