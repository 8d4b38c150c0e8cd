"""The words and tables of the country groups page, filled from results.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: params (settings only), texts, countries, labels, vocabulary, group_description,
windows, evidence, page_columns, pages.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.evidence import EvidenceGroups, stacked
from techdiplomacy.group_description import (
    branches_above,
    compare_cuts,
    standing_among_groups,
)
from techdiplomacy.labels import load_labels
from techdiplomacy.page_columns import Columns
from techdiplomacy.pages import Finding
from techdiplomacy.params import ClusterSettings
from techdiplomacy.texts import (
    Sayable,
    Text,
    commas,
    count,
    decimal,
    percent,
    period,
    rounded,
    say,
)
from techdiplomacy.vocabulary import (
    BY_EVIDENCE,
    EVIDENCE,
    GROUP_LABELS,
    ITEMS,
    NOTES_ON_CUTS,
    VERDICTS,
)
from techdiplomacy.windows import moves

# adjusted Rand index from which two cuts are called the same
SAME_CUT = 0.9
# two windows differ beyond chance if no more redraws of one window look as different
AS_ALIKE = 0.05
# a sentence names a group of so many members in full, of a larger one the first few
MOST_NAMED = 5
_FIRST_FEW = 3
_SUPPORTS = ("jaccard_families", "jaccard_countries", "jaccard_fields")
_OTHER_RECIPES = ("jaccard_kmeans", "jaccard_other_profile")


def findings(
    patents: EvidenceGroups, publications: EvidenceGroups, viewpoint: str, names: Countries
) -> list[Finding]:
    """Return the findings of the page.

    Parameters
    ----------
    patents, publications : EvidenceGroups
        Groups under each kind of evidence.
    viewpoint : str
        Country that one sentence is about.
    names : Countries
        Names.
    """
    return [
        _how_grouped(patents, viewpoint, names),
        _firmest(patents, names),
        _where(publications if not _has(patents, viewpoint) else patents, viewpoint, names),
        _movement(patents),
    ]


def _verdict(groups: EvidenceGroups) -> dict[Any, Any]:
    """Return the row of ``cluster_verdicts``."""
    return groups.verdict.to_dict("records")[0]


def _row(groups: EvidenceGroups, country: str) -> dict[Any, Any]:
    """Return the row of a country in ``country_groups``."""
    return groups.countries.set_index("country").to_dict("index")[country]


def _has(groups: EvidenceGroups, country: str) -> bool:
    own = groups.countries
    return bool(((own["country"] == country) & own["group"].notna()).any())


def window_words(groups: EvidenceGroups) -> Text:
    """Return the period of the evidence, and how its years are counted."""
    return _dated(groups.evidence, groups.window)


def span_words(groups: EvidenceGroups) -> Text:
    """Return the period of all windows of the evidence, and how its years are counted."""
    windows = [str(window).split(";") for window in groups.windows["window"].unique()]
    spans = (f"{min(own)[:4]}-{max(own)[-4:]}" for own in zip(*windows, strict=True))
    return _dated(groups.evidence, ";".join(spans))


def _dated(evidence: str, window: str) -> Text:
    if evidence == "both":
        granted, published = window.split(";")
        return say(
            "families granted {granted}, articles of {published}",
            granted=period(granted),
            published=period(published),
        )
    if evidence == "patents":
        return say("families granted {window}", window=period(window))
    return say("articles of {window}", window=period(window))


def _periods(window: str) -> Sayable:
    """Return a window as it stands in a cell; of two parts, both periods."""
    return commas(period(part) for part in str(window).split(";"))


def _fields(codes: Any, most: int | None = None) -> Sayable:
    """Return names of fields, semicolons between, as a list in words; the first ones, if many."""
    if pd.isna(codes):
        return say("no field in common")
    return commas(load_labels().text(name) for name in str(codes).split(";")[:most])


def _members(codes: str, names: Countries) -> Sayable:
    """Return the members of a group as a list in words; of a large group only the first few."""
    members = codes.split(";")
    if len(members) <= MOST_NAMED:
        return names.texts(members)
    first = members[:_FIRST_FEW]
    return say("{some} and {n} more", some=names.texts(first), n=count(len(members) - len(first)))


def _how_grouped(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Finding:
    """Return into how many groups the countries fall and whether they are distinct."""
    verdict = _verdict(groups)
    values: dict[str, Sayable] = {
        "by": BY_EVIDENCE[groups.evidence],
        "n": count(verdict["n_countries"]),
        "k": count(verdict["k"]),
        "firm": count(_firm(groups)),
        "verdict": VERDICTS[verdict["verdict"]],
    }
    if viewpoint in set(groups.countries["country"]):
        sentence = say(
            "{by}, {n} economies fall into {k} groups, {firm} firm: {verdict}.", **values
        )
    else:
        sentence = say(
            "{by}, {n} economies (without {viewpoint}) fall into {k} groups, {firm} firm: "
            "{verdict}.",
            viewpoint=names.text(viewpoint),
            **values,
        )
    certainty = say(
        "noise p = {noise}, gradient p = {gradient}",
        noise=decimal(verdict["p_noise"], 3),
        gradient=decimal(verdict["p_continuum"], 2),
    )
    return Finding(sentence, certainty, window_words(groups))


def _firm(groups: EvidenceGroups) -> int:
    return int((groups.stability["label"] == "firm").sum())


def _firmest(groups: EvidenceGroups, names: Countries) -> Finding:
    """Return the group that comes back most often when data are drawn anew."""
    ranked = groups.stability.assign(mean=groups.stability[list(_SUPPORTS)].mean(axis=1))
    if _verdict(groups)["verdict"] == "no_stable_groups":
        return Finding(
            say("No group comes back when data are drawn anew: describe countries one by one."),
            say("largest mean similarity {share}", share=percent(ranked["mean"].max())),
            window_words(groups),
        )
    best = ranked.sort_values("mean", ascending=False).to_dict("records")[0]
    families, countries, fields = (percent(best[name]) for name in _SUPPORTS)
    return Finding(
        say(
            "The firmest group is {members}, strong in {fields}.",
            members=_members(best["members"], names),
            fields=_fields(best["strong_fields"], _FIRST_FEW),
        ),
        say(
            "redrawn: {items_share} ({items}), {countries_share} (countries), {fields_share} "
            "(fields)",
            items_share=families,
            items=ITEMS[groups.evidence],
            countries_share=countries,
            fields_share=fields,
        ),
        window_words(groups),
    )


def _where(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Finding:
    """Return the neighbours of the viewpoint country."""
    values: dict[str, Sayable] = {"country": names.text(viewpoint), "items": ITEMS[groups.evidence]}
    if viewpoint not in set(groups.countries["country"]):
        return Finding(
            say("{country} is not listed in the source of {items}.", **values),
            say("absent from the data of {window}, which is not zero", window=_window(groups)),
            window_words(groups),
        )
    if not _has(groups, viewpoint):
        return Finding(
            say("{country} has too few {items} to be placed.", **values),
            say("fewer than needed in {window}", window=_window(groups)),
            window_words(groups),
        )
    row = _row(groups, viewpoint)
    label = GROUP_LABELS[groups.stability.set_index("group")["label"].to_dict()[row["group"]]]
    if pd.notna(row["own_group_coassignment"]):
        certainty = say(
            "its group is {label}: together in {share} of redraws",
            label=label,
            share=percent(row["own_group_coassignment"]),
        )
    else:
        certainty = say("its group is {label}; too few items: placed afterwards", label=label)
    return Finding(
        say(
            "{country} is most often grouped with {near} by {evidence} ({total} {items}).",
            near=names.texts(row["nearest_neighbours"].split(";")),
            evidence=EVIDENCE[groups.evidence],
            total=rounded(row["total_items"]),
            **values,
        ),
        certainty,
        window_words(groups),
    )


def _window(groups: EvidenceGroups) -> Sayable:
    return period(groups.window)


def _movement(groups: EvidenceGroups) -> Finding:
    """Return how much the groups agree with the window before, and which sets persist."""
    verdict = _verdict(groups)
    before = verdict["adjusted_rand_previous_window"]
    kmeans = decimal(verdict["adjusted_rand_kmeans"])
    if pd.isna(before):
        return Finding(
            say("Other recipes draw other borders: trust the firm groups, not the exact cut."),
            say("agreement with k-means {kmeans} (1 = same); no earlier window", kmeans=kmeans),
            window_words(groups),
        )
    values = {
        "firm": count(_firm_cores(groups)),
        "windows": count(groups.windows["window"].nunique()),
    }
    sentence = (
        say(
            "Borders move between windows; firm cores in all {windows}: {firm}.",
            **values,
        )
        if before < SAME_CUT
        else say(
            "Borders hold between windows; firm cores in all {windows}: {firm}.",
            **values,
        )
    )
    certainty = say(
        "agreement with window before {before}; same window redrawn {within}",
        before=decimal(before),
        within=decimal(groups.agreement["adjusted_rand_within"].iloc[0]),
    )
    return Finding(sentence, certainty, span_words(groups))


def _firm_cores(groups: EvidenceGroups) -> int:
    return int((groups.cores["label"] == "firm").sum())


def tree_headline(groups: EvidenceGroups) -> Text:
    """Return what the tree says."""
    return say(
        "{by}: {k} groups, {firm} firm: {verdict}",
        by=BY_EVIDENCE[groups.evidence],
        k=count(len(groups.stability)),
        firm=count(_firm(groups)),
        verdict=VERDICTS[_verdict(groups)["verdict"]],
    )


def tree_subtitle(groups: EvidenceGroups, specialisation: pd.DataFrame) -> Text:
    """Return what the tree is made of."""
    return say(
        "Ward tree of profiles over {fields} fields, {window}",
        fields=count(specialisation["field"].nunique()),
        window=window_words(groups),
    )


def tree_alt(groups: EvidenceGroups, names: Countries) -> Text:
    """Return the tree in words."""
    firm = groups.stability[groups.stability["label"] == "firm"]
    n = count(_verdict(groups)["n_countries"])
    if firm.empty:
        return say(
            "Tree of {n} economies with the support of each branch in percent. No group is firm.",
            n=n,
        )
    smallest = firm.sort_values("n_countries").to_dict("records")[0]
    return say(
        "Tree of {n} economies with the support of each branch in percent. Firm groups: {firm}, "
        "among them {members}.",
        n=n,
        firm=count(len(firm)),
        members=_members(smallest["members"], names),
    )


def map_headline(groups: EvidenceGroups) -> Text:
    """Return what the map says."""
    return say(
        "Near means alike by {evidence}; two directions hold {share} of the differences",
        evidence=EVIDENCE[groups.evidence],
        share=percent(sum(groups.variance_shares)),
    )


def map_subtitle(groups: EvidenceGroups, transform: str) -> Text:
    """Return what the map is made of."""
    window = window_words(groups)
    if transform == "hellinger":
        return say("Principal axes of profiles in Hellinger distance, {window}", window=window)
    return say("Principal axes of profiles in log ratios, {window}", window=window)


def map_alt(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Text:
    """Return the map in words."""
    return say(
        "Scatter of {n} economies, near each other where their profiles are alike, marked by "
        "group. {where}",
        n=count(_verdict(groups)["n_countries"]),
        where=_where(groups, viewpoint, names).sentence,
    )


def heat_map_headline(specialisation: pd.DataFrame, level: float) -> Text:
    """Return in how many cells a country is surely more or less specialised than the panel."""
    return say(
        "In {share} of the cells a country is surely more, or surely less, specialised than the "
        "panel",
        share=percent(_sure(specialisation, level)),
    )


def heat_map_subtitle(
    groups: EvidenceGroups, specialisation: pd.DataFrame, names: Countries
) -> Text:
    """Return what the heat map is made of, and how much of the panel its largest country is."""
    totals = specialisation.drop_duplicates("country").set_index("country")["total_items"]
    return say(
        "Shrunk revealed advantage, {window}; {largest} is {share} of the panel",
        window=window_words(groups),
        largest=names.text(str(totals.idxmax())),
        share=percent(totals.max() / totals.sum()),
    )


def heat_map_alt(groups: EvidenceGroups, specialisation: pd.DataFrame, level: float) -> Text:
    """Return the heat map in words."""
    return say(
        "Heat map of {n} economies by {fields} fields, coloured by shrunk advantage; countries of "
        "one group show like colours. {share} of the cells differ from the panel beyond doubt.",
        n=count(len(groups.found.fitted)),
        fields=count(specialisation["field"].nunique()),
        share=percent(_sure(specialisation, level)),
    )


def _sure(specialisation: pd.DataFrame, level: float) -> float:
    """Return the share of estimable cells whose side of the panel is beyond doubt."""
    chance = specialisation["probability_above"].dropna()
    return float(((chance >= level) | (chance <= 1 - level)).mean())


def group_table(groups: EvidenceGroups) -> pd.DataFrame:
    """Return the groups with their stability, members and strong fields."""
    rows = groups.stability
    columns = ["group", "members", "label", *_SUPPORTS, *_OTHER_RECIPES]
    strong = pd.Series([_fields(codes) for codes in rows["strong_fields"]], dtype=object)
    return rows[columns].reset_index(drop=True).assign(strong_fields=strong)


def group_columns(names: Countries) -> Columns:
    """Return how `group_table` reads."""
    return (
        cells.observed("group", say("group"), count),
        cells.countries("members", say("countries"), names),
        cells.texts("strong_fields", say("strong in")),
        cells.words("label", say("label"), GROUP_LABELS),
        *_redrawn("jaccard"),
        cells.statistic("jaccard_kmeans", say("by k-means"), percent),
        cells.statistic("jaccard_other_profile", say("on the other profile"), percent),
    )


def _redrawn(prefix: str) -> Columns:
    """Return the columns of what happens when each part of the data is drawn anew."""
    return (
        cells.statistic(f"{prefix}_families", say("items redrawn"), percent),
        cells.statistic(f"{prefix}_countries", say("countries redrawn"), percent),
        cells.statistic(f"{prefix}_fields", say("fields redrawn"), percent),
    )


def country_table(groups: EvidenceGroups, viewpoint: str) -> pd.DataFrame:
    """Return the fitted countries, and the viewpoint, with size, group and neighbours."""
    own = groups.countries
    shown = (own["status"] == "ok") | (own["country"] == viewpoint)
    columns = ["country", "group", "total_items", "size_tier", "own_group_coassignment"]
    return own.loc[
        shown & own["group"].notna(), [*columns, "nearest_neighbours", "status"]
    ].sort_values(["group", "total_items"], ascending=[True, False], ignore_index=True)


def country_columns(names: Countries) -> Columns:
    """Return how `country_table` reads."""
    notes = {"ok": say("fitted"), "small_n": say("too small to be fitted")}
    return (
        cells.country("country", say("country"), names),
        cells.observed("group", say("group"), count),
        cells.observed("total_items", say("items"), count),
        cells.label("size_tier", say("size")),
        cells.statistic("own_group_coassignment", say("with its own group"), percent),
        cells.countries("nearest_neighbours", say("most often grouped with"), names),
        cells.words("status", say("note"), notes),
    )


def partner_table(groups: EvidenceGroups, viewpoint: str) -> pd.DataFrame:
    """Return every partner of the viewpoint country, those most often grouped with it first."""
    pairs = groups.coassignments
    own = pairs[(pairs["country"] == viewpoint) | (pairs["partner"] == viewpoint)]
    partner = own["partner"].where(own["country"] == viewpoint, own["country"])
    shares = [f"coassignment{end}" for end in ("", "_families", "_countries", "_fields")]
    table = own[[*shares, "distance"]].assign(partner=partner)
    ordered = table.sort_values(["coassignment", "distance"], ascending=[False, True])
    return ordered[["partner", *shares, "distance"]].reset_index(drop=True)


def partner_columns(names: Countries) -> Columns:
    """Return how `partner_table` reads."""
    return (
        cells.country("partner", say("partner"), names),
        cells.statistic("coassignment", say("together"), percent),
        *_redrawn("coassignment"),
        cells.statistic("distance", say("distance"), decimal),
    )


def labelled(groups: EvidenceGroups, viewpoint: str, *, most: int = 30) -> list[str]:
    """Return the countries whose names a crowded map carries: the largest, and the viewpoint's."""
    own = groups.countries[groups.countries["status"] == "ok"]
    largest = own.sort_values("total_items", ascending=False)["country"].head(most).tolist()
    near = own.loc[own["country"] == viewpoint, "nearest_neighbours"].tolist()
    return [*largest, *(near[0].split(";") if near else [])]


