"""The words for the codes in result tables, said alike on every page.

Knows: what each code means to a reader. Must not know: any single page, files or figures.
May import: texts.
"""

from __future__ import annotations

from techdiplomacy.texts import say

VERDICTS = {
    "groups": say("distinct groups"),
    "typology": say("useful names on a gradient, not distinct groups"),
    "no_stable_groups": say("no stable groups"),
}
GROUP_LABELS = {
    "firm": say("firm"),
    "leaning": say("leaning"),
    "do not conclude": say("do not conclude"),
    "single country": say("single country"),
}
NOTES_ON_CUTS = {
    "k_max_lowered": say("fewer groups were tried than set: too few countries"),
    "k_lowered": say("fewer groups than set: too few countries"),
    "no_stable_cut": say("no cut is stable; the nearest is shown"),
    "two_way_nested": say("a cut into two halves is more stable; these groups lie inside it"),
}
BY_EVIDENCE = {"patents": say("By patents"), "publications": say("By publications")}
EVIDENCE = {"patents": say("patents"), "publications": say("publications")}
ITEMS = {"patents": say("patent families"), "publications": say("articles")}
PANELS = {
    "employment": say("employment"),
    "researchers": say("researchers"),
    "degrees": say("degrees"),
}
METHODS = {
    "naive": say("naive line"),
    "drift": say("drift"),
    "damped": say("damped trend"),
    "theta": say("Theta"),
}
FORECAST_LABELS = {
    "forecast": say("forecast"),
    "no_skill": say("naive line"),
    "scenario": say("scenario"),
}
WITHOUT_FORECAST = {
    "no_skill": say("no method beat the naive line in this panel: the last value is carried on"),
    "small_n": say("too few series in this panel to judge a forecast"),
    "not_estimable": say("too few years in a row"),
}
