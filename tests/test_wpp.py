"""World Population Prospects: packed files line by line, persons once, corrections by key."""

import gzip
import hashlib
import itertools
import tracemalloc
from dataclasses import replace

import pytest
from conftest import ROOT
from fake_kit import FakeKit
from loopback import Loopback
from worlds.wpp import (
    AREAS,
    ASK,
    FILE,
    FUTURE,
    HEADER,
    PAST,
    UPDATE,
    WORLD,
    archive,
    corrections,
    packed,
    people,
    record,
    records,
    text,
)

from techdiplomacy.cards import load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import ContentRejected, InvalidParams, SourceChanged, SourceUnavailable
from techdiplomacy.paths import snapshot_file
from techdiplomacy.sources import wpp
from techdiplomacy.sources.download import Clock, Downloads

SAMPLES = ROOT.parent / "shared" / "samples" / "wpp"
CARDS = ("un_population_2024_ages", "un_population_2024_single_ages")
SINGLE = {
    "grid": "single",
    "years": [2023, 2024, 1],
    "files": [{"name": PAST}, {"name": FUTURE}],
    "areas_at_least": 7,
}


def chosen(base=ASK, **changed):
    return parse_settings(wpp.Selection, base | changed, where="a test")


def without_update(**changed):
    return chosen({name: value for name, value in ASK.items() if name != "update"}, **changed)


def fetched(tmp_path, rows, selection=None, **files):
    kit = FakeKit(tmp_path, {r"gz$": packed(rows), r"zip$": corrections()} | files)
    return wpp.fetch(selection or without_update(), kit)


def downloads(source, service, folder):
    """Return the kit as it is, with a clock that does not wait."""
    ticks = itertools.count(10**9)
    clock = Clock(
        now=lambda: next(ticks), monotonic=lambda: next(ticks), sleep=lambda seconds: None
    )
    return Downloads(
        *(source, service, folder / source),
        selection="small",
        refresh=False,
        clock=clock,
        announce=lambda words: None,
    )


def changed_rows(change, rows=None):
    """Return good rows, each passed through ``change``, which may give none."""
    passed = [change(dict(row)) for row in rows or records()]
    return [row for row in passed if row is not None]


def of_namibia(row):
    return row["LocID"] == "516" and row["Variant"] == "Medium"


def test_the_rows_of_the_small_world_come_out(tmp_path):
    raw = fetched(tmp_path, records(), chosen())
    assert sorted(raw.rows) == WORLD.rows
    assert raw.columns == ("iso3", "year", "age_from", "persons")
    assert raw.version == "World Population Prospects 2024"
    assert raw.facts["corrected"] == ["TGO"]
    assert raw.facts["areas"] == 7


@pytest.mark.parametrize("source", CARDS)
def test_columns_and_ask_are_those_of_the_card(source):
    card = load_card(source)
    assert card.live.service == "wpp"
    selection = parse_settings(wpp.Selection, card.live.ask, where=source)
    assert list(wpp.COLUMNS[selection.grid]) == list(card.columns)
    first, last = card.coverage.years
    assert (selection.wanted()[0], selection.wanted()[-1]) == (first, last)
    assert selection.areas_at_least == 230


def test_the_form_of_the_rows_is_that_of_the_embedded_figures(tmp_path):
    with gzip.open(snapshot_file("un_population_2024_ages"), "rt", encoding="utf-8") as stream:
        embedded = [line.strip().split(",") for line in stream][1:]
    raw = fetched(tmp_path, records())
    assert {row[2] for row in raw.rows} == {cells[2] for cells in embedded}
    assert all(row[3].isdigit() for row in raw.rows)
    assert all(cells[3].isdigit() for cells in embedded)


def test_the_files_are_asked_for_whole_and_pinned():
    selection = parse_settings(
        wpp.Selection, load_card("un_population_2024_ages").live.ask, where="card"
    )
    ages, update = wpp.asks(selection)
    assert ages.path == f"CSV_FILES/{FILE}"
    assert (ages.kind, ages.a_file, ages.size) == ("gzip", True, 29_948_947)
    assert ages.sha256.startswith("a04d7d14")
    assert (update.path, update.kind, update.size) == (UPDATE, "zip", 943_827)
    assert update.md5 == "b821d0b388387982ac407f3cbb666ffc"
    assert wpp.SERVICE.base_url.endswith("/1_Indicator%20(Standard)/")


