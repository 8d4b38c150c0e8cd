"""Each embedded source has a card, and the card says what is in the file."""

import hashlib
import re

import pandas as pd
import pytest
from conftest import CARD

from techdiplomacy import arrivals
from techdiplomacy.cards import ONLY_FILES, Coverage, load_card, source_line
from techdiplomacy.checks import parse_settings
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidParams, TechDiplomacyError
from techdiplomacy.paths import card_file, project_root, snapshot_file
from techdiplomacy.tables import read_csv
from techdiplomacy.texts import LANGUAGES, day

SNAPSHOTS = project_root() / "data" / "snapshots"
CARDS = sorted(path.stem for path in SNAPSHOTS.glob("*.yaml"))
SOURCES = [source for source in CARDS if load_card(source).embedded]
OWN_FILE = ("own_patents", "")
OFFERED = [source for source in CARDS if source not in SOURCES]


def raw_column(card, name):
    return next((raw for raw, reading in card.columns.items() if reading.to == name), None)


def test_every_snapshot_has_a_card_and_every_card_a_snapshot():
    assert SOURCES
    assert sorted(path.name for path in SNAPSHOTS.glob("*.csv.gz")) == [
        f"{source}.csv.gz" for source in CARDS
    ]


def test_snapshots_are_small_enough_for_the_repository():
    assert sum(path.stat().st_size for path in SNAPSHOTS.glob("*.csv.gz")) <= 12_000_000


@pytest.mark.parametrize("source", CARDS)
def test_card_states_hash_size_and_rows_of_its_file(source):
    figures, content = load_card(source).figures, snapshot_file(source).read_bytes()
    assert figures.sha256 == hashlib.sha256(content).hexdigest()
    assert figures.bytes == len(content)
    assert figures.rows == len(read_csv(snapshot_file(source), may_be_empty=True, dtype="str"))


@pytest.mark.parametrize("source", CARDS)
def test_card_reads_every_column_into_a_declared_one(source):
    card = load_card(source)
    table = declared(card.table)
    assert table.step == "clean"
    header = read_csv(snapshot_file(source), may_be_empty=True, dtype="str", nrows=1).columns
    assert list(card.columns) == list(header)
    read_into = [reading.to for reading in card.columns.values()]
    assert sorted(read_into) == sorted(set(table.column_names()) - {"level_shift"})
    kinds = {column.name: column.kind for column in table.columns}
    assert {reading.to: reading.read_as for reading in card.columns.values()} == {
        name: kinds[name] for name in read_into
    }


@pytest.mark.parametrize("source", SOURCES)
def test_snapshot_is_sorted_by_the_declared_key(source):
    card = load_card(source)
    integers = [raw for raw, reading in card.columns.items() if reading.read_as == "integer"]
    rows = read_csv(snapshot_file(source), dtype="str")
    rows[integers] = rows[integers].apply(pd.to_numeric)
    key = [raw_column(card, name) for name in declared(card.table).key]
    assert not rows.duplicated(key).any()
    assert rows[key].equals(rows[key].sort_values(key, ignore_index=True))


@pytest.mark.parametrize("source", SOURCES)
def test_coverage_is_that_of_the_file(source):
    card = load_card(source)
    rows = read_csv(snapshot_file(source), dtype="str")
    known = load_countries()
    spellings = set()
    for raw, reading in card.columns.items():
        if reading.read_as == "country":
            known.translate(rows[raw], where=source)
            spellings |= set(rows[raw]) - known.aggregates
    codes = {known.code(spelling) for spelling in spellings}
    # a list of what projects belong to names no country
    lists_countries = "country" in declared(card.table).column_names()
    assert not lists_countries or card.coverage.economies == len(codes)
    year = raw_column(card, "year")
    if year is not None:
        years = rows[year].dropna().astype(int)
        assert card.coverage.years == [years.min(), years.max()]
    has_vietnam = "VNM" in codes or not lists_countries
    assert has_vietnam or any("Vietnam" in entry for entry in card.coverage.missing)


@pytest.mark.parametrize("source", SOURCES)
def test_level_shifts_and_corrections_meet_rows_of_the_file(source):
    card = load_card(source)
    rows = read_csv(snapshot_file(source), dtype="str")
    known = load_countries()
    if card.level_shifts:
        country = rows[raw_column(card, "country")].map(known.codes)
        for shift in card.level_shifts:
            met = (country == shift.country) & (rows[raw_column(card, "year")] == str(shift.year))
            for name, value in shift.where.items():
                met &= rows[raw_column(card, name)] == str(value)
            assert met.any(), shift
    for correction in card.corrections:
        met = pd.Series(True, index=rows.index)
        for raw, value in correction.where.items():
            met &= rows[raw] == str(value)
        assert met.sum() == correction.expect_rows, correction


