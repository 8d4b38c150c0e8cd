"""A file of the researcher in the layout of a card: read as it is meant, or every fault is named.

All figures here are invented.
"""

import csv
import gzip
import io
import os
import warnings
import zipfile

import pytest
from conftest import CARD
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from techdiplomacy.cards import load_card
from techdiplomacy.clean import clean_source, read_raw
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import (
    ContentRejected,
    InvalidTable,
    SourceChanged,
    SourceUnavailable,
    TechDiplomacyError,
    UnknownCountry,
)
from techdiplomacy.sources import own_files
from techdiplomacy.sources.archives import Limits
from techdiplomacy.sources.own_files import read_card_layout

HEADER = "economy,technology_field,year,families\n"
ROWS = HEADER + "Vietnam,optics,2019,3\nNA,optics,2020,4.5\n"
GOOD = [("Vietnam", "optics", "2019", "3"), ("NA", "optics", "2020", "4.5")]
LIVE = {"service": "ilostat", "ask": {}}


def tiny():
    """Return the card of the source of the tests, its columns in the order of the rows above."""
    card = load_card("tiny")
    in_order = {name: card.columns[name] for name in CARD["columns"]}
    return card.model_copy(update={"columns": in_order})


@pytest.fixture
def card(tiny_project):
    return tiny()


@pytest.fixture
def served(embed):
    """Return the card of a source that has a live service too."""
    embed(live=LIVE)
    return tiny()


