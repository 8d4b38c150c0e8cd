"""The script that writes the lists of technologies: same bytes again, and what it refuses."""

import importlib

import pandas as pd
import pytest

from techdiplomacy.errors import InvalidTable
from techdiplomacy.paths import project_root, reference_file
from techdiplomacy.tables import read_csv

ROOT = project_root()
LISTS = ("technologies", "patent_classes", "field_groups", "stated_strengths", "conflicts")


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("build_taxonomy")


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "project"
    (folder / "data" / "reference").mkdir(parents=True)
    (folder / "params.yaml").touch()
    (folder / "dvc.yaml").touch()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def tables(tool):
    """Return the tables that the committed lists were made from, as far as they tell."""
    lists = {
        name: read_csv(ROOT / "data" / "reference" / f"{name}.csv", dtype="str") for name in LISTS
    }
    technologies = lists["technologies"]
    technologies = technologies.assign(
        level=technologies["product_no"].map(lambda no: "group" if pd.isna(no) else "product"),
        name_vi=technologies["name_vi"].where(technologies["name_vi_is"].eq("printed")),
    )
    fields = lists["field_groups"].fillna("")
    fields = fields[fields["framework"].eq(tool.FIRST) & fields["group_id"].ne(tool.ALL)]
    shared = {(answer.system, answer.field) for answer in tool.SHARED}
    stays = [key not in shared for key in zip(fields["system"], fields["field"], strict=True)]
    fields = fields[stays]
    systems = {own: printed for printed, own in tool.SCIENCE_SYSTEMS.items()}
    science = fields[fields["system"].isin(systems)]
    topics = fields[fields["system"].eq("github_topic")]
    return {
        "technologies": technologies,
        "concordance": lists["patent_classes"].drop(columns="covers_range"),
        "wipo35_to_groups": fields[fields["system"].eq("wipo_field")].rename(
            columns={"field": "wipo_field"}
        ),
        "science_fields_to_groups": science.assign(
            source_system=science["system"].map(systems), note=science.apply(note_of, axis=1)
        ),
        "github_topics_to_groups": topics.rename(columns={"field": "topic", "covers": "note"}),
        "stated_strengths": lists["stated_strengths"].rename(
            columns={
                "country": "country_iso3",
                "strength_en": "strength_as_stated_english",
                "strength_printed": "strength_as_printed",
            }
        ),
        "conflicts": lists["conflicts"],
    }


def note_of(row):
    """Return the note that was cut into what a field covers and what it misses."""
    if not row["covers"] or not row["misses"]:
        return row["covers"] or row["misses"]
    return f"{row['covers'][:-1]}; {row['misses'][0].lower()}{row['misses'][1:]}"


@pytest.fixture
def folder(tables, tmp_path, tool):
    """Return a folder with those tables."""
    place = tmp_path / "reference"
    place.mkdir()
    for name, table in tables.items():
        table[list(tool.READ[name])].to_csv(place / f"{name}.csv", index=False)
    return place


def test_the_committed_lists_are_what_the_script_writes(tool, folder, project):
    assert tool.main([str(folder)]) == 0
    for name in LISTS:
        committed = ROOT / "data" / "reference" / f"{name}.csv"
        assert reference_file(name).read_bytes() == committed.read_bytes(), name


def test_the_order_of_a_table_does_not_matter(tool, tables):
    for name, build in (
        ("technologies", tool.technology_rows),
        ("conflicts", tool.conflict_rows),
    ):
        there, back = build(tables[name]), build(tables[name].iloc[::-1])
        assert there.to_csv(index=False) == back.to_csv(index=False)


def test_a_folder_without_tables_is_refused(tool, project, capsys):
    assert tool.main(["nowhere"]) == 1
    assert "no table technologies.csv" in capsys.readouterr().err
    assert not reference_file("technologies").exists()


def test_nothing_is_written_if_one_table_is_wrong(tool, folder, project, capsys):
    path = folder / "conflicts.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("K01", "K99"), encoding="utf-8")
    assert tool.main([str(folder)]) == 1
    message = capsys.readouterr().err
    assert "'K99' has no translation" in message
    assert "'K01' needs no translation" in message
    assert not reference_file("technologies").exists()


def test_a_missing_column_is_named(tool, folder, project, capsys):
    path = folder / "conflicts.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("value_used", "used"), "utf-8")
    assert tool.main([str(folder)]) == 1
    assert "column 'value_used' is missing" in capsys.readouterr().err


def changed(table, column, old, new):
    """Return a table with other cells in a column."""
    assert table[column].eq(old).any()
    return table.assign(**{column: table[column].where(table[column].ne(old), new)})


