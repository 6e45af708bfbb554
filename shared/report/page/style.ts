/** Every set of severities that a box may have, by their first letters. */
const SETS = Array.from({ length: 15 }, (_, index) =>
  ['high', 'medium', 'low', 'info'].filter((_word, bit) => (index + 1) & (1 << bit)),
);

const unchecked = (severity: string): string => `:has(#show-${severity}:not(:checked))`;

/** What is unchecked goes, and a box goes when all that it has is unchecked. */
const FILTERS = [
  ...['high', 'medium', 'low', 'info'].map((each) => `body${unchecked(each)} .item.${each}`),
  ...SETS.map(
    (set) => `body${set.map(unchecked).join('')} .box[data-has="${set.map((each) => each.charAt(0)).join('')}"]`,
  ),
].join(',\n');

/**
 * Filters and grouping where no script runs. With one they would cost each key of the search 20 ms: it changes what
 * `:has` looks at.
 */
export const STYLE_WITHOUT_SCRIPT = `
body:has(#by-rule:checked) #services { display: none; }
body:has(#by-rule:checked) #rules, #rules:has(:target) { display: block; }
${FILTERS} { display: none; }
`;

export const STYLE = `
:root {
  color-scheme: light dark;
  --back: light-dark(#fafaf8, #131519);
  --card: light-dark(#ffffff, #1b1e24);
  --text: light-dark(#1c1f24, #e7e9ec);
  --quiet: light-dark(#575d68, #a4abb6);
  --line: light-dark(#dddfe2, #33383f);
  --link: light-dark(#0b57a4, #8cc0f5);
  --high: light-dark(#b3201a, #ff8d84);
  --high-back: light-dark(#fdeceb, #3a1d1c);
  --medium: light-dark(#875200, #f3b65a);
  --medium-back: light-dark(#fdf3e0, #362a16);
  --low: light-dark(#2a5c8f, #8fbdea);
  --low-back: light-dark(#e9f1f9, #1c2b3a);
  --fine: light-dark(#2a7a4b, #6ecb95);
  --fine-tile: light-dark(#bfdccb, #2c5540);
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
[data-theme='light'] { color-scheme: light; }
[data-theme='dark'] { color-scheme: dark; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 5rem; }
body {
  margin: 0 auto; max-width: 78rem; padding: 0 1.25rem 3rem;
  background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif;
  overflow-wrap: anywhere; font-variant-numeric: tabular-nums;
}
h1, h2, h3, p, ul, dl, dd, fieldset { margin: 0; padding: 0; }
ul { list-style: none; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; letter-spacing: -.01em; }
h3 { font-size: 1rem; }
small { font-size: .85em; font-weight: 400; color: var(--quiet); }
code { font-family: var(--mono); font-size: .85em; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.quiet { color: var(--quiet); }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 3; }
button, input[type='search'] {
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .3rem .7rem;
}
button { cursor: pointer; }
button:hover { border-color: var(--quiet); }
html:not(.js) .needs-script { display: none; }

header { display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: 1rem 0; }
.brand { color: var(--quiet); }
.brand b { color: var(--text); }
#theme { white-space: nowrap; font-size: .9em; }

.verdict { border-left: 6px solid var(--quiet); background: var(--card); border-radius: 4px 10px 10px 4px; padding: 1.4rem 1.6rem; box-shadow: 0 0 0 1px var(--line); }
.verdict.bad { border-color: var(--high); }
.verdict.warn, .verdict.unsure { border-color: var(--medium); }
.verdict.good { border-color: var(--fine); }
h1 { font-size: clamp(1.5rem, 3.2vw, 2.2rem); line-height: 1.2; letter-spacing: -.02em; text-wrap: balance; max-width: 34em; }
.trend { margin-top: .5rem; color: var(--quiet); }
.figures { display: flex; flex-wrap: wrap; gap: .9rem 2.2rem; margin-top: 1.2rem; }
.figures dt { color: var(--quiet); font-size: .85rem; }
.figures dd { font-size: 1.35rem; font-weight: 600; line-height: 1.25; }
.figures .bad dd { color: var(--high); }
.figures small { display: block; font-size: .75rem; line-height: 1.3; }
.count { display: inline-block; margin-right: .9rem; white-space: nowrap; }

.mark { display: inline-flex; align-items: baseline; gap: .35em; font-size: .8rem; font-weight: 600; white-space: nowrap; color: var(--quiet); }
.mark > span { display: inline-grid; place-items: center; width: 1.5em; height: 1.5em; border-radius: 4px; font-size: .75rem; line-height: 1; background: var(--line); color: var(--text); align-self: center; }
.mark.high { color: var(--high); } .mark.high > span { background: var(--high); color: var(--back); }
.mark.medium { color: var(--medium); } .mark.medium > span { background: var(--medium-back); color: var(--medium); box-shadow: inset 0 0 0 1px currentColor; }
.mark.low { color: var(--low); } .mark.low > span { background: var(--low-back); color: var(--low); }
.mark.fine { color: var(--quiet); } .mark.fine::before { content: ''; width: 1em; height: 1em; border-radius: 3px; background: var(--fine-tile); align-self: center; }

.callout { margin-top: 1.25rem; border: 1px dashed var(--medium); background: var(--medium-back); border-radius: 8px; padding: 1rem 1.4rem; }
.callout h2 { margin: 0; }
.callout ul { list-style: disc; padding-left: 1.2rem; margin-top: .4rem; }

.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.2rem; margin-bottom: 1rem; color: var(--quiet); font-size: .8rem; align-items: center; }
.clusters { display: grid; gap: 1.1rem; }
.dense .clusters { grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); }
.dense .cluster { content-visibility: auto; contain-intrinsic-size: auto 17rem; }
.cluster > .quiet { font-size: .85rem; margin-bottom: .6rem; }
.dense .cluster { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem 1rem; }
.gap { font-size: .85rem; color: var(--medium); border-left: 3px dashed var(--medium); padding-left: .6rem; margin-bottom: .6rem; }
.tiles { display: flex; flex-wrap: wrap; gap: 3px; }
.tiles.round { margin-top: .7rem; gap: 5px; }
.t { display: grid; place-items: center; width: 19px; height: 19px; border-radius: 4px; background: var(--fine-tile); color: var(--text); text-decoration: none; }
.round .t { border-radius: 50%; }
.t i { font: 700 12px/1 system-ui, sans-serif; }
.t.high { background: var(--high); color: var(--back); box-shadow: 0 0 0 2px var(--back), 0 0 0 3.5px var(--high); z-index: 1; }
.t.medium { background: var(--medium-back); color: var(--medium); box-shadow: inset 0 0 0 2px currentColor; }
.t.medium i { font-size: 9px; }
.t.low { background: var(--low-back); color: var(--low); box-shadow: inset 0 0 0 1px currentColor; }
.t.low i { font-size: 7px; }
.t.info { box-shadow: inset 0 0 0 1px var(--quiet); background: transparent; color: var(--quiet); }
.card.dim { opacity: .3; }
.t.dim { background: none; box-shadow: inset 0 0 0 1px var(--line); }
.t.dim i { visibility: hidden; }
.tip { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; pointer-events: none; }
html:not(.js) .t:is(:hover, :focus-visible) .tip, #tip {
  position: fixed; inset: auto auto .5rem .5rem; width: max-content; max-width: min(30rem, 100% - 1rem); height: auto; clip-path: none; white-space: normal; overflow: visible; pointer-events: none;
  background: var(--text); color: var(--back); padding: .45rem .7rem; border-radius: 6px; font-size: .85rem; line-height: 1.4; z-index: 4;
}
#tip { inset: auto; }

.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: .8rem; }
.card { background: var(--card); border: 1px solid var(--line); border-top: 3px solid var(--fine-tile); border-radius: 8px; padding: .8rem 1rem; display: flow-root; }
.card.high { border-color: var(--high); background: var(--high-back); }
.card.medium { border-color: var(--medium); }
.card.low { border-top-color: var(--low); }
.card.info { border-top-color: var(--quiet); }
.card > .mark { float: right; margin-left: .5rem; }
.card .name { font-weight: 600; color: inherit; }
.card p, .wires { font-size: .85rem; }
.dots { display: flex; flex-wrap: wrap; gap: 3px; margin: .35rem 0 .2rem; }
.dots i { width: 8px; height: 8px; border-radius: 50%; }
.dots .on { background: var(--fine); }
.dots .off { box-shadow: inset 0 0 0 1.5px var(--high); }
.wires { margin-top: .6rem; display: grid; gap: .5rem; }
.wires .group { font-weight: 600; }
.states { color: var(--quiet); }
.card.high .states, .card.high .quiet { color: var(--text); }
.bar { display: block; width: 100%; height: 6px; margin: .15rem 0; border-radius: 3px; background: var(--line); }
.bar .healthy { fill: var(--fine); } .bar .waiting { fill: var(--low); } .bar .unknown { fill: var(--quiet); }
.bar .missing { fill: var(--medium); } .bar .stale { fill: var(--medium); } .bar .wrong { fill: var(--high); }

.controls form { display: flex; flex-wrap: wrap; gap: .6rem 1.4rem; align-items: center; }
.controls { position: sticky; top: 0; z-index: 2; padding: .7rem 0; margin-bottom: .6rem; background: var(--back); border-bottom: 1px solid var(--line); font-size: .9rem; }
.controls fieldset { border: 0; display: flex; flex-wrap: wrap; gap: .2rem .9rem; align-items: center; }
.controls legend { float: left; color: var(--quiet); padding: 0; }
.controls label { display: inline-flex; align-items: center; gap: .35rem; }
.search { flex: 1 1 14rem; }
.search input { flex: 1; min-width: 8rem; }
.search > span { color: var(--quiet); }
#shown { display: block; color: var(--quiet); margin-top: .35rem; }
.box { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; margin-bottom: .7rem; }
.many .box { content-visibility: auto; contain-intrinsic-size: auto 7rem; }
.box > .quiet { font-size: .85rem; }
.box:target { border-color: var(--link); }
.f { border-top: 1px solid var(--line); margin-top: .6rem; padding-top: .6rem; }
.f summary, .box > summary { cursor: pointer; }
.f .rule { font-weight: 600; white-space: nowrap; }
.f dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem .9rem; margin: .5rem 0 .2rem 1.1rem; font-size: .92rem; max-width: 60rem; }
.f dt { color: var(--quiet); }
.places { margin-top: .5rem; }
.places li { border-top: 1px solid var(--line); padding: .3rem 0; font-size: .92rem; }
.names { margin-top: .5rem; font-size: .92rem; }
.names li { display: inline; }
.names li:not(:last-child)::after { content: ' · '; color: var(--quiet); }
.sign { font-size: .8rem; color: var(--quiet); }
.sign::before { display: inline-grid; place-items: center; width: 1.5em; height: 1.5em; margin-right: .35em; border-radius: 4px; font-size: .75rem; line-height: 1; background: var(--line); color: var(--text); content: 'i'; content: 'i' / ''; }
.sign.high { color: var(--high); } .sign.high::before { background: var(--high); color: var(--back); content: '!'; content: '!' / ''; }
.sign.medium { color: var(--medium); } .sign.medium::before { background: var(--medium-back); color: var(--medium); content: '▲'; content: '▲' / ''; }
.sign.low { color: var(--low); } .sign.low::before { background: var(--low-back); color: var(--low); content: '●'; content: '●' / ''; }
.folded .rule { font-weight: 600; white-space: nowrap; }
.rows { columns: 2 26rem; gap: 2rem; font-size: .88rem; margin-top: .5rem; }
.row { padding: .15rem 0; break-inside: avoid; }
.row:target { outline: 2px solid var(--link); }
.chip { font-size: .75rem; border: 1px solid var(--line); border-radius: 99px; padding: 0 .5em; color: var(--quiet); font-weight: 400; white-space: nowrap; }
.chip.new { color: var(--text); border-color: currentColor; }
#rules, .by-rule #services { display: none; }
.by-rule #rules, .both #rules { display: block; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: normal; }
thead th { color: var(--quiet); font-weight: 400; font-size: .85rem; }
tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 11rem; }
.number { text-align: right; }
.zero { color: var(--quiet); }
td.bad { color: var(--high); font-weight: 600; }
tr:target { background: var(--low-back); }
details > summary { padding: .1rem 0; }
#groups > .quiet { margin-top: .6rem; font-size: .85rem; }
#calls table, #history table { max-width: 60rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem; margin-bottom: .8rem; }
.chart { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem .4rem; }
.chart ul { display: flex; flex-wrap: wrap; gap: 0 1rem; font-size: .85rem; color: var(--quiet); }
.chart svg { vertical-align: middle; }
.drawing svg { display: block; width: 100%; height: auto; font-family: inherit; }
.ink-high { stroke: var(--high); stroke-width: 2; } .ink-medium { stroke: var(--medium); stroke-width: 2; } .ink-low { stroke: var(--low); stroke-width: 2; }
#story .legend { margin: .5rem 0 .8rem; }
#story .scroll { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .6rem .8rem; }
.scroll .lanes { display: block; width: 100%; min-width: 44rem; height: auto; }
.lanes text { font-size: 11px; fill: var(--quiet); } .lanes .group { font-weight: 600; fill: var(--text); font-size: 12px; } .lanes .number { font-weight: 600; }
.lanes .chapter { stroke: var(--line); stroke-width: 1; stroke-dasharray: 2 3; }
.curve { fill: none; stroke-width: 1.8; } .curve.tasks { stroke: var(--text); } .curve.targets { stroke: var(--quiet); stroke-dasharray: 4 3; }
.lanes .wired { fill: var(--fine-tile); } .lanes .missing { fill: var(--card); stroke: var(--high); stroke-width: 1.2; }
.lanes .stale { fill: url(#hatch); } .lanes .wrong { fill: var(--high); } .lanes .foreign { fill: var(--line); }
.hatch-back { fill: var(--medium-back); } .hatch-line { fill: var(--medium); }
.chapters { columns: 3 20rem; padding-left: 1.6rem; font-size: .88rem; margin: .6rem 0 0; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .85rem; }

@media (max-width: 40rem) {
  .controls { position: static; }
  .f dl { grid-template-columns: 1fr; margin-left: 0; }
  .f dd { margin-bottom: .3rem; }
  .verdict { padding: 1.1rem; }
}
@media print {
  :root, [data-theme] { color-scheme: light; }
  body { font-size: 10pt; max-width: none; padding: 0; background: none; }
  .controls, #theme, .skip { display: none !important; }
  .many .box, .dense .cluster { content-visibility: visible; }
  /* Nobody can follow a printed link to a rule's risk and cure. */
  .folded #rules { display: block; }
  .card, .dense .cluster, .chart { break-inside: avoid; }
  .f, .places li, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .card.dim { opacity: 1; }
  .scroll { overflow: visible; }
  .scroll .lanes { min-width: 0; }
  th, td { padding: .25rem .35rem; }
  tbody th { min-width: 0; }
  .t, .bar, .bar *, .mark > span, .mark::before, .dots i, .verdict, .lanes * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  a { color: inherit; }
}
@media (forced-colors: active) {
  .t, .card, .mark > span { border: 1px solid; forced-color-adjust: auto; }
}
`;
