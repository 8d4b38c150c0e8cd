"""Patents counted from files on disk: every application, person and share here is invented.

No row of REGPAT, PATSTAT or any other database stands in this file, and none may.
"""

import csv
import gzip
import io
import zipfile
from collections import defaultdict
from fractions import Fraction

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from techdiplomacy.cards import load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.clean import clean_source, read_raw
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import (
    ContentRejected,
    InvalidParams,
    QueryTooLarge,
    SourceChanged,
    SourceUnavailable,
    UnknownCountry,
)
from techdiplomacy.patents import count_by_country_and_group
from techdiplomacy.sources import patent_files, patent_shares
from techdiplomacy.sources.own_files import read_card_layout
from techdiplomacy.sources.patent_files import Selection, read

SAMPLES = ROOT.parent / "shared" / "samples" / "regpat_patstat"
INV = "app_nbr|appln_id|pub_nbr|person_id|inv_name|address|city|postal_code|reg_code|ctry_code|"
INV += "reg_share|inv_share\n"
IPC = "appln_id|prio_year|app_year|IPC\n"


def inv(application, country, inventor="1", region="1", name="A. Nobody"):
    start = f"EP{application}|{application}|0|9|{name}|1 No Street|Nowhere|0|{country}00|"
    return f"{start}{country}|{region}|{inventor}\n"


def ipc(application, year, *classes):
    return "".join(f"{application}|{year}|{year}|{one}\n" for one in classes)


# five applications: two alone, one shared by two countries, one by three of which one is not
# known, one with an inventor of two regions; two of them in two classes
EPO = {
    "202601_EPO_Inv_reg.txt": INV
    + inv(11, "VN")
    + inv(12, "NA")
    + inv(13, "VN", "0.5")
    + inv(13, "EL", "0.5")
    + inv(14, "UK", "0.25")
    + inv(14, "GR", "0.25")
    + inv(14, "..", "0.5")
    + inv(15, "VN", "0.5", "0.5")
    + inv(15, "VN", "0.5", "0.5")
    + inv(15, "GB", "0.5"),
    "202601_EPO_IPC.txt": IPC
    + ipc(11, 2015, "H01L021/00")
    + ipc(12, 2015, "H01L021/00", "H01L  33/00", "A61K031/00")
    + ipc(13, 2016, "A61K031/00")
    + ipc(14, 2016, "H01L021/00", "G06N003/00")
    + ipc(15, 2017, "G06N003/00"),
}
COUNTED = {
    ("GB", "G06N", "2016"): "0.125",
    ("GB", "G06N", "2017"): "0.5",
    ("GB", "H01L", "2016"): "0.125",
    ("GR", "A61K", "2016"): "0.5",
    ("GR", "G06N", "2016"): "0.125",
    ("GR", "H01L", "2016"): "0.125",
    ("NA", "A61K", "2015"): "0.5",
    ("NA", "H01L", "2015"): "0.5",
    ("VN", "A61K", "2016"): "0.5",
    ("VN", "G06N", "2017"): "0.5",
    ("VN", "H01L", "2015"): "1",
}
# the second office: three applications of its own, one with a number that the first has too
PCT = {
    "202601_PCT_Inv_reg.txt": INV.replace("app_nbr", "pct_nbr")
    + inv(11, "JP")
    + inv(21, "JP", "0.5")
    + inv(21, "VN", "0.5")
    + inv(22, "KR"),
    "202601_PCT_IPC.txt": IPC
    + ipc(11, 2015, "A61K031/00")
    + ipc(21, 2016, "A61K031/00", "H01L021/00")
    + ipc(22, 2016, "B82Y001/00"),
}