@pytest.fixture
def file(tmp_path):
    """Return a function that writes a file outside of data and gives its path."""

    def write(content, name="own.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def zipped(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "."), text)
    return content.getvalue()


def test_figures_come_in_with_the_columns_of_the_card(card, file):
    raw = read_card_layout(card, file(ROWS))
    assert raw.columns == tuple(card.columns)
    assert raw.rows == GOOD
    assert raw.facts == {
        "layout": "columns of the card",
        "delimiter": "comma",
        "decimal_comma": False,
        "columns_left_out": [],
        "empty_rows": 0,
        "cells_like_formulas": 0,
    }


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_spreadsheets_write_in_several_ways(card, file, mark, delimiter, ending):
    text = ROWS.replace(",", delimiter).replace("\n", ending)
    assert read_card_layout(card, file(mark + text.encode())).rows == GOOD


def test_a_line_that_names_the_separator_is_skipped(card, file):
    raw = read_card_layout(card, file("sep=;\r\n" + ROWS.replace(",", ";")))
    assert raw.rows == GOOD
    assert raw.facts["delimiter"] == "semicolon"


@pytest.mark.parametrize("pack", [gzip.compress, lambda text: zipped(own__csv=text)])
def test_packed_files_are_read(card, file, pack):
    assert read_card_layout(card, file(pack(ROWS.encode()), "own.packed")).rows == GOOD


def test_order_further_columns_blanks_and_empty_rows_do_not_matter(card, file):
    text = (
        "year, remark ,families,technology_field, economy,,\n"
        " 2019 ,=x, 3 ,optics ,\u00a0Vietnam,,\n"
        "\n,,,,,,\n"
        '2020,"a\nb", 4.5,optics,NA,,\n'
    )
    raw = read_card_layout(card, file(text))
    assert raw.rows == GOOD
    assert raw.facts["columns_left_out"] == ["remark"]
    assert raw.facts["empty_rows"] == 2


def test_numbers_are_written_as_plain_digits(card, file):
    cells = ["3.0", "1.50", "007", ".5", "1e-05", "-2", "1234567.125", "", "12E0"]
    text = HEADER + "".join(f"Vietnam,a{at},2019.0,{cell}\n" for at, cell in enumerate(cells))
    raw = read_card_layout(card, file(text))
    found = [row[3] for row in raw.rows]
    assert found == ["3", "1.5", "7", "0.5", "0.00001", "-2", "1234567.125", "", "12"]
    assert {row[2] for row in raw.rows} == {"2019"}


@given(value=some.decimals(min_value=-(10**9), max_value=10**9, places=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_number_keeps_its_value(card, file, value):
    from decimal import Decimal

    for delimiter, written in ((",", f"{value:f}"), (";", f"{value:f}".replace(".", ","))):
        text = f"{HEADER}Vietnam,optics,2019,".replace(",", delimiter) + written + "\n"
        found = read_card_layout(card, file(text)).rows[0][3]
        assert Decimal(found) == value
        assert "," not in found
        assert not found.endswith((".", ".0"))


def test_a_decimal_comma_needs_semicolons_and_is_stated(card, file):
    text = HEADER.replace(",", ";") + "Vietnam;optics;2019;3,5\nJapan;optics;2019;40\n"
    raw = read_card_layout(card, file(text))
    assert [row[3] for row in raw.rows] == ["3.5", "40"]
    assert raw.facts["decimal_comma"] is True
    for delimiter, cell in ((",", '"3,5"'), ("\t", "3,5")):
        text = f"{HEADER}Vietnam,optics,2019,".replace(",", delimiter) + cell
        with pytest.raises(InvalidTable, match="only a file with semicolons may have"):
            read_card_layout(card, file(text))


@pytest.mark.parametrize(
    "cell", ["1 234", "1\u00a0234", "1\u202f234,5", "1.234.567", "1,234,567", "1'234", "1.234,5"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_marks_between_thousands_are_refused_with_their_place(card, file, cell, delimiter):
    start = HEADER + "Vietnam,optics,2018,3\n\nVietnam,optics,2019,"
    text = start.replace(",", delimiter) + f'"{cell}"\n'
    with pytest.raises(InvalidTable, match="marks between thousands") as caught:
        read_card_layout(card, file(text))
    assert f"row 4, families: '{cell}'" in str(caught.value)


@pytest.mark.parametrize("cell", ["1.234", "1,234"])
def test_what_may_be_thousands_or_decimals_is_refused(card, file, cell):
    start = (HEADER + "Vietnam,optics,2019,").replace(",", ";")
    with pytest.raises(InvalidTable, match="may be thousands or have three decimals"):
        read_card_layout(card, file(start + cell))
    # a second cell tells what the mark is
    more = f"{start}{cell}\nJapan;optics;2019;0{cell[1]}5\n"
    assert read_card_layout(card, file(more)).rows[0][3] == "1.234"


def test_commas_beside_points_are_refused(card, file):
    text = HEADER.replace(",", ";") + "Vietnam;optics;2019;3,5\nJapan;optics;2019;40.25\n"
    with pytest.raises(InvalidTable, match="have a comma, others a point") as caught:
        read_card_layout(card, file(text))
    assert "row 2, families: '3,5'; row 3, families: '40.25'" in str(caught.value)


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("families", "n/a", "are no numbers"),
        ("families", "NA", "are no numbers"),
        ("families", "=SUM(D2:D9)", "are no numbers"),
        ("families", "٣", "are no numbers"),
        ("families", "1.23457E+12", "an exponent that hides digits"),
        ("families", "1e-99999999", "an exponent that hides digits"),
        ("year", "2019.5", "are no whole numbers"),
        ("year", "2 019", "marks between thousands"),
        ("year", "2019/20", "are no whole numbers"),
    ],
)
def test_a_cell_that_is_no_number_is_named(card, file, column, cell, words):
    row = {"economy": "Vietnam", "technology_field": "optics", "year": "2019", "families": "3"}
    text = HEADER + ",".join((row | {column: cell}).values())
    with pytest.raises(InvalidTable, match=words) as caught:
        read_card_layout(card, file(text))
    assert f"row 2, {column}: '{cell}'" in str(caught.value)


def test_three_places_are_named_and_all_are_counted(card, file):
    text = HEADER + "".join(f"Vietnam,a{at},2019,x{at}\n" for at in range(1200))
    with pytest.raises(InvalidTable, match="1,200 cells are no numbers") as caught:
        read_card_layout(card, file(text))
    assert "'x2'" in str(caught.value)
    assert "'x3'" not in str(caught.value)


def test_rows_of_another_length_are_named_by_line(card, file):
    text = HEADER + 'Vietnam,"opt\nics",2019,3\nVietnam,optics\nVietnam,a,b,2019,3\n'
    with pytest.raises(InvalidTable, match="2 rows do not have the 4 cells") as caught:
        read_card_layout(card, file(text))
    assert "line 4: 2 cells; line 5: 5 cells" in str(caught.value)
    assert "comma in quotation marks" in caught.value.next_step


def test_cells_that_begin_like_formulas_stay_data_and_are_counted(card, file):
    text = HEADER + "Vietnam,=optics,2019,-3\nVietnam,@x,2019,4\nVietnam,-,2019,4\n"
    raw = read_card_layout(card, file(text))
    assert [row[1] for row in raw.rows] == ["=optics", "@x", "-"]
    assert raw.facts["cells_like_formulas"] == 2


def test_missing_columns_are_listed_with_what_could_be_meant(card, file):
    text = "economy,Technology field,Year,count\nVietnam,optics,2019,3\n"
    with pytest.raises(SourceChanged, match="Columns are missing") as caught:
        read_card_layout(card, file(text))
    message = str(caught.value)
    assert "'technology_field' Did you mean 'Technology field'?" in message
    assert "'year' Did you mean 'Year'?" in message
    assert "'families'." in message
    assert "economy, technology_field, year, families" in caught.value.next_step


def test_a_column_that_stands_twice_is_refused(card, file):
    text = "economy,technology_field,year,families,year\nVietnam,optics,2019,3,2020\n"
    with pytest.raises(SourceChanged, match="Columns stand twice: 'year'"):
        read_card_layout(card, file(text))


@pytest.mark.parametrize(
    "text", ["ref_area,time,obs\nVNM,2019,3\n", '{"value": [1]}', "x\n", "a|b\n1|2\n", "[1]" * 9**6]
)
def test_a_file_without_any_column_of_the_card_is_for_the_connector(card, file, text):
    assert read_card_layout(card, file(text)) is None


def test_a_file_with_some_columns_is_for_the_connector_if_there_is_one(card, served, file):
    text = "application,economy,class,year\nA1,Vietnam,A61K,2019\n"
    assert read_card_layout(served, file(text)) is None
    with pytest.raises(SourceChanged, match="Columns are missing"):
        read_card_layout(card, file(text))
    with pytest.raises(SourceChanged, match="Columns are missing: 'families'"):
        read_card_layout(served, file(ROWS.replace("families", "number")))


def test_an_archive_with_several_tables_is_for_the_connector_if_there_is_one(card, served, file):
    path = file(zipped(a__csv=ROWS, b__csv=ROWS), "two.zip")
    assert read_card_layout(served, path) is None
    with pytest.raises(ContentRejected, match=r"exactly one CSV file; it holds a\.csv, b\.csv"):
        read_card_layout(card, path)


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"", SourceUnavailable, "is empty"),
        (b"\n  \n", ContentRejected, "is empty"),
        (ROWS.encode("utf-16"), ContentRejected, "UTF-16"),
        (ROWS.encode("utf-16-le"), ContentRejected, "UTF-16"),
        (ROWS.replace("Vietnam", "Réunion").encode("cp1252"), ContentRejected, "Windows-1252"),
        (b"<!DOCTYPE html><p>economy,year</p>", ContentRejected, "a web page"),
        (b"\xef\xbb\xbf \n<HTML>", ContentRejected, "a web page"),
        (b"PAR1" + bytes(9), ContentRejected, "a Parquet file"),
        (b"\xd0\xcf\x11\xe0" + bytes(9), ContentRejected, r"workbook \(.xls\)"),
        (gzip.compress(ROWS.encode())[:-9], ContentRejected, "cannot be unpacked"),
        (b"PK\x03\x04 and no more", ContentRejected, "zip file is broken"),
        (HEADER.encode(), InvalidTable, "and no row"),
        ((HEADER + '"Vietnam,optics,2019,3\n').encode(), InvalidTable, "into cells"),
        ((HEADER + '"Viet"nam,optics,2019,3\n').encode(), InvalidTable, "into cells"),
        ((HEADER + "x" * 200_000).encode(), InvalidTable, "into cells"),
        ((HEADER + "x" * 5_000_000).encode(), ContentRejected, "a line of more than"),
    ],
    ids=range(16),
)
def test_what_is_no_table_is_refused_with_a_way_out(card, file, content, error, words):
    with pytest.raises(error, match=words) as caught:
        read_card_layout(card, file(content))
    assert "own.csv" in str(caught.value)
    assert caught.value.next_step


