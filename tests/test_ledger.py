"""The ledger takes what a release published, once, and refuses any row that is another one."""

import ast
import json

import pandas as pd
import pytest
from conftest import ROOT

from techdiplomacy import forecast_record, ledger, paths
from techdiplomacy.errors import InvalidTable, TechDiplomacyError
from techdiplomacy.files import write_bytes, write_json

SERIES = "employment/JPN/OC2"
NOTHING_YET = "fe14010b4fe83303852f0467c919ef9a7ca089b91e96e3aad7d426dd87079297"
COLUMNS = ["year", "value", "value_published", "low_80", "high_80", "low_95", "high_95", "label"]


def forecasts(series=SERIES, shift=0.0):
    """Three years observed, the first at an earlier level, two forecast and one scenario."""
    rows = [
        (2022, 90.0, 45.0, None, None, None, None, "rescaled"),
        (2024, 100.0 + shift, 100.0 + shift, None, None, None, None, "observed"),
        (2023, 95.0, 95.0, None, None, None, None, "observed"),
        (2025, 104.123456789, None, 98.0, 110.0, 94.0, 114.0, "forecast"),
        (2026, 108.0, None, 96.0, 120.0, None, None, "forecast"),
        (2027, 112.0, None, None, None, None, None, "scenario"),
    ]
    return pd.DataFrame(rows, columns=COLUMNS).assign(
        series=series,
        measure=series.split("/")[0],
        country=series.split("/")[1],
        label_of_series="Engineers, all",
        unit="persons",
        method="drift",
    )


def record(release, block=None, date="2026-12-01"):
    content = {"version": release, "date": date, "metrics": {}, "findings": {}}
    if block is not None:
        content |= {"ledger_rows": block.rows, "ledger_sha256": block.sha256}
    write_json(paths.release_file(release), content)


def publish(release, date="2026-12-01", rows=None):
    frozen = ledger.freeze(forecasts() if rows is None else rows, release, date)
    with ledger.append(frozen) as block:
        record(release, block, date)
    return frozen


def add_and(stop, *, recorded=False):
    """Add two forecasts, and be stopped before or after the record is written."""
    before = content()
    with ledger.append(ledger.freeze(forecasts(), "0.2.0", "2026-12-01")) as block:
        assert content() != before
        if recorded:
            record("0.2.0", block)
        raise stop


def add_with(told):
    """Add two forecasts with a record that says something else, or with none."""
    with ledger.append(ledger.freeze(forecasts(), "0.2.0", "2026-12-01")):
        if told is not None:
            record("0.2.0", told)


def content():
    return paths.ledger_file().read_bytes()


def replace(old, new, times=1):
    text = content().decode()
    assert text.count(old) >= 1
    write_bytes(paths.ledger_file(), text.replace(old, new, times).encode())


def lines():
    return content().decode().splitlines()


def write_lines(kept):
    write_bytes(paths.ledger_file(), ("\n".join(kept) + "\n").encode())


@pytest.fixture
def project(tiny_project):
    write_bytes(paths.ledger_file(), f"{ledger.header()}\n".encode())
    return tiny_project


