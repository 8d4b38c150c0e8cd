"""Figures arrive whole and checked, or nothing changes: embedded, live, from a file.

The source 'tiny' is asked of a World Bank in small; all figures are invented.
"""

import base64
import csv
import datetime
import functools
import hashlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from urllib.parse import quote, quote_plus

import pytest
from conftest import ROOT, write_source
from loopback import Answer, Loopback, Route
from test_connector_faults import Hands
from test_worldbank import FILE, METADATA, zip_of
from worlds import openalex as works
from worlds import worldbank as bank
from worlds.ilostat import WORLD as EMPLOYMENT

from techdiplomacy import acceptance, arrivals, paths
from techdiplomacy.cards import load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.errors import (
    InvalidParams,
    InvalidTable,
    SourceChanged,
    SourceUnavailable,
    TechDiplomacyError,
    UnknownCountry,
)
from techdiplomacy.params import SourceSettings, load_params
from techdiplomacy.sources.download import Downloads

POPULATION = "SP.POP.TOTL"
COLUMNS = {
    "iso3": {"to": "country", "as": "country"},
    "indicator": {"to": "indicator", "as": "text"},
    "year": {"to": "year", "as": "integer"},
    "value": {"to": "value", "as": "number"},
    "status": {"to": "publisher_status", "as": "text"},
}
HEADER = ",".join(COLUMNS) + "\n"
EDITION = (
    HEADER + f"NAM,{POPULATION},2019,70,\nVNM,{POPULATION},2018,90,\nVNM,{POPULATION},2019,95,\n"
)
LIVE = {
    "service": "worldbank",
    "ask": {"indicators": [POPULATION], "years": [2019, 2020]},
}
# iso3, iso2, values of 2019 and 2020
PEOPLE = (("NAM", "NA", 70, 71), ("VNM", "VN", 96, 97), ("WLD", "1W", 7700, 7800))
SHIFT = {"country": "DEU", "year": 2021, "reason": "A level shift of the tests."}
DAY = 86_400
TWO_DAYS = ("2023-11-14", "2023-11-15")


class Bank(Loopback):
    """The World Bank in small, with one indicator."""

    def shows(self, *people):
        """Answer with these figures from now on."""
        listed = Route(r"^/country\?", [Answer.of_json(bank.answer(bank.areas(), 1, "400"))])
        self.routes = [listed, *bank.paged(POPULATION, bank.records(POPULATION, list(people)))]


@pytest.fixture
def asked(embed, monkeypatch):
    """Return the server that source 'tiny' is asked of; the project holds an older edition."""
    offer(embed)
    with Bank() as server:
        server.shows(*PEOPLE)
        monkeypatch.setenv("WORLDBANK_BASE_URL", server.url)
        yield server


@pytest.fixture
def clock(monkeypatch):
    """Return the hands of the clock of all downloads."""
    hands = Hands()
    still = {"clock": hands.clock(), "announce": lambda words: None}
    monkeypatch.setattr(
        "techdiplomacy.sources.download.Downloads", functools.partial(Downloads, **still)
    )
    return hands


def offer(embed, rows=EDITION, live=LIVE, **changes):
    """Embed figures of source 'tiny' whose card names the World Bank."""
    embed(rows, table="indicators", columns=COLUMNS, live=live, **changes)


def fetch(origin="live", **settings):
    arrivals.fetch_source(load_card("tiny"), SourceSettings(**{"from": origin}, **settings))


def refresh(monkeypatch, clock, *, accept=""):
    """Ask the publisher anew, a day later."""
    clock.at += DAY
    with monkeypatch.context() as patched:
        patched.setenv(arrivals.REFRESH_VARIABLE, "tiny")
        patched.setenv(arrivals.ACCEPT_VARIABLE, accept)
        fetch()


def on_disk():
    """Return the raw figures and their note, as bytes."""
    return paths.raw_file("tiny").read_bytes(), paths.raw_note_file("tiny").read_bytes()


