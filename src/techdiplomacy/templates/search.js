// The search page: finds entries whose text holds every word of the query, or words that begin so.
(function () {
  "use strict";
  var MOST = 60;
  var entries = JSON.parse(document.getElementById("search-index").textContent);
  var form = document.querySelector("form.search");
  var query = document.getElementById("query");
  var hits = document.getElementById("hits");
  var count = document.getElementById("count");

  // small letters without accents, split into words; the crossed d has no accent to take off
  function wordsOf(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "")
      .replace(/\u0111/g, "d").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  }

  entries.forEach(function (entry) {
    entry.first = wordsOf(entry.text);
    entry.all = entry.first.concat(wordsOf([entry.more, entry.kind_name, entry.source, entry.date].join(" ")));
  });

  // a whole word counts more than a beginning, the headline more than what stands around it
  function scoreOf(entry, wanted) {
    var score = 0;
    for (var i = 0; i < wanted.length; i += 1) {
      var word = wanted[i];
      var begins = function (other) { return other.startsWith(word); };
      if (!entry.all.some(begins)) { return 0; }
      score += 1 + (entry.all.includes(word) ? 2 : 0);
      score += (entry.first.some(begins) ? 2 : 0) + (entry.first.includes(word) ? 2 : 0);
    }
    return score;
  }

  function add(parent, tag, className, text) {
    var node = document.createElement(tag);
    node.className = className;
    node.textContent = text;
    parent.appendChild(node);
    return node;
  }

  function show() {
    var wanted = wordsOf(query.value);
    hits.replaceChildren();
    count.textContent = "";
    if (!wanted.length) { return; }
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
        + " \u00b7 " + form.dataset.date + ": " + hit.entry.date);
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
