// The search page: finds entries that hold every word of the query, or words that begin so.
(function () {
  "use strict";
  var MOST = 60;
  var entries = JSON.parse(document.getElementById("search-index").textContent);
  var form = document.querySelector("form.search");
  var query = document.getElementById("query");
  var hits = document.getElementById("hits");
  var count = document.getElementById("count");

  entries.forEach(function (entry) {
    entry.first = matching.wordsOf(entry.text);
    entry.shown = matching.wordsOf([entry.text, entry.more, entry.kind_name, entry.source, entry.date].join(" \n "));
    entry.hidden = matching.wordsOf(entry.hidden);
  });

  // whole words come before beginnings, words that stand together before words that do not, the
  // headline before what stands around it, and what is shown before what is only looked up
  function scoreOf(entry, query) {
    var wanted = query.words;
    var first = matching.inForm(entry.first, query);
    var shown = matching.inForm(entry.shown, query);
    var hidden = matching.inForm(entry.hidden, query);
    var whole = true, score = 0;
    for (var i = 0; i < wanted.length; i += 1) {
      var word = wanted[i];
      var visible = matching.begins(shown, word);
      if (!visible && !matching.begins(hidden, word)) { return 0; }
      whole = whole && (shown.includes(word) || hidden.includes(word));
      score += 1 + (visible ? 2 : 0) + (shown.includes(word) ? 2 : 0);
      score += (matching.begins(first, word) ? 2 : 0) + (first.includes(word) ? 2 : 0);
    }
    if (wanted.length > 1) {
      score += matching.together(first, wanted) ? 40 : matching.together(shown, wanted) ? 30
        : matching.together(hidden, wanted) ? 20 : 0;
    }
    return score + (whole ? 100 : 0);
  }

  function add(parent, tag, className, text) {
    var node = document.createElement(tag);
    node.className = className;
    node.textContent = text;
    parent.appendChild(node);
    return node;
  }

  function show() {
    var wanted = matching.queryOf(query.value);
    hits.replaceChildren();
    count.textContent = "";
    if (!wanted.words.length) { return; }
    var found = entries
      .map(function (entry, place) { return { entry: entry, place: place, score: scoreOf(entry, wanted) }; })
      .filter(function (hit) { return hit.score > 0; })
      .sort(function (a, b) { return b.score - a.score || a.place - b.place; });
    count.textContent = found.length
      ? form.dataset.found.replace("{n}", found.length)
        + (found.length > MOST ? " " + form.dataset.more.replace("{n}", MOST) : "")
      : form.dataset.none;
    found.slice(0, MOST).forEach(function (hit) {
      var item = document.createElement("li");
      add(item, "span", "kind", hit.entry.kind_name);
      add(item, "a", "hit", hit.entry.text).href = hit.entry.href;
      if (hit.entry.more) { add(item, "p", "more", hit.entry.more); }
      add(item, "p", "origin", form.dataset.source + ": " + hit.entry.source
        + (hit.entry.date ? " \u00b7 " + form.dataset.date + ": " + hit.entry.date : ""));
      hits.appendChild(item);
    });
  }

  // the query stands in the address, so that a search can be passed on: search.html#q=words
  function fromAddress() {
    var match = /^#q=(.*)$/.exec(location.hash);
    if (!match) { return; }
    try { query.value = decodeURIComponent(match[1].replace(/\+/g, " ")); } catch (error) { query.value = match[1]; }
    show();
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); });
  query.addEventListener("input", function () {
    history.replaceState(null, "", "#q=" + encodeURIComponent(query.value));
    show();
  });
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
}());
