"""params.yaml: every wrong key stops with a suggestion."""

import copy
import datetime

import pytest
from conftest import ROOT

from techdiplomacy.checks import parse_settings
from techdiplomacy.errors import InvalidParams, TechDiplomacyError
from techdiplomacy.files import read_yaml
from techdiplomacy.params import Params, load_params, notebook_parameters, source_settings


def parse_params(content):
    return parse_settings(Params, content, where="params.yaml")


@pytest.fixture
def content():
    return copy.deepcopy(read_yaml(ROOT / "params.yaml"))


def test_the_committed_file_is_valid(content):
    assert parse_params(content).viewpoint == content["viewpoint"]


def test_a_misspelt_section(content):
    content["clusers"] = content.pop("clusters")
    with pytest.raises(
        InvalidParams, match=r"'clusters' is missing.*'clusers'\. Did you mean 'clusters'\?"
    ):
        parse_params(content)


def test_a_misspelt_key_inside_a_section(content):
    content["forecast"]["orgins"] = content["forecast"].pop("origins")
    with pytest.raises(InvalidParams, match=r"'forecast\.orgins'\. Did you mean 'origins'"):
        parse_params(content)


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("clusters", "resamples", "200"),
        ("clusters", "k", "automatic"),
        ("rta", "interval", [0.95, 0.05]),
        ("forecast", "until", 2030.5),
        ("forecast", "models", ["drift", "arima"]),
        ("workforce", "level_shifts", True),
        ("ranks", "draws", 10),
        ("ranks", "weights", "equal"),
        ("ranks", "aggregations", []),
        ("relatedness", "partner_probability", 0.5),
        ("concentration", "hhi", 0.0),
        ("stated", "min_share", 2),
    ],
)
def test_a_mistyped_value_is_named_with_what_was_found(content, section, key, value):
    content[section][key] = value
    with pytest.raises(InvalidParams, match=rf"{section}\.{key}"):
        parse_params(content)


@pytest.mark.parametrize(
    ("section", "key", "value", "words"),
    [
        ("partners", None, ["USA", "JPN", "USA"], "partner 'USA' is listed twice"),
        ("partners", None, ["VNM"], "nobody but the viewpoint"),
        ("priorities", "pilot", "VNM", "is the viewpoint country itself"),
        ("briefs", "partner", "EST", "none of the partners of the viewpoint"),
        ("gravity", "interval", [0.1, 0.9], "differs from rta.interval"),
        ("events", "level", 0.0001, "can never fall below level"),
        ("scenarios", "years", [2030, 2050], "scenarios need the population until their end"),
        ("scenarios", "years", [2030, 2030], "a year stands twice"),
        ("scenarios", "transition", [0.0, 0.4], "nobody can be trained"),
        ("scenarios", "graduation_trend", [-3.0, 0.0], "a yearly change between -1 and 1"),
        ("scenarios", "half_life", [0.0, 8.0], "longer than 0 years"),
        ("scenarios", "other_exits", [0.03, 0.01], "the lower end comes first"),
        ("workforce", "ageing_marks", [0.14, 0.07], "marks rise"),
        ("workforce", "generation", [2023, 2030], "five years of birth"),
    ],
)
def test_values_that_do_not_go_together(content, section, key, value, words):
    if key is None:
        content[section] = value
    else:
        content[section][key] = value
    with pytest.raises(InvalidParams, match=words):
        parse_params(content)


def test_types_survive(content):
    params = parse_params(content)
    assert isinstance(params.seed, int)
    assert isinstance(params.clusters.firm.fields, float)
    assert params.forecast.models == ["drift", "damped", "theta"]


def test_an_unlisted_source_or_notebook_is_suggested(content):
    params = parse_params(content)
    with pytest.raises(InvalidParams, match="Did you mean 'ncses_articles'"):
        source_settings(params, "ncses_article")
    with pytest.raises(InvalidParams, match="Did you mean 'country_clusters'"):
        notebook_parameters(params, "country_cluster")


def test_a_key_given_twice_and_broken_yaml(tiny_project):
    path = tiny_project / "params.yaml"
    text = path.read_text()
    path.write_text(text + "\nseed: 7\n")
    with pytest.raises(InvalidParams, match=r"params\.yaml cannot be read"):
        load_params()
    path.write_text("seed: [1,\n")
    with pytest.raises(InvalidParams, match=r"params\.yaml cannot be read"):
        load_params()
    path.write_text("just words\n")
    with pytest.raises(InvalidParams, match="Expected keys and values"):
        load_params()


def test_outside_a_project_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TechDiplomacyError, match="not a folder of the workbench"):
        load_params()


def test_a_viewpoint_that_is_no_country(tiny_project):
    path = tiny_project / "params.yaml"
    path.write_text(path.read_text().replace("viewpoint: VNM", "viewpoint: VMN"))
    with pytest.raises(InvalidParams, match=r"No country has the code 'VMN'\. Did you mean"):
        load_params()