def ask(**changes):
    return parse_settings(Selection, {"years": [2010, 2020], **changes}, where="test")


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes files into a folder and gives its path."""

    def write(files, name="files"):
        place = tmp_path / name
        place.mkdir(exist_ok=True)
        for file, content in files.items():
            (place / file).write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    return write


def amounts(raw):
    return {row[:3]: row[3] for row in raw.rows}


def total(raw):
    return sum(float(row[3]) for row in raw.rows)


def test_five_applications_are_shared_out_as_by_hand(folder):
    raw = read(ask(), folder(EPO))
    assert raw.columns == tuple(load_card_columns())
    assert amounts(raw) == COUNTED
    assert raw.rows == sorted(raw.rows)
    assert raw.version == "202601"
    assert raw.quarantined == {}


def load_card_columns():
    return ["country", "technology_class", "year", "patents"]


def test_counts_and_what_is_lost_add_up_to_the_applications(folder):
    raw = read(ask(), folder(EPO))
    assert total(raw) == pytest.approx(4.5, abs=1e-12)
    facts = raw.facts
    assert (facts["counted_in_all"], facts["lost_to_unknown_countries"]) == ("4.5", "0.5")
    assert facts["share_lost_to_unknown_countries"] == "0.1"
    assert facts["applications_counted"] == 5
    assert facts["files"] == ["202601_EPO_IPC.txt", "202601_EPO_Inv_reg.txt"]
    assert facts["rows_by_file"] == {"202601_EPO_IPC.txt": 8, "202601_EPO_Inv_reg.txt": 10}
    assert facts["counted_by"] == "appln_id"
    assert facts["year_column"] == ["prio_year"]
    assert facts["shares"] == "of the file"


@pytest.mark.parametrize(("office", "sum_of"), [("EPO", 4.5), ("PCT", 3.0)])
def test_two_offices_in_one_folder_are_counted_one_at_a_time(folder, office, sum_of):
    place = folder(EPO | PCT)
    assert total(read(ask(office=office), place)) == pytest.approx(sum_of, abs=1e-12)
    with pytest.raises(SourceChanged, match="files of EPO and PCT") as caught:
        read(ask(), place)
    assert "live: ask" in caught.value.next_step


def test_pct_files_that_name_applications_otherwise_are_joined_by_what_both_have(folder):
    files = {name: text.replace("appln_id", "pct_nbr", 1) for name, text in PCT.items()}
    files["202601_PCT_Inv_reg.txt"] = files["202601_PCT_Inv_reg.txt"].replace("pct_nbr|", "x|", 1)
    raw = read(ask(), folder(files))
    assert raw.facts["counted_by"] == "pct_nbr"
    assert total(raw) == pytest.approx(3.0)


@pytest.mark.parametrize("change", [str.upper, str.title, lambda line: "\ufeff" + line])
def test_headers_may_be_written_in_either_case(folder, change):
    files = {}
    for name, text in EPO.items():
        header, rest = text.split("\n", 1)
        files[name] = change(header) + "\n" + rest
    assert amounts(read(ask(), folder(files))) == COUNTED


def test_line_ends_encodings_and_the_order_of_rows_do_not_matter(folder):
    header, *rows = EPO["202601_EPO_Inv_reg.txt"].splitlines()
    rows = [row.replace("A. Nobody", f"Jos\u00e9 N\u00ba {at}") for at, row in enumerate(rows)]
    lines = [header.encode(), *(row.encode("latin-1") for row in reversed(rows[:6]))]
    lines += [row.encode("utf-8") for row in reversed(rows[6:])]
    raw = read(ask(), folder(EPO | {"202601_EPO_Inv_reg.txt": b"\r\n".join(lines)}))
    assert amounts(raw) == COUNTED
    assert raw.facts["lines_not_in_utf8"] == 6


@pytest.mark.parametrize("way", ["folder", "zip", "gzip", "zips in a folder"])
def test_files_may_be_packed(folder, tmp_path, way):
    def packed(files):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(f"REGPAT/{name}", text)
        return content.getvalue()

    if way == "zip":
        place = tmp_path / "regpat.zip"
        place.write_bytes(packed(EPO))
    elif way == "gzip":
        place = folder({f"{name}.gz": gzip.compress(text.encode()) for name, text in EPO.items()})
    elif way == "zips in a folder":
        place = folder({f"{name}.zip": packed({name: text}) for name, text in EPO.items()})
    else:
        place = folder(EPO)
    assert amounts(read(ask(), place)) == COUNTED


def test_years_and_classes_are_chosen_and_parts_stay_those_of_the_whole(folder):
    place = folder(EPO)
    assert amounts(read(ask(years=[2016, 2016]), place)) == {
        cell: amount for cell, amount in COUNTED.items() if cell[2] == "2016"
    }
    chosen = read(ask(classes=["H01", "A61K"]), place)
    assert amounts(chosen) == {
        cell: amount for cell, amount in COUNTED.items() if cell[1] in ("H01L", "A61K")
    }
    assert chosen.facts["applications_in_years"] == 5
    assert chosen.facts["applications_in_years_and_classes"] == 4


def test_cpc_takes_its_years_from_the_file_of_ipc(folder):
    cpc = "appln_id|CPC_Class\n11|Y02E10/50\n12|H01L21/00\n99|A61K31/00\n13|A61K31/00\n"
    files = EPO | {"202601_CPC_Classes.txt": cpc}
    place = folder(files)
    assert amounts(read(ask(), place)) == COUNTED  # by IPC the other file is not looked at
    raw = read(ask(classification="CPC"), place)
    assert amounts(raw) == {
        ("VN", "Y02E", "2015"): "1",
        ("NA", "H01L", "2015"): "1",
        ("VN", "A61K", "2016"): "0.5",
        ("GR", "A61K", "2016"): "0.5",
    }
    assert raw.facts["applications_without_class"] == 2
    del files["202601_EPO_IPC.txt"]
    with pytest.raises(SourceChanged, match="gives no priority years"):
        read(ask(classification="CPC"), folder(files, "without_ipc"))


def test_applicants_regions_and_other_files_are_left_out(folder):
    applicants = EPO["202601_EPO_Inv_reg.txt"].replace("inv_", "app_")
    others = {
        "202601_EPO_App_reg.txt": applicants,
        "202601_EPO_PCT.txt": "app_nbr|appln_id|pct_nbr\nEP1|11|21\n",
        "202601_REGPAT_Regions.txt": "reg_code|ctry_code|reg_label\nVN00|VN|Nowhere\n",
        "readme.pdf": b"%PDF-1.7",
        "notes.xlsx": b"PK\x05\x06" + bytes(18),
        "empty.txt": b"",
    }
    raw = read(ask(office="EPO"), folder(EPO | others))
    assert amounts(raw) == COUNTED
    assert raw.facts["files_left_out"] == sorted(set(others) - {"notes.xlsx"})


@pytest.mark.parametrize("mark", ["", "--", "..", "75", "@@"])
def test_unknown_countries_take_their_part_and_are_left_out(folder, mark):
    files = EPO | {
        "202601_EPO_Inv_reg.txt": EPO["202601_EPO_Inv_reg.txt"].replace("|..|", f"|{mark}|")
    }
    raw = read(ask(), folder(files))
    assert amounts(raw) == COUNTED
    assert raw.facts["lost_to_unknown_countries"] == "0.5"


def test_an_application_of_nobody_known_is_counted_as_such(folder):
    files = EPO | {
        "202601_EPO_Inv_reg.txt": EPO["202601_EPO_Inv_reg.txt"].replace("|NA|", "|--|"),
        "202601_EPO_IPC.txt": EPO["202601_EPO_IPC.txt"] + ipc(16, 2017, "A61K031/00"),
    }
    raw = read(ask(), folder(files))
    assert raw.facts["applications_without_known_country"] == 1
    assert raw.facts["applications_without_inventor"] == 1
    assert raw.facts["applications_counted"] == 4
    assert raw.facts["lost_to_unknown_countries"] == "1.5"
    assert total(raw) == pytest.approx(3.5)


def many(number, start=1000):
    """Return files of so many applications of one inventor and one class."""
    return {
        "202601_EPO_Inv_reg.txt": INV + "".join(inv(start + at, "VN") for at in range(number)),
        "202601_EPO_IPC.txt": IPC
        + "".join(ipc(start + at, 2015, "A61K031/00") for at in range(number)),
    }


def test_a_separator_inside_a_text_sets_its_row_aside(folder):
    files = many(400)
    files["202601_EPO_Inv_reg.txt"] += inv(11, "JP", name="Nobody | Sons")
    raw = read(ask(), folder(files))
    assert raw.quarantined == {"another number of cells than the header": 1}
    assert amounts(raw) == {("VN", "A61K", "2015"): "400"}
    assert raw.facts["rows_by_file"]["202601_EPO_Inv_reg.txt"] == 401


@pytest.mark.parametrize(("broken", "stops"), [(2, False), (3, True)])
def test_more_than_half_a_per_cent_of_broken_rows_stop_the_run(folder, broken, stops):
    files = many(400)
    files["202601_EPO_Inv_reg.txt"] += inv(11, "JP", name="Nobody | Sons") * broken
    if not stops:
        assert sum(read(ask(), folder(files)).quarantined.values()) == broken
        return
    with pytest.raises(SourceChanged, match=r"3 of 403 rows .* At most 0.5%") as caught:
        read(ask(), folder(files))
    assert "EPO_Inv_reg" in caught.value.where


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ipc(1000, "unknown", "A61K031/00"), "year that is none"),
        (ipc(1000, "15/03/2015", "A61K031/00"), "year that is none"),
        (ipc(1000, 2015, "14-02"), "class that is no symbol"),
        (ipc("", 2015, "A61K031/00"), "no application or person"),
    ],
)
def test_cells_that_cannot_be_read_are_set_aside_by_reason(folder, row, reason):
    files = many(400)
    files["202601_EPO_IPC.txt"] += row
    raw = read(ask(), folder(files))
    assert raw.quarantined == {reason: 1}
    assert amounts(raw) == {("VN", "A61K", "2015"): "400"}
    files["202601_EPO_IPC.txt"] += row * 2
    with pytest.raises(SourceChanged, match=reason):
        read(ask(), folder(files))


@pytest.mark.parametrize("share", ["one", "", "-0.5", "1.5", "1e999999999", "nan"])
def test_a_share_that_is_none_is_set_aside(folder, share):
    files = many(400)
    files["202601_EPO_Inv_reg.txt"] += inv(1000, "JP", share)
    raw = read(ask(), folder(files))
    assert raw.quarantined == {"share that is no number": 1}
    assert total(raw) == 400


@pytest.mark.parametrize("thirds", [("0.3333", "0.3333", "0.3333"), ("0,34", "0,33", "0,33")])
def test_shares_that_are_rounded_are_scaled_to_one(folder, thirds):
    files = many(1)
    files["202601_EPO_Inv_reg.txt"] = INV + "".join(
        inv(1000, country, share) for country, share in zip(("VN", "JP", "KR"), thirds, strict=True)
    )
    raw = read(ask(), folder(files))
    assert total(raw) == pytest.approx(1, abs=1e-8)
    assert raw.facts["applications_scaled_to_one"] == (thirds[0] == "0.3333")


def test_shares_that_do_not_add_up_are_set_aside_up_to_a_bound(folder):
    files = many(400)
    files["202601_EPO_Inv_reg.txt"] += inv(1000, "VN", "0.02")
    raw = read(ask(), folder(files))
    assert raw.facts["applications_not_adding_up_to_one"] == 1
    assert total(raw) == 399
    files["202601_EPO_Inv_reg.txt"] += inv(1001, "VN", "0.02") + inv(1002, "VN", "0.02")
    with pytest.raises(SourceChanged, match="3 of 400 applications do not add up"):
        read(ask(), folder(files))
    files["202601_EPO_Inv_reg.txt"] = many(400)["202601_EPO_Inv_reg.txt"] + inv(1000, "VN", ".01")
    assert read(ask(), folder(files)).facts["applications_not_adding_up_to_one"] == 0


def test_editions_and_kinds_of_files_are_not_mixed(folder):
    old = {name.replace("202601", "202407"): text for name, text in EPO.items()}
    for files in (EPO | old, EPO | {"list.csv": "appln_id,country\n11,JP\n"}):
        with pytest.raises(SourceChanged, match="mixes editions or kinds of files"):
            read(ask(), folder(files, str(len(files))))


def test_files_without_a_common_number_are_refused(folder):
    files = EPO | {"202601_EPO_IPC.txt": EPO["202601_EPO_IPC.txt"].replace("appln_id", "pct_nbr")}
    with pytest.raises(SourceChanged, match="by different columns"):
        read(ask(), folder(files))


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ("202601_EPO_Inv_reg.txt", "gives no priority years .* and no classes of the IPC"),
        ("202601_EPO_IPC.txt", "gives no countries of inventors"),
    ],
)
def test_a_missing_file_is_named_by_what_it_would_give(folder, left, words):
    with pytest.raises(SourceChanged, match=words) as caught:
        read(ask(), folder({left: EPO[left]}))
    assert "Inv_reg and IPC" in caught.value.next_step


# ---- PATSTAT: four tables, or an extract of one


TLS201 = (
    "appln_id,appln_auth,appln_kind,earliest_filing_year,docdb_family_id\n"
    "1,EP,A,2015,7\n2,EP,A,2015,8\n3,US,A,2016,9\n4,US,A,9999,9\n5,EP,A,2016,6\n6,EP,A,1999,6\n"
)
TLS206 = (
    "person_id,person_name,person_ctry_code\n"
    '31,"Nobody, A.",VN\n32,"No ""one""",NA\n33,Nihil,--\n34,"Nil\nNil",UK\n'
    "4000000001,Nul,EL\n35,Firm,US\n"
)
TLS207 = (
    "person_id,appln_id,applt_seq_nr,invt_seq_nr\n"
    "31,1,0,1\n35,1,1,0\n31,2,0,1\n32,2,0,2\n4000000001,3,0,1\n33,3,0,2\n34,5,1,1\n31,6,0,1\n"
    "36,5,0,2\n"  # a person that the other table does not have
)
TLS209 = (
    "appln_id,ipc_class_symbol,ipc_class_level\n"
    "1,H01L  21/00,A\n1,H01L  33/00,A\n2,A61K  31/00,A\n2,G06N   3/00,A\n3,A61K  31/00,A\n"
    "5,B82Y   1/00,A\n6,A61K  31/00,A\n"
)
PATSTAT = {"tls201_part01.csv": TLS201, "tls206.csv": TLS206, "tls207.csv": TLS207} | {
    "tls209.csv": TLS209
}
OF_PATSTAT = {
    ("VN", "H01L", "2015"): "1",
    ("VN", "A61K", "2015"): "0.25",
    ("VN", "G06N", "2015"): "0.25",
    ("NA", "A61K", "2015"): "0.25",
    ("NA", "G06N", "2015"): "0.25",
    ("GR", "A61K", "2016"): "0.5",
    ("GB", "B82Y", "2016"): "0.5",
}


