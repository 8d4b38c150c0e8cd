"""The words for the codes in result tables, said alike on every page.

Knows: what each code means to a reader. Must not know: any single page, files or figures.
May import: texts.
"""

from __future__ import annotations

from techdiplomacy.texts import Number, Spelled, day, rounded, say

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
    "ses": say("exponential smoothing"),
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
# what stands in for a measure where the sensitivity of ranks tries one office alone
ONE_OFFICE_SOURCE = "ncses_uspto_fields"
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
# and what that one part is
SEEN = {
    ("G02", "uspto_domains"): say("quantum computing"),
    ("G09", "uspto_topics"): say("ocean technology"),
}
# --- ties and expected cooperation ---
TIE_KINDS = {
    "joint_works": say("joint works"),
    "joint_ai_articles": say("joint AI articles"),
    "joint_projects": say("joint EU projects"),
    "software_events": say("software collaboration"),
    "missions": say("diplomatic missions"),
    "students": say("students"),
    "migrants": say("migrants"),
    "st_agreements": say("known instruments on science and technology"),
    "partnership_level": say("known level of partnership"),
}
TIE_UNITS = {
    "joint_works": say("works with authors in both countries"),
    "joint_ai_articles": say("AI articles with authors in both"),
    "joint_projects": say("projects with participants from both"),
    "software_events": say("pushes and pull requests"),
    "missions": say("listed or not"),
    "students": say("share of the host's international students"),
    "migrants": say("persons of all skills"),
    "st_agreements": say("instruments"),
    "partnership_level": say("level, or a special relationship beside them"),
}
TIE_DIRECTIONS = {
    "both": say("no direction"),
    "out": say("from the country to partners"),
    "in": say("from partners to the country"),
}
TIE_NOTES = {
    "first_200_partners": say(
        "a work of several countries counts for each pair of them; very large countries may lack "
        "their smallest partners"
    ),
    "listed_economies": say(
        "all years together; economies outside the list are unknown; AI applied in other fields is "
        "not seen"
    ),
    "european_programme": say(
        "European countries meet here by design; the list ends in December 2020"
    ),
    "whole_years_above_limit": say(
        "one platform, public repositories; small counts have no row; a few developers can move a "
        "year"
    ),
    "missions_known": say("many missions are not listed; not listed does not mean none"),
    "hosts_reporting": say("shares, not persons; only hosts that report, most of them in the OECD"),
    "all_skills": say("estimates of all migrants, not of researchers or engineers"),
    "known_only": say("a collection by hand; most instruments are missing"),
    "known_current": say(
        "a collection by hand; special relationships stand beside the three levels, not below them"
    ),
}
PARTNERSHIP_LEVELS = {
    "comprehensive": say("comprehensive"),
    "strategic": say("strategic"),
    "comprehensive_strategic": say("comprehensive strategic"),
    "special": say("special relationship"),
}
TIE_COURSES = {"fell": say("fell"), "rose": say("rose"), "steady": say("steady")}
TIE_STATES = {
    "ok": say("regular"),
    "small_n": say("too few for a ratio"),
    "shallow": say("shallow: may be chance"),
    "no_tie": say("none in the window"),
    "not_estimable": say("not estimable"),
}
GAPS = {
    "above": say("surely above"),
    "below": say("surely below"),
    "open": say("open"),
    "not_estimable": say("a figure is missing"),
    "separated": say("no ties foreseen at all"),
    "outside_panel": say("not in this source"),
    "no_rows": say("no figures"),
}
VARIANT_FITS = {
    "as_used": say("as used"),
    "negative_binomial": say("large counts weigh less"),
    "regions": say("regions known"),
    "three_years": say("last three years"),
}
GAP_CHANGES = {
    "closing": say("closing"),
    "opening": say("opening"),
    "pulling_ahead": say("pulling ahead"),
    "rising": say("rising"),
    "falling_back": say("falling back"),
    "no_change_seen": say("none seen"),
}
SPECIFICATIONS = {
    "without_past": say("without the past"),
    "with_past": say("with the tie of the window before"),
}
TERMS = {
    "log_distance": say("distance doubled"),
    "common_language": say("a common language"),
    "contiguous": say("a common land border"),
    "colonial_tie": say("a colonial past together"),
    "trade_agreement": say("a trade agreement in force"),
    "profile_similarity": say("mix of fields one hundredth nearer"),
    "log_past": say("tie of the window before doubled"),
}
# parts of Horizon 2020, by the codes of CORDIS
PROGRAMME_PARTS = {
    "ALL": say("all parts"),
    "ERC": say("frontier research (ERC)"),
    "FET": say("future and emerging technologies (FET)"),
    "MSCA": say("mobility of researchers (MSCA)"),
    "RI": say("research infrastructures (RI)"),
    "LEIT": say("enabling and industrial technologies (LEIT)"),
    "ARF": say("access to risk finance (ARF)"),
    "Innovation in SMEs": say("innovation in small and medium enterprises"),
    "SC1": say("health (SC1)"),
    "SC2": say("food, farming, sea and bioeconomy (SC2)"),
    "SC3": say("energy (SC3)"),
    "SC4": say("transport (SC4)"),
    "SC5": say("climate, environment, raw materials (SC5)"),
    "SC6": say("inclusive and reflective societies (SC6)"),
    "SC7": say("secure societies (SC7)"),
    "SEWP": say("spreading excellence (SEWP)"),
    "SWAFS": say("science with and for society (SWAFS)"),
    "Euratom": say("nuclear research (Euratom)"),
    "unknown": say("no part recorded"),
}
# --- partners, scorecard, steps and offices ---
PARTNER_SIDES = {
    "strength": say("strength"),
    "complementarity": say("complementarity"),
    "tie": say("existing tie"),
    "room": say("room to grow"),
}
PARTNER_REASONS = {
    "leads_here": say("among the first five by size"),
    "strong_here": say("strong"),
    "specialised": say("specialised"),
    "close_tie": say("close tie"),
    "room_to_grow": say("tie surely below expected"),
    "no_tie": say("no joint item"),
    "shallow_tie": say("next to no joint item"),
    "above_expected": say("tie surely above expected"),
    "few_items": say("few items"),
    "one_measure": say("strength by one measure only"),
    "tie_all_fields": say("tie of all fields"),
}
SHORTFALLS = {
    "tie_unknown": say("the source does not list the tie"),
    "no_tie": say("no joint item"),
    "shallow_tie": say("next to no joint item"),
    "below_association": say("below what sizes alone give"),
    "below_expected": say("below what is expected"),
    "ranks_lower": say("in no group among the strong"),
    "not_ranked": say("ranked in no group"),
}
CARD_INDICATORS = {
    "preference": say("preference"),
    "gap": say("distance from expected"),
    "gap_growth": say("its direction"),
    "persistence": say("years with works"),
    "breadth": say("breadth"),
    "leadership": say("own lead"),
    "patent_quality": say("quality of patents"),
    "article_quality": say("quality of articles"),
    "complementarity": say("partner can add"),
    "absorption": say("can be absorbed"),
    "conversion": say("after instruments"),
    "people": say("people"),
}
CARD_STATUSES = {
    "ok": say("measured"),
    "incomplete": say("from facts known to be incomplete"),
    "small_n": say("too few items"),
    "not_enough_data": say("not enough data"),
    "needs_technology": say("waits for ties by technology"),
    "needs_register": say("waits for the register"),
}
STEP_KINDS = {
    "any": say("any dated step"),
    "partnership_level": say("higher level of partnership"),
    "agreement": say("instrument on science and technology"),
}
STEP_VERDICTS = {
    "change_seen": say("change seen"),
    "no_change_seen": say("none seen"),
    "not_enough_data": say("not enough data"),
}
STEP_REASONS = {
    "no_step_known": say("no step is known"),
    "not_dated": say("the year is not known"),
    "not_in_data": say("no joint works on record"),
    "too_early": say("before the years on record"),
    "too_recent": say("too recent: the years after it are not counted yet"),
    "too_few_works": say("too few joint works before it"),
    "step_shortly_before": say("another step shortly before it"),
    "later_step": say("later than the step that is used"),
    "no_controls": say("no partner to compare with"),
}
REPRESENTED = {
    "represented": say("a science office is known"),
    "mission_listed": say("a mission is listed, no science office known"),
    "nothing_listed": say("nothing found, list incomplete"),
}
MISSION_LISTED = {
    "embassy": say("embassy"),
    "other_mission": say("representative office or the like"),
    "consulate": say("consulate"),
    "not_listed": say("list incomplete"),
}
CONFIRMED = {
    "recent": say("in the last ten years"),
    "stale": say("long ago, or without date"),
}
LEVELS = {
    "comprehensive": say("comprehensive"),
    "strategic": say("strategic"),
    "comprehensive_strategic": say("comprehensive strategic"),
    "special": say("special relationship"),
}
UNIONS = {"EU": say("European Union")}
# --- observed over expected ---
# cards behind the gaps of joint works
GAP_SOURCES = ("openalex_coauthorship", "cepii_distance", "desta_pairs", "ncses_articles")


