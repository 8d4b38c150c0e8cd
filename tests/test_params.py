"""params.yaml: every wrong key stops with a suggestion."""

import copy

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
    ],
)
def test_a_mistyped_value_is_named_with_what_was_found(content, section, key, value):
    content[section][key] = value
    with pytest.raises(InvalidParams, match=rf"{section}\.{key}"):
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


def test_levels_other_than_those_of_the_tables(content):
    content["forecast"]["levels"] = [0.5, 0.9]
    with pytest.raises(InvalidParams, match=r"levels are 0\.8 and 0\.95"):
        parse_params(content)
