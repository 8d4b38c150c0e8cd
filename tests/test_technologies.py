"""Lists of technologies: sound tables, an answer for every field, sums that keep their total."""

import json
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdiplomacy import technologies
from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.patents import count_by_group
from techdiplomacy.paths import project_root, reference_file
from techdiplomacy.tables import read_csv
from techdiplomacy.technologies import (
    ALL,
    CLASS_ROLES,
    NONE,
    OVERLAPPING,
    REST,
    ROLES,
    assign_class,
    group_counts,
    load_taxonomy,
    nested_classes,
)

ROOT = project_root()
FIRST, LATER = "vn-1131-2025", "vn-21-2026"
LISTS = ("technologies", "patent_classes", "field_groups", "stated_strengths", "conflicts")
SYMBOL = re.compile(r"[A-HY]\d{2}[A-Z]( [1-9]\d{0,3}/\d{2,6})?")
# clean table, its column of fields, and the systems that its fields belong to
CLEAN = (
    ("ncses_patent_families", "field", ("wipo_field",)),
    ("ncses_uspto_fields", "field", ("wipo_field",)),
    ("ncses_uspto_topics", "topic", ("uspto_topic",)),
    ("ncses_ai_patents", "topic", ("ai_patents",)),
    ("uspto_technology_domains", "domain", ("uspto_domain",)),
    ("ncses_articles", "field", ("article_field", "article_set")),
    ("ncses_pct_applications", "sector", ("pct_sector",)),
    ("github_topics", "topic", ("github_topic",)),
    ("cordis_programme_parts", "programme_part", ("cordis_part",)),
)
# the pairs of classes of which one lies inside the other, in another group
NESTED = {
    ("B82Y", "G08", "B82Y 10/00", "G02"),
    ("C22C", "G08", "C22C 28/00", "G09"),
    ("G05D 1/00", "G05", "G05D 1/10", "G11"),
    ("G06F 21/00", "G10", "G06F 21/64", "G03"),
    ("G06N 3/00", "G01", "G06N 3/063", "G06"),
    ("H01L", "G06", "H01L 31/00", "G08"),
    ("H04B 10/00", "G04", "H04B 10/70", "G02"),
    ("H04B 7/00", "G04", "H04B 7/185", "G11"),
    ("H04L 9/00", "G10", "H04L 9/08", "G02"),
    ("H04L 9/00", "G10", "H04L 9/0852", "G02"),
    ("H04L 9/00", "G10", "H04L 9/32", "G03"),
    ("H04L 9/00", "G10", "H04L 9/3239", "G03"),
    ("H04L 9/00", "G10", "H04L 9/50", "G03"),
    ("H04W", "G04", "H04W 12/00", "G10"),
    ("H04W", "G04", "H04W 84/06", "G11"),
    ("H10N", "G06", "H10N 60/00", "G02"),
}


@pytest.fixture
def first():
    return load_taxonomy(FIRST)


@pytest.fixture
def later():
    return load_taxonomy(LATER)


@pytest.fixture
def change(tiny_project):
    """Return a function that changes a word of a list in a small project folder."""

    def replace(name, old, new):
        path = reference_file(name)
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        load_taxonomy.cache_clear()

    load_taxonomy.cache_clear()
    yield replace
    load_taxonomy.cache_clear()


def counts_of(fields, values, **key):
    return pd.DataFrame({"country": "AAA", **key, "field": fields, "value": values})


# the tables


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_tidy(name):
    table = read_csv(reference_file(name), dtype="str").fillna("")
    for column in table.columns:
        assert (table[column] == table[column].str.strip()).all()
    assert not table.duplicated().any()
    assert not table.apply(lambda cells: cells.str.contains("Viet Nam")).any(axis=None)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("technologies", "source"),
        ("patent_classes", "source"),
        ("field_groups", "source"),
        ("stated_strengths", "source_url"),
        ("conflicts", "sources"),
    ],
)
def test_every_row_has_a_source(name, column):
    assert read_csv(reference_file(name), dtype="str")[column].notna().all()