def test_tables_of_patstat_are_joined_and_shared_out(folder):
    raw = read(ask(), folder(PATSTAT))
    assert amounts(raw) == OF_PATSTAT
    facts = raw.facts
    assert facts["applications_in_years"] == 4
    assert facts["applications_without_year"] == 1
    assert facts["rows_of_applicants"] == 1
    assert facts["lost_to_unknown_countries"] == "1"
    assert facts["year_column"] == ["earliest_filing_year"]
    assert facts["offices"] == ["EP", "US"]
    assert facts["rows_over_several_lines"] == 1
    assert facts["shares"] == "equal parts"
    assert total(raw) + 1 == facts["applications_counted"] == 4


def test_one_office_of_patstat_may_be_chosen(folder):
    raw = read(ask(office="US"), folder(PATSTAT))
    assert amounts(raw) == {("GR", "A61K", "2016"): "0.5"}
    with pytest.raises(SourceChanged, match="No file tells which application is of office US"):
        read(ask(office="US"), folder({"list.csv": LIST}, "flat"))


def test_tables_in_parts_belong_together(folder):
    header, *rows = TLS207.splitlines()
    parts = {
        f"tls207_part0{at}.csv": "\n".join([header, *some_rows]) + "\n"
        for at, some_rows in enumerate((rows[:3], rows[3:]))
    }
    files = {name: text for name, text in PATSTAT.items() if name != "tls207.csv"} | parts
    assert amounts(read(ask(), folder(files))) == OF_PATSTAT