def times(ratio: float) -> Number:
    """Return a ratio of observed and expected ties, at two significant digits.

    Examples
    --------
    >>> times(0.4567).say("en"), times(3.084).say("vi")
    ('0.46', '3,1')
    """
    return rounded(ratio, 2)


# --- scenarios of the workforce ---
SCENARIOS = {
    "share_held": say("share held"),
    "own_growth": say("own growth fades"),
    "common_growth": say("common growth fades"),
}
POOL_MATCHES = {
    "near": say("counts the pool"),
    "wide": say("counts more than the pool"),
    "published": say("published figure"),
    "none": say("no figure"),
}
SUPPLY_BASES = {
    "graduates": say("supply from graduates"),
    "young_people": say("supply in step with young people"),
    "none": say("no supply"),
}
# told only where nine tenths of the draws agree in both growth scenarios
NEED_VERDICTS = {
    "short": say("short"),
    "surplus": say("surplus"),
    "open": say("open"),
}
ASSUMPTION_BASES = {
    "project": say("assumption of the project"),
    "data": say("computed from the data"),
    "published": say("published projections"),
    "register": say("register of the owner"),
}
ASSUMPTIONS = {
    "deepening": say("growth of workers per person of working age, a year"),
    "population_weight": say("how far the need follows the country's own working age"),
    "half_life": say("years after which that growth has halved"),
    "retirement_factor": say("age exits of the pool over those of all"),
    "other_exits": say("leave the pool for other reasons, a year"),
    "transition": say("graduates of the field who enter the pool"),
    "graduation_trend": say("change of graduates per young person, a year"),
    "share_covered": say("part of the gap of a partner for which would be trained"),
    "study_years": say("years from the start of studies to work"),
    "past_years": say("newest years in which the past is measured"),
    "oldest_base": say("years back to the oldest figure of a pool that is used"),
    "deepening_all_pools": say("growth of workers per person, all pools together, a year"),
    "own_past_growth": say("own past growth of workers beyond that of the population, a year"),
    "past_entries": say("past entries a year, from changes of the stock"),
    "other_entries": say("of them, not graduates of the field"),
    "graduates": say("graduates a year"),
}
# --- ages ---
# entrants less leavers of working life, the viewpoint country beside a partner
BALANCES = {
    "complement": say("the partner alone has fewer entrants than leavers"),
    "reverse": say("the partner alone has more entrants than leavers"),
    "both_gain": say("both have more entrants than leavers"),
    "both_lose": say("both have fewer entrants than leavers"),
}
REVISIONS = {
    "inside": say("inside"),
    "outside": say("outside"),
    "no_interval": say("no interval"),
}
# --- outside figures, and statements on workforce ---
OUTSIDE_QUANTITIES = {
    "employment": say("people employed"),
    "additional_employment": say("people employed in addition"),
    "additional_demand": say("people wanted in addition"),
    "openings": say("openings: growth and replacement"),
    "shortage": say("people missing"),
    "shortage_per_year": say("people missing a year"),
    "trained": say("people to be trained"),
    "needed": say("people needed"),
    "vacancies": say("vacancies"),
}
OUTSIDE_NATURES = {
    "target": say("target"),
    "projection": say("outside projection"),
    "estimate": say("outside estimate"),
    "count": say("outside count"),
}
EVIDENCE_GRADES = {
    "official": say("official page or table"),
    "publisher": say("page of the publisher"),
    "press": say("press report"),
    "second_hand": say("second hand"),
}
OWN_LABELS = {
    "observed": say("observed"),
    "forecast": say("forecast"),
    "no_skill": say("last value carried on"),
    "scenario": say("scenario"),
    "none": say("nothing alike"),
}
OUTSIDE_VERDICTS = {
    "inside": say("inside our range"),
    "above": say("above our range"),
    "below": say("below our range"),
    "no_range": say("beside a value without range"),
    "due": say("due: its year has passed"),
    "alone": say("nothing alike here"),
}
CLAIM_VERDICTS = {
    "supported": say("supported"),
    "adds_up": say("parts add up"),
    "partly": say("supported in part"),
    "not_supported": say("not supported as worded"),
    "not_testable": say("not testable"),
}
CLAIM_LABELS = {
    "observed": say("observed"),
    "projection": say("medium variant of the projection"),
    "cohort": say("cohort: survival and migration only"),
    "target": say("target"),
    "external": say("outside figure"),
}
CLAIM_TESTS = {
    "workers_missing": say("published shortages, newest of each economy, added up"),
    "cohort_enters": say("ages of the generation in that year"),
    "ageing_speed": say("years between two shares of older people"),
    "young_people": say("ages alone: nothing counts what young people can do"),
    "interest": say("no figure of interest; nearest: engineering degrees per young person"),
    "ageing_answer": say("no figure of motives; nearest: who leaves and who enters working life"),
    "parts_of_target": say("whether its parts add up, not whether it will be met"),
}
CLAIM_FIGURES = {
    "shortage": say("people missing, as published"),
    "world_need": say("additional need of the world, as published"),
    "persons_of_generation": say("people of the generation"),
    "entry_years": say("years in which they reach the age of entry"),
    "first_entry_years": say("years in which they reach the first year of working age"),
    "ageing_years": say("years between the marks"),
    "ageing_years_at_least": say("years between the marks, at least"),
    "young_per_100_core": say("young people per 100 of working life"),
    "degrees_per_100_young": say("engineering degrees a year per 100 young people"),
    "leavers_per_100_entrants": say("who leave working life per 100 who enter it"),
    "target": say("the target"),
    "sum_of_parts": say("its parts added up"),
    "persons_today": say("at work today, by different sources"),
    "times_today": say("the part of the target over those at work today"),
    "professionals": say("engineering professionals"),
    "per_100_professionals": say("the target per 100 engineering professionals"),
    "per_100_young": say("the target per 100 young people"),
}
# --- panels of the newer workforce series ---
PANELS |= {
    "ict_specialists": say("ICT specialists"),
    "graduates": say("graduates"),
}
# panels of the record: what was made to add up is judged by itself
RECORD_PANELS = PANELS | {"reconciled": say("ICT specialists, made to add up")}
