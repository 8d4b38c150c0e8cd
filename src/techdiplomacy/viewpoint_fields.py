"""The viewpoint country among fields: how widely it spreads, what lies near, who covers a gap.

Knows: how specialisations become spread, relatedness and partners for one country.
Must not know: files, names of countries and groups. May import: params (settings only),
technologies, relatedness, concentration, NumPy, pandas.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from techdiplomacy.concentration import own_spread
from techdiplomacy.params import RankSettings, RelatednessSettings, RtaSettings
from techdiplomacy.relatedness import nearest_gaps, relatedness_density
from techdiplomacy.technologies import Taxonomy

# kind of evidence, and the system of its fields in the crosswalks
SYSTEMS = {"patents": "wipo_field", "publications": "article_field"}
_SHOWN = ["rta_shrunk", "rta_low", "rta_high", "probability_above"]


def spread_in_time(
    specialisation: pd.DataFrame, country: str, rta: RtaSettings, ranks: RankSettings, seed: int
) -> pd.DataFrame:
    """Return table ``viewpoint_spread``: how widely a country spreads over fields by window.

    Parameters
    ----------
    specialisation : DataFrame
        Feature ``field_specialisation``.
    country : str
        The viewpoint country.
    rta, ranks : RtaSettings, RankSettings
        Least number of items, interval and number of draws.
    seed : int
        Seed of the draws.

    Notes
    -----
    A kind of evidence that does not list the country has rows without numbers.
    """
    windows = specialisation[["evidence", "window"]].drop_duplicates()
    own = specialisation[specialisation["country"] == country]
    counts = own.pivot(index=["evidence", "window"], columns="field", values="count_items")
    found = [pd.DataFrame(columns=["evidence", "window"])]
    for _, part in counts.groupby(level="evidence"):
        found.append(
            own_spread(
                part.dropna(axis=1, how="all"),
                seed=seed,
                min_items=rta.min_families,
                draws=ranks.draws,
                interval=rta.interval,
            )
        )
    renamed = {
        "total": "n",
        "hhi_unbiased": "hhi",
        "hhi_low": "low",
        "hhi_high": "high",
        "effective": "effective_number",
        "effective_low": "effective_number_low",
        "effective_high": "effective_number_high",
    }
    measured = pd.concat([part.drop(columns="hhi", errors="ignore") for part in found])
    table = windows.merge(measured.rename(columns=renamed), how="left").reindex(
        columns=["evidence", "window", *renamed.values(), "status"]
    )
    return table.assign(country=country, status=table["status"].fillna("not_estimable"))


def related_fields(
    specialisation: pd.DataFrame,
    taxonomy: Taxonomy,
    country: str,
    settings: RelatednessSettings,
) -> pd.DataFrame:
    """Return table ``relatedness``: which fields lie near to the strengths of a country.

    Parameters
    ----------
    specialisation : DataFrame
        Feature ``field_specialisation``.
    taxonomy : Taxonomy
        The list in force; it says which groups a field speaks for.
    country : str
        The viewpoint country.
    settings : RelatednessSettings
        Section ``relatedness`` of the parameters.

    Notes
    -----
    Which fields are related is learnt from countries with at least ``fitted_from`` items: the
    mix of a country with few is chance. The field itself is left out of its density. Partners
    are those surely specialised among the ``partners_among`` countries with most items.
    """
    found = []
    for evidence, rows in specialisation.groupby("evidence"):
        newest = rows[rows["window"] == rows["window"].max()]
        table = _one_evidence(newest, country, settings)
        groups = groups_of_fields(taxonomy, SYSTEMS[str(evidence)])
        found.append(
            table.assign(
                evidence=str(evidence),
                country=country,
                window=newest["window"].iloc[0],
                groups=table["field"].map(groups),
            )
        )
    return pd.concat(found, ignore_index=True)[_COLUMNS]


_COLUMNS = [
    *("evidence", "country", "field", "window", "groups", *_SHOWN),
    *("specialised", "density", "place", "covering_partners", "status"),
]


def _one_evidence(
    newest: pd.DataFrame, country: str, settings: RelatednessSettings
) -> pd.DataFrame:
    """Return the fields of one kind of evidence."""
    shown = newest["rta"].where(newest["status"] == "ok")
    advantages = newest.assign(rta=shown).pivot(index="country", columns="field", values="rta")
    totals = newest.groupby("country")["total_items"].first()
    fitted = advantages.index[advantages.notna().all(axis=1)]
    fitted = fitted[totals.reindex(fitted) >= settings.fitted_from]
    fields = pd.DataFrame({"field": advantages.columns})
    partners = fields["field"].map(covering_partners(newest, country, settings))
    if country not in advantages.index or advantages.loc[country].isna().any():
        empty = dict.fromkeys([*_SHOWN, "density"], np.nan)
        return fields.assign(
            **empty,
            specialised=False,
            place=pd.array([pd.NA] * len(fields), dtype="Int64"),
            covering_partners=partners,
            status="not_estimable",
        )
    density = relatedness_density(
        advantages, threshold=settings.rta_threshold, fitted=sorted({*fitted})
    )
    gaps = nearest_gaps(density, advantages, country, below=settings.rta_threshold)
    own = newest[newest["country"] == country][["field", *_SHOWN]]
    mine = density.loc[density["country"] == country, ["field", "specialised", "density", "status"]]
    table = fields.merge(own).merge(mine).merge(gaps[["field", "place"]], how="left")
    return table.assign(
        place=table["place"].astype("Int64"),
        covering_partners=partners.where(~table["specialised"]),
    )


def covering_partners(
    newest: pd.DataFrame, country: str, settings: RelatednessSettings
) -> dict[str, str]:
    """Return by field the large countries that are surely specialised, the largest first.

    Parameters
    ----------
    newest : DataFrame
        Rows of ``field_specialisation`` of one kind of evidence and one window.
    country : str
        The viewpoint country, which is no partner of its own.
    settings : RelatednessSettings
        From which probability on, and among how many.
    """
    others = newest[newest["country"] != country]
    ordered = others.sort_values(["field", "count_items", "country"], ascending=[True, False, True])
    large = ordered.groupby("field").head(settings.partners_among)
    sure = large[large["probability_above"] >= settings.partner_probability]
    return {str(field): ";".join(rows["country"]) for field, rows in sure.groupby("field")}


def groups_of_fields(taxonomy: Taxonomy, system: str) -> dict[str, str]:
    """Return by field the groups that it speaks for, semicolons between; none: no entry."""
    if system not in taxonomy.systems():
        return {}
    rows = taxonomy.fields_of(system)
    rows = rows[rows["group_id"].isin(list(taxonomy.groups))]
    return {str(field): ";".join(sorted(part["group_id"])) for field, part in rows.groupby("field")}
