/** The value chart on its canvas. Loaded apart from the page, for ECharts is large. */
import { useComputedColorScheme } from '@mantine/core';
import { type ReactElement, useEffect, useRef } from 'react';
import { dayNumber } from '../lib/dates';
import type { Span } from '../lib/ranges';
import type { ChartPoint } from '../lib/series';
import { type ECharts, init } from './echarts';
import { readPalette } from './palette';
import { usePick } from './usePick';
import { type ValueChartInput, valueOption } from './valueOption';

export interface ValueChartProps extends ValueChartInput {
  readonly label: string;
  readonly height: number;
  readonly onPoint: (point: ChartPoint | null) => void;
  readonly onPick: (span: Span) => void;
}

interface PointerEvent {
  readonly axesInfo?: readonly { readonly value: number }[];
}

function listen(chart: ECharts, latest: { readonly current: ValueChartProps }): void {
  chart.on('updateAxisPointer', (event) => {
    const at = (event as PointerEvent).axesInfo?.[0]?.value;
    const { points, onPoint } = latest.current;
    const first = points[0];
    onPoint(
      at === undefined || first === undefined
        ? null
        : (points[Math.round(at) - dayNumber(first.day)] ?? null),
    );
  });
  chart.on('globalout', () => latest.current.onPoint(null));
}

export default function ValueChart(props: ValueChartProps): ReactElement {
  const { points, events, log, soundings, amounts, height, label } = props;
  const scheme = useComputedColorScheme('light');
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = init(element, null, { renderer: 'canvas' });
    chart.current = made;
    listen(made, latest);
    return () => {
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const draw = (): void => {
      const made = chart.current;
      if (made === null || element.clientWidth === 0) return;
      made.resize();
      made.setOption(
        valueOption(
          { points, events, log, soundings, amounts },
          readPalette(),
          element.clientWidth,
          height,
        ),
        true,
      );
    };
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    draw();
    return () => observer.disconnect();
  }, [points, events, log, soundings, amounts, height, scheme]);

  const { drag, ...handlers } = usePick(chart, props.onPick);
  return (
    <div className="chart-host" {...handlers}>
      <div ref={host} role="img" aria-label={label} style={{ height }} />
      {drag !== null && <div className="chart-drag" style={drag} />}
    </div>
  );
}
