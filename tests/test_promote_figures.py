"""A live fetch becomes the embedded figures, after its difference was shown; figures invented."""

import functools
import gzip
import hashlib
import importlib

import pytest
from conftest import CARD, ROOT
from loopback import Loopback
from ruamel.yaml import YAML
from test_arrivals import (
    EDITION,
    HEADER,
    LIVE,
    PEOPLE,
    POPULATION,
    SHIFT,
    Bank,
    employ,
    fetch,
    offer,
    raw_rows,
)
from test_connector_faults import Hands
from worlds.ror import WORLD as REGISTER

from techdiplomacy import acceptance, arrivals, paths
from techdiplomacy.cards import load_card
from techdiplomacy.clean import clean_source, read_raw
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import LicenceForbids, SourceChanged, SourceUnavailable
from techdiplomacy.sources.base import read_snapshot
from techdiplomacy.sources.download import Downloads

WORDS = {
    "producer": "the World Bank in small",
    "citation": "The World Bank in small (2026).",
    "attribution": "Source: the World Bank in small, CC0",
    "caveats": ["All figures are invented."],
}


@pytest.fixture
def promote(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("promote_figures")


@pytest.fixture
def fetched(embed, monkeypatch):
    """Return a function that lets live figures in beside those of an older edition."""
    still = {"clock": Hands().clock(), "announce": lambda words: None}
    monkeypatch.setattr(
        "techdiplomacy.sources.download.Downloads", functools.partial(Downloads, **still)
    )

    def fetched_as(rows=EDITION, people=PEOPLE, **changes):
        offer(embed, rows, LIVE | WORDS, **changes)
        with Bank() as server:
            server.shows(*people)
            monkeypatch.setenv("WORLDBANK_BASE_URL", server.url)
            fetch()

    return fetched_as


def run(promote, monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["promote_figures.py", *arguments])
    promote.main()


def contents(folder):
    """Return the bytes of every file of a project folder."""
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def terms(**changes):
    return CARD["licence"] | changes


@pytest.mark.parametrize("term", ["share", "adapt"])
@pytest.mark.parametrize("value", ["share_alike", "forbidden"])
def test_figures_that_may_not_be_passed_on_stay_on_this_machine(
    promote, fetched, tiny_project, monkeypatch, capsys, term, value
):
    fetched(licence=terms(name="CC BY-SA", **{term: value}))
    before = contents(tiny_project)
    with pytest.raises(LicenceForbids, match="stay on this machine: CC BY-SA") as caught:
        promote.promotable_note(load_card("tiny"))
    assert value in caught.value.what
    with pytest.raises(SystemExit) as ended:
        run(promote, monkeypatch, "tiny", "--write")
    assert ended.value.code == 1
    shown = capsys.readouterr()
    assert "\nLicenceForbids: " in shown.err
    assert shown.out == ""
    assert contents(tiny_project) == before


@pytest.mark.parametrize("origin", [None, "snapshot", "file"])
def test_only_what_was_downloaded_is_embedded(promote, embed, tiny_project, origin):
    offer(embed)
    if origin == "snapshot":
        fetch("snapshot")
    if origin == "file":
        (tiny_project / "own.csv").write_text(EDITION, encoding="utf-8")
        fetch("file", path="own.csv", date="2026-05-01")
    words = {None: "not there", "snapshot": "embedded", "file": "file"}[origin]
    with pytest.raises(SourceUnavailable, match=f"are {words}, not downloaded") as caught:
        promote.promotable_note(load_card("tiny"))
    assert "make refresh SOURCE=tiny" in caught.value.next_step


def test_the_difference_is_shown_by_year_and_country_and_nothing_is_written(
    promote, fetched, tiny_project, monkeypatch, capsys
):
    fetched()
    before = contents(tiny_project)
    run(promote, monkeypatch, "tiny")
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "tiny: 3 rows embedded, 4 fetched"
    assert lines[1].startswith("2 values more, 1 less, 1 changed; largest change 1.1 %")
    at = lines.index("year values now sum now differ")
    assert lines[at + 1 : at + 4] == ["2018 1 0 90 0 1", "2019 2 2 165 166 1", "2020 0 2 0 168 2"]
    at = lines.index("country values now sum now differ")
    assert lines[at + 1 : at + 3] == ["VNM 2 2 185 193 3", "NAM 1 2 70 141 1"]
    assert lines[-1].startswith("Nothing was written.")
    assert contents(tiny_project) == before


def test_of_countries_those_that_differ_most_are_shown(promote, fetched, monkeypatch):
    fetched()
    monkeypatch.setattr(promote, "COUNTRIES_SHOWN", 1)
    assert promote.differences(load_card("tiny"))[-1] == "... and 1 more that differ less"


def test_a_source_without_embedded_figures_is_compared_with_nothing(promote, fetched):
    fetched(HEADER)
    told = promote.differences(load_card("tiny"))
    assert told[0] == "tiny: 0 rows embedded, 4 fetched"
    assert told[1].startswith("4 values more, none less")


def test_promoted_figures_are_the_embedded_ones_with_a_card_that_fits(
    promote, fetched, tiny_project, monkeypatch, capsys
):
    people = (("NAM", "NA", 71, 70), PEOPLE[1])  # by year, not by value
    fetched(people=people)
    rows, before = raw_rows(), contents(tiny_project)
    run(promote, monkeypatch, "tiny", "--write")
    said = capsys.readouterr().out
    assert "Embedded: " in said
    assert said.endswith(
        "\nRead by hand: title, coverage.missing, coverage.complete_to, level_shifts, caveats.\n"
    )
    after = contents(tiny_project)
    changed = {path.name for path in after if after[path] != before.get(path)}
    assert changed == {"tiny.csv.gz", "tiny.yaml"}
    assert set(after) == set(before)

    card, packed = load_card("tiny"), paths.snapshot_file("tiny").read_bytes()
    assert card.figures.sha256 == hashlib.sha256(packed).hexdigest()
    assert (card.figures.bytes, card.figures.rows) == (len(packed), 4)
    assert packed[4:8] == b"\0\0\0\0"  # no clock
    header, *lines = gzip.decompress(packed).decode().splitlines()
    assert header.split(",") == list(card.columns)
    # sorted by the declared key: country, indicator, year
    found = [dict(zip(card.columns, line.split(","), strict=True)) for line in lines]
    key = [(row["iso3"], row["indicator"], int(row["year"])) for row in found]
    assert key == sorted(key)

    assert (card.date_accessed, card.date_published) == ("2023-11-14", "not stated")
    assert card.coverage.years == [2019, 2020]
    assert card.coverage.economies == 2
    assert "World Bank on 2023-11-14 (state of the publisher: 2026-07-13)" in card.how_obtained
    assert "4 rows" in card.how_obtained
    assert "tools/promote_figures.py" in card.how_obtained
    assert {name: getattr(card, name) for name in WORDS} == WORDS
    assert card.trimmed == ["Nothing left out of what was asked for."]
    # what a person wrote about the rest stays
    assert card.title == CARD["title"]
    assert card.licence.model_dump() == CARD["licence"]
    assert card.live.model_dump(include=set(LIVE)) == LIVE

    fetch("snapshot")
    assert (
        raw_rows()
        == rows
        == [
            (iso3, POPULATION, str(year), str(value), "")
            for iso3, _, *values in people
            for year, value in zip((2019, 2020), values, strict=True)
        ]
    )


def test_words_that_live_does_not_give_stay_those_of_the_card(promote, fetched, embed):
    fetched()
    offer(embed, EDITION, LIVE | {"attribution": "Source: the bank"})
    card = load_card("tiny")
    promote.promote(card, promote.promotable_note(card))
    assert load_card("tiny").attribution == "Source: the bank"
    assert (load_card("tiny").producer, load_card("tiny").caveats) == (CARD["producer"], [])


def test_the_same_fetch_gives_the_same_bytes(promote, fetched, embed):
    made = []
    for rows in (EDITION, HEADER):
        fetched(rows)
        card = load_card("tiny")
        size = promote.promote(card, promote.promotable_note(card))
        made.append(contents(paths.snapshot_file("tiny").parent))
        assert size == paths.snapshot_file("tiny").stat().st_size
    assert made[0] == made[1]
    promote.promote(load_card("tiny"), promote.promotable_note(load_card("tiny")))
    assert contents(paths.snapshot_file("tiny").parent) == made[0]


def test_more_than_the_repository_holds_is_refused(promote, fetched, tiny_project, monkeypatch):
    fetched()
    card = load_card("tiny")
    (tiny_project / "data" / "snapshots" / "other.csv.gz").write_bytes(b"x" * 990)
    before = contents(tiny_project)
    monkeypatch.setattr(promote, "LARGEST_TOTAL_BYTES", 1000)
    with pytest.raises(SourceUnavailable, match="1,000 is the most") as caught:
        promote.promote(card, promote.promotable_note(card))
    assert "live: ask" in caught.value.next_step
    assert contents(tiny_project) == before
    # its own figures of before do not count
    monkeypatch.setattr(promote, "LARGEST_TOTAL_BYTES", 2000)
    size = promote.promote(load_card("tiny"), promote.promotable_note(card))
    monkeypatch.setattr(promote, "LARGEST_TOTAL_BYTES", 990 + size)
    assert promote.promote(load_card("tiny"), promote.promotable_note(card)) == size


def test_a_card_that_no_longer_fits_is_found_before_anything_is_written(
    promote, fetched, embed, tiny_project
):
    fetched()
    wrong = {"where": {"status": "X"}, "action": "drop", "reason": "x", "expect_rows": 1}
    offer(embed, EDITION, LIVE, corrections=[wrong | {"status": "reported"}])
    card, before = load_card("tiny"), contents(tiny_project)
    with pytest.raises(SourceChanged, match="expects 1 rows"):
        promote.promote(card, promote.promotable_note(card))
    assert contents(tiny_project) == before


def test_a_list_without_years_keeps_the_years_of_its_card(promote, fetched, embed, monkeypatch):
    path = ROOT / "data" / "snapshots" / f"{REGISTER.source}.yaml"
    real = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    embed(
        ",".join(real["columns"]) + "\n",
        table=real["table"],
        columns=real["columns"],
        live={"service": "ror", "ask": REGISTER.ask},
    )
    with Loopback(REGISTER.routes()) as server:
        monkeypatch.setenv("ROR_BASE_URL", server.url)
        fetch()
    card = load_card("tiny")
    assert promote.differences(card)
    promote.promote(card, promote.promotable_note(card))
    assert load_card("tiny").coverage.years == CARD["coverage"]["years"]
    assert read_snapshot(load_card("tiny")).count(b"\n") == len(REGISTER.rows) + 1


def test_the_level_shifts_of_the_service_go_with_its_figures(promote, fetched, embed, monkeypatch):
    employ(embed, monkeypatch, level_shifts=[SHIFT])
    card = load_card("tiny")
    promote.promote(card, promote.promotable_note(card))
    (shift,) = load_card("tiny").level_shifts
    assert shift == card.live.level_shifts[0]
    fetch("snapshot")
    raw = read_raw(paths.raw_file("tiny"), load_card("tiny"))
    frame = clean_source(raw, load_card("tiny"), load_countries()).frame
    assert set(frame["level_shift"].dropna()) == {SHIFT["reason"]}


def test_an_unknown_source_is_a_message(promote, tiny_project, monkeypatch, capsys):
    with pytest.raises(SystemExit) as ended:
        run(promote, monkeypatch, "tinny")
    assert ended.value.code == 1
    assert "Did you mean 'tiny'" in capsys.readouterr().err


# what has gone


def written(promote, monkeypatch, capsys, *options):
    """Promote from the command line; return what it says when it refuses, or nothing."""
    folder = paths.snapshot_file("tiny").parent
    before = contents(folder)
    code = 0
    try:
        run(promote, monkeypatch, "tiny", "--write", *options)
    except SystemExit as ended:
        code = ended.code
    # it writes or refuses
    assert (contents(folder) == before) is (code == 1)
    return capsys.readouterr().err if code else ""


def test_countries_that_have_gone_are_embedded_only_if_told_so(
    promote, fetched, monkeypatch, capsys
):
    monkeypatch.setenv(arrivals.ACCEPT_VARIABLE, acceptance.FEWER)
    fetched(people=PEOPLE[1:])
    assert "SourceChanged: " in (said := written(promote, monkeypatch, capsys))
    assert "countries have gone: NAM;" in said
    assert "python tools/promote_figures.py tiny --write --fewer" in said
    assert written(promote, monkeypatch, capsys, "--fewer") == ""
    assert {row[0] for row in raw_rows()} == {"VNM"}


def test_countries_that_an_earlier_download_had_lost_are_gone_too(
    promote, fetched, monkeypatch, capsys
):
    # the download before has them no longer, the embedded figures have
    monkeypatch.setenv(arrivals.ACCEPT_VARIABLE, acceptance.FEWER)
    fetched(people=PEOPLE[1:])
    monkeypatch.setenv(arrivals.REFRESH_VARIABLE, "tiny")
    monkeypatch.delenv(arrivals.ACCEPT_VARIABLE)
    fetched(people=(("VNM", "VN", 96, 98), PEOPLE[2]))
    assert promote.promotable_note(load_card("tiny"))["countries_gone"] == []
    assert "countries have gone: NAM;" in written(promote, monkeypatch, capsys)


@pytest.mark.parametrize(("years", "refused"), [((2017, 2018), False), ((2016, 2018), True)])
def test_values_of_which_most_have_gone_are_embedded_only_if_told_so(
    promote, fetched, monkeypatch, capsys, years, refused
):
    # two of four, three of five
    gone = "".join(f"VNM,{POPULATION},{year},90,\n" for year in range(years[0], years[1] + 1))
    kept = f"NAM,{POPULATION},2019,70,\n"
    fetched(HEADER + kept + gone + f"VNM,{POPULATION},2019,95,\n")
    said = written(promote, monkeypatch, capsys)
    assert bool(said) is refused
    if refused:
        assert "3 of 5 values have gone." in said
        assert written(promote, monkeypatch, capsys, "--fewer") == ""


def test_level_shifts_that_the_new_figures_do_not_meet_stop_before_anything_is_written(
    promote, embed, monkeypatch
):
    # the fetch counts them only; embedded figures have to meet each of them
    employ(embed, monkeypatch, level_shifts=[SHIFT, SHIFT | {"year": 1999}])
    card, before = load_card("tiny"), contents(paths.snapshot_file("tiny").parent)
    with pytest.raises(SourceChanged, match=r"\(DEU, 1999\) meets no row"):
        promote.promote(card, promote.promotable_note(card))
    assert contents(paths.snapshot_file("tiny").parent) == before