@pytest.mark.parametrize("source", [card for card in CARDS if load_card(card).live])
def test_what_a_live_service_is_asked_is_of_its_form(source):
    service, selection = arrivals.connector(load_card(source))
    assert service.SERVICE.base_url.startswith("https://") or not service.SERVICE.base_url
    assert type(selection) is service.Selection


@pytest.mark.parametrize("source", OFFERED)
def test_a_source_that_is_only_offered_says_why_and_on_which_terms(source):
    card = load_card(source)
    assert card.attribution.startswith("Source: ")
    # of a file of one's own only its owner knows the terms
    assert card.licence.url.startswith("https://") or (source, card.licence.url) == OWN_FILE
    assert card.trimmed
    assert card.caveats
    assert len(card.how_obtained) > 40


@pytest.mark.parametrize("source", SOURCES)
def test_card_names_its_terms_and_where_the_figures_come_from(source):
    card = load_card(source)
    assert card.attribution.startswith("Source: ")
    for words in (card.citation, card.licence.name, card.unit, card.coverage.year_means):
        assert words
    assert {card.licence.share, card.licence.commercial, card.licence.adapt} <= {"allowed"}
    assert card.licence.url.startswith("https://")
    promoted = "tools/promote_figures.py" in card.how_obtained
    assert promoted or "tools/extract_figures.py" in card.how_obtained
    # what the project compiled itself names a page in each row
    compiled = card.kind == "compiled" and any(
        raw.startswith("evidence_url") for raw in card.columns
    )
    downloaded = promoted and re.search(r"from the service of .+ on \d{4}-", card.how_obtained)
    of_a_state = re.search(r"commit [0-9a-f]{40}|package \w+ [\d.]+", card.how_obtained)
    assert compiled or downloaded or of_a_state
    assert card.trimmed
    assert card.caveats


@pytest.mark.parametrize("source", SOURCES)
def test_card_opens_with_a_comment_and_names_no_folder_of_a_machine(source):
    text = card_file(source).read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert not re.search(r"(^|[\s'\"(])/\w|[A-Z]:\\|\.\./|~/", text)


@pytest.mark.parametrize("source", SOURCES)
def test_the_year_kind_agrees_with_what_the_year_is_said_to_mean(source):
    coverage = load_card(source).coverage
    words = {
        "grant": "grant",
        "publication": "publication",
        "priority": "priority",
        "filing": "fil",
        "calendar": r"calendar|population on 1 July",
        "event": "year of",
    }
    found = {kind for kind, word in words.items() if re.search(rf"\b({word})", coverage.year_means)}
    # 'the year of' may stand in any of them
    assert coverage.year_kind in found
    assert found - {"event"} <= {coverage.year_kind}


@pytest.mark.parametrize("kind", ["priority", "filing"])
def test_years_that_fill_up_later_need_the_last_full_one(kind):
    stated = CARD["coverage"] | {"year_kind": kind}
    assert parse_settings(Coverage, stated | {"complete_to": 2019}, where="x").complete_to == 2019
    with pytest.raises(InvalidParams, match=f"years by {kind} fill up later: say complete_to"):
        parse_settings(Coverage, stated, where="x")


@pytest.mark.parametrize("kind", ["grant", "publication", "calendar", "event"])
def test_years_that_are_full_at_once_need_none(kind):
    stated = CARD["coverage"] | {"year_kind": kind}
    assert parse_settings(Coverage, stated, where="x").complete_to is None


@pytest.mark.parametrize("kind", ["", "award", None])
def test_another_kind_of_year_is_refused(kind):
    with pytest.raises(InvalidParams, match="year_kind"):
        parse_settings(Coverage, CARD["coverage"] | {"year_kind": kind}, where="x")


def test_a_card_without_a_kind_of_year_is_refused(embed):
    embed(coverage={key: of for key, of in CARD["coverage"].items() if key != "year_kind"})
    with pytest.raises(InvalidParams, match="year_kind"):
        load_card("tiny")


