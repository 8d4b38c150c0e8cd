"""The section of the cooperation page on checks: another count, what was fitted, and how well.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, vocabulary, gap_tables, gap_variants, page_columns.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.gap_tables import GAP_KINDS, PAST, TERMS, WITH_PAST, WITHOUT_PAST
from techdiplomacy.gap_variants import MARGIN
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.texts import Sayable, Text, commas, count, decimal, percent, period, say, year
from techdiplomacy.vocabulary import GAPS, SPECIFICATIONS, TIE_KINDS, VARIANT_FITS, YES_NO
from techdiplomacy.vocabulary import TERMS as TERM_WORDS

WORKS, AI = GAP_KINDS
CHECK_SOURCES = ("openalex_coauthorship", "ncses_coauthorship")
FIT_SOURCES = (
    *("openalex_coauthorship", "ncses_ai_coauthorship"),
    *("cepii_distance", "desta_pairs", "ncses_articles"),
)
# from this rank correlation on two counts are said to agree
_NEARLY = 0.9
# how much of each trait a factor in the table of coefficients stands for, where not for having it
_STEPS = {"log_distance": np.log(2), PAST: np.log(2), "profile_similarity": 0.01}
# fitted totals that are no farther from the observed ones than this part of them are equal
_EQUAL = 1e-8


def rank_agreement(check: pd.DataFrame) -> float:
    """Return Spearman's rank correlation of both counts of ``official_check``; NaN below three."""
    if len(check) < 3:
        return float("nan")
    return float(check["joint_works"].rank().corr(check["joint_articles"].rank()))


def official_table(check: pd.DataFrame, shown: Sequence[str]) -> pd.DataFrame:
    """Return the rows of ``official_check`` of some partners, most articles first."""
    rows = check[check["partner"].isin(list(shown))]
    return rows.sort_values(["rank_articles", "partner"], ignore_index=True)


def official_columns(names: Countries) -> Columns:
    """Return how `official_table` reads."""
    return (
        cells.country("partner", say("partner"), names),
        cells.observed("joint_articles", say("joint articles, US count"), count),
        cells.observed("rank_articles", say("place, US count"), count),
        cells.observed("joint_works", say("joint works of that year"), count),
        cells.observed("rank_works", say("place by works"), count),
    )


def official_headline(check: pd.DataFrame) -> Text:
    """Return how far both counts put partners in the same order."""
    rho = rank_agreement(check)
    values: dict[str, Sayable] = {"n": count(len(check)), "rho": decimal(rho, 3)}
    if np.isnan(rho):
        return say("The US government count covers {n} partners, too few to compare", n=values["n"])
    if rho >= _NEARLY:
        return say(
            "A US government count puts {n} partners in nearly the same order: rank correlation "
            "{rho}",
            **values,
        )
    return say(
        "A US government count orders {n} partners in another way: rank correlation {rho}",
        **values,
    )


def official_subtitle(check: pd.DataFrame) -> Text:
    """Return which year is compared, in which edition of the report."""
    if check.empty:
        return say("Both counts of one year; the newest edition of the report is of 2024")
    return say(
        "Works and articles of {year}, edition {edition} of the report; places are among all "
        "{n} partners it lists",
        year=year(int(check["year"].iloc[0])),
        edition=year(int(check["edition"].iloc[0])),
        n=count(len(check)),
    )


def variant_table(
    sensitivity: pd.DataFrame, gaps: pd.DataFrame, shown: Sequence[str]
) -> pd.DataFrame:
    """Return the ratios of some partners under other ways to expect ties, one row a partner.

    Parameters
    ----------
    sensitivity, gaps : DataFrame
        Tables ``gap_sensitivity`` and ``cooperation_gaps``.
    shown : sequence of str
        Partners, in the order of the rows.
    """
    if sensitivity.empty:
        return pd.DataFrame()
    ratios = sensitivity.pivot(index="partner", columns="variant", values="gap").apply(np.exp)
    used = gaps[(gaps["kind"] == WORKS) & (gaps["specification"] == WITHOUT_PAST)]
    used = used[used["window"] == used["window"].max()].set_index("partner")
    table = ratios.reindex([code for code in shown if code in ratios.index])
    joined: pd.DataFrame = table.join(used[["verdict", "holds"]]).reset_index()
    return joined