def test_windows_1252_is_named_with_its_line_and_how_to_save(card, file):
    text = ROWS + "Côte d'Ivoire,optics,2019,3\n"
    with pytest.raises(ContentRejected) as caught:
        read_card_layout(card, file(text.encode("cp1252")))
    assert caught.value.where.endswith("line 4")
    assert "CSV UTF-8" in caught.value.next_step


def test_a_missing_file_suggests_its_neighbour(card, file):
    file(ROWS, "figures_2026.csv")
    with pytest.raises(SourceUnavailable, match=r"is missing\. Did you mean 'figures_2026.csv'"):
        read_card_layout(card, file(ROWS).with_name("figures_2025.csv"))


def test_a_folder_a_device_and_a_path_through_a_file_are_refused(card, file, tmp_path):
    with pytest.raises(SourceUnavailable, match="is a folder"):
        read_card_layout(card, tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(SourceUnavailable, match="is no file"):
        read_card_layout(card, tmp_path / "pipe.csv")
    with pytest.raises(SourceUnavailable):
        read_card_layout(card, file(ROWS) / "more.csv")


def test_a_file_that_may_not_be_read_is_named(card, file, monkeypatch):
    path = file(ROWS)

    def refused(*_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(type(path), "open", refused)
    with pytest.raises(SourceUnavailable, match="cannot be read: Permission denied"):
        read_card_layout(card, path)


def test_a_file_that_changes_meanwhile_is_refused(card, file, monkeypatch):
    path = file(ROWS)
    figures = own_files._figures

    def slow(*given):
        with path.open("a") as stream:
            stream.write("Japan,optics,2019,3\n")
        return figures(*given)

    monkeypatch.setattr(own_files, "_figures", slow)
    with pytest.raises(ContentRejected, match="was changed while it was read"):
        read_card_layout(card, path)


def test_a_file_that_is_too_large_is_refused_plain_and_packed(card, file, monkeypatch):
    monkeypatch.setattr(own_files, "LARGEST", 100)
    plain, packed = ROWS + "Japan,optics,2019,3\n" * 9, gzip.compress((ROWS * 9).encode())
    with pytest.raises(SourceUnavailable, match=r"has \d+ bytes; at most 100 are read"):
        read_card_layout(card, file(plain))
    assert len(packed) < 150
    monkeypatch.setattr(own_files, "LARGEST", 150)
    with pytest.raises(ContentRejected, match="unpacks to more than 150 bytes"):
        read_card_layout(card, file(packed))


def hostile(name="own.csv", *, link=False, times=1, text=ROWS, also=()):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(name)
        member.compress_type = zipfile.ZIP_DEFLATED
        if link:
            member.external_attr = 0o120777 << 16
        for _ in range(times):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                archive.writestr(member, text)
        for other in also:
            archive.writestr(other, "")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (hostile("../own.csv"), "reaches out of its folder"),
        (hostile("/etc/own.csv"), "is not a plain name"),
        (hostile("C:\\own.csv"), "is not a plain name"),
        (hostile(link=True), "is a link"),
        (hostile(times=2), "is there twice"),
        (hostile(also=[f"{at}.txt" for at in range(100)]), "holds 101 members"),
        (hostile(text="0" * 9_000_000), "over 200 times its packed size"),
        (hostile(also=["[Content_Types].xml"]), "a spreadsheet workbook"),
        (hostile("own.json"), "exactly one CSV file"),
        (hostile("inner.csv", text=hostile()), "an archive"),
    ],
    ids=range(10),
)
def test_an_archive_that_no_honest_person_makes_is_refused(card, file, content, words):
    with pytest.raises(ContentRejected, match=words):
        read_card_layout(card, file(content, "own.zip"))


