"""How fresh figures are: read from the notes, and asked of publishers only when told to."""

import importlib
from datetime import date

import pytest
from conftest import CARD, ROOT, write_source
from loopback import Answer, Loopback, Route
from ruamel.yaml import YAML
from test_arrivals import COLUMNS, EDITION, LIVE, PEOPLE, Bank, fetch, list_tiny, offer, on_disk
from test_connector_faults import Hands

from techdiplomacy import arrivals, paths
from techdiplomacy import freshness as freshness_module
from techdiplomacy.cards import OWN_TERMS, load_card
from techdiplomacy.errors import SourceUnavailable
from techdiplomacy.files import write_json
from techdiplomacy.freshness import freshness
from techdiplomacy.params import SourceSettings, load_params
from techdiplomacy.sources.download import Downloads

TODAY = date(2026, 11, 22)
SAME = "the publisher names the same state (2026-07-13); only a fetch tells the figures"


@pytest.fixture
def nobody_asks(monkeypatch):
    """Fail if a connection is opened."""

    def refuse(*_, **__):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.create_connection", refuse)


@pytest.fixture
def bank(embed, monkeypatch):
    """Return the World Bank in small, asked with a clock that does not wait."""
    offer(embed)
    still = Hands().clock()

    def downloads(*given, **options):
        return Downloads(*given, **{"clock": still, "announce": lambda words: None, **options})

    monkeypatch.setattr("techdiplomacy.sources.download.Downloads", downloads)
    with Bank() as server:
        server.shows(*PEOPLE)
        monkeypatch.setenv("WORLDBANK_BASE_URL", server.url)
        yield server


def states(*, ask=False, today=TODAY, **sources):
    """Return the states of sources, each given as where it comes from."""
    listed = {
        name: SourceSettings(**{"from": origin} if isinstance(origin, str) else origin)
        for name, origin in sources.items()
    }
    params = load_params().model_copy(update={"sources": listed})
    return {state.source: state for state in freshness(params, today, ask=ask)}


def tiny(**options):
    return states(**{"tiny": "live"} | options)["tiny"]


def test_a_source_that_nobody_fetched_is_said_to_be_so(tiny_project, nobody_asks):
    state = tiny(tiny="snapshot", ask=True)
    assert (state.mode, state.date, state.rows, state.changed) == ("not fetched", "-", 0, "")
    assert (state.licence, state.service) == ("CC0", "")


def test_embedded_figures_have_an_age_and_perhaps_no_service(tiny_project, nobody_asks):
    fetch("snapshot")
    write_json(paths.clean_note_file("tiny"), {"last_year": 2020})
    state = tiny(tiny="snapshot", ask=True)
    assert (state.mode, state.date, state.age_days) == ("embedded", CARD["date_accessed"], 1)
    assert (state.rows, state.last_year) == (5, "2020")
    assert state.changed == "no live service"


@pytest.mark.parametrize(("today", "days"), [("2026-11-21", 0), ("2027-11-21", 365)])
def test_ages_are_counted_from_the_day_that_is_given(tiny_project, today, days):
    fetch("snapshot")
    assert tiny(tiny="snapshot", today=date.fromisoformat(today)).age_days == days


def test_without_asking_the_last_change_is_told_and_nobody_is_asked(bank):
    fetch()
    requests = len(bank.requests)
    state = tiny()
    assert (state.mode, state.date, state.service) == ("downloaded", "2023-11-14", "worldbank")
    assert state.changed == (
        f"not asked; beside those of {CARD['date_accessed']}: 2 added, 1 changed, 1 removed"
    )
    fetch("snapshot")
    assert tiny(tiny="snapshot").changed == "not asked"
    assert len(bank.requests) == requests


def test_asked_the_publisher_says_whether_there_is_anything_newer(bank):
    fetch()
    kept = on_disk()
    # the same name of a state is no proof
    assert tiny(ask=True).changed == SAME
    newer = bank.routes[-1].answers[0].body.replace(b"2026-07-13", b"2026-10-01")
    bank.add(Route(r"^/country/all/indicator/", [Answer(newer, content_type="application/json")]))
    assert tiny(ask=True).changed == "the publisher names another state: 2026-10-01"
    # no figures are fetched, and the kept download is still whole
    assert on_disk() == kept
    requests = len(bank.requests)
    fetch()
    assert on_disk() == kept
    assert len(bank.requests) == requests


