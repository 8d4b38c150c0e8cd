"""CORDIS in small: three projects and their participants; all numbers and names invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from loopback import Answer, Route

from worlds import World

H2020, HORIZON = "cordis-h2020projects-csv.zip", "cordis-HORIZONprojects-csv.zip"
FIGURES = r"/cordis-h2020projects-csv\.zip"
# a person who takes part: her name must never come out of the archive
PERSON = "Quynh Invented-Person"
ORGANISATION = (
    *("projectID", "projectAcronym", "organisationID", "vatNumber", "name", "shortName", "SME"),
    *("activityType", "street", "postCode", "city", "country", "nutsCode", "geolocation"),
    *("organizationURL", "contactForm", "contentUpdateDate", "rcn", "order", "role"),
    *("ecContribution", "netEcContribution", "totalCost", "endOfParticipation", "active"),
)
PROJECT = (
    *("id", "acronym", "status", "title", "startDate", "endDate", "totalCost"),
    *("ecMaxContribution", "legalBasis", "topics", "frameworkProgramme", "objective", "rcn"),
)
BASIS = ("projectID", "legalBasis", "title", "uniqueProgrammePart")
ASK = {
    "programme": "H2020",
    "table": "participations",
    "years": [2013, 2026],
    "roles": {"coordinator": "coordinator", "participant": "participant", "thirdParty": "partner"},
}
OBJECTIVE = 'Cells; "quoted" ones,\nand others over\r\nthree lines'


def project(number: str, rcn: str, start: str, **more: str) -> dict[str, str]:
    return {
        "id": number,
        "rcn": rcn,
        "startDate": start,
        "objective": OBJECTIVE,
        "ecMaxContribution": "3499076,25",
    } | more


def organisation(
    number: str, pic: str, country: str, role: str, money: str = "", kind: str = "HES", **more: str
) -> dict[str, str]:
    """Return a row with a name, a street and a link, as CORDIS has them."""
    return {
        "projectID": number,
        "organisationID": pic,
        "country": country,
        "role": role,
        "ecContribution": money,
        "netEcContribution": "528340.97",
        "totalCost": "960619,95",
        "activityType": kind,
        "name": PERSON,
        "street": f"1 {PERSON} Road",
        "vatNumber": f"XX{PERSON}",
        "contactForm": f"https://people.example/{PERSON}",
        "rcn": "1900001",
        "endOfParticipation": "false",
    } | more


def basis(number: str, code: str) -> dict[str, str]:
    return {
        "projectID": number,
        "legalBasis": code,
        "title": 'A; "part"',
        "uniqueProgrammePart": "",
    }


PROJECTS = (
    project("600001", "190001", "2015-01-01"),
    project("600002", "190002", "2018-09-15"),
    project("600003", "190003", ""),
)
ORGANISATIONS = (
    organisation("600001", "900001", "EL", "coordinator", "230000"),
    organisation("600001", "900002", "UK", "participant", "3280076.20", "REC"),
    organisation("600001", "900003", "XK", "thirdParty", "0", "PRC"),
    organisation("600002", "900001", "EL", "participant", "8 879 247,23"),
    organisation("600002", "900004", "NA", "participant", "", "PUB", endOfParticipation="true"),
    organisation("600003", "900005", "VN", "coordinator", "100", "OTH"),
)
BASES = (
    basis("600001", "H2020-EU.1.1."),
    basis("600002", "H2020-EU.2.1.1.7."),
    basis("600002", "H2020-EU.3."),
)
ROWS = sorted(
    [
        ("190001", "900001", "EL", "coordinator", "HES", "2015", "230000"),
        ("190001", "900002", "UK", "participant", "REC", "2015", "3280076.2"),
        ("190001", "900003", "XK", "partner", "PRC", "2015", "0"),
        ("190002", "900001", "EL", "participant", "HES", "2018", "8879247.23"),
        ("190002", "900004", "NA", "participant", "PUB", "2018", ""),
        ("190003", "900005", "VN", "coordinator", "OTH", "", "100"),
    ]
)


def table(
    rows: Iterable[Mapping[str, str]], header: Sequence[str], *, end: str = "\n", mark: str = ""
) -> bytes:
    """Return rows as CORDIS writes them: semicolons, every cell quoted."""

    def line(cells: Iterable[str]) -> str:
        return ";".join('"' + cell.replace('"', '""') + '"' for cell in cells) + end

    lines = [line(header), *(line(row.get(name, "") for name in header) for row in rows)]
    return (mark + "".join(lines)).encode()


def archive(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return stream.getvalue()


def zipped(
    organisations: Iterable[Mapping[str, str]] = ORGANISATIONS,
    projects: Iterable[Mapping[str, str]] = PROJECTS,
    bases: Iterable[Mapping[str, str]] = BASES,
    **members: bytes,
) -> bytes:
    """Return the archive; a member by name (project for project.csv) stands for the made one."""
    made = {
        "project": table(projects, PROJECT),
        "organization": table(organisations, ORGANISATION),
        "legalBasis": table(bases, BASIS),
        "webLink": b"not read",
    }
    return archive({f"{name}.csv": content for name, content in (made | members).items()})


def routes(content: bytes) -> list[Route]:
    answer = Answer(
        content,
        etag='"c1"',
        last_modified="Mon, 02 Nov 2026 06:00:00 GMT",
        content_type="application/zip",
    )
    return [Route(FIGURES + "$", [answer])]


def renamed() -> list[Route]:
    header = [{"ecContribution": "euContribution"}.get(name, name) for name in ORGANISATION]
    return routes(zipped(organization=table(ORGANISATIONS, header)))


def unknown() -> list[Route]:
    stranger = organisation("600001", "900009", "QQ", "participant", "1")
    return routes(zipped([*ORGANISATIONS, stranger]))


WORLD = World(
    service="cordis",
    source="cordis_participations",
    ask=dict[str, Any](ASK),
    routes=lambda: routes(zipped()),
    rows=ROWS,
    figures=FIGURES,
    renamed=renamed,
    empty=lambda: routes(zipped([], [])),
    unknown=unknown,
    empty_gives=None,
    paged=False,
    a_file=True,
)