def test_the_source_line_names_licence_years_and_day_in_both_languages(embed, translate):
    translate(
        {
            "{attribution} ({licence}; data {years}, {year_means}; {accessed})": (
                "{attribution} ({licence}; dữ liệu {years}, {year_means}; {accessed})"
            ),
            "{attribution} (data {years}, {year_means}; {accessed})": (
                "{attribution} (dữ liệu {years}, {year_means}; {accessed})"
            ),
            "accessed {day}": "truy cập {day}",
            "grant year": "năm cấp bằng",
        }
    )
    line = source_line(load_card("tiny"))
    accessed = day(CARD["date_accessed"])
    assert line.say("en") == (
        f"the tests (CC0; data 2019–2020, grant year; accessed {accessed.say('en')})"
    )
    assert line.say("vi") == (
        f"the tests (CC0; dữ liệu 2019–2020, năm cấp bằng; truy cập {accessed.say('vi')})"
    )

    embed(attribution="Source: the tests, CC0")
    assert source_line(load_card("tiny")).say("vi") == (
        f"the tests, CC0 (dữ liệu 2019–2020, năm cấp bằng; truy cập {accessed.say('vi')})"
    )


def test_the_source_line_names_a_licence_once(embed):
    embed(attribution="Source: the tests, CC0")
    said = source_line(load_card("tiny")).say("en")
    assert said.startswith("the tests, CC0 (data 2019–2020, grant year; accessed ")


def test_figures_that_only_a_file_can_bring_are_known(embed):
    empty = ",".join(CARD["columns"]) + "\n"
    bank = {"service": "worldbank", "ask": {}}
    cases = [
        ({}, False),  # embedded
        ({"rows": empty}, True),
        ({"rows": empty, "live": {"service": ONLY_FILES, "ask": {}}}, True),
        ({"rows": empty, "live": bank}, False),
    ]
    for changes, only_from_file in cases:
        embed(**changes)
        assert load_card("tiny").only_from_file is only_from_file, changes


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_source_line_can_be_said(source, language):
    card = load_card(source)
    said = source_line(card).say(language)
    assert card.licence.name in said
    assert "–".join(map(str, card.coverage.years)) in said
    assert not re.search(r"[{}]", said)


def test_an_unknown_source_is_named_with_its_file_and_those_that_are_like_it():
    with pytest.raises(TechDiplomacyError, match="Did you mean 'ncses_articles'") as caught:
        load_card("ncses_article")
    assert caught.value.where == "data/snapshots/ncses_article.yaml"
    assert all(source in caught.value.next_step for source in SOURCES)


def test_a_card_under_a_foreign_name_is_refused(tmp_path, monkeypatch):
    (tmp_path / "params.yaml").touch()
    (tmp_path / "dvc.yaml").touch()
    (tmp_path / "data" / "snapshots").mkdir(parents=True)
    text = card_file(SOURCES[0]).read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    card_file("another_source").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidParams, match="The card says id"):
        load_card("another_source")


def test_what_is_in_no_country_list_is_left_out_by_name():
    known = load_countries()
    assert {
        "Quebec",
        "European Parliament",
        "Sovereign Military Order of Malta",
    } <= known.aggregates


def test_of_trade_agreements_only_the_year_of_a_pair_is_embedded():
    card = load_card("desta_pairs")
    assert [reading.to for reading in card.columns.values()] == [
        *("country", "partner", "in_force_since")
    ]
    assert "free with citation" in card.licence.name
    assert "Duer" in card.attribution


def test_countries_have_unique_codes_and_both_names():
    table = load_countries().table
    assert table["iso3"].is_unique
    assert table["iso2"].is_unique
    assert table[["iso2", "m49", "name_en", "name_vi"]].notna().all(axis=None)
    assert set(table["kind"]) == {"country", "historic"}
    assert len(load_countries().members("EU27")) == 27
    assert "VNM" in load_countries().members("ASEAN")


def test_a_spelling_leads_to_one_code():
    known = load_countries()
    spellings = read_csv(project_root() / "data/reference/country_spellings.csv", dtype="str")
    assert spellings["spelling"].is_unique
    in_list = {*known.table["iso3"], *known.table["iso2"], *known.table["name_en"]}
    assert not in_list & set(spellings["spelling"])
    assert set(spellings["iso3"].dropna()) <= set(known.table["iso3"])


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("NA", "NAM"),
        ("Viet Nam", "VNM"),
        ("Korea, Rep.", "KOR"),
        ("EL", "GRC"),
        ("UK", "GBR"),
        ("ROM", "ROU"),
        ("Gaza Strip", "PSE"),
        ("Côte d’Ivoire", "CIV"),
        ("XK", "XKX"),
        ("Kingdom of Denmark", "DNK"),
        ("Ministry of Foreign Affairs of the Russian Federation", "RUS"),
    ],
)
def test_spellings_that_differ_are_known(spelling, code):
    assert load_countries().code(spelling) == code
