"""What is known between countries: embedded facts and the owner's registers, each fact once.

Knows: when two rows are one fact, how missions rank, ``effectiveness_rubric.csv``. Must not know:
how a register is written, what is computed from the facts, figures of sources.
May import: errors, paths, tables, scorecard_tables, register_files.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from techdiplomacy.errors import InvalidTable
from techdiplomacy.paths import reference_file
from techdiplomacy.register_files import Problem, fold, refuse
from techdiplomacy.scorecard_tables import CARD_STATUSES, INDICATORS, KNOWN_FACTS
from techdiplomacy.tables import read_csv

NEW = "new"  # in the column same_as: another fact than the embedded ones

_NAMES = {"offices": "name", "agreements": "title"}


def known_facts(
    clean: Mapping[str, pd.DataFrame], registers: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return the feature tables of known facts: embedded ones and rows of the registers.

    Parameters
    ----------
    clean : mapping of DataFrame
        Clean tables ``partnership_levels, st_agreements, st_offices, missions``.
    registers : mapping of DataFrame
        What ``register_files.load_registers`` returns.

    Returns
    -------
    dict of DataFrame
        ``known_levels, known_agreements, known_offices, known_exchanges, known_missions``. A row
        of a register that repeats an embedded fact replaces it. Exchanges are known from the
        register only.

    Raises
    ------
    InvalidTable
        If a row of a register may or may not repeat an embedded fact.
    """
    facts, problems = joined_facts(clean, registers)
    refuse(problems)
    return facts