def test_cpc_of_patstat_is_its_own_table(folder):
    tls224 = "appln_id,cpc_class_symbol\n1,Y02E  10/50\n3,A61K  31/00\n"
    place = folder(PATSTAT | {"tls224.csv": tls224})
    assert amounts(read(ask(classification="CPC"), place)) == {
        ("VN", "Y02E", "2015"): "1",
        ("GR", "A61K", "2016"): "0.5",
    }


def test_inventors_that_cannot_be_told_from_applicants_are_refused(folder):
    files = PATSTAT | {"tls207.csv": TLS207.replace("invt_seq_nr", "x")}
    with pytest.raises(SourceChanged, match="with invt_seq_nr"):
        read(ask(), folder(files))


LIST = (
    "application;country;class;year;title\nVN-1;VN;A61K 31/00;2015;T\u00ean; kh\u00f4ng\n".replace(
        "T\u00ean; kh\u00f4ng", '"a;b"'
    )
    + "VN-1;JP;A61K 31/00;2015;\nVN-1;VN;H01L 21/00;2015;\nVN-1;JP;H01L 21/00;2015;\n"
    "VN-2;NA;g06n;2016-03-01;\nVN-2;NA;;2016;\nVN-3;VN;A61K;20171231;\nVN-4;VN;A61K;;\n"
)
OF_LIST = {
    ("VN", "A61K", "2015"): "0.25",
    ("JP", "A61K", "2015"): "0.25",
    ("VN", "H01L", "2015"): "0.25",
    ("JP", "H01L", "2015"): "0.25",
    ("NA", "G06N", "2016"): "1",
    ("VN", "A61K", "2017"): "1",
}


