import { keeps, rounded } from './bench/judge.mjs';

/** @typedef {import('../bench/bench.ts').Limit} Limit */
/** @typedef {import('../bench/results.ts').Result} Result */
/** @typedef {import('../bench/results.ts').Results} Results */
/**
 * What the page says of one benchmark, besides what it measured. `figures`: in words, by name, those that are worth
 * reading. `bounds`: why a goal is missed, or what limits the figure.
 * @typedef {{ benchmark: string, title: string, about: string, figures: Readonly<Record<string, string>>, bounds?: string }} Chapter
 */

const HEAD = `# Performance

What Taskwire costs in time, measured side by side with what else does the job, in one run. A goal that is missed stays a
goal: the page says by how much and why. This page is made of \`bench/results.json\`: \`npm run bench\` measures again,
\`npm run docs\` writes it.

What AWS's budgets carry at which latency: [capacity](capacity.md). What holds under faults: [reliability](reliability.md).
What else does parts of the same job: [comparison](comparison.md).
`;

/** How a figure is written, by the end of its name. @type {readonly [RegExp, (figure: number) => string][]} */
const UNITS = [
  [/Ms$/, (figure) => `${plain(figure)} ms`],
  [/Seconds$/, (figure) => `${plain(figure)} s`],
  [/Mb$/, (figure) => `${plain(figure)} MB`],
  [/[kK]ilobytes$/, (figure) => `${plain(figure)} KB`],
  [/[bB]ytes$/, (figure) => `${plain(figure / 1e6)} MB`],
  [/Percent$/, (figure) => `${plain(figure)} %`],
];

/** @type {(figure: number) => string} */
const plain = (figure) => rounded(figure).toLocaleString('en-US', { maximumSignificantDigits: 15 });

/** @type {(name: string, figure: number) => string} */
const written = (name, figure) => (UNITS.find(([end]) => end.test(name))?.[1] ?? plain)(figure);

/** @type {(limit: Limit, name: string) => string} */
const goalOf = ({ most, least }, name) =>
  [
    ...(most === undefined ? [] : [`at most ${written(name, most)}`]),
    ...(least === undefined ? [] : [`at least ${written(name, least)}`]),
  ].join(', ');

/** @type {(figure: number, limit: Limit) => string} */
const verdictOf = (figure, limit) => {
  if (keeps(figure, limit)) return 'met';
  const { most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY } = limit;
  const times = figure > most ? figure / most : least / figure;
  if (!Number.isFinite(times)) return '**missed**';
  if (times >= 2) return `**missed: ${plain(times)} times off**`;
  const percent = figure > most ? figure / most - 1 : 1 - figure / least;
  return `**missed by ${Math.max(1, Math.round(100 * percent))} %**`;
};

/** @type {(text: string | number) => string} */
const cell = (text) => (typeof text === 'number' ? plain(text) : text.replaceAll('|', '\\|'));

/** Figures stand to the right. @type {(columns: readonly string[], rows: readonly (readonly (string | number)[])[]) => string} */
const tableOf = (columns, rows) => {
  const isFigure = columns.map((_, at) =>
    rows.every((row) => typeof row[at] === 'number' || row[at] === '' || /^[\d.,]+$/.test(String(row[at]))),
  );
  return [
    `| ${columns.map(cell).join(' | ')} |`,
    `| ${isFigure.map((figure) => (figure ? '---:' : '---')).join(' | ')} |`,
    ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
  ].join('\n');
};

/** @type {(result: Result, name: string, says: string) => (string | number)[]} */
const rowOf = ({ limits, figures }, name, says) => {
  const [limit, figure] = [limits[name], figures[name]];
  if (figure === undefined) return [says, 'not measured', limit ? goalOf(limit, name) : '', limit ? '**missed**' : ''];
  return [says, written(name, figure), limit ? goalOf(limit, name) : '', limit ? verdictOf(figure, limit) : ''];
};

/** A chart's file, beside the page. @type {(benchmark: string, at: number) => string} */
const fileOf = (benchmark, at) => `performance/${benchmark}-${at + 1}.svg`;

