"""What a release said, and what is said to have changed since."""

import importlib
import json

import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from techdiplomacy import changes, ledger, paths
from techdiplomacy.changes import FindingChange, NumberChange, PageChanges, Release
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.files import write_bytes, write_json
from techdiplomacy.pages import ELEMENT_TYPE


def finding(sentence, certainty="sure"):
    return {"sentence": {"en": sentence, "vi": f"vi {sentence}"}, "certainty": {"en": certainty}}


def release(version="0.1.0", numbers=None, findings=()):
    return Release(version, "2026-11-21", {"page": numbers or {}}, {"page": list(findings)})


def executed(notebook, numbers, *findings):
    payload = {"kind": "findings", "name": "findings", "findings": list(findings)}
    output = {"output_type": "display_data", "data": {ELEMENT_TYPE: payload}, "metadata": {}}
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": [output]}]
    write_json(paths.executed_notebook_file(notebook), {"cells": cells})
    write_json(paths.metrics_file(notebook), numbers)


NOTEBOOKS = ("country_clusters", "workforce_forecast")


@pytest.fixture
def project(tiny_project):
    executed(NOTEBOOKS[0], {"groups": 6, "verdict": "typology"}, finding("6 groups."))
    executed(NOTEBOOKS[1], {"skill": 0.25, "passes": True}, finding("Skill 25%."))
    return tiny_project


class TestCompare:
    def test_nothing_has_changed(self):
        same = release(numbers={"a": 1.0}, findings=[finding("One.")])
        assert changes.compare(same, same) == []

    def test_numbers_that_changed_came_and_went(self):
        (page,) = changes.compare(
            release(numbers={"same": 1, "moved": 2.0, "gone": 3, "word": "a"}),
            release(numbers={"same": 1, "moved": 3.0, "new": 4, "word": "b"}),
        )
        assert page.numbers == [
            NumberChange("gone", 3, None),
            NumberChange("moved", 2.0, 3.0),
            NumberChange("new", None, 4),
            NumberChange("word", "a", "b"),
        ]
        assert [row.absolute for row in page.numbers] == [None, 1.0, None, None]
        assert [row.relative for row in page.numbers] == [None, 0.5, None, None]

    def test_a_change_from_nothing_or_of_a_yes_has_no_share(self):
        assert NumberChange("a", 0.0, 2.0).relative is None
        assert NumberChange("a", -2.0, -1.0).relative == 0.5
        assert NumberChange("a", True, False).absolute is None

    def test_a_finding_is_paired_with_what_it_said_before(self):
        old = [finding("35 economies fall into 6 groups."), finding("Nothing else is known.")]
        new = [finding("36 economies fall into 6 groups."), finding("Zebras are striped, 7 of 7.")]
        (page,) = changes.compare(release(findings=old), release(findings=new))
        assert page.findings == [
            FindingChange(old[0], new[0]),
            FindingChange(None, new[1]),
            FindingChange(old[1], None),
        ]

    def test_pairs_are_chosen_so_that_all_together_are_most_alike(self):
        # the first new finding is most alike to the only partner that the second one has
        old = [finding("There are 6 firm groups by patents."), finding("There are 6 groups.")]
        new = [finding("There are 6 firm groups."), finding("There are 7 firm groups by patents.")]
        for findings in (new, new[::-1]):
            (page,) = changes.compare(release(findings=old), release(findings=findings))
            pairs = {pair.now["sentence"]["en"]: pair.before for pair in page.findings}
            assert pairs == {
                new[0]["sentence"]["en"]: old[1],
                new[1]["sentence"]["en"]: old[0],
            }

    def test_long_findings_are_compared_letter_by_letter(self):
        long = "By patents, 35 economies fall into 6 groups, useful names on a gradient. " * 4
        (page,) = changes.compare(
            release(findings=[finding(long)]), release(findings=[finding(long + "Indeed.")])
        )
        assert len(page.findings) == 1

    @pytest.mark.parametrize(
        ("before", "now", "reworded"),
        [
            (("6 groups of 35.", "p = 0.2"), ("Of 35, 6 groups.", "p is 0.2"), True),
            (("6 groups of 35.", "p = 0.2"), ("6 groups of 36.", "p = 0.2"), False),
            (("6 groups of 35.", "p = 0.2"), ("6 groups of 35.", "p = 0.3"), False),
            (("grew by +2%.", "sure of 1"), ("grew by -2%.", "sure of 1"), False),
            (("No number here.", "none"), ("No number there.", "none"), False),
        ],
    )
    def test_a_finding_with_the_same_numbers_is_only_reworded(self, before, now, reworded):
        change = FindingChange(finding(*before), finding(*now))
        assert change.reworded is reworded
        page = PageChanges("page", [change], [])
        assert (page.reworded, page.other) == (([change], []) if reworded else ([], [change]))

    def test_a_finding_that_came_or_went_is_not_reworded(self):
        assert not FindingChange(None, finding("6 groups.")).reworded
        assert not FindingChange(finding("6 groups."), None).reworded

    def test_a_finding_that_is_only_moved_has_not_changed(self):
        one, two = finding("One of 1."), finding("Two of 2.")
        assert changes.compare(release(findings=[one, two]), release(findings=[two, one])) == []

    def test_a_new_certainty_is_a_change(self):
        (page,) = changes.compare(
            release(findings=[finding("One of 1.", "p = 0.1")]),
            release(findings=[finding("One of 1.", "p = 0.2")]),
        )
        assert len(page.findings) == 1

    def test_pages_that_are_new_or_gone_are_named(self):
        before = Release("0.1.0", "", {"old": {"a": 1}}, {})
        now = Release("0.2.0", "", {"new": {"a": 1}}, {})
        assert [page.notebook for page in changes.compare(before, now)] == ["new", "old"]


