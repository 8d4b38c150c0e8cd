"""Why headline numbers changed since a release: the parts of a change, one factor at a time.

Knows: which files and settings belong to which factor, how parts and interaction are worked out,
and the file that keeps them. Must not know: how a state is run, git, DVC, or how a page looks.
May import: errors, paths, files, changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

from techdiplomacy import paths
from techdiplomacy.changes import Headline, NumberChange
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.files import read_json, write_json

# what a number can change by; each file and each setting belongs to one of them or to none
DATA, TAXONOMY, PARAMETERS = "data", "taxonomy", "parameters"
CODE, PACKAGES = "code", "packages"
FACTORS = (DATA, TAXONOMY, PARAMETERS, CODE, PACKAGES)
# the lists in data/reference that say which technologies there are, or speak of their groups by id:
# ids of one list mean nothing in another, so these lists change together
TAXONOMY_LISTS = (
    *("technologies", "patent_classes", "field_groups", "group_pools"),
    *("stated_strengths", "statement_limits", "conflict_links"),
)
# sections of params.yaml that are no parameter: which list of technologies, which figures, and
# which notebooks there are
_SETTINGS = {"taxonomy": TAXONOMY, "sources": DATA, "notebooks": CODE}
# and those of which no number depends
_NO_SETTINGS = ("review", "briefs")
_CODE_FOLDERS = ("src", "pipelines", "notebooks", "locale")
# explanations themselves make no number
_NO_FACTOR = ("data/changes/",)

Numbers = Mapping[str, Headline]
# headline numbers of one notebook after swapping some factors; None: it cannot run so
Runs = Mapping[frozenset[str], Numbers | None]


@dataclass(frozen=True)
class Explained:
    """Why one headline number is not what it was.

    Attributes
    ----------
    before, now : float, str, bool or None
        The number of the release and the present one.
    parts : mapping of str to float or None
        For each factor by how much the number changes when this factor alone is what it is now;
        None for one that could not be tried alone. Empty for a word, and for a number that is new
        or gone.
    interaction : float or None
        What the parts do not add up to; None where it cannot be told from the part of the code.
    with_code : sequence of str
        Factors whose part is inside that of the code, for they could not be tried alone.
    alone : mapping of str to str, bool, float or None
        For a word: what it becomes when one factor alone is what it is now.
    """

    before: Headline
    now: Headline
    parts: Mapping[str, float | None] = field(default_factory=dict)
    interaction: float | None = None
    with_code: Sequence[str] = ()
    alone: Mapping[str, Headline] = field(default_factory=dict)


@dataclass(frozen=True)
class Explanation:
    """Why the headline numbers of each notebook changed since a tag; ``changed``: which factors."""

    tag: str
    changed: Sequence[str]
    pages: Mapping[str, Mapping[str, Explained]]


def factor_of(path: str) -> str:
    """Return the factor that a file of the project belongs to; an empty string for none.

    ``params.yaml`` has sections of several factors (`factor_of_setting`).

    Examples
    --------
    >>> [factor_of(f"data/reference/{name}.csv") for name in ("technologies", "countries")]
    ['taxonomy', 'data']
    >>> factor_of("src/techdiplomacy/ranks.py"), factor_of("requirements.lock"), factor_of("docs")
    ('code', 'packages', '')
    """
    place = PurePosixPath(path)
    folder = place.parent.as_posix()
    if folder == "data/reference" and place.stem in TAXONOMY_LISTS and place.suffix == ".csv":
        return TAXONOMY
    if place.suffix == ".md" or path.startswith(_NO_FACTOR):
        return ""
    if place.parts[0] == "data":
        return DATA
    if place.parts[0] in _CODE_FOLDERS or path in ("dvc.yaml", ".dvcignore"):
        return CODE
    return PACKAGES if path == "requirements.lock" else ""


def factor_of_setting(section: str) -> str:
    """Return the factor that a section of ``params.yaml`` belongs to."""
    return _SETTINGS.get(section, PARAMETERS)


def changed_factors(
    files_before: Mapping[str, str],
    files_now: Mapping[str, str],
    settings_before: Mapping[str, Any],
    settings_now: Mapping[str, Any],
) -> list[str]:
    """Return the factors that are not what they were.

    Parameters
    ----------
    files_before, files_now : mapping of str to str
        A hash for the path of each file.
    settings_before, settings_now : mapping
        The sections of ``params.yaml``.
    """
    found = {factor_of(name) for name in _differing(files_before, files_now)}
    for factor in FACTORS:
        swapped = swapped_settings(settings_before, settings_now, [factor])
        if _counted(swapped) != _counted(settings_before):
            found.add(factor)
    return [factor for factor in FACTORS if factor in found]


def _counted(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name not in _NO_SETTINGS}


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [name for name in {*before, *now} if before.get(name) != now.get(name)]


def swapped_settings(
    before: Mapping[str, Any], now: Mapping[str, Any], swapped: Collection[str]
) -> dict[str, Any]:
    """Return the settings of before, with those of some factors as they are now.

    A setting that only one of the states has goes with the code that knows it.

    Examples
    --------
    >>> before, now = {"a": {"b": 1}}, {"a": {"b": 2, "c": 3}, "d": 4}
    >>> swapped_settings(before, now, ["parameters"]), swapped_settings(before, now, ["code"])
    ({'a': {'b': 2}}, {'a': {'b': 1, 'c': 3}, 'd': 4})
    """
    found = {}
    for name in dict.fromkeys([*before, *now]):
        old, new, factor = before.get(name), now.get(name), factor_of_setting(name)
        # the keys of sources are no settings that code knows: each is named by its card
        if name != "sources" and isinstance(old, Mapping) and isinstance(new, Mapping):
            found[name] = _swapped(old, new, factor, swapped)
        else:
            one = {name: old} if name in before else {}
            other = {name: new} if name in now else {}
            found |= _swapped(one, other, factor, swapped)
    return found


def _swapped(
    old: Mapping[str, Any], new: Mapping[str, Any], factor: str, swapped: Collection[str]
) -> dict[str, Any]:
    """Return keys that both have by the factor, and the others by the code."""
    found = {}
    for key in dict.fromkeys([*old, *new]):
        mover = factor if (key in old and key in new) or key == "sources" else CODE
        held = new if mover in swapped else old
        if key in held:
            found[key] = held[key]
    return found


def joint_swap(changed: Sequence[str], runs: Runs) -> frozenset[str] | None:
    """Return which factors have to be tried together with the code; None if none has to.

    These are the ones that a notebook could not run with alone: new figures that only the new
    code can read, for example.
    """
    stuck = {factor for factor in changed if runs.get(frozenset({factor})) is None}
    together = frozenset({CODE, *stuck})
    return together if stuck - {CODE} and together != frozenset(changed) else None


def explain(before: Numbers, now: Numbers, changed: Sequence[str], runs: Runs) -> dict[str, Any]:
    """Return why each headline number of a notebook is not what it was.

    Parameters
    ----------
    before, now : mapping
        The headline numbers of the release, and the present ones.
    changed : sequence of str
        The factors that are not what they were.
    runs : mapping
        The headline numbers with some factors as they are now and the others as in the release:
        each changed factor alone, and `joint_swap`. None where the notebook cannot run so.

    Returns
    -------
    dict
        An `Explained` by name of the number, for numbers that changed and for those whose parts
        cancel out. The parts and the interaction add up to the change.

    Examples
    --------
    >>> runs = {frozenset({"data"}): {"n": 7}, frozenset({"code"}): {"n": 10}}
    >>> found = explain({"n": 5}, {"n": 14}, ["data", "code"], runs)["n"]
    >>> found.parts["data"], found.parts["code"], found.interaction
    (2.0, 5.0, 2.0)
    """
    names = sorted({*before, *now})
    rows = {
        name: _explained(name, before.get(name), now.get(name), changed, runs) for name in names
    }
    return {
        name: row
        for name, row in rows.items()
        if row.before != row.now or any(row.parts.values()) or row.alone
    }


def _explained(
    name: str, before: Headline, now: Headline, changed: Sequence[str], runs: Runs
) -> Explained:
    if before is None or now is None:
        return Explained(before, now)
    alone = {factor: _value(runs, {factor}, name) for factor in changed}
    if not (_is_number(before) and _is_number(now)):
        other = {factor: value for factor, value in alone.items() if value not in (before, None)}
        return Explained(before, now, alone=other)
    total = _less(now, before)
    exact: dict[str, Decimal | None] = {
        factor: _part(alone[factor], before) if factor in alone else Decimal(0)
        for factor in FACTORS
    }
    stuck = [factor for factor in FACTORS if exact[factor] is None]
    if not stuck:
        return _row(before, now, exact, total - _sum(exact), ())
    joint = frozenset({CODE, *stuck})
    value = now if joint == frozenset(changed) else _value(runs, joint, name)
    with_code = [factor for factor in stuck if factor != CODE]
    exact[CODE] = None
    if _is_number(value):
        exact[CODE] = _less(value, before)
        return _row(before, now, exact, total - _sum(exact), with_code)
    exact[CODE] = total - _sum(exact)
    return _row(before, now, exact, None, with_code)


def _row(
    before: Headline,
    now: Headline,
    parts: Mapping[str, Decimal | None],
    interaction: Decimal | None,
    with_code: Sequence[str],
) -> Explained:
    floats = {name: None if part is None else float(part) for name, part in parts.items()}
    shared = None if interaction is None else float(interaction)
    return Explained(before, now, floats, shared, tuple(with_code))


def _value(runs: Runs, swapped: Iterable[str], name: str) -> Headline:
    return (runs.get(frozenset(swapped)) or {}).get(name)


def _part(value: Headline, before: Headline) -> Decimal | None:
    return _less(value, before) if _is_number(value) else None


def _sum(parts: Mapping[str, Decimal | None]) -> Decimal:
    return sum((part for part in parts.values() if part is not None), Decimal(0))


def _less(one: Headline, other: Headline) -> Decimal:
    """Return the exact difference of two numbers as they are written."""
    return Decimal(str(one)) - Decimal(str(other))


def _is_number(value: Headline) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def write_explanation(explanation: Explanation) -> Path:
    """Write an explanation to ``data/changes/TAG.json``, and return the path."""
    path = paths.explanation_file(explanation.tag)
    write_json(path, asdict(explanation))
    return path


def read_explanation(version: str) -> Explanation | None:
    """Return why numbers changed since a release; None if nobody has explained it.

    Raises
    ------
    TechDiplomacyError
        If the file cannot be read.
    """
    path = paths.explanation_file(f"v{version}")
    if not path.is_file():
        return None
    content = read_json(path)
    try:
        pages = {
            notebook: {name: Explained(**row) for name, row in rows.items()}
            for notebook, rows in content["pages"].items()
        }
        return Explanation(content["tag"], content["changed"], pages)
    except (AttributeError, KeyError, TypeError) as error:
        raise TechDiplomacyError(
            f"The explanation {path.name} cannot be read: {error}",
            where=f"data/changes/{path.name}",
            next_step=f"Make it again: make explain RELEASE=v{version}",
        ) from error


def explained(
    explanation: Explanation | None, notebook: str, changes: Iterable[NumberChange]
) -> dict[str, Explained]:
    """Return the explanations, by name, of changes that are still the explained ones.

    A number that has changed again since it was explained has none.
    """
    rows = explanation.pages.get(notebook, {}) if explanation else {}
    return {
        change.name: rows[change.name]
        for change in changes
        if change.name in rows
        and (rows[change.name].before, rows[change.name].now) == (change.before, change.now)
    }
