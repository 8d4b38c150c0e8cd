"""Groups of countries: the tree, the main cut, and how firm each group is.

Knows: the three questions, the verdict, the labels, and the tables that carry them.
Must not know: files, names of countries, what a group is strong in.
May import: errors, params (settings only), strength, stability, and scientific packages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidTable
from techdiplomacy.params import ClusterSettings, ProfileSettings
from techdiplomacy.stability import (
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
    Array,
    checked_counts,
    fit_strength_of_array,
    profiles_of_array,
)

_NEIGHBOURS = 3


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


def group_countries(
    counts: pd.DataFrame, settings: ClusterSettings, profiles: ProfileSettings, seed: int
) -> CountryGroups:
    """Return the tree of countries, its main cut, and what three resamplings leave of both.

    Parameters
    ----------
    counts : DataFrame
        Index country, columns field, values finite and >= 0 (fractional counts allowed).
    settings : ClusterSettings
        Choices of the researcher on the tree, its cut and the levels.
    profiles : ProfileSettings
        Of which the transforms of the main and of the compared tree, and the pseudo-count.
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
          coassignment_countries, coassignment_fields, distance``, each pair once, country before
          partner in the alphabet; ``coassignment`` is the mean over the three resamplings;
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
    finer one qualifies. ``k_most_stable`` is the winner with k = 2 in the contest. No cut has
    more groups than a third of the countries.
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
        profiles_of_array, transform=profiles.transform, pseudo_count=profiles.pseudo_count
    )
    points = recipe(x)
    tree = grow_tree(points, settings.method)
    nodes = branch_members(tree)
    cuts = cut_tree(tree, nodes, ks)

    strength = fit_strength_of_array(x, x.sum(axis=0) / x.sum())
    on_sphere = profiles.transform == "hellinger"
    observed = silhouettes(points, settings.method, ks)
    noise = np.array(
        [
            silhouettes(recipe(drawn), settings.method, ks)
            for drawn in noise_panels(x, strength, settings.null_panels, streams[0])
        ]
    )
    gradient = np.array(
        [
            silhouettes(panel, settings.method, ks)
            for panel in continuum_panels(points, on_sphere, settings.null_panels, streams[1])
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
        points, k_max, panels=settings.null_panels, rng=streams[5], method=settings.method
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
    pairs = _pair_table(names, together, distances_between(points))
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
        sensitivity=_sensitivity(x, points, cuts[k - 2], settings.method, profiles, seed),
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
    return k_max, ["k_max_lowered"]


def _chosen_cut(
    table: pd.DataFrame, settings: ClusterSettings, k_max: int, notes: list[str]
) -> tuple[int, int]:
    """Return k of the main cut and of the most stable one; choices are told in `notes`."""
    cuts = table[table["k"] >= 2]
    k = cuts["k"].to_numpy(np.int64)
    families = cuts["jaccard_families"].to_numpy(np.float64)
    stable = families >= settings.firm.families
    score = np.where(stable, cuts["jaccard_mean"].to_numpy(np.float64), -1.0)
    if not stable.any():
        notes.append("no_stable_cut")
        score = families
    most_stable = int(k[score.argmax()])
    if not isinstance(settings.k, str):
        if settings.k > k_max:
            notes.append("k_lowered")
        return min(settings.k, k_max), most_stable
    # Two halves seldom help to choose a partner: a finer cut that holds is preferred.
    if most_stable == 2 and stable[1:].any():
        finer = int(k[1:][score[1:].argmax()])
        notes.append("two_way_nested")
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
    if all(jaccard[kind] >= getattr(settings.firm, kind) for kind in RESAMPLINGS):
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
    first, second = np.triu_indices(len(names), k=1)  # names are sorted
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
    partners = _both_directions(pairs)
    nearest = _nearest_by_country(partners)
    own = _own_group_coassignment(partners, dict(zip(fitted, labels.tolist(), strict=True)))
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


def _both_directions(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return each pair as seen from both countries, sorted by country and partner."""
    mirrored = pairs.rename(columns={"country": "partner", "partner": "country"})
    return pd.concat([pairs, mirrored]).sort_values(["country", "partner"], ignore_index=True)


def _nearest_by_country(partners: pd.DataFrame) -> dict[str, str]:
    # Differences below a tenth are within the noise of the resamples; distance decides there.
    ranked = partners.assign(coassignment=partners["coassignment"].round(1)).sort_values(
        ["country", "coassignment", "distance", "partner"], ascending=[True, False, True, True]
    )
    top = ranked.groupby("country").head(_NEIGHBOURS)
    return {str(name): ";".join(rows["partner"]) for name, rows in top.groupby("country")}


def _own_group_coassignment(partners: pd.DataFrame, group: Mapping[str, int]) -> dict[str, float]:
    same = partners[partners["country"].map(group) == partners["partner"].map(group)]
    means = same.groupby("country")["coassignment"].mean()
    return {name: float(means.get(name, np.nan)) for name in group}


def _sensitivity(
    x: Array, points: Array, labels: Labels, method: str, profiles: ProfileSettings, seed: int
) -> pd.DataFrame:
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    k = int(labels.max()) + 1
    kmeans = KMeans(k, n_init=20, random_state=seed).fit_predict(points)
    other = profiles_of_array(x, profiles.sensitivity, profiles.pseudo_count)
    tree = grow_tree(other, method)
    cut = cut_tree(tree, branch_members(tree), range(k, k + 1))[0]
    return pd.DataFrame(
        {
            "comparison": [
                f"k-means on {profiles.transform} profiles",
                f"{method} on {profiles.sensitivity} profiles",
            ],
            "adjusted_rand": [
                float(adjusted_rand_score(labels, kmeans)),
                float(adjusted_rand_score(labels, cut)),
            ],
        }
    )