class TestRecord:
    def test_a_release_is_recorded_and_read_back(self, project):
        written = changes.write_release("0.2.0", "2026-12-01", NOTEBOOKS)
        assert changes.newest_release() == written
        assert written.metrics["workforce_forecast"] == {"passes": True, "skill": 0.25}
        (said,) = written.findings["country_clusters"]
        assert said["sentence"] == {"en": "6 groups.", "vi": "vi 6 groups."}
        assert changes.compare(written, changes.current_state(NOTEBOOKS)) == []

    def test_the_pages_of_a_release_are_compared_with_the_one_before(self, project):
        def pair():
            found = changes.released_and_before(changes.current_state(NOTEBOOKS))
            return tuple(release and release.version for release in found)

        assert pair() == (None, None)
        changes.write_release("0.1.0", "2026-11-21", NOTEBOOKS)
        assert pair() == ("0.1.0", "0.1.0")  # there is nothing else to compare with
        write_json(paths.metrics_file(NOTEBOOKS[0]), {"groups": 7, "verdict": "typology"})
        assert pair() == (None, "0.1.0")
        changes.write_release("0.2.0", "2026-12-01", NOTEBOOKS)
        assert pair() == ("0.2.0", "0.1.0")
        write_json(paths.metrics_file(NOTEBOOKS[0]), {"groups": 8, "verdict": "typology"})
        assert pair() == (None, "0.2.0")

    def test_number_and_hash_of_frozen_forecasts_are_kept(self, project):
        written = changes.write_release(
            "0.2.0", "2026-12-01", NOTEBOOKS, ledger_rows=3, ledger_sha256="ab"
        )
        assert (written.ledger_rows, written.ledger_sha256) == (3, "ab")
        assert changes.newest_release() == written

    def test_a_record_from_before_the_ledger_is_read(self, project):
        content = {"version": "0.1.0", "date": "2026-11-21", "metrics": {}, "findings": {}}
        write_json(paths.release_file("0.1.0"), content)
        assert changes.newest_release().ledger_rows == 0

    def test_the_newest_is_that_of_the_highest_number(self, project):
        assert changes.newest_release() is None
        for version in ("0.2.0", "0.9.0", "0.10.0"):
            changes.write_release(version, "2026-12-01", NOTEBOOKS)
        write_bytes(paths.releases_folder() / "README.json", b"not a record")
        assert changes.newest_release().version == "0.10.0"

    @pytest.mark.parametrize(
        ("version", "date", "words"),
        [
            ("v1", "2026-12-01", "'v1' is no version"),
            ("0.2.0", "1 December", "'1 December' is no day"),
            ("0.2.0", "20261201", "'20261201' is no day"),
            ("0.1.0", "2026-12-01", "recorded already"),
            ("0.0.9", "2026-12-01", r"0\.0\.9 is not higher than the newest one, 0\.1\.0"),
            ("0.1", "2026-12-01", "is no version"),
            ("0.0.9", "2026-12-01", "is not higher"),
            ("0.01.1", "2026-12-01", "is no version"),
            ("0.2.0", "2026-11-20", "is dated 2026-11-20, before the newest"),
        ],
    )
    def test_what_cannot_be_recorded_is_refused(self, project, version, date, words):
        changes.write_release("0.1.0", "2026-11-21", NOTEBOOKS)
        before = paths.release_file("0.1.0").read_bytes()
        with pytest.raises(TechDiplomacyError, match=words):
            changes.write_release(version, date, NOTEBOOKS)
        assert [path.name for path in paths.releases_folder().iterdir()] == ["0.1.0.json"]
        assert paths.release_file("0.1.0").read_bytes() == before

    def test_a_notebook_that_was_not_executed_is_named(self, project):
        paths.metrics_file(NOTEBOOKS[0]).unlink()
        with pytest.raises(TechDiplomacyError, match="'country_clusters' has not been executed"):
            changes.write_release("0.2.0", "2026-12-01", NOTEBOOKS)

    @pytest.mark.parametrize(
        "content", [b"{", b'{"version": "0.3.0"}', b'{"versions": 1}'], ids=["half", "part", "key"]
    )
    def test_a_broken_record_is_named(self, project, content):
        write_bytes(paths.release_file("0.3.0"), content)
        with pytest.raises(TechDiplomacyError, match=r"record of release 0\.3\.0 cannot be read"):
            changes.newest_release()

    def test_a_record_under_a_wrong_name_is_named(self, project):
        changes.write_release("0.3.0", "2026-12-01", NOTEBOOKS)
        paths.release_file("0.3.0").rename(paths.release_file("0.4.0"))
        with pytest.raises(TechDiplomacyError, match=r"says version 0\.3\.0"):
            changes.newest_release()