class TestFreeze:
    def test_forecasts_with_an_interval_are_kept_and_nothing_else(self):
        frozen = ledger.freeze(forecasts(), "0.2.0", "2026-12-01")
        assert frozen["year"].tolist() == [2025, 2026]
        assert frozen["release"].tolist() == ["0.2.0", "0.2.0"]
        assert frozen["low_95"].tolist()[0] == 94.0
        assert pd.isna(frozen["low_95"][1])
        # the naive line without an interval is no forecast that could fail
        bare = forecasts().assign(label="no_skill", low_80=None, high_80=None)
        assert ledger.freeze(bare, "0.2.0", "2026-12-01").empty

    def test_the_newest_observed_year_is_the_naive_line_whatever_the_order_of_rows(self):
        frozen = ledger.freeze(forecasts(), "0.2.0", "2026-12-01")
        assert set(frozen["last_year"]) == {2024}
        assert set(frozen["last_value"]) == {100.0}

    def test_nine_digits_are_kept(self):
        frozen = ledger.freeze(forecasts(), "0.2.0", "2026-12-01")
        assert frozen["value"][0] == 104.123457

    def test_the_hash_is_that_of_the_years_as_published(self):
        # printf '2022,4.50000000e+01\n2023,9.50000000e+01\n2024,1.00000000e+02\n' | sha256sum
        known = "7e97278b5c46d57d625dfc249c664c5ba200920ba5b8f5d4af11efba4f2f1f86"
        frozen = ledger.freeze(forecasts(), "0.2.0", "2026-12-01")
        assert set(frozen["inputs"]) == {known}
        moved = forecasts().assign(value=lambda rows: rows["value"] * 2)
        assert set(ledger.freeze(moved, "0.2.0", "2026-12-01")["inputs"]) == {known}
        revised = ledger.freeze(forecasts(shift=1.0), "0.2.0", "2026-12-01")
        assert set(revised["inputs"]) != {known}

    def test_the_order_of_rows_makes_no_difference(self):
        rows = pd.concat([forecasts("researchers/KOR/all"), forecasts()], ignore_index=True)
        mixed = rows.sample(frac=1, random_state=1)
        pd.testing.assert_frame_equal(
            ledger.freeze(rows, "0.2.0", "2026-12-01"), ledger.freeze(mixed, "0.2.0", "2026-12-01")
        )

    def test_a_forecast_without_an_observed_year_is_refused(self):
        ahead = forecasts().query("label == 'forecast'")
        with pytest.raises(InvalidTable, match="last_year"):
            ledger.freeze(ahead, "0.2.0", "2026-12-01")


class TestReconciled:
    """Two members and their union: 100 + 50 in 2024, forecast 104 and 52 and together 156."""

    SERIES = pd.DataFrame(
        [("AUT", 2023, 95.0), ("AUT", 2024, 100.0), ("BEL", 2024, 50.0)],
        columns=["country", "year", "value"],
    ).assign(
        series=lambda rows: "ict_specialists/" + rows["country"] + "/all",
        measure="ict_specialists",
        label="ICT specialists",
        unit="persons",
        level_shift=None,
    )
    TABLE = pd.DataFrame(
        [
            ("EU27", 2024, 150.0, None, None, None, "observed"),
            ("EU27", 2025, None, 156.0, 150.0, 162.0, "forecast"),
            ("EU27", 2026, None, 160.0, None, None, "scenario"),
            ("AUT", 2024, 100.0, None, None, None, "observed"),
            ("AUT", 2025, None, 104.0, 101.0, 107.0, "forecast"),
            ("BEL", 2024, 50.0, None, None, None, "observed"),
            ("BEL", 2025, None, 52.0, 50.0, 54.0, "no_skill"),
            # not reconciled: some member has no forecast of the year
            ("BEL", 2026, None, None, None, None, "forecast"),
        ],
        columns=["area", "year", "observed", "value", "low_80", "high_80", "label"],
    ).assign(value_alone=float("nan"), low_95=float("nan"), high_95=float("nan"))

    def frozen(self):
        members = ["AUT", "BEL"]
        series = forecast_record.with_union(
            self.SERIES, members, union="EU27", measure="ict_specialists"
        )
        rows = forecast_record.reconciled_rows(self.TABLE, series)
        rows = pd.concat([forecasts("ict_specialists/AUT/all"), rows], ignore_index=True)
        return ledger.freeze(rows, "0.2.0", "2026-12-01")

    def test_the_union_and_its_members_are_frozen_beside_the_single_forecasts(self):
        columns = ["series", "area", "year", "last_value", "value", "label"]
        assert self.frozen()[columns].values.tolist() == [
            ["ict_specialists/AUT/all", "AUT", 2025, 100.0, 104.123457, "forecast"],
            ["ict_specialists/AUT/all", "AUT", 2026, 100.0, 108.0, "forecast"],
            ["reconciled/AUT/ict_specialists", "AUT", 2025, 100.0, 104.0, "forecast"],
            ["reconciled/BEL/ict_specialists", "BEL", 2025, 50.0, 52.0, "no_skill"],
            ["reconciled/EU27/ict_specialists", "EU27", 2025, 150.0, 156.0, "forecast"],
        ]

    def test_they_are_told_apart_by_panel_and_method(self):
        rows = self.frozen().iloc[2:]
        assert set(rows["measure"]) == {"reconciled"}
        assert set(rows["method"]) == {"made to add up"}
        assert set(rows["label_of_series"]) == {"ICT specialists"}
        assert set(rows["unit"]) == {"persons"}

    def test_the_hash_of_the_union_is_that_of_its_sums(self):
        sums = pd.DataFrame({"year": [2024], "value_published": [150.0]})
        assert self.frozen()["inputs"].iloc[-1] == ledger.inputs_of(sums)

    def test_a_member_without_a_series_is_refused(self):
        series = forecast_record.with_union(
            self.SERIES, ["AUT"], union="EU27", measure="ict_specialists"
        )
        rows = forecast_record.reconciled_rows(self.TABLE, series)
        with pytest.raises(InvalidTable, match="series"):
            ledger.freeze(rows, "0.2.0", "2026-12-01")


