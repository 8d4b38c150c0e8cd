"""Keeps the message catalogues: python tools/messages.py update, missing or check.

``update`` collects every English message (sentences of the code, paragraphs of the notebooks,
templates, source cards, table declarations) into the catalogues in ``locale/``; translations
stay, and those of sentences that are gone are left out. ``missing`` lists what has no translation.
``check`` looks for broken entries and for glossary terms that a translation does not use. The
catalogues are read as the package reads them, by ``techdiplomacy.texts``.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from jinja2.exceptions import TemplateSyntaxError
from jinja2.ext import babel_extract

from techdiplomacy.cards import Card, load_card
from techdiplomacy.declarations import TABLES, declared
from techdiplomacy.errors import InvalidPage, TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.labels import LABEL_COLUMNS
from techdiplomacy.markdown import paragraphs
from techdiplomacy.notebooks import read_source
from techdiplomacy.paths import (
    catalogue_file,
    clean_file,
    project_root,
    reference_file,
)
from techdiplomacy.tables import read_csv, table_path
from techdiplomacy.texts import LANGUAGES, catalogue_name, faults, read_catalogue, read_entries

# a message and the file that holds it, as seen from the project folder
Found = Iterator[tuple[str, str]]

TRANSLATED = LANGUAGES[1:]
# calls whose first argument is a message: say("..."), phrase("...")
CALLS = ("say", "phrase")
# no dates and no program versions: the same messages give the same bytes
HEADER = """\
# Translations of the Technology Diplomacy Workbench.
# Made by tools/messages.py: change what stands after msgstr, and nothing else.
msgid ""
msgstr ""
"Project-Id-Version: technology-diplomacy-workbench\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


# --- what there is to translate ---------------------------------------------------------------


def messages() -> dict[str, list[str]]:
    """Return every English message with the files that hold it, in the order of the files.

    Raises
    ------
    InvalidPage
        If code, a notebook or a template cannot be read, or a first argument is no constant.
    """
    found: dict[str, set[str]] = {}
    for message, file in _all_messages():
        if message:
            found.setdefault(message, set()).add(file)
    return {message: sorted(files) for message, files in found.items()}


def _all_messages() -> Found:
    root = project_root()
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        yield from of_notebook(path)
    package = root / "src" / "techdiplomacy"
    for path in sorted(package.rglob("*.py")):
        file = path.relative_to(root).as_posix()
        yield from of_code(path.read_text(encoding="utf-8"), file)
    for path in sorted((package / "templates").rglob("*.j2")):
        yield from of_template(path)
    yield from of_declarations()
    for path in sorted((root / "data" / "snapshots").glob("*.yaml")):
        yield from of_card(load_card(path.stem), path.relative_to(root).as_posix())


def of_code(source: str, file: str, *, where: str = "") -> Found:
    """Yield the first argument of each call of ``say`` and ``phrase``.

    ``phrase`` may be given a name: its words then come out of a card or a declaration. A function
    may pass on its own parameter ``template``.
    """
    where = where or file
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise InvalidPage(
            f"This is not Python: {error.msg}.",
            where=f"{where}, line {error.lineno}",
            next_step="Mend the line; messages are read from the code.",
        ) from error
    passed_on = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and "template" in {given.arg for given in (*function.args.posonlyargs, *function.args.args)}
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.args[0]) == "template"
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = called(node)
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value, file
        elif name == "say" and id(node) not in passed_on:
            raise InvalidPage(
                f"say({ast.unparse(first) if first else ''}) has no constant sentence.",
                where=f"{where}, line {node.lineno}",
                next_step="Write the sentence with places in braces: say('{n} groups', n=...).",
            )


def called(node: ast.AST) -> str:
    """Return which of the calls that take a message a node is, or an empty string.

    The method of the same name, ``text.say("vi")``, is none of them.
    """
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Name) and function.id in CALLS:
        return function.id
    if (
        isinstance(function, ast.Attribute)
        and function.attr in CALLS
        and isinstance(function.value, ast.Name)
        and function.value.id == "texts"
    ):
        return function.attr
    return ""