def raw_rows(columns=tuple(COLUMNS)):
    """Return the raw figures with their columns in this order, sorted."""
    rows = csv.DictReader(on_disk()[0].decode().splitlines())
    return sorted(tuple(row[name] for name in columns) for row in rows)


def note():
    return json.loads(on_disk()[1])


def nothing_written():
    return not paths.raw_file("tiny").exists() and not paths.raw_note_file("tiny").exists()


def rows_of(*people):
    """Return the raw rows that come of people, countries only."""
    return [
        (iso3, POPULATION, str(year), str(value), "")
        for iso3, _, *values in people
        for year, value in zip(bank.YEARS, values, strict=True)
        if iso3 != "WLD"
    ]


# what a card names


def test_an_unknown_service_is_named_with_what_could_be_meant(embed):
    offer(embed, live=LIVE | {"service": "worldbnak"})
    with pytest.raises(InvalidParams, match=r"'worldbnak'\. Did you mean 'worldbank'") as caught:
        fetch()
    assert caught.value.where == "data/snapshots/tiny.yaml: live"
    assert all(service in caught.value.next_step for service in arrivals.SERVICES)
    assert nothing_written()


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ({"indicator": ["X"]}, "Unknown key 'indicator'. Did you mean 'indicators'"),
        ({"years": [2019]}, "'years'"),
        ({"years": [2020, 2019]}, "2020 is after 2019"),
    ],
)
def test_a_question_of_another_form_is_refused_before_anybody_is_asked(asked, embed, ask, words):
    offer(embed, live=LIVE | {"ask": LIVE["ask"] | ask})
    with pytest.raises(InvalidParams, match=words) as caught:
        fetch()
    assert caught.value.where == "data/snapshots/tiny.yaml: live.ask"
    assert not asked.requests


def test_a_question_is_known_by_service_ask_and_columns(asked, embed):
    first = arrivals.selection_mark(load_card("tiny"))
    offer(embed, live=LIVE | {"gone": ["NAM"], "attribution": "Source: other words"})
    assert arrivals.selection_mark(load_card("tiny")) == first
    offer(embed, live=LIVE | {"ask": LIVE["ask"] | {"years": [2018, 2020]}})
    assert arrivals.selection_mark(load_card("tiny")) != first


# what params.yaml may say


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{from: file}", "a file needs path and date"),
        ("{from: file, path: own.csv}", "a file needs path and date"),
        ("{from: file, date: '2026-05-01'}", "a file needs path and date"),
        ("{from: file, path: own.csv, date: May 2026}", r"sources\.tiny.*May 2026"),
        ("{from: snapshot, path: own.csv}", "belong to 'from: file', not to 'from: snapshot'"),
        ("{from: snapshot, terms: card}", "belong to 'from: file', not to 'from: snapshot'"),
        ("{from: live, date: '2026-05-01'}", "belong to 'from: file', not to 'from: live'"),
        ("{from: files, path: a, date: '2026-05-01'}", "sources.tiny.from"),
    ],
)
def test_settings_of_a_source_that_do_not_fit_are_refused(tiny_project, entry, words):
    list_tiny(tiny_project, entry)
    with pytest.raises(InvalidParams, match=words) as caught:
        load_params()
    assert "tiny" in caught.value.what
    assert caught.value.where == "params.yaml"


def list_tiny(folder, entry):
    """Put source 'tiny' into params.yaml."""
    text = (folder / "params.yaml").read_text(encoding="utf-8")
    assert text.count("\nsources:\n") == 1
    listed = text.replace("\nsources:\n", f"\nsources:\n  tiny: {entry}\n")
    (folder / "params.yaml").write_text(listed, encoding="utf-8")


def test_a_file_with_its_date_is_understood(tiny_project):
    list_tiny(tiny_project, "{from: file, path: ../own.csv, date: '2026-05-01'}")
    settings = load_params().sources["tiny"]
    assert (settings.origin, settings.date) == ("file", "2026-05-01")
    assert arrivals.own_file(settings).resolve() == (tiny_project.parent / "own.csv").resolve()


# embedded


