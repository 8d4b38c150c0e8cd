// How words are matched on the search page and in the filters of tables: whole or from their start.
// A query with an accent is compared with accents, so that "hàn" is not "phần"; one without any
// accent is compared without. Capitals never matter.
var matching = (function () {
  "use strict";
  var WORD = /[\p{L}\p{M}\p{N}]+(?:[.,]\p{N}+)*/gu;

  // the crossed d has no accent to take off
  function bare(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\u0111/g, "d");
  }

  function small(text) { return text.normalize("NFC").toLowerCase().normalize("NFC"); }

  function split(text) { return text.match(WORD) || []; }

  // the words of a text in both forms; they are looked up by whether the query is accented
  function wordsOf(text) {
    var words = split(small(text));
    return { accented: words, bare: words.map(bare) };
  }

  function queryOf(text) {
    var typed = small(text);
    var accented = bare(typed) !== typed;
    return { form: accented ? "accented" : "bare", words: split(typed) };
  }

  // the form of the words that the query is compared with
  function inForm(words, query) { return words[query.form]; }

  function begins(words, wanted) {
    return words.some(function (word) { return word.startsWith(wanted); });
  }

  // whether the wanted words stand next to each other in this order; the last may be a beginning
  function together(words, wanted) {
    var last = wanted.length - 1;
    return words.some(function (_, place) {
      return wanted.every(function (word, step) {
        var other = words[place + step] || "";
        return step === last ? other.startsWith(word) : other === word;
      });
    });
  }

  return { wordsOf: wordsOf, queryOf: queryOf, inForm: inForm, begins: begins, together: together };
}());