@pytest.mark.parametrize(
    ("column", "old", "new", "words"),
    [
        ("product_no", "35", "36", "gaps in its product numbers"),
        ("product_no", "35", "34", "34 is repeated"),
        ("group_id", "G11", "G12", "'G12' has no short name"),
        ("name_en", "Edge AI cameras", None, "2 needs no translation"),
        ("name_vi", "trợ lý ảo", None, "has blank names"),
        ("level", "group", "product", "is neither group nor product"),
    ],
)
def test_wrong_technologies_are_refused(tool, tables, column, old, new, words):
    with pytest.raises(InvalidTable, match=words):
        tool.technology_rows(changed(tables["technologies"], column, old, new))


@pytest.mark.parametrize(
    ("column", "old", "new", "words"),
    [
        ("code_prefix", "H04W", "H04", "'H04' is no symbol"),
        ("code_prefix", "H04W", "H04W 12/00", "repeated"),
        ("code_prefix", "H01F 1/053", "H01F 1/055", "range of 'H01F 1/053' has no class"),
        ("role", "core", "main", "no role 'main'"),
        ("group_id", "G11", "G12", "no group 'G12'"),
        ("source_confidence", "low", None, "'source_confidence' has empty cells"),
    ],
)
def test_wrong_classes_are_refused(tool, tables, column, old, new, words):
    groups = {f"G{number:02}" for number in range(1, 12)}
    with pytest.raises(InvalidTable, match=words):
        tool.class_rows(changed(tables["concordance"], column, old, new), groups)


@pytest.mark.parametrize(
    ("table", "column", "old", "new", "words"),
    [
        ("wipo35_to_groups", "group_id", "G11", "G12", "group G12 with role proxy"),
        ("wipo35_to_groups", "role", "direct", "none", "group G04 with role none"),
        ("wipo35_to_groups", "group_id", "G11", "NONE", "group NONE with role proxy"),
        ("wipo35_to_groups", "wipo_field", "optics", "opticks", "optics of wipo_field is not in"),
        ("science_fields_to_groups", "source_system", "ncses_article_set", "sets", "no system"),
        ("github_topics_to_groups", "topic", "llms", "llm", "llm G01 is repeated"),
        ("github_topics_to_groups", "note", "Often hobby use.", "", "hacking does not say"),
    ],
)
def test_wrong_fields_are_refused(tool, tables, table, column, old, new, words):
    tables[table] = changed(tables[table], column, old, new)
    groups = dict.fromkeys([f"G{number:02}" for number in range(1, 12)], tool.FIRST)
    groups |= dict.fromkeys([f"R{number:02}" for number in range(1, 11)], tool.LATER)
    with pytest.raises(InvalidTable, match=words):
        tool.field_rows(
            tables["wipo35_to_groups"],
            tables["science_fields_to_groups"],
            tables["github_topics_to_groups"],
            groups,
        )


def test_a_field_with_a_group_and_none_is_refused(tool, tables):
    extra = pd.DataFrame([{"wipo_field": "optics", "group_id": "G06", "role": "proxy"}])
    extra = extra.assign(covers="Lithography.", misses="Most of the rest.")
    groups = dict.fromkeys([f"G{number:02}" for number in range(1, 12)], tool.FIRST)
    groups |= dict.fromkeys([f"R{number:02}" for number in range(1, 11)], tool.LATER)
    with pytest.raises(InvalidTable, match="optics has no group and yet G06"):
        tool.field_rows(
            pd.concat([tables["wipo35_to_groups"], extra]),
            tables["science_fields_to_groups"],
            tables["github_topics_to_groups"],
            groups,
        )


@pytest.mark.parametrize(
    ("column", "old", "new", "words"),
    [
        ("country_iso3", "USA", "US", "'US' is no code"),
        ("strength_as_stated_english", "rare earths", "rare earth", "'rare earth' has no trans"),
        ("group_id", "AMBIGUOUS", "UNCLEAR", "no group 'UNCLEAR'"),
    ],
)
def test_wrong_strengths_are_refused(tool, tables, column, old, new, words):
    groups = {f"G{number:02}" for number in range(1, 12)}
    with pytest.raises(InvalidTable, match=words):
        tool.strength_rows(changed(tables["stated_strengths"], column, old, new), groups)


def test_no_list_is_a_copy_of_its_table(tool):
    for name, columns in tool.WRITTEN.items():
        source = {"patent_classes": "concordance"}.get(name, name)
        assert columns != tool.READ.get(source)