def test_the_list_of_2025_is_complete(first):
    assert first.status == "complete"
    assert list(first.groups) == [f"G{number:02}" for number in range(1, 12)]
    assert [product.number for product in first.products] == list(range(1, 36))
    assert all(group.products for group in first.groups.values())
    assert first.spearheads() == {
        1: ("G01", "G02", "G04", "G10"),
        2: ("G06", "G07", "G08", "G09"),
    }


def test_the_list_of_2026_says_what_is_not_established(later):
    assert later.status == "partial"
    assert len(later.groups) == 10
    blank = [key for key, group in later.groups.items() if not group.established]
    assert blank == ["R03", "R04", "R06"]
    assert later.name("R03").say("en") == "R03 (name not established)"
    assert [product.number for product in later.products if not product.group] == [21, 27]
    for group in blank:
        assert later.role_of(group) == "none"


def test_names_have_a_form_in_each_language(first, later):
    assert first.name("G06").say("vi") == "Công nghệ chip bán dẫn"
    assert first.short_name("G02").say("en") == "Cloud, quantum, data"
    for taxonomy in (first, later):
        for group in taxonomy.groups.values():
            for name in (group.name, group.short_name, *(item.name for item in group.products)):
                assert name.say("en")
                assert name.say("vi")
            assert len(group.short_name.say("en")) <= 30


def test_a_name_that_is_translated_is_marked():
    table = read_csv(reference_file("technologies"), dtype="str").fillna("")
    marked = table.groupby("framework")["name_vi_is"].agg(set)
    assert marked[FIRST] == {"printed"}
    assert marked[LATER] == {"translated", ""}
    assert ((table["name_vi_is"] == "") == (table["name_en"] == "")).all()
    assert ((table["name_vi"] == "") == (table["name_en"] == "")).all()


def test_stated_strengths_name_groups_and_countries(first):
    table = read_csv(reference_file("stated_strengths"), dtype="str")
    assert set(table["group_id"]) <= {*first.groups, NONE, "AMBIGUOUS"}
    assert not table.isna().any(axis=None)
    assert (table["country"].nunique(), len(table)) == (10, 45)
    countries = read_csv(reference_file("countries"), dtype="str")
    assert set(table["country"]) <= set(countries["iso3"])


def test_conflicts_are_told_in_both_languages():
    table = read_csv(reference_file("conflicts"), dtype="str")
    assert not table.isna().any(axis=None)
    assert (table["what"] != table["what_vi"]).all()
    assert (table["reason"] != table["reason_vi"]).all()


# fields


@pytest.mark.parametrize("framework", [FIRST, LATER])
def test_roles_and_groups_agree(framework):
    taxonomy = load_taxonomy(framework)
    for row in taxonomy.fields.to_dict("records"):
        assert row["role"] in ROLES
        assert (row["group_id"] == NONE) == (row["role"] == "none")
        assert (row["group_id"] == ALL) == (row["role"] == "total")
        assert row["covers"] or row["misses"]
    without = taxonomy.fields["group_id"].isin([NONE, ALL])
    alone = taxonomy.fields.groupby(["system", "field"])["group_id"].transform("size") == 1
    assert alone[without].all()
    assert taxonomy.fields.loc[without, ["covers", "misses"]].ne("").any(axis=1).all()


def test_no_field_of_2026_is_explained_by_groups_of_2025(later):
    words = later.fields["covers"] + later.fields["misses"]
    assert not words.str.contains(r"G\d\d").any()


@pytest.mark.parametrize("framework", [FIRST, LATER])
@pytest.mark.parametrize(("source", "column", "systems"), CLEAN, ids=[row[0] for row in CLEAN])
def test_every_field_of_a_clean_table_has_an_answer(framework, source, column, systems):
    path = ROOT / "data" / "clean" / f"{source}.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not built: run make")
    found = set(read_csv(path, dtype="str", usecols=[column])[column])
    taxonomy = load_taxonomy(framework)
    answered = {field for system in systems for field in taxonomy.fields_of(system)["field"]}
    assert REST in answered or found <= answered
    # all projects, and those without a part, come in when projects are counted by part
    counted = {"ALL", "unknown"} if source == "cordis_programme_parts" else set()
    assert answered - {REST} - counted <= found, "a field of the crosswalk that no source has"