def test_embedded_figures_and_their_note_hold_no_clock(asked, clock):
    fetch("snapshot")
    first = on_disk()
    assert note() == {
        "source": "tiny",
        "mode": "embedded",
        "date": load_card("tiny").date_accessed,
        "rows": 3,
        "sha256": load_card("tiny").figures.sha256,
    }
    clock.at += DAY
    fetch("snapshot")
    assert on_disk() == first
    assert not asked.requests


def test_embedded_figures_come_back_after_live_ones(asked, clock):
    fetch("snapshot")
    first = on_disk()
    fetch()
    assert note()["mode"] == "downloaded"
    assert on_disk()[0] != first[0]
    fetch("snapshot")
    assert on_disk() == first


def test_a_card_without_figures_names_the_ways_to_get_them(embed):
    offer(embed, HEADER)
    with pytest.raises(SourceUnavailable, match="No figures of 'tiny' are embedded") as caught:
        fetch("snapshot")
    assert "live" in caught.value.next_step
    assert "file" in caught.value.next_step
    assert nothing_written()


# live


def test_live_figures_come_sorted_with_all_that_is_known_of_them(asked, clock):
    fetch()
    assert raw_rows() == rows_of(*PEOPLE)
    header, *lines = on_disk()[0].decode().splitlines()
    assert header == ",".join(load_card("tiny").columns)
    assert lines == sorted(lines)
    found = note()
    assert (found["mode"], found["date"], found["rows"]) == ("downloaded", TWO_DAYS[0], 4)
    assert (found["service"], found["version"]) == ("World Bank", "2026-07-13")
    assert found["sha256"] == hashlib.sha256(on_disk()[0]).hexdigest()
    assert found["facts"]["left_out"] == {"aggregates": 2, "without a value": 0}
    # another edition: counted, and its years are no reason to stop
    assert found["against"] == {
        "mode": "embedded",
        "date": load_card("tiny").date_accessed,
    }
    assert (found["added"], found["removed"], found["changed"]) == (2, 1, 1)


def test_without_an_edition_there_is_nothing_to_compare_with(asked, embed, clock):
    offer(embed, HEADER)
    fetch()
    assert raw_rows() == rows_of(*PEOPLE)
    assert not {"against", "revised", "added", "countries_gone", "difference"} & set(note())


def test_a_kept_download_is_read_again_without_asking_and_gives_the_same_bytes(
    asked, monkeypatch, clock
):
    fetch()
    first, requests = on_disk(), len(asked.requests)
    clock.at += DAY
    fetch()
    assert on_disk() == first
    for path in (paths.raw_file("tiny"), paths.raw_note_file("tiny")):
        path.unlink()
    monkeypatch.setenv(arrivals.REFRESH_VARIABLE, "another_source")
    fetch()
    assert on_disk() == first
    assert len(asked.requests) == requests


def test_a_refresh_asks_again(asked, monkeypatch, clock):
    fetch()
    requests = len(asked.requests)
    refresh(monkeypatch, clock)
    assert len(asked.requests) == 2 * requests
    assert note()["date"] == TWO_DAYS[1]
    assert note()["revised"] is False
    assert note()["difference"] == "The same values as before."
    assert raw_rows() == rows_of(*PEOPLE)


def test_values_filled_in_under_the_same_date_are_a_revision(asked, monkeypatch, clock):
    asked.shows(("NAM", "NA", 70, None), *PEOPLE[1:])
    fetch()
    version = note()["version"]
    asked.shows(("NAM", "NA", 70, 71.5), ("VNM", "VN", 96, 100), ("JPN", "JP", 126, None))
    refresh(monkeypatch, clock)
    found = note()
    assert found["version"] == version
    assert found["revised"] is True
    assert (found["added"], found["removed"], found["changed"]) == (2, 0, 1)
    assert found["against"] == {"mode": "downloaded", "date": TWO_DAYS[0]}
    assert "2020: 97 to 100" in found["difference"]
    # and it is still known when the stage runs again
    kept = on_disk()
    fetch()
    assert on_disk() == kept