def test_namibia_stays_and_thousands_become_persons_once(tmp_path):
    raw = fetched(tmp_path, records())
    assert ("NAM", "2020", "0", "12500") in raw.rows
    assert ("NAM", "2030", "100", "113500") in raw.rows
    assert "NAM" in {row[0] for row in raw.rows if load_countries().code("NA") == row[0]}


def test_persons_keep_all_digits_and_no_zeros_behind_the_point(tmp_path):
    def finer(row):
        digits = {"0": "12.3456", "5": "1500.000", "10": "0"}.get(row.get("AgeGrpStart", ""))
        return row | {"PopTotal": digits} if digits and of_namibia(row) else row

    rows = fetched(
        tmp_path, changed_rows(finer, [r for r in records() if r["LocID"] != "900"])
    ).rows
    found = {row[2]: row[3] for row in rows if row[:2] == ("NAM", "2020")}
    assert (found["0"], found["5"], found["10"]) == ("12345.6", "1500000", "0")


def test_regions_and_other_variants_are_left_out_and_counted(tmp_path):
    raw = fetched(tmp_path, records())
    assert {row[0] for row in raw.rows} == {area[1] for area in AREAS}
    left_out = raw.facts["rows_left_out"]
    assert left_out == {"World": 63, "rows without a type": 3, "variant High": 3}


def test_only_the_years_asked_for_come_out(tmp_path):
    raw = fetched(tmp_path, records(), without_update(years=[2025, 2030, 5]))
    assert {row[1] for row in raw.rows} == {"2025", "2030"}


def test_nothing_is_added_to_china(tmp_path):
    raw = fetched(tmp_path, records())
    youngest = {row[0]: row[3] for row in raw.rows if row[1:3] == ("2020", "0")}
    assert [youngest[code] for code in ("CHN", "TWN", "HKG", "MAC")] == [
        *("900500", "30500", "20500", "10500")
    ]
    assert "nothing is added to China" in raw.facts["china"]
    assert raw.facts["world_compared_in_years"] == 2


@pytest.mark.parametrize("code", ["CHN", "TWN", "HKG", "MAC"])
def test_each_of_the_four_chinese_areas_must_be_a_row_of_its_own(tmp_path, code):
    rows = [row for row in records() if row.get("ISO3_code") != code]
    with pytest.raises(SourceChanged, match=f"{code} should be a row of its own"):
        fetched(tmp_path, rows, without_update(areas_at_least=3))


def test_a_china_that_holds_its_neighbours_is_seen_at_the_world(tmp_path):
    def swollen(row):
        if row["LocID"] != "156":
            return row
        age, year = int(row["AgeGrpStart"]), int(row["Time"])
        neighbours = sum(people(base, year, age) for base in (30, 20, 10))
        return row | {"PopTotal": str(people(900, year, age) + neighbours)}

    with pytest.raises(SourceChanged, match=r"In 2020 all areas add to .*China its neighbours"):
        fetched(tmp_path, changed_rows(swollen))


def test_without_a_row_of_the_world_the_note_says_that_nothing_was_compared(tmp_path):
    rows = [row for row in records() if row["LocID"] != "900"]
    assert fetched(tmp_path, rows).facts["world_compared_in_years"] == 0


def test_too_few_areas_stop(tmp_path):
    with pytest.raises(SourceChanged, match="There are 7 countries and areas; expected 237"):
        fetched(tmp_path, records(), without_update(areas_at_least=230))


def test_a_column_renamed_is_named_with_the_new_one(tmp_path):
    header = [{"PopTotal": "PopBoth"}.get(name, name) for name in HEADER]
    kit = FakeKit(tmp_path, {r"gz$": packed(records(), header)})
    with pytest.raises(SourceChanged, match=r"Missing: PopTotal; new or repeated: PopBoth") as stop:
        wpp.fetch(without_update(), kit)
    assert "params.yaml" in stop.value.next_step
    assert FILE in stop.value.where


