// A page is made without a clock, so that the same figures give the same page: age is the reader's.
// Without this script the days stand as they are.
(function () {
  "use strict";
  var ages = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
  document.querySelectorAll("time[data-age]").forEach(function (time) {
    var days = Math.floor((Date.now() - Date.parse(time.dateTime)) / 86400000);
    var unit = days > 730 ? "year" : days > 60 ? "month" : "day";
    var per = { year: 365.25, month: 30.4375, day: 1 }[unit];
    time.after(" (" + ages.format(-Math.round(days / per), unit) + ")");
  });
}());