def strength_table(specialisation: pd.DataFrame, country: str, *, most: int = 8) -> pd.DataFrame:
    """Return the fields of a country by shrunk advantage, with interval and count."""
    own = specialisation[
        (specialisation["country"] == country) & (specialisation["rta_shrunk"] > 1)
    ]
    top = own.sort_values("rta_shrunk", ascending=False, ignore_index=True).head(most)
    return top[["field", "count_items", "rta_shrunk", "rta_low", "rta_high", "probability_above"]]


def strength_columns(level: float) -> Columns:
    """Return how `strength_table` reads; ``level`` is the mass of the interval."""
    return (
        cells.label("field", say("field")),
        cells.observed("count_items", say("items"), count),
        cells.estimate(
            "rta_shrunk",
            say("advantage"),
            decimal,
            cells.Interval("rta_low", "rta_high", percent(level)),
        ),
        cells.statistic("probability_above", say("P(above 1)"), percent),
    )


# --- windows side by side ---------------------------------------------------------------------


def windows_headline(groups: EvidenceGroups) -> Text:
    """Return how many economies keep their group through all windows."""
    kept, everyone = _kept(groups)
    return say(
        "{kept} of {n} economies keep their group in all {windows} windows",
        kept=count(kept),
        n=count(everyone),
        windows=count(groups.windows["window"].nunique()),
    )