def test_of_embedded_figures_the_publishers_state_is_told(bank):
    fetch("snapshot")
    assert tiny(tiny="snapshot", ask=True).changed == "publisher's state: 2026-07-13"


def test_a_service_that_names_no_state_is_said_to_name_none(bank, monkeypatch):
    fetch()
    service = importlib.import_module("techdiplomacy.sources.worldbank")
    monkeypatch.setattr(service, "newest", lambda selection, kit: "")
    assert tiny(ask=True).changed == "its service names no state; only a fetch tells"


def test_a_publisher_that_fails_is_one_line_and_the_others_go_on(bank, tiny_project, monkeypatch):
    for name in ("first", "tiny", "last"):
        write_card_of(tiny_project, name)
        arrivals_of(name)
    good = bank.routes[1].answers[0]
    bank.add(Route(r"indicator/SP\.POP\.TOTL\?.*per_page=1&", [Answer(status=404), good]))
    found = states(first="live", tiny="snapshot", last="live", ask=True)
    assert list(found) == ["first", "tiny", "last"]
    assert found["first"].changed.startswith("no answer: ")
    assert "\n" not in found["first"].changed
    assert found["tiny"].changed == "params.yaml now says snapshot: run make"
    assert found["last"].changed == SAME


def write_card_of(folder, name):
    """Write another source with the card of source 'tiny'."""
    write_source(folder, EDITION, table="indicators", columns=COLUMNS, live=LIVE)
    snapshots = folder / "data" / "snapshots"
    if name != "tiny":
        card = YAML(typ="safe").load((snapshots / "tiny.yaml").read_text(encoding="utf-8"))
        with (snapshots / f"{name}.yaml").open("w", encoding="utf-8") as stream:
            YAML(typ="safe").dump(card | {"id": name}, stream)
        (snapshots / f"{name}.csv.gz").write_bytes((snapshots / "tiny.csv.gz").read_bytes())


def arrivals_of(name):
    """Fetch a source."""
    arrivals.fetch_source(load_card(name), SourceSettings(**{"from": "live"}))


def test_offline_a_service_is_asked_once_and_each_source_has_a_line(
    bank, tiny_project, monkeypatch
):
    for name in ("tiny", "other"):
        write_card_of(tiny_project, name)
        arrivals_of(name)
    asked = []
    newest = freshness_module._newest
    monkeypatch.setattr(
        freshness_module, "_newest", lambda card: asked.append(card.id) or newest(card)
    )
    with Loopback() as closed:
        url = closed.url
    monkeypatch.setenv("WORLDBANK_BASE_URL", url)
    found = states(tiny="live", other="live", ask=True)
    assert found["tiny"].changed.startswith("no answer: ")
    assert found["tiny"].rows == 4
    assert found["other"].changed == "no answer, see above"
    assert asked == ["tiny"]


def test_asking_takes_up_nothing_of_a_download_and_leaves_its_folder_alone(bank, monkeypatch):
    given = []
    monkeypatch.setattr(
        "techdiplomacy.sources.download.Downloads",
        lambda *place, **options: given.append((place, options)) or Downloads(*place, **options),
    )
    fetch()
    assert tiny(ask=True).changed == SAME
    (_, _, kept), _ = given[0]
    (_, _, emptied), options = given[1]
    assert kept == paths.downloads_folder("tiny")
    assert emptied not in (kept, *kept.parents)
    assert options["throttle_folder"] == kept.parent / ".pace"
    assert options["deadline_minutes"] < 1
    assert options["max_wait"] <= 1


def test_a_file_is_compared_with_what_was_read_of_it(tiny_project, nobody_asks, monkeypatch):
    path = tiny_project / "own.csv"
    path.write_text("economy,technology_field,year,families\nVietnam,optics,2020,5\n")
    given = {"from": "file", "path": "own.csv", "date": "2026-05-01"}
    fetch("file", path="own.csv", date="2026-05-01")
    state = tiny(tiny=given)
    assert (state.mode, state.date, state.age_days) == ("file", "2026-05-01", 205)
    assert (state.rows, state.changed) == (1, "unchanged")
    assert state.licence == OWN_TERMS.name
    path.write_text(path.read_text().replace("5", "6"))
    assert tiny(tiny=given).changed == "the file has changed: make refresh SOURCE=tiny"

    def refuse(path):
        raise SourceUnavailable("own.csv cannot be read: no.", where="x", next_step="x")

    with monkeypatch.context() as patched:
        patched.setattr(arrivals, "hash_of_file", refuse)
        assert tiny(tiny=given).changed == "cannot be looked at (own.csv cannot be read: no.)"
    path.unlink()
    assert tiny(tiny=given).changed.startswith("the file is no longer there")


