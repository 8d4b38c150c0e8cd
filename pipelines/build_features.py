"""Stage build_features: clean tables become indicators."""

from techdiplomacy import features
from techdiplomacy.params import load_params
from techdiplomacy.stages import run_stage
from techdiplomacy.tables import write_features


def build_features() -> None:
    """Write data/features/."""
    params = load_params()
    write_features(features.build_features(features.read_clean(params), params))


if __name__ == "__main__":
    run_stage(build_features)