def windows_subtitle(groups: EvidenceGroups) -> Text:
    """Return what the tiles are made of."""
    return say(
        "Groups of the main cut, as many in each window, numbered as in the newest, {span}",
        span=span_words(groups),
    )


def windows_alt(groups: EvidenceGroups, settings: ClusterSettings) -> Text:
    """Return the tiles in words."""
    kept, everyone = _kept(groups)
    found = moves(groups.windows, settings)
    return say(
        "Rows of {n} economies by window, each tile numbered and coloured by group. {kept} keep "
        "one number; of {moves} changes {firm} are firm and {leaning} leaning, the others lie on "
        "a border.",
        n=count(everyone),
        kept=count(kept),
        moves=count(len(found)),
        firm=count((found["label"] == "firm").sum()),
        leaning=count((found["label"] == "leaning").sum()),
    )


def _kept(groups: EvidenceGroups) -> tuple[int, int]:
    """Return how many countries keep their group, of how many fitted in every window."""
    fitted = groups.windows[groups.windows["status"] == "ok"]
    seen = fitted.groupby("country")["group"].agg(["size", "nunique"])
    whole = seen[seen["size"] == groups.windows["window"].nunique()]
    return int((whole["nunique"] == 1).sum()), len(whole)


def core_table(*groups: EvidenceGroups) -> pd.DataFrame:
    """Return the sets of countries that share a group in every window."""
    return stacked("cores", *groups)


