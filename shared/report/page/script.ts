/**
 * The page's one script: search, the dense map's keys and texts, the theme. Everything on the page can be read without
 * it. It makes no markup of texts, and stores nothing.
 */
export const SCRIPT = `(() => {
const root = document.documentElement;
root.classList.add('js');
const start = () => {
  const by = (id) => document.getElementById(id);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  const theme = by('theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const name = () => { theme.textContent = isDark() ? 'Light theme' : 'Dark theme'; };
  theme.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; name(); });
  system.addEventListener('change', name);
  name();

  const search = by('search');
  const severities = ['high', 'medium', 'low', 'info'];
  const tiles = all('.tiles a, .card');
  let boxes;
  let later;
  const read = () => {
    // Of many findings a rule tells the names; their words stand with their service, which comes before.
    const told = new Map();
    return all('.box').map((box) => {
      const head = box.querySelector('h3')?.textContent ?? '';
      const items = all('.item', box).map((item) => {
        let text = head + ' ' + item.textContent;
        const rule = item.querySelector('a.rule');
        if (rule) {
          const key = '#' + box.id + rule.hash;
          told.set(key, [...told.get(key) ?? [], text]);
        } else if (item.parentElement.className === 'names') text += ' ' + told.get(item.firstElementChild.hash + '#' + box.id)?.shift();
        return { item, text: text.toLowerCase(), severity: severities.find((each) => item.classList.contains(each)) };
      });
      return { box, items, inRules: box.parentElement.id === 'rules', open: box.open };
    });
  };
  const narrow = () => {
    boxes ??= read();
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const wanted = new Set(severities.filter((each) => by('show-' + each).checked));
    const byRule = by('by-rule').checked;
    by('findings').classList.toggle('by-rule', byRule);
    let shown = 0, total = 0, any = false;
    const found = new Set();
    for (const { box, items, inRules, open } of boxes) {
      const fit = items.map(({ text, severity }) =>
        (severity === undefined || wanted.has(severity)) && words.every((word) => text.includes(word)));
      const here = fit.includes(true);
      if (here) found.add(box.id);
      items.forEach(({ item }, at) => { if (fit[at]) found.add(item.id); });
      // What is not shown is left as it is: with thousands of findings every write counts.
      if (inRules !== byRule) continue;
      for (const [at, { severity }] of items.entries()) if (severity !== undefined) { total++; if (fit[at]) shown++; }
      if (box.hidden === here) box.hidden = !here;
      if (!here) continue;
      any = true;
      items.forEach(({ item }, at) => { if (item.hidden === fit[at]) item.hidden = !fit[at]; });
      if (box.id === 'quiet') box.open = words.length > 0 ? fit.filter(Boolean).length <= 50 : open;
    }
    const whole = words.length === 0 && wanted.size === severities.length;
    // The map is out of sight while somebody types, so it may follow.
    clearTimeout(later);
    later = setTimeout(() => {
      for (const tile of tiles) {
        const id = (tile.hash ?? tile.querySelector('a').hash).slice(1);
        tile.classList.toggle('dim', !whole && !id.startsWith('g') && !found.has(id));
      }
    }, 150);
    by('none').hidden = any;
    const figure = (count) => count.toLocaleString('en-US');
    by('shown').textContent = (whole ? '' : figure(shown) + ' of ') + figure(total) + (total === 1 ? ' finding' : ' findings');
  };
  if (search) {
    // Read before the first key needs it.
    globalThis.requestIdleCallback?.(() => { boxes ??= read(); });
    search.addEventListener('input', narrow);
    search.form.addEventListener('change', narrow);
    search.form.addEventListener('submit', (event) => event.preventDefault());
    const button = by('open-all');
    button?.addEventListener('click', () => {
      const open = button.textContent === 'Open all';
      for (const each of all('details.f')) each.open = open;
      button.textContent = open ? 'Close all' : 'Open all';
    });
    if (search.value !== '' || all('.controls :is([type=checkbox]:not(:checked), #by-rule:checked)').length > 0) narrow();
  }

  // What a link points to may be filtered out, in the other grouping, or closed.
  const reveal = (hash) => {
    const target = hash.length > 1 && by(hash.slice(1));
    if (!target) return;
    const list = target.closest('#services, #rules');
    if (search && list) {
      by(list.id === 'rules' ? 'by-rule' : 'by-service').checked = true;
      narrow();
      if (target.closest('[hidden]')) {
        search.value = '';
        for (const each of severities) by('show-' + each).checked = true;
        narrow();
      }
    }
    for (let each = target.closest('details'); each; each = each.parentElement.closest('details')) each.open = true;
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) reveal(link.hash);
  });
  reveal(location.hash);

  // One text beside the tile: its own is cut off at the edge of its cluster.
  const tip = by('tip');
  const place = (tile) => {
    tip.textContent = tile.querySelector('.tip').textContent;
    tip.hidden = false;
    const { left, top, bottom } = tile.getBoundingClientRect();
    const below = bottom + 6 + tip.offsetHeight <= innerHeight;
    tip.style.left = Math.max(8, Math.min(left, innerWidth - tip.offsetWidth - 8)) + 'px';
    tip.style.top = (below ? bottom + 6 : top - 6 - tip.offsetHeight) + 'px';
  };
  for (const list of all('.tiles')) {
    const links = all('a', list);
    for (const link of links.slice(1)) link.tabIndex = -1;
    for (const type of ['pointerover', 'focusin']) list.addEventListener(type, (event) => {
      const tile = event.target.closest('a');
      if (tile) place(tile);
    });
    for (const type of ['pointerleave', 'focusout']) list.addEventListener(type, () => { tip.hidden = true; });
    list.addEventListener('keydown', (event) => {
      const at = links.indexOf(document.activeElement);
      const row = links.filter((link) => link.offsetTop === links[0].offsetTop).length;
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + row, ArrowUp: at - row, Home: 0, End: links.length - 1 }[event.key];
      if (at < 0 || to === undefined) return;
      event.preventDefault();
      if (links[to] === undefined) return;
      links[at].tabIndex = -1;
      links[to].tabIndex = 0;
      links[to].focus();
    });
  }
  addEventListener('scroll', () => { tip.hidden = true; }, { passive: true });
  document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') tip.hidden = true; });

  let closed = [];
  addEventListener('beforeprint', () => { closed = all('details:not([open])'); for (const each of closed) each.open = true; });
  addEventListener('afterprint', () => { for (const each of closed) each.open = false; });
};
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
})();`;

/** SHA-256 of the script, by which the page's policy allows it and nothing else. A test holds it up to date. */
export const SCRIPT_HASH = 'sha256-46iCUjbJAwp00ek/5rCu7nPbLh8iE3iGx9ELQo2MsuU=';