def joined_facts(
    clean: Mapping[str, pd.DataFrame], registers: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Return what `known_facts` does, and the rows of which it is open whether they are new."""
    embedded = {name: _embedded(clean[table]) for name, table in _CLEAN.items()}
    agreements, open_agreements = _joined("agreements", embedded["known_agreements"], registers)
    offices, open_offices = _joined("offices", embedded["known_offices"], registers)
    agreements["signed_year"] = pd.to_numeric(agreements["signed"].str[:4]).astype("Int64")
    agreements["source_group"] = agreements["source_group"].fillna("register")
    facts = {
        "known_levels": embedded["known_levels"],
        "known_agreements": agreements,
        "known_offices": offices,
        "known_exchanges": registers["exchanges"].assign(origin="register"),
        "known_missions": missions_by_rank(clean["missions"]),
    }
    tables = {}
    for table in KNOWN_FACTS:
        rows = facts[table.name].reindex(columns=table.column_names()).reset_index(drop=True)
        texts = [one.name for one in table.columns if one.kind in ("text", "country")]
        tables[table.name] = rows.astype(dict.fromkeys(texts, "str"))
    return tables, [*open_offices, *open_agreements]


_CLEAN = {
    "known_levels": "partnership_levels",
    "known_agreements": "st_agreements",
    "known_offices": "st_offices",
}


def known_graduates(graduates: pd.DataFrame) -> pd.DataFrame:
    """Return the owner's register of graduates as the feature table ``known_graduates``.

    Parameters
    ----------
    graduates : DataFrame
        ``graduates`` of what ``register_files.load_registers`` returns; it may be empty.

    Examples
    --------
    >>> rows = pd.DataFrame({"row": [2], "country": "AAA", "field": "ict", "year": [2020],
    ...     "graduates": [5.0], "evidence": "report 7", "licence": "own figures", "note": [None]})
    >>> known_graduates(rows)[["country", "graduates"]].values.tolist()
    [['AAA', 5.0]]
    """
    texts = ["country", "field", "evidence", "licence"]
    columns = ["country", "field", "year", "graduates", "evidence", "licence"]
    return graduates[columns].astype(dict.fromkeys(texts, "str"))


def missions_by_rank(missions: pd.DataFrame) -> pd.DataFrame:
    """Return how many embassies, consulates and other missions are listed for each pair.

    Parameters
    ----------
    missions : DataFrame
        Clean table ``missions``; kinds as the source words them.

    Notes
    -----
    What stands in the place of an embassy or consulate without being one (the source says de
    facto) is among the other missions, as are representative and liaison offices.
    """
    kind = missions["mission_type"].str.casefold()
    like = kind.str.startswith("de facto")
    consulate = kind.str.contains("consul") & ~like
    high = kind.str.contains("high commission") & ~kind.str.contains("assistant")
    embassy = (kind.str.contains("embassy|nunciature") | high) & ~consulate & ~like
    ranks = missions[["country", "partner"]].assign(
        embassies=embassy.astype("int64"),
        consulates=consulate.astype("int64"),
        other_missions=(~embassy & ~consulate).astype("int64"),
    )
    return ranks.groupby(["country", "partner"], as_index=False).sum()


def load_rubric() -> pd.DataFrame:
    """Return the rubric of the scorecard, one row for each indicator, in its order.

    Returns
    -------
    DataFrame
        ``number, indicator``, name, definition and weakness in English and Vietnamese,
        ``direction`` (higher is better), ``ranked_by`` (value, or lower end of the interval),
        ``scope``, ``data`` (table and columns) and ``needs`` (empty, technology or register).

    Raises
    ------
    InvalidTable
        If an indicator is missing or repeated, or a cell but ``needs`` is empty.
    """
    rubric = read_csv(reference_file("effectiveness_rubric"), dtype="str")
    filled = rubric.drop(columns="needs", errors="ignore").notna().all(axis=None)
    words = {f"needs_{word}" for word in rubric.get("needs", pd.Series(["?"])).dropna()}
    if (
        rubric.get("indicator", pd.Series(dtype="str")).tolist() != list(INDICATORS)
        or not filled
        or not words <= set(CARD_STATUSES)
    ):
        raise InvalidTable(
            "The rubric does not list each indicator once with all of its cells.",
            where="data/reference/effectiveness_rubric.csv",
            next_step="Keep the order of INDICATORS in src/techdiplomacy/scorecard_tables.py.",
        )
    return rubric


# --- joining --------------------------------------------------------------------------------


def _embedded(table: pd.DataFrame) -> pd.DataFrame:
    """Return a clean table with the evidence under one name."""
    renamed = {"evidence_urls": "evidence", "evidence_url": "evidence"}
    return table.rename(columns=renamed).assign(origin="embedded").reset_index(drop=True)


def _joined(
    register: str, embedded: pd.DataFrame, registers: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return embedded facts and rows of a register, each fact once."""
    name = _NAMES[register]
    gone: list[int] = []
    new: list[dict[str, object]] = []
    problems = []
    for record in registers[register].to_dict("records"):
        row = {str(column): cell for column, cell in record.items()}
        near = embedded[_near(register, embedded, row)]
        places = {fold(str(known)): int(str(place)) for place, known in near[name].items()}
        said = fold(str(row["same_as"] or ""))
        same = places.get(said or fold(str(row[name])))
        what = step = ""
        if same is None and said not in ("", NEW) and near.empty:
            what = f"'{row['same_as']}' is not known."
            step = f"Write {NEW}, or leave it empty."
        elif same is None and said != NEW and len(near):
            listed = "; ".join(f"'{known}'" for known in near[name].astype("str"))
            what = f"It is open whether '{row[name]}' is known already; known are: {listed}."
            step = f"Copy that name into same_as, or write {NEW} if it is another one."
        elif same in gone:
            what = "An earlier row stands for the same known fact."
            step = f"Write {NEW} if this is another one, or delete the row."
        if what:
            problems.append(Problem(register, int(str(row["row"])), "same_as", what, step))
            continue
        if same is not None:
            gone.append(same)
            row = _completed(row, embedded.iloc[same])
        new.append({**row, "origin": "register"})
    kept = embedded.drop(index=gone)
    rows = pd.DataFrame(new, columns=[*dict.fromkeys([*registers[register], *_KEPT]), "origin"])
    return pd.concat([kept, rows.dropna(axis=1, how="all")], ignore_index=True), problems


def _near(register: str, embedded: pd.DataFrame, row: Mapping[str, object]) -> pd.Series:
    """Return which embedded facts a row of a register may repeat."""
    pair = (embedded["country"] == row["country"]) & (embedded["partner"] == row["partner"])
    if register == "offices":
        return pair
    turned = (embedded["country"] == row["partner"]) & (embedded["partner"] == row["country"])
    titles = embedded["title"].map(fold)
    told = titles.isin([fold(str(row[name])) for name in ("title", "same_as") if row[name]])
    year = embedded["signed"].str[:4]
    same_year = year.isna() | (not row["signed"]) | (year == str(row["signed"])[:4])
    return (pair | turned) & (same_year | told)


_KEPT = ("since", "last_confirmed", "signed", "in_force", "instrument_type", "source_group")


def _completed(row: dict[str, object], known: pd.Series) -> dict[str, object]:
    """Return a row in the direction of the fact it replaces; what it leaves open stays known."""
    filled = {
        name: row.get(name) or known[name]
        for name in _KEPT
        if name in known.index and pd.notna(known[name])
    }
    return {**row, **filled, "country": known["country"], "partner": known["partner"]}
