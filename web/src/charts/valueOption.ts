/** The value chart as ECharts options: the line above, soundings hung below the neatline. */
import type { LineSeriesOption } from 'echarts/charts';
import type { EChartsCoreOption } from 'echarts/core';
import { dayNumber } from '../lib/dates';
import { axisLabel, MINUS } from '../lib/format';
import { type ChartPoint, deepest, thin } from '../lib/series';
import { type ChartEvent, deepestSeries, eventSeries, lastSeries } from './marks';
import { segments } from './neatline';
import { daySeries, neatlineSeries } from './neatlineSeries';
import type { Palette } from './palette';

export interface ValueChartInput {
  readonly points: readonly ChartPoint[];
  readonly events: readonly ChartEvent[];
  readonly log: boolean;
  readonly soundings: boolean;
  /** False where amounts are hidden: the axis then says nothing. */
  readonly amounts: boolean;
}

const BANDS = [0, -0.05, -0.1, -0.2, -1] as const;

/** The part of a fall that lies between two depths. */
function inBand(fall: number | null, top: number, bottom: number): number | null {
  return fall === null ? null : Math.min(Math.max(fall, bottom), top) - top;
}

type Line = [number, number | null];

function line(
  points: readonly ChartPoint[],
  pick: (point: ChartPoint) => number | null,
): Line[] {
  return points.map((point) => [dayNumber(point.day), pick(point)]);
}

const BARE: LineSeriesOption = {
  type: 'line',
  symbol: 'none',
  animation: false,
  silent: true,
  connectNulls: false,
};

function depthSeries(points: readonly ChartPoint[], palette: Palette): LineSeriesOption[] {
  const fills = [palette.sea1, palette.sea2, palette.sea3, palette.sea4];
  const below = { xAxisIndex: 1, yAxisIndex: 1 };
  const bands = fills.map((color, index): LineSeriesOption => ({
    ...BARE,
    ...below,
    stack: 'depth',
    lineStyle: { width: 0 },
    areaStyle: { color, opacity: 1 },
    z: 2,
    data: line(points, ({ drawdown }) =>
      inBand(drawdown, BANDS[index] ?? 0, BANDS[index + 1] ?? -1),
    ),
  }));
  return [
    ...bands,
    {
      ...BARE,
      ...below,
      z: 3,
      lineStyle: { width: 1, color: palette['sea-line'] },
      data: line(points, ({ drawdown }) => drawdown),
    },
  ];
}

function valueSeries(
  points: readonly ChartPoint[],
  log: boolean,
  palette: Palette,
): LineSeriesOption[] {
  const allowed = (value: number | null): number | null =>
    log && value !== null && value <= 0 ? null : value;
  return [
    {
      ...BARE,
      z: 4,
      lineStyle: { width: 1.7, color: palette.ink, join: 'round' },
      areaStyle: { color: palette.wash, opacity: 1, origin: 'start' },
      data: line(points, ({ value }) => allowed(value)),
    },
    {
      ...BARE,
      z: 4,
      step: 'end',
      lineStyle: { width: 1, color: palette.ink2, type: [3, 3] },
      data: line(points, ({ invested }) => allowed(invested)),
    },
  ];
}

interface Frame extends ValueChartInput {
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
  readonly phone: boolean;
  /** Height of the soundings. */
  readonly depth: number;
}

export function valueOption(
  input: ValueChartInput,
  palette: Palette,
  width: number,
  height: number,
): EChartsCoreOption {
  const phone = width < 500;
  const depth = input.soundings ? (phone ? 54 : 96) : 0;
  const frame: Frame = {
    ...input,
    points: thin(input.points, 2400),
    palette,
    width,
    height,
    phone,
    depth,
  };
  const right = phone ? 46 : 56;
  return {
    backgroundColor: 'transparent',
    animation: false,
    grid: [
      { left: 1, right, top: 10, bottom: 28 + depth, containLabel: false },
      { left: 1, right, top: height - 20 - depth, bottom: 20, containLabel: false },
    ],
    xAxis: [dayAxis(frame, 0), dayAxis(frame, 1)],
    yAxis: [valueAxis(frame), depthAxis(frame)],
    tooltip: { trigger: 'axis', showContent: false },
    axisPointer: {
      link: [{ xAxisIndex: 'all' }],
      type: 'line',
      snap: false,
      animation: false,
      label: { show: false },
      lineStyle: { color: palette.ink, type: 'solid', width: 1 },
    },
    series: seriesOf(frame, input.points),
  };
}

function dayAxis({ points }: Frame, gridIndex: number): object {
  const [first, last] = [points[0]?.day ?? '1970-01-01', points.at(-1)?.day ?? '1970-01-02'];
  return {
    type: 'value',
    gridIndex,
    min: dayNumber(first),
    max: dayNumber(last),
    show: false,
    axisPointer: { show: true },
  };
}

function sideAxis({ palette }: Frame, gridIndex: number): object {
  return {
    gridIndex,
    position: 'right',
    axisLine: { show: false },
    axisTick: { show: false },
    axisPointer: { show: false },
    splitLine: { lineStyle: { color: palette.grid, type: gridIndex === 0 ? 'solid' : [1, 3] } },
  };
}

function valueAxis(frame: Frame): object {
  const { log, phone, amounts, palette } = frame;
  const formatter = amounts ? axisLabel : (): string => '';
  return {
    ...sideAxis(frame, 0),
    type: log ? 'log' : 'value',
    scale: true,
    splitNumber: phone ? 3 : 5,
    axisLabel: {
      fontSize: 11,
      fontFamily: palette.font,
      color: palette.ink2,
      margin: 8,
      formatter,
    },
  };
}

function depthAxis(frame: Frame): object {
  const { points, soundings, palette } = frame;
  const min = Math.min((deepest(points)?.drawdown ?? 0) * 1.12, -0.04);
  const formatter = (value: number): string => `${MINUS}${Math.round(-value * 100)} %`;
  return {
    ...sideAxis(frame, 1),
    type: 'value',
    min,
    max: 0,
    splitNumber: 2,
    show: soundings,
    axisLabel: {
      fontSize: 11,
      fontFamily: palette.font,
      color: palette.ink2,
      margin: 8,
      showMinLabel: false,
      showMaxLabel: false,
      formatter,
    },
  };
}

function seriesOf(frame: Frame, everyDay: readonly ChartPoint[]): object[] {
  const { points, palette, phone, height, soundings, log, events } = frame;
  const [first, last] = [points[0]?.day ?? '1970-01-01', points.at(-1)?.day ?? '1970-01-02'];
  const days = segments(first, last);
  const level = points.find(({ value }) => value !== null)?.value ?? 1;
  return [
    ...valueSeries(points, log, palette),
    ...(soundings
      ? [...depthSeries(points, palette), deepestSeries(deepest(points), palette)]
      : []),
    daySeries(days, level, { palette, phone, bottom: height }),
    neatlineSeries(days, level, palette),
    eventSeries(events, everyDay, phone || everyDay.length > 420 ? 0 : 3, palette),
    lastSeries(points, palette),
  ];
}
