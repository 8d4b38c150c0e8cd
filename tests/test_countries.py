"""One spelling, one country."""

import pandas as pd
import pytest

from techdiplomacy.countries import load_countries
from techdiplomacy.errors import UnknownCountry
from techdiplomacy.texts import LANGUAGES


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
    # lines and legends tell countries apart by their names
    assert table["name_en"].is_unique
    assert table["name_vi"].is_unique


def test_a_name_is_that_of_the_spelling_in_the_language_asked_for():
    names = load_countries()
    assert names.name("JPN") == "Japan"
    assert names.name("South Korea", "vi") == names.name("KOR", "vi")
    assert names.name("VNM", "en") == "Vietnam"


def test_a_country_is_said_in_every_language():
    said = load_countries().text("JPN")
    assert [said.say(language) for language in LANGUAGES] == ["Japan", "Nhật Bản"]


def test_several_countries_keep_their_order():
    said = load_countries().texts(["VNM", "JPN"])
    assert said.say("en") == "Vietnam, Japan"
    assert said.say("vi") == "Việt Nam, Nhật Bản"
    assert load_countries().texts(["JPN", "VNM"]).say("en") == "Japan, Vietnam"
    assert load_countries().texts([]).say("en") == ""


def test_an_unknown_code_has_no_name():
    with pytest.raises(UnknownCountry, match="'ZZZ'"):
        load_countries().text("ZZZ")
    with pytest.raises(UnknownCountry, match="'ZZZ'"):
        load_countries().texts(["JPN", "ZZZ"])


def test_the_lists_are_those_of_the_project_folder(tiny_project):
    path = tiny_project / "data" / "reference" / "countries.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(",Nhật Bản,") == 1
    path.write_text(text.replace(",Nhật Bản,", ",Nhật,"), encoding="utf-8")
    assert load_countries().name("JPN", "vi") == "Nhật"


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