@pytest.mark.parametrize("before", ["embedded", "downloaded"])
def test_a_country_that_has_vanished_stops(asked, monkeypatch, clock, before):
    fetch("snapshot" if before == "embedded" else "live")
    kept = on_disk()
    asked.shows(*PEOPLE[1:])
    with pytest.raises(
        SourceChanged, match="1 country that 'tiny' had is no longer there: NAM"
    ) as no:
        refresh(monkeypatch, clock)
    assert "gone" in no.value.next_step
    assert "make refresh SOURCE=tiny ACCEPT=fewer" in no.value.next_step
    assert on_disk() == kept


def test_a_country_listed_as_gone_may_vanish(asked, embed, clock):
    offer(embed, live=LIVE | {"gone": ["NA"]})  # in the codes of the source, whichever
    asked.shows(*PEOPLE[1:])
    fetch()
    assert {row[0] for row in raw_rows()} == {"VNM"}
    assert note()["countries_gone"] == []


def test_a_country_that_has_vanished_is_accepted_once_by_name(asked, monkeypatch, clock):
    fetch()
    asked.shows(*PEOPLE[1:])
    refresh(monkeypatch, clock, accept=acceptance.FEWER)
    assert note()["countries_gone"] == ["NAM"]
    assert (note()["revised"], note()["removed"]) == (True, 2)
    kept = on_disk()
    fetch()
    assert on_disk() == kept


def test_fewer_values_than_in_the_download_before_stop_until_accepted(asked, monkeypatch, clock):
    fetch()
    kept = on_disk()
    asked.shows(("NAM", "NA", 70, None), *PEOPLE[1:])
    with pytest.raises(SourceChanged, match=rf"fewer values than before: {POPULATION} 2020") as no:
        refresh(monkeypatch, clock)
    assert "ACCEPT=fewer" in no.value.next_step
    assert on_disk() == kept
    refresh(monkeypatch, clock, accept=acceptance.FEWER)
    assert len(raw_rows()) == 3
    assert note()["removed"] == 1


def test_another_word_accepts_nothing(asked, monkeypatch, clock):
    fetch()
    asked.shows(*PEOPLE[1:])
    with pytest.raises(SourceChanged, match="no longer there"):
        refresh(monkeypatch, clock, accept="yes")


def test_figures_that_were_refused_are_asked_for_again_by_a_refresh(asked, monkeypatch, clock):
    fetch()
    kept = on_disk()
    asked.shows(*PEOPLE[1:])
    with pytest.raises(SourceChanged):
        refresh(monkeypatch, clock)
    requests = len(asked.requests)
    # without a refresh the figures that were let in last stay in use
    fetch()
    assert on_disk() == kept
    assert len(asked.requests) == requests
    # the publisher has mended it
    asked.shows(*PEOPLE)
    refresh(monkeypatch, clock)
    assert len(asked.requests) > requests
    assert raw_rows() == rows_of(*PEOPLE)


def test_figures_that_were_refused_are_taken_up_once_they_are_accepted(asked, monkeypatch, clock):
    fetch()
    asked.shows(*PEOPLE[1:])
    with pytest.raises(SourceChanged):
        refresh(monkeypatch, clock)
    requests = len(asked.requests)
    refresh(monkeypatch, clock, accept=acceptance.FEWER)
    assert len(asked.requests) == requests
    assert raw_rows() == rows_of(*PEOPLE[1:])
    # they are of the day on which they were asked for
    assert note()["date"] == TWO_DAYS[1]


def test_what_has_come_in_is_told_in_a_line_or_two(asked, monkeypatch, clock, capsys):
    fetch()
    first, second, last = capsys.readouterr().err.splitlines()
    assert first == f"tiny: 4 rows, downloaded {TWO_DAYS[0]}"
    day_of = load_card("tiny").date_accessed
    assert second.startswith(f"  beside the embedded figures of {day_of}: 2 values more, 1 less")
    assert last == "  more in data/raw/tiny.json"
    asked.shows(("JPN", "JP", 1, 2), *PEOPLE[1:])
    refresh(monkeypatch, clock, accept=acceptance.FEWER)
    said = capsys.readouterr().err
    assert f"beside the downloaded figures of {TWO_DAYS[0]}: " in said
    assert "\n  countries gone: NAM\n  new: JPN\n" in said
    fetch("snapshot")
    assert capsys.readouterr().err == ""