def core_headline(groups: EvidenceGroups, names: Countries) -> Text:
    """Return how many sets persist, and the largest firm one."""
    firm = groups.cores[groups.cores["label"] == "firm"]
    if firm.empty:
        return say(
            "{by}, no set of countries stays firmly together through all windows",
            by=BY_EVIDENCE[groups.evidence],
        )
    ordered = firm.sort_values(["n_countries", "coassignment"], ascending=False)
    return say(
        "{by}, sets that stay firmly together: {firm}, the largest {members}",
        by=BY_EVIDENCE[groups.evidence],
        firm=count(len(firm)),
        members=_members(str(ordered["members"].iloc[0]), names),
    )


def core_columns(names: Countries) -> Columns:
    """Return how `core_table` reads."""
    return (
        cells.words("evidence", say("evidence"), EVIDENCE),
        cells.countries("members", say("countries"), names),
        cells.words("label", say("label"), GROUP_LABELS),
        cells.observed("n_windows", say("windows together"), count),
        cells.statistic("coassignment", say("together"), percent),
        cells.statistic("lowest_coassignment", say("worst pair, worst window"), percent),
    )


def move_table(groups: EvidenceGroups, settings: ClusterSettings) -> pd.DataFrame:
    """Return the countries that change their group between windows, the firmest moves first."""
    return moves(groups.windows, settings)


