"""make looks at params.yaml first: what is wrong there is said before DVC words it in its way."""

import importlib

import pytest
from conftest import CARD, ROOT
from ruamel.yaml import YAML
from test_arrivals import LIVE
from test_freshness import only

from techdiplomacy import acceptance, arrivals, paths
from techdiplomacy.cards import ONLY_FILES
from techdiplomacy.errors import InvalidParams, SourceUnavailable
from techdiplomacy.params import load_params

EMPTY = ",".join(CARD["columns"]) + "\n"
SNAPSHOT = "{from: snapshot}"
FROM_FILE = "{from: file, path: ../own.csv, date: 2026-05-01}"


@pytest.fixture
def settings(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("check_settings")


@pytest.fixture
def listed(tiny_project):
    """Return a function that lists sources, and no others; all notebooks are there."""
    (tiny_project / "notebooks").mkdir()
    for name in load_params().notebooks:
        paths.notebook_file(name).touch()

    def write(**entries):
        only(tiny_project, entries)

    write(tiny=SNAPSHOT)
    return write


def second_card(folder, **changes):
    """Write source 'other' with the card of source 'tiny'."""
    snapshots = folder / "data" / "snapshots"
    card = YAML(typ="safe").load((snapshots / "tiny.yaml").read_text(encoding="utf-8"))
    with (snapshots / "other.yaml").open("w", encoding="utf-8") as stream:
        YAML(typ="safe").dump(card | {"id": "other"} | changes, stream)
    (snapshots / "other.csv.gz").write_bytes((snapshots / "tiny.csv.gz").read_bytes())


def refused(settings, words, kind=InvalidParams):
    with pytest.raises(kind, match=words) as caught:
        settings.check_settings()
    assert caught.value.next_step
    return caught.value


def test_the_settings_of_the_project_are_in_order(at_the_root, settings):
    assert settings.check_settings() == load_params()


def test_settings_that_are_in_order_are_returned(listed, settings):
    assert list(settings.check_settings().sources) == ["tiny"]


def test_a_source_without_a_card_is_named_with_what_could_be_meant(listed, settings):
    listed(tinny=SNAPSHOT)
    error = refused(settings, r"'tinny' has no file tinny\.yaml\. Did you mean 'tiny'")
    assert error.where == "params.yaml: sources"


def test_a_card_without_its_packed_figures_is_named(listed, settings):
    paths.snapshot_file("tiny").unlink()
    refused(settings, r"'tiny' has no file tiny\.csv\.gz")


def test_a_notebook_without_a_file_is_named_with_what_could_be_meant(listed, settings):
    path = paths.notebook_file("country_clusters")
    path.rename(path.with_name("country_cluster.ipynb"))
    error = refused(
        settings, r"'country_clusters' has no file .*Did you mean (.* or )?'country_cluster'"
    )
    assert error.where == "params.yaml: notebooks"


def test_two_sources_of_one_table_are_refused(listed, settings, tiny_project):
    second_card(tiny_project)
    listed(tiny=SNAPSHOT, other=SNAPSHOT)
    refused(settings, "'tiny' and 'other' both fill the table 'patent_families'")


def test_figures_that_are_not_embedded_cannot_be_taken_from_the_project(listed, settings, embed):
    embed(EMPTY, live=LIVE)
    error = refused(settings, "No figures of 'tiny' are embedded")
    assert error.where == "params.yaml: sources.tiny.from"
    listed(tiny="{from: live}")
    assert settings.check_settings()
    listed(tiny=FROM_FILE)
    assert settings.check_settings()


@pytest.mark.parametrize("live", [None, {"service": ONLY_FILES, "ask": {}}])
@pytest.mark.parametrize("origin", ["snapshot", "live"])
def test_figures_that_only_a_file_brings_need_one(listed, settings, embed, live, origin):
    embed(EMPTY, live=live)
    listed(tiny=f"{{from: {origin}}}")
    error = refused(settings, "come from a file of yours only")
    assert "tiny: {from: file, path: " in error.next_step
    listed(tiny=FROM_FILE)
    assert settings.check_settings()


def test_a_source_without_a_service_cannot_be_live(listed, settings):
    listed(tiny="{from: live}")
    refused(settings, "'tiny' has no live service", SourceUnavailable)


def test_a_question_that_is_not_of_the_form_of_its_service_is_found(listed, settings, embed):
    embed(live=LIVE | {"ask": {"indicator": ["X"]}})
    assert settings.check_settings()  # nobody is going to be asked
    listed(tiny="{from: live}")
    refused(settings, "Did you mean 'indicators'")


def test_a_misspelt_key_is_found(listed, settings):
    listed(tiny="{form: snapshot}")
    refused(settings, r"sources\.tiny")


# --refresh


def ended(settings, monkeypatch, capsys, *arguments):
    """Run the script; return its exit code and what it says."""
    monkeypatch.setattr("sys.argv", ["check_settings.py", *arguments])
    code = 0
    try:
        settings.main()
    except SystemExit as end:
        code = end.code
    shown = capsys.readouterr()
    assert shown.out == ""
    return code, shown.err


def test_the_script_is_quiet_when_all_is_well(listed, settings, monkeypatch, capsys):
    assert ended(settings, monkeypatch, capsys) == (0, "")


def test_the_script_ends_with_a_message(listed, settings, monkeypatch, capsys):
    listed(tinny=SNAPSHOT)
    code, said = ended(settings, monkeypatch, capsys)
    assert code == 1
    assert said.startswith("\nInvalidParams: 'tinny' has no file")
    assert "Traceback" not in said


@pytest.mark.parametrize("entry", ["{from: live}", FROM_FILE])
@pytest.mark.parametrize("accept", ["", acceptance.FEWER])
def test_what_is_live_or_from_a_file_can_be_fetched_anew(
    listed, settings, embed, monkeypatch, capsys, entry, accept
):
    embed(live=LIVE)
    listed(tiny=entry)
    monkeypatch.setenv(arrivals.ACCEPT_VARIABLE, accept)
    assert ended(settings, monkeypatch, capsys, "--refresh", "tiny") == (0, "")


@pytest.mark.parametrize(
    ("entry", "source", "accept", "words"),
    [
        ("{from: live}", "tinny", "", "'tinny' is not listed. Did you mean 'tiny'?"),
        ("{from: live}", "other", "", "'other' is not listed.\n"),
        (SNAPSHOT, "tiny", "", "nobody is asked for embedded figures"),
        ("{from: live}", "tiny", "fever", "'fever' cannot be accepted"),
        ("{from: live}", "tiny", "yes", "The only word is fewer"),
    ],
)
def test_what_cannot_be_fetched_anew_is_said(
    listed, settings, embed, tiny_project, monkeypatch, capsys, entry, source, accept, words
):
    embed(live=LIVE)
    second_card(tiny_project)
    listed(tiny=entry)
    monkeypatch.setenv(arrivals.ACCEPT_VARIABLE, accept)
    code, said = ended(settings, monkeypatch, capsys, "--refresh", source)
    assert code == 1
    assert words in said
    assert "what to do: " in said
