"""The World Bank: pages that belong together, aggregates, Namibia, and the publisher's files."""

import io
import json
import zipfile

import pytest
from conftest import ROOT
from fake_kit import FakeKit
from loopback import Answer, Loopback, Route
from route_kit import RouteKit, Time, downloads
from worlds import worldbank as world

from techdiplomacy.cards import load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.errors import (
    ContentRejected,
    InvalidParams,
    RequestRejected,
    SourceChanged,
    SourceUnavailable,
)
from techdiplomacy.sources import worldbank
from techdiplomacy.sources.revisions import compare
from techdiplomacy.sources.worldbank_answers import (
    areas_of,
    areas_of_file,
    check_page,
    read_page,
    rows_of,
    rows_of_file,
)

SAMPLES = ROOT.parent / "shared" / "samples" / "worldbank"
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="samples are not here")
POPULATION = "SP.POP.TOTL"
PEOPLE = world.records(POPULATION, world.PEOPLE)


def selection(**changes):
    return parse_settings(worldbank.Selection, world.WORLD.ask | changes, where="the card")


def fetch(tmp_path, *routes, **changes):
    """Return what comes of the small world with other routes in front."""
    kit = RouteKit(tmp_path, [*routes, *world.routes()])
    return worldbank.fetch(selection(**changes), kit), kit