class TestAppend:
    def test_what_was_published_is_read_back(self, project):
        assert ledger.load_ledger().empty
        first = publish("0.2.0")
        second = publish("0.3.0", "2027-03-01", forecasts(shift=2.0))
        pd.testing.assert_frame_equal(
            ledger.load_ledger(), pd.concat([first, second], ignore_index=True)
        )

    def test_the_bytes_are_the_same_each_time(self, project):
        publish("0.2.0")
        once = content()
        write_bytes(paths.ledger_file(), f"{ledger.header()}\n".encode())
        paths.release_file("0.2.0").unlink()
        publish("0.2.0")
        assert content() == once

    def test_the_first_rows_stay_byte_for_byte(self, project):
        publish("0.2.0")
        before = content()
        publish("0.3.0", "2027-03-01")
        assert content().startswith(before)
        assert len(content()) > len(before)

    def test_a_release_without_rows_is_allowed(self, project):
        record("0.1.0", date="2026-11-21")
        publish("0.2.0")
        assert set(ledger.load_ledger()["release"]) == {"0.2.0"}

    def test_no_forecast_leaves_the_file_alone(self, project):
        before = content()
        with ledger.append(ledger.freeze(forecasts(), "0.2.0", "2026-12-01").head(0)) as block:
            # printf ledger | sha256sum
            assert block == ledger.Block(0, NOTHING_YET)
        assert content() == before

    def test_a_second_block_of_a_release_is_refused(self, project):
        publish("0.2.0")
        before = content()
        with pytest.raises(TechDiplomacyError, match=r"0\.2\.0 is in the ledger already"):
            publish("0.2.0", "2027-01-01")
        assert content() == before

    def test_a_recorded_release_gets_no_rows_afterwards(self, project):
        record("0.1.0", date="2026-11-21")
        before = content(), paths.release_file("0.1.0").read_bytes()
        with pytest.raises(TechDiplomacyError, match=r"0\.1\.0 is recorded already"):
            publish("0.1.0")
        assert (content(), paths.release_file("0.1.0").read_bytes()) == before

    def test_an_earlier_day_is_refused_and_the_same_day_is_not(self, project):
        publish("0.2.0", "2026-12-01")
        with pytest.raises(TechDiplomacyError, match="2026-11-30, before the newest"):
            publish("0.2.1", "2026-11-30")
        assert not paths.release_file("0.2.1").exists()
        publish("0.2.1", "2026-12-01")
        assert len(ledger.load_ledger()) == 4

    @pytest.mark.parametrize("version", ["0.1.5", "0.2.10", "0.0.9"])
    def test_a_version_that_is_not_higher_is_refused(self, project, version):
        publish("0.3.0", "2026-12-01")
        before = content()
        with pytest.raises(TechDiplomacyError, match=rf"{version} is not higher .*, 0\.3\.0"):
            publish(version, "2027-01-01")
        assert content() == before
        assert not paths.release_file(version).exists()
        publish("0.10.0", "2027-01-01")
        assert ledger.load_ledger()["release"].tolist() == ["0.3.0"] * 2 + ["0.10.0"] * 2

    def test_a_release_without_forecasts_has_its_number_too(self, project):
        record("0.9.0", date="2026-11-21")
        with pytest.raises(TechDiplomacyError, match=r"0\.3\.0 is not higher .* 0\.9\.0"):
            publish("0.3.0")
        with pytest.raises(TechDiplomacyError, match=r"'1\.01' is no version"):
            publish("1.01")

    def test_two_releases_at_a_time_are_refused(self, project):
        both = pd.concat(
            [ledger.freeze(forecasts(), name, "2026-12-01") for name in ("0.2.0", "0.3.0")]
        )
        with pytest.raises(TechDiplomacyError, match="2 releases or days"), ledger.append(both):
            pytest.fail("not reached")

    def test_a_line_break_in_a_name_is_refused(self, project):
        rows = forecasts().assign(label_of_series="Engi\nneers")
        before = content()
        with pytest.raises(InvalidTable, match="line break"):
            publish("0.2.0", rows=rows)
        assert content() == before


