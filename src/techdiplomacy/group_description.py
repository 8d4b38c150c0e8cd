"""Groups put into words and pictures: their strong fields, a map, and how two cuts agree.

Knows: what a group is strong in, where countries lie on a map and in the tree, how far two cuts
agree.
Must not know: files, params, names of countries, how the groups were found.
May import: errors, NumPy, pandas, scikit-learn.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidTable


def strong_fields_of_groups(
    countries: pd.DataFrame,
    specialisation: pd.DataFrame,
    *,
    top: int = 5,
    min_probability: float = 0.5,
    min_members: float = 0.8,
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
    min_members : float
        Share of the members that must each be more likely specialised in it than not: of a group
        of three or four all of them, so that no member is described by what the others do.

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
        (fields["rta_median"] > 1)
        & (fields["mean_probability_above"] >= min_probability)
        & (fields["members_above"] >= min_members * fields["n_members"])
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


def branches_above(country: str, branches: pd.DataFrame) -> pd.DataFrame:
    """Return the branches that a country hangs on, from the smallest to the whole tree.

    Parameters
    ----------
    country : str
        One leaf of the tree.
    branches : DataFrame
        ``CountryGroups.branches``.

    Returns
    -------
    DataFrame
        ``step`` (1 = the smallest), ``joined`` (the countries that this branch adds, semicolons
        between), and the columns of `branches` but ``left`` and ``right``. Empty if the tree does
        not hold the country.
    """
    holds = branches["members"].str.split(";").map(lambda members: country in members)
    own = branches[holds.astype(bool)].sort_values("n_countries", ignore_index=True)
    joined, before = [], {country}
    for members in own["members"].str.split(";"):
        joined.append(";".join(name for name in members if name not in before))
        before = set(members)
    steps = own.drop(columns=["left", "right"])
    return steps.assign(step=range(1, len(own) + 1), joined=joined)


def standing_among_groups(
    country: str, countries: pd.DataFrame, groups: pd.DataFrame, pairs: pd.DataFrame
) -> pd.DataFrame:
    """Return how near a country stands to each group, the nearest first.

    Parameters
    ----------
    country : str
        A fitted country.
    countries, groups, pairs : DataFrame
        ``countries``, ``groups`` and ``coassignment`` of one `CountryGroups`.

    Returns
    -------
    DataFrame
        ``group, label, n_countries, members, coassignment, distance, own``: means over the
        members of the group other than the country itself; ``own`` marks its own group. Empty
        if the country was not fitted.
    """
    seen = pairs[(pairs["country"] == country) | (pairs["partner"] == country)]
    partner = seen["partner"].where(seen["country"] == country, seen["country"])
    group = countries.set_index("country")["group"]
    means = (
        seen.assign(group=partner.map(group))
        .groupby("group")[["coassignment", "distance"]]
        .mean()
        .reset_index()
    )
    columns = ["group", "label", "n_countries", "members"]
    table = groups[columns].merge(means, on="group", how="inner")
    own = table["group"] == group.get(country)
    return table.assign(own=own.fillna(False).astype(bool)).sort_values(
        ["coassignment", "distance"], ascending=[False, True], ignore_index=True
    )
