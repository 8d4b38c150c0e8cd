"""Trees of profiles, what resampling leaves of them, and panels without groups to compare with.

Knows: trees, cuts, silhouettes, the gap, Jaccard similarity and co-assignment, as arrays.
Must not know: settings, verdicts, names of countries, files, params.
May import: strength, NumPy, pandas, SciPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.strength import Array

Labels = npt.NDArray[np.int64]
Members = npt.NDArray[np.bool_]
Method = Literal["ward", "average", "complete"]
Recipe = Callable[[Array], Array]  # counts to profiles

RESAMPLINGS = ("families", "countries", "fields")
_DRAWN_SHARE = 0.8  # of the countries, in one resample of countries


# --- trees, cuts, distances -----------------------------------------------------------------


def distances_between(points: Array) -> Array:
    """Return the Euclidean distances between rows, shape (n, n)."""
    from scipy.spatial.distance import pdist, squareform

    return np.asarray(squareform(pdist(points)), dtype=np.float64)


def grow_tree(points: Array, method: str) -> Array:
    """Return the linkage matrix (n - 1, 4) of the rows, in SciPy's layout."""
    from scipy.cluster.hierarchy import linkage

    return np.asarray(linkage(points, cast("Method", method)), dtype=np.float64)


def branch_members(tree: Array) -> Members:
    """Return which leaves hang on each node, shape (2n - 1, n): leaves first, then merges."""
    n = len(tree) + 1
    nodes = np.zeros((2 * n - 1, n), dtype=np.bool_)
    nodes[:n] = np.eye(n, dtype=np.bool_)
    children = tree[:, :2].astype(np.int64)
    for merge, (left, right) in enumerate(children):
        np.logical_or(nodes[left], nodes[right], out=nodes[n + merge])
    return nodes


def cut_tree(tree: Array, nodes: Members, ks: range) -> Labels:
    """Return labels 0..k-1 for every k, shape (len(ks), n), numbered by size.

    Exactly k groups even with tied heights (identical rows), where a cut by height would not.
    Ties in size go to the group with the first member.
    """
    n = len(tree) + 1
    children = tree[:, :2].astype(np.int64)
    labels = np.empty((len(ks), n), dtype=np.int64)
    for row, k in enumerate(ks):
        alive = np.ones(2 * n - k, dtype=np.bool_)
        alive[children[: n - k].ravel()] = False
        groups = nodes[: 2 * n - k][alive]
        order = np.lexsort((groups.argmax(axis=1), -groups.sum(axis=1)))
        labels[row] = groups[order].argmax(axis=0)
    return labels


def mean_silhouette(distances: Array, labels: Labels) -> float:
    """Return the mean silhouette of a grouping (Rousseeuw 1987); single members count 0.

    Parameters
    ----------
    distances : array (n, n)
        Symmetric, zero diagonal.
    labels : array (n,)
        Groups 0..k-1, at least two of them.
    """
    member = (labels[:, None] == np.arange(labels.max() + 1)).astype(np.float64)
    sizes = member.sum(axis=0)
    sums = distances @ member
    rows = np.arange(len(labels))
    own_size = sizes[labels]
    inside = sums[rows, labels] / np.maximum(own_size - 1, 1)
    outside = sums / sizes
    outside[rows, labels] = np.inf
    nearest = outside.min(axis=1)
    scale = np.maximum(inside, nearest)
    # Identical rows split over two groups have both distances 0: neither well nor badly placed.
    width = np.divide(nearest - inside, scale, out=np.zeros_like(scale), where=scale > 0)
    return float(np.where(own_size > 1, width, 0.0).mean())


def silhouettes(profiles: Array, method: str, ks: range) -> Array:
    """Return the mean silhouette of each cut of the tree of `profiles`, shape (len(ks),)."""
    tree = grow_tree(profiles, method)
    distances = distances_between(profiles)
    cuts = cut_tree(tree, branch_members(tree), ks)
    return np.array([mean_silhouette(distances, labels) for labels in cuts])


