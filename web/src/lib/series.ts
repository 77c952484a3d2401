/** A portfolio's daily series, cut to a span and turned into what a chart draws. */
import { type Day, dayNumber } from './dates';
import type { Span } from './ranges';

export interface DailySeries {
  readonly date: readonly Day[];
  readonly value: readonly (number | null)[];
  readonly invested: readonly (number | null)[];
  readonly twr: readonly (number | null)[];
}

export interface ChartPoint {
  readonly day: Day;
  readonly value: number | null;
  readonly invested: number | null;
  /** Fall from the highest point so far in the span, a fraction in [-1, 0]. */
  readonly drawdown: number | null;
}

export interface Depth {
  readonly drawdown: number;
  readonly day: Day;
}

/** Cut to the span, with the day before it as the base of the drawdown. */
export function cut(series: DailySeries, span: Span): ChartPoint[] {
  const points: ChartPoint[] = [];
  let peak: number | null = null;
  series.date.forEach((day, index) => {
    if (dayNumber(day) < dayNumber(span.start) - 1 || day > span.end) return;
    const twr = series.twr[index] ?? null;
    const wealth = twr === null ? null : 1 + twr;
    if (wealth !== null) peak = Math.max(peak ?? 1e-300, wealth);
    points.push({
      day,
      value: series.value[index] ?? null,
      invested: series.invested[index] ?? null,
      drawdown: wealth === null || peak === null ? null : wealth / peak - 1,
    });
  });
  return points;
}

export function deepest(points: readonly ChartPoint[]): Depth | null {
  let found: Depth | null = null;
  for (const { day, drawdown } of points) {
    if (drawdown !== null && (found === null || drawdown < found.drawdown))
      found = { day, drawdown };
  }
  return found;
}

/** At most about `limit` points: of each bucket the first, the highest, the lowest, the deepest. */
export function thin(points: readonly ChartPoint[], limit: number): ChartPoint[] {
  if (points.length <= limit) return [...points];
  const size = Math.ceil((points.length * 4) / limit);
  const kept = new Set<number>([points.length - 1]);
  for (let from = 0; from < points.length; from += size) {
    const bucket = Array.from(
      { length: Math.min(size, points.length - from) },
      (_, k) => from + k,
    );
    kept.add(from);
    for (const pick of [
      value,
      (p: ChartPoint) => -value(p),
      (p: ChartPoint) => -(p.drawdown ?? 0),
    ]) {
      kept.add(
        bucket.reduce(
          (best, index) =>
            score(points, index, pick) > score(points, best, pick) ? index : best,
          from,
        ),
      );
    }
  }
  return [...kept].sort((a, b) => a - b).flatMap((index) => points[index] ?? []);
}

function value(point: ChartPoint): number {
  return point.value ?? 0;
}

function score(
  points: readonly ChartPoint[],
  index: number,
  pick: (point: ChartPoint) => number,
): number {
  const point = points[index];
  return point === undefined ? -Infinity : pick(point);
}
