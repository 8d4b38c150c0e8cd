"""Stage clean_source: one source's raw figures in its declared table."""

from techdiplomacy import clean
from techdiplomacy.cards import load_card
from techdiplomacy.countries import load_countries
from techdiplomacy.files import read_json, write_json
from techdiplomacy.paths import clean_note_file, raw_file, raw_note_file
from techdiplomacy.stages import run_stage
from techdiplomacy.tables import write_table


def clean_source(source: str) -> None:
    """Write data/clean/<source>.csv and its note."""
    card = load_card(source)
    raw = clean.read_raw(raw_file(source), card)
    origin = read_json(raw_note_file(source))
    cleaned = clean.clean_source(raw, card, load_countries(), origin=origin)
    write_table(cleaned.frame, card.table, source=source)
    write_json(clean_note_file(source), cleaned.note)


if __name__ == "__main__":
    run_stage(clean_source, argument="source")
