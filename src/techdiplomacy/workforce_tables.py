"""The tables of workforce series, population by age, forecasts, and the record of forecasts.

Knows: what each of these tables declares. Must not know: files or figures. May import: columns.
"""

from techdiplomacy.columns import (
    LEVEL_SHIFT,
    PROJECTION,
    Column,
    Table,
    count_column,
    country_column,
    named_year_column,
    share_column,
    whole_column,
    year_column,
    yes_or_no_column,
)

# series of one measure share their errors; those of two measures are never pooled or joined
MEASURES = ("employment", "ict_specialists", "researchers", "degrees", "graduates")
# the measure of a pool that only published figures count
PROJECTIONS = "projections"
# the union of countries that is summed from its members, and the measure it is summed in
UNION, UNION_MEASURE = "EU27", "ict_specialists"
# what an outside figure counts; only like is compared with like
QUANTITIES = (
    "employment",
    "additional_employment",
    "additional_demand",
    "openings",
    "shortage",
    "shortage_per_year",
    "trained",
    "needed",
    "vacancies",
)
# engineering takes in manufacturing and construction, as the fields of education do
ICT_STATISTICS = ("ict_specialists", "ict_graduates", "engineering_graduates")
NATURES = ("target", "projection", "estimate", "count")
# who says it: official table or page, publisher's own page, press report, second hand
EVIDENCE_GRADES = ("official", "publisher", "press", "second_hand")
# pools of workers that a field of study leads into; fields of the register of graduates
GRADUATE_FIELDS = ("ict", "engineering")
FORECAST_NOTEBOOK = "workforce_forecast"


def _range_of(level: int) -> tuple[Column, Column]:
    return (
        count_column(
            f"low_{level}", f"lower end of the {level} % interval", "see column unit", optional=True
        ),
        count_column(
            f"high_{level}",
            f"upper end of the {level} % interval",
            "see column unit",
            optional=True,
        ),
    )


# a country of the countries table, a union of countries, or the world
AREA = Column("area", "text", "ISO3 code, EU27 or WORLD", pattern=r"^([A-Z]{3}|EU27|WORLD)$")
OUTSIDE_COLUMNS = (
    Column("projection_id", "text", "name of the figure"),
    AREA,
    Column("field", "text", "field of work, in words"),
    Column("publisher", "text", "who published the figure"),
    Column(
        "published", "text", "year, month or day of publication", pattern=r"^\d{4}(-\d{2}){0,2}$"
    ),
    Column("quantity", "text", "what the figure counts", allowed=QUANTITIES),
    Column("nature", "text", "target, projection, estimate or count", allowed=NATURES),
    named_year_column("base_year", "year of the base value", optional=True),
    count_column("base_value", "value in the base year", "see column unit", optional=True),
    named_year_column("target_year", "year that the figure is about"),
    count_column(
        "low", "lower end of a range, where one is given", "see column unit", optional=True
    ),
    count_column("central", "the figure, where one is given", "see column unit", optional=True),
    count_column(
        "high", "upper end of a range, where one is given", "see column unit", optional=True
    ),
    Column("unit", "text", "unit of the figures"),
    Column("evidence_grade", "text", "who says it", allowed=EVIDENCE_GRADES),
    Column("url", "text", "page that the figure was read from"),
)

WORKFORCE_CLEAN = (
    Table(
        "ict_specialists",
        "clean",
        "Employed ICT specialists and graduates in ICT and engineering, Europe",
        ("country", "statistic", "year"),
        (
            country_column(),
            Column("statistic", "text", "who is counted", allowed=ICT_STATISTICS),
            year_column("calendar year"),
            count_column("persons", "employed specialists, or tertiary graduates", "persons"),
            LEVEL_SHIFT,
        ),
    ),
    Table(
        "ai_postings",
        "clean",
        "Share of job postings that mention AI, by month",
        ("country", "month"),
        (
            country_column(),
            Column("month", "text", "year and month", pattern=r"^\d{4}-\d{2}$"),
            Column("ai_share_percent", "number", "mean of the days", "percent of postings", 0, 100),
        ),
    ),
    Table(
        "sector_postings",
        "clean",
        "Index of job postings by sector and month, 1 February 2020 = 100",
        ("country", "sector", "month"),
        (
            country_column(),
            Column("sector", "text", "sector, as the publisher words it"),
            Column("month", "text", "year and month", pattern=r"^\d{4}-\d{2}$"),
            count_column("postings_index", "mean of the days", "index"),
            Column("days", "integer", "days behind the mean; below 28: incomplete", "days", 1, 31),
        ),
    ),
    Table(
        "population_totals",
        "clean",
        "Population with prediction intervals, newer revision",
        ("country", "year"),
        (
            country_column(),
            year_column("population on 31 December"),
            count_column("population_persons", "persons of both sexes", "persons"),
            count_column("low_95", "lower end of the 95 % interval", "persons", optional=True),
            count_column("high_95", "upper end of the 95 % interval", "persons", optional=True),
        ),
    ),
    Table(
        "population_decades",
        "clean",
        "Population by five-year age group every ten years, newer revision",
        ("country", "year", "age_from"),
        (
            country_column(),
            year_column("population on 1 July"),
            Column(
                "age_from", "integer", "youngest age of the group; 100 means 100+", "years", 0, 100
            ),
            count_column("population_persons", "persons of both sexes", "persons"),
        ),
    ),
    Table(
        "outside_projections",
        "clean",
        "Published projections, targets and estimates of technical workers",
        ("projection_id",),
        OUTSIDE_COLUMNS,
    ),
)