def variant_columns(table: pd.DataFrame, names: Countries) -> Columns:
    """Return how `variant_table` reads; only variants that were fitted have a column."""
    return (
        cells.country("partner", say("partner"), names),
        *(
            cells.statistic(variant, words, decimal)
            for variant, words in VARIANT_FITS.items()
            if variant in table
        ),
        cells.words("verdict", say("reading as used"), GAPS),
        cells.said("holds", say("same side in all"), lambda holds: YES_NO[bool(holds)]),
    )


def variant_headline(table: pd.DataFrame, names: Countries) -> Text:
    """Return how many sure verdicts no other fit turns, and which ones are turned."""
    if table.empty:
        return say("No other fit was tried for these partners")
    sure = table[table["holds"].notna()]
    turned = list(sure.loc[sure["holds"].astype(float) == 0, "partner"])
    values: dict[str, Sayable] = {
        "n": count(len(sure) - len(turned)),
        "all": count(len(sure)),
    }
    if not turned:
        return say("{n} of {all} sure readings keep their side in every other fit", **values)
    return say(
        "{n} of {all} sure readings keep their side in every other fit; turned: {countries}",
        countries=names.texts(turned),
        **values,
    )


def variant_subtitle(sensitivity: pd.DataFrame) -> Text:
    """Return of which years the other fits are, and from where a ratio is on a side."""
    return say(
        "Observed over expected joint works, {windows}; on a side if at least {margin} beyond 1",
        margin=percent(MARGIN),
        windows=commas(period(str(window)) for window in sorted(sensitivity["window"].unique())),
    )


def coefficient_table(coefficients: pd.DataFrame) -> pd.DataFrame:
    """Return what goes with more ties, one row a trait, newest fits side by side as factors.

    Parameters
    ----------
    coefficients : DataFrame
        Table ``gravity_coefficients``.

    Returns
    -------
    DataFrame
        ``term``, and for the fits ``works, past, ai`` the factor on the expected ties with its
        ends; empty where the term is not in the fit, or cannot be told apart.
    """
    table = pd.DataFrame({"term": [*TERMS, PAST]})
    step = pd.Series({term: _STEPS.get(term, 1.0) for term in table["term"]})
    fits = {"works": (WORKS, WITHOUT_PAST), "past": (WORKS, WITH_PAST), "ai": (AI, WITHOUT_PAST)}
    for name, (kind, specification) in fits.items():
        own = coefficients[
            (coefficients["kind"] == kind) & (coefficients["specification"] == specification)
        ]
        own = own[own["window"] == own["window"].max()].set_index("term")
        for ending, column in (("", "coefficient"), ("_low", "low"), ("_high", "high")):
            factor = np.exp(own[column].astype(float) * step.reindex(own.index))
            table[f"{name}{ending}"] = table["term"].map(factor)
    return table


def coefficient_columns(level: float) -> Columns:
    """Return how `coefficient_table` reads."""
    fits = {
        "works": say("joint works"),
        "past": say("joint works, past included"),
        "ai": say("AI articles"),
    }
    return (
        cells.words("term", say("trait of the pair"), TERM_WORDS),
        *(
            cells.estimate(
                name,
                say("{fit}: times", fit=words),
                lambda value: decimal(value, 2),
                Interval(
                    f"{name}_low",
                    f"{name}_high",
                    say("{level} ({fit})", level=percent(level), fit=words),
                ),
            )
            for name, words in fits.items()
        ),
    )


