"""The charts of the notebooks: each takes result tables and returns how they are drawn.

Knows: which columns of which table a chart needs, how countries and codes are said in it.
Must not know: files, or how a result was computed.
May import: texts, countries, labels, vocabulary, plots, cluster_plots, grid_plots, interval_plots,
series_plots.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from techdiplomacy import cluster_plots, grid_plots, interval_plots, plots, series_plots
from techdiplomacy.countries import Countries
from techdiplomacy.labels import load_labels
from techdiplomacy.plots import Chart
from techdiplomacy.texts import Language, Sayable, Text, commas, count, percent, period, say
from techdiplomacy.vocabulary import GROUP_LABELS, METHODS, PANELS

# log2 of the advantage at which the colour is full: a quarter or four times the panel
_FULL_COLOUR = 2.0
# more codes than these do not fit side by side
_MOST_COLUMNS = 45


def specialisation_heat_map(
    specialisation: pd.DataFrame, order: list[str], countries: Countries, *, level: float
) -> Chart:
    """Return countries by fields, coloured by shrunk advantage.

    Parameters
    ----------
    specialisation : DataFrame
        Rows of ``field_specialisation`` of one kind of evidence and one window.
    order : list of str
        Countries from top to bottom; others are left out.
    countries : Countries
        Names.
    level : float
        Probability from which an advantage, or the lack of one, is marked as sure.
    """
    shown = specialisation[specialisation["country"].isin(order)]
    wide = shown.pivot(index="country", columns="field", values="rta_shrunk").loc[order]
    sure = shown.pivot(index="country", columns="field", values="probability_above").loc[order]
    with np.errstate(divide="ignore"):
        logarithms = np.log2(wide.to_numpy(dtype=float))
    unsure = (sure < level) & (sure > 1 - level)
    # the longer of the two lists of names goes where it can be read: down the side
    upright = len(order) > _MOST_COLUMNS
    labels = load_labels()

    def draw(language: Language) -> Figure:
        rows = [countries.name(code, language) for code in order] if upright else order
        fields = [labels.text(str(field)).say(language) for field in wide.columns]
        colours = pd.DataFrame(logarithms, index=pd.Index(rows), columns=pd.Index(fields))
        legend = say("advantage in the field (shrunk); ring: may lie on either side of the panel")
        ends = (say("a quarter"), say("as the panel"), say("four times"))
        return grid_plots.heat_map(
            colours if upright else colours.T,
            unsure=unsure if upright else unsure.T,
            limit=_FULL_COLOUR,
            legend=legend.say(language),
            ends=(ends[0].say(language), ends[1].say(language), ends[2].say(language)),
        )

    columns = ["country", "field", "count_items", "rta_shrunk", "rta_low", "rta_high"]
    return Chart(draw, shown[[*columns, "probability_above"]])


def country_tree(
    branches: pd.DataFrame, groups: pd.DataFrame, viewpoint: str, countries: Countries
) -> Chart:
    """Return the tree of countries with the support of each branch in percent.

    Parameters
    ----------
    branches : DataFrame
        Rows of ``tree_branches`` of one kind of evidence.
    groups : DataFrame
        Rows of ``country_groups`` of the same evidence; names are coloured by group.
    viewpoint : str
        Country written in bold.
    countries : Countries
        Names.
    """
    ordered = branches.sort_values("height", kind="stable")
    records = ordered.to_dict("records")
    ends = {row["branch"]: (row["left"], row["right"]) for row in records}
    leaves = _leaves(records[-1]["branch"], ends)
    group = groups.set_index("country")["group"]
    colours = {
        leaf: plots.TEXT_PALETTE[(int(group[leaf]) - 1) % len(plots.TEXT_PALETTE)]
        for leaf in leaves
        if pd.notna(group.get(leaf))
    }
    forks = {
        row["branch"]: cluster_plots.Branch(
            left=row["left"],
            right=row["right"],
            height=row["height"],
            text="" if pd.isna(row["support_families"]) else f"{100 * row['support_families']:.0f}",
        )
        for row in records
    }

    def draw(language: Language) -> Figure:
        # the number says what the colour says, for those who do not see it
        names = {leaf: f"{group[leaf]}  {countries.name(leaf, language)}" for leaf in leaves}
        height = say("height at which two branches join (Ward, Hellinger distance)")
        return cluster_plots.tree(
            leaves,
            forks,
            names,
            colours,
            {viewpoint},
            x_label=height.say(language),
            language=language,
        )

    return Chart(draw, branches)


def _leaves(branch: str, ends: dict[str, tuple[str, str]]) -> list[str]:
    """Return the countries below a branch from top to bottom."""
    if branch not in ends:
        return [branch]
    left, right = ends[branch]
    return _leaves(left, ends) + _leaves(right, ends)


def country_map(
    groups: pd.DataFrame,
    stability: pd.DataFrame,
    viewpoint: str,
    labelled: list[str],
    countries: Countries,
    variance_shares: tuple[float, float],
) -> Chart:
    """Return countries in two dimensions, near where their profiles are alike.

    Parameters
    ----------
    groups, stability : DataFrame
        Rows of ``country_groups`` and ``group_stability`` of one kind of evidence.
    viewpoint : str
        Country that is ringed, if the evidence has it.
    labelled : list of str
        Countries that carry their name.
    countries : Countries
        Names.
    variance_shares : (float, float)
        Share of all variance in each direction.
    """
    placed = groups[groups["status"] == "ok"].set_index("country")
    points = pd.DataFrame(
        {"x": placed["map_x"], "y": placed["map_y"], "group": placed["group"].astype(int)}
    )

    def draw(language: Language) -> Figure:
        legend = {
            row["group"]: say(
                "group {number} ({label})",
                number=count(row["group"]),
                label=GROUP_LABELS[row["label"]],
            ).say(language)
            for row in stability.to_dict("records")
        }
        first = say("first direction ({share} of the variance)", share=percent(variance_shares[0]))
        second = say("second direction ({share})", share=percent(variance_shares[1]))
        return cluster_plots.labelled_scatter(
            points.assign(name=[countries.name(str(code), language) for code in points.index]),
            groups=legend,
            emphasised={viewpoint} & set(points.index),
            labelled=set(labelled) & set(points.index),
            x_label=first.say(language),
            y_label=second.say(language),
            language=language,
        )

    return Chart(draw, points.rename_axis("country").reset_index())


def fan_charts(forecasts: pd.DataFrame, series: list[str], countries: Countries) -> Chart:
    """Return one chart a series: actuals, forecast, intervals and level shifts.

    Parameters
    ----------
    forecasts : DataFrame
        Rows of ``workforce_forecasts``.
    series : list of str
        Which series, in the order of the charts; all of one unit.
    countries : Countries
        Names.
    """
    shown = forecasts[forecasts["series"].isin(series)]
    labels = load_labels()

    def draw(language: Language) -> Figure:
        panels = []
        for name in series:
            rows = shown[shown["series"] == name]
            first = rows.iloc[0]
            title = (
                f"{countries.name(str(first['country']), language)}: "
                f"{labels.text(first['label_of_series']).say(language)}"
            )
            panels.append((title, rows))
        key = {kind: words.say(language) for kind, words in _fan_key(shown).items()}
        return series_plots.small_multiples(panels, language=language, key=key)

    columns = ["series", "year", "value", "value_published", "low_80", "high_80"]
    return Chart(draw, shown[[*columns, "low_95", "high_95", "label", "level_shift"]])


def _fan_key(rows: pd.DataFrame) -> dict[str, Text]:
    """Return what the marks mean that fan charts of these rows have."""
    labels = set(rows["label"])
    ahead = rows[~rows["label"].isin(["observed", "rescaled"])]
    words = {
        "observed": say("observed"),
        "rescaled": say("observed, scaled to the newest level"),
        "published": say("the same years as published"),
        "shift": say("level shift"),
        "forecast": say("forecast"),
        "80": say("{level} interval", level=percent(0.8)),
        "95": say("{level} interval", level=percent(0.95)),
        "scenario": say("scenario: too far ahead for an interval"),
        "no_skill": say("last value carried on"),
    }
    drawn = labels | {level for level in ("80", "95") if ahead[f"low_{level}"].notna().any()}
    if "rescaled" in labels:
        drawn |= {"published"}
    if rows["level_shift"].notna().any():
        drawn |= {"shift"}
    return {kind: said for kind, said in words.items() if kind in drawn}


def method_words(method: str) -> Sayable:
    """Return the words for a forecasting method, single or combined.

    Examples
    --------
    >>> method_words("median of drift, theta").say("en")
    'median of drift, Theta'
    """
    kind, _, parts = method.partition(" of ")
    methods = commas(METHODS[part] for part in parts.split(", ") if part)
    if kind == "median":
        return say("median of {methods}", methods=methods)
    if kind == "mean":
        return say("mean of {methods}", methods=methods)
    return METHODS[method]


def method_errors(backtest: pd.DataFrame, skill: pd.DataFrame) -> Chart:
    """Return the error of each method relative to the naive line, by panel.

    Parameters
    ----------
    backtest, skill : DataFrame
        Tables ``forecast_backtest`` and ``forecast_skill``.
    """
    overall = backtest[backtest["horizon"] == "all"].to_dict("records")
    naive = {row["measure"]: row["mase"] for row in overall if row["method"] == "naive"}
    judged = {row["measure"]: row for row in skill.to_dict("records")}
    rows = []
    for row in overall:
        if row["method"] == "naive":
            continue
        ratio = row["mase"] / naive[row["measure"]]
        own = judged[row["measure"]]
        published = row["method"] == own["method"]
        rows.append(
            {
                "measure": row["measure"],
                "method": row["method"],
                "value": ratio,
                # the interval of the skill belongs to the combined method only
                "low": 1 - own["skill_high"] if published else np.nan,
                "high": 1 - own["skill_low"] if published else np.nan,
                "emphasis": published,
            }
        )
    plotted = pd.DataFrame(rows)

    def draw(language: Language) -> Figure:
        names = [
            f"{PANELS[row['measure']].say(language)}: {method_words(row['method']).say(language)}"
            for row in plotted.to_dict("records")
        ]
        label = say("error relative to the naive line (1 = no better)")
        return interval_plots.dots_with_intervals(
            plotted.assign(name=names),
            reference=1.0,
            x_label=label.say(language),
            language=language,
        )

    return Chart(draw, plotted.drop(columns="emphasis"))


def working_age_lines(
    outlook: pd.DataFrame, viewpoint: str, countries: Countries, *, from_year: int
) -> Chart:
    """Return working-age population as an index, dashed where projected.

    Parameters
    ----------
    outlook : DataFrame
        Table ``working_age_outlook``.
    viewpoint : str
        Country in the accent colour.
    countries : Countries
        Names.
    from_year : int
        First year shown.
    """
    shown = outlook[outlook["year"] >= from_year]
    wide = shown.pivot(index="year", columns="country", values="working_age_index")
    estimated = shown.loc[shown["projection"] == "estimate", "year"]
    turn = int(shown["year"].min() if estimated.empty else estimated.max())

    def draw(language: Language) -> Figure:
        named = wide.rename(columns=lambda code: countries.name(str(code), language))
        label = say("working-age population, base year = 100")
        return series_plots.lines(
            named,
            y_label=label.say(language),
            dashed_from=turn,
            emphasised={countries.name(viewpoint, language)},
            language=language,
        )

    return Chart(draw, shown)


def group_windows(
    windows: pd.DataFrame,
    stability: pd.DataFrame,
    viewpoint: str,
    countries: Countries,
    *,
    sure_from: float,
) -> Chart:
    """Return countries by windows as tiles, coloured and numbered by group.

    Parameters
    ----------
    windows : DataFrame
        Rows of ``group_windows`` of one kind of evidence.
    stability : DataFrame
        Rows of ``group_stability`` of the same evidence: the groups of the newest window.
    viewpoint : str
        Country written in bold.
    countries : Countries
        Names.
    sure_from : float
        Co-assignment with its own group from which a tile is full.
    """
    fitted = windows[windows["status"] == "ok"]
    wide = fitted.pivot(index="country", columns="window", values="group").astype("Int64")
    newest_first = list(wide.columns)[::-1]
    wide = wide.reset_index().sort_values([*newest_first, "country"]).set_index("country")
    shares = fitted.pivot(index="country", columns="window", values="own_group_coassignment")
    # a country alone in its group has nobody to fall together with: it is its group
    alone = fitted.assign(alone=fitted["label"] == "single country")
    single = alone.pivot(index="country", columns="window", values="alone").fillna(False)
    sure = ((shares >= sure_from) | single.astype(bool)).loc[wide.index]
    newest = wide[newest_first[0]].reset_index(drop=True)

    def draw(language: Language) -> Figure:
        sides = []
        for row in stability.to_dict("records"):
            rows = newest.index[newest.eq(row["group"]).fillna(False)]
            words = say(
                "group {number} ({label})",
                number=count(row["group"]),
                label=GROUP_LABELS[row["label"]],
            )
            sides.append((int(rows.min()), int(rows.max()), words.say(language)))
        names = [countries.name(str(code), language) for code in wide.index]
        periods = [
            commas(period(part) for part in str(window).split(";")).say(language)
            for window in wide.columns
        ]
        legend = (
            say("with its group in {share} of redraws or more", share=percent(sure_from)),
            say("less often: on a border"),
            say("too few items"),
        )
        return grid_plots.tiles(
            wide.set_axis(names).set_axis(periods, axis=1),
            sure=sure,
            sides=sides,
            emphasised={countries.name(viewpoint, language)},
            legend=(legend[0].say(language), legend[1].say(language), legend[2].say(language)),
        )

    columns = ["window", "country", "group", "own_group_coassignment", "label"]
    return Chart(draw, fitted[columns])
