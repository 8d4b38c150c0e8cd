"""Groups of countries: the tree, the main cut, how firm each group is, and how to describe it.

Knows: the three questions, the verdict, the labels, and the tables that carry them.
Must not know: files, params, names of countries.
May import: errors, strength, stability, NumPy, pandas, SciPy, scikit-learn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidParams, InvalidTable, suggest
from techdiplomacy.stability import (
    METHODS,
    RESAMPLINGS,
    Labels,
    Members,
    Recipe,
    Resampled,
    branch_members,
    coassignment,
    continuum_panels,
    cut_tree,
    distances_between,
    gap_statistic,
    group_jaccard,
    grow_tree,
    noise_panels,
    resample_tree,
    silhouettes,
)
from techdiplomacy.strength import (
    TRANSFORMS,
    Array,
    checked_counts,
    fit_strength_of_array,
    profiles_of_array,
)

_NEIGHBOURS = 3


@dataclass(frozen=True)
class ClusterSettings:
    """Choices of `group_countries`: sections ``clusters`` and ``profiles`` of the parameters.

    Parameters
    ----------
    method : {"ward", "average", "complete"}
        Linkage of the tree.
    k : "auto" or int
        Number of groups of the main cut; ``auto`` lets stability choose.
    k_max : int
        Largest cut looked at; lowered if there are fewer than 3 k_max countries.
    min_families : float
        Countries below this total are placed after the fit instead of shaping it.
    resamples, null_panels : int
        Number of resamples of each kind, and of panels under each null model.
    noise_level, continuum_level : float
        Levels at which "only noise" and "only a gradient" are rejected.
    firm : mapping
        Mean Jaccard demanded of a firm group under ``families``, ``countries``, ``fields``.
    leaning : float
        Mean Jaccard under families demanded of a leaning group.
    transform, sensitivity : {"hellinger", "clr"}
        Profile of the main tree, and of the tree it is compared with.
    pseudo_count : float
        Added to the counts before the logarithm of ``clr``.

    Raises
    ------
    InvalidParams
        Any value out of bounds; all of them are listed.
    """

    method: str = "ward"
    k: str | int = "auto"
    k_max: int = 8
    min_families: float = 100
    resamples: int = 200
    null_panels: int = 200
    noise_level: float = 0.01
    continuum_level: float = 0.05
    firm: Mapping[str, float] = field(
        default_factory=lambda: {"families": 0.75, "countries": 0.75, "fields": 0.60}
    )
    leaning: float = 0.60
    transform: str = "hellinger"
    sensitivity: str = "clr"
    pseudo_count: float = 0.5

    def __post_init__(self) -> None:
        problems = []
        for name, value, known in (
            ("method", self.method, METHODS),
            ("transform", self.transform, TRANSFORMS),
            ("sensitivity", self.sensitivity, TRANSFORMS),
        ):
            if value not in known:
                problems.append(f"{name} {value!r} is unknown.{suggest(str(value), known)}")
        if isinstance(self.k, str) and self.k != "auto":
            problems.append(
                f"k {self.k!r} is neither a number nor auto.{suggest(self.k, ['auto'])}"
            )
        if isinstance(self.k, int) and not 2 <= self.k <= self.k_max:
            problems.append(f"k {self.k} lies outside 2 to k_max {self.k_max}")
        if self.k_max < 2 or self.resamples < 1 or not self.pseudo_count > 0:
            problems.append("k_max must be 2 or more, resamples and pseudo_count positive")
        strangers = set(self.firm) ^ set(RESAMPLINGS)
        if strangers:
            near = "".join(
                suggest(name, RESAMPLINGS) for name in sorted(set(self.firm) & strangers)
            )
            problems.append(f"firm: missing or unknown {', '.join(sorted(strangers))}.{near}")
        levels = [*self.firm.values(), self.leaning, self.noise_level, self.continuum_level]
        if not all(0 < level < 1 for level in levels):
            problems.append("every level must lie between 0 and 1")
        elif self.null_panels < 1 or 1 / (self.null_panels + 1) > self.noise_level:
            problems.append(
                f"{self.null_panels} null panels can never reject at noise_level {self.noise_level}"
            )
        if problems:
            raise InvalidParams(
                "; ".join(problems), where="clusters", next_step="correct these values"
            )


@dataclass(frozen=True)
class CountryGroups:
    """What `group_countries` found; the columns of the frames are listed there."""

    verdict: str
    k: int
    k_most_stable: int
    largest_silhouette: float
    p_noise: float
    p_continuum: float
    prior_strength: float
    notes: tuple[str, ...]
    cuts: pd.DataFrame
    countries: pd.DataFrame
    groups: pd.DataFrame
    groups_two_way: pd.DataFrame
    branches: pd.DataFrame
    coassignment: pd.DataFrame
    sensitivity: pd.DataFrame
    fitted: tuple[str, ...]
    leaf_order: tuple[str, ...]
    linkage: Array


def group_countries(counts: pd.DataFrame, settings: ClusterSettings, seed: int) -> CountryGroups:
    """Return the tree of countries, its main cut, and what three resamplings leave of both.

    Parameters
    ----------
    counts : DataFrame
        Index country, columns field, values finite and >= 0 (fractional counts allowed).
    settings : ClusterSettings
        Choices of the researcher.
    seed : int
        Seed of every random draw. The order of rows and columns plays no part.

    Returns
    -------
    CountryGroups
        ``verdict``: ``no_stable_groups`` if noise is not rejected, or no group of any cut
        reaches `leaning` under families; ``typology`` if a continuum is not rejected (names on
        a gradient); else ``groups``. The frames:

        - ``cuts``: ``k, silhouette, p_continuum, jaccard_families, jaccard_countries,
          jaccard_fields, jaccard_mean, gap, gap_se, chosen, most_stable`` (k = 1 has the gap
          only; the gap is printed, never a gate);
        - ``countries``: ``country, total, group, group_two_way, own_group_coassignment,
          nearest_neighbours, in_firm_group, status`` (``ok``; ``small_n`` = placed afterwards;
          ``not_estimable`` = no counts, no group);
        - ``groups`` of the main cut and ``groups_two_way``: ``group, n_countries, members,
          jaccard_families, jaccard_countries, jaccard_fields, label`` (firm, leaning,
          do not conclude, single country);
        - ``branches``: ``branch, left, right, height, n_countries, members, support_families,
          support_countries, support_fields`` (the root has no support: it cannot vary);
        - ``coassignment``: ``country, partner, coassignment, coassignment_families,
          coassignment_countries, coassignment_fields, distance``, each pair in both directions;
          ``coassignment`` is the mean over the three resamplings;
        - ``sensitivity``: ``comparison, adjusted_rand`` of the main cut with other recipes.

        Groups are numbered by size, ties by their first member.

    Raises
    ------
    InvalidTable
        Bad counts, or fewer than six countries above `min_families`.

    Notes
    -----
    The main cut under ``auto`` is, among the cuts of three groups or more with mean family
    Jaccard of the firm level, the one with the highest mean over the three resamplings; the
    two-way split in which it is nested is always given beside it, and is the main cut if no
    finer one qualifies. ``k_most_stable`` is the winner with k = 2 in the contest.
    *families* draws a multinomial of round(n_i) families inside each country; *countries* draws
    80 % without replacement, and a group counts with the members drawn; *fields* draws columns
    with replacement and recomputes the shares. Jaccard of a group: best match among the k
    groups of the resampled tree (Hennig 2007, Cluster-wise Assessment of Cluster Stability);
    of a branch: best match among all branches below the root. Noise: Dirichlet(A w) shares,
    same totals. Continuum: Gaussian with the profiles' mean and covariance, rows scaled back
    to unit length. p = (1 + panels at or above) / (1 + panels).
    """
    checked_counts(counts, every_field=True)
    counts = counts.sort_index(axis=0).sort_index(axis=1)
    totals = counts.sum(axis=1)
    large = np.asarray((totals >= settings.min_families) & (totals > 0))
    panel = counts.loc[large]
    k_max, notes = _largest_cut(len(panel), settings)
    ks = range(2, k_max + 1)
    names = [str(name) for name in panel.index]
    x = panel.to_numpy(np.float64)
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(6)]

    recipe = partial(
        profiles_of_array, transform=settings.transform, pseudo_count=settings.pseudo_count
    )
    profiles = recipe(x)
    tree = grow_tree(profiles, settings.method)
    nodes = branch_members(tree)
    cuts = cut_tree(tree, nodes, ks)

    strength = fit_strength_of_array(x, x.sum(axis=0) / x.sum())
    on_sphere = settings.transform == "hellinger"
    observed = silhouettes(profiles, settings.method, ks)
    noise = np.array(
        [
            silhouettes(recipe(drawn), settings.method, ks)
            for drawn in noise_panels(x, strength, settings.null_panels, streams[0])
        ]
    )
    gradient = np.array(
        [
            silhouettes(panel, settings.method, ks)
            for panel in continuum_panels(profiles, on_sphere, settings.null_panels, streams[1])
        ]
    )
    p_noise = _p_value(noise.max(axis=1), observed.max())
    p_continuum = _p_value(gradient.max(axis=1), observed.max())

    resampled = {
        kind: resample_tree(kind, x, recipe, settings.method, nodes, ks, settings.resamples, rng)
        for kind, rng in zip(RESAMPLINGS, streams[2:5], strict=True)
    }
    jaccards = {
        kind: [group_jaccard(cuts[i], found.labels[:, i]) for i in range(len(ks))]
        for kind, found in resampled.items()
    }
    gap = gap_statistic(
        profiles, k_max, panels=settings.null_panels, rng=streams[5], method=settings.method
    )
    cut_table = _cut_table(ks, observed, gradient, jaccards, gap)
    k, k_most_stable = _chosen_cut(cut_table, settings, k_max, notes)
    cut_table["chosen"] = cut_table["k"] == k
    cut_table["most_stable"] = cut_table["k"] == k_most_stable
    best = max(float(np.nanmax(values)) for values in jaccards["families"])

    groups, groups_two_way = (
        _group_table(
            cuts[i], {kind: values[i] for kind, values in jaccards.items()}, names, settings
        )
        for i in (k - 2, 0)
    )
    together = {kind: coassignment(found.labels[:, k - 2]) for kind, found in resampled.items()}
    pairs = _pair_table(names, together, distances_between(profiles))
    return CountryGroups(
        verdict=_verdict(p_noise, p_continuum, best, settings),
        k=k,
        k_most_stable=k_most_stable,
        largest_silhouette=float(observed.max()),
        p_noise=p_noise,
        p_continuum=p_continuum,
        prior_strength=strength,
        notes=tuple(notes),
        cuts=cut_table,
        countries=_country_table(counts, large, recipe, cuts[k - 2], cuts[0], groups, pairs),
        groups=groups,
        groups_two_way=groups_two_way,
        branches=_branch_table(tree, nodes, names, resampled),
        coassignment=pairs,
        sensitivity=_sensitivity(x, profiles, cuts[k - 2], k, settings, seed),
        fitted=tuple(names),
        leaf_order=_leaf_order(tree, names),
        linkage=tree,
    )


# --- choices ----------------------------------------------------------------------------------


def _largest_cut(n: int, settings: ClusterSettings) -> tuple[int, list[str]]:
    """Return k_max, at most a third of the countries, and the note that says so."""
    k_max = min(settings.k_max, n // 3)
    if k_max < 2:
        raise InvalidTable(
            f"{n} countries have {settings.min_families:g} families or more; a tree needs six",
            where="counts (index country, columns field)",
            next_step="widen the window, add countries, or lower clusters.min_families",
        )
    if k_max == settings.k_max:
        return k_max, []
    return k_max, [f"k_max lowered from {settings.k_max} to {k_max}: {n} countries are fitted"]


def _chosen_cut(
    table: pd.DataFrame, settings: ClusterSettings, k_max: int, notes: list[str]
) -> tuple[int, int]:
    """Return k of the main cut and of the most stable one; choices are told in `notes`."""
    cuts = table[table["k"] >= 2]
    k = cuts["k"].to_numpy(np.int64)
    families = cuts["jaccard_families"].to_numpy(np.float64)
    stable = families >= settings.firm["families"]
    score = np.where(stable, cuts["jaccard_mean"].to_numpy(np.float64), -1.0)
    if not stable.any():
        notes.append(
            f"no cut reaches a mean Jaccard of {settings.firm['families']:g} under families; "
            "the nearest one is shown"
        )
        score = families
    most_stable = int(k[score.argmax()])
    if not isinstance(settings.k, str):
        if settings.k > k_max:
            notes.append(f"k lowered from {settings.k} to {k_max}, the largest cut looked at")
        return min(settings.k, k_max), most_stable
    # Two halves seldom help to choose a partner: a finer cut that holds is preferred.
    if most_stable == 2 and stable[1:].any():
        finer = int(k[1:][score[1:].argmax()])
        notes.append(f"the two-way split is the most stable cut; {finer} groups are nested in it")
        return finer, most_stable
    return most_stable, most_stable


def _p_value(null: Array, observed: float) -> float:
    return float((1 + (null >= observed - 1e-12).sum()) / (len(null) + 1))


def _verdict(
    p_noise: float, p_continuum: float, best_family_jaccard: float, settings: ClusterSettings
) -> str:
    if p_noise > settings.noise_level or not best_family_jaccard >= settings.leaning:
        return "no_stable_groups"
    return "typology" if p_continuum > settings.continuum_level else "groups"


def _label(size: int, jaccard: Mapping[str, float], settings: ClusterSettings) -> str:
    if size == 1:
        return "single country"
    if all(jaccard[kind] >= settings.firm[kind] for kind in RESAMPLINGS):
        return "firm"
    return "leaning" if jaccard["families"] >= settings.leaning else "do not conclude"


# --- tables -----------------------------------------------------------------------------------


def _cut_table(
    ks: range,
    observed: Array,
    gradient: Array,
    jaccards: Mapping[str, list[Array]],
    gap: pd.DataFrame,
) -> pd.DataFrame:
    table = pd.DataFrame({"k": list(ks), "silhouette": observed})
    table["p_continuum"] = [_p_value(gradient[:, i], float(observed[i])) for i in range(len(ks))]
    for kind in RESAMPLINGS:
        table[f"jaccard_{kind}"] = [float(np.nanmean(values)) for values in jaccards[kind]]
    table["jaccard_mean"] = table[[f"jaccard_{kind}" for kind in RESAMPLINGS]].mean(axis=1)
    return gap[["k"]].merge(table, how="left").merge(gap[["k", "gap", "gap_se"]])


def _group_table(
    labels: Labels, jaccards: Mapping[str, Array], names: list[str], settings: ClusterSettings
) -> pd.DataFrame:
    rows = []
    for group in range(int(labels.max()) + 1):
        members = [names[i] for i in np.flatnonzero(labels == group)]
        jaccard = {kind: float(values[group]) for kind, values in jaccards.items()}
        rows.append(
            {
                "group": group + 1,
                "n_countries": len(members),
                "members": ";".join(members),
                **{f"jaccard_{kind}": value for kind, value in jaccard.items()},
                "label": _label(len(members), jaccard, settings),
            }
        )
    return pd.DataFrame(rows)


def _pair_table(names: list[str], together: Mapping[str, Array], distances: Array) -> pd.DataFrame:
    first, second = np.nonzero(~np.eye(len(names), dtype=np.bool_))
    codes = np.array(names, dtype=object)
    table = pd.DataFrame({"country": codes[first], "partner": codes[second]})
    mean = np.mean([together[kind] for kind in RESAMPLINGS], axis=0)
    table["coassignment"] = mean[first, second]
    for kind in RESAMPLINGS:
        table[f"coassignment_{kind}"] = together[kind][first, second]
    table["distance"] = distances[first, second]
    return table


def _branch_table(
    tree: Array, nodes: Members, names: list[str], resampled: Mapping[str, Resampled]
) -> pd.DataFrame:
    n = len(names)
    node_names = names + [f"B{merge + 1:03d}" for merge in range(n - 1)]
    table = pd.DataFrame(
        {
            "branch": node_names[n:],
            "left": [node_names[int(child)] for child in tree[:, 0]],
            "right": [node_names[int(child)] for child in tree[:, 1]],
            "height": tree[:, 2],
            "n_countries": nodes[n:].sum(axis=1),
            "members": [";".join(names[i] for i in np.flatnonzero(node)) for node in nodes[n:]],
        }
    )
    for kind in RESAMPLINGS:
        support = resampled[kind].branch_support.copy()
        support[-1] = np.nan
        table[f"support_{kind}"] = support
    return table


def _leaf_order(tree: Array, names: list[str]) -> tuple[str, ...]:
    from scipy.cluster.hierarchy import leaves_list

    return tuple(names[leaf] for leaf in leaves_list(tree))


def _country_table(
    counts: pd.DataFrame,
    large: Members,
    recipe: Recipe,
    labels: Labels,
    two_way: Labels,
    groups: pd.DataFrame,
    pairs: pd.DataFrame,
) -> pd.DataFrame:
    """Return one row per country: the fitted ones, those placed afterwards, and the empty ones."""
    x = counts.to_numpy(np.float64)
    everyone = recipe(x)
    profiles = everyone[large]
    names = [str(name) for name in counts.index]
    fitted = [name for name, inside in zip(names, large, strict=True) if inside]
    place = {name: i for i, name in enumerate(fitted)}
    nearest = _nearest_by_country(pairs)
    own = _own_group_coassignment(pairs, dict(zip(fitted, labels.tolist(), strict=True)))
    firm = set(groups.loc[groups["label"] == "firm", "group"])
    centres = [_centres(profiles, labels), _centres(profiles, two_way)]
    rows = []
    for i, name in enumerate(names):
        row: dict[str, object] = {
            "country": name,
            "total": x[i].sum(),
            "group": pd.NA,
            "group_two_way": pd.NA,
            "own_group_coassignment": np.nan,
            "nearest_neighbours": "",
            "in_firm_group": False,
            "status": "not_estimable",
        }
        if name in place:
            group = int(labels[place[name]]) + 1
            row |= {
                "group": group,
                "group_two_way": int(two_way[place[name]]) + 1,
                "own_group_coassignment": own[name],
                "nearest_neighbours": nearest[name],
                "in_firm_group": group in firm,
                "status": "ok",
            }
        elif x[i].sum() > 0:
            main, halves = (int(_to_each(everyone[i], c).argmin()) + 1 for c in centres)
            order = np.argsort(_to_each(everyone[i], profiles), kind="stable")[:_NEIGHBOURS]
            row |= {
                "group": main,
                "group_two_way": halves,
                "nearest_neighbours": ";".join(fitted[j] for j in order),
                "status": "small_n",
            }
        rows.append(row)
    return pd.DataFrame(rows).astype({"group": "Int64", "group_two_way": "Int64"})


def _centres(profiles: Array, labels: Labels) -> Array:
    return np.array([profiles[labels == g].mean(axis=0) for g in range(int(labels.max()) + 1)])


def _to_each(point: Array, others: Array) -> Array:
    return np.asarray(np.linalg.norm(others - point, axis=1))


def _nearest_by_country(pairs: pd.DataFrame) -> dict[str, str]:
    # Differences below a tenth are within the noise of the resamples; distance decides there.
    ranked = pairs.assign(coassignment=pairs["coassignment"].round(1)).sort_values(
        ["country", "coassignment", "distance", "partner"], ascending=[True, False, True, True]
    )
    top = ranked.groupby("country").head(_NEIGHBOURS)
    return {str(name): ";".join(rows["partner"]) for name, rows in top.groupby("country")}


def _own_group_coassignment(pairs: pd.DataFrame, group: Mapping[str, int]) -> dict[str, float]:
    same = pairs[pairs["country"].map(group) == pairs["partner"].map(group)]
    means = same.groupby("country")["coassignment"].mean()
    return {name: float(means.get(name, np.nan)) for name in group}


def _sensitivity(
    x: Array, profiles: Array, labels: Labels, k: int, settings: ClusterSettings, seed: int
) -> pd.DataFrame:
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    kmeans = KMeans(k, n_init=20, random_state=seed).fit_predict(profiles)
    other = profiles_of_array(x, settings.sensitivity, settings.pseudo_count)
    tree = grow_tree(other, settings.method)
    cut = cut_tree(tree, branch_members(tree), range(k, k + 1))[0]
    return pd.DataFrame(
        {
            "comparison": [
                f"k-means on {settings.transform} profiles",
                f"{settings.method} on {settings.sensitivity} profiles",
            ],
            "adjusted_rand": [
                float(adjusted_rand_score(labels, kmeans)),
                float(adjusted_rand_score(labels, cut)),
            ],
        }
    )


# --- reading the groups -----------------------------------------------------------------------


def strong_fields_of_groups(
    countries: pd.DataFrame,
    specialisation: pd.DataFrame,
    *,
    top: int = 5,
    min_probability: float = 0.5,
) -> pd.DataFrame:
    """Return the fields each group is strong in, so that a group can be described in words.

    Parameters
    ----------
    countries : DataFrame
        ``CountryGroups.countries``; only rows with status ``ok`` speak for their group.
    specialisation : DataFrame
        Result of `strength.specialisation` on the same counts.
    top : int
        Fields per group at most.
    min_probability : float
        Mean P(RTA > threshold) that the members must reach in a field.

    Returns
    -------
    DataFrame
        ``group, rank, field, rta_median, rta_pooled, mean_probability_above, members_above,
        n_members``, strongest median first. A group strong in nothing has no row.

    Raises
    ------
    InvalidTable
        A member of a group is missing from `specialisation`.

    Notes
    -----
    ``rta_median`` is the median of the members' shrunk RTA: profiles weigh countries equally,
    while the pooled RTA (members' counts added first) describes the largest member.
    ``members_above`` counts members with P > .5. Only fields with a median above 1 are kept.
    """
    placed = countries.loc[countries["status"] == "ok", ["country", "group"]]
    absent = sorted(set(placed["country"]) - set(specialisation["country"]))
    if absent:
        raise InvalidTable(
            f"countries of a group without specialisation: {', '.join(absent[:5])}",
            where="strong_fields_of_groups",
            next_step="compute both from the same counts",
        )
    rows = specialisation.merge(placed, on="country", validate="many_to_one")
    rows["above"] = rows["probability_above"] > 0.5
    fields = rows.groupby(["group", "field"], as_index=False).agg(
        rta_median=("rta_shrunk", "median"),
        count=("count", "sum"),
        total=("total", "sum"),
        world_share=("world_share", "first"),
        mean_probability_above=("probability_above", "mean"),
        members_above=("above", "sum"),
        n_members=("country", "nunique"),
    )
    fields["rta_pooled"] = fields["count"] / fields["total"] / fields["world_share"]
    strong = fields[
        (fields["rta_median"] > 1) & (fields["mean_probability_above"] >= min_probability)
    ].sort_values(["group", "rta_median", "field"], ascending=[True, False, True])
    strong = strong.groupby("group").head(top)
    strong = strong.assign(rank=strong.groupby("group").cumcount() + 1)
    columns = ["group", "rank", "field", "rta_median", "rta_pooled", "mean_probability_above"]
    return strong[[*columns, "members_above", "n_members"]].reset_index(drop=True)


class CountryMap(NamedTuple):
    """Places of the countries on two axes, and the share of variance on each axis."""

    places: pd.DataFrame
    variance_shares: tuple[float, float]


def map_countries(profiles: pd.DataFrame, fitted: tuple[str, ...] | None = None) -> CountryMap:
    """Return a two-dimensional map of the profiles, and how much of them the map shows.

    Parameters
    ----------
    profiles : DataFrame
        Result of `strength.composition_profiles`; rows of missing values are left unplaced.
    fitted : tuple of str, optional
        Countries that shape the axes (``CountryGroups.fitted``); the others are projected.

    Returns
    -------
    CountryMap
        ``places``: ``country, x, y, status`` (ok, small_n = projected, not_estimable = no
        place); ``variance_shares`` of the two axes among the fitted countries.

    Raises
    ------
    InvalidTable
        Fewer than three fitted countries, or a fitted country without profile.

    Notes
    -----
    Principal components, the same as classical scaling of the Euclidean distances. The sign of
    an axis is free; here its largest loading points to positive values.
    """
    profiles = profiles.sort_index(axis=0).sort_index(axis=1)
    values = profiles.to_numpy(np.float64)
    usable = ~np.isnan(values).any(axis=1)
    shaping = usable if fitted is None else np.asarray(profiles.index.isin(fitted))
    missing = sorted(set(fitted or ()) - set(profiles.index[usable]))
    if missing or shaping.sum() < 3:
        raise InvalidTable(
            f"{shaping.sum()} countries shape the map; without profile: {missing}",
            where="profiles (index country)",
            next_step="give at least three countries with counts",
        )
    centre = values[shaping].mean(axis=0)
    _, size, axes = np.linalg.svd(values[shaping] - centre, full_matrices=False)
    axes = axes[:2]
    axes = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    place = (values - centre) @ axes.T
    power = size**2 / max(float((size**2).sum()), 1e-300)
    status = np.where(shaping, "ok", np.where(usable, "small_n", "not_estimable"))
    places = pd.DataFrame(
        {"country": profiles.index, "x": place[:, 0], "y": place[:, 1], "status": status}
    )
    return CountryMap(places, (float(power[0]), float(power[1])))


def compare_cuts(one: pd.DataFrame, other: pd.DataFrame, *, column: str = "group") -> float:
    """Return the adjusted Rand index of two groupings over the countries fitted in both.

    Parameters
    ----------
    one, other : DataFrame
        ``CountryGroups.countries`` of two windows or two recipes.
    column : {"group", "group_two_way"}
        Which cut.

    Returns
    -------
    float
        1 = the same groups, about 0 = no more than chance.

    Raises
    ------
    InvalidTable
        Fewer than two countries in common.
    """
    from sklearn.metrics import adjusted_rand_score

    left, right = (
        frame.loc[frame["status"] == "ok", ["country", column]] for frame in (one, other)
    )
    common = left.merge(right, on="country", suffixes=("_one", "_other"))
    if len(common) < 2:
        raise InvalidTable(
            f"{len(common)} countries are fitted in both groupings",
            where="compare_cuts",
            next_step="compare windows that share their countries",
        )
    return float(
        adjusted_rand_score(
            common[f"{column}_one"].to_numpy(np.int64), common[f"{column}_other"].to_numpy(np.int64)
        )
    )
