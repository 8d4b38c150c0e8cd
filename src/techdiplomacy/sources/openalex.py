"""OpenAlex: works counted by the countries of their authors, asked as groups of a filter.

Groups are not totals: a work of three countries stands in three groups, so groups are never added
up. The list of groups is padded with known countries at zero, and a country comes as an address,
as a bare code or in small letters; zeros are dropped and the forms brought together. A list ends
at 200 groups; only one plain grouping goes on behind that, with a cursor. Two groupings in one
question (years, and countries within each) are in the source of the service and nowhere
documented: the first country is the probe, and a refusal or another shape means one question per
year. After five seconds the service stops counting and sends what it has with status 200, perhaps
without saying so: a slow answer is thrown away, and the question asked again for single years.
Every question costs one credit of a small budget per day.

Checked at run time, because only described and not seen: the shape of an answer to two groupings;
that an answer says how long it took; that filters are heeded (the asked country is in every list
and is its largest, no year is outside); that a list of countries has Taiwan, Hong Kong and
Kosovo; the names of fields; that a cursor comes to an end.

Knows: the questions and answers of OpenAlex. Must not know: tables, cards, folders, the network.
May import: errors, checks, and in this folder next_steps, openalex_answers and service. Standard
library only besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field as Limits
from pydantic import model_validator

from techdiplomacy.checks import Settings
from techdiplomacy.errors import QueryTooLarge, RequestRejected, SourceUnavailable
from techdiplomacy.sources.next_steps import AGAIN
from techdiplomacy.sources.openalex_answers import (
    LONGEST_LIST,
    UNKNOWN,
    Groups,
    changed,
    check_country,
    check_years,
    groups_of,
    key_of,
    read_groups,
    read_listing,
    read_name,
    unordered,
    years_of,
)
from techdiplomacy.sources.service import Ask, Kit, Pace, Raw, Secret, Service, parsed

SERVICE = Service(
    name="OpenAlex",
    variable="OPENALEX_BASE_URL",
    base_url="https://api.openalex.org",
    pace=Pace("api.openalex.org", 1 / 3),
    secret=Secret("OPENALEX_API_KEY", "Authorization", "Bearer {}"),
    pace_with_key=Pace("api.openalex.org", 1 / 8),
)
MOST_PAGES = 20
ALWAYS_LISTED = ("HK", "TW", "XK")
PAIR_COLUMNS = ("iso2_a", "iso2_b", "year", "joint_works")
FIELD_COLUMNS = ("iso2_a", "iso2_b", "field", "year", "joint_works")
INTERNATIONAL_COLUMNS = (
    "iso2",
    "year",
    "internationally_coauthored_works",
    "partner_groups_reported",
)
Country = Annotated[str, Limits(pattern=r"^[A-Z]{2}$")]
Answered = TypeVar("Answered")


class WorkField(Settings):
    """A topic, subfield, field or domain; ``code`` is how the rows name it."""

    filter: Literal[
        "primary_topic.id",
        "primary_topic.subfield.id",
        "primary_topic.field.id",
        "primary_topic.domain.id",
    ]
    value: Annotated[str, Limits(pattern=r"^T?\d+$")]
    code: Annotated[str, Limits(pattern=r"^[\w-]+$")]

    @property
    def collection(self) -> str:
        """Where the service describes it, for example ``subfields``."""
        parts = self.filter.split(".")
        return "topics" if len(parts) == 2 else f"{parts[1]}s"


class Selection(Settings):
    """What to ask: a measure, the countries in view (or all), the years, perhaps fields."""

    measure: Literal["pairs", "international", "pairs_by_field"]
    countries: Annotated[list[Country], Limits(min_length=1)] | Literal["all"]
    years: Annotated[list[int], Limits(min_length=2, max_length=2)]
    fields: list[WorkField] = Limits(default_factory=list)

    @model_validator(mode="after")
    def _fits_together(self) -> Selection:
        if self.years[0] > self.years[1]:
            raise ValueError("the first of the years lies behind the last")
        if len(set(self.countries)) < len(self.countries) and self.countries != "all":
            raise ValueError("a country is named twice")
        if bool(self.fields) != (self.measure == "pairs_by_field"):
            raise ValueError("fields go with the measure pairs_by_field, and with no other")
        if len({chosen.code for chosen in self.fields}) < len(self.fields):
            raise ValueError("two fields have the same code")
        return self


def ask_groups(name: str, filters: Iterable[str], group_by: str, cursor: str = "") -> Ask:
    """Return the question for the groups of all works that pass the filters."""
    query = [("filter", ",".join(filters)), ("group_by", group_by), ("per_page", str(LONGEST_LIST))]
    return Ask(
        f"{name}.json",
        "works",
        "json",
        [*query, ("cursor", cursor)] if cursor else query,
        accept="application/json",
    )


def ask_countries(number: int, cursor: str) -> Ask:
    """Return the question for one page of the countries that the service knows."""
    query = [("per_page", str(LONGEST_LIST)), ("cursor", cursor)]
    return Ask(f"countries_{number}.json", "countries", "json", query, accept="application/json")


def ask_name(chosen: WorkField) -> Ask:
    """Return the question for what the service calls a field; it costs no credit."""
    path = f"{chosen.collection}/{chosen.value}"
    return Ask(f"field_{chosen.code}.json", path, "json", accept="application/json")


def filters_of(
    years: tuple[int, int], country: str = "", chosen: WorkField | None = None, *more: str
) -> list[str]:
    """Return the filters of a question; a topic cannot be a grouping, so it is a filter too."""
    first, last = years
    return [
        *([f"{chosen.filter}:{chosen.value}"] if chosen else []),
        f"publication_year:{first}" if first == last else f"publication_year:{first}-{last}",
        *([f"authorships.countries:{country}"] if country else []),
        *more,
    ]


@dataclass
class Run:
    """What one run has learnt of the service, and what a reader has to know of it."""

    kit: Kit
    years: tuple[int, int]
    nested: bool | None = None
    questions: int = 0
    narrowed: list[str] = field(default_factory=list)
    long_lists: list[str] = field(default_factory=list)
    without_country_groups: int = 0

    def groups(self, ask: Ask) -> tuple[dict[str, Any], Path]:
        """Return an answer in groups, and its file for messages."""
        self.questions += 1
        return parsed(self.kit, ask, lambda path: (read_groups(path), path))

    def every_year(self) -> Iterable[int]:
        """Return the years one by one."""
        return range(self.years[0], self.years[1] + 1)

    def narrowing(self, name: str, whole: Callable[[], Answered]) -> Answered | None:
        """Return the answer for all years, or nothing if it has to be asked by single years."""
        try:
            return whole()
        except QueryTooLarge:
            if self.years[0] == self.years[1]:
                raise self.too_slow(name) from None
        self.kit.say(f"{name} takes too long at once, each year is asked singly")
        self.narrowed.append(name)
        return None

    def too_slow(self, name: str) -> SourceUnavailable:
        """Return the error for a question that even a single year does not help."""
        return SourceUnavailable(
            f"OpenAlex did not finish counting '{name}', even for one year alone.",
            where=f"OpenAlex: {name}.json",
            next_step=AGAIN,
        )

    def single(self, ask: Ask) -> tuple[dict[str, Any], Path]:
        """Return the answer for one year; there is nothing narrower."""
        try:
            return self.groups(ask)
        except QueryTooLarge as error:
            raise self.too_slow(ask.name.removesuffix(".json")) from error


def partners(
    run: Run, country: str, chosen: WorkField | None = None, *, whole_lists: bool = True
) -> dict[str, Groups]:
    """Return the works of a country by year and country of an author, itself among them.

    ``whole_lists`` asks on with a cursor where a list of a year reaches its end.
    """
    name = "_".join(["pairs", *([chosen.code] if chosen else []), country])
    years = _nested(run, name, country, chosen)
    found: dict[str, Groups] = {}
    for year in [str(year) for year in run.every_year()]:
        groups = _year(run, name, country, chosen, year) if years is None else years.get(year, {})
        if len(groups) >= LONGEST_LIST and whole_lists:
            groups = _whole_list(run, name, country, chosen, year)
            run.long_lists.append(f"{name}_{year}")
        run.without_country_groups += UNKNOWN in groups
        found[year] = {key: count for key, count in groups.items() if key != UNKNOWN}
    return found


def _nested(
    run: Run, name: str, country: str, chosen: WorkField | None
) -> dict[str, Groups] | None:
    """Return the groups of all years from one question; nothing if that cannot be had."""
    if run.nested is False:
        return None
    filters = filters_of(run.years, country, chosen)
    ask = ask_groups(name, filters, "publication_year,authorships.countries")
    try:
        answered = run.narrowing(name, lambda: run.groups(ask))
    except RequestRejected:
        if run.nested:
            raise
        _no_nesting(run, "refuses")
        return None
    if answered is None:
        return None
    answer, path = answered
    years = years_of(answer)
    if years is None and run.nested:
        raise changed("groups within each year, as before", "a plain list", path)
    if years is None:
        _no_nesting(run, "answers otherwise to")
        return None
    if years:  # a country without works proves nothing
        run.nested = True
    check_years(years, run.years, path)
    for groups in years.values():
        check_country(groups, country, path)
    return years


def _no_nesting(run: Run, what: str) -> None:
    """Remember that two groupings in one question do not work, and say what follows."""
    run.nested = False
    run.kit.say(
        f"the service {what} years and countries in one question: each country is now asked for "
        f"each of {run.years[1] - run.years[0] + 1} years, so many times as many questions; with "
        "all countries that is more than a day's credits, even with a key"
    )


def _year(run: Run, name: str, country: str, chosen: WorkField | None, year: str) -> Groups:
    """Return the groups of one year, at most as many as a list holds."""
    filters = filters_of((int(year), int(year)), country, chosen)
    answer, path = run.single(ask_groups(f"{name}_{year}", filters, "authorships.countries"))
    groups = groups_of(answer["group_by"])
    check_country(groups, country, path)
    return groups


def _whole_list(run: Run, name: str, country: str, chosen: WorkField | None, year: str) -> Groups:
    """Return all groups of one year, page after page."""
    filters = filters_of((int(year), int(year)), country, chosen)
    items: list[dict[str, Any]] = []
    cursors = ["*"]
    while True:
        page = f"{name}_{year}_cursor{len(cursors)}"
        ask = ask_groups(page, filters, "authorships.countries", cursors[-1])
        answer, path = run.single(ask)
        items += answer["group_by"]
        following = answer["meta"].get("next_cursor")
        if "next_cursor" not in answer["meta"] and len(answer["group_by"]) >= LONGEST_LIST:
            raise changed("a next_cursor, or null at the end", "a full page without it", path)
        if not following or following in cursors:
            break
        cursors.append(following)
        if len(cursors) > MOST_PAGES:
            raise changed("an end of the list", f"{MOST_PAGES} pages and a next one", path)
    groups = groups_of(items)
    check_country(groups, country, path)
    return groups


def international(run: Run, country: str) -> dict[str, int]:
    """Return the works of a country with an author in another one, by year."""
    name = f"international_{country}"

    def ask(name: str, years: tuple[int, int]) -> Ask:
        filters = filters_of(years, country, None, "countries_distinct_count:>1")
        return ask_groups(name, filters, "publication_year")

    answered = run.narrowing(name, lambda: run.groups(ask(name, run.years)))
    if answered is not None:
        parts = [(answered, run.years)]
    else:
        single = [(f"{name}_{year}", (year, year)) for year in run.every_year()]
        parts = [(run.single(ask(part, years)), years) for part, years in single]
    works: dict[str, int] = {}
    for (answer, path), years in parts:
        groups = groups_of(answer["group_by"])
        check_years(groups, years, path)
        works |= groups
    return works


def all_countries(kit: Kit) -> list[str]:
    """Return the codes of all countries that the service knows.

    Raises
    ------
    SourceChanged
        If fewer came than announced, or one is missing that is always listed.
    """
    codes: list[str] = []
    cursors = ["*"]
    while len(cursors) <= MOST_PAGES:
        answer, path = parsed(
            kit, ask_countries(len(cursors), cursors[-1]), lambda path: (read_listing(path), path)
        )
        codes += [key_of(item["id"]) for item in answer["results"]]
        following = answer["meta"].get("next_cursor")
        if not following or following in cursors:
            break
        cursors.append(following)
    announced = answer["meta"].get("count")
    if len(set(codes)) != announced:
        raise changed(f"{announced} countries", str(len(set(codes))), path)
    if missing := sorted(set(ALWAYS_LISTED) - set(codes)):
        raise changed(f"{', '.join(ALWAYS_LISTED)} among the countries", f"no {missing}", path)
    return sorted(set(codes))


def without_country(run: Run, chosen: WorkField | None = None) -> str:
    """Return the share of works for which the service knows no country, in words if it has none.

    It is asked for all years, else for the last one. It is no figure of the table, so that the
    run goes on without it; a partial count is not taken for it either way.
    """
    name = "_".join(["without_country", *([chosen.code] if chosen else [])])
    first, last = run.years
    questions = {name: run.years} | ({f"{name}_{last}": (last, last)} if first < last else {})
    for file, years in questions.items():
        filters = filters_of(years, "", chosen)
        ask = ask_groups(file, filters, "authorships.countries:include_unknown")
        try:
            answer, _ = run.groups(ask)
        except QueryTooLarge:
            run.kit.say(f"{file} takes too long, it is left out")
            run.narrowed.append(file)
            continue
        groups, total = groups_of(answer["group_by"]), answer["meta"]["count"]
        if UNKNOWN not in groups or not total:
            return "not given by the service"
        of = f"{years[0]}" if years[0] == years[1] else f"{years[0]}-{years[1]}"
        return f"{groups[UNKNOWN] / total:.4f} of the works of {of}"
    return "not counted in time by the service"


def state(kit: Kit, year: int) -> str:
    """Return how many works of a year the service has, which tells one state from another."""
    ask = ask_groups(f"works_{year}", filters_of((year, year)), "publication_year")
    answer = parsed(kit, ask, read_groups)
    return f"{answer['meta']['count']} works of {year}"


def budget(measure: str, countries: int, fields: int) -> str:
    """Return what a run is about to cost, in words."""
    each = {"pairs": 1, "international": 2, "pairs_by_field": fields}[measure]
    questions = countries * each + max(fields, 1) + 1
    return (
        f"at least {questions} questions, one credit each; two more for each year in "
        f"which a country has {LONGEST_LIST} partners, more where one question per year is needed. "
        "A day (UTC) has 1,000 credits without a key and 10,000 with a free one "
        "(OPENALEX_API_KEY). When they are used up the run stops; run it again after midnight UTC, "
        "and it goes on from there"
    )


def fetch(selection: Selection, kit: Kit) -> Raw:
    """Return the present counts of OpenAlex.

    ``partner_groups_reported`` counts the countries with at least one work in the list of a
    year, which ends at 200 groups with the country itself among them. The embedded figures
    count it as well.

    Raises
    ------
    SourceChanged, SourceUnavailable
        If the service is not the one described above, or cannot count a single year.
    """
    run = Run(kit, (selection.years[0], selection.years[1]))
    listed = selection.countries == "all"
    countries = all_countries(kit) if selection.countries == "all" else selection.countries
    kit.say(budget(selection.measure, len(countries), len(selection.fields)))
    version = state(kit, selection.years[1])
    names = {chosen.code: _name(kit, chosen) for chosen in selection.fields}
    asked: list[WorkField | None] = [*selection.fields] or [None]
    rows: list[tuple[str, ...]] = []
    facts: dict[str, Any] = {}
    if selection.measure == "international":
        rows, facts = _international_rows(run, countries, keep_zeros=listed)
    else:
        for chosen in asked:
            code = [chosen.code] if chosen else []
            pairs, notes = _pairs(run, countries, chosen)
            rows += [(a, b, *code, year, str(n)) for (a, b, year), n in pairs.items()]
            facts |= {f"pairs_{chosen.code}": notes} if chosen else notes
    shares = {
        chosen.code if chosen else "all works": without_country(run, chosen) for chosen in asked
    }
    return Raw(
        _columns(selection),
        sorted(rows),
        version,
        facts={
            **facts,
            "corpus": "core (default)",
            "fields": names,
            "without_country": shares,
            "years_in_one_question": run.nested is not False,
            "narrowed": run.narrowed,
            "long_lists": run.long_lists,
            "groups_without_country": run.without_country_groups,
            "group_questions": run.questions,
        },
    )


def _columns(selection: Selection) -> tuple[str, ...]:
    """Return the columns of a measure."""
    if selection.measure == "international":
        return INTERNATIONAL_COLUMNS
    return FIELD_COLUMNS if selection.fields else PAIR_COLUMNS


def _name(kit: Kit, chosen: WorkField) -> dict[str, str]:
    """Return the id and the name of a field at the service."""
    answer = parsed(kit, ask_name(chosen), lambda path: read_name(path, chosen.value))
    return {"id": str(answer["id"]), "display_name": str(answer["display_name"])}


def _pairs(
    run: Run, countries: list[str], chosen: WorkField | None
) -> tuple[dict[tuple[str, str, str], int], dict[str, Any]]:
    """Return the joint works of the countries with all others, each pair once, and its facts."""
    directed: dict[tuple[str, str, str], int] = {}
    empty = []
    for country in countries:
        years = partners(run, country, chosen)
        cells = {
            (country, partner, year): count
            for year, groups in years.items()
            for partner, count in groups.items()
            if partner != country
        }
        directed |= cells
        if not cells:
            empty.append(country)
    pairs, notes = unordered(directed, countries)
    return pairs, {"empty": empty, **notes}


def _international_rows(
    run: Run, countries: list[str], *, keep_zeros: bool
) -> tuple[list[tuple[str, ...]], dict[str, Any]]:
    """Return a row for every country and year; none for a country that may not exist at all."""
    rows: list[tuple[str, ...]] = []
    empty, disagree = [], 0
    for country in countries:
        works = international(run, country)
        years = partners(run, country, whole_lists=False)
        if not works:
            empty.append(country)
        if not works and not keep_zeros:
            continue
        for year in sorted(years):
            others = sum(partner != country for partner in years[year])
            disagree += bool(others) != bool(works.get(year, 0))
            # the service lists the country among its own partners, and so do the embedded figures
            rows.append((country, year, str(works.get(year, 0)), str(len(years[year]))))
    return rows, {"empty": empty, "cells_where_works_and_partners_disagree": disagree}


def read(selection: Selection, path: Path) -> Raw:
    """Refuse, and say what can be had: these counts exist as answers of the service only.

    Raises
    ------
    SourceUnavailable
        Always.
    """
    raise SourceUnavailable(
        f"{path.name} cannot be read: OpenAlex publishes no file with these counts; they are "
        "answers of its service.",
        where=str(path),
        next_step="Set from: live in params.yaml. Or make a CSV file with the columns "
        f"{', '.join(_columns(selection))} in its first row, and name that.",
    )


def newest(selection: Selection, kit: Kit) -> str:
    """Return how many works of the last year there are: OpenAlex has no release of its counts."""
    return state(kit, selection.years[1])
