"""Names of fields, occupations and other things that come out of data, in every language.

Knows: ``data/reference/labels.csv``, and which columns of the declared tables hold labels.
Must not know: figures. May import: errors, paths, files, tables, texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from techdiplomacy.errors import InvalidTable
from techdiplomacy.paths import reference_file
from techdiplomacy.tables import read_csv
from techdiplomacy.texts import LANGUAGES, Spelled

# the columns of declared tables whose values are labels
LABEL_COLUMNS: tuple[tuple[str, str], ...] = (
    ("ai_patents", "topic"),
    ("articles", "field"),
    ("country_groups", "size_tier"),
    ("degrees", "field"),
    ("domain_patents", "domain"),
    ("employment", "label"),
    ("field_specialisation", "field"),
    ("job_postings", "signal"),
    ("job_postings", "unit"),
    ("missions", "mission_type"),
    ("patent_families", "field"),
    ("pct_applications", "sector"),
    ("project_parts", "programme_part"),
    ("project_participations", "role"),
    ("projections", "field"),
    ("projections", "unit"),
    ("st_agreements", "instrument_type"),
    ("uspto_field_patents", "field"),
    ("uspto_topic_patents", "topic"),
    ("workforce_series", "label"),
    ("workforce_series", "unit"),
)
_COLUMNS = ("kind", *(f"label_{language}" for language in LANGUAGES))


@dataclass(frozen=True)
class Labels:
    """The labels of the project by their English form, which is how the tables write them."""

    forms: Mapping[str, Spelled]

    def text(self, label: str) -> Spelled:
        """Return a label in every language; one that is not listed stays English in all.

        A label without a form in a language says so: its text is not `translated` into it.

        Examples
        --------
        >>> Labels({}).text("quantum computing").say("vi")
        'quantum computing'
        """
        return self.forms.get(label) or Spelled({LANGUAGES[0]: label})


@lru_cache(maxsize=1)
def load_labels() -> Labels:
    """Return the labels of this project folder.

    Raises
    ------
    InvalidTable
        If a column is missing, a row lacks its kind or label, or a label stands twice.
    """
    table = read_csv(reference_file("labels"), dtype="str")
    where = "data/reference/labels.csv"
    if list(table.columns) != list(_COLUMNS):
        raise InvalidTable(
            f"The columns are {', '.join(map(str, table.columns))}.",
            where=where,
            next_step=f"Name them {', '.join(_COLUMNS)}.",
        )
    _refuse(table["kind"].isna() | table["label_en"].isna(), table, "lacks its kind or label")
    _refuse(table["label_en"].duplicated(), table, "holds a label that stands above it already")
    return Labels(
        {
            str(row["label_en"]): Spelled(
                {
                    language: str(row[f"label_{language}"])
                    for language in LANGUAGES
                    if pd.notna(row[f"label_{language}"])
                }
            )
            for row in table.to_dict("records")
        }
    )


def _refuse(broken: pd.Series, table: pd.DataFrame, problem: str) -> None:
    """Raise if a row is broken, naming the first one by its line in the file."""
    if broken.any():
        place = int(broken.to_numpy().argmax())
        row = ",".join("" if pd.isna(cell) else str(cell) for cell in table.iloc[place])
        raise InvalidTable(
            f"Line {place + 2} {problem}: {row}",
            where="data/reference/labels.csv",
            next_step="Correct or delete this line; one label has one line.",
        )