WORKFORCE_FEATURES = (
    Table(
        "workforce_series",
        "features",
        "Workforce and graduate series, one row a year",
        ("series", "year"),
        (
            Column("series", "text", "measure, country and code of the series"),
            Column("measure", "text", "table that the series comes from", allowed=MEASURES),
            country_column(),
            Column("label", "text", "what is counted, in words"),
            Column("unit", "text", "unit of the value"),
            year_column("calendar year"),
            count_column("value", "value in the unit of the row", "see column unit"),
            LEVEL_SHIFT,
        ),
    ),
    Table(
        "age_structure",
        "features",
        "Working-age and older population",
        ("country", "year"),
        (
            country_column(),
            year_column("population on 1 July"),
            count_column(
                "working_age_persons",
                "persons of working age (params: workforce.working_ages)",
                "persons",
            ),
            count_column("older_persons", "persons above working age", "persons"),
            count_column("total_persons", "persons of all ages", "persons"),
            share_column("working_age_share", "working-age persons in the total"),
            share_column("older_share", "persons above working age in the total"),
            PROJECTION,
        ),
    ),
    Table(
        "population_ages",
        "features",
        "Population by five-year age group of the countries that pages show",
        ("country", "year", "age_from"),
        (
            country_column(),
            year_column("population on 1 July"),
            Column(
                "age_from", "integer", "youngest age of the group; 100 means 100+", "years", 0, 100
            ),
            count_column("population_persons", "persons of both sexes", "persons"),
            PROJECTION,
        ),
    ),
    Table(
        "population_revisions",
        "features",
        "Two revisions of the population beside each other",
        ("country", "year"),
        (
            country_column(),
            year_column("population on 1 July"),
            count_column("earlier_persons", "all ages, revision of 2022", "persons"),
            count_column("newer_persons", "all ages, revision of 2024", "persons", optional=True),
            count_column(
                "newer_persons_low", "lower end of its 95 % interval", "persons", optional=True
            ),
            count_column(
                "newer_persons_high", "upper end of its 95 % interval", "persons", optional=True
            ),
            count_column("earlier_working_age", "of working age, revision of 2022", "persons"),
            count_column(
                "newer_working_age",
                "of working age, revision of 2024; every ten years only",
                "persons",
                optional=True,
            ),
            count_column("earlier_older", "above working age, revision of 2022", "persons"),
            count_column(
                "newer_older",
                "above working age, revision of 2024; every ten years only",
                "persons",
                optional=True,
            ),
            count_column("earlier_under_10", "below the age of 10, revision of 2022", "persons"),
            count_column(
                "newer_under_10",
                "below the age of 10, revision of 2024; every ten years only",
                "persons",
                optional=True,
            ),
        ),
    ),
    Table(
        "job_postings",
        "features",
        "Signals from job postings by month",
        ("country", "signal", "month"),
        (
            country_column(),
            Column("signal", "text", "sector as the publisher words it, or 'AI share'"),
            Column("month", "text", "year and month", pattern=r"^\d{4}-\d{2}$"),
            count_column("value", "value in the unit of the row", "see column unit"),
            Column("unit", "text", "unit of the value"),
            yes_or_no_column("incomplete", "whether days of the month are missing"),
        ),
    ),
    Table(
        "projections",
        "features",
        "Published projections, targets and estimates of technical workers",
        ("projection_id",),
        OUTSIDE_COLUMNS,
    ),
    Table(
        "known_graduates",
        "features",
        "Graduates by field from the owner's register",
        ("country", "field", "year"),
        (
            country_column(),
            Column("field", "text", "pool that the field leads into", allowed=GRADUATE_FIELDS),
            year_column("year of graduation"),
            count_column("graduates", "graduates of tertiary education", "graduates"),
            Column("evidence", "text", "document or page"),
            Column("licence", "text", "terms of the source"),
        ),
        may_be_empty=True,
    ),
)