def gap_statistic(
    points: Array,
    k_max: int,
    *,
    panels: int,
    rng: np.random.Generator,
    method: str = "ward",
    power: int = 2,
) -> pd.DataFrame:
    """Return the gap statistic for k = 1..k_max, a printed diagnostic and never a gate.

    Parameters
    ----------
    points : array (n, dimensions)
        Profiles.
    k_max, panels : int
        Largest k, and number of reference panels.
    rng : Generator
        Source of the reference panels: uniform in the box along the principal axes.
    power : int
        Power of the distances in log W; 2 in the original, 1 in a common R package.

    Returns
    -------
    DataFrame
        ``k, log_dispersion, gap, gap_se``.

    Notes
    -----
    W_k = sum over groups of (sum of pairwise distances^power, each pair once) / (2 size).
    Tibshirani, Walther & Hastie (2001), Estimating the Number of Clusters in a Data Set via
    the Gap Statistic.
    """
    ks = range(1, k_max + 1)

    def log_dispersions(panel: Array) -> Array:
        tree = grow_tree(panel, method)
        powered = distances_between(panel) ** power
        found = np.empty(k_max)
        for row, labels in enumerate(cut_tree(tree, branch_members(tree), ks)):
            member = (labels[:, None] == np.arange(row + 1)).astype(np.float64)
            inside = np.einsum("ik,ij,jk->k", member, powered, member, optimize=True)
            found[row] = (inside / (4 * member.sum(axis=0))).sum()
        # No dispersion is left once k reaches the number of different rows: no gap there.
        return np.log(np.where(found > 1e-12, found, np.nan))

    centre = points.mean(axis=0)
    axes = np.linalg.svd(points - centre, full_matrices=False)[2]
    scores = (points - centre) @ axes.T
    low, high = scores.min(axis=0), scores.max(axis=0)
    references = np.array(
        [log_dispersions(rng.uniform(low, high, size=scores.shape) @ axes) for _ in range(panels)]
    )
    observed = log_dispersions(points)
    return pd.DataFrame(
        {
            "k": list(ks),
            "log_dispersion": observed,
            "gap": references.mean(axis=0) - observed,
            "gap_se": references.std(axis=0) * np.sqrt(1 + 1 / panels),
        }
    )


# --- null models and resampling -------------------------------------------------------------


class Resampled(NamedTuple):
    """Cuts of the resampled trees (-1 = country not drawn) and the support of each branch."""

    labels: Labels  # (resample, cut, country)
    branch_support: Array  # (branch,)


def noise_panels(
    x: Array, strength: float, panels: int, rng: np.random.Generator
) -> Iterator[Array]:
    """Yield counts of panels whose countries differ by over-dispersed chance only."""
    w = x.sum(axis=0) / x.sum()
    n = _whole_totals(x)
    for _ in range(panels):
        shares = rng.standard_gamma(strength * w, size=x.shape)
        yield rng.multinomial(n, shares / shares.sum(axis=1, keepdims=True)).astype(np.float64)


def continuum_panels(
    profiles: Array, on_sphere: bool, panels: int, rng: np.random.Generator
) -> Iterator[Array]:
    """Yield panels from one Gaussian cloud with the mean and covariance of the profiles."""
    n = len(profiles)
    mean = profiles.mean(axis=0)
    # n standard normals through the centred rows have exactly the sample covariance.
    root = (profiles - mean) / np.sqrt(n - 1)
    for _ in range(panels):
        panel = mean + rng.standard_normal((n, n)) @ root
        yield panel / np.linalg.norm(panel, axis=1, keepdims=True) if on_sphere else panel


def _whole_totals(x: Array) -> Labels:
    """Return totals as whole numbers of families: a multinomial draws whole families only."""
    whole: Labels = np.maximum(np.rint(x.sum(axis=1)), 1).astype(np.int64)
    return whole


