"""Getting the figures of a source: embedded in the project, or from the publisher.

Knows: where figures come from and how to tell that they are the right ones.
Must not know: what the columns mean. May import: errors, paths, files, checks, params, cards.
"""