class TestCutOff:
    @pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError, SystemExit])
    def test_stopped_before_the_record_there_is_no_release(self, project, stop):
        before = content()
        with pytest.raises(stop):
            add_and(stop)
        assert content() == before
        assert ledger.load_ledger().empty
        publish("0.2.0")
        assert len(ledger.load_ledger()) == 2

    def test_stopped_right_after_the_record_the_release_stands(self, project):
        with pytest.raises(KeyboardInterrupt):
            add_and(KeyboardInterrupt, recorded=True)
        assert ledger.load_ledger()["year"].tolist() == [2025, 2026]

    def test_the_ledger_cannot_be_written(self, project, monkeypatch):
        before = content()
        write = ledger.write_bytes

        def fail(path, new):
            if new != before:
                raise OSError("no space left on device")
            write(path, new)

        monkeypatch.setattr(ledger, "write_bytes", fail)
        with pytest.raises(OSError, match="no space"):
            publish("0.2.0")
        assert content() == before
        assert not paths.release_file("0.2.0").exists()

    @pytest.mark.parametrize("wrong", [None, ledger.Block(2, "0" * 64), ledger.Block(1, "")])
    def test_rows_that_no_record_names_are_not_kept(self, project, wrong):
        before = content()
        with pytest.raises(TechDiplomacyError, match=r"0\.2\.0 has no record that names"):
            add_with(wrong)
        assert content() == before

    def test_killed_in_between_the_way_back_is_told(self, project):
        # what is left if the computer stops after the first of two files
        publish("0.2.0")
        paths.release_file("0.2.0").unlink()
        with pytest.raises(InvalidTable, match="2 rows of the ledger") as caught:
            ledger.load_ledger()
        assert "release '0.2.0'" in caught.value.what
        assert (
            "git checkout HEAD -- data/ledger/forecasts.csv data/releases" in caught.value.next_step
        )
        assert "record it again" in caught.value.next_step
        with pytest.raises(InvalidTable):
            publish("0.3.0", "2027-01-01")

    def test_cut_off_while_the_release_before_is_not_committed(self, project):
        # git would take out both: the rows that were cut off are named, and can be taken out alone
        publish("0.2.0")
        before = content()
        publish("0.3.0", "2027-01-01")
        paths.release_file("0.3.0").unlink()
        with pytest.raises(InvalidTable, match=r"release '0\.3\.0'") as caught:
            ledger.load_ledger()
        assert "take these rows out, the last 2 lines of the file" in caught.value.next_step
        assert "commit each one before the next" in caught.value.next_step
        write_lines(lines()[:-2])
        assert content() == before
        publish("0.3.0", "2027-01-01")