def test_a_locked_archive_is_refused(card, file):
    content = bytearray(zipped(own__csv=ROWS))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    with pytest.raises(ContentRejected, match="is encrypted"):
        read_card_layout(card, file(bytes(content), "own.zip"))


def test_a_damaged_member_is_refused(card, file):
    content = bytearray(zipped(own__csv=ROWS * 50))
    content[60] ^= 255
    with pytest.raises(ContentRejected, match="zip file is broken"):
        read_card_layout(card, file(bytes(content), "own.zip"))


def test_what_a_system_adds_to_an_archive_is_left_out(card, file):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("figures/own.csv", ROWS)
        archive.writestr("__MACOSX/figures/._own.csv", b"\x00\x05")
        archive.writestr("figures/.DS_Store", b"\x00")
    assert read_card_layout(card, file(content.getvalue(), "own.zip")).rows == GOOD


@given(some.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_refused_or_left_to_others(card, file, noise):
    for content in (noise, HEADER.encode() + noise, HEADER.encode() + noise + ROWS.encode()):
        try:
            raw = read_card_layout(card, file(content))
        except TechDiplomacyError:
            continue
        assert raw is None or all(len(row) == 4 for row in raw.rows)


CELLS = some.text(
    some.characters(blacklist_categories=("Cs",), blacklist_characters="\x00\r"), max_size=8
).filter(lambda text: text.strip() == text)


@given(
    texts=some.lists(CELLS.filter(bool), min_size=1, max_size=5),
    delimiter=some.sampled_from(",;\t"),
    order=some.permutations(["economy", "technology_field", "year", "families", "more"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_csv_writer_writes_is_read_back(card, file, texts, delimiter, order):
    content = io.StringIO(newline="")
    writer = csv.writer(content, delimiter=delimiter)
    writer.writerow(order)
    for text in texts:
        row = {"economy": "Vietnam", "technology_field": text, "year": "2019", "families": "3"}
        writer.writerow([row.get(name, "left out") for name in order])
    raw = read_card_layout(card, file(content.getvalue()))
    assert raw.rows == [("Vietnam", text, "2019", "3") for text in texts]


# ---- a register that a ministry keeps, in the layout of an embedded source


REGISTER = """\ufeffname;host;sending;city;since;evidence_url;last_confirmed;STT
Văn phòng KH&CN;Đức;Việt Nam;Berlin;2004;https://example.org/1;2026-05;1
Phòng KH&CN;Nhật Bản;Việt Nam;Tokyo;;https://example.org/2;;2
;;;;;;;
"Trung tâm; chi nhánh";Singapore;Vietnam;Singapore;2015-10-24;https://example.org/3;;3
"""


def cleaned(card, raw, folder):
    path = folder / f"{card.id}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([raw.columns, *raw.rows])
    return clean_source(read_raw(path, card), card, load_countries())


def test_a_register_of_a_ministry_comes_in(at_the_root, file, tmp_path):
    card = load_card("vietnam_st_offices")
    english = REGISTER
    for written, meant in (("Đức", "Germany"), ("Nhật Bản", "Japan"), ("Việt Nam", "Vietnam")):
        english = english.replace(written, meant)
    raw = read_card_layout(card, file(english))
    assert raw.rows[0] == (
        *("Vietnam", "Germany", "Berlin", "Văn phòng KH&CN", "2004", "2026-05"),
        "https://example.org/1",
    )
    assert raw.facts["columns_left_out"] == ["STT"]
    assert raw.facts["empty_rows"] == 1
    frame = cleaned(card, raw, tmp_path).frame
    assert frame[["country", "partner", "city"]].values.tolist() == [
        ["VNM", "DEU", "Berlin"],
        ["VNM", "JPN", "Tokyo"],
        ["VNM", "SGP", "Singapore"],
    ]
    assert frame["name"].tolist()[2] == "Trung tâm; chi nhánh"
    assert frame["since"].isna().tolist() == [False, True, False]


def test_a_country_that_nobody_knows_stops_the_register(at_the_root, file, tmp_path):
    card = load_card("vietnam_st_offices")
    raw = read_card_layout(
        card, file(REGISTER.replace("Đức", "Atlantis").replace("Nhật Bản", "Lemuria"))
    )
    with pytest.raises(UnknownCountry, match=r"'Atlantis'.*'Lemuria'"):
        cleaned(card, raw, tmp_path)


@pytest.mark.parametrize("source", ["ncses_pct_applications", "oecd_researchers"])
def test_the_embedded_figures_themselves_come_in(at_the_root, source):
    from techdiplomacy.paths import snapshot_file

    card = load_card(source)
    raw = read_card_layout(card, snapshot_file(source))
    with gzip.open(snapshot_file(source), "rt", encoding="utf-8", newline="") as stream:
        assert raw.rows == [tuple(row) for row in csv.reader(stream)][1:]


def test_the_bounds_are_those_of_the_house():
    assert own_files.LARGEST == 2_000_000_000
    assert (Limits().members, Limits().ratio) == (100, 200)