def test_a_flat_list_of_a_ministry_is_counted(folder):
    path = folder({"list.csv": "\ufeff" + LIST}) / "list.csv"
    raw = read(ask(), path)
    assert amounts(raw) == OF_LIST
    assert raw.facts["applications_without_year"] == 1
    assert raw.facts["rows_without_class"] == 1
    assert raw.facts["counted_by"] == "application"
    assert total(raw) == raw.facts["applications_counted"] == 3


@pytest.mark.parametrize(
    "header",
    [
        "appln_id;person_ctry_code;ipc_class_symbol;prio_year;x",
        "Family_ID;Country_Code;IPC;Priority_Year;x",
        "docdb_family_id;Inventor_Country;ipc_code;earliest_filing_year;x",
    ],
)
def test_a_flat_list_may_be_spelt_as_databases_do(folder, header):
    text = LIST.replace(LIST.split("\n")[0], header)
    assert amounts(read(ask(), folder({"list.csv": text}))) == OF_LIST


def test_several_countries_and_classes_may_stand_in_one_cell(folder):
    text = "application,country,class,year\nA1,VN; JP;EL,A61K 31/00;H01L21,2015\nA2,VN,A61K,2015\n"
    raw = read(ask(), folder({"list.csv": text}))
    assert total(raw) == pytest.approx(2)
    assert amounts(raw)["VN", "A61K", "2015"] == "1.166666667"
    assert amounts(raw)["GR", "H01L", "2015"] == "0.166666667"