class TestVerify:
    @pytest.fixture(autouse=True)
    def two_releases(self, project):
        publish("0.2.0")
        publish("0.3.0", "2027-03-01", forecasts(shift=2.0))
        self.kept = lines()

    def refused(self, *words):
        with pytest.raises(InvalidTable) as caught:
            ledger.load_ledger()
        for word in words:
            assert word in caught.value.what
        assert (
            "git checkout HEAD -- data/ledger/forecasts.csv data/releases" in caught.value.next_step
        )
        assert caught.value.where == "data/ledger/forecasts.csv"

    def test_an_edited_value_names_its_row(self):
        replace("108.0", "109.0")
        self.refused("Row 2 of release 0.2.0", f"{SERIES}, 2026", "edited")

    def test_a_row_edited_with_its_check_is_found_by_the_next_or_by_the_hash(self):
        text = self.kept[1].rpartition(",")[0].replace("104.123457", "105.0")
        check = ledger._next_check("ledger", text)
        write_lines([self.kept[0], f"{text},{check}", *self.kept[2:]])
        self.refused("Row 2 of release 0.2.0")
        other = self.kept[2].rpartition(",")[0]
        both = [f"{text},{check}", f"{other},{ledger._next_check(check, other)}"]
        write_lines([self.kept[0], *both, *self.kept[3:]])
        self.refused("Rows 1 to 2 of release 0.2.0", "edited together")

    def test_a_missing_row_is_named(self):
        write_lines([self.kept[0], *self.kept[2:]])
        self.refused("Row 1 of release 0.2.0", "taken out")
        write_lines(self.kept[:-1])
        self.refused("0.3.0 has 1 of its 2 rows", "row 2 is missing")

    def test_a_missing_release_is_named(self):
        write_lines(self.kept[:3])
        self.refused("All 2 rows of release 0.3.0 are missing")

    def test_a_foreign_row_is_named(self):
        text = self.kept[2].rpartition(",")[0].replace(",2026,", ",2030,")
        foreign = f"{text},{ledger._next_check(self.kept[2].rpartition(',')[2], text)}"
        write_lines([*self.kept[:3], foreign, *self.kept[3:]])
        self.refused("Row 3 of release 0.2.0", f"{SERIES}, 2030", "not published with it")
        write_lines([*self.kept, self.kept[1].replace("0.2.0", "0.4.0", 1)])
        self.refused("1 rows", "'0.4.0'", f"{SERIES}, 2025")
        write_lines([*self.kept, self.kept[1]])
        self.refused("'0.2.0'")
        write_lines([*self.kept, ""])
        self.refused("1 rows", "''")

    def test_rows_in_another_order_are_refused(self):
        write_lines([self.kept[0], self.kept[2], self.kept[1], *self.kept[3:]])
        self.refused("Row 1 of release 0.2.0")

    def test_a_torn_file_or_another_header_is_refused(self):
        write_bytes(paths.ledger_file(), content()[:-5])
        self.refused("breaks off")
        write_lines([self.kept[0].replace("value", "worth", 1), *self.kept[1:]])
        self.refused("another header")
        write_bytes(paths.ledger_file(), b"")
        self.refused("another header")

    def test_releases_in_another_order_are_refused(self):
        write_lines([self.kept[0], *self.kept[3:], *self.kept[1:3]])
        self.refused("Release 0.2.0 (2026-12-01) stands after release 0.3.0 (2027-03-01)", "moved")

    def test_a_release_of_the_same_day_has_its_place_too(self):
        publish("0.3.1", "2027-03-01")
        kept = lines()
        write_lines([*kept[:3], *kept[5:], *kept[3:5]])
        self.refused("Release 0.3.0 (2027-03-01) stands after release 0.3.1")

    def test_moved_with_all_checks_and_records_made_anew_the_days_still_tell(self):
        check, made = "ledger", []
        for release in ("0.3.0", "0.2.0"):
            own = []
            for line in [line for line in self.kept if line.startswith(f"{release},")]:
                text = line.rpartition(",")[0]
                check = ledger._next_check(check, text)
                own.append(f"{text},{check}")
            record(release, ledger.Block(2, ledger._sha256_of(own)))
            made += own
        write_lines([self.kept[0], *made])
        self.refused("stands after release 0.3.0")

    @pytest.mark.parametrize("gone", ["0.2.0", "0.3.0"])
    def test_an_older_release_taken_out_with_its_record_is_missed(self, gone):
        publish("0.4.0", "2027-06-01")
        after = {"0.2.0": "0.3.0", "0.3.0": "0.4.0"}[gone]
        write_lines([line for line in lines() if not line.startswith(f"{gone},")])
        paths.release_file(gone).unlink()
        self.refused(f"Release {after} is as published", "does not follow", "taken out")

    @pytest.mark.parametrize("emptied", [ledger.Block(0, ""), ledger.Block(0, NOTHING_YET), None])
    def test_an_older_release_whose_record_was_emptied_is_missed(self, emptied):
        record("0.2.0", emptied)
        self.refused("Row 1 of release 0.2.0", "not published with it")
        write_lines([self.kept[0], *self.kept[3:]])
        self.refused("Release 0.3.0 is as published", "emptied")

    @pytest.mark.parametrize("emptied", [ledger.Block(0, ""), ledger.Block(0, NOTHING_YET)])
    def test_the_newest_release_cannot_be_emptied_either(self, emptied):
        record("0.3.0", emptied, "2027-03-01")
        write_lines(self.kept[:3])
        self.refused("Release 0.3.0 says that it has frozen nothing", "emptied")

    def test_a_release_without_forecasts_holds_what_was_before_it(self):
        with ledger.append(ledger.freeze(forecasts(), "0.4.0", "2027-06-01").head(0)) as block:
            record("0.4.0", block, "2027-06-01")
        assert len(ledger.load_ledger()) == 4
        write_lines(self.kept[:3])
        paths.release_file("0.3.0").unlink()
        self.refused("Release 0.4.0 says that it has frozen nothing", "taken out")

    def test_line_ends_of_another_system_are_no_change(self):
        before = ledger.load_ledger()
        write_bytes(paths.ledger_file(), content().replace(b"\n", b"\r\n"))
        pd.testing.assert_frame_equal(ledger.load_ledger(), before)

    def test_a_record_that_says_something_else_is_refused(self):
        path = paths.release_file("0.3.0")
        told = json.loads(path.read_text(encoding="utf-8"))
        write_json(path, told | {"ledger_rows": 3})
        self.refused("0.3.0 has 2 of its 3 rows")
        write_json(path, told | {"ledger_sha256": "0" * 64})
        self.refused("Rows 1 to 2 of release 0.3.0")

    def test_a_broken_record_or_a_missing_ledger_is_named(self):
        write_bytes(paths.release_file("0.3.0"), b"[]")
        with pytest.raises(TechDiplomacyError, match=r"release 0\.3\.0 cannot be read"):
            ledger.load_ledger()
        paths.ledger_file().unlink()
        with pytest.raises(TechDiplomacyError, match="ledger is missing"):
            ledger.load_ledger()


