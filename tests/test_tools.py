"""The extraction scripts, run on small made-up figures in a project folder of their own."""

import gzip
import hashlib
import importlib
import shutil

import pandas as pd
import pytest
from ruamel.yaml import YAML

from techdiplomacy.cards import load_card
from techdiplomacy.errors import InvalidTable
from techdiplomacy.paths import card_file, project_root, reference_file, snapshot_file
from techdiplomacy.tables import read_csv

ROOT = project_root()
PATENTS = "ncses_patent_families"
ARTICLES = "ncses_articles"


@pytest.fixture
def tools(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("extract_figures")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Make an empty project with the two cards that the made-up figures belong to."""
    folder = tmp_path / "project"
    (folder / "data" / "snapshots").mkdir(parents=True)
    (folder / "data" / "reference").mkdir()
    (folder / "params.yaml").touch()
    (folder / "dvc.yaml").touch()
    for source, trimmed in ((PATENTS, "1 row of aggregates"), (ARTICLES, "0 rows of aggregates")):
        yaml = YAML()
        card = yaml.load((ROOT / "data/snapshots" / f"{source}.yaml").read_text(encoding="utf-8"))
        card["trimmed"] = [trimmed]
        with (folder / "data" / "snapshots" / f"{source}.yaml").open("w") as stream:
            yaml.dump(card, stream)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def figures(tmp_path):
    """Make a figures folder with three rows of patents and two of articles."""
    folder = tmp_path / "figures"
    write_source(folder, PATENTS, "patent_families_wipo35_1998_2020.csv.gz", patent_rows())
    write_source(folder, ARTICLES, "articles_economy_field_year_2003_2022.csv.gz", article_rows())
    return folder


def patent_rows():
    return pd.DataFrame(
        {
            "ncses_table_id": "1",
            "technology_field": ["optics", "control", "optics"],
            "economy": ["Japan", "Japan", "World"],
            "economy_type": ["economy", "economy", "aggregate"],
            "year": [2001, 2000, 2001],
            "patent_families_fractional": ["7.10", "3", "20"],
        }
    )


def article_rows():
    return pd.DataFrame(
        {
            "economy": ["C&#244;te d&#8217;Ivoire", "Burma"],
            "economy_type": ["economy", "economy"],
            "field": "physics",
            "counting": "whole",
            "year": 2010,
            "articles": [4, 5],
        }
    )


def write_source(folder, source, file, rows, *, embeddable="yes", described=None):
    """Write a publisher's file and the card beside it."""
    (folder / source).mkdir(parents=True, exist_ok=True)
    content = gzip.compress(rows.to_csv(index=False).encode(), mtime=0)
    (folder / source / file).write_bytes(content)
    columns = list(rows.columns) if described is None else described
    card = {
        "licence": {"embeddable": embeddable},
        "files": [
            {
                "name": file,
                "sha256": hashlib.sha256(content).hexdigest(),
                "columns": [{"name": name} for name in columns],
            }
        ],
    }
    with (folder / source / "card.yaml").open("w") as stream:
        YAML().dump(card, stream)


def run(tools, figures, *sources):
    return tools.main([str(figures), "--only", *(sources or (PATENTS, ARTICLES))])


def test_extract_keeps_card_columns_sorted_by_key_as_printed(tools, project, figures, capsys):
    assert run(tools, figures) == 0
    rows = read_csv(snapshot_file(PATENTS), dtype="str")
    assert rows.to_dict("list") == {
        "economy": ["Japan", "Japan"],
        "technology_field": ["control", "optics"],
        "year": ["2000", "2001"],
        "patent_families_fractional": ["3", "7.10"],
    }
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{PATENTS}: 2 rows, ")
    assert lines[0].endswith("1 rows of aggregates left out")
    assert lines[-1].startswith("all snapshots: ")


def test_extract_turns_html_codes_into_letters(tools, project, figures):
    run(tools, figures, ARTICLES)
    assert list(read_csv(snapshot_file(ARTICLES))["economy"]) == ["Burma", "Côte d’Ivoire"]


def test_extract_twice_gives_the_same_bytes(tools, project, figures):
    run(tools, figures, PATENTS)
    first = snapshot_file(PATENTS).read_bytes(), card_file(PATENTS).read_bytes()
    run(tools, figures, PATENTS)
    assert (snapshot_file(PATENTS).read_bytes(), card_file(PATENTS).read_bytes()) == first


def test_only_the_figures_block_of_the_card_changes(tools, project, figures):
    committed = (ROOT / "data/snapshots" / f"{PATENTS}.yaml").read_text(encoding="utf-8")
    counted = committed.replace("11,914 rows", "1 rows")
    card_file(PATENTS).write_text(counted, encoding="utf-8")
    assert run(tools, figures, PATENTS) == 0
    changed = {
        line.split(":")[0].strip()
        for line in card_file(PATENTS).read_text(encoding="utf-8").splitlines()
        if line not in counted.splitlines()
    }
    assert changed == {"sha256", "bytes", "rows"}
    content = snapshot_file(PATENTS).read_bytes()
    stated = load_card(PATENTS).figures
    assert stated.sha256 == hashlib.sha256(content).hexdigest()
    assert (stated.bytes, stated.rows) == (len(content), 2)


def refused(tools, figures, capsys, source=PATENTS):
    assert run(tools, figures, source) == 1
    message = capsys.readouterr().err
    assert "where:" in message
    assert "what to do:" in message
    assert not snapshot_file(source).exists()
    return message


def test_wrong_hash_is_refused(tools, project, figures, capsys):
    file = figures / PATENTS / "patent_families_wipo35_1998_2020.csv.gz"
    file.write_bytes(gzip.compress(b"economy\nJapan\n"))
    assert "sha256" in refused(tools, figures, capsys)


def test_column_other_than_described_is_refused(tools, project, figures, capsys):
    described = list(patent_rows().columns)
    renamed = patent_rows().rename(columns={"economy": "country"})
    file = "patent_families_wipo35_1998_2020.csv.gz"
    write_source(figures, PATENTS, file, renamed, described=described)
    message = refused(tools, figures, capsys)
    assert "country" in message
    assert "expected" in message


@pytest.mark.parametrize("column", ["economy", "economy_type"])
def test_column_renamed_by_the_publisher_is_refused(tools, project, figures, capsys, column):
    renamed = patent_rows().rename(columns={column: "place"})
    write_source(figures, PATENTS, "patent_families_wipo35_1998_2020.csv.gz", renamed)
    assert column in refused(tools, figures, capsys)


@pytest.mark.parametrize("terms", ["no", "care"])
def test_figures_that_may_not_be_embedded_are_refused(tools, project, figures, capsys, terms):
    file = "patent_families_wipo35_1998_2020.csv.gz"
    write_source(figures, PATENTS, file, patent_rows(), embeddable=terms)
    assert "embeddable" in refused(tools, figures, capsys)


DERIVED = "Use them locally and publish derived indicators only."
AGREEMENTS = "desta_pairs"


@pytest.fixture
def indicator(tools, project, figures, monkeypatch):
    """Return a function that extracts an indicator from figures whose terms ask for care."""
    shutil.copy(ROOT / "data/snapshots" / f"{AGREEMENTS}.yaml", project / "data/snapshots")
    pair = pd.DataFrame({"iso3_a": ["JPN"], "iso3_b": "VNM", "in_force_since": "2009"})

    def extract(note, *, embeddable="care", quoted=DERIVED):
        rows = pd.DataFrame({"iso3": ["JPN", "VNM"], "year_in_force": "2009"})
        write_source(figures, "members", "members.csv.gz", rows, embeddable=embeddable)
        card = figures / "members" / "card.yaml"
        terms = YAML().load(card)
        terms["licence"]["note"] = note
        YAML().dump(terms, card)
        described = tools.Extract(
            "members", "members.csv.gz", layout=lambda _: pair, derived_only=quoted
        )
        monkeypatch.setitem(tools.EXTRACTS, AGREEMENTS, described)
        return run(tools, figures, AGREEMENTS)

    return extract


def test_an_indicator_may_be_derived_where_the_terms_say_so(indicator):
    assert indicator(f"Check the terms first. {DERIVED}") == 0
    assert list(read_csv(snapshot_file(AGREEMENTS))["in_force_since"]) == [2009]


@pytest.mark.parametrize(
    ("note", "options", "words"),
    [
        (DERIVED, {"quoted": ""}, "embeddable: 'care'"),
        (DERIVED, {"embeddable": "no"}, "embeddable: 'no'"),
        ("Ask the publisher.", {}, "no longer says: Use them locally"),
    ],
)
def test_an_indicator_needs_the_sentence_that_allows_it(indicator, capsys, note, options, words):
    assert indicator(note, **options) == 1
    assert words in capsys.readouterr().err
    assert not snapshot_file(AGREEMENTS).exists()


def test_an_indicator_keeps_no_column_of_the_figures(tools):
    card = load_card(AGREEMENTS)
    columns = zip(("iso3", "iso3_b", "in_force_since"), card.columns.values(), strict=True)
    card = card.model_copy(update={"columns": dict(columns)})
    extract = tools.Extract(
        *("members", "members.csv"),
        layout=lambda rows: rows.assign(iso3_b="VNM", in_force_since="2009"),
        derived_only=DERIVED,
    )
    with pytest.raises(tools.SourceUnavailable, match="derived indicators only, but copies iso3"):
        tools.extract_rows(pd.DataFrame({"iso3": ["JPN"]}), extract, card)


def test_only_what_needs_it_quotes_such_a_sentence(tools):
    quoting = [source for source, extract in tools.EXTRACTS.items() if extract.derived_only]
    assert quoting == [AGREEMENTS]


def test_file_without_a_description_is_refused(tools, project, figures, capsys):
    card = figures / PATENTS / "card.yaml"
    card.write_text("licence: {embeddable: 'yes'}\nfiles: []\n")
    assert "None" in refused(tools, figures, capsys)


def test_missing_folder_is_named(tools, project, tmp_path, capsys):
    assert "nowhere" in refused(tools, tmp_path / "nowhere", capsys)


def test_unknown_source_gets_a_suggestion(tools, project, figures, capsys):
    assert "Did you mean 'ncses_articles'" in refused(tools, figures, capsys, "ncses_article")


def test_repeated_key_is_refused(tools, project, figures, capsys):
    twice = pd.concat([patent_rows(), patent_rows().iloc[:1]])
    write_source(figures, PATENTS, "patent_families_wipo35_1998_2020.csv.gz", twice)
    assert "repeat economy, technology_field, year" in refused(tools, figures, capsys)


def test_count_of_rows_left_out_must_stand_in_the_card(tools, project, figures, capsys):
    more = pd.concat([patent_rows(), patent_rows().iloc[2:].assign(economy="Asia")])
    write_source(figures, PATENTS, "patent_families_wipo35_1998_2020.csv.gz", more)
    assert "2 rows were left out" in refused(tools, figures, capsys)


def test_snapshots_above_the_limit_are_an_error(tools, project, figures, capsys, monkeypatch):
    monkeypatch.setattr(tools, "LARGEST_TOTAL_BYTES", 10)
    assert run(tools, figures) == 1
    assert "the limit is 10" in capsys.readouterr().err


def test_shift_named_in_a_note_lies_in_its_first_year(tools):
    rows = pd.DataFrame(
        {
            "iso3": ["KOR", "KOR", "USA", "USA", "DEU"],
            "classification": "J",
            "year": ["2003", "2004", "2020", "2021", "2020"],
            "series_note": [
                "level shift seen in 2004",
                None,
                "coding shift seen in 2020",
                "after a shift in 2020",
                None,
            ],
        }
    )
    assert list(tools.noted_shifts(rows)) == [False, True, True, False, False]


@pytest.mark.parametrize(
    ("status", "words"), [(["B", "B"], "lacks"), ([None, None], "adds"), (["E", "BE"], None)]
)
def test_level_shifts_of_the_card_are_those_of_the_file(tools, status, words):
    card = load_card("oecd_researchers")
    only_one = [shift for shift in card.level_shifts if shift.country == "KOR"]
    card = card.model_copy(update={"level_shifts": only_one})
    rows = pd.DataFrame(
        {
            "iso3": "KOR",
            "year": ["2006", "2007"],
            "researchers_fte": ["1", "2"],
            "status": status,
        }
    )
    extract = tools.EXTRACTS["oecd_researchers"]
    if words is None:
        assert len(tools.extract_rows(rows, extract, card)[0]) == 2
    else:
        with pytest.raises(tools.InvalidParams, match=words):
            tools.extract_rows(rows, extract, card)


def test_shifts_that_the_project_found_are_in_no_file(tools):
    card = load_card("oecd_researchers")
    korea = next(shift for shift in card.level_shifts if shift.country == "KOR")
    own = korea.model_copy(update={"year": 2006, "found_here": True})
    card = card.model_copy(update={"level_shifts": [korea, own]})
    rows = pd.DataFrame(
        {
            "iso3": "KOR",
            "year": [str(2006), str(korea.year)],
            "researchers_fte": ["1", "2"],
            "status": [None, "B"],
        }
    )
    extract = tools.EXTRACTS["oecd_researchers"]
    assert len(tools.extract_rows(rows, extract, card)[0]) == 2
    unmarked = card.model_copy(
        update={"level_shifts": [korea, own.model_copy(update={"found_here": False})]}
    )
    with pytest.raises(tools.InvalidParams, match="adds"):
        tools.extract_rows(rows, extract, unmarked)


def test_age_groups_become_rows(tools):
    wide = pd.DataFrame(
        {"iso3": ["VNM"], "year": ["2020"], "variant": ["estimate"], "age_0_4": ["8"]}
    ).assign(age_100_plus="1")
    long = tools.one_row_per_age_group(wide)
    assert list(long["age_from"]) == ["0", "100"]
    assert list(long["population_thousand"]) == ["8", "1"]


def test_ai_patents_get_their_topic_and_years(tools):
    rows = pd.DataFrame(
        {
            "economy": ["World", "Vietnam", "European Patent Office"],
            "economy_type": ["aggregate", "economy", "office"],
            "ai_patents_2000_2022": ["190038", "21", "50"],
        }
    )
    card = load_card("ncses_ai_patents").model_copy(update={"trimmed": ["1 row each"]})
    kept, left_out = tools.extract_rows(rows, tools.EXTRACTS["ncses_ai_patents"], card)
    assert kept.to_dict("records") == [
        {
            "economy": "Vietnam",
            "topic": "AI patents",
            "ai_patents_2000_2022": "21",
            "first_year": "2000",
            "last_year": "2022",
        }
    ]
    assert left_out == {"rows of aggregates": 1, "rows of offices": 1}


def test_ai_patents_of_other_years_are_refused(tools):
    rows = pd.DataFrame({"economy": ["Vietnam"], "economy_type": "economy"})
    card = load_card("ncses_ai_patents").model_copy(update={"trimmed": ["0 rows"]})
    with pytest.raises(tools.SourceChanged, match="ai_patents_2000_2022"):
        tools.extract_rows(
            rows.assign(ai_patents_2000_2024="21"), tools.EXTRACTS["ncses_ai_patents"], card
        )


def test_topics_are_those_of_the_pages_in_years_with_a_total(tools):
    rows = pd.DataFrame(
        {
            "technology_field": ["semiconductors", "semiconductors", "instruments", "All fields"],
            "economy": ["Japan", "Japan", "Japan", "Asia"],
            "economy_type": ["economy", "economy", "economy", "aggregate"],
            "year": ["1999", "2000", "2000", "2000"],
            "uspto_patents_fractional": ["1", "2", "3", "4"],
        }
    )
    card = load_card("ncses_uspto_topics").model_copy(update={"trimmed": ["1 row each"]})
    kept, left_out = tools.extract_rows(rows, tools.EXTRACTS["ncses_uspto_topics"], card)
    assert kept[["technology_field", "year"]].to_numpy().tolist() == [["semiconductors", "2000"]]
    assert set(left_out.values()) == {1}


def test_topics_of_us_patents_are_those_of_the_crosswalk(tools):
    crosswalk = read_csv(ROOT / "data/reference/field_groups.csv", dtype="str")
    fields = crosswalk.loc[crosswalk["system"] == "uspto_topic", "field"]
    assert set(tools.TOPICS) == set(fields)


def test_labels_end_with_the_code(tools):
    words = ["ISCO-08 25 ICT professionals", "ISIC4 C26 Optics", "ISCO-08 total employment"]
    rows = pd.DataFrame({"classification_label": words})
    assert list(tools.readable_labels(rows)["label"]) == [
        "ICT professionals (ISCO-08 25)",
        "Optics (ISIC Rev. 4 C26)",
        "Total employment",
    ]


def test_extracts_and_cards_name_the_same_sources(tools):
    cards = (ROOT / "data" / "snapshots").glob("*.yaml")
    # a source of one's own need not come through the extraction script
    assert set(tools.EXTRACTS) <= {path.stem for path in cards}


@pytest.fixture
def builder(tools):
    pytest.importorskip("babel")
    return importlib.import_module("build_countries")


def test_country_list_is_written_with_both_names(builder, project, figures, capsys):
    codes = pd.DataFrame({"iso3": ["VNM", "NAM"], "iso2": ["VN", "NA"], "m49_code": ["704", "8"]})
    file = "population_age5_1950_2100.csv.gz"
    write_source(figures, "un_population_2022", file, codes)
    shutil.copy(ROOT / "data/reference/country_spellings.csv", project / "data/reference")
    assert builder.main([str(figures)]) == 1
    assert "given a code that countries.csv does not have" in capsys.readouterr().err

    reference_file("country_spellings").write_text("spelling,iso3,note\nViet Nam,VNM,UN\n")
    assert builder.main([str(figures)]) == 0
    table = read_csv(reference_file("countries"), dtype="str").set_index("iso3")
    assert tuple(table.loc["VNM"]) == ("VN", "704", "Vietnam", "Việt Nam", "country", "ASEAN")
    assert table.loc["NAM", "iso2"] == "NA"
    assert table.loc["NAM", "m49"] == "008"
    assert table.loc["YUG", "kind"] == "historic"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("Viet Nam", "VNM", "a"), ("Viet Nam", "VNM", "b")], "listed twice"),
        ([("VN", "VNM", "a")], "already a code"),
        ([("Viet Nam", "VNX", "a")], "does not have"),
        ([("World", None, None)], "no note"),
    ],
)
def test_spellings_that_break_a_rule_are_refused(builder, rows, words):
    countries = pd.DataFrame({"iso3": ["VNM"], "iso2": ["VN"], "name_en": ["Vietnam"]})
    spellings = pd.DataFrame(rows, columns=["spelling", "iso3", "note"])
    with pytest.raises(InvalidTable, match=words):
        builder.check_spellings(countries, spellings)


def test_a_code_listed_twice_is_refused(builder):
    codes = pd.DataFrame({"iso3": ["VNM", "ATA"], "iso2": ["VN", "AQ"], "m49_code": ["704", "010"]})
    with pytest.raises(InvalidTable, match="not unique for ATA"):
        builder.country_rows(codes)
