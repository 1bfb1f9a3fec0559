// Shows, on a demo clinic's page, what Paravent stopped there. It reads two things: the mark that the
// proxy leaves on what it took out, data-paravent="RULE WHO", and the browser's own reports of what the
// policy refused, of which it keeps the host alone. It sends nothing.
(function () {
  'use strict';
  var refused = new Map();
  var scheduled = false;

  // Reports come before the bar is parsed, so listening starts at once.
  document.addEventListener('securitypolicyviolation', function (event) {
    var host = hostOf(event.blockedURI);
    if (event.disposition === 'report' || !host) return;
    refused.set(host, (refused.get(host) || 0) + 1);
    schedule();
  });

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();

  function start() {
    show();
    new MutationObserver(schedule).observe(document.documentElement, {
      subtree: true, childList: true, attributes: true, attributeFilter: ['data-paravent']
    });
  }

  function schedule() {
    if (scheduled) return;
    scheduled = true;
    setTimeout(function () { scheduled = false; show(); }, 100);
  }

  function show() {
    var bar = document.getElementById('demo-bar');
    if (!bar) return;
    var stopped = gather(bar);
    var behind = stopped.length > 0 || document.documentElement.hasAttribute('data-consent');
    bar.dataset.state = behind ? 'protected' : 'unprotected';
    if (behind) list(bar, stopped); else sentence(bar, bar.dataset.unprotected);
  }

  // [{who, why, times}], the most frequent first.
  function gather(bar) {
    var rows = new Map();
    document.querySelectorAll('[data-paravent]').forEach(function (element) {
      var words = element.getAttribute('data-paravent').trim().split(/\s+/);
      add(rows, words.slice(1).join(' ') || words[0], bar.getAttribute('data-rule-' + words[0]) || words[0], 1);
    });
    refused.forEach(function (times, host) { add(rows, host, bar.dataset.policy, times); });
    return Array.from(rows.values()).sort(function (a, b) { return b.times - a.times || (a.who < b.who ? -1 : 1); });
  }

  function add(rows, who, why, times) {
    var key = who + ' ' + why;
    var row = rows.get(key) || { who: named(who), why: why, times: 0 };
    row.times += times;
    rows.set(key, row);
  }

  // "meta-pixel" reads "Meta pixel"; a host stays as it is.
  function named(who) {
    if (who.indexOf('.') >= 0) return who;
    var words = who.replace(/-/g, ' ');
    return words.charAt(0).toUpperCase() + words.slice(1);
  }

  function hostOf(uri) {
    try { return new URL(uri).host; } catch (_) { return ''; }
  }

  function list(bar, stopped) {
    var total = stopped.reduce(function (sum, row) { return sum + row.times; }, 0);
    var text = counted(bar, total);
    if (!total) return sentence(bar, text);
    var list = bar.querySelector('.demo-bar__list');
    var summary = bar.querySelector('summary');
    if (!summary) summary = opener(bar, list);
    // Rewriting what already stands there would wake the observer again, without end.
    if (summary.textContent === text && list.childElementCount === stopped.length) return;
    summary.textContent = text;
    list.replaceChildren.apply(list, stopped.map(row));
  }

  function opener(bar, list) {
    var details = document.createElement('details');
    var summary = document.createElement('summary');
    summary.className = 'demo-bar__open';
    details.append(summary);
    details.addEventListener('toggle', function () {
      list.hidden = !details.open;
      bar.toggleAttribute('data-open', details.open);
    });
    bar.querySelector('.demo-bar__open').replaceWith(details);
    return summary;
  }

  function row(entry) {
    var item = document.createElement('li');
    item.append(text('b', entry.who), text('span', entry.why), text('i', '×' + entry.times));
    return item;
  }

  function text(tag, words) {
    var element = document.createElement(tag);
    element.textContent = words;
    if (tag === 'b') element.dir = 'auto';
    return element;
  }

  function sentence(bar, words) {
    var place = bar.querySelector('.demo-bar__open');
    if (place.textContent !== words) place.textContent = words;
  }

  function counted(bar, number) {
    var language = document.documentElement.lang || 'en';
    var form = number === 0 ? 'zero' : new Intl.PluralRules(language).select(number);
    return (bar.getAttribute('data-' + form) || bar.dataset.other).replace('#', number.toLocaleString(language));
  }
})();