def move_headline(groups: EvidenceGroups, settings: ClusterSettings, names: Countries) -> Text:
    """Return who moved firmly."""
    found = move_table(groups, settings)
    firm = found[found["label"] == "firm"]
    if firm.empty:
        return say(
            "Firm changes of group: none of {n}; the countries lie on borders",
            n=count(len(found)),
        )
    return say(
        "Firm changes of group: {firm} of {n} ({members})",
        n=count(len(found)),
        firm=count(len(firm)),
        members=_members(";".join(dict.fromkeys(firm["country"])), names),
    )


def move_columns(names: Countries) -> Columns:
    """Return how `move_table` reads."""
    return (
        cells.country("country", say("country"), names),
        cells.said("previous", say("from window"), _periods),
        cells.said("window", say("to window"), _periods),
        cells.observed("group_before", say("group before"), count),
        cells.observed("group", say("group after"), count),
        cells.words("label", say("label"), GROUP_LABELS),
        cells.statistic("coassignment_before", say("with its group before"), percent),
        cells.statistic("coassignment", say("with its group after"), percent),
    )


def agreement_table(*groups: EvidenceGroups) -> pd.DataFrame:
    """Return how far the groups of each pair of windows agree."""
    return stacked("agreement", *groups)


def agreement_headline(*groups: EvidenceGroups) -> Text:
    """Return in how many pairs of windows the groups differ by more than redraws do."""
    pairs = agreement_table(*groups)
    return say(
        "Windows agree less than one window drawn twice: beyond chance in {n} of {all} pairs",
        n=count((pairs["share_as_alike"] <= AS_ALIKE).sum()),
        all=count(len(pairs)),
    )


