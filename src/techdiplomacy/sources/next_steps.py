"""What a person is told to do after a failure, where several modules say the same.

Knows: sentences. Must not know: any service. May import: nothing.
"""

WAY_BACK = "set from: snapshot, or take the line out, in params.yaml"
AGAIN = f"Run it again later, or {WAY_BACK}."
CHANGED = (
    "See the publisher's notes; then change live.ask on the card, or the connector. "
    f"Until then {WAY_BACK}."
)
