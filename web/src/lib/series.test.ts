import { describe, expect, it } from 'vitest';
import { dayOf } from './dates';
import { cut, deepest, thin } from './series';

const days = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => dayOf(19_000 + index));

describe('the series of a chart', () => {
  it('takes the day before the span as the base of its drawdown', () => {
    const date = days(4);
    const points = cut(
      { date, value: [1, 1, 1, 1], invested: [1, 1, 1, 1], twr: [0.5, 0.2, 0.35, 0.1] },
      { start: date[2] ?? '', end: date[3] ?? '' },
    );
    expect(points.map(({ day }) => day)).toEqual(date.slice(1));
    expect(points[0]?.drawdown).toBe(0);
    expect(deepest(points)?.day).toBe(date[3]);
    expect(deepest(points)?.drawdown).toBeCloseTo(1.1 / 1.35 - 1, 12);
  });

  it('leaves a missing value missing', () => {
    const date = days(2);
    const points = cut(
      { date, value: [null, 5], invested: [null, null], twr: [null, null] },
      { start: date[0] ?? '', end: date[1] ?? '' },
    );
    expect(points.map(({ value, drawdown }) => [value, drawdown])).toEqual([
      [null, null],
      [5, null],
    ]);
    expect(deepest(points)).toBeNull();
  });

  it('keeps the highest, lowest and deepest point when thinned', () => {
    const points = days(9000).map((day, index) => ({
      day,
      value: index === 4321 ? 99 : index === 777 ? -99 : 1,
      invested: 0,
      drawdown: index === 6000 ? -0.9 : 0,
    }));
    const kept = thin(points, 1000);
    expect(kept.length).toBeLessThanOrEqual(1100);
    expect(
      kept.some(({ value }) => value === 99) && kept.some(({ value }) => value === -99),
    ).toBe(true);
    expect(deepest(kept)?.drawdown).toBe(-0.9);
    expect(kept.at(-1)).toBe(points.at(-1));
  });
});