def agreement_columns() -> Columns:
    """Return how `agreement_table` reads."""
    return (
        cells.words("evidence", say("evidence"), EVIDENCE),
        cells.said("window", say("window"), _periods),
        cells.said("previous", say("earlier window"), _periods),
        cells.observed("n_common", say("countries in both"), count),
        cells.statistic("adjusted_rand", say("agreement"), decimal),
        cells.statistic("adjusted_rand_between", say("both redrawn"), decimal),
        cells.statistic("adjusted_rand_within", say("one drawn twice"), decimal),
        cells.statistic("share_as_alike", say("as alike when redrawn"), percent),
    )


# --- patents and publications together --------------------------------------------------------


def side_table(
    patents: EvidenceGroups, publications: EvidenceGroups, together: EvidenceGroups
) -> pd.DataFrame:
    """Return the group of each economy under each kind of evidence."""
    fitted = together.countries[together.countries["status"] == "ok"]
    table = fitted[["country", "group", "own_group_coassignment", "nearest_neighbours"]]
    for name, groups in (("patents", patents), ("publications", publications)):
        own = groups.countries.set_index("country")["group"]
        table = table.assign(**{f"group_{name}": table["country"].map(own).astype("Int64")})
    return table.sort_values(["group", "group_patents", "country"], ignore_index=True)


def side_columns(names: Countries) -> Columns:
    """Return how `side_table` reads."""
    return (
        cells.country("country", say("country"), names),
        cells.observed("group", say("group by both"), count),
        cells.observed("group_patents", say("group by patents"), count),
        cells.observed("group_publications", say("group by publications"), count),
        cells.statistic("own_group_coassignment", say("with its own group"), percent),
        cells.countries("nearest_neighbours", say("most often grouped with"), names),
    )


def side_headline(
    patents: EvidenceGroups, publications: EvidenceGroups, together: EvidenceGroups
) -> Text:
    """Return how far the groups of the three kinds of evidence agree."""
    return say(
        "Patents and publications agree by {two}; both together with patents by {first}, with "
        "publications by {second}",
        two=decimal(compare_cuts(patents.countries, publications.countries)),
        first=decimal(compare_cuts(together.countries, patents.countries)),
        second=decimal(compare_cuts(together.countries, publications.countries)),
    )


# --- the viewpoint country --------------------------------------------------------------------