def test_a_card_with_other_columns_is_not_compared_with_the_figures_before(
    asked, embed, monkeypatch, clock
):
    offer(embed, HEADER)
    fetch()
    (accepted,) = paths.accepted_folder().glob("tiny.downloaded.*.csv")
    accepted.write_bytes(accepted.read_bytes().replace(b"status", b"flag", 1))
    refresh(monkeypatch, clock)
    assert "against" not in note()
    refresh(monkeypatch, clock)
    assert note()["against"]["mode"] == "downloaded"


def test_a_failure_leaves_figures_and_note_of_before_as_they_are(asked, monkeypatch, clock):
    fetch()
    kept = on_disk()
    faults = {
        "unknown": lambda: asked.shows(("QQQ", "QQ", 1, 2), *PEOPLE),
        "no rows": lambda: asked.shows(("NAM", "NA", None, None)),
        "another column": lambda: asked.add(*bank.renamed()[:3]),
        "no answer": lambda: asked.add(Route("^/country", [Answer(status=404)])),
        "a page of HTML": lambda: asked.add(Route("^/country", [Answer(b"<html>no</html>")])),
    }
    for name, spoil in faults.items():
        asked.shows(*PEOPLE)
        spoil()
        with pytest.raises(TechDiplomacyError) as caught:
            refresh(monkeypatch, clock)
        assert caught.value.next_step, name
        assert on_disk() == kept, name


def employ(embed, monkeypatch, **live):
    """Fetch employment, whose card has level shifts in years that the small world does not have."""
    real = json.loads(load_card_of_the_project("ilostat_employment"))
    embed(
        ",".join(real["columns"]) + "\n",
        **{name: real[name] for name in ("table", "columns", "level_shifts")},
        live={"service": "ilostat", "ask": EMPLOYMENT.ask, **live},
    )
    with Loopback(EMPLOYMENT.routes()) as server:
        monkeypatch.setenv("ILOSTAT_BASE_URL", server.url)
        fetch()


def test_a_level_shift_that_meets_no_row_is_counted_and_told(embed, monkeypatch, clock, capsys):
    # what was asked for may be less than what is embedded
    employ(embed, monkeypatch)
    left_out = note()["level_shifts_left_out"]
    assert 0 < left_out < len(load_card("tiny").level_shifts)
    assert f"level shifts of the card that meet no row: {left_out}\n" in capsys.readouterr().err


def test_the_service_may_have_level_shifts_of_its_own(embed, monkeypatch, clock, capsys):
    employ(embed, monkeypatch, level_shifts=[SHIFT])
    assert note()["rows"] == len(EMPLOYMENT.rows)
    assert note()["level_shifts_left_out"] == 0
    assert "level shifts" not in capsys.readouterr().err
    employ(embed, monkeypatch, level_shifts=[SHIFT, SHIFT | {"year": 1999}])
    assert note()["level_shifts_left_out"] == 1


def load_card_of_the_project(source):
    """Return a real card as JSON."""
    from techdiplomacy.cards import Card
    from techdiplomacy.files import read_yaml

    path = ROOT / "data" / "snapshots" / f"{source}.yaml"
    card = parse_settings(Card, read_yaml(path), where=path.name)
    return card.model_dump_json(by_alias=True)


# a file of the researcher

HEAD = "economy,technology_field,year,families"
OWN = {"path": "own.csv", "date": "2026-05-01"}


@pytest.fixture
def own(tiny_project):
    """Return a function that writes own.csv beside the project's folders."""

    def write(*rows, header=HEAD):
        path = tiny_project / "own.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return write


