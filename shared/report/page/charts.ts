import { LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([LineChart, GridComponent, SVGRenderer]);

const WIDTH = 420;
const HEIGHT = 190;
const DAY_MS = 24 * 3_600_000;

/** One line of a chart. */
export interface Series {
  readonly name: string;
  /** A colour of the page's style: `high`, for `var(--high)`. */
  readonly colour: string;
  /** Colour is never the only sign. */
  readonly dash: 'solid' | 'dashed' | 'dotted';
  /** At the chart's moments, in their order. */
  readonly values: readonly number[];
}

/**
 * Lines over time as the text of an SVG element that takes its colours from the page.
 * @param id Of the chart on its page; two charts must not share one.
 * @param label What it shows, for whoever does not see it.
 * @param timesMs Epoch milliseconds, ascending.
 */
export const lineChart = (id: string, label: string, timesMs: readonly number[], series: readonly Series[]): string => {
  const [first = 0] = timesMs;
  const span = (timesMs.at(-1) ?? first) - first;
  const isLong = span > 2 * DAY_MS;
  const quiet = { color: 'var(--quiet)', fontSize: 12 };
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption({
      animation: false,
      useUTC: true,
      grid: { left: 44, right: 16, top: 12, bottom: 26 },
      xAxis: {
        type: 'time',
        splitNumber: 5,
        ...(isLong && { minInterval: DAY_MS }),
        axisLabel: {
          ...quiet,
          hideOverlap: true,
          formatter: (atMs: number) => {
            const text = new Date(atMs).toISOString();
            return isLong ? text.slice(5, 10) : text.slice(11, 16);
          },
        },
        axisLine: { lineStyle: { color: 'var(--line)' } },
        axisTick: { show: false },
      },
      yAxis: {
        type: 'value',
        minInterval: 1,
        splitNumber: 3,
        axisLabel: quiet,
        splitLine: { lineStyle: { color: 'var(--line)' } },
      },
      series: series.map(({ name, colour, dash, values }) => ({
        name,
        type: 'line',
        symbolSize: 5,
        showAllSymbol: true,
        silent: true,
        lineStyle: { color: `var(--${colour})`, width: 2, type: dash },
        itemStyle: { color: `var(--${colour})` },
        data: timesMs.map((atMs, index) => [atMs, values[index] ?? 0]),
      })),
    });
    return plainSvg(chart.renderToSVGString(), id, label);
  } finally {
    chart.dispose();
  }
};

/**
 * The renderer numbers its charts through the life of the process, and writes styles for a pointer that nobody follows:
 * without both the same figures are the same bytes.
 */
const plainSvg = (svg: string, id: string, label: string): string =>
  svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
    .replace(/ style="[^"]*"/g, ' font-size="12"')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(/<svg [^>]*>/, `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">`)
    .replace(/>\n+/g, '>');