_MEASURE = Column(
    "measure",
    "text",
    "panel that errors are pooled over",
    allowed=MEASURES,
)
# a published forecast as the ledger keeps it
FROZEN = (
    Column("release", "text", "release that published the forecast"),
    Column("released", "text", "day of the release", pattern=r"^\d{4}-\d{2}-\d{2}$"),
    Column("series", "text", "measure, area and code of the series"),
    Column(
        "measure",
        "text",
        "panel of the series; reconciled: made to add up over a union of countries",
        allowed=(*MEASURES, "reconciled"),
    ),
    AREA,
    Column("label_of_series", "text", "what is counted, in words"),
    Column("unit", "text", "unit of the value"),
    year_column("year forecast"),
    named_year_column("last_year", "newest year known at the release"),
    count_column("last_value", "value of that year as then known", "see column unit"),
    count_column("value", "forecast", "see column unit"),
    *_range_of(80),
    *_range_of(95),
    Column("label", "text", "as published", allowed=("forecast", "no_skill")),
    Column("method", "text", "how it was forecast"),
    Column(
        "inputs",
        "text",
        "SHA-256 of the series it was made from",
        pattern=r"^[0-9a-f]{64}$",
    ),
)
WORKFORCE_FORECAST = (
    Table(
        "workforce_forecasts",
        "results",
        "Observed and forecast values of each workforce series",
        ("series", "year"),
        (
            Column("series", "text", "measure, country and code of the series"),
            _MEASURE,
            country_column(),
            Column("label_of_series", "text", "what is counted, in words"),
            Column("unit", "text", "unit of the value"),
            year_column("calendar year"),
            count_column(
                "value",
                "observed (earlier levels scaled to the newest) or forecast",
                "see column unit",
            ),
            count_column(
                "value_published", "observed value as published", "see column unit", optional=True
            ),
            *_range_of(80),
            *_range_of(95),
            Column(
                "label",
                "text",
                "observed; rescaled (observed, at the newest level); forecast (better than naive); "
                "no_skill (naive line); scenario (too far for an interval)",
                allowed=("observed", "rescaled", "forecast", "no_skill", "scenario"),
            ),
            Column(
                "method", "text", "how the value was forecast; empty where observed", optional=True
            ),
            Column("level_shift", "text", "reason of a level shift in this year", optional=True),
        ),
        notebook="workforce_forecast",
    ),
    Table(
        "series_status",
        "results",
        "Which series could be forecast, and why not",
        ("series",),
        (
            Column("series", "text", "measure, country and code of the series"),
            _MEASURE,
            country_column(),
            Column("label_of_series", "text", "what is counted, in words"),
            Column("n_points", "integer", "years used for training", "years", 0),
            Column("first_year", "integer", "first year published", "year", 1900, 2110),
            Column("last_year", "integer", "last year published", "year", 1900, 2110),
            Column(
                "trained_from",
                "integer",
                "first year used for training",
                "year",
                1900,
                2110,
                optional=True,
            ),
            Column(
                "levels_joined", "text", "years of level shifts that were joined", optional=True
            ),
            Column(
                "status",
                "text",
                "ok; no_skill; small_n (too few series to judge); not_estimable (too short)",
                allowed=("ok", "no_skill", "small_n", "not_estimable"),
            ),
            Column("note", "text", "reason, in words", optional=True),
        ),
        notebook="workforce_forecast",
    ),
    Table(
        "forecast_backtest",
        "results",
        "Errors of each method in the rolling-origin back-test",
        ("measure", "method", "horizon"),
        (
            _MEASURE,
            Column("method", "text", "forecasting method"),
            Column("horizon", "text", "years ahead, or all"),
            count_column("mase", "mean absolute scaled error", "ratio", optional=True),
            count_column("rmsse", "root mean squared scaled error", "ratio", optional=True),
            count_column(
                "smape", "symmetric mean absolute percentage error", "percent", optional=True
            ),
            *(
                column
                for level in (80, 95)
                for column in (
                    count_column(
                        f"msis_{level}",
                        f"mean scaled interval score, {level} %",
                        "ratio",
                        optional=True,
                    ),
                    share_column(
                        f"coverage_{level}",
                        f"share inside the {level} % interval, own series left out",
                        optional=True,
                    ),
                    share_column(
                        f"later_coverage_{level}",
                        f"share of later years inside the {level} % interval known before",
                        optional=True,
                    ),
                )
            ),
            Column("n_series", "integer", "series in the back-test", "series", 0),
            Column("n_errors", "integer", "errors behind the means", "errors", 0),
            Column(
                "n_judged_later",
                "integer",
                "errors held against intervals fixed before",
                "errors",
                0,
            ),
        ),
        notebook="workforce_forecast",
    ),
    Table(
        "forecast_skill",
        "results",
        "Skill of the forecast against the naive line, by panel",
        ("measure",),
        (
            _MEASURE,
            Column("method", "text", "method that is judged"),
            Column("transform", "text", "scale on which series are forecast"),
            Column("horizon", "integer", "years ahead in the back-test; 0: none", "years", 0),
            Column("n_origins", "integer", "origins in the back-test", "origins", 0),
            count_column("mase_model", "error (MASE) of the method", "ratio", optional=True),
            count_column("mase_naive", "error (MASE) of the naive line", "ratio", optional=True),
            Column("skill", "number", "1 - MASE / MASE of the naive line", "share", optional=True),
            Column(
                "skill_low", "number", "5 % bound over resampled series", "share", optional=True
            ),
            Column(
                "skill_high", "number", "95 % bound over resampled series", "share", optional=True
            ),
            Column("n_series", "integer", "series in the back-test", "series", 0),
            Column("passes", "flag", "whether the lower bound is above 0"),
            Column(
                "skill_outside_shifts",
                "number",
                "skill over the errors that cross no level shift",
                "share",
                optional=True,
            ),
            share_column("share_across_shifts", "errors that cross a level shift", optional=True),
        ),
        notebook="workforce_forecast",
    ),
    Table(
        "working_age_outlook",
        "results",
        "Working-age and older population of the countries shown",
        ("country", "year"),
        (
            country_column(),
            year_column("population on 1 July"),
            count_column("working_age_persons", "persons of working age", "persons"),
            count_column("working_age_index", "working-age persons, base year = 100", "index"),
            share_column("older_share", "persons above working age in the total"),
            PROJECTION,
        ),
        notebook="workforce_forecast",
    ),
    Table(
        "series_catalogue",
        "results",
        "Which series there are: years, gaps and level shifts by measure and country",
        ("measure", "country"),
        (
            _MEASURE,
            country_column(),
            whole_column("series", "series of the country", "series"),
            named_year_column("first_year", "first year of any of them"),
            named_year_column("last_year", "last year of any of them"),
            whole_column("years_missing", "years missing inside a series, added up", "years"),
            Column("shifts", "text", "years of level shifts, commas between", optional=True),
        ),
        notebook=FORECAST_NOTEBOOK,
    ),
    Table(
        "reconciled_forecasts",
        "results",
        "Forecasts of a union of countries and of its members, made to add up",
        ("area", "year"),
        (
            AREA,
            year_column("calendar year"),
            count_column(
                "observed",
                "observed value (earlier levels scaled to the newest)",
                "persons",
                optional=True,
            ),
            count_column("value_alone", "forecast of this series alone", "persons", optional=True),
            count_column("value", "forecast after adding up", "persons", optional=True),
            *_range_of(80),
            *_range_of(95),
            Column(
                "label",
                "text",
                "as in workforce_forecasts; of a union also rescaled where a member is",
                allowed=("observed", "rescaled", "forecast", "no_skill", "scenario"),
            ),
        ),
        notebook=FORECAST_NOTEBOOK,
    ),
    Table(
        "forecast_record",
        "results",
        "Published forecasts, frozen at their release, and what became of them",
        ("release", "series", "year"),
        (
            *FROZEN,
            count_column("actual", "what was observed since", "see column unit", optional=True),
            Column("error", "number", "actual less forecast", "see column unit", optional=True),
            yes_or_no_column("inside_80", "whether the 80 % interval held", optional=True),
            yes_or_no_column("inside_95", "whether the 95 % interval held", optional=True),
            yes_or_no_column(
                "nearer_than_naive",
                "whether it erred less than the last value; empty for the naive line itself",
                optional=True,
            ),
            Column(
                "revision",
                "number",
                "by how much the publisher has revised the last value since; empty if it is gone",
                "share",
                -1,
                optional=True,
            ),
            Column(
                "status",
                "text",
                "waiting: no value of the year; scored; shifted: the level has shifted since; "
                "absent: the series is no longer in the data",
                allowed=("waiting", "scored", "shifted", "absent"),
            ),
        ),
        notebook=FORECAST_NOTEBOOK,
        may_be_empty=True,
    ),
)
