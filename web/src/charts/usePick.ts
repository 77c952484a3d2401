/** Dragging over the chart picks days; a touch scrolls the page as ever. */
import { type PointerEvent, type RefObject, useState } from 'react';
import { dayOf } from '../lib/dates';
import type { Span } from '../lib/ranges';
import type { ECharts } from './echarts';

export interface Drag {
  readonly left: number;
  readonly width: number;
}

export interface Pick {
  readonly drag: Drag | null;
  readonly onPointerDown: (event: PointerEvent<HTMLDivElement>) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLDivElement>) => void;
  readonly onPointerUp: (event: PointerEvent<HTMLDivElement>) => void;
}

const DAYS_MIN = 3;

export function usePick(chart: RefObject<ECharts | null>, onPick: (span: Span) => void): Pick {
  const [from, setFrom] = useState<number | null>(null);
  const [to, setTo] = useState(0);
  const at = (event: PointerEvent<HTMLDivElement>): number =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  const dayAt = (x: number): number =>
    Math.round(chart.current?.convertFromPixel({ xAxisIndex: 0 }, x) ?? 0);
  return {
    drag:
      from === null || Math.abs(to - from) < 4
        ? null
        : { left: Math.min(from, to), width: Math.abs(to - from) },
    onPointerDown: (event) => {
      if (event.pointerType !== 'mouse' || event.button !== 0) return;
      setFrom(at(event));
      setTo(at(event));
    },
    onPointerMove: (event) => {
      if (from !== null) setTo(at(event));
    },
    onPointerUp: (event) => {
      if (from === null) return;
      const [first, last] = [
        dayAt(Math.min(from, at(event))),
        dayAt(Math.max(from, at(event))),
      ];
      setFrom(null);
      if (last - first >= DAYS_MIN) onPick({ start: dayOf(first), end: dayOf(last) });
    },
  };
}
