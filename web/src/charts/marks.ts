/** The reader's own events on the value chart, its last point and its deepest. */
import type { CustomSeriesOption } from 'echarts/charts';
import { dayNumber } from '../lib/dates';
import { percent } from '../lib/format';
import type { ChartPoint, Depth } from '../lib/series';
import { box, point, type Shape } from './draw';
import type { Palette } from './palette';

export type EventKind = 'bought' | 'sold' | 'dividend' | 'deposit' | 'split';

export interface ChartEvent {
  readonly day: string;
  readonly kind: EventKind;
  readonly label: string;
  /** How much it weighs; the largest are named. */
  readonly size: number;
}

interface Placed extends ChartEvent {
  readonly at: number;
  readonly value: number;
}

/** Each event at its day, on the line; those outside the span are not drawn. */
function placed(events: readonly ChartEvent[], points: readonly ChartPoint[]): Placed[] {
  const values = new Map(points.map((item) => [item.day, item.value]));
  return events.flatMap((event) => {
    const value = values.get(event.day);
    return value === undefined || value === null
      ? []
      : [{ ...event, at: dayNumber(event.day), value }];
  });
}

/** The largest trades that stand far enough apart, and not at the very edge. */
function toName(items: readonly Placed[], named: number): readonly Placed[] {
  const days = items.map(({ at }) => at);
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const room = (last - first) / 7;
  const chosen: Placed[] = [];
  const trades = items.filter(({ kind }) => kind === 'bought' || kind === 'sold');
  for (const item of trades.sort((a, b) => b.size - a.size)) {
    if (chosen.length === named) break;
    const crowded = chosen.some(({ at }) => Math.abs(at - item.at) < room);
    if (!crowded && item.at - first > room / 2 && last - item.at > room / 4) chosen.push(item);
  }
  return chosen;
}

function triangle(x: number, y: number, up: boolean, palette: Palette): Shape {
  const tip = up ? y + 5 : y - 5;
  const foot = up ? y + 14 : y - 14;
  return {
    type: 'polygon',
    shape: {
      points: [
        [x, tip],
        [x + 5, foot],
        [x - 5, foot],
      ],
    },
    style: { fill: palette.accent, stroke: palette.sheet, lineWidth: 1.2 },
  };
}

function eventLabel(event: Placed, x: number, y: number, palette: Palette): Shape {
  const up = event.kind === 'bought';
  return {
    type: 'text',
    style: {
      x: up ? x : x - 9,
      y: up ? y + 18 : y - 16,
      text: event.label,
      align: up ? 'center' : 'right',
      fill: palette.accent,
      stroke: palette.sheet,
      lineWidth: 3,
      font: `500 11px ${palette.font}`,
    },
  };
}

function mark(event: Placed, x: number, y: number, floor: number, palette: Palette): Shape {
  if (event.kind === 'bought' || event.kind === 'sold')
    return triangle(x, y, event.kind === 'bought', palette);
  if (event.kind === 'deposit')
    return {
      type: 'line',
      shape: { x1: x, x2: x, y1: floor - 5, y2: floor },
      style: { stroke: palette.accent, lineWidth: 1.4 },
    };
  if (event.kind === 'dividend') {
    return {
      type: 'polygon',
      shape: {
        points: [
          [x, floor - 10],
          [x + 3, floor - 6],
          [x, floor - 2],
          [x - 3, floor - 6],
        ],
      },
      style: { fill: palette.sheet, stroke: palette.accent, lineWidth: 1.2 },
    };
  }
  return {
    type: 'group',
    children: [
      {
        type: 'line',
        shape: { x1: x, x2: x, y1: y, y2: floor },
        style: { stroke: palette.ink2, lineDash: [2, 2] },
      },
      {
        type: 'rect',
        shape: { x: x - 14, y: floor - 28, width: 28, height: 14 },
        style: { fill: palette.sheet, stroke: palette.ink2 },
      },
      {
        type: 'text',
        style: {
          x,
          y: floor - 26,
          text: event.label,
          align: 'center',
          fill: palette.ink,
          font: `400 10px ${palette.font}`,
        },
      },
    ],
  };
}

export function eventSeries(
  events: readonly ChartEvent[],
  points: readonly ChartPoint[],
  named: number,
  palette: Palette,
): CustomSeriesOption {
  const items = placed(events, points);
  const trades = toName(items, named);
  return {
    type: 'custom',
    clip: false,
    silent: true,
    z: 8,
    tooltip: { show: false },
    data: items.map(({ at, value }) => [at, value]),
    renderItem: (params, api): Shape => {
      const event = items[params.dataIndex];
      if (event === undefined) return null;
      const area = box(params);
      const [x, y] = point(api, event.at, event.value);
      const drawn = [mark(event, x, y, area.y + area.height, palette)];
      if (trades.includes(event)) drawn.push(eventLabel(event, x, y, palette));
      return {
        type: 'group',
        children: drawn.filter((shape) => shape !== null && shape !== undefined),
      };
    },
  };
}

/** The ring on the last point. */
export function lastSeries(
  points: readonly ChartPoint[],
  palette: Palette,
): CustomSeriesOption {
  const last = points.findLast(({ value }) => value !== null);
  return {
    type: 'custom',
    clip: false,
    silent: true,
    z: 9,
    tooltip: { show: false },
    data: last === undefined ? [] : [[dayNumber(last.day), last.value]],
    renderItem: (_params, api): Shape => {
      const [cx, cy] = api.coord([api.value(0), api.value(1)]) as [number, number];
      return {
        type: 'group',
        children: [
          {
            type: 'circle',
            shape: { cx, cy, r: 5 },
            style: { fill: palette.sheet, stroke: palette.ink, lineWidth: 1.5 },
          },
          { type: 'circle', shape: { cx, cy, r: 1.8 }, style: { fill: palette.ink } },
        ],
      };
    },
  };
}

/** The deepest sounding, in italic as on a chart. */
export function deepestSeries(depth: Depth | null, palette: Palette): CustomSeriesOption {
  return {
    type: 'custom',
    clip: false,
    silent: true,
    z: 9,
    xAxisIndex: 1,
    yAxisIndex: 1,
    tooltip: { show: false },
    data:
      depth === null || depth.drawdown === 0 ? [] : [[dayNumber(depth.day), depth.drawdown]],
    renderItem: (params, api): Shape => {
      if (depth === null) return null;
      const area = box(params);
      const [cx, cy] = api.coord([api.value(0), api.value(1)]) as [number, number];
      const right = cx > area.x + area.width * 0.7;
      return {
        type: 'group',
        children: [
          { type: 'circle', shape: { cx, cy, r: 2.2 }, style: { fill: palette.ink } },
          {
            type: 'text',
            style: {
              x: right ? cx - 8 : cx + 8,
              y: cy - 5,
              align: right ? 'right' : 'left',
              text: percent(depth.drawdown),
              fill: palette.ink,
              stroke: palette.sheet,
              lineWidth: 3,
              font: `italic 500 11px ${palette.font}`,
            },
          },
        ],
      };
    },
  };
}