def test_a_file_in_the_layout_of_the_card_becomes_raw_figures(own):
    path = own("Vietnam,optics,2020,5", "NA,optics,2020,1.50")
    fetch("file", **OWN)
    assert raw_rows(HEAD.split(",")) == [
        ("NA", "optics", "2020", "1.5"),
        ("Vietnam", "optics", "2020", "5"),
    ]
    found = note()
    assert (found["mode"], found["date"], found["rows"]) == ("file", "2026-05-01", 2)
    assert found["file"] == "own.csv"
    assert found["file_sha256"] == hashlib.sha256(b"own.csv" + path.read_bytes()).hexdigest()
    assert found["facts"]["layout"] == "columns of the card"
    assert str(path.parent) not in on_disk()[1].decode()
    # its terms are its owner's, unless params.yaml says that those of the card hold
    assert found["terms"] == "own"
    # a file covers what its owner chose: what it lacks is said
    assert found["countries_gone"] == ["JPN"]
    assert path.read_text(encoding="utf-8").count("\n") == 3


def test_a_file_may_come_under_the_terms_of_the_card(own):
    own("Vietnam,optics,2020,5")
    fetch("file", **OWN, terms="card")
    assert note()["terms"] == "card"


def test_the_order_of_rows_and_columns_in_a_file_does_not_matter(own):
    own("Vietnam,optics,2020,5", "Japan,optics,2020,6")
    fetch("file", **OWN)
    first = on_disk()[0]
    own(
        "2020,6,Japan,optics",
        "2020,5,Vietnam,optics",
        header="year,families,economy,technology_field",
    )
    fetch("file", **OWN)
    assert on_disk()[0] == first


def test_a_changed_file_is_compared_with_the_one_before(own):
    own("Vietnam,optics,2019,4", "Vietnam,optics,2020,5")
    fetch("file", **OWN)
    first = on_disk()
    fetch("file", **OWN)
    assert on_disk() == first
    own("Vietnam,optics,2020,6", "Vietnam,optics,2021,7")
    fetch("file", path="own.csv", date="2026-06-01")
    found = note()
    assert (found["added"], found["removed"], found["changed"]) == (1, 1, 1)
    assert found["against"] == {"mode": "file", "date": "2026-05-01"}
    assert found["file_sha256"] != json.loads(first[1])["file_sha256"]


@pytest.mark.parametrize(
    ("row", "error", "words"),
    [
        ("Atlantis,optics,2020,5", UnknownCountry, "Atlantis"),
        ("Vietnam,optics,2019,5", InvalidTable, "repeat a key"),
        ("Vietnam,optics,2020,many", InvalidTable, "row 3, families: 'many'"),
        ("Vietnam,optics,2020,-5", InvalidTable, "patent_families"),
    ],
)
@pytest.mark.parametrize("before", [False, True])
def test_a_file_that_cannot_be_cleaned_changes_nothing(own, row, error, words, before):
    if before:
        own("Vietnam,optics,2019,3")
        fetch("file", **OWN)
    kept = on_disk() if before else None
    own("Vietnam,optics,2019,4", row)
    with pytest.raises(error, match=words):
        fetch("file", **OWN)
    assert on_disk() == kept if before else nothing_written()


def test_a_missing_file_is_named_and_nothing_is_taken_instead(own):
    own("Vietnam,optics,2019,4")
    with pytest.raises(SourceUnavailable, match=r"owm\.csv") as caught:
        fetch("file", path="owm.csv", date="2026-05-01")
    assert caught.value.next_step
    assert nothing_written()