def patents_of_viewpoint(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Text:
    """Return whether the viewpoint country has a place in the patent tree, and if not, why."""
    values: dict[str, Sayable] = {
        "country": names.text(viewpoint),
        "window": window_words(groups),
    }
    if viewpoint not in set(groups.countries["country"]):
        return say(
            "{country} is not listed in the patent source ({window}): there are no patents to "
            "place it by, neither in the patent tree nor in that of both. Absent is not zero.",
            **values,
        )
    row = _row(groups, viewpoint)
    if row["status"] != "ok":
        return say(
            "{country} has {n} {items} ({window}): too few for a place in the patent tree.",
            n=count(row["total_items"]),
            items=ITEMS[groups.evidence],
            **values,
        )
    return say(
        "By patents {country} stands in group {group} ({window}).",
        group=count(row["group"]),
        **values,
    )


def branch_table(groups: EvidenceGroups, viewpoint: str) -> pd.DataFrame:
    """Return the branches that the viewpoint country hangs on, the smallest first."""
    return branches_above(viewpoint, groups.branches)


def _firm_branch(groups: EvidenceGroups, viewpoint: str) -> dict[Any, Any] | None:
    """Return the largest firm branch of a country that lies inside its group."""
    if not _has(groups, viewpoint):
        return None
    group = _row(groups, viewpoint)["group"]
    own = groups.stability.loc[groups.stability["group"] == group, "n_countries"]
    steps = branch_table(groups, viewpoint)
    inside = steps[(steps["label"] == "firm") & (steps["n_countries"] <= own.iloc[0])]
    return inside.to_dict("records")[-1] if len(inside) else None


def branch_headline(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Text:
    """Return on which firm branch the viewpoint country hangs."""
    country = names.text(viewpoint)
    if branch_table(groups, viewpoint).empty:
        return say("{country} hangs on no branch of the tree", country=country)
    firm = _firm_branch(groups, viewpoint)
    if firm is None:
        return say("No branch inside the group of {country} is firm", country=country)
    others = ";".join(code for code in str(firm["members"]).split(";") if code != viewpoint)
    return say(
        "{country} hangs on a firm branch with {others}: {items_share} ({items}), "
        "{countries} (countries), {fields} (fields)",
        country=country,
        others=_members(others, names),
        items=ITEMS[groups.evidence],
        items_share=percent(firm["support_families"]),
        countries=percent(firm["support_countries"]),
        fields=percent(firm["support_fields"]),
    )


def branch_columns(names: Countries) -> Columns:
    """Return how `branch_table` reads."""
    return (
        cells.observed("step", say("step"), count),
        cells.said("joined", say("joined by"), lambda codes: _members(codes, names)),
        cells.observed("n_countries", say("countries in the branch"), count),
        cells.words("label", say("label"), GROUP_LABELS),
        *_redrawn("support"),
        cells.statistic("height", say("height"), decimal),
    )


def standing_table(groups: EvidenceGroups, viewpoint: str) -> pd.DataFrame:
    """Return how near the viewpoint country stands to each group, the nearest first."""
    return standing_among_groups(
        viewpoint, groups.countries, groups.stability, groups.coassignments
    )


def standing_headline(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Text:
    """Return the firm group nearest to the viewpoint country, or that no group is firm."""
    near = standing_table(groups, viewpoint)
    country = names.text(viewpoint)
    if near.empty:
        return say("{country} was not compared with the groups", country=country)
    firm = near[near["label"] == "firm"]
    best = (near if firm.empty else firm).to_dict("records")[0]
    values: dict[str, Sayable] = {
        "country": country,
        "group": count(best["group"]),
        "members": _members(best["members"], names),
        "share": percent(best["coassignment"]),
    }
    if firm.empty:
        return say(
            "No group is firm; {country} is nearest to group {group} ({label}), with it in {share} "
            "of redraws",
            country=values["country"],
            group=values["group"],
            share=values["share"],
            label=GROUP_LABELS[best["label"]],
        )
    return say(
        "The firm group nearest to {country} is group {group} ({members}), with it in {share} of "
        "redraws",
        **values,
    )


def standing_columns(names: Countries) -> Columns:
    """Return how `standing_table` reads."""
    return (
        cells.observed("group", say("group"), count),
        cells.said("members", say("countries"), lambda codes: _members(codes, names)),
        cells.said("own", say("its own"), lambda own: say("yes") if own else say("no")),
        cells.words("label", say("label"), GROUP_LABELS),
        cells.statistic("coassignment", say("together"), percent),
        cells.statistic("distance", say("mean distance"), decimal),
    )


def history_table(groups: EvidenceGroups, viewpoint: str) -> pd.DataFrame:
    """Return the group of the viewpoint country in each window, the newest first."""
    windows = groups.windows
    own = windows[(windows["country"] == viewpoint) & windows["group"].notna()]
    fitted = windows[windows["status"] == "ok"]
    rows = own.sort_values("window", ascending=False, ignore_index=True)
    mates = []
    for row in rows.to_dict("records"):
        same = (fitted["window"] == row["window"]) & (fitted["group"] == row["group"])
        codes = [code for code in fitted.loc[same, "country"] if code != viewpoint]
        mates.append(";".join(codes) or pd.NA)
    return rows.assign(mates=pd.Series(mates, dtype=object))


def history_headline(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Text:
    """Return in how many groups the viewpoint country stood."""
    rows = history_table(groups, viewpoint)
    rows = rows[rows["status"] == "ok"]
    if rows.empty:
        return say("{country} was too small to be fitted", country=names.text(viewpoint))
    return say(
        "Different groups of {country}: {groups} in {windows} windows with enough articles",
        country=names.text(viewpoint),
        groups=count(rows["group"].nunique()),
        windows=count(len(rows)),
    )


def history_columns(names: Countries) -> Columns:
    """Return how `history_table` reads."""
    notes = {"ok": say("fitted"), "small_n": say("too small to be fitted")}
    return (
        cells.said("window", say("window"), _periods),
        cells.observed("group", say("group"), count),
        cells.countries("mates", say("with"), names),
        cells.words("label", say("label of the group"), GROUP_LABELS),
        cells.statistic("own_group_coassignment", say("with its own group"), percent),
        cells.words("status", say("note"), notes),
    )


# --- tests and other recipes ------------------------------------------------------------------


def verdict_table(*groups: EvidenceGroups) -> pd.DataFrame:
    """Return the answers to the three questions."""
    rows = stacked("verdict", *groups)
    notes = [
        commas(NOTES_ON_CUTS[note] for note in str(codes).split(";")) if pd.notna(codes) else None
        for codes in rows["notes"]
    ]
    return rows.assign(notes=pd.Series(notes, dtype=object))


def verdict_columns() -> Columns:
    """Return how `verdict_table` reads."""
    return (
        cells.words("evidence", say("evidence"), EVIDENCE),
        cells.words("verdict", say("verdict"), VERDICTS),
        cells.observed("k", say("groups"), count),
        cells.observed("n_countries", say("countries"), count),
        cells.statistic("largest_silhouette", say("silhouette"), decimal),
        cells.statistic("p_noise", say("p noise"), lambda value: decimal(value, 3)),
        cells.statistic("p_continuum", say("p gradient"), decimal),
        cells.texts("notes", say("note")),
    )


def sensitivity_table(settings: ClusterSettings, *groups: EvidenceGroups) -> pd.DataFrame:
    """Return how far other recipes and the window before agree with the main cut.

    ``kept`` counts the groups that both other recipes find again at the level of a firm group.
    """
    kept = []
    for one in groups:
        again = one.stability[list(_OTHER_RECIPES)] >= settings.firm.families
        kept.append(int(again.all(axis=1).sum()))
    return stacked("verdict", *groups).assign(kept=kept)


def sensitivity_headline(settings: ClusterSettings, *groups: EvidenceGroups) -> Text:
    """Return how many groups two other recipes find again, for each kind of evidence."""
    rows = sensitivity_table(settings, *groups).to_dict("records")
    parts = commas(
        say(
            "{kept} of {k} ({evidence})",
            kept=count(row["kept"]),
            k=count(row["k"]),
            evidence=EVIDENCE[row["evidence"]],
        )
        for row in rows
    )
    return say("Groups that two other recipes find again: {parts}", parts=parts)


def sensitivity_columns() -> Columns:
    """Return how `sensitivity_table` reads."""
    return (
        cells.words("evidence", say("evidence"), EVIDENCE),
        cells.observed("k", say("groups"), count),
        cells.observed("kept", say("found again by both"), count),
        cells.statistic("adjusted_rand_kmeans", say("with k-means"), decimal),
        cells.statistic("adjusted_rand_other_profile", say("with the other profile"), decimal),
        cells.statistic("adjusted_rand_previous_window", say("with window before"), decimal),
    )


def headline_numbers(
    viewpoint: str, settings: ClusterSettings, *evidence: EvidenceGroups
) -> dict[str, float | int | str | bool | None]:
    """Return the numbers kept in ``metrics/country_clusters.json``."""
    numbers: dict[str, float | int | str | bool | None] = {}
    for groups in evidence:
        verdict = _verdict(groups)
        for name in ("verdict", "k", "n_countries"):
            value = verdict[name]
            numbers[f"{groups.evidence}_{name}"] = value if isinstance(value, str) else int(value)
        for name in (
            "largest_silhouette",
            "p_noise",
            "p_continuum",
            "adjusted_rand_previous_window",
            "adjusted_rand_kmeans",
            "adjusted_rand_other_profile",
        ):
            numbers[f"{groups.evidence}_{name}"] = float(verdict[name])
        labels = groups.stability["label"].value_counts()
        numbers[f"{groups.evidence}_firm_groups"] = int(labels.get("firm", 0))
        numbers[f"{groups.evidence}_firm_cores"] = _firm_cores(groups)
        found = move_table(groups, settings)
        numbers[f"{groups.evidence}_firm_moves"] = int((found["label"] == "firm").sum())
        if _has(groups, viewpoint):
            neighbours = _row(groups, viewpoint)["nearest_neighbours"]
            numbers[f"{groups.evidence}_viewpoint_neighbours"] = str(neighbours)
    return numbers