def of_notebook(path: Path) -> Found:
    """Yield the paragraphs of the Markdown cells and the sentences of the code cells."""
    file = f"notebooks/{path.name}"
    for cell in read_source(path)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield from ((text, file) for _, text in paragraphs(source))
        elif cell["cell_type"] == "code":
            code = re.sub(r"(?m)^[%!].*$", "", source)
            yield from of_code(code, file, where=f"{file}, cell {cell.get('id', '?')}")


def of_template(path: Path) -> Found:
    """Yield the first argument of each call of ``_`` in a template."""
    file = path.relative_to(project_root()).as_posix()
    try:
        with path.open("rb") as stream:
            for _, _, words, _ in babel_extract(stream, ["_"], [], {"silent": "false"}):
                first = words if isinstance(words, str) else words and words[0]
                if first:
                    yield first, file
    except TemplateSyntaxError as error:
        raise InvalidPage(
            f"The template cannot be read: {error.message}.",
            where=f"{file}, line {error.lineno}",
            next_step="Mend the line; messages are read from the template.",
        ) from error


def of_declarations() -> Found:
    """Yield titles, meanings and units of the declared tables."""
    for table in TABLES.values():
        module = "result_tables" if table.step == "results" else "input_tables"
        words = [table.title]
        words += [text for column in table.columns for text in (column.meaning, column.unit)]
        yield from ((_squeezed(text), f"src/techdiplomacy/{module}.py") for text in words)


def of_card(card: Card, file: str) -> Found:
    """Yield what a card says in words; names of publishers, licences and citations stay."""
    words = [card.title, card.unit, card.coverage.year_means, *card.coverage.missing]
    words += [card.how_obtained, *card.trimmed, *card.caveats]
    words += card.live.caveats if card.live else []
    words += [text for line in card.corrections for text in (line.reason, line.status)]
    words += [shift.reason for shift in card.level_shifts]
    words += [column.label for column in card.columns.values()]
    if re.search(r"[a-z]", card.date_published):
        words.append(card.date_published)
    yield from ((_squeezed(text), file) for text in words)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


# --- catalogues -------------------------------------------------------------------------------


def merged(found: dict[str, list[str]], kept: Catalog, language: str) -> bytes:
    """Return the catalogue file of these messages, with the translations that are kept."""
    catalogue = Catalog()
    for message, files in found.items():
        old = kept.get(message)
        entry = catalogue.add(message, old.string if old else "")
        entry.locations = [(file, 0) for file in files]
        entry.user_comments = list(old.user_comments) if old else []
        # babel takes '17 % differ' for a format of Python; only a translator's doubt is kept
        entry.flags = {"fuzzy"} & set(old.flags) if old else set()
    stream = io.BytesIO()
    write_po(stream, catalogue, width=100, omit_header=True, include_lineno=False)
    return HEADER.format(language=language).encode() + stream.getvalue()


def update() -> int:
    """Merge all messages into the catalogues, and tell what changed."""
    found = messages()
    for language in TRANSLATED:
        kept = read_catalogue(language)
        before = {str(entry.id): entry for entry in kept if entry.id}
        write_bytes(catalogue_file(language), merged(found, kept, language))
        new = len(set(found) - set(before))
        gone = [entry for sentence, entry in before.items() if sentence not in found]
        print(f"{catalogue_name(language)}: {len(found)} messages, {new} new, {len(gone)} left out")
        for entry in gone:
            if entry.string:
                print(f"  left out: {entry.id}\n    its translation: {entry.string}")
    return 0


def missing() -> int:
    """List messages, labels and notes without a translation; 1 if there is any."""
    lines = []
    found = messages()
    for language in TRANSLATED:
        known = {str(entry.id) for entry in read_entries(language) if entry.string}
        lines += [
            f"{files[0]}: {message}" for message, files in found.items() if message not in known
        ]
        lines += [f"{file}: {label}" for label, file in labels_without(language)]
        lines += [f"data/reference/claims.csv: {note}" for note in notes_without(language)]
    print("\n".join(lines) if lines else "Every message and every label is translated.")
    if lines:
        print(f"\n{len(lines)} without a translation.")
    return int(bool(lines))


