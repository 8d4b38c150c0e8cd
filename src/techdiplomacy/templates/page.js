// Wide tables get buttons to sort by in their header, and a field that filters their rows.
// Without this script the tables stand as they are.
(function () {
  "use strict";
  var words = JSON.parse(document.getElementById("control-words").textContent);
  var language = document.documentElement.lang;
  var collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  var numbers = new Intl.NumberFormat(language);

  // numbers by their raw value, words as the language orders them; what is missing comes last
  function compare(column, descending) {
    return function (one, other) {
      var a = one.cells[column], b = other.cells[column];
      var x = a.dataset.value, y = b.dataset.value;
      var number = a.classList.contains("number");
      if (number && (x === undefined || y === undefined)) {
        return (x === undefined ? 1 : 0) - (y === undefined ? 1 : 0);
      }
      var order = number ? Number(x) - Number(y) : collator.compare(a.textContent, b.textContent);
      return descending ? -order : order;
    };
  }

  function makeSortable(table) {
    var headers = Array.from(table.tHead.rows[0].cells);
    var body = table.tBodies[0];
    var original = Array.from(body.rows);
    headers.forEach(function (header, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.title = words.sort.replace("{column}", header.textContent);
      button.append.apply(button, Array.from(header.childNodes));
      header.appendChild(button);
      button.addEventListener("click", function () {
        // numbers from the largest, words from the first; then the other way; then as they came
        var first = header.classList.contains("number") ? "descending" : "ascending";
        var second = first === "ascending" ? "descending" : "ascending";
        var before = header.getAttribute("aria-sort");
        var order = before === first ? second : before === second ? null : first;
        headers.forEach(function (other) { other.removeAttribute("aria-sort"); });
        if (order) { header.setAttribute("aria-sort", order); }
        body.append.apply(body, order
          ? original.slice().sort(compare(column, order === "descending")) : original);
      });
    });
  }

  function makeFilterable(figure, table) {
    var rows = Array.from(table.tBodies[0].rows);
    var texts = rows.map(function (row) {
      return matching.wordsOf(Array.from(row.cells, function (cell) { return cell.textContent; }).join(" \n "));
    });
    var bar = document.createElement("p");
    var label = document.createElement("label");
    var input = document.createElement("input");
    var shown = document.createElement("span");
    bar.className = "table-tools";
    input.type = "search";
    input.id = figure.id + "-filter";
    label.htmlFor = input.id;
    label.textContent = words.filter;
    shown.setAttribute("role", "status");
    bar.append(label, " ", input, " ", shown);
    figure.querySelector(".scroll").before(bar);
    input.addEventListener("input", function () {
      var wanted = matching.queryOf(input.value);
      var kept = 0;
      rows.forEach(function (row, place) {
        var words = matching.inForm(texts[place], wanted);
        row.hidden = !wanted.words.every(function (word) { return matching.begins(words, word); });
        kept += row.hidden ? 0 : 1;
      });
      shown.textContent = words.rows
        .replace("{shown}", numbers.format(kept)).replace("{all}", numbers.format(rows.length));
    });
  }

  document.querySelectorAll("figure.table.wide").forEach(function (figure) {
    var table = figure.querySelector("table");
    if (!table || !table.tHead || !table.tBodies.length) { return; }
    makeFilterable(figure, table);
    makeSortable(table);
  });
}());