def test_columns_in_another_order_are_read_by_name(tmp_path):
    turned = HEADER[::-1]
    rows = [dict(zip(HEADER, [row.get(n, "") for n in turned], strict=True)) for row in records()]
    kit = FakeKit(tmp_path, {r"gz$": packed(rows, turned)})
    assert wpp.fetch(without_update(), kit).rows == fetched(tmp_path, records()).rows


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"AgeGrpSpan": "4"}, r"age from '20' over '4' years"),
        ({"AgeGrpStart": "21"}, r"age from '21' over '5' years"),
        ({"AgeGrpStart": "25"}, r"NAM, 2020, age 25 comes twice"),
        ({"ISO3_code": ""}, r"number 516 has the code '', which is empty"),
        ({"LocID": "517"}, r"number 517 has the code 'NAM', which is empty or belongs to 516"),
        ({"PopTotal": ""}, r"has '' people"),
        ({"PopTotal": "1.234,5"}, r"has '1.234,5' people"),
        ({"PopTotal": "-1"}, r"has '-1' people"),
        ({"PopTotal": "NaN"}, r"has 'NaN' people"),
        ({"Time": "2021"}, r"Ages are missing in 1 areas by year, first NAM 2020"),
    ],
)
def test_a_row_that_is_not_as_described_stops(tmp_path, change, words):
    def spoilt(row):
        hit = of_namibia(row) and (row["Time"], row["AgeGrpStart"]) == ("2020", "20")
        return row | change if hit else row

    with pytest.raises(SourceChanged, match=words):
        fetched(tmp_path, changed_rows(spoilt))


def test_the_open_group_must_say_so(tmp_path):
    def closed(row):
        return row | {"AgeGrpSpan": "5"} if row["AgeGrpStart"] == "100" else row

    with pytest.raises(SourceChanged, match="-1 for the open group from 100"):
        fetched(tmp_path, changed_rows(closed))


def test_an_area_without_a_year_stops(tmp_path):
    rows = [row for row in records() if not (of_namibia(row) and row["Time"] == "2030")]
    with pytest.raises(SourceChanged, match="Missing 1 areas by year, first NAM 2030"):
        fetched(tmp_path, rows)


def test_a_row_with_too_few_cells_stops(tmp_path):
    content = gzip.compress(text(records()) + b"1,2,3\r\n")
    kit = FakeKit(tmp_path, {r"gz$": content})
    with pytest.raises(SourceChanged, match="has 3 cells, the header 20"):
        wpp.fetch(without_update(), kit)


@pytest.mark.parametrize(
    "content",
    [
        b"<html>busy</html>",
        packed(records())[:-2000],
        packed(records())[:-4] + b"\0\0\0\0",
        gzip.compress(text(records()).replace(b"Viet Nam", b"Vi\xff Nam")),
        gzip.compress(text(records()) + b'"' + b"x" * 140_000),
    ],
    ids=["no gzip", "cut", "wrong length", "no UTF-8", "endless cell"],
)
def test_a_file_that_cannot_be_read_to_its_end_is_refused(tmp_path, content):
    kit = FakeKit(tmp_path, {r"gz$": content})
    with pytest.raises(ContentRejected, match="cannot be read to its end"):
        wpp.fetch(without_update(), kit)


def test_an_empty_file_is_refused_before_it_is_kept(tmp_path):
    path = tmp_path / FILE
    path.write_bytes(gzip.compress(b""))
    with pytest.raises(SourceChanged, match="in all 0"):
        wpp.check_file(path)


def test_corrections_replace_rows_and_double_none(tmp_path):
    plain = fetched(tmp_path, records())
    corrected = fetched(tmp_path, records(), chosen())
    assert len(corrected.rows) == len(plain.rows) == len({row[:3] for row in corrected.rows})
    differing = {row[0] for row in set(corrected.rows) ^ set(plain.rows)}
    assert differing == {"TGO"}
    assert ("TGO", "2020", "0", "9500") in corrected.rows
    assert plain.facts["corrected"] == []


def test_corrections_may_be_packed_inside(tmp_path):
    togo = [row for row in records([(*AREAS[-1][:4], 9)]) if row["LocID"] == "768"]
    raw = fetched(tmp_path, records(), chosen(), **{r"zip$": archive({FILE: packed(togo)})})
    assert sorted(raw.rows) == WORLD.rows


