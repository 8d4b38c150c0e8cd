"""Cuts of several windows side by side: aligned groups, agreement, and the cores that persist.

Knows: how groups of two windows are matched, what a core is, which change of group is clear.
Must not know: files, names of countries, kinds of evidence.
May import: errors, params (settings only), stability, clusters, NumPy, pandas, SciPy.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from techdiplomacy.clusters import StableCut
from techdiplomacy.params import ClusterSettings
from techdiplomacy.stability import Labels
from techdiplomacy.strength import Array

# Jaccard similarity from which two groups of different windows carry one number: groups of equal
# size then share half of their members
MATCHED_FROM = 1 / 3


class Windows(NamedTuple):
    """Cuts of several windows side by side; the columns of the frames are listed at `compare`."""

    countries: pd.DataFrame
    agreement: pd.DataFrame
    cores: pd.DataFrame


def compare(cuts: Mapping[str, StableCut], settings: ClusterSettings) -> Windows:
    """Return cuts of several windows with one numbering, their agreement, and lasting cores.

    Parameters
    ----------
    cuts : mapping
        Cut of each window, one at least; names of windows rise with time.
    settings : ClusterSettings
        Levels of the labels.

    Returns
    -------
    Windows
        - ``countries``: ``window, country, group, own_group_coassignment, label, status``, groups
          numbered as in the newest window where they match (`align`); ``label`` is that of the
          group in its window;
        - ``agreement``: ``window, previous, adjusted_rand, adjusted_rand_between,
          adjusted_rand_within, share_as_alike, n_common``, each pair of windows over the countries
          fitted in both. ``between`` is the mean agreement when families are redrawn in both
          windows, ``within`` that of two redraws of one window, what two windows would show if
          only chance lay between them; ``share_as_alike`` is the share of redraws in which the
          windows agree at least as much as that;
        - ``cores``: ``members, n_countries, n_windows, coassignment, lowest_coassignment, label``:
          sets of countries that share a group in every window and, each pair of them, in at least
          `leaning` of the redraws of every window. ``coassignment`` is the mean over pairs and
          windows, ``lowest_coassignment`` that of the worst pair in its worst window; a core is
          firm if even that reaches the level of a firm group.
    """
    numbers = align({window: cut.countries for window, cut in cuts.items()})
    return Windows(
        _countries(cuts, numbers),
        _agreement(cuts),
        _cores(cuts, settings),
    )


def align(countries: Mapping[str, pd.DataFrame]) -> dict[str, dict[int, int]]:
    """Return the common number of each group by window and own number.

    Parameters
    ----------
    countries : mapping
        Frame ``country, group, status`` of each window; names of windows rise with time.

    Returns
    -------
    dict
        Groups of the newest window keep their numbers. Going back, every group of a window is
        compared with each numbered group, as it was in the nearest later window that has it, over
        the countries fitted in both windows; numbers are handed out so that the sum of the
        Jaccard similarities is largest, one number to one group. A group without a match of at
        least a third gets a number of its own.
    """
    from scipy.optimize import linear_sum_assignment

    numbers: dict[str, dict[int, int]] = {}
    known: dict[int, tuple[set[str], set[str]]] = {}
    for window in sorted(countries, reverse=True):
        fitted = countries[window][countries[window]["status"] == "ok"]
        everyone = set(fitted["country"])
        members: dict[int, set[str]] = {}
        for country, group in zip(fitted["country"], fitted["group"], strict=True):
            members.setdefault(int(group), set()).add(str(country))
        own, later = sorted(members), sorted(known)
        if not numbers:
            given = {group: group for group in own}
        else:
            alike = np.array(
                [
                    [_jaccard(members[a] & known[b][1], known[b][0] & everyone) for b in later]
                    for a in own
                ]
            ).reshape(len(own), len(later))
            worth = np.where(alike >= MATCHED_FROM - 1e-12, alike, 0.0)
            rows, columns = linear_sum_assignment(-worth)
            given = {
                own[row]: later[column]
                for row, column in zip(rows, columns, strict=True)
                if worth[row, column] > 0
            }
        for group in own:
            given.setdefault(group, max([*known, *given.values(), 0]) + 1)
        known |= {given[group]: (members[group], everyone) for group in own}
        numbers[window] = given
    return numbers


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def _countries(
    cuts: Mapping[str, StableCut], numbers: Mapping[str, dict[int, int]]
) -> pd.DataFrame:
    """Return the countries of all windows below each other, the oldest window first."""
    frames = []
    for window in sorted(cuts):
        own = cuts[window].countries
        labels = cuts[window].groups.set_index("group")["label"]
        frames.append(
            pd.DataFrame(
                {
                    "window": window,
                    "country": own["country"],
                    "group": own["group"].map(numbers[window]).astype("Int64"),
                    "own_group_coassignment": own["own_group_coassignment"],
                    "label": own["group"].map(labels),
                    "status": own["status"],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def moves(countries: pd.DataFrame, settings: ClusterSettings) -> pd.DataFrame:
    """Return the countries that change their group from one window to the next.

    Parameters
    ----------
    countries : DataFrame
        ``Windows.countries``, one kind of evidence.
    settings : ClusterSettings
        Levels of the labels.

    Returns
    -------
    DataFrame
        ``country, previous, window, group_before, group, coassignment_before, coassignment,
        label``. A move is firm if the country falls into its group as often as a firm group comes
        back, in both windows; leaning at the lower level; else it lies on a border, and nothing
        should be concluded. The firmest moves come first, the newest first among them.
    """
    windows = sorted(countries["window"].unique())
    fitted = countries[countries["status"] == "ok"].drop(columns="label")
    found = [
        fitted[fitted["window"] == before]
        .drop(columns=["window", "status"])
        .merge(fitted[fitted["window"] == now], on="country", suffixes=("_before", ""))
        .assign(previous=before)
        for before, now in pairwise(windows)
    ]
    columns = ["country", "previous", "window", "group_before", "group"]
    columns += ["coassignment_before", "coassignment"]
    if not found:
        return pd.DataFrame(columns=[*columns, "label"])
    pairs = pd.concat(found, ignore_index=True)
    pairs.columns = pairs.columns.str.replace("own_group_", "")
    table = pairs.loc[pairs["group"] != pairs["group_before"], columns].copy()
    worst = table[["coassignment_before", "coassignment"]].min(axis=1, skipna=False)
    table["label"] = np.select(
        [worst >= settings.firm.families, worst >= settings.leaning],
        ["firm", "leaning"],
        "do not conclude",
    )
    order = table["label"].map({"firm": 0, "leaning": 1, "do not conclude": 2})
    ranked: pd.DataFrame = table.assign(order=order).sort_values(
        ["order", "window", "country"], ascending=[True, False, True], ignore_index=True
    )
    return ranked[[*columns, "label"]]


# --- agreement --------------------------------------------------------------------------------


def rand_of_rows(one: Labels, other: Labels) -> Array:
    """Return the adjusted Rand index of each row of one array with the same row of the other.

    Parameters
    ----------
    one, other : array (rows, members)
        Groups from 0 on.

    Notes
    -----
    Hubert & Arabie (1985), Comparing Partitions. All rows at once: no loop over resamples. Two
    groupings without any pair to disagree on count 1.
    """

    def pairs(counts: Array) -> Array:
        return np.asarray(counts * (counts - 1) / 2)

    def member(labels: Labels) -> Array:
        return np.asarray(labels[:, :, None] == np.arange(int(labels.max()) + 1), dtype=np.float64)

    a, b = member(one), member(other)
    both = pairs(np.einsum("rmi,rmj->rij", a, b, optimize=True)).sum(axis=(1, 2))
    in_one, in_other = pairs(a.sum(axis=1)).sum(axis=1), pairs(b.sum(axis=1)).sum(axis=1)
    expected = in_one * in_other / pairs(np.array(float(one.shape[1])))
    room = (in_one + in_other) / 2 - expected
    perfect = np.ones(len(both))
    return np.asarray(np.divide(both - expected, room, out=perfect, where=np.abs(room) > 1e-12))


def _agreement(cuts: Mapping[str, StableCut]) -> pd.DataFrame:
    """Return how far each pair of windows agrees, the newest pairs first."""
    rows = []
    for now, before in combinations(sorted(cuts, reverse=True), 2):
        common = sorted(set(cuts[now].fitted) & set(cuts[before].fitted))
        if len(common) < 2:
            continue
        one, other = (_main(cuts[name], common) for name in (now, before))
        drawn = [_redrawn(cuts[name], common) for name in (now, before)]
        shortest = min(len(labels) for labels in drawn)
        first, second = (labels[:shortest] for labels in drawn)
        between = rand_of_rows(first, second)
        # each redraw against the next one of its own window, the last against the first
        within = np.mean([rand_of_rows(a, np.roll(a, 1, axis=0)) for a in (first, second)], axis=0)
        rows.append(
            {
                "window": now,
                "previous": before,
                "adjusted_rand": float(rand_of_rows(one, other)[0]),
                "adjusted_rand_between": float(between.mean()),
                "adjusted_rand_within": float(within.mean()),
                "share_as_alike": float((between >= within).mean()),
                "n_common": len(common),
            }
        )
    columns = ["window", "previous", "adjusted_rand", "adjusted_rand_between"]
    return pd.DataFrame(
        rows, columns=[*columns, "adjusted_rand_within", "share_as_alike", "n_common"]
    )


def _main(cut: StableCut, common: list[str]) -> Labels:
    own = cut.countries.set_index("country").loc[common, "group"]
    return own.to_numpy(np.int64)[None] - 1


def _redrawn(cut: StableCut, common: list[str]) -> Labels:
    place = {name: i for i, name in enumerate(cut.fitted)}
    return cut.family_cuts[:, [place[name] for name in common]]


# --- cores ------------------------------------------------------------------------------------


def _cores(cuts: Mapping[str, StableCut], settings: ClusterSettings) -> pd.DataFrame:
    """Return the sets of countries that stay together, the firmest first."""
    common = sorted(set.intersection(*(set(cut.fitted) for cut in cuts.values())))
    names = ["members", "n_countries", "n_windows", "coassignment", "lowest_coassignment", "label"]
    if len(common) < 2:
        return pd.DataFrame(columns=names)
    shares = np.array([_pairs_together(cut, common) for cut in cuts.values()])
    groups = np.array([_main(cut, common)[0] for cut in cuts.values()])
    always = (groups[:, :, None] == groups[:, None, :]).all(axis=0)
    lowest, mean = np.where(always, shares.min(axis=0), 0.0), shares.mean(axis=0)
    rows = []
    for chosen in _cliques(lowest, settings.leaning):
        own = np.ix_(chosen, chosen)
        inside = np.triu_indices(len(chosen), k=1)
        worst = float(lowest[own][inside].min())
        rows.append(
            {
                "members": ";".join(common[i] for i in chosen),
                "n_countries": len(chosen),
                "n_windows": len(cuts),
                "coassignment": float(mean[own][inside].mean()),
                "lowest_coassignment": worst,
                "label": "firm" if worst >= settings.firm.families else "leaning",
            }
        )
    found = pd.DataFrame(rows, columns=names)
    return found.sort_values(
        ["coassignment", "members"], ascending=[False, True], ignore_index=True
    )


def _cliques(alike: Array, level: float) -> list[list[int]]:
    """Return sets of which every pair is alike at this level: complete linkage, cut there."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    far = 1 - alike
    np.fill_diagonal(far, 0.0)
    tree = linkage(squareform(far, checks=False), "complete")
    labels = fcluster(tree, 1 - level + 1e-12, criterion="distance")
    sets = [np.flatnonzero(labels == label).tolist() for label in np.unique(labels)]
    return [one for one in sets if len(one) > 1]


def _pairs_together(cut: StableCut, common: list[str]) -> Array:
    """Return the co-assignment of each pair of countries as a symmetric matrix."""
    own = cut.coassignment
    wide = own.pivot(index="country", columns="partner", values="coassignment")
    upper = wide.reindex(index=common, columns=common).to_numpy(np.float64)
    half = np.nan_to_num(upper)
    return np.asarray(half + half.T)