def test_both_lists_answer_the_same_fields(first, later):
    pairs = [set(map(tuple, one.fields[["system", "field"]].values)) for one in (first, later)]
    assert pairs[0] == pairs[1]


def test_every_group_of_2025_can_be_reached(first):
    by_class = set(first.classes["group_id"])
    for group in first.groups:
        assert group in by_class
        assert first.role_of(group) in ("direct", "partial")


def test_wipo_fields_measure_what_the_project_says(first):
    direct = [group for group in first.groups if first.role_of(group, "wipo_field") == "direct"]
    partial = [group for group in first.groups if first.role_of(group, "wipo_field") == "partial"]
    assert (direct, partial) == (["G04", "G06", "G07"], ["G05", "G08"])
    assert first.unmeasured("wipo_field") == []
    assert first.unmeasured("github_topic") == ["G04", "G09"]


def test_an_unknown_list_group_or_system_is_named_with_the_nearest(first):
    with pytest.raises(InvalidParams, match="Did you mean 'vn-1131-2025'"):
        load_taxonomy("vn-1131")
    with pytest.raises(InvalidParams, match="no group 'G12' in vn-1131-2025"):
        first.name("G12")
    with pytest.raises(InvalidParams, match="Did you mean 'wipo_field'"):
        first.fields_of("wipo_fields")


def test_a_field_of_a_group_that_is_not_there_is_refused(change):
    change("field_groups", ",G11,", ",G12,")
    with pytest.raises(InvalidTable, match="does not have: G12"):
        load_taxonomy(FIRST)


def test_a_column_that_is_missing_is_named(change):
    change("technologies", "short_en", "short")
    with pytest.raises(InvalidTable, match="not expected: short, short_en"):
        load_taxonomy(FIRST)


# counts


def test_a_field_of_two_groups_counts_in_each_and_says_so(first):
    grouped = group_counts(counts_of(["digital communication"], [8.0]), "wipo_field", first)
    assert grouped["group_id"].tolist() == ["G04", "G10"]
    assert grouped["value"].tolist() == [8.0, 8.0]
    assert grouped["double_counted"].tolist() == [4.0, 4.0]


def test_fields_of_different_roles_carry_the_weakest(first):
    counts = counts_of(["telecommunications", "digital communication"], [1.0, 2.0])
    row = group_counts(counts, "wipo_field", first).iloc[0]
    assert row["role"] == "partial"
    assert row["mixed_roles"]
    assert row["fields"] == "digital communication; telecommunications"
    assert row["value"] == 3.0


def test_roles_can_be_kept_apart(first):
    counts = counts_of(["telecommunications", "digital communication"], [1.0, 2.0])
    grouped = group_counts(counts, "wipo_field", first, separate_roles=True)
    assert not grouped["mixed_roles"].any()
    own = grouped[grouped["group_id"] == "G04"].set_index("role")["value"]
    assert own.to_dict() == {"direct": 2.0, "partial": 1.0}


def test_totals_stand_apart_and_a_group_without_field_has_no_row(first):
    counts = counts_of(["All fields", "optics", "semiconductors"], [10.0, 4.0, 6.0])
    grouped = group_counts(counts, "wipo_field", first).set_index("group_id")
    assert grouped["value"].to_dict() == {ALL: 10.0, "G06": 6.0, NONE: 4.0}
    assert grouped.loc[ALL, "role"] == "total"


def test_a_zero_is_kept(first):
    grouped = group_counts(counts_of(["semiconductors"], [0.0]), "wipo_field", first)
    assert grouped["value"].tolist() == [0.0]