def updated(*rows):
    return archive({FILE.removesuffix(".gz"): text(rows)})


@pytest.mark.parametrize(
    ("update", "words"),
    [
        (archive({"read me.csv": b"x"}), r"No member corrects .*; there are: read me.csv"),
        (archive({f"a/{FILE}": b"x", f"b/{FILE}": b"x"}), r"There are 2 members for"),
        (updated(), r"none of the years asked for"),
        (
            updated(record(("768", "TGO", "TG", "Togo"), 2020, 0, 5) | {"PopTotal": "1"}),
            r"Ages are missing in 1 areas by year, first TGO 2020",
        ),
        (
            updated(record(("769", "TGX", "TX", "Togo"), 2020, 0, 5) | {"PopTotal": "1"}),
            r"correction of TGX with the number 769, but the files have no such area",
        ),
    ],
    ids=["no member", "two members", "no rows", "half an area", "a new area"],
)
def test_corrections_of_another_form_stop(tmp_path, update, words):
    with pytest.raises(SourceChanged, match=words):
        fetched(tmp_path, records(), chosen(), **{r"zip$": update})


def test_corrections_that_are_no_archive_are_refused(tmp_path):
    with pytest.raises(ContentRejected, match="zip file is broken"):
        fetched(tmp_path, records(), chosen(), **{r"zip$": b"PK nothing"})


def singles(tmp_path, past=(2023,), future=(2024,), **changed):
    kit = FakeKit(
        tmp_path,
        {
            "1950-2023": packed(records(years=past, width=1)),
            "2024-2100": packed(records(years=future, width=1)),
        },
    )
    return wpp.fetch(chosen(SINGLE, **changed), kit)


def test_single_ages_add_up_to_groups_of_the_older_revision(tmp_path):
    raw = singles(tmp_path)
    with gzip.open(snapshot_file("un_population_2022"), "rt", encoding="utf-8") as stream:
        header, *lines = (line.strip().split(",") for line in stream)
    assert list(raw.columns) == header
    assert {row[2] for row in raw.rows} == {cells[2] for cells in lines}
    assert {row[4] for row in raw.rows} == {cells[4] for cells in lines}
    found = {row[:3]: row[3:] for row in raw.rows}
    # 12.5 + 13.5 + 14.5 + 15.5 + 16.5
    assert found["NAM", "2023", "0"] == ("72.5", "estimate")
    assert found["NAM", "2024", "100"] == ("112.5", "medium")
    assert len(raw.rows) == 7 * 2 * 21


def test_a_year_in_both_files_comes_twice_and_stops(tmp_path):
    with pytest.raises(SourceChanged, match="CHN, 2023, age 0 comes twice"):
        singles(tmp_path, future=(2023, 2024))


def test_single_ages_are_corrected_from_either_file(tmp_path):
    togo = records([(*AREAS[-1][:4], 9)], years=(2024,), width=1)
    member = FUTURE.removesuffix(".gz")
    kit = FakeKit(
        tmp_path,
        {
            "1950-2023": packed(records(years=(2023,), width=1)),
            "2024-2100": packed(records(years=(2024,), width=1)),
            "zip$": archive({member: text(togo)}),
        },
    )
    raw = wpp.fetch(chosen(SINGLE, update={"name": UPDATE}), kit)
    found = {row[:3]: row[3] for row in raw.rows}
    assert found["TGO", "2023", "100"] == "108.5"
    assert found["TGO", "2024", "100"] == "109.5"


def test_five_year_groups_are_no_single_ages(tmp_path):
    kit = FakeKit(tmp_path, {"gz$": packed(records(years=(2023,)))})
    with pytest.raises(SourceChanged, match="steps of 1"):
        wpp.fetch(chosen(SINGLE), kit)


def laid_out(folder, rows=None):
    (folder / FILE).write_bytes(packed(rows or records()))
    (folder / UPDATE).write_bytes(corrections())
    return folder / FILE


@pytest.mark.parametrize("at", ["file", "folder"])
def test_files_on_disk_give_the_same_rows(tmp_path, at):
    file = laid_out(tmp_path)
    raw = wpp.read(chosen(), file if at == "file" else tmp_path)
    assert sorted(raw.rows) == WORLD.rows


