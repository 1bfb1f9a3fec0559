// In: a page as the origin sends it and as the proxy does. Out: where they differ, and what in the second would have a browser
// load something. Both functions run in the browser, which parses better than anything of ours; each is sent as text, so none
// may use anything outside itself.

/* c8 ignore start: browser side */

/** Differences of two pages' trees, text included; what Paravent set in or neutralised left aside. At most ten, as text. */
export function differences([sent, served]) {
  const own = 'paravent-consent, script[src^="/_privacy/"]';
  const parsed = (text) => {
    const page = new DOMParser().parseFromString(text, 'text/html');
    const clean = (root) => {
      root.querySelectorAll(own).forEach((element) => element.remove());
      root.querySelectorAll('template').forEach((template) => clean(template.content));
    };
    clean(page);
    page.documentElement.removeAttribute('data-consent');
    page.normalize();
    return page.documentElement;
  };
  const found = [];
  const path = (node) => (node.parentElement ? `${path(node.parentElement)} > ` : '') + (node.localName ?? node.nodeName);
  const differ = (node, what) => { if (found.length < 10) found.push(`${path(node)}: ${what}`); };
  const short = (text) => JSON.stringify((text ?? '').slice(0, 200));
  const pieces = (text) => (text ?? '').split(/(?:url\(\s*)?["']?about:invalid["']?\s*\)?|data:,/);
  const isCut = (whole, cut) => {
    let from = 0;
    return cut?.includes('about:invalid') && pieces(cut).every((piece) => {
      const at = whole.indexOf(piece, from);
      from = at + piece.length;
      return at >= 0;
    });
  };
  const isStopped = (text) => text.startsWith('/* paravent: ');
  const compareAttributes = (a, b) => {
    const marked = b.hasAttribute('data-paravent');
    for (const { name, value } of a.attributes) {
      const now = b.getAttribute(name);
      if (now === value || (marked && now === null) || (marked && name === 'type' && now === 'text/plain')) continue;
      if (marked && isCut(value, now)) continue;
      if (marked && name === 'srcset' && value.includes(now)) continue;
      if (marked && name === 'srcdoc') { differencesWithin(a, b, value, now); continue; }
      differ(a, `${name}=${short(value)} became ${short(now)}`);
    }
    for (const { name } of b.attributes) {
      const mine = name === 'data-paravent' || (marked && name === 'type');
      if (!a.hasAttribute(name) && !mine) differ(a, `${name} was added`);
    }
  };
  const compareText = (a, b) => {
    const [before, after] = [a.data, b.data];
    const inside = a.parentElement?.localName;
    const neutralised = (inside === 'script' && (isStopped(after) || after === '{}')) || (inside === 'style' && isCut(before, after));
    if (before !== after && !neutralised) differ(a, `${short(before)} became ${short(after)}`);
  };
  const compare = (a, b) => {
    if (b?.localName === 'paravent-frame' && ['iframe', 'embed', 'object'].includes(a?.localName)) return;
    if (a?.nodeType !== b?.nodeType || a.nodeName !== b.nodeName) return differ(a ?? b, `${a?.nodeName} became ${b?.nodeName}`);
    if (a.nodeType === Node.TEXT_NODE) return compareText(a, b);
    if (a.nodeType !== Node.ELEMENT_NODE && a.nodeType !== Node.DOCUMENT_FRAGMENT_NODE) {
      if (a.nodeValue !== b.nodeValue) differ(a, 'its value differs');
      return;
    }
    if (a.attributes) compareAttributes(a, b);
    if (a.localName === 'template') compareChildren(a.content, b.content);
    compareChildren(a, b);
  };
  const compareChildren = (a, b) => {
    const [before, after] = [[...a.childNodes], [...b.childNodes]];
    // An object stays behind its placeholder, since its content may be shown.
    const kept = after.filter((node, at) => !(node.localName === 'paravent-frame' && after[at + 1]?.localName === 'object' && after[at + 1].hasAttribute('data-paravent')));
    for (let at = 0; at < Math.max(before.length, kept.length); at += 1) {
      if (!before[at] || !kept[at]) {
        differ(a, `child ${at}: ${before[at]?.nodeName} became ${kept[at]?.nodeName}`);
        return;
      }
      compare(before[at], kept[at]);
    }
  };
  const differencesWithin = (a, b, before, after) => compare(parsed(before), parsed(after));
  compare(parsed(sent), parsed(served));
  return found;
}

/** The texts of `wanted` that are left where the page would have the browser load something, or in a script or style. */
export function loadable([served, wanted]) {
  const texts = [];
  const collect = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.closest('paravent-frame, paravent-consent')) continue;
      const tag = element.localName;
      if (['script', 'style'].includes(tag) && !/json|plain/.test(element.type) && !element.textContent.startsWith('/* paravent: ')) texts.push(element.textContent);
      if (tag === 'template') collect(element.content);
      // These lead somewhere when followed, or say what others mean; the page's own elements load nothing by themselves.
      if (tag === 'base' || tag.includes('-') || (tag === 'meta' && !/refresh/i.test(element.httpEquiv))) continue;
      for (const { name, value } of element.attributes) {
        if (name === 'data-paravent' || (name.startsWith('data-') && tag !== 'script')) continue;
        if (['a', 'area'].includes(tag) && name === 'href') continue;
        if (tag === 'link' && name === 'href' && /^canonical$/.test(element.rel)) continue;
        if (name !== 'srcdoc') texts.push(value);
        else collect(new DOMParser().parseFromString(value, 'text/html'));
      }
    }
  };
  collect(new DOMParser().parseFromString(served, 'text/html'));
  const plain = (text) => text.toLowerCase().replaceAll('\\', '/').replace(/[\s]/g, '').replaceAll('%2e', '.').replaceAll("'+'", '');
  const all = texts.map((text) => [plain(text), plain(text.replaceAll('\\/', '/'))]).flat();
  return wanted.filter((word) => all.some((text) => text.includes(plain(word))));
}
/* c8 ignore stop */