def test_a_topic_that_is_not_listed_belongs_to_no_group(first):
    counts = counts_of(["llm", "ai", "css", "html"], [100, 200, 300, 400]).rename(
        columns={"field": "topic", "value": "developers"}
    )
    grouped = group_counts(counts, "github_topic", first, field="topic", value="developers")
    assert grouped["developers"].tolist() == [300.0, 700.0]
    assert grouped["fields"].tolist() == ["ai; llm", REST]
    assert grouped["upper_bound"].all(), "one developer may stand under several topics"


def test_one_field_alone_is_no_upper_bound(first):
    counts = counts_of(["Blockchain"], [5.0])
    assert not group_counts(counts, "uspto_domain", first)["upper_bound"].any()


def test_fields_that_share_what_they_count_are_known_systems(first):
    assert set(first.systems()) >= OVERLAPPING


def test_a_year_that_is_not_known_is_kept(first):
    counts = counts_of(["Euratom", "ERC"], [1.0, 2.0], year=[np.nan, np.nan])
    grouped = group_counts(counts, "cordis_part", first)
    assert grouped["value"].sum() == 3.0


@pytest.mark.parametrize("system", ["wipo_field", "uspto_domain", "github_topic", "pct_sector"])
@pytest.mark.parametrize("framework", [FIRST, LATER])
@given(data=st.data())
def test_totals_before_and_after_agree(framework, system, data):
    taxonomy = load_taxonomy(framework)
    known = sorted(taxonomy.fields_of(system)["field"].unique())
    amounts = st.floats(0, 1e6) | st.integers(0, 10**6).map(float)
    cells = data.draw(
        st.dictionaries(
            st.tuples(
                st.sampled_from(["AAA", "BBB"]), st.integers(2000, 2002), *[st.sampled_from(known)]
            ),
            amounts,
            min_size=1,
            max_size=40,
        )
    )
    counts = pd.DataFrame(
        [(*key, value) for key, value in cells.items()],
        columns=["country", "year", "field", "value"],
    )
    for separate in (False, True):
        grouped = group_counts(counts, system, taxonomy, separate_roles=separate)
        answers = taxonomy.fields_of(system)
        totals = set(answers.loc[answers["group_id"] == ALL, "field"])
        kept = grouped[grouped["group_id"] != ALL]
        before = counts[~counts["field"].isin(totals)]
        for key, own in before.groupby(["country", "year"]):
            after = kept[(kept["country"] == key[0]) & (kept["year"] == key[1])]
            net = after["value"].sum() - after["double_counted"].sum()
            assert net == pytest.approx(own["value"].sum(), rel=1e-9, abs=1e-9)
        printed = counts[counts["field"].isin(totals)]["value"].sum()
        assert grouped[grouped["group_id"] == ALL]["value"].sum() == pytest.approx(printed)
        assert (grouped["double_counted"] <= grouped["value"]).all()


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (counts_of(["opticks"], [1.0]), "Did you mean 'optics'"),
        (counts_of(["optics"], [-1.0]), "negative"),
        (counts_of(["optics"], [np.nan]), "unknown is not zero"),
        (counts_of(["optics"], ["many"]), "does not hold numbers"),
        (counts_of(["optics", "optics"], [1.0, 2.0]), "repeated"),
        (counts_of([None], [1.0]), "'field' has empty cells"),
        (counts_of(["optics"], [1.0]).drop(columns="country"), "column 'country' is missing"),
        (counts_of(["optics"], [1.0], role="x"), "name of the result"),
    ],
)
def test_bad_counts_are_refused(first, counts, words):
    with pytest.raises(InvalidTable, match=words):
        group_counts(counts, "wipo_field", first)


# patent classes


def test_every_class_is_a_symbol_with_a_role(first):
    classes = first.classes
    assert all(SYMBOL.fullmatch(code) for code in classes["code_prefix"])
    assert not classes["code_prefix"].duplicated().any()
    assert set(classes["role"]) == set(CLASS_ROLES)
    assert set(classes["group_id"]) == set(first.groups)
    for code, group in zip(classes["code_prefix"], classes["group_id"], strict=True):
        assert assign_class(code, first, roles=CLASS_ROLES) == (group,)


def test_nested_classes_are_those_that_are_known(first):
    found = set(nested_classes(first).itertuples(index=False, name=None))
    assert found == NESTED
    assert len(found) == 16


