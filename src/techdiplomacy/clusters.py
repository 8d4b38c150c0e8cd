"""Groups of countries: the tree, the main cut, and how firm each group is.

Knows: the three questions, the verdict, the labels, and the tables that carry them.
Must not know: files, names of countries, what a group is strong in.
May import: errors, params (settings only), strength, stability, and scientific packages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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
class StableCut:
    """A cut of the tree and what three resamplings leave of it.

    ``countries``, ``groups`` and ``coassignment`` have the columns listed at `group_countries`;
    ``family_cuts`` holds the groups of the fitted countries, a row a redraw of the families.
    """

    k: int
    countries: pd.DataFrame
    groups: pd.DataFrame
    coassignment: pd.DataFrame
    fitted: tuple[str, ...]
    family_cuts: Labels


@dataclass(frozen=True)
class CountryGroups(StableCut):
    """What `group_countries` found; the columns of the frames are listed there."""

    verdict: str
    k_most_stable: int
    largest_silhouette: float
    p_noise: float
    p_continuum: float
    prior_strength: float
    notes: tuple[str, ...]
    cuts: pd.DataFrame
    groups_two_way: pd.DataFrame
    branches: pd.DataFrame
    sensitivity: pd.DataFrame
    leaf_order: tuple[str, ...]
    linkage: Array


@dataclass(frozen=True)
class _Panel:
    """The fitted countries as arrays, and how counts of their columns become profiles."""

    names: list[str]
    large: Members
    x: Array
    blocks: tuple[slice, ...]
    points: Array
    recipe: Recipe


def group_countries(
    counts: pd.DataFrame,
    settings: ClusterSettings,
    profiles: ProfileSettings,
    seed: int,
    *,
    at_least: Mapping[str, float] | None = None,
) -> CountryGroups:
    """Return the tree of countries, its main cut, and what three resamplings leave of both.

    Parameters
    ----------
    counts : DataFrame
        Index country, columns field, values finite and >= 0 (fractional counts allowed). With
        columns (block, field) each block is a composition of its own, see Notes.
    settings : ClusterSettings
        Choices of the researcher on the tree, its cut and the levels.
    profiles : ProfileSettings
        Of which the transforms of the main and of the compared tree, and the pseudo-count.
    seed : int
        Seed of every random draw. The order of rows and columns plays no part.
    at_least : mapping, optional
        Items that a country needs in each block; by default `min_families` of the settings.

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
          do not conclude, single country); ``groups`` also has ``jaccard_kmeans`` and
          ``jaccard_other_profile``, its best match in the cuts of ``sensitivity``;
        - ``branches``: ``branch, left, right, height, n_countries, members, support_families,
          support_countries, support_fields, label`` as of groups (the root has no support and no
          label: it cannot vary);
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
    Blocks weigh alike: Hellinger profiles of m blocks are each scaled by sqrt(1 / m), log ratios
    also by the root of the mean number of fields over that of the block. Items and fields are
    drawn within blocks; noise has one profile and one over-dispersion for each block; the rows of
    a continuum are scaled back to the same length in each block. ``prior_strength`` is then empty.
    """
    counts = counts.sort_index(axis=0).sort_index(axis=1)
    panel = _panel(counts, settings, profiles, at_least)
    names, x, points, recipe = panel.names, panel.x, panel.points, panel.recipe
    k_max, notes = _largest_cut(len(names), settings)
    ks = range(2, k_max + 1)
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(6)]
    tree = grow_tree(points, settings.method)
    nodes = branch_members(tree)
    cuts = cut_tree(tree, nodes, ks)

    strengths = [_strength(x[:, block]) for block in panel.blocks]
    observed = silhouettes(points, settings.method, ks)
    noise = np.array(
        [
            silhouettes(recipe(drawn), settings.method, ks)
            for drawn in _noise(panel, strengths, settings.null_panels, streams[0])
        ]
    )
    gradient = np.array(
        [
            silhouettes(drawn, settings.method, ks)
            for drawn in _continuum(
                panel, profiles.transform == "hellinger", settings.null_panels, streams[1]
            )
        ]
    )
    p_noise = _p_value(noise.max(axis=1), observed.max())
    p_continuum = _p_value(gradient.max(axis=1), observed.max())

    resampled = _resampled(panel, nodes, ks, settings.method, settings.resamples, streams[2:5])
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
    others = _other_cuts(panel, k, settings.method, profiles, seed)
    return CountryGroups(
        verdict=_verdict(p_noise, p_continuum, best, settings),
        k=k,
        k_most_stable=k_most_stable,
        largest_silhouette=float(observed.max()),
        p_noise=p_noise,
        p_continuum=p_continuum,
        prior_strength=strengths[0] if len(strengths) == 1 else np.nan,
        notes=tuple(notes),
        cuts=cut_table,
        countries=_country_table(counts, panel, cuts[k - 2], cuts[0], groups, pairs),
        groups=groups.assign(
            jaccard_kmeans=group_jaccard(cuts[k - 2], others[0][None]),
            jaccard_other_profile=group_jaccard(cuts[k - 2], others[1][None]),
        ),
        groups_two_way=groups_two_way,
        branches=_branch_table(tree, nodes, names, resampled, settings),
        coassignment=pairs,
        sensitivity=_sensitivity(cuts[k - 2], others, settings.method, profiles),
        fitted=tuple(names),
        family_cuts=resampled["families"].labels[:, k - 2],
        leaf_order=_leaf_order(tree, names),
        linkage=tree,
    )


def cut_countries(
    counts: pd.DataFrame,
    k: int,
    settings: ClusterSettings,
    profiles: ProfileSettings,
    seed: int,
    *,
    at_least: Mapping[str, float] | None = None,
) -> StableCut:
    """Return one cut of the tree of countries with its stability, without any test.

    Parameters
    ----------
    counts, settings, profiles, seed, at_least
        As for `group_countries`.
    k : int
        Groups; no more than a third of the countries are made.

    Returns
    -------
    StableCut
        Its groups and countries are those that `group_countries` finds with this k.

    Raises
    ------
    InvalidTable
        As for `group_countries`.
    """
    counts = counts.sort_index(axis=0).sort_index(axis=1)
    panel = _panel(counts, settings, profiles, at_least)
    k = min(k, _largest_cut(len(panel.names), settings)[0])
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3)]
    tree = grow_tree(panel.points, settings.method)
    nodes = branch_members(tree)
    two_way, labels = cut_tree(tree, nodes, range(2, k + 1))[[0, -1]]
    ks = range(k, k + 1)
    resampled = _resampled(panel, nodes, ks, settings.method, settings.resamples, streams)
    jaccards = {kind: group_jaccard(labels, one.labels[:, 0]) for kind, one in resampled.items()}
    groups = _group_table(labels, jaccards, panel.names, settings)
    together = {kind: coassignment(one.labels[:, 0]) for kind, one in resampled.items()}
    pairs = _pair_table(panel.names, together, distances_between(panel.points))
    return StableCut(
        k=k,
        countries=_country_table(counts, panel, labels, two_way, groups, pairs),
        groups=groups,
        coassignment=pairs,
        fitted=tuple(panel.names),
        family_cuts=resampled["families"].labels[:, 0],
    )


def country_profiles(counts: pd.DataFrame, profiles: ProfileSettings) -> pd.DataFrame:
    """Return the profiles behind the tree; a country without counts in a block has none.

    Parameters
    ----------
    counts : DataFrame
        As for `group_countries`.
    profiles : ProfileSettings
        Transform and pseudo-count.
    """
    x = checked_counts(counts, every_field=False)
    blocks = _blocks(counts)
    found = _recipe(blocks, profiles.transform, profiles.pseudo_count)(x)
    found[~_has_counts(x, blocks)] = np.nan
    return pd.DataFrame(found, index=counts.index, columns=counts.columns)


# --- the panel and its redraws ----------------------------------------------------------------


def _panel(
    counts: pd.DataFrame,
    settings: ClusterSettings,
    profiles: ProfileSettings,
    at_least: Mapping[str, float] | None,
) -> _Panel:
    """Return the countries that are fitted; `counts` has its rows and columns in order."""
    everyone = checked_counts(counts, every_field=True)
    blocks = _blocks(counts)
    needed = [
        settings.min_families if at_least is None else at_least[str(counts.columns[block][0][0])]
        for block in blocks
    ]
    totals = _block_totals(everyone, blocks)
    large = (totals >= np.array(needed)).all(axis=1) & _has_counts(everyone, blocks)
    recipe = _recipe(blocks, profiles.transform, profiles.pseudo_count)
    x = everyone[large]
    names = [str(name) for name in counts.index[large]]
    return _Panel(names, large, x, blocks, recipe(x), recipe)


def _blocks(counts: pd.DataFrame) -> tuple[slice, ...]:
    """Return the columns of each block; blocks stand together."""
    if counts.columns.nlevels == 1:
        return (slice(0, counts.shape[1]),)
    level = counts.columns.get_level_values(0)
    starts = [i for i, name in enumerate(level) if i == 0 or name != level[i - 1]]
    ends = [*starts[1:], len(level)]
    return tuple(slice(start, end) for start, end in zip(starts, ends, strict=True))


def _block_totals(x: Array, blocks: Sequence[slice]) -> Array:
    return np.column_stack([x[:, block].sum(axis=1) for block in blocks])


def _has_counts(x: Array, blocks: Sequence[slice]) -> Members:
    return np.asarray((_block_totals(x, blocks) > 0).all(axis=1))


def _recipe(blocks: Sequence[slice], transform: str, pseudo_count: float) -> Recipe:
    """Return how counts become profiles in which all blocks weigh alike."""
    widths = np.array([block.stop - block.start for block in blocks], dtype=np.float64)
    weights = np.full(len(blocks), 1 / len(blocks))
    if transform == "clr":
        weights *= widths.mean() / widths

    def profile(x: Array) -> Array:
        parts = [profiles_of_array(x[..., block], transform, pseudo_count) for block in blocks]
        scaled = [part * root for part, root in zip(parts, np.sqrt(weights), strict=True)]
        return np.concatenate(scaled, axis=-1)

    return profile


def _strength(x: Array) -> float:
    return fit_strength_of_array(x, x.sum(axis=0) / x.sum())


def _noise(
    panel: _Panel, strengths: Sequence[float], panels: int, rng: np.random.Generator
) -> Iterator[Array]:
    """Yield panels whose countries differ by over-dispersed chance only, block by block."""
    drawn = [
        noise_panels(panel.x[:, block], strength, panels, rng)
        for block, strength in zip(panel.blocks, strengths, strict=True)
    ]
    for parts in zip(*drawn, strict=True):
        yield np.hstack(parts)


def _continuum(
    panel: _Panel, on_sphere: bool, panels: int, rng: np.random.Generator
) -> Iterator[Array]:
    """Yield panels of a gradient; on a sphere, every block has its share of the length."""
    for drawn in continuum_panels(panel.points, on_sphere, panels, rng):
        if on_sphere and len(panel.blocks) > 1:
            parts = [drawn[:, block] for block in panel.blocks]
            lengths = [np.linalg.norm(part, axis=1, keepdims=True) for part in parts]
            root = np.sqrt(1 / len(parts))
            yield np.hstack([root * p / n for p, n in zip(parts, lengths, strict=True)])
        else:
            yield drawn


def _resampled(
    panel: _Panel,
    nodes: Members,
    ks: range,
    method: str,
    resamples: int,
    streams: Sequence[np.random.Generator],
) -> dict[str, Resampled]:
    """Return what each of the three resamplings leaves of the tree."""
    return {
        kind: resample_tree(
            kind,
            panel.x,
            panel.recipe,
            method,
            nodes,
            ks,
            resamples,
            rng,
            blocks=panel.blocks,
        )
        for kind, rng in zip(RESAMPLINGS, streams, strict=True)
    }


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
    tree: Array,
    nodes: Members,
    names: list[str],
    resampled: Mapping[str, Resampled],
    settings: ClusterSettings,
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
    supports = {kind: table[f"support_{kind}"].to_numpy(np.float64) for kind in RESAMPLINGS}
    labels = [
        _label(2, {kind: values[row] for kind, values in supports.items()}, settings)
        for row in range(len(table) - 1)
    ]
    return table.assign(label=pd.Series([*labels, pd.NA], dtype=object))


def _leaf_order(tree: Array, names: list[str]) -> tuple[str, ...]:
    from scipy.cluster.hierarchy import leaves_list

    return tuple(names[leaf] for leaf in leaves_list(tree))


def _country_table(
    counts: pd.DataFrame,
    panel: _Panel,
    labels: Labels,
    two_way: Labels,
    groups: pd.DataFrame,
    pairs: pd.DataFrame,
) -> pd.DataFrame:
    """Return one row per country: the fitted ones, those placed afterwards, and the empty ones."""
    x = counts.to_numpy(np.float64)
    everyone, profiles, fitted = panel.recipe(x), panel.points, panel.names
    placeable = _has_counts(x, panel.blocks)
    names = [str(name) for name in counts.index]
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
        elif placeable[i]:
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


def _other_cuts(
    panel: _Panel, k: int, method: str, profiles: ProfileSettings, seed: int
) -> tuple[Labels, Labels]:
    """Return the cut by k-means, and that of the tree of the other profile."""
    from sklearn.cluster import KMeans

    kmeans = KMeans(k, n_init=20, random_state=seed).fit_predict(panel.points)
    other = _recipe(panel.blocks, profiles.sensitivity, profiles.pseudo_count)(panel.x)
    tree = grow_tree(other, method)
    cut = cut_tree(tree, branch_members(tree), range(k, k + 1))[0]
    return np.asarray(kmeans, dtype=np.int64), cut


def _sensitivity(
    labels: Labels, others: tuple[Labels, Labels], method: str, profiles: ProfileSettings
) -> pd.DataFrame:
    """Return how far the main cut agrees with those of `_other_cuts`."""
    from sklearn.metrics import adjusted_rand_score

    return pd.DataFrame(
        {
            "comparison": [
                f"k-means on {profiles.transform} profiles",
                f"{method} on {profiles.sensitivity} profiles",
            ],
            "adjusted_rand": [float(adjusted_rand_score(labels, other)) for other in others],
        }
    )