class TestTool:
    @pytest.fixture
    def tool(self, project, monkeypatch):
        yaml = YAML(typ="safe")
        content = yaml.load((project / "params.yaml").read_text(encoding="utf-8"))
        for section in ("notebooks", "review"):
            content[section] = {name: content[section][name] for name in NOTEBOOKS}
        content["sources"] = {"tiny": {"from": "snapshot"}}
        write_bytes(project / "pyproject.toml", b'[project]\nversion = "0.1.0"\n')
        with (project / "params.yaml").open("w", encoding="utf-8") as stream:
            yaml.dump(content, stream)
        write_bytes(paths.ledger_file(), f"{ledger.header()}\n".encode())
        write_bytes(
            paths.result_file("workforce_forecast", "workforce_forecasts"), FORECASTS.encode()
        )
        write_bytes(
            paths.result_file("workforce_forecast", "reconciled_forecasts"), RECONCILED.encode()
        )
        write_bytes(paths.feature_file("workforce_series"), SERIES.encode())
        monkeypatch.syspath_prepend(str(ROOT / "tools"))
        return importlib.import_module("record_release")

    def test_it_writes_the_record_freezes_the_forecasts_and_says_how_many(
        self, project, tool, capsys
    ):
        assert tool.main(["0.2.0", "2026-12-01"]) == 0
        assert capsys.readouterr().out == (
            "release 0.2.0: 4 headline numbers, 2 findings, 2 forecasts frozen\n"
        )
        content = json.loads(paths.release_file("0.2.0").read_text(encoding="utf-8"))
        assert set(content) == {
            *("version", "date", "metrics", "findings", "ledger_rows", "ledger_sha256"),
        }
        frozen = ledger.load_ledger()
        assert frozen[["series", "year", "last_value", "value"]].values.tolist() == [
            ["employment/JPN/a", 2025, 100.0, 104.5],
            ["reconciled/AUT/ict_specialists", 2025, 50.0, 52.0],
        ]
        assert content["ledger_rows"] == 2

    def test_version_and_sources_are_put_into_the_citation(self, project, tool, capsys):
        assert tool.main(["0.2.0", "2026-12-01"]) == 0
        cited = YAML(typ="safe").load((project / "CITATION.cff").read_text(encoding="utf-8"))
        assert (cited["version"], str(cited["date-released"])) == ("0.2.0", "2026-12-01")
        own, tiny = cited["references"]
        assert own["license"] == "CC-BY-4.0"
        assert tiny["title"] == "Families of a tiny world"
        assert tiny["notes"].startswith("Licence: CC0. Source: the tests.")
        assert 'version = "0.2.0"' in (project / "pyproject.toml").read_text(encoding="utf-8")

    def test_a_second_release_adds_its_own(self, project, tool, capsys):
        assert tool.main(["0.2.0", "2026-12-01"]) == 0
        assert tool.main(["0.3.0", "2027-03-01"]) == 0
        assert ledger.load_ledger()["release"].tolist() == ["0.2.0"] * 2 + ["0.3.0"] * 2

    @pytest.mark.parametrize(
        ("version", "date", "words"),
        [
            ("0.3.0", "soon", "is no day"),
            ("0.2.0", "2026-12-02", "recorded already"),
            ("0.3.0", "2026-11-30", "before the newest"),
            ("0.1.5", "2026-12-02", "is not higher"),
        ],
    )
    def test_it_words_its_refusal_and_changes_nothing(
        self, project, tool, capsys, version, date, words
    ):
        assert tool.main(["0.2.0", "2026-12-01"]) == 0
        before = written()
        assert tool.main([version, date]) == 1
        told = capsys.readouterr().err
        assert words in told
        assert "what to do:" in told
        assert written() == before

    def test_without_executed_pages_or_forecasts_there_is_no_release(self, project, tool, capsys):
        before = written()
        paths.executed_notebook_file(NOTEBOOKS[0]).unlink()
        assert tool.main(["0.2.0", "2026-12-01"]) == 1
        assert "has not been executed" in capsys.readouterr().err
        assert written() == before
        paths.result_file("workforce_forecast", "workforce_forecasts").unlink()
        assert tool.main(["0.2.0", "2026-12-01"]) == 1
        assert "workforce_forecasts.csv is missing" in capsys.readouterr().err
        assert written() == before

    @pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError("disk full")])
    def test_stopped_while_the_record_is_written_nothing_is_released(
        self, project, tool, monkeypatch, stop
    ):
        before = written()

        def fail(path, content):
            assert len(ledger_lines()) == 3  # the rows are there already
            raise stop

        with monkeypatch.context() as patched:
            patched.setattr(changes, "write_json", fail)
            with pytest.raises((KeyboardInterrupt, OSError)):
                tool.main(["0.2.0", "2026-12-01"])
        assert written() == before
        assert tool.main(["0.2.0", "2026-12-01"]) == 0
        assert len(ledger.load_ledger()) == 2

    def test_after_a_power_cut_the_way_back_is_told(self, project, tool, capsys):
        assert tool.main(["0.2.0", "2026-12-01"]) == 0
        paths.release_file("0.2.0").unlink()  # the second of the two files was never written
        assert tool.main(["0.2.0", "2026-12-01"]) == 1
        told = capsys.readouterr().err
        assert "git checkout HEAD -- data/ledger/forecasts.csv data/releases" in told
        assert "record it again" in told
        write_bytes(paths.ledger_file(), f"{ledger.header()}\n".encode())  # what git checkout does
        assert tool.main(["0.2.0", "2026-12-01"]) == 0

    def test_an_edited_ledger_stops_the_next_release(self, project, tool, capsys):
        assert tool.main(["0.2.0", "2026-12-01"]) == 0
        text = paths.ledger_file().read_text(encoding="utf-8").replace("104.5", "110.0")
        write_bytes(paths.ledger_file(), text.encode())
        assert tool.main(["0.3.0", "2027-03-01"]) == 1
        told = capsys.readouterr().err
        assert "Row 1 of release 0.2.0 (employment/JPN/a, 2025)" in told
        assert "git checkout HEAD -- data/ledger/forecasts.csv data/releases" in told
        assert not paths.release_file("0.3.0").exists()