/** What is not in words is told by its name: nothing that was measured against a goal is left out. @type {(chapter: Chapter, result: Result) => string} */
const chapterOf = ({ benchmark, title, about, figures, bounds }, result) => {
  const named = { ...Object.fromEntries(Object.keys(result.limits).map((name) => [name, name])), ...figures };
  const blocks = [
    `## ${title}`,
    about,
    tableOf(
      ['', 'measured', 'goal', ''],
      Object.entries(named)
        .filter(([name]) => name in result.limits || name in result.figures)
        .map(([name, says]) => rowOf(result, name, says)),
    ),
    ...(result.charts ?? []).map((chart, at) => `![${chart.title}](${fileOf(benchmark, at)})`),
    ...(result.tables ?? []).map(({ title, columns, rows }) => `${title}:\n\n${tableOf(columns, rows)}`),
    ...(bounds === undefined ? [] : [bounds]),
  ];
  return blocks.join('\n\n');
};

/** @type {(results: Results) => string} */
const placesOf = (results) => {
  const all = Object.entries(results);
  const seconds = all.reduce((sum, [, { tookSeconds }]) => sum + tookSeconds, 0);
  const machines = new Set(
    all.map(
      ([
        ,
        {
          machine: { cpu, cores, memoryGb },
        },
      ]) => `${cpu}, ${cores} cores, ${memoryGb} GB`,
    ),
  );
  const rows = all.map(([benchmark, { date, tookSeconds, loadBefore, versions, command }]) => [
    benchmark,
    date.slice(0, 10),
    tookSeconds,
    loadBefore.toFixed(1),
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    `\`${command}\``,
  ]);
  return `## How it was measured

On ${[...machines].join('; and on ')}. The load is how many processes wanted to run, on average over the minute before: above the
number of cores the machine was busy with something else, too. Subject and reference run in turns, so that this meets both,
and medians count. CPU time leaves out the turns that others took, though they slow it, too. Virtual time and counts do not
depend on the machine.

${tableOf(['benchmark', 'date', 'took, s', 'load before', 'versions', 'command'], rows)}

All together took ${Math.max(1, Math.round(seconds / 60))} min: \`npm run bench\` measures all of them, with names behind it only those.
\`npm run bench -- --compare\` measures again and fails where a ratio or a count is worse by a quarter than here.`;
};

/**
 * Renders docs/performance.md: the chapters in their order, and benchmarks that none is about behind them.
 * @param {Results} results
 * @param {readonly Chapter[]} chapters
 */
export const performancePage = (results, chapters) => {
  /** @type {Chapter[]} */
  const others = Object.keys(results)
    .filter((benchmark) => !chapters.some((each) => each.benchmark === benchmark))
    .map((benchmark) => ({
      benchmark,
      title: benchmark,
      about: `Measured: ${results[benchmark]?.name}.`,
      figures: {},
    }));
  const told = [...chapters, ...others].flatMap((chapter) => {
    const result = results[chapter.benchmark];
    return result === undefined ? [] : [{ chapter, result }];
  });
  const goals = told.flatMap(({ chapter, result }) =>
    Object.keys(result.limits).map((name) => {
      const [says, ...rest] = rowOf(result, name, chapter.figures[name] ?? name);
      return [`[${chapter.title}](#${anchorOf(chapter.title)})`, says ?? '', ...rest];
    }),
  );
  return [
    HEAD,
    tableOf(['', '', 'measured', 'goal', ''], goals),
    ...told.map(({ chapter, result }) => chapterOf(chapter, result)),
    `${placesOf(results)}\n`,
  ]
    .join('\n\n')
    .replace(/\n{3,}/g, '\n\n');
};

/** As the usual Markdown renderers make it of a heading. @type {(title: string) => string} */
const anchorOf = (title) =>
  title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

/**
 * The charts of the page by the path of their file below docs/.
 * @param {Results} results
 * @returns {Record<string, import('../bench/bench.ts').Chart>}
 */
export const performanceCharts = (results) =>
  Object.fromEntries(
    Object.entries(results).flatMap(([benchmark, { charts = [] }]) =>
      charts.map((chart, at) => [fileOf(benchmark, at), chart]),
    ),
  );