def labels_without(language: str) -> list[tuple[str, str]]:
    """Return the labels of the tables that exist which have no form in a language, with file."""
    listed = read_csv(reference_file("labels"), dtype="str")
    known = set(listed.loc[listed[f"label_{language}"].notna(), "label_en"])
    lacking = {
        str(label): "data/reference/labels.csv"
        for label in listed.loc[listed[f"label_{language}"].isna(), "label_en"]
    }
    for table, column in LABEL_COLUMNS:
        for path in built_tables(table):
            file = path.relative_to(project_root()).as_posix()
            values = read_csv(path, dtype="str", usecols=[column])[column]
            for label in pd.unique(values.dropna()):
                if label not in known:
                    lacking.setdefault(str(label), f"{file}, column {column}")
    return list(lacking.items())


def notes_without(language: str) -> list[str]:
    """Return the claims whose note to readers stands in English alone, or without English."""
    path = reference_file("claims")
    if not path.is_file():
        return []
    claims = read_csv(path, dtype="str")
    ours, theirs = f"note_reader_{LANGUAGES[0]}", f"note_reader_{language}"
    if ours not in claims and theirs not in claims:
        return []
    notes = claims.reindex(columns=["claim_id", ours, theirs])
    odd = notes[notes[ours].isna() != notes[theirs].isna()]
    return [
        f"{row['claim_id']}: {theirs if pd.isna(row[theirs]) else ours} is empty"
        for row in odd.to_dict("records")
    ]


def built_tables(name: str) -> list[Path]:
    """Return the files of a declared table that exist; a clean table has one for each source."""
    if declared(name).step != "clean":
        paths = [table_path(name)]
    else:
        cards = sorted((project_root() / "data" / "snapshots").glob("*.yaml"))
        paths = [clean_file(card.stem) for card in cards if load_card(card.stem).table == name]
    return [path for path in paths if path.is_file()]


def check() -> int:
    """Print problems and warnings of the catalogues; 1 if there is a problem."""
    found = messages()
    glossary = read_csv(reference_file("glossary"), dtype="str")
    problems, warnings = [], []
    for language in TRANSLATED:
        entries = read_entries(language)
        if {str(entry.id) for entry in entries} != set(found):
            problems.append(
                f"{catalogue_name(language)}: not up to date. Run: python tools/messages.py update"
            )
        terms = list(zip(glossary["term_en"], glossary[f"term_{language}"], strict=True))
        for entry in entries:
            sentence, translation = str(entry.id), str(entry.string or "")
            if translation:
                where = f"{catalogue_name(language)}, line {entry.lineno}: {sentence}"
                told = faults(sentence, translation)
                if translation != _squeezed(translation) and sentence == _squeezed(sentence):
                    told.append("blanks stand at an end, doubled, or are line ends")
                problems += [f"{where}\n  {fault}" for fault in told]
                if entry.fuzzy:
                    problems.append(f"{where}\n  is marked fuzzy: confirm it or translate it anew")
                warnings += [
                    f"{where}\n  the glossary says '{theirs}' for '{ours}'"
                    for ours, theirs in terms_not_used(sentence, translation, terms)
                ]
    for line in problems:
        print(line)
    for line in warnings:
        print(f"warning: {line}")
    print(f"{len(problems)} problems, {len(warnings)} warnings.")
    return int(bool(problems))


def terms_not_used(
    sentence: str, translation: str, terms: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the glossary terms of two words or more that a translation renders otherwise.

    Examples
    --------
    >>> terms_not_used("Patent families", "Sáng chế", [("patent family", "họ sáng chế")])
    [('patent family', 'họ sáng chế')]
    """
    return [
        (ours, theirs)
        for ours, theirs in terms
        if re.search(r"[\s-]", ours)
        and _pattern(ours).search(sentence)
        and theirs.casefold() not in translation.casefold()
    ]


def _pattern(term: str) -> re.Pattern[str]:
    """Return a pattern that finds a term in singular and plural."""
    words = re.escape(term.removesuffix("y"))
    ending = "(y|ies)" if term.endswith("y") else "s?"
    return re.compile(rf"(?<!\w){words}{ending}(?!\w)", re.IGNORECASE)


VERBS: dict[str, Callable[[], int]] = {"update": update, "missing": missing, "check": check}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("verb", choices=list(VERBS), help="what to do")
    verb = parser.parse_args(arguments).verb
    try:
        return VERBS[verb]()
    except TechDiplomacyError as error:
        print(f"\n{type(error).__name__}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