# a year observed and a year forecast, as the table of results holds them
FORECASTS = (
    "series,measure,country,label_of_series,unit,year,value,value_published,low_80,high_80,low_95,"
    "high_95,label,method,level_shift\n"
    'employment/JPN/a,employment,JPN,"Engineers, all",persons,2024,100.0,100.0,,,,,observed,,\n'
    'employment/JPN/a,employment,JPN,"Engineers, all",persons,2025,104.5,,98.0,110.0,94.0,114.0,'
    "forecast,drift,\n"
)
# one member of the union, with a forecast that was made to add up
RECONCILED = (
    "area,year,observed,value_alone,value,low_80,high_80,low_95,high_95,label\n"
    "AUT,2024,50.0,,,,,,,observed\n"
    "AUT,2025,,51.0,52.0,50.0,54.0,48.0,56.0,forecast\n"
)
SERIES = (
    "series,measure,country,label,unit,year,value,level_shift\n"
    "ict_specialists/AUT/all,ict_specialists,AUT,ICT specialists,persons,2024,50.0,\n"
)


def ledger_lines():
    return paths.ledger_file().read_text(encoding="utf-8").splitlines()


def written():
    """Return all that a release writes: its records and the ledger."""
    records = {path.name: path.read_bytes() for path in sorted(paths.releases_folder().glob("*"))}
    return records, ledger_lines()


def test_the_committed_records_can_be_read():
    for path in (ROOT / "data" / "releases").glob("*.json"):
        record = Release(**json.loads(path.read_text(encoding="utf-8")))
        assert record.version == path.stem
        for notebook, numbers in record.metrics.items():
            assert numbers, notebook
            assert 3 <= len(record.findings[notebook]) <= 5