def test_one_country_in_two_spellings_counts_once(folder):
    text = "application,country,class,year\nA1,UK,A61K,2015\nA1,GB,A61K,2015\nA1,EL,A61K,2015\n"
    text += "A1,GR,A61K,2015\n"
    assert amounts(read(ask(), folder({"list.csv": text}))) == {
        ("GB", "A61K", "2015"): "0.5",
        ("GR", "A61K", "2015"): "0.5",
    }


def test_czechoslovakia_is_not_taken_for_serbia_and_montenegro(folder):
    text = "application,country,class,year\nA1,CS,A61K,1988\nA2,CS,A61K,2004\nA3,SU,A61K,1988\n"
    assert amounts(read(ask(years=[1978, 2026]), folder({"list.csv": text}))) == {
        ("CSK", "A61K", "1988"): "1",
        ("CS", "A61K", "2004"): "1",
        ("SU", "A61K", "1988"): "1",
    }


def test_of_several_years_the_earliest_counts_also_where_it_lies_outside(folder):
    text = "family,country,class,year\nF1,VN,A61K,2016\nF1,VN,A61K,2012\nF2,VN,A61K,2016\n"
    text += "F2,VN,A61K,2005\n"
    raw = read(ask(), folder({"list.csv": text}))
    assert amounts(raw) == {("VN", "A61K", "2012"): "1"}
    assert raw.facts["applications_with_several_years"] == 1


