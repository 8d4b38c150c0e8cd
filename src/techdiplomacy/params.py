"""``params.yaml`` as checked settings: every choice that a researcher may change.

Knows: which settings exist, their types and bounds. Must not know: what is done with them.
May import: errors, paths, files, checks.
"""

from __future__ import annotations

import csv
import datetime
import re
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field, field_validator, model_validator

from techdiplomacy.checks import Settings, parse_settings
from techdiplomacy.errors import InvalidParams, suggest
from techdiplomacy.files import read_yaml
from techdiplomacy.paths import params_file, reference_file

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(ge=1)]
Interval = Annotated[list[Share], Field(min_length=2, max_length=2)]
Listed = TypeVar("Listed")


def _ends_in_order(ends: list[float]) -> list[float]:
    if ends[0] > ends[1]:
        raise ValueError("the lower end comes first")
    return ends


# a range that is drawn from evenly
Drawn = Annotated[list[float], Field(min_length=2, max_length=2), AfterValidator(_ends_in_order)]
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


def _is_day(text: str) -> bool:
    """Return whether a text is a day that exists, written as year-month-day."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class SourceSettings(Settings):
    """Where one source's figures come from; of an own file also where it is and its date.

    The terms of a file are its owner's, unless it is said that those of the card hold for it.
    """

    origin: Literal["snapshot", "live", "file"] = Field(alias="from")
    path: str = ""
    date: str = ""
    terms: Literal["own", "card"] = "own"

    @field_validator("date", mode="before")
    @classmethod
    def _a_day_without_quotes(cls, given: object) -> object:
        """YAML reads 2026-05-01 as a day, and so would anybody."""
        return given.isoformat() if isinstance(given, datetime.date) else given

    @model_validator(mode="after")
    def _a_file_is_named(self) -> SourceSettings:
        if self.origin == "file" and not (self.path and self.date):
            raise ValueError(
                "a file needs path and date: {from: file, path: ../figures/x.csv, "
                "date: '2026-05-01'}; the date is the state of its figures"
            )
        if self.date and not _is_day(self.date):
            raise ValueError(
                f"date '{self.date}' is no day written as year-month-day, such as 2026-05-01"
            )
        if self.origin != "file" and (self.path or self.date or self.terms == "card"):
            raise ValueError(
                f"path, date and terms belong to 'from: file', not to 'from: {self.origin}'"
            )
        return self


class RtaSettings(Settings):
    """Revealed technology advantage: when it is shown, and how sure it must be."""

    min_families: Positive
    interval: Interval
    threshold: Annotated[float, Field(gt=0)]

    @field_validator("interval")
    @classmethod
    def _ordered(cls, interval: list[float]) -> list[float]:
        if interval[0] >= interval[1]:
            raise ValueError("lower end must be below upper end")
        return interval


class ProfileSettings(Settings):
    """Composition profiles: the transform, its check, and the years pooled."""

    transform: Literal["hellinger", "clr"]
    sensitivity: Literal["hellinger", "clr"]
    pseudo_count: Annotated[float, Field(gt=0)]
    window_years: Positive
    fields_left_out: list[str]


class FirmSettings(Settings):
    """Mean Jaccard similarity that a firm group reaches under each resampling."""

    families: Share
    countries: Share
    fields: Share


class ClusterSettings(Settings):
    """The tree of countries, its cut, and the three questions asked of it."""

    method: Literal["ward"]
    k: Literal["auto"] | Annotated[int, Field(ge=2)]
    k_max: Annotated[int, Field(ge=2)]
    min_families: Positive
    resamples: Annotated[int, Field(ge=20)]
    null_panels: Annotated[int, Field(ge=20)]
    noise_level: Annotated[float, Field(gt=0, lt=1)]
    continuum_level: Annotated[float, Field(gt=0, lt=1)]
    firm: FirmSettings
    leaning: Annotated[float, Field(gt=0, lt=1)]

    @model_validator(mode="after")
    def _attainable(self) -> ClusterSettings:
        problems = []
        if isinstance(self.k, int) and self.k > self.k_max:
            problems.append(f"k {self.k} lies above k_max {self.k_max}")
        if 1 / (self.null_panels + 1) > self.noise_level:
            problems.append(
                f"{self.null_panels} null_panels can never reject at noise_level {self.noise_level}"
            )
        if problems:
            raise ValueError("; ".join(problems))
        return self


class RankSettings(Settings):
    """Ranks over several measures: how they are drawn, who takes part, when one is firm."""

    draws: Annotated[int, Field(ge=100)]
    weights: Literal["dirichlet1", "dirichlet50", "declared"]
    normalisations: Annotated[list[Literal["min-max", "z", "rank"]], Field(min_length=1)]
    aggregations: Annotated[list[Literal["arithmetic", "geometric"]], Field(min_length=1)]
    measures_at_least: Annotated[float, Field(gt=0, le=1)]
    countries_at_least: Positive
    proxies: Literal["last_resort", "always"]
    firm_measures: Positive
    firm_span: Annotated[float, Field(ge=0)]
    leaning_span: Annotated[float, Field(ge=0)]
    first: Positive

    @model_validator(mode="after")
    def _rising(self) -> RankSettings:
        if self.firm_span > self.leaning_span:
            raise ValueError("firm_span lies above leaning_span")
        return self


class RelatednessSettings(Settings):
    """What counts as specialised, which countries show what is related, who covers a gap."""

    rta_threshold: Annotated[float, Field(gt=0)]
    fitted_from: Positive
    partner_probability: Annotated[float, Field(gt=0.5, lt=1)]
    partners_among: Positive


class ConcentrationSettings(Settings):
    """From where on a group is flagged as held by one country, or by few."""

    top_share: Annotated[float, Field(gt=0, le=1)]
    hhi: Annotated[float, Field(gt=0, le=1)]


class StatedSettings(Settings):
    """How a stated strength is graded, and how all of them are compared with the figures."""

    top_k: Positive
    min_share: Annotated[float, Field(gt=0, le=1)]
    firm_probability: Annotated[float, Field(gt=0.5, lt=1)]
    min_ranked: Positive
    measures_at_least: Annotated[float, Field(gt=0, le=1)]
    recall_k: Positive
    resamples: Annotated[int, Field(ge=100)]


class CooperationSettings(Settings):
    """Years pooled, and from how many joint items on a tie is measured or called shallow."""

    window_years: Positive
    min_ties: Positive
    shallow_max: Positive


class GravitySettings(Settings):
    """Which economies and windows expected cooperation is fitted to, and how often anew."""

    panel: Annotated[int, Field(ge=10)]
    windows: Positive
    bootstrap: Annotated[int, Field(ge=20)]
    interval: Interval


class PriorityWeights(Settings):
    """Declared weight of each side of a partner."""

    strength: Annotated[float, Field(gt=0, lt=1)]
    complementarity: Annotated[float, Field(gt=0, lt=1)]
    tie: Annotated[float, Field(gt=0, lt=1)]
    room: Annotated[float, Field(gt=0, lt=1)]

    @model_validator(mode="after")
    def _whole(self) -> PriorityWeights:
        total = self.strength + self.complementarity + self.tie + self.room
        if abs(total - 1) > 1e-6:
            raise ValueError(f"weights add to {total:g}, not to 1")
        return self


class PrioritySettings(Settings):
    """How partners are ordered: weights and their draws, who leads, who is the pilot."""

    weights: PriorityWeights
    weight_draws: Literal["dirichlet1", "dirichlet50", "declared"]
    leader_rank: Positive
    strength_rank: Positive
    pilot: CountryCode

    @model_validator(mode="after")
    def _rising(self) -> PrioritySettings:
        if self.leader_rank > self.strength_rank:
            raise ValueError("leader_rank lies above strength_rank")
        return self


class BriefSettings(Settings):
    """The partner whose brief comes first, and how many briefs are made at a time."""

    partner: CountryCode
    processes: Annotated[int, Field(ge=1, le=64)]


class EventSettings(Settings):
    """Years compared around a dated step, and the random dates it is held against."""

    before: Positive
    after: Positive
    permutations: Annotated[int, Field(ge=200)]
    min_events: Annotated[int, Field(ge=2)]
    level: Annotated[float, Field(gt=0, lt=0.5)]

    @model_validator(mode="after")
    def _attainable(self) -> EventSettings:
        if 1 / (self.permutations + 1) > self.level:
            raise ValueError(
                f"{self.permutations} permutations can never fall below level {self.level}"
            )
        return self


class ForecastSettings(Settings):
    """Point forecasts, back-test, intervals and skill gate."""

    until: Annotated[int, Field(ge=2020, le=2100)]
    max_horizon: Positive
    models: Annotated[
        list[Literal["naive", "drift", "ses", "damped", "theta"]], Field(min_length=1)
    ]
    combine: Literal["median", "mean"]
    transform: Literal["level", "log1p", "auto"]
    origins: Annotated[int, Field(ge=3)]
    min_points: Annotated[int, Field(ge=5)]
    levels: Annotated[list[Annotated[float, Field(gt=0, lt=1)]], Field(min_length=1)]
    skill_bound: Annotated[float, Field(gt=0, lt=0.5)]

    @field_validator("models")
    @classmethod
    def _distinct(cls, models: list[str]) -> list[str]:
        if len(set(models)) < len(models):
            raise ValueError("a model is listed twice")
        return models

    @field_validator("levels")
    @classmethod
    def _ascending(cls, levels: list[float]) -> list[float]:
        if len({f"{100 * level:g}" for level in levels}) < len(levels):  # as columns are named
            raise ValueError("a level is listed twice")
        return sorted(levels)


class WorkforceSettings(Settings):
    """Which ages count as working age, how far the cohorts go, how level shifts are met.

    ``entry_age`` and ``exit_age`` bound working life; ``generation`` is the first and last year of
    birth of the generation that is followed; ``ageing_marks`` are shares of people of 65 and older;
    ``ages_disputed`` is how far two revisions may differ on that share.
    """

    working_ages: Annotated[
        list[Annotated[int, Field(ge=0, le=100)]], Field(min_length=2, max_length=2)
    ]
    cohorts_until: Annotated[int, Field(ge=2030, le=2055)]
    level_shifts: Literal["join", "cut"]
    entry_age: Annotated[int, Field(ge=15, le=30)]
    exit_age: Annotated[int, Field(ge=50, le=80)]
    generation: Annotated[
        list[Annotated[int, Field(ge=1950, le=2040)]], Field(min_length=2, max_length=2)
    ]
    ageing_marks: Annotated[list[Share], Field(min_length=1)]
    ages_disputed: Annotated[float, Field(gt=0, le=1)]

    @field_validator("generation")
    @classmethod
    def _five_years(cls, generation: list[int]) -> list[int]:
        if generation[1] - generation[0] != 4:
            raise ValueError("a generation holds five years of birth, as 2023 to 2027")
        return generation

    @field_validator("ageing_marks")
    @classmethod
    def _rising(cls, marks: list[float]) -> list[float]:
        if sorted(set(marks)) != marks:
            raise ValueError("marks rise, and none stands twice")
        return marks


class ScenarioSettings(Settings):
    """What the workforce scenarios assume; every range is drawn from evenly.

    ``years`` are end years; ``past_years`` is the window in which past entries are measured;
    a stock of a pool is not used if it is more than ``oldest_base`` years older than the newest
    year of any series; ``deepening`` are two quantiles, across countries, of the yearly growth of
    workers per person of working age; ``half_life`` is after how many years that growth has
    halved; ``population_weight`` is how far workers wanted follow the country's own working age.
    """

    years: Annotated[list[Annotated[int, Field(ge=2025, le=2060)]], Field(min_length=1)]
    draws: Annotated[int, Field(ge=100, le=100_000)]
    level: Annotated[float, Field(gt=0, lt=1)]
    past_years: Annotated[int, Field(ge=3, le=20)]
    oldest_base: Annotated[int, Field(ge=0, le=20)]
    deepening: Drawn
    half_life: Drawn
    population_weight: Drawn
    retirement_factor: Drawn
    other_exits: Drawn
    transition: Drawn
    graduation_trend: Drawn
    share_covered: Drawn
    study_years: Annotated[int, Field(ge=1, le=10)]

    @field_validator(
        *("deepening", "population_weight", "retirement_factor", "other_exits"),
        *("transition", "share_covered"),
    )
    @classmethod
    def _shares(cls, ends: list[float]) -> list[float]:
        if ends[0] < 0 or ends[1] > 1:
            raise ValueError("both ends lie between 0 and 1")
        return ends

    @field_validator("years")
    @classmethod
    def _each_once(cls, years: list[int]) -> list[int]:
        if len(set(years)) < len(years):
            raise ValueError("a year stands twice")
        return years

    @model_validator(mode="after")
    def _possible_rates(self) -> ScenarioSettings:
        problems = []
        if self.transition[0] == 0:
            problems.append("transition begins at 0: with nobody entering, nobody can be trained")
        if self.graduation_trend[0] <= -1 or self.graduation_trend[1] > 1:
            problems.append("graduation_trend is a yearly change between -1 and 1, as 0.02")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @field_validator("half_life")
    @classmethod
    def _years_ahead(cls, ends: list[float]) -> list[float]:
        if ends[0] <= 0:
            raise ValueError("a half-life is longer than 0 years")
        return ends


class ReviewSettings(Settings):
    """Who checked a page, when, and in which state; empty until someone has."""

    by: str
    on: str
    fingerprint: str

    @field_validator("on", mode="before")
    @classmethod
    def _written_as_text(cls, on: object) -> object:
        return on.isoformat() if isinstance(on, datetime.date) else on

    @field_validator("on")
    @classmethod
    def _day(cls, on: str) -> str:
        if on:
            try:
                if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", on):
                    raise ValueError
                datetime.date.fromisoformat(on)
            except ValueError:
                raise ValueError("a day is written like 2026-11-21") from None
        return on

    @field_validator("fingerprint", mode="before")
    @classmethod
    def _in_quotes(cls, fingerprint: object) -> object:
        if isinstance(fingerprint, int | float):
            raise ValueError("YAML reads this fingerprint as a number: put it in quotes")
        return fingerprint

    @field_validator("fingerprint")
    @classmethod
    def _of_a_page(cls, fingerprint: str) -> str:
        if fingerprint and not re.fullmatch(r"[0-9a-f]{12}", fingerprint):
            raise ValueError("a fingerprint is the twelve hexadecimal digits printed on the page")
        return fingerprint

    @model_validator(mode="after")
    def _all_or_nothing(self) -> ReviewSettings:
        empty = [key for key in ("by", "on", "fingerprint") if not getattr(self, key).strip()]
        if 0 < len(empty) < 3:
            raise ValueError(f"the review is half filled, {' and '.join(empty)} missing")
        return self


NotebookParameter = bool | int | float | str | list[str] | list[int] | list[float]


class Params(Settings):
    """All of ``params.yaml``."""

    seed: Annotated[int, Field(ge=0)]
    viewpoint: CountryCode
    taxonomy: str
    sources: dict[str, SourceSettings]
    rta: RtaSettings
    profiles: ProfileSettings
    clusters: ClusterSettings
    ranks: RankSettings
    relatedness: RelatednessSettings
    concentration: ConcentrationSettings
    stated: StatedSettings
    partners: Annotated[list[CountryCode], Field(min_length=1)]
    cooperation: CooperationSettings
    gravity: GravitySettings
    priorities: PrioritySettings
    briefs: BriefSettings
    events: EventSettings
    forecast: ForecastSettings
    workforce: WorkforceSettings
    scenarios: ScenarioSettings
    notebooks: dict[str, dict[str, NotebookParameter]]
    review: dict[str, ReviewSettings]

    @property
    def others(self) -> list[str]:
        """Return the partners without the viewpoint country, in their order."""
        return [code for code in self.partners if code != self.viewpoint]

    @model_validator(mode="after")
    def _one_review_a_notebook(self) -> Params:
        # briefs that nobody has signed need no entry
        briefs = {f"brief_{code.lower()}" for code in self.partners}
        problems = [
            f"'review.{name}' is neither a notebook nor the brief of a partner."
            f"{suggest(name, [*self.notebooks, *briefs])}"
            for name in self.review
            if name not in self.notebooks and name not in briefs
        ]
        problems += [
            f"'review.{name}' is missing" for name in self.notebooks if name not in self.review
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @model_validator(mode="after")
    def _partners_of_the_viewpoint(self) -> Params:
        problems = [
            f"partner '{code}' is listed twice"
            for code in dict.fromkeys(self.partners)
            if self.partners.count(code) > 1
        ]
        if set(self.partners) <= {self.viewpoint}:
            problems.append("partners hold nobody but the viewpoint country")
        if self.priorities.pilot == self.viewpoint:
            problems.append("priorities.pilot is the viewpoint country itself")
        if self.briefs.partner not in set(self.partners) - {self.viewpoint}:
            problems.append(
                f"briefs.partner '{self.briefs.partner}' is none of the partners of the viewpoint"
            )
        if self.gravity.interval != self.rta.interval:
            problems.append("gravity.interval differs from rta.interval: pages name one level")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @model_validator(mode="after")
    def _scenarios_within_the_population(self) -> Params:
        beyond = [one for one in self.scenarios.years if one > self.workforce.cohorts_until]
        if beyond:
            raise ValueError(
                f"scenarios.years holds {beyond[0]}, and workforce.cohorts_until is "
                f"{self.workforce.cohorts_until}: scenarios need the population until their end"
            )
        return self

    @field_validator("forecast")
    @classmethod
    def _levels_of_the_tables(cls, forecast: ForecastSettings) -> ForecastSettings:
        if forecast.levels != [0.8, 0.95]:
            raise ValueError("levels are 0.8 and 0.95: the result tables are declared for these")
        return forecast


def load_params() -> Params:
    """Return the settings of this project folder.

    Raises
    ------
    InvalidParams
        If a key of ``params.yaml`` is unknown, missing or mistyped (all findings are listed), or
        the viewpoint is no country, or the taxonomy no list of technologies.
    """
    params = parse_settings(Params, read_yaml(params_file()), where="params.yaml")
    known = _in_column("countries", "iso3")
    named = {"viewpoint": [params.viewpoint], "priorities.pilot": [params.priorities.pilot]}
    for key, codes in (named | {"partners": params.partners}).items():
        for code in codes:
            if code not in known:
                raise InvalidParams(
                    f"No country has the code '{code}'.{suggest(code, known)}",
                    where=f"params.yaml: {key}",
                    next_step="Give an ISO 3166-1 alpha-3 code of data/reference/countries.csv.",
                )
    lists = _in_column("technologies", "framework")
    if params.taxonomy not in lists:
        raise InvalidParams(
            f"There is no list of technologies '{params.taxonomy}'."
            f"{suggest(params.taxonomy, lists)}",
            where="params.yaml: taxonomy",
            next_step=f"Name one of {', '.join(sorted(lists))}.",
        )
    return params


def _in_column(name: str, column: str) -> set[str]:
    """Return what stands in a column of a reference list."""
    with reference_file(name).open(encoding="utf-8", newline="") as rows:
        return {row[column] for row in csv.DictReader(rows)}


def source_settings(params: Params, source: str) -> SourceSettings:
    """Return the settings of one source.

    Raises
    ------
    InvalidParams
        If ``params.yaml`` does not list the source.
    """
    return _listed(params.sources, source, "sources")


def notebook_parameters(params: Params, notebook: str) -> dict[str, NotebookParameter]:
    """Return the parameters of one notebook.

    Raises
    ------
    InvalidParams
        If ``params.yaml`` does not list the notebook.
    """
    return _listed(params.notebooks, notebook, "notebooks")


def _listed(block: dict[str, Listed], name: str, section: str) -> Listed:
    """Return an entry of a section, or say which entries there are."""
    if name not in block:
        raise InvalidParams(
            f"'{name}' is not listed.{suggest(name, block)}",
            where=f"params.yaml: {section}",
            next_step=f"Add it there (see CONTRIBUTING.md), or use one of: {', '.join(block)}.",
        )
    return block[name]