@pytest.mark.parametrize(("outer", "outer_group", "inner", "inner_group"), sorted(NESTED))
def test_the_longest_class_wins(first, outer, outer_group, inner, inner_group):
    everything = assign_class(inner, first, roles=CLASS_ROLES, longest=False)
    assert {outer_group, inner_group} <= set(everything)
    assert assign_class(inner, first, roles=CLASS_ROLES) == (inner_group,)
    assert assign_class(outer, first, roles=CLASS_ROLES) == (outer_group,)


@pytest.mark.parametrize(
    ("code", "groups"),
    [
        ("G06N 3/063", ("G06",)),
        ("G06N3/0635", ("G06",)),
        ("G06N   3/08", ("G01",)),
        ("G06N 30/00", ()),
        ("H01F 1/055", ("G09",)),
        ("H01F 1/0593", ("G09",)),
        ("H01F 1/06", ()),
        ("H01F 1/04", ()),
        ("G05D 1/08", ("G11",)),
        ("G05D 1/12", ("G05",)),
        ("C01B 32/192", ("G08",)),
        ("C01B 32/05", ()),
        ("H04L 9/08", ("G10",)),
        ("H04L 9/0852", ("G02",)),
        ("H04L 9/40", ("G10",)),
        ("H01L 21/00", ("G06",)),
        ("A01B 1/00", ()),
        ("H04W", ("G04",)),
    ],
)
def test_a_class_finds_its_group(first, code, groups):
    assert assign_class(code, first) == groups


def test_a_proxy_takes_part_only_when_asked_for(first):
    assert assign_class("G06F 21/64", first) == ("G10",)
    assert assign_class("G06F 21/64", first, roles=("core", "broad", "proxy")) == ("G03",)
    assert assign_class("G06K 9/62", first) == ()
    assert assign_class("G06K 9/62", first, roles=("core", "legacy")) == ("G01",)


def test_groups_at_the_same_length_share_a_family(change):
    change("patent_classes", "G01,IPC,G06N 5/00", "G01,IPC,G06N 3/063")
    taxonomy = load_taxonomy(FIRST)
    groups = assign_class("G06N 3/063", taxonomy)
    assert groups == ("G01", "G06")
    records = pd.DataFrame({"family": "F", "country": "AAA", "group": list(groups)})
    assert count_by_group(records)["families_fractional"].tolist() == [0.5, 0.5]


def test_a_class_that_is_none_is_refused(first, later):
    for code in ("", "H04", "G06N 3", "G06N 3/0", "Z99Z 1/00"):
        with pytest.raises(InvalidTable, match="is no symbol"):
            assign_class(code, first)
    with pytest.raises(InvalidParams, match="Did you mean 'core'"):
        assign_class("H04W", first, roles=("cores",))
    with pytest.raises(InvalidParams, match="has no patent classes"):
        assign_class("H04W", later)


def test_published_example_is_counted_from_classes(first):
    folder = os.environ.get("TECHDIPLOMACY_BENCHMARKS", "")
    path = Path(folder) / "reference_values.json"
    if not folder or not path.is_file():
        pytest.skip("TECHDIPLOMACY_BENCHMARKS names no folder with reference_values.json")
    wanted = json.loads(path.read_text(encoding="utf-8"))["counting"]
    classes = {"G01": "G06N 3/08", "G06": "G06N 3/063"}
    records = pd.DataFrame(
        [
            (family["id"], country, group)
            for family in wanted["families"]
            for country in family["countries"]
            for named in family["groups"]
            for group in assign_class(classes[named], first)
        ],
        columns=["family", "country", "group"],
    )
    counted = count_by_group(records, groups=list(first.groups)).set_index("group")
    for group in first.groups:
        expected = wanted["fractional_group"].get(group, 0)
        assert counted.loc[group, "families_fractional"] == pytest.approx(expected)


def test_the_module_reads_each_list_once(first):
    assert load_taxonomy(FIRST) is technologies.load_taxonomy(FIRST)