def test_a_number_with_zeros_in_front_is_another_number(folder):
    text = "application,country,class,year\n012,VN,A61K,2016\n12,JP,A61K,2016\n"
    assert len(read(ask(), folder({"list.csv": text})).rows) == 2


def test_an_open_quotation_mark_does_not_swallow_the_file(folder):
    good = "".join(f"A{at},VN,A61K,2015\n" for at in range(900))
    text = "application,country,class,year\n" + good + 'B1,"VN,A61K,2015\nB2,V"N,A61K,2015\n'
    raw = read(ask(), folder({"list.csv": text}))
    assert raw.quarantined == {"a cell of several lines": 2}
    assert raw.facts["rows_by_file"] == {"list.csv": 902}
    endless = text + 'B3,"VN\n' + good * 20
    with pytest.raises(ContentRejected, match="cannot be split into cells"):
        read(ask(), folder({"list.csv": endless}))


def test_nothing_that_is_asked_for_is_an_error(folder):
    with pytest.raises(SourceChanged, match=r"No application in files has .* \(0 have a year"):
        read(ask(years=[2001, 2002]), folder(EPO))
    with pytest.raises(SourceChanged, match="No application"):
        read(ask(classes=["C40B"]), folder(EPO))


@pytest.mark.parametrize(
    ("files", "error", "words"),
    [
        ({}, SourceChanged, "holds nothing"),
        ({"a.csv": "x,y\n1,2\n"}, SourceChanged, r"header that is known; it holds a\.csv"),
        ({"a.csv": "<html>application,country</html>"}, ContentRejected, "a web page"),
        ({"a.xlsx": b"PK\x05\x06" + bytes(18)}, SourceChanged, "no table of patents"),
    ],
)
def test_a_place_without_patents_is_refused(folder, files, error, words):
    with pytest.raises(error, match=words):
        read(ask(), folder(files))


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceUnavailable, match="regpat is missing"):
        read(ask(), tmp_path / "regpat")


def test_a_folder_that_changes_meanwhile_is_refused(folder, monkeypatch):
    place = folder(EPO)
    applications = patent_files._applications

    def slow(*given):
        (place / "202601_EPO_IPC.txt").write_text(IPC)
        return applications(*given)

    monkeypatch.setattr(patent_files, "_applications", slow)
    with pytest.raises((ContentRejected, SourceChanged), match="was changed while it was read"):
        read(ask(), place)


def test_more_applications_than_memory_holds_are_refused(folder, monkeypatch):
    monkeypatch.setattr(patent_shares, "MOST_APPLICATIONS", 4)
    with pytest.raises(QueryTooLarge, match="more than 4 applications"):
        read(ask(), folder(EPO))


def test_nothing_is_ever_downloaded(tmp_path):
    class NoKit:
        def __getattr__(self, name):
            raise AssertionError("the kit must not be asked")

    for ask_for in (patent_files.fetch, patent_files.newest):
        with pytest.raises(SourceUnavailable, match="never downloaded") as caught:
            ask_for(ask(), NoKit())
        assert "from: file" in caught.value.next_step
    assert patent_files.SERVICE.base_url == ""
    assert patent_files.SERVICE.secret is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"years": [2020, 2010]},
        {"years": [2010]},
        {"classes": ["61K"]},
        {"classes": ["A61K31"]},
        {"classification": "ipc"},
        {"office": "epo"},
        {"class": ["A61K"]},
    ],
)
def test_a_wrong_selection_is_refused(wrong):
    with pytest.raises(InvalidParams):
        ask(**wrong)


FAMILIES = some.lists(
    some.tuples(
        some.sets(some.sampled_from(["VN", "JP", "NA", "DE"]), min_size=1),
        some.sets(some.sampled_from(["A61K", "H01L", "G06N", "Y02E"]), min_size=1),
        some.sampled_from(["2014", "2015"]),
    ),
    min_size=1,
    max_size=12,
)


