"""Stage fetch_source: figures of one source, embedded, live or of a file, laid out raw."""

from techdiplomacy import arrivals
from techdiplomacy.cards import load_card
from techdiplomacy.params import load_params, source_settings
from techdiplomacy.stages import run_stage


def fetch_source(source: str) -> None:
    """Write data/raw/<source>.csv and its note."""
    settings = source_settings(load_params(), source)
    arrivals.fetch_source(load_card(source), settings)


if __name__ == "__main__":
    run_stage(fetch_source, argument="source")
