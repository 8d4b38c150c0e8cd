"""Stage build_features: clean tables become indicators."""

from techdiplomacy import features
from techdiplomacy.params import load_params
from techdiplomacy.stages import run_stage
from techdiplomacy.tables import write_table


def build_features() -> None:
    """Write data/features/."""
    params = load_params()
    for name, frame in features.build_features(features.read_clean(params), params).items():
        write_table(frame, name)


if __name__ == "__main__":
    run_stage(build_features)