@pytest.mark.parametrize("origin", ["snapshot", "live"])
def test_another_line_in_params_is_said_first(bank, origin):
    fetch("snapshot" if origin == "live" else "live")
    requests = len(bank.requests)
    assert tiny(tiny=origin, ask=True).changed == f"params.yaml now says {origin}: run make"
    assert len(bank.requests) == requests


# the table that make status prints


@pytest.fixture
def status(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("status")


def run(status, monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["status.py", *arguments])
    status.main()


def only(folder, entries):
    """List these sources in params.yaml, and no others."""
    text = (folder / "params.yaml").read_text(encoding="utf-8")
    before, rest = text.split("\nsources:\n")
    after = rest[rest.index("\n\n") :]
    listed = "".join(f"  {name}: {entry}\n" for name, entry in entries.items())
    (folder / "params.yaml").write_text(f"{before}\nsources:\n{listed}{after}", encoding="utf-8")


def test_the_table_has_a_line_for_each_source(bank, tiny_project, status, monkeypatch, capsys):
    write_card_of(tiny_project, "other")
    only(tiny_project, {"tiny": "{from: live}", "other": "{from: snapshot}"})
    fetch()
    capsys.readouterr()
    requests = len(bank.requests)
    run(status, monkeypatch)
    shown = capsys.readouterr()
    header, *lines = shown.out.splitlines()
    assert header.split()[:5] == ["source", "figures", "of", "days", "rows"]
    assert [line.split()[0] for line in lines] == ["tiny", "other"]
    assert "downloaded   2023-11-14" in lines[0]
    assert "not fetched" in lines[1]
    assert lines[0].index("worldbank") == lines[1].index("worldbank") == header.index("service")
    assert {line.split()[-1] for line in lines} == {"CC0"}
    assert shown.err == ""
    assert "Nothing is fetched yet" not in shown.out
    assert len(bank.requests) == requests
    run(status, monkeypatch, "--ask")
    assert f" {SAME} " in capsys.readouterr().out
    assert len(bank.requests) == requests + 1


def test_all_sources_of_the_project_are_in_the_table(
    at_the_root, nobody_asks, status, monkeypatch, capsys
):
    run(status, monkeypatch)
    lines = capsys.readouterr().out.splitlines()
    listed = list(load_params().sources)
    assert [line.split()[0] for line in lines[1 : len(listed) + 1]] == listed


def test_before_the_first_run_it_says_so(tiny_project, status, monkeypatch, capsys):
    only(tiny_project, {"tiny": "{from: snapshot}"})
    run(status, monkeypatch)
    *table, empty, last = capsys.readouterr().out.splitlines()
    assert len(table) == 2
    assert (empty, last) == ("", "Nothing is fetched yet: run make.")


def test_who_stops_it_sees_what_is_known_so_far(bank, tiny_project, status, monkeypatch, capsys):
    for name in ("tiny", "other"):
        write_card_of(tiny_project, name)
        arrivals_of(name)
    only(tiny_project, {"tiny": "{from: snapshot}", "other": "{from: live}"})
    capsys.readouterr()

    def stop(card):
        raise KeyboardInterrupt

    monkeypatch.setattr(freshness_module, "_newest", stop)
    with pytest.raises(SystemExit) as ended:
        run(status, monkeypatch, "--ask")
    assert ended.value.code == 130
    shown = capsys.readouterr()
    assert [line.split()[0] for line in shown.out.splitlines()] == ["source", "tiny"]
    assert "Stopped" in shown.err


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{form: live}", "Key 'sources.tiny.from' is missing"),
        ("{from: file}", "a file needs path and date"),
    ],
)
def test_wrong_params_end_the_table_with_a_message(
    tiny_project, status, monkeypatch, capsys, entry, words
):
    list_tiny(tiny_project, entry)
    with pytest.raises(SystemExit) as ended:
        run(status, monkeypatch)
    assert ended.value.code == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("InvalidParams: ")
    assert words in shown.err
    assert "Traceback" not in shown.err


def test_a_source_without_a_card_ends_it_with_a_message(tiny_project, status, monkeypatch, capsys):
    only(tiny_project, {"tinny": "{from: snapshot}"})
    with pytest.raises(SystemExit):
        run(status, monkeypatch)
    assert "Did you mean 'tiny'" in capsys.readouterr().err
