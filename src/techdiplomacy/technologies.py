"""The lists of strategic technologies: their groups, and what counts for which group.

Knows: ``data/reference/technologies.csv``, ``field_groups.csv`` and ``patent_classes.csv``; how
counts of fields become counts of groups, and how a patent class finds its group.
Must not know: countries, sources, which list is in force. May import: errors, paths, tables, texts.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidParams, InvalidTable, suggest
from techdiplomacy.paths import reference_file
from techdiplomacy.tables import read_csv
from techdiplomacy.texts import LANGUAGES, Spelled

# the group of what measures no group, and that of a printed total
NONE, ALL = "NONE", "ALL"
# the field that stands for every field not listed, in a system of free words
REST = "*"
# how well a field measures a group, the best first; a total is not a measure of a group
ROLES = ("direct", "partial", "proxy", "none", "total")
CLASS_ROLES = ("core", "broad", "proxy", "legacy")
# systems whose fields share what they count, so that a sum of fields is an upper bound
OVERLAPPING = frozenset({"cordis_part", "github_topic", "uspto_domain", "uspto_topic"})

_COLUMNS = {
    "technologies": (
        *("framework", "group_id", "product_no", "name_en", "name_vi", "name_vi_is", "short_en"),
        *("short_vi", "spearhead", "confidence", "source", "list_status", "note"),
    ),
    "field_groups": (
        *("framework", "system", "field", "group_id", "role", "covers", "misses", "source"),
    ),
    "patent_classes": (
        *("framework", "group_id", "code_system", "code_prefix", "covers_range", "role"),
        *("definition_note", "source", "source_confidence"),
    ),
}
_SYMBOL = re.compile(r"([A-HY]\d{2}[A-Z])(?:\s*(\d{1,4})/(\d{2,6}))?")
_COUNTED = ["group_id", "role", "mixed_roles", "fields", "upper_bound"]


@dataclass(frozen=True)
class Product:
    """A product of a list; ``group`` is empty where no source says which group it belongs to."""

    number: int
    group: str
    name: Spelled
    spearhead: int | None
    confidence: str


@dataclass(frozen=True)
class Group:
    """A group of technologies; one whose name no source gives is not established."""

    id: str
    name: Spelled
    short_name: Spelled
    spearhead: int | None
    confidence: str
    established: bool
    products: tuple[Product, ...]


@dataclass(frozen=True, eq=False)
class Taxonomy:
    """One list of technologies with its crosswalks.

    Attributes
    ----------
    framework : str
        Name of the list, as in ``params.yaml``.
    status : str
        ``complete``, or ``partial`` where names or products are not established.
    groups : mapping of Group
        The groups by id, in the order of the list.
    products : tuple of Product
        All products, also those whose group is not established.
    fields : DataFrame
        Columns ``system``, ``field``, ``group_id``, ``role``, ``covers``, ``misses``, ``source``.
    classes : DataFrame
        The patent classes; empty for a list without them.
    """

    framework: str
    status: str
    groups: Mapping[str, Group]
    products: tuple[Product, ...]
    fields: pd.DataFrame
    classes: pd.DataFrame

    def name(self, group: str) -> Spelled:
        """Return the name of a group; for one without a name, that it is not established.

        Raises
        ------
        InvalidParams
            If the list has no such group.
        """
        return self._group(group).name

    def short_name(self, group: str) -> Spelled:
        """Return the name of a group for the axis of a chart."""
        return self._group(group).short_name

    def spearheads(self) -> dict[int, tuple[str, ...]]:
        """Return the groups of each spearhead."""
        numbers = sorted({one.spearhead for one in self.groups.values() if one.spearhead})
        return {
            number: tuple(key for key, one in self.groups.items() if one.spearhead == number)
            for number in numbers
        }

    def systems(self) -> list[str]:
        """Return the names of the systems whose fields are assigned to groups."""
        return sorted(self.fields["system"].unique())

    def fields_of(self, system: str) -> pd.DataFrame:
        """Return every field of a system with its group, role, and what it covers and misses.

        A field that measures no group has group ``NONE`` and role ``none``; a printed total has
        ``ALL`` and ``total``. The field ``*`` stands for every field that is not listed.

        Raises
        ------
        InvalidParams
            If no such system is assigned.
        """
        if system not in self.systems():
            raise InvalidParams(
                f"There is no system of fields '{system}'.{suggest(system, self.systems())}",
                where="data/reference/field_groups.csv",
                next_step=f"Name one of {', '.join(self.systems())}.",
            )
        own = self.fields[self.fields["system"] == system]
        return own[["field", "group_id", "role", "covers", "misses"]].reset_index(drop=True)

    def unmeasured(self, system: str) -> list[str]:
        """Return the groups that no field of a system measures: unknown there, not zero."""
        measured = set(self.fields_of(system)["group_id"])
        return [group for group in self.groups if group not in measured]

    def role_of(self, group: str, system: str = "") -> str:
        """Return how well a group is measured at best: the strongest role over its fields.

        Parameters
        ----------
        group : str
            Id of a group.
        system : str
            Look at the fields of this system only.
        """
        self._group(group)
        rows = self.fields_of(system) if system else self.fields
        roles = set(rows.loc[rows["group_id"] == group, "role"])
        return next((role for role in ROLES if role in roles), "none")

    def _group(self, group: str) -> Group:
        """Return a group, or raise."""
        if group not in self.groups:
            raise InvalidParams(
                f"There is no group '{group}' in {self.framework}.{suggest(group, self.groups)}",
                where="data/reference/technologies.csv",
                next_step=f"Name one of {', '.join(self.groups)}.",
            )
        return self.groups[group]

    @cached_property
    def _rules(self) -> dict[str, list[tuple[str, str]]]:
        """Return group and role of each class, by class."""
        rules: dict[str, list[tuple[str, str]]] = {}
        for row in self.classes.to_dict("records"):
            rules.setdefault(row["code_prefix"], []).append((row["group_id"], row["role"]))
        return rules

    @cached_property
    def _ranges(self) -> list[tuple[str, str, str, str, str]]:
        """Return subclass, main group, first and last subgroup of each range, and its class."""
        ranges = []
        for row in self.classes[self.classes["covers_range"] != ""].to_dict("records"):
            subclass = row["code_prefix"].split()[0]
            first, last = (part.split("/") for part in row["covers_range"].split("-"))
            ranges.append((subclass, first[0], first[1], last[1], row["code_prefix"]))
        return ranges


@lru_cache
def load_taxonomy(framework: str) -> Taxonomy:
    """Return a list of technologies of this project folder.

    Parameters
    ----------
    framework : str
        Name of the list, such as ``vn-1131-2025``.

    Raises
    ------
    InvalidParams
        If there is no such list.
    InvalidTable
        If a table has other columns, or assigns a field or class to a group that is not there.
    """
    tables = {name: _read(name) for name in _COLUMNS}
    listed = tables["technologies"]
    known = listed["framework"].unique()
    if framework not in known:
        raise InvalidParams(
            f"There is no list of technologies '{framework}'.{suggest(framework, known)}",
            where="params.yaml: taxonomy",
            next_step=f"Name one of {', '.join(known)}.",
        )
    own = {name: table[table["framework"] == framework] for name, table in tables.items()}
    rows = own["technologies"]
    products = tuple(_product(row) for row in rows[rows["product_no"] != ""].to_dict("records"))
    groups = {
        row["group_id"]: _make_group(row, products)
        for row in rows[rows["product_no"] == ""].to_dict("records")
    }
    for name in ("field_groups", "patent_classes"):
        unknown = sorted(set(own[name]["group_id"]) - {*groups, NONE, ALL})
        _refuse(unknown, f"Groups that {framework} does not have", f"data/reference/{name}.csv")
    return Taxonomy(
        framework=framework,
        status="complete" if rows["list_status"].eq("complete").all() else "partial",
        groups=groups,
        products=products,
        fields=own["field_groups"].drop(columns="framework").reset_index(drop=True),
        classes=own["patent_classes"].drop(columns="framework").reset_index(drop=True),
    )


def _read(name: str) -> pd.DataFrame:
    """Return one of the tables, empty cells as empty text."""
    table = read_csv(reference_file(name), dtype="str").fillna("")
    odd = sorted(set(table.columns) ^ set(_COLUMNS[name]))
    _refuse(odd, "Columns missing or not expected", f"data/reference/{name}.csv")
    return table


def _refuse(names: list[str], problem: str, where: str) -> None:
    """Raise if there are names to complain of."""
    if names:
        raise InvalidTable(
            f"{problem}: {', '.join(names)}.",
            where=where,
            next_step="Restore the file with git checkout, or rebuild it: tools/build_taxonomy.py.",
        )


def _spelled(row: Mapping[Hashable, str], stem: str) -> Spelled:
    """Return a name in every language."""
    return Spelled({language: row[f"{stem}_{language}"] for language in LANGUAGES})


def _product(row: Mapping[Hashable, str]) -> Product:
    """Return a product from its row."""
    return Product(
        number=int(row["product_no"]),
        group=row["group_id"],
        name=_spelled(row, "name"),
        spearhead=int(row["spearhead"]) if row["spearhead"] else None,
        confidence=row["confidence"],
    )


def _make_group(row: Mapping[Hashable, str], products: Sequence[Product]) -> Group:
    """Return a group from its row, with the products that belong to it."""
    short = _spelled(row, "short")
    return Group(
        id=row["group_id"],
        name=_spelled(row, "name") if row["name_en"] else short,
        short_name=short,
        spearhead=int(row["spearhead"]) if row["spearhead"] else None,
        confidence=row["confidence"],
        established=bool(row["name_en"]),
        products=tuple(product for product in products if product.group == row["group_id"]),
    )


def group_counts(
    counts: pd.DataFrame,
    system: str,
    taxonomy: Taxonomy,
    *,
    field: str = "field",
    value: str = "value",
    separate_roles: bool = False,
) -> pd.DataFrame:
    """Return counts of groups from counts of fields.

    A field that serves several groups counts fully in each; ``double_counted`` says by how much.
    What measures no group stays in the rows of group ``NONE`` and printed totals in those of
    ``ALL``, so that nothing is lost: over all rows but those of ``ALL``, the values less
    ``double_counted`` add up to the sum of the fields. A group that no field of the system
    measures has no row: it is unknown, not zero.

    Parameters
    ----------
    counts : DataFrame
        One row for each field and key; every column but `field` and `value` belongs to the key,
        such as ``country`` and ``year``.
    system : str
        The system that the fields belong to.
    taxonomy : Taxonomy
        The list of technologies.
    field, value : str
        Names of the columns of the field and of the count.
    separate_roles : bool
        Give each role a row of its own instead of adding fields of different roles.

    Returns
    -------
    DataFrame
        The key, ``group_id``, ``role`` (the weakest of the fields added), ``mixed_roles`` (whether
        they had different ones), ``fields`` (which, separated by semicolons), ``upper_bound``
        (several counts were added in a system whose fields share what they count), the value, and
        ``double_counted`` (of v in a field of k groups, v (k - 1)/k in each).

    Raises
    ------
    InvalidParams
        If the system is not assigned.
    InvalidTable
        Missing column, empty or negative count, repeated row, or a field that is not assigned.

    Examples
    --------
    >>> taxonomy = load_taxonomy("vn-1131-2025")
    >>> counts = pd.DataFrame({"country": ["AAA"] * 2, "value": [8.0, 1.0],
    ...                        "field": ["digital communication", "optics"]})
    >>> grouped = group_counts(counts, "wipo_field", taxonomy)
    >>> grouped[["group_id", "role", "value", "double_counted"]].values.tolist()
    [['G04', 'direct', 8.0, 4.0], ['G10', 'proxy', 8.0, 4.0], ['NONE', 'none', 1.0, 0.0]]
    """
    answers = taxonomy.fields_of(system)[["field", "group_id", "role"]]
    key = [column for column in counts.columns if column not in (field, value)]
    _check_counts(counts, key, field, value)
    own = counts[key].assign(_field=counts[field], _value=counts[value].astype(float))
    listed = set(answers["field"])
    if REST in listed:
        own["_field"] = own["_field"].where(own["_field"].isin(listed), REST)
    unknown = sorted(set(own["_field"]) - listed)
    if unknown:
        named = " ".join(f"'{name}'.{suggest(name, listed)}" for name in unknown[:10])
        raise InvalidTable(
            f"Fields that {system} does not assign to a group: {named}",
            where=f"counts by '{field}'",
            next_step="Name another system, or add them to tools/build_taxonomy.py.",
        )
    serves = answers.groupby("field")["group_id"].transform("size")
    rows = own.merge(
        answers.assign(_extra=(serves - 1) / serves), left_on="_field", right_on="field"
    )
    rows = rows.assign(
        _weakness=rows["role"].map(ROLES.index),
        _double=rows["_value"] * rows["_extra"],
    )
    by = [*key, "group_id", *(["role"] if separate_roles else [])]
    grouped = rows.groupby(by, sort=True, dropna=False)
    summed = grouped.agg(
        _weakest=("_weakness", "max"),
        _strongest=("_weakness", "min"),
        fields=("_field", _listed),
        _number=("_field", "size"),
        _sum=("_value", "sum"),
        double_counted=("_double", "sum"),
    ).reset_index()
    summed = summed.assign(
        role=np.array(ROLES)[summed["_weakest"]],
        mixed_roles=summed["_weakest"] != summed["_strongest"],
        upper_bound=(summed["_number"] > 1) & (system in OVERLAPPING),
    )
    ordered = summed[[*key, *_COUNTED, "_sum", "double_counted"]]
    return ordered.rename(columns={"_sum": value})


def _listed(names: pd.Series) -> str:
    """Return different names in one cell."""
    return "; ".join(sorted(set(names)))


def _check_counts(counts: pd.DataFrame, key: list[str], field: str, value: str) -> None:
    """Raise unless the counts have their columns, a number in each row, and no row twice."""
    columns = list(counts.columns)
    missing = [name for name in ("country", field, value) if name not in columns]
    problems = [f"column '{name}' is missing" for name in missing]
    taken = sorted({*_COUNTED, "double_counted", "_field", "_value"} & {*key, value})
    problems += [f"column '{name}' is a name of the result" for name in taken]
    if not problems:
        if not pd.api.types.is_numeric_dtype(counts[value]):
            problems.append(f"'{value}' does not hold numbers")
        elif not np.isfinite(counts[value].to_numpy(dtype=float, na_value=np.nan)).all():
            problems.append(f"'{value}' has empty cells: unknown is not zero, leave these rows out")
        elif (counts[value] < 0).any():
            problems.append(f"'{value}' is negative in places")
        if counts[field].isna().any():
            problems.append(f"'{field}' has empty cells")
        if counts.duplicated([*key, field]).any():
            problems.append(f"{', '.join([*key, field])} are repeated")
    if problems:
        raise InvalidTable(
            "; ".join(problems) + ".",
            where=f"counts by '{field}'",
            next_step="Give one row for each field and key, with its count.",
        )


def assign_class(
    code: str,
    taxonomy: Taxonomy,
    *,
    roles: Sequence[str] = ("core", "broad"),
    longest: bool = True,
) -> tuple[str, ...]:
    """Return the groups of a patent class: those of the longest class that covers it.

    A subclass covers all below it, a symbol with ``/00`` its main group, any other symbol those
    that continue its digits; where digits are not the hierarchy, the list gives a range. Classes
    of roles that are not asked for do not take part. Several groups at the same length share a
    family equally, as `patents.count_by_group` does with the rows of a family.

    Parameters
    ----------
    code : str
        Symbol of the IPC or CPC, such as ``G06N 3/063`` or ``H04W``; blanks do not matter.
    taxonomy : Taxonomy
        The list of technologies.
    roles : sequence of str
        Roles that count. A proxy counts only together with its keyword, and an older symbol
        (legacy) only together with its successor: name them where that is seen to.
    longest : bool
        False returns the groups of every class that covers the symbol, without the rule.

    Raises
    ------
    InvalidParams
        If the list has no patent classes, or a role does not exist.
    InvalidTable
        If the code is no symbol.

    Examples
    --------
    >>> taxonomy = load_taxonomy("vn-1131-2025")
    >>> assign_class("G06N 3/063", taxonomy), assign_class("G06N3/08", taxonomy)
    (('G06',), ('G01',))
    >>> assign_class("G06N 3/063", taxonomy, longest=False)
    ('G01', 'G06')
    """
    if taxonomy.classes.empty:
        raise InvalidParams(
            f"The list {taxonomy.framework} has no patent classes.",
            where="data/reference/patent_classes.csv",
            next_step="Use a list that has them, or count fields with group_counts.",
        )
    for role in roles:
        if role not in CLASS_ROLES:
            raise InvalidParams(
                f"There is no role '{role}' of a patent class.{suggest(role, CLASS_ROLES)}",
                where="params.yaml: counting.roles",
                next_step=f"Name some of {', '.join(CLASS_ROLES)}.",
            )
    found: dict[int, set[str]] = {}
    for covering in _covering(code, taxonomy):
        groups = {group for group, role in taxonomy._rules.get(covering, ()) if role in roles}
        if groups:
            found.setdefault(_depth(covering), set()).update(groups)
    if not found:
        return ()
    return tuple(sorted(found[max(found)] if longest else set().union(*found.values())))


def _covering(code: str, taxonomy: Taxonomy) -> list[str]:
    """Return every class that would cover a symbol, whether the list holds it or not."""
    match = _SYMBOL.fullmatch(code.strip())
    if not match:
        raise InvalidTable(
            f"'{code}' is no symbol of the IPC or CPC.",
            where="patent classes",
            next_step="Write it like G06N 3/063, or a whole subclass like G06N.",
        )
    subclass, main, digits = match.groups()
    classes = [subclass]
    if main is None:
        return classes
    main = str(int(main))
    classes.append(f"{subclass} {main}/00")
    if digits != "00":
        classes += [f"{subclass} {main}/{digits[:end]}" for end in range(2, len(digits) + 1)]
        classes += [
            name
            for other, group, first, last, name in taxonomy._ranges
            if (other, group) == (subclass, main) and _inside(digits, first, last)
        ]
    return list(dict.fromkeys(classes))


def _inside(digits: str, first: str, last: str) -> bool:
    """Return whether a subgroup lies in a range; digits run like decimals, 055 before 06."""
    return first <= digits and (digits <= last or digits.startswith(last))


def _depth(name: str) -> int:
    """Return how far down a class stands: subclass 0, main group 1, then its digits."""
    if "/" not in name:
        return 0
    digits = name.split("/")[1]
    return 1 if digits == "00" else len(digits)


def nested_classes(taxonomy: Taxonomy) -> pd.DataFrame:
    """Return the pairs of classes of different groups of which one lies inside the other.

    Returns
    -------
    DataFrame
        ``outer``, ``outer_group``, ``inner`` and ``inner_group``; the rule of the longest class
        gives what lies in ``inner`` to ``inner_group``.
    """
    groups = dict(zip(taxonomy.classes["code_prefix"], taxonomy.classes["group_id"], strict=True))
    pairs = [
        (outer, groups[outer], inner, group)
        for inner, group in groups.items()
        for outer in _covering(inner, taxonomy)
        if groups.get(outer, group) != group
    ]
    columns = ["outer", "outer_group", "inner", "inner_group"]
    return pd.DataFrame(pairs, columns=columns).sort_values(["outer", "inner"], ignore_index=True)