@given(families=FAMILIES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lists_are_counted_as_the_house_counts_families(folder, families):
    records = [
        (f"F{at}", country, symbol, year)
        for at, (countries, symbols, year) in enumerate(families)
        for country in sorted(countries)
        for symbol in sorted(symbols)
    ]
    frame = pd.DataFrame(records, columns=["family", "country", "group", "year"])
    wanted = count_by_country_and_group(frame, per=["year"]).set_index(["country", "group", "year"])
    text = "family,country,class,year\n" + "".join(",".join(row) + "\n" for row in records)
    raw = read(ask(), folder({"list.csv": text}))
    found = {cell: float(amount) for cell, amount in amounts(raw).items()}
    assert found == pytest.approx(wanted["families_fractional"].to_dict(), abs=1e-9)
    assert total(raw) == pytest.approx(len(families), abs=1e-7)


@given(
    inventors=some.lists(
        some.lists(some.sampled_from(["VN", "JP", "NA", ".."]), min_size=1, max_size=6),
        min_size=1,
        max_size=8,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_shares_of_the_file_are_counted_exactly(folder, inventors):
    files = {"202601_EPO_Inv_reg.txt": INV, "202601_EPO_IPC.txt": IPC}
    wanted = defaultdict(Fraction)
    for at, countries in enumerate(inventors, start=1):
        share = Fraction(1, len(countries))
        for country in countries:
            files["202601_EPO_Inv_reg.txt"] += inv(at, country, f"{float(share):.12f}")
            wanted[country] += share
        files["202601_EPO_IPC.txt"] += ipc(at, 2015, "A61K031/00")
    lost = wanted.pop("..", 0)
    if not wanted:
        return
    raw = read(ask(), folder(files))
    found = {country: float(amount) for (country, _, _), amount in amounts(raw).items()}
    assert found == pytest.approx({of: float(part) for of, part in wanted.items()}, abs=1e-8)
    assert float(raw.facts["lost_to_unknown_countries"]) == pytest.approx(float(lost), abs=1e-8)


# ---- the way into the workbench


def test_the_card_asks_a_good_question_and_the_counts_come_in(at_the_root, folder, tmp_path):
    card = load_card("own_patents")
    selection = parse_settings(Selection, card.live.ask, where="card")
    raw = read(selection, folder(EPO))
    assert list(raw.columns) == list(card.columns)
    path = tmp_path / "own_patents.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([raw.columns, *raw.rows])
    frame = clean_source(read_raw(path, card), card, load_countries()).frame
    assert set(frame["country"]) == {"VNM", "NAM", "GRC", "GBR"}
    assert frame["patents_fractional"].sum() == pytest.approx(4.5)


def test_a_code_that_nobody_knows_stays_for_the_cleaning(at_the_root, folder, tmp_path):
    files = EPO | {"202601_EPO_Inv_reg.txt": EPO["202601_EPO_Inv_reg.txt"].replace("|NA|", "|QQ|")}
    raw = read(ask(), folder(files))
    assert ("QQ", "H01L", "2015", "0.5") in raw.rows
    with pytest.raises(UnknownCountry, match="QQ"):
        load_countries().translate(pd.Series([row[0] for row in raw.rows]), where="x")


def test_lists_are_left_to_this_module_and_counted_tables_are_not(at_the_root, folder):
    card = load_card("own_patents")
    place = folder({"list.csv": LIST, "counted.csv": "year,country,technology_class,patents\n"})
    assert read_card_layout(card, place / "list.csv") is None
    counted = folder({"counted.csv": "year,country,technology_class,patents\n2019,VN,A61K,2.5\n"})
    assert read_card_layout(card, counted / "counted.csv").rows == [("VN", "A61K", "2019", "2.5")]


def test_the_terms_of_the_card_allow_no_passing_on(at_the_root):
    licence = load_card("own_patents").licence
    assert (licence.share, licence.commercial, licence.adapt) == (
        *("forbidden", "forbidden"),
        "allowed",
    )


@pytest.mark.skipif(not SAMPLES.exists(), reason="no samples here")
def test_the_columns_that_are_documented_are_known():
    text = (SAMPLES / "regpat_columns.md").read_text(encoding="utf-8")
    documented = text.split("- EPO_Inv_reg: ")[1].split("\n")[0].split()
    assert set(documented) == set(INV.strip().split("|"))
    documented = text.split("- EPO_IPC: ")[1].split("\n")[0].split()
    assert set(documented) == set(IPC.strip().split("|"))