def test_a_file_with_foreign_columns_needs_a_service_that_reads_it(own):
    own("1,2,3", header="a,b,c")
    with pytest.raises(TechDiplomacyError, match="columns of 'tiny'") as caught:
        fetch("file", **OWN)
    assert "economy" in caught.value.next_step
    assert nothing_written()


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ("Atlantis,optics,2020,5", "own.csv (economy)"),
        ("Vietnam,optics,2019,5", "own.csv"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_of_the_file(own, row, where):
    own("Vietnam,optics,2019,4", row)
    with pytest.raises(TechDiplomacyError) as caught:
        fetch("file", **OWN)
    assert caught.value.where == where
    assert f"where: {where}\n" in str(caught.value)
    assert nothing_written()


@pytest.mark.parametrize("days", [1, 400])
def test_a_date_in_the_future_is_refused(own, days):
    own("Vietnam,optics,2020,5")
    today = datetime.datetime.now(datetime.UTC).date()
    later = (today + datetime.timedelta(days)).isoformat()
    with pytest.raises(SourceUnavailable, match=f"{later} lies in the future") as caught:
        fetch("file", path="own.csv", date=later)
    assert caught.value.where == "params.yaml: sources.tiny.date"
    assert nothing_written()
    fetch("file", path="own.csv", date=today.isoformat())


@pytest.mark.parametrize("path", ["data/own.csv", "reports/../data/raw/own.csv"])
def test_a_file_that_runs_could_rewrite_is_refused(own, tiny_project, path):
    for folder in ("reports", "data/raw"):
        (tiny_project / folder).mkdir(exist_ok=True)
    written = own("Vietnam,optics,2020,5").read_bytes()
    (tiny_project / path).resolve().write_bytes(written)
    with pytest.raises(SourceUnavailable, match="in the project's folder data") as caught:
        fetch("file", path=path, date="2026-05-01")
    assert caught.value.where == "params.yaml: sources.tiny.path"
    assert (tiny_project / path).resolve().read_bytes() == written
    assert nothing_written()


def test_the_publishers_own_file_is_read_as_a_live_answer_is(asked, embed, tiny_project):
    offer(embed, HEADER)
    path = tiny_project / "API_SP.POP.TOTL.zip"
    path.write_bytes(zip_of())
    fetch("file", path=path.name, date="2026-07-13")
    assert raw_rows() == [
        ("BHS", POPULATION, "2019", "2.5", ""),
        ("NAM", POPULATION, "2019", "7", ""),
        ("NAM", POPULATION, "2020", "8", ""),
    ]
    assert (note()["mode"], note()["file"]) == ("file", path.name)
    assert not asked.requests


def test_a_folder_of_the_publishers_files_is_known_by_all_that_is_in_it(embed, tiny_project):
    offer(embed, HEADER)
    folder = tiny_project / "bank"
    folder.mkdir()
    (folder / "API_SP.POP.TOTL.csv").write_text(FILE, encoding="utf-8")
    (folder / "Metadata_Country_x.csv").write_text(METADATA, encoding="utf-8")
    fetch("file", path="bank", date="2026-07-13")
    first = note()
    assert (first["rows"], first["file"]) == (3, "bank")
    (folder / "API_SP.POP.TOTL.csv").write_text(FILE.replace('"7"', '"9"'), encoding="utf-8")
    fetch("file", path="bank", date="2026-07-13")
    assert note()["file_sha256"] != first["file_sha256"]
    assert note()["changed"] == 1


# whole processes


def start(folder, server, *, refreshed=False, variable="WORLDBANK_BASE_URL", **more):
    """Start the fetch stage of source 'tiny' as the pipeline does."""
    environment = {**os.environ, variable: server.url, **more}
    if refreshed:
        environment[arrivals.REFRESH_VARIABLE] = "tiny"
    return subprocess.Popen(
        [sys.executable, str(ROOT / "pipelines" / "fetch_source.py"), "tiny"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Held:
    """An answer that tells when it is asked for, and waits until it may go on."""

    def __init__(self, good, first):
        self.asked, self.go_on = threading.Event(), threading.Event()
        self.answers = [first, good]

    def __call__(self, seen):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not self.asked.is_set():
            self.asked.set()
            self.go_on.wait(30)
        return answer


def figures_of(server):
    """Return the route of the only page of figures, and its answer."""
    server.shows(*PEOPLE[:2])
    route = server.routes[-1]
    return route, route.answers[0]


def test_a_fetch_that_is_killed_leaves_the_old_figures_and_the_next_goes_on(asked, tiny_project):
    list_tiny(tiny_project, "{from: live}")
    fetch("snapshot")
    kept = on_disk()
    route, good = figures_of(asked)
    held = Held(good, replace(good, drip=(10, 0.2)))
    route.answers = [held]
    process = start(tiny_project, asked)
    assert held.asked.wait(30)
    held.go_on.set()
    kept_in = paths.downloads_folder("tiny")
    wait_for(lambda: any(kept_in.rglob(f"{POPULATION}_1.json.part")))
    process.kill()
    process.communicate()
    assert process.returncode == -9
    assert on_disk() == kept
    again = start(tiny_project, asked)
    said = again.communicate(timeout=60)[1]
    assert again.returncode == 0, said
    assert "going on with the download" in said
    assert raw_rows() == rows_of(*PEOPLE)
    assert note()["mode"] == "downloaded"
    # the list of areas was whole: it was not asked for twice
    assert [path.endswith("/country") for path in asked.paths()].count(True) == 1
    assert not list(tiny_project.rglob("*.part*"))
    assert not list((tiny_project / "data" / "raw").glob(".*"))


def wait_for(condition):
    """Wait until something has happened in another process."""
    pause = threading.Event()
    for _ in range(2000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen")


def test_of_two_fetches_at_once_one_is_told_of_the_other(asked, tiny_project):
    list_tiny(tiny_project, "{from: live}")
    route, good = figures_of(asked)
    held = Held(good, good)
    route.answers = [held]
    first = start(tiny_project, asked)
    try:
        assert held.asked.wait(30)
        second = start(tiny_project, asked)
        said = second.communicate(timeout=60)[1]
        assert second.returncode == 1
        assert "Another fetch of tiny is running" in said
        assert "Traceback" not in said
        assert nothing_written()
    finally:
        held.go_on.set()
        said = first.communicate(timeout=60)[1]
    assert first.returncode == 0, said
    assert raw_rows() == rows_of(*PEOPLE)


KEY = "planted/9876543210+key"
SPELLINGS = [
    *(KEY, quote(KEY, safe=""), quote(KEY), quote_plus(KEY), json.dumps(KEY)[1:-1]),
    base64.b64encode(KEY.encode()).decode().rstrip("="),
]
SAYS_IT = Answer(
    f'{{"error": "bad request", "you sent": "Bearer {KEY}", "api_key": "{KEY}"}}'.encode(),
    400,
    {"X-Echo": KEY},
    "application/json",
)


def files_with_key(folder):
    """Return the files below a folder that hold the planted key, however spelt."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert files
    return [
        path
        for path in files
        if any(form.encode() in path.read_bytes() + path.name.encode() for form in SPELLINGS)
    ]


@pytest.mark.parametrize("answer", ["good", "repeats the key", "repeats the key with 200"])
def test_a_planted_key_is_found_nowhere(tiny_project, answer):
    list_tiny(tiny_project, "{from: live}")
    real = json.loads(load_card_of_the_project("openalex_coauthorship"))
    write_source(
        tiny_project,
        ",".join(real["columns"]) + "\n",
        table=real["table"],
        columns=real["columns"],
        live={"service": "openalex", "ask": works.WORLD.ask},
    )
    with Loopback(works.routes()) as server:
        if answer != "good":
            status = 200 if answer.endswith("200") else 400
            server.add(Route(works.FIGURES, [replace(SAYS_IT, status=status)]))
        process = start(tiny_project, server, variable="OPENALEX_BASE_URL", OPENALEX_API_KEY=KEY)
        said = "".join(process.communicate(timeout=120))
    assert (process.returncode == 0) is (answer == "good"), said
    # it was sent, and where nobody keeps it
    assert all(seen.headers["authorization"] == f"Bearer {KEY}" for seen in server.requests)
    assert not any(KEY in str(seen.query) for seen in server.requests)
    assert files_with_key(tiny_project) == []
    (tiny_project / "said.txt").write_text(said, encoding="utf-8")
    assert files_with_key(tiny_project) == []
    # the search finds what is there
    (tiny_project / "data" / "planted.txt").write_text(f"x{KEY}y", encoding="utf-8")
    assert [path.name for path in files_with_key(tiny_project)] == ["planted.txt"]
    if answer == "good":
        assert paths.raw_file("tiny").is_file()
        assert list(paths.downloads_folder("tiny").glob("*.meta.json"))
    else:
        assert "what to do:" in said
        assert nothing_written()