def test_a_file_that_is_missing_beside_is_named(tmp_path):
    file = laid_out(tmp_path)
    (tmp_path / UPDATE).unlink()
    with pytest.raises(SourceUnavailable, match=UPDATE) as stop:
        wpp.read(chosen(), file)
    assert "population.un.org" in stop.value.next_step


@pytest.mark.parametrize("pinned", ["size", "sha256", "md5"])
def test_a_file_on_disk_must_be_the_pinned_one(tmp_path, pinned):
    file = laid_out(tmp_path)
    content = file.read_bytes()
    good = {
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "md5": hashlib.md5(content).hexdigest(),
    }
    assert wpp.read(without_update(files=[{"name": FILE} | good]), file).rows
    other = {"size": 5, "sha256": "0" * 64, "md5": "0" * 32}[pinned]
    with pytest.raises(ContentRejected, match=f"The {pinned} is {good[pinned]}"):
        wpp.read(without_update(files=[{"name": FILE} | good | {pinned: other}]), file)


def test_asking_what_is_newest_asks_nothing(tmp_path):
    kit = FakeKit(tmp_path, {})
    assert wpp.newest(chosen(), kit) == ""
    assert kit.asked == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"years": [2030, 2020, 10]}, "first, the last and a step"),
        ({"years": [2020, 2030]}, "years"),
        ({"grid": "ten_year"}, "grid"),
        ({"files": []}, "files"),
        ({"files": [{"name": "../x.gz"}]}, "name"),
        ({"variant": "High"}, "Unknown key 'variant'"),
    ],
)
def test_an_ask_of_another_form_is_refused(change, words):
    with pytest.raises(InvalidParams, match=words):
        chosen(**change)


def test_lines_are_never_all_in_memory(tmp_path):
    path = tmp_path / FILE
    path.write_bytes(packed(records(years=range(1950, 2101))))
    unpacked = len(gzip.decompress(path.read_bytes()))
    selection = without_update(years=[2020, 2020, 1])
    wpp.compose(selection, [path], None)
    tracemalloc.start()
    wpp.compose(selection, [path], None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < unpacked / 4


def test_the_unknown_code_reaches_the_one_who_translates(tmp_path):
    rows = records([*AREAS, ("999", "QQQ", "QQ", "Nowhere", 1)])
    raw = fetched(tmp_path, rows)
    assert "QQQ" in {row[0] for row in raw.rows}


def test_a_break_in_the_middle_is_resumed_where_it_was(tmp_path, monkeypatch):
    routes = WORLD.routes()
    good = replace(routes[0].answers[0], ranges=True)
    half = len(good.body) // 2
    routes[0].answers = [replace(good, cut=half), good]
    with Loopback(routes) as server:
        monkeypatch.setenv(wpp.SERVICE.variable, server.url)
        with downloads(WORLD.source, wpp.SERVICE, tmp_path) as kit:
            raw = wpp.fetch(chosen(), kit)
        first, second, update = server.requests
    assert sorted(raw.rows) == WORLD.rows
    assert "range" not in first.headers
    assert second.headers["range"] == f"bytes={half}-"
    assert first.headers["accept-encoding"] == "identity"
    assert update.path.endswith(UPDATE)


@pytest.mark.parametrize("pinned", ["size", "sha256", "md5"])
def test_a_file_that_is_not_the_pinned_one_is_refused(tmp_path, monkeypatch, pinned):
    other = {"size": 5, "sha256": "0" * 64, "md5": "0" * 32}[pinned]
    selection = without_update(files=[{"name": FILE, pinned: other}])
    with Loopback(WORLD.routes()) as server:
        monkeypatch.setenv(wpp.SERVICE.variable, server.url)
        kit = downloads(WORLD.source, wpp.SERVICE, tmp_path)
        with pytest.raises(ContentRejected), kit:
            wpp.fetch(selection, kit)
    assert not list(tmp_path.rglob(FILE))


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not on this machine")
def test_the_header_of_a_sister_file_begins_alike():
    header = (SAMPLES / "WPP2024_Demographic_Indicators_Medium.header.csv").read_text("utf-8-sig")
    common = HEADER[: HEADER.index("MidPeriod")]
    assert tuple(header.split(",")[: len(common)]) == common