def page_of(content, number=1):
    """Return a route for one page of the population."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Route(rf"indicator/{POPULATION}\?.*&page={number}$", [Answer(body)])


AREAS = areas_of(world.areas(), where="x")


def test_the_small_world_gives_its_rows_and_says_what_was_left_out(tmp_path):
    raw, kit = fetch(tmp_path)
    assert raw.rows == world.WORLD.rows
    assert tuple(raw.columns) == worldbank.COLUMNS
    assert raw.version == "2026-07-13"
    assert raw.facts["left_out"] == {"aggregates": 4, "without a value": 2}
    assert raw.facts["empty"] == []
    assert raw.facts["last_updated"] == {
        POPULATION: "2026-07-13",
        "GB.XPD.RSDV.GD.ZS": "2026-07-13",
    }
    names = [ask.name for ask in kit.asked]
    assert len(names) == len(set(names)) == 1 + 3 + 1


def test_questions_name_format_years_and_page():
    ask = worldbank.ask_for_values(POPULATION, (2010, 2025), 3)
    assert ask.path == "country/all/indicator/SP.POP.TOTL"
    assert list(ask.query) == [
        ("format", "json"),
        ("date", "2010:2025"),
        ("per_page", "20000"),
        ("page", "3"),
    ]
    assert ask.kind == "json"
    assert worldbank.ask_for_areas(1).query[1] == ("per_page", "400")


def test_namibia_is_a_country_and_the_region_na_is_none():
    assert "NAM" in AREAS.countries
    assert AREAS.by_iso2["NA"] == "NAM"
    assert {"AFE", "WLD", "HIC"} <= AREAS.aggregates
    assert "XKX" in AREAS.countries
    record = world.record("", "NA", POPULATION, 2019, 7)
    rows, _ = rows_of([record], POPULATION, world.YEARS, AREAS, where="x")
    assert rows == [("NAM", POPULATION, "2019", "7", "")]


def test_an_area_that_is_in_no_list_stays_in_the_rows(tmp_path):
    raw, _ = fetch(tmp_path, *world.unknown())
    assert ("QQQ", POPULATION, "2019", "1", "") in raw.rows
    rows, _ = rows_of(
        [world.record("", "QQ", POPULATION, 2019, 1)], POPULATION, world.YEARS, AREAS, where="x"
    )
    assert rows[0][0] == "QQ"


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        (lambda area: area["region"]["id"] != "NA", "and 0"),
        (lambda area: area["region"]["id"] == "NA", "came 0 and"),
    ],
)
def test_too_few_countries_or_aggregates_stop(tmp_path, keep, expected):
    listed = [area for area in world.areas() if keep(area)]
    route = Route(r"^/country\?", [Answer.of_json(world.answer(listed, 1, "400"))])
    with pytest.raises(SourceChanged, match="at least 200 countries and 20 aggregates") as caught:
        fetch(tmp_path, route)
    assert expected in caught.value.what


def test_a_list_of_areas_with_other_fields_stops():
    with pytest.raises(SourceChanged, match=r"region\.id"):
        areas_of([{"id": "VNM", "iso2Code": "VN"}], where="x")


def test_an_error_with_status_200_names_indicator_and_message(tmp_path):
    error = [{"message": [{"id": "175", "key": "Invalid format", "value": "It was not found."}]}]
    with pytest.raises(RequestRejected, match="It was not found") as caught:
        fetch(tmp_path, page_of(error))
    assert POPULATION in caught.value.where
    assert "id 175" in caught.value.what


def test_null_and_absent_rows_are_an_empty_indicator(tmp_path):
    nothing = world.answer(None, 1, 50, lastupdated=None, sourceid=None)
    raw, _ = fetch(tmp_path, page_of(nothing))
    assert raw.facts["empty"] == [POPULATION]
    assert raw.version == "2026-07-13"
    assert {row[1] for row in raw.rows} == {"GB.XPD.RSDV.GD.ZS"}
    raw, _ = fetch(tmp_path, page_of(nothing[:1]))
    assert raw.facts["empty"] == [POPULATION]


def test_an_empty_world_has_no_rows(tmp_path):
    raw, _ = fetch(tmp_path, *world.empty())
    assert (raw.rows, raw.version) == ([], "")
    assert raw.facts["empty"] == world.WORLD.ask["indicators"]


def short(page):
    return [page[0], page[1][:-1]]


def other(**page_object):
    return lambda page: [page[0] | page_object, page[1]]


@pytest.mark.parametrize(
    ("number", "spoil", "words"),
    [
        (1, short, "it has 3 rows, 4 were announced"),
        (2, short, "it has 3 rows, 4 were announced"),
        (3, short, "it has 1 rows, 2 were announced"),
        (2, other(total=11), "the total went from 10 rows in 3 pages to 11 in 3"),
        (3, other(total=12, pages=4), "to 12 in 4"),
        (2, other(page=1), "page 1 came instead of page 2"),
        (2, other(per_page=5), "5 rows a page, before 4"),
        (3, other(lastupdated="2026-07-27"), "updated 2026-07-27, page 1 2026-07-13"),
        (2, lambda page: [page[0], None], "it has 0 rows, 4 were announced"),
    ],
)
def test_pages_that_do_not_fit_together_are_refused(tmp_path, number, spoil, words):
    page = spoil(world.answer(PEOPLE, number))
    with pytest.raises(ContentRejected, match=words):
        fetch(tmp_path, page_of(page, number))


def test_a_smaller_page_size_than_asked_for_is_accepted(tmp_path):
    pages = [page_of(world.answer(PEOPLE, number, "2"), number) for number in range(1, 6)]
    raw, kit = fetch(tmp_path, *pages)
    assert raw.rows == world.WORLD.rows
    assert len(kit.asked) == 1 + 5 + 1


@pytest.mark.parametrize("body", [b"", b"<html>busy</html>", b"<?xml version='1.0'?><a/>", b"[{"])
def test_what_is_no_json_is_refused(body):
    with pytest.raises(ContentRejected, match="no JSON"):
        read_page(body, where="x")


@pytest.mark.parametrize("body", [b"{}", b"[]", b"[1, []]", b'[{"page":1}, []]', b"null"])
def test_an_answer_of_another_shape_stops(body):
    with pytest.raises(SourceChanged, match="page object"):
        read_page(body, where="x")


def test_a_number_that_is_none_is_refused():
    with pytest.raises(ContentRejected, match="NaN is no number"):
        read_page(b'[{"page":1,"pages":1,"per_page":1,"total":1},[{"value":NaN}]]', where="x")


def record(**cells):
    return world.record("VNM", "VN", POPULATION, 2019, 5) | cells


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([record(indicator={"id": "SP.OTHER"})], "asked for indicator SP.POP.TOTL, came SP.OTHER"),
        ([record(date="2018")], "asked for 2019 to 2020, came '2018'"),
        ([record(date="2019Q1")], "came '2019Q1'"),
        ([record(value="5")], "expected a number or null as value, came '5'"),
        ([record(value=True)], "came True"),
        ([record(), record()], "SP.POP.TOTL of VNM in 2019 came twice"),
        ([{"date": "2019"}], "indicator, country, countryiso3code, value, obs_status missing"),
    ],
)
def test_records_outside_the_question_stop(records, words):
    with pytest.raises(SourceChanged, match=words):
        rows_of(records, POPULATION, world.YEARS, AREAS, where="x")


def test_a_renamed_field_is_named_with_what_came_instead(tmp_path):
    with pytest.raises(SourceChanged, match=r"countryiso3code missing, came .*iso3code"):
        fetch(tmp_path, *world.renamed())


def test_numbers_come_out_plain(tmp_path):
    body = json.dumps(world.answer([record(value=0)])).encode()
    for written, plain in ((b"2.9298013E+13", "29298013000000"), (b"12.50", "12.5")):
        page = read_page(body.replace(b'"value": 0', b'"value": ' + written), where="x")
        rows, _ = rows_of(page.rows, POPULATION, world.YEARS, AREAS, where="x")
        assert rows[0][3] == plain


def test_the_same_day_with_other_values_is_a_revision(tmp_path):
    before, _ = fetch(tmp_path)
    filled = [(*world.PEOPLE[0][:2], 96, 97), *world.PEOPLE[1:]]
    after, _ = fetch(tmp_path, *world.routes(filled))
    assert before.version == after.version
    found = compare(before.rows, after.rows, (0, 1, 2), (3,), 2, within=(1,))
    assert (found.added, found.removed, found.changed) == (0, 0, 2)


def test_newest_is_the_latest_day_of_any_indicator(tmp_path):
    kit = FakeKit(
        tmp_path,
        {
            "newest_SP": json.dumps(world.answer([record()], 1, 1)).encode(),
            "newest_GB": json.dumps(
                world.answer([record()], 1, 1, lastupdated="2026-07-27")
            ).encode(),
        },
    )
    assert worldbank.newest(selection(), kit) == "2026-07-27"
    assert [dict(ask.query)["date"] for ask in kit.asked] == ["2020:2020", "2020:2020"]
    assert {dict(ask.query)["per_page"] for ask in kit.asked} == {"1"}


def test_the_real_kit_fetches_all_pages_and_sets_a_short_one_aside(tmp_path, monkeypatch):
    folder, time = tmp_path / "kept", Time()
    with Loopback(world.routes()) as server:
        monkeypatch.setenv(worldbank.SERVICE.variable, server.url)
        server.add(page_of(short(world.answer(PEOPLE, 2)), 2))
        with (
            pytest.raises(ContentRejected, match="it has 3 rows, 4 were announced"),
            downloads(folder, worldbank.SERVICE, time) as kit,
        ):
            worldbank.fetch(selection(), kit)
        assert list(folder.rglob("SP.POP.TOTL_2.json.rejected"))
        assert not (folder / "SP.POP.TOTL_2.json").exists()
        server.add(page_of(world.answer(PEOPLE, 2), 2))
        with downloads(folder, worldbank.SERVICE, time) as kit:
            assert worldbank.fetch(selection(), kit).rows == world.WORLD.rows
        assert ("date", "2019:2020") in server.requests[-1].query


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"years": [2020, 2019]}, "2020 is after 2019"),
        ({"indicators": [POPULATION, POPULATION]}, "listed twice"),
        ({"indicators": []}, "indicators"),
        ({"indicators": ["SP/POP"]}, "indicators"),
        ({"per_page": 40_000}, "Unknown key 'per_page'"),
        ({"country": "VNM"}, "Unknown key 'country'"),
    ],
)
def test_a_wrong_selection_is_refused(changes, words):
    with pytest.raises(InvalidParams, match=words):
        selection(**changes)


# a file for download; invented values
HEAD = '"Data Source","World Development Indicators",\n\n"Last Updated Date","2026-07-13",\n\n'
COLUMNS = '"Country Name","Country Code","Indicator Name","Indicator Code","2018","2019","2020",\n'


def line(name, code, *values, indicator=POPULATION):
    return ",".join(f'"{cell}"' for cell in (name, code, "in words", indicator, *values)) + ",\n"


FILE = (
    "\ufeff"
    + HEAD
    + COLUMNS
    + line("Bahamas, The", "BHS", "1", "2.50", "")
    + line("Namibia", "NAM", "", "7", "8")
    + line("World", "WLD", "1", "2", "3")
)
METADATA = '\ufeff"Country Code","Region","IncomeGroup","SpecialNotes","TableName",\n' + "".join(
    f'"{area["id"]}","{"" if area["region"]["id"] == "NA" else "Somewhere"}","","a, b","x",\n'
    for area in world.areas()
)
FILE_ROWS = [
    ("BHS", POPULATION, "2019", "2.5", ""),
    ("NAM", POPULATION, "2019", "7", ""),
    ("NAM", POPULATION, "2020", "8", ""),
]


def packed(members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return content.getvalue()


def zip_of(indicator=POPULATION, text=FILE):
    name = f"API_{indicator}_DS2_en_csv_v2_1.csv"
    return packed(
        {
            name: text.replace(POPULATION, indicator),
            f"Metadata_Country_{name}": METADATA,
            f"Metadata_Indicator_{name}": "x",
        }
    )


def test_the_zip_of_an_indicator_is_read_without_aggregates(tmp_path):
    path = tmp_path / "API_SP.POP.TOTL.zip"
    path.write_bytes(zip_of())
    raw = worldbank.read(selection(indicators=[POPULATION]), path)
    assert raw.rows == FILE_ROWS
    assert raw.version == "2026-07-13"
    assert raw.facts["left_out"] == {"aggregates": 2, "without a value": 1}


@pytest.mark.parametrize("name", ["API_SP.POP.TOTL.csv", "renamed.csv"])
def test_a_csv_is_read_with_the_areas_beside_it(tmp_path, name):
    (tmp_path / name).write_text(FILE, encoding="utf-8")
    with pytest.raises(ContentRejected, match="no Metadata_Country"):
        worldbank.read(selection(indicators=[POPULATION]), tmp_path / name)
    (tmp_path / "Metadata_Country_x.csv").write_text(METADATA, encoding="utf-8")
    raw = worldbank.read(selection(indicators=[POPULATION]), tmp_path / name)
    assert raw.rows == FILE_ROWS


def test_a_folder_holds_several_indicators_and_none_may_lack(tmp_path):
    (tmp_path / "a.zip").write_bytes(zip_of())
    with pytest.raises(ContentRejected, match=r"No file of GB\.XPD\.RSDV\.GD\.ZS"):
        worldbank.read(selection(), tmp_path)
    (tmp_path / "b.zip").write_bytes(zip_of("GB.XPD.RSDV.GD.ZS"))
    (tmp_path / "c.zip").write_bytes(zip_of("SE.TER.ENRR"))
    raw = worldbank.read(selection(), tmp_path)
    assert {row[1] for row in raw.rows} == set(world.WORLD.ask["indicators"])
    assert len(raw.rows) == 2 * len(FILE_ROWS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FILE.replace("Country Code", "Code"), "expected four lines"),
        (FILE.replace(HEAD, ""), "expected four lines"),
        (FILE.replace('"2018"', '"y2018"'), "expected four lines"),
        (FILE.replace("2.50", "n/a"), "expected a number in line 6, came 'n/a'"),
        (FILE + line("Namibia", "NAM", "1", "2", "3"), "NAM in 2019 came twice"),
        (FILE + line("Oman", "OMN", "1", "2", "3", indicator="X"), "expected one indicator"),
        (HEAD + COLUMNS, "expected one indicator in a file, came \\[\\]"),
    ],
)
def test_a_file_of_another_shape_stops(text, words):
    with pytest.raises(SourceChanged, match=words):
        rows_of_file(text, world.YEARS, AREAS, where="x")


def test_a_line_that_is_cut_is_refused():
    with pytest.raises(ContentRejected, match="Line 8 has 6 cells, the header 8"):
        rows_of_file(FILE[: FILE.index('"2","3"')], world.YEARS, AREAS, where="x")


def test_a_list_of_areas_on_disk_needs_its_columns():
    assert areas_of_file(METADATA, where="x") == type(AREAS)(AREAS.countries, AREAS.aggregates, {})
    with pytest.raises(SourceChanged, match="expected Country Code and Region"):
        areas_of_file("Code,Region\nVNM,x\n", where="x")


def test_files_that_are_none_of_the_publisher_are_refused(tmp_path):
    for name, content in (
        ("a.zip", b"PK\x03\x04broken"),
        ("b.csv", b"\xff\xfe1,2"),
        ("c.csv", b""),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises((ContentRejected, SourceUnavailable), match=name):
            worldbank.read(selection(), tmp_path / name)
    with pytest.raises(SourceUnavailable, match="is missing"):
        worldbank.read(selection(), tmp_path / "nothing.csv")


def test_the_card_asks_what_the_connector_understands():
    card = load_card("worldbank_indicators")
    chosen = parse_settings(worldbank.Selection, card.live.ask, where="the card")
    assert card.live.service == "worldbank"
    assert card.coverage.years == chosen.years
    assert tuple(card.columns) == worldbank.COLUMNS
    assert card.table == "indicators"


@needs_samples
def test_recorded_answers_are_read():
    where = "sample"
    page = read_page((SAMPLES / "indicator_one_record.real.json").read_bytes(), where=where)
    check_page(page, 1, None, where=where)
    rows, _ = rows_of(page.rows, "NY.GDP.MKTP.CD", (2024, 2024), AREAS, where=where)
    assert rows == [("USA", "NY.GDP.MKTP.CD", "2024", "29298013000000", "")]
    with pytest.raises(RequestRejected, match="parameter value is not valid"):
        read_page((SAMPLES / "error_invalid_value.real.json").read_bytes(), where=where)
    nothing = read_page((SAMPLES / "no_data.structure.json").read_bytes(), where=where)
    check_page(nothing, 1, None, where=where)
    assert (nothing.rows, nothing.last_updated) == ([], "")


@needs_samples
def test_a_recorded_file_is_read():
    text = (SAMPLES / "csv_zip_API_BX.KLT.DINV.CD.WD_head.csv").read_text(encoding="utf-8")
    indicator, day, rows, left_out = rows_of_file(text, (2021, 2022), AREAS, where="sample")
    assert (indicator, day) == ("BX.KLT.DINV.CD.WD", "2023-10-26")
    assert rows == [
        ("ABW", indicator, "2021", "133545121.178455", ""),
        ("ABW", indicator, "2022", "248150282.616618", ""),
    ]
    assert left_out["aggregates"] == 2
    metadata = (SAMPLES / "metadata_country_head.csv").read_text(encoding="utf-8")
    with pytest.raises(SourceChanged, match="came 3 and 2"):
        areas_of_file(metadata, where="sample")