def coefficient_subtitle(coefficients: pd.DataFrame, level: float) -> Text:
    """Return which windows the factors are of."""
    newest = coefficients.groupby("kind")["window"].max()
    return say(
        "Times as many expected ties; {periods}; {level} intervals",
        periods=commas(
            say("{kind} {window}", kind=TIE_KINDS[str(kind)], window=period(str(window)))
            for kind, window in newest.items()
        ),
        level=percent(level),
    )


def coefficient_headline(table: pd.DataFrame) -> Text:
    """Return which traits surely go with more or fewer joint works."""
    more = table.loc[table["works_low"] > 1, "term"]
    fewer = table.loc[table["works_high"] < 1, "term"]
    return say(
        "Surely going with more joint works: {more}; with fewer: {fewer}",
        more=_terms(more),
        fewer=_terms(fewer),
    )


def _terms(terms: pd.Series) -> Sayable:
    return commas(TERM_WORDS[term] for term in terms) if len(terms) else say("none")


def fit_table(fits: pd.DataFrame) -> pd.DataFrame:
    """Return the fits, newest window first, joint works before AI articles."""
    kinds = {kind: place for place, kind in enumerate((WORKS, AI))}
    order = fits.assign(_kind=fits["kind"].map(kinds)).sort_values(
        ["_kind", "specification", "window"], ascending=[True, False, False]
    )
    return order.drop(columns="_kind").reset_index(drop=True)


def fit_columns() -> Columns:
    """Return how `fit_table` reads."""
    return (
        cells.words("kind", say("ties"), TIE_KINDS),
        cells.words("specification", say("fit"), SPECIFICATIONS),
        cells.said("window", say("window"), lambda window: period(str(window))),
        cells.statistic("n_countries", say("countries"), count),
        cells.statistic("n_pairs", say("pairs"), count),
        cells.statistic("n_without_traits", say("pairs left out"), count),
        cells.statistic("n_separated", say("pairs driven to zero"), count),
        cells.statistic("n_zero_total", say("countries without ties"), count),
        cells.statistic("deviance_explained", say("taken up beyond sizes"), percent),
        cells.statistic("kappa", say("shape of the spread"), lambda value: decimal(value, 1)),
    )


def fit_headline(fits: pd.DataFrame) -> Text:
    """Return how near the fits are, and that country totals are met."""
    own = fit_table(fits).groupby(["kind", "specification"])["deviance_explained"].first()
    values: dict[str, Sayable] = {
        "without": percent(own.get((WORKS, WITHOUT_PAST), float("nan"))),
        "with_past": percent(own.get((WORKS, WITH_PAST), float("nan"))),
    }
    return say(
        "Beyond sizes, traits of the pair take up {without} of what is left, with the past "
        "{with_past}",
        **values,
    )


def fit_subtitle(fits: pd.DataFrame) -> Text:
    """Return of which windows the fits are, and how many economies they hold."""
    return say(
        "{n} fits, years {first} to {last}",
        n=count(len(fits)),
        first=year(int(fits["window"].min()[:4])),
        last=year(int(fits["window"].str[-4:].max())),
    )


def fit_words(fits: pd.DataFrame, names: Countries) -> Text:
    """Return how near fitted totals are to observed ones, and who is left out for want of traits.

    Parameters
    ----------
    fits : DataFrame
        Table ``gravity_fits``.
    names : Countries
        Names.
    """
    worst = float(fits["totals_error"].max())
    left = sorted({code for text in fits["without_traits"].dropna() for code in _codes(text)})
    met = (
        say(
            "Fitted totals of countries equal the observed ones to within one part in a hundred "
            "million."
        )
        if worst <= _EQUAL
        else say(
            "Fitted and observed totals of countries differ by up to {share}.",
            share=percent(worst, 4),
        )
    )
    if not left:
        return met
    return say(
        "{met} All pairs of {countries} are left out, because a trait is missing, such as a "
        "profile of articles of their own.",
        met=met,
        countries=names.texts(left),
    )


def _codes(text: str) -> list[str]:
    """Return the countries in a list of countries and pairs, semicolons between."""
    return [code for code in map(str.strip, text.split(";")) if len(code) == 3]