def programs():
    """Return every program of the project with its code: modules, scripts and notebooks."""
    found = {
        path: path.read_text(encoding="utf-8")
        for folder in ("src", "pipelines", "tools")
        for path in sorted((ROOT / folder).rglob("*.py"))
    }
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found[path] = "\n\n".join(
            "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"
        )
    return {path.relative_to(ROOT).as_posix(): code for path, code in found.items()}


def calls_the_writer(code):
    """Return whether a program reaches for the writer, under whatever name it imports it."""
    tree = ast.parse(code)
    names = {"ledger"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            told = {alias.name: alias.asname or alias.name for alias in node.names}
            if (node.module or "").endswith("ledger") and {"append", "*"} & set(told):
                return True
            names.add(told.get("ledger", "ledger"))
        elif isinstance(node, ast.Import):
            own = [alias for alias in node.names if alias.name == "techdiplomacy.ledger"]
            names |= {alias.asname for alias in own if alias.asname}
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "append"
        and getattr(node.value, "id", getattr(node.value, "attr", "")) in names
        for node in ast.walk(tree)
    )


class TestWriter:
    @pytest.mark.parametrize(
        "code",
        [
            "from techdiplomacy import ledger\nledger.append(rows)",
            "from techdiplomacy import ledger as book\nbook.append(rows)",
            "from techdiplomacy.ledger import append",
            "import techdiplomacy.ledger\ntechdiplomacy.ledger.append(rows)",
            "import techdiplomacy.ledger as book\nwith book.append(rows): pass",
        ],
    )
    def test_a_call_of_the_writer_is_seen(self, code):
        assert calls_the_writer(code)
        assert not calls_the_writer("rows = []\nrows.append(1)")

    def test_only_a_release_calls_the_writer(self):
        found = programs()
        assert len(found) > 50
        callers = {name for name, code in found.items() if calls_the_writer(code)}
        assert callers == {"tools/record_release.py"}

    def test_nothing_else_knows_where_the_file_is(self):
        known = {name for name, code in programs().items() if "ledger_file" in code}
        assert known == {"src/techdiplomacy/ledger.py", "src/techdiplomacy/paths.py"}


@pytest.mark.usefixtures("at_the_root")
def test_the_committed_ledger_is_what_the_releases_published():
    frozen = ledger.load_ledger()
    assert list(frozen.columns) == ledger.LEDGER.column_names()


def test_its_page_names_every_column():
    text = (ROOT / "data" / "ledger" / "README.md").read_text(encoding="utf-8")
    for name in ledger.header().split(","):
        assert f"`{name}`" in text, name
