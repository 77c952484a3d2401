import { describe, expect, it } from 'vitest';
import { rangeSpan } from './ranges';

describe('ranges', () => {
  it('go by the calendar and clamp to the end of a shorter month', () => {
    expect(rangeSpan('1M', '2020-01-01', '2024-03-31')).toEqual({
      start: '2024-03-01',
      end: '2024-03-31',
    });
    expect(rangeSpan('1Y', '2020-01-01', '2024-02-29')).toEqual({
      start: '2023-03-01',
      end: '2024-02-29',
    });
    expect(rangeSpan('YTD', '2020-01-01', '2024-03-31')).toEqual({
      start: '2024-01-01',
      end: '2024-03-31',
    });
  });

  it('never begin before the first day', () => {
    expect(rangeSpan('3Y', '2024-01-05', '2024-03-31').start).toBe('2024-01-05');
    expect(rangeSpan('ALL', '2024-01-05', '2024-03-31').start).toBe('2024-01-05');
  });
});