def test_a_taxonomy_that_is_no_list(tiny_project):
    path = tiny_project / "params.yaml"
    path.write_text(path.read_text().replace("taxonomy: vn-1131-2025", "taxonomy: vn-1131-2026"))
    with pytest.raises(InvalidParams, match=r"no list of technologies 'vn-1131-2026'\. Did you"):
        load_params()


def test_spans_of_ranks_rise(content):
    content["ranks"]["firm_span"] = 6
    with pytest.raises(InvalidParams, match="firm_span lies above leaning_span"):
        parse_params(content)


def test_levels_other_than_those_of_the_tables(content):
    content["forecast"]["levels"] = [0.5, 0.9]
    with pytest.raises(InvalidParams, match=r"levels are 0\.8 and 0\.95"):
        parse_params(content)


SIGNED = {"by": "A. Reader", "on": "2026-11-21", "fingerprint": "0123456789ab"}


def test_a_review_is_empty_or_whole(content):
    content["review"]["country_clusters"] = dict(SIGNED)
    assert parse_params(content).review["country_clusters"].by == "A. Reader"


@pytest.mark.parametrize("left_out", ["by", "on", "fingerprint"])
def test_a_review_that_is_half_filled_says_what_is_missing(content, left_out):
    content["review"]["country_clusters"] = {**SIGNED, left_out: ""}
    with pytest.raises(InvalidParams, match=f"half filled, {left_out} missing") as caught:
        parse_params(content)
    assert "review.country_clusters" in caught.value.what


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("on", "21.11.2026", "a day is written like"),
        ("fingerprint", 123456789012, "put it in quotes"),
        ("fingerprint", "0123", "twelve hexadecimal digits"),
        ("by", 7, "valid string"),
    ],
)
def test_a_review_with_a_wrong_entry(content, key, value, words):
    content["review"]["country_clusters"] = {**SIGNED, key: value}
    with pytest.raises(InvalidParams, match=words):
        parse_params(content)


def test_a_day_without_quotes_is_read_as_it_is_written(content):
    content["review"]["country_clusters"] = {**SIGNED, "on": datetime.date(2026, 11, 21)}
    assert parse_params(content).review["country_clusters"].on == "2026-11-21"


OWN_FILE = {"from": "file", "path": "../own.csv", "date": "2026-05-01"}


def one_source(content, **changes):
    content["sources"]["own_patents"] = OWN_FILE | changes
    return parse_params(content).sources["own_patents"]


def test_the_day_of_a_file_may_stand_without_quotes(content, tiny_project):
    assert one_source(content, date=datetime.date(2026, 5, 1)).date == "2026-05-01"
    path = tiny_project / "params.yaml"
    entry = "own_patents: {from: file, path: ../own, date: 2026-05-01}"
    path.write_text(path.read_text().replace("\nsources:\n", f"\nsources:\n  {entry}\n"))
    assert load_params().sources["own_patents"].date == "2026-05-01"


@pytest.mark.parametrize(
    "written",
    ["2026-02-30", "2026-13-01", "20260501", "2026-5-1", "1 May 2026", "2026-W18-5"],
)
def test_a_day_of_a_file_that_does_not_exist_is_refused(content, written):
    with pytest.raises(InvalidParams, match=f"'{written}' is no day written as") as caught:
        one_source(content, date=written)
    assert "sources.own_patents" in caught.value.what


def test_a_moment_is_no_day(content):
    with pytest.raises(InvalidParams, match="is no day written as"):
        one_source(content, date=datetime.datetime(2026, 5, 1, 12, 30))


def test_the_terms_of_a_file_are_its_owners_unless_said_otherwise(content):
    assert one_source(content).terms == "own"
    assert one_source(content, terms="card").terms == "card"
    with pytest.raises(InvalidParams, match=r"own_patents\.terms"):
        one_source(content, terms="CC BY")


@pytest.mark.parametrize("origin", ["snapshot", "live"])
@pytest.mark.parametrize("entry", [{"path": "x"}, {"date": "2026-05-01"}, {"terms": "card"}])
def test_what_belongs_to_a_file_is_refused_elsewhere(content, origin, entry):
    content["sources"]["own_patents"] = {"from": origin, **entry}
    with pytest.raises(InvalidParams, match=f"not to 'from: {origin}'"):
        parse_params(content)


def test_every_notebook_has_a_review_and_no_other(content):
    content["review"]["country_cluster"] = content["review"].pop("country_clusters")
    with pytest.raises(
        InvalidParams,
        match=r"'review.country_cluster' is neither a notebook nor the brief of a partner\. "
        r"Did you mean 'country_clusters'\?"
        r".*'review.country_clusters' is missing",
    ):
        parse_params(content)
