"""The words for the codes in result tables, said alike on every page.

Knows: what each code means to a reader. Must not know: any single page, files or figures.
May import: texts.
"""

from __future__ import annotations

from techdiplomacy.texts import Spelled, day, say

YES_NO = {True: say("yes"), False: say("no")}
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
BY_EVIDENCE = {
    "patents": say("By patents"),
    "publications": say("By publications"),
    "both": say("By patents and publications together"),
}
EVIDENCE = {
    "patents": say("patents"),
    "publications": say("publications"),
    "both": say("both together"),
}
ITEMS = {
    "patents": say("patent families"),
    "publications": say("articles"),
    "both": say("patent families and articles"),
}
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
# --- strength in groups of technologies ---
DECISIONS = {
    "vn-1131-2025": Spelled({"en": "Decision 1131/QD-TTg", "vi": "Quyết định số 1131/QĐ-TTg"}),
    "vn-21-2026": Spelled({"en": "Decision 21/2026/QD-TTg", "vi": "Quyết định số 21/2026/QĐ-TTg"}),
}
_SINCE = day("2026-07-01")
LISTS = {
    "vn-1131-2025": say(
        "The groups are those of {this}; {other} replaced it on {since}.",
        this=DECISIONS["vn-1131-2025"],
        other=DECISIONS["vn-21-2026"],
        since=_SINCE,
    ),
    "vn-21-2026": say(
        "The groups are those of {this}, in force since {since}; its list is known only in part.",
        this=DECISIONS["vn-21-2026"],
        since=_SINCE,
    ),
}
MEASURES = {
    "families": say("patent families"),
    "uspto_domains": say("US-office patents by domain"),
    "uspto_topics": say("US-office patents by topic"),
    "ai_patents": say("AI patents"),
    "articles": say("articles"),
    "ai_articles": say("AI articles"),
    "developers": say("developers on GitHub"),
    "pooled": say("all measures together"),
}
# the same in a sentence that has no room for how each is made
BRIEF_MEASURES = {
    "families": say("patent families"),
    **dict.fromkeys(("uspto_domains", "uspto_topics"), say("US-office patents")),
    "ai_patents": say("AI patents"),
    **dict.fromkeys(("articles", "ai_articles"), say("articles")),
    "developers": say("developers"),
}
MEASURE_SOURCES = {
    "families": "ncses_patent_families",
    "uspto_domains": "uspto_technology_domains",
    "uspto_topics": "ncses_uspto_topics",
    "ai_patents": "ncses_ai_patents",
    "articles": "ncses_articles",
    "ai_articles": "ncses_articles",
    "developers": "github_topics",
}
ROLES = {"direct": say("direct"), "partial": say("partial"), "proxy": say("proxy")}
# marks that need no colour: a full, a half and an empty dot
RANK_MARKS = {"firm": "\u25cf", "leaning": "\u25d0", "do not conclude": "\u25cb"}
ONE_MEASURE_MARK = "\u25c7"
GRADES = {
    "supported": say("supported"),
    "partly": say("partly supported"),
    "not_supported": say("not supported as worded"),
    "cannot_be_measured": say("cannot be measured"),
}
GRADE_MARKS = {
    "supported": "\u25cf",
    "partly": "\u25d0",
    "not_supported": "\u25cb",
    "cannot_be_measured": "?",
}
CONFLICT_MARK = "\u26a0"
REASONS = {
    "top_k": say("among the first by size"),
    "specialised_and_large": say("surely specialised, and large enough"),
    "specialised_only": say("surely specialised, but small in the world"),
    "rank_may_reach": say("may be among the first, not surely"),
    "none": say("figures, but no condition is met"),
    "proxies_only": say("proxies only, and none meets a condition"),
    "not_usable": say("too few items to judge"),
    "no_rows": say("no figures"),
    "other_words": say("the figures count something else than what is said"),
    "no_group": say("no group of the list is meant"),
    "ambiguous": say("several groups could be meant"),
    "other_list": say("stated of a group of another list"),
}
VARIANTS = {
    "as_used": say("as used"),
    "one_office": say("patents of the US office instead of families"),
    "whole_counts": say("articles counted whole"),
    "window_before": say("the window before"),
    "direct_and_partial": say("direct and partial fields together"),
    "raw_share_of_families": say("share of patent families alone"),
    "specialisation": say("by advantage, shrunk, instead of size"),
    "specialisation_raw": say("by advantage, not shrunk"),
    "other_taxonomy": say("the other list of technologies"),
    **{
        f"without_{code}": say("without {measure}", measure=words)
        for code, words in MEASURES.items()
        if code != "pooled"
    },
}
STATUSES = {
    "ok": say("enough items"),
    "small_n": say("few items"),
    "below_limit": say("below the limit from which the source lists"),
    "few_listed": say("the source lists too few countries"),
    "not_estimable": say("not estimable"),
}
COVERAGE = {
    "ok": say("measured"),
    "proxies_only": say("proxies only: do not conclude"),
    "no_evidence": say("no field is assigned: not measured"),
}
INDICATORS = {
    "world_share": say("share of listed economies"),
    "probability_above": say("probability of specialisation"),
}
STATISTICS = {
    "auc": say("stated before unstated (AUC)"),
    "recall_at_k": say("stated among a country's first groups"),
}
# what the fields in the rank of a group leave out, where they see one part of it only
UNSEEN = {
    ("G02", "uspto_domains"): say("cloud, big data and data centres: quantum computing alone is"),
    ("G09", "uspto_topics"): say("rare earths and the underground: ocean technology alone is"),
}