def resample_tree(
    kind: str,
    x: Array,
    recipe: Recipe,
    method: str,
    nodes: Members,
    ks: range,
    resamples: int,
    rng: np.random.Generator,
    *,
    blocks: Sequence[slice] = (slice(None),),
) -> Resampled:
    """Return the cuts of all resampled trees of one kind, and the support of each branch.

    Each of the ``blocks`` of columns is drawn by itself: its items and its fields keep their
    number.
    """
    n = len(x)
    labels = np.full((resamples, len(ks), n), -1, dtype=np.int64)
    profiles = recipe(x)
    parts = [x[:, block] for block in blocks]
    totals = [_whole_totals(part) for part in parts]
    shares = [part / part.sum(axis=1, keepdims=True) for part in parts]
    # A resample of countries must be able to hold the largest cut.
    size = max(round(_DRAWN_SHARE * n), ks[-1] + 1)
    branches = nodes[n:]
    support, counted = np.zeros(len(branches)), np.zeros(len(branches))
    for row in range(resamples):
        drawn = np.arange(n)
        if kind == "countries":
            drawn = np.sort(rng.choice(n, size=size, replace=False))
            points = profiles[drawn]
        elif kind == "families":
            redrawn = [rng.multinomial(*both) for both in zip(totals, shares, strict=True)]
            points = recipe(np.hstack(redrawn).astype(np.float64))
        else:
            widths = [part.shape[1] for part in parts]
            columns = [rng.integers(width, size=width) for width in widths]
            picked = [part[:, own] for part, own in zip(parts, columns, strict=True)]
            points = recipe(np.hstack(picked))
        tree = grow_tree(points, method)
        found = branch_members(tree)
        labels[row][:, drawn] = cut_tree(tree, found, ks)
        # The root is always there, so it may not serve as anybody's match.
        reference = branches[:, drawn]
        usable = reference.sum(axis=1) >= 2
        support += np.where(usable, _best_jaccard(reference, found[len(drawn) : -1]), 0.0)
        counted += usable
    never = np.full(len(branches), np.nan)
    return Resampled(labels, np.divide(support, counted, out=never, where=counted > 0))


def _best_jaccard(sets: Members, candidates: Members) -> Array:
    """Return for each row of `sets` its largest Jaccard similarity with a row of `candidates`."""
    a, b = sets.astype(np.float64), candidates.astype(np.float64)
    both = a @ b.T
    either = a.sum(axis=1)[:, None] + b.sum(axis=1) - both
    best: Array = (both / np.maximum(either, 1)).max(axis=1)
    return best


def group_jaccard(labels: Labels, resampled: Labels) -> Array:
    """Return the mean best-match Jaccard of each group of `labels` over the resamples.

    Parameters
    ----------
    labels : array (n,)
        Groups 0..k-1.
    resampled : array (resamples, n)
        Groups 0..k-1 found in each resample; -1 for members that were not drawn.

    Returns
    -------
    array (k,)
        Missing for a group of one member, about which no claim is made, and for a group that
        was never drawn. A group is compared with those of its members that were drawn.
    """
    k = int(labels.max()) + 1
    sets = (labels[:, None] == np.arange(k)).astype(np.float64)
    found = (resampled[:, :, None] == np.arange(int(resampled.max()) + 1)).astype(np.float64)
    both = np.einsum("ig,bih->bgh", sets, found, optimize=True)
    own = (resampled >= 0).astype(np.float64) @ sets
    either = own[:, :, None] + found.sum(axis=1)[:, None, :] - both
    best = (both / np.maximum(either, 1)).max(axis=2)
    drawn = own > 0
    total = np.where(drawn, best, 0.0).sum(axis=0)
    claims = (sets.sum(axis=0) > 1) & drawn.any(axis=0)
    silent = np.full(k, np.nan)
    return np.asarray(np.divide(total, drawn.sum(axis=0), out=silent, where=claims))


def coassignment(resampled: Labels) -> Array:
    """Return the share of resamples with a and b in one group, among those with both drawn."""
    together = np.zeros((resampled.shape[1],) * 2)
    drawn = (resampled >= 0).astype(np.float64)
    for label in range(int(resampled.max()) + 1):
        member = (resampled == label).astype(np.float64)
        together += member.T @ member
    both = drawn.T @ drawn
    return np.divide(together, both, out=np.full_like(both, np.nan), where=both > 0)


def bootstrap_jaccard(
    points: Array, cut: Callable[[Array], Labels], *, resamples: int, seed: int
) -> Array:
    """Return the mean best-match Jaccard of each group when the points are bootstrapped.

    Parameters
    ----------
    points : array (n, dimensions)
        One row per object.
    cut : callable
        Gives labels 0..k-1 to any set of points, a clustering method with its k.
    resamples, seed : int
        Number of bootstrap samples, and seed of the draws.

    Returns
    -------
    array (k,)
        In the order of the labels of ``cut(points)``. Repeated points of a sample count once.

    Notes
    -----
    Hennig (2007), Cluster-wise Assessment of Cluster Stability.
    """
    rng = np.random.default_rng(seed)
    n = len(points)
    found = np.full((resamples, n), -1, dtype=np.int64)
    for row in range(resamples):
        drawn = np.unique(rng.integers(n, size=n))
        found[row, drawn] = cut(points[drawn])
    return group_jaccard(cut(points), found)
