import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { rounded } from './bench/judge.mjs';

use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const WIDTH = 800;
const HEIGHT = 380;
/** Told apart by everybody (Okabe and Ito), and by their shapes where colour is not seen. */
const COLOURS = ['#8c939d', '#e69f00', '#d55e00', '#009e73'];
/** The same in every chart. */
const OWN = 'Taskwire';
const OWN_COLOURS = ['#0072b2', '#56b4e9'];
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'pin'];
/** Times the value. */
const CLOSE = 1.8;
const TEXT = '#1c1f24';
const LINE = '#dddfe2';
const LEGEND_TOP = 38;
const LEGEND_ROW = 24;
const LEGEND_GAP = 28;
const PLOT_GAP = 22;
/** Of an entry beside its name, and of a letter, in pixels, as browsers have it: wider than ECharts thinks. */
const ENTRY = 30;
const LETTER = 6.8;

/** The names in rows that fit. @type {(names: readonly string[]) => string[][]} */
const legendRows = (names) => {
  /** @type {string[][]} */
  const rows = [];
  let left = 0;
  for (const name of names) {
    const width = ENTRY + name.length * LETTER + LEGEND_GAP;
    const row = rows.at(-1);
    if (row === undefined || width > left) {
      rows.push([name]);
      left = WIDTH - width;
    } else {
      row.push(name);
      left -= width;
    }
  }
  return rows;
};

/**
 * A chart of a benchmark as an SVG document with a background of its own, since a page may be light or dark. The same
 * figures are the same bytes.
 * @type {(chart: import('../bench/bench.ts').Chart) => string}
 */
export const drawChart = ({ title, unit, scale, categories, series }) => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  const text = { color: TEXT, fontSize: 12 };
  /** Its figure would cover that of another point. @type {(value: number, category: number) => boolean} */
  const isJustBelow = (value, category) =>
    series.some(({ values }) => (values[category] ?? 0) > value && (values[category] ?? 0) < CLOSE * value);
  const isOwn = (/** @type {string} */ name) => name.startsWith(OWN);
  const names = series.map(({ name }) => name);
  const rows = legendRows(names);
  /** @type {(name: string) => string | undefined} */
  const colourOf = (name) => {
    const colours = isOwn(name) ? OWN_COLOURS : COLOURS;
    return colours[names.filter((each) => isOwn(each) === isOwn(name)).indexOf(name) % colours.length];
  };
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: 'sans-serif' },
      title: { text: `${title}, ${unit}`, left: 16, top: 12, textStyle: { color: TEXT, fontSize: 14 } },
      legend: rows.map((data, row) => ({
        data,
        left: 12,
        top: LEGEND_TOP + row * LEGEND_ROW,
        itemGap: LEGEND_GAP,
        textStyle: text,
        selectedMode: false,
      })),
      grid: {
        left: 16,
        right: 24,
        top: LEGEND_TOP + rows.length * LEGEND_ROW + PLOT_GAP,
        bottom: 12,
        outerBoundsMode: 'same',
      },
      xAxis: {
        type: 'category',
        data: categories,
        axisLabel: { ...text, interval: 0, width: (0.9 * WIDTH) / categories.length, overflow: 'break' },
        axisLine: { lineStyle: { color: LINE } },
        axisTick: { show: false },
      },
      yAxis: {
        type: scale === 'log' ? 'log' : 'value',
        axisLabel: text,
        splitLine: { lineStyle: { color: LINE } },
      },
      series: series.map(({ name, values }, at) => ({
        name,
        // A bar has no beginning where there is no nought.
        type: scale === 'log' ? 'line' : 'bar',
        symbol: SYMBOLS[at % SYMBOLS.length],
        symbolSize: 9,
        barGap: '10%',
        color: colourOf(name),
        label: { show: true, position: 'top', ...text, fontSize: 11 },
        data: values.map((value, category) => ({
          value: rounded(value),
          label: { position: scale === 'log' && isJustBelow(value, category) ? 'bottom' : 'top' },
        })),
      })),
    });
    return chart
      .renderToSVGString()
      .replace(/<style[\s\S]*?<\/style>/g, '')
      .replace(/ (class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
      .replace(/\bzr\d+-/g, '')
      .replace(/^<svg /, `<svg role="img" aria-label="${title.replace(/[<>&"]/g, '')}, ${unit}" `)
      .concat('\n');
  } finally {
    chart.dispose();
  }
};
