/** The ranges of the value chart, by the calendar. */
import { addDays, addMonths, type Day, showDay } from './dates';

export const RANGES = ['1M', '3M', 'YTD', '1Y', '3Y', 'ALL'] as const;
export type RangeName = (typeof RANGES)[number];

/** First and last day of a range; the value at its start is that of the day before `start`. */
export interface Span {
  readonly start: Day;
  readonly end: Day;
}

const MONTHS: Readonly<Record<'1M' | '3M' | '1Y' | '3Y', number>> = {
  '1M': 1,
  '3M': 3,
  '1Y': 12,
  '3Y': 36,
};

export function asRange(text: string | null): RangeName {
  return RANGES.find((name) => name === text?.toUpperCase()) ?? '1Y';
}

/** The days of a range that ends on `end`, cut at the first day there is. */
export function rangeSpan(range: RangeName, first: Day, end: Day): Span {
  const start = rangeStart(range, first, end);
  return { start: start < first ? first : start, end };
}

function rangeStart(range: RangeName, first: Day, end: Day): Day {
  if (range === 'ALL') return first;
  if (range === 'YTD') return `${end.slice(0, 4)}-01-01`;
  return addDays(addMonths(end, -MONTHS[range]), 1);
}

const WORDS: Readonly<Record<RangeName, string>> = {
  '1M': 'in 1 month',
  '3M': 'in 3 months',
  YTD: 'this year',
  '1Y': 'in 1 year',
  '3Y': 'in 3 years',
  ALL: 'since the start',
};

export function rangeWords(range: RangeName | null, span: Span): string {
  return range === null ? `${showDay(span.start)} to ${showDay(span.end)}` : WORDS[range];
}
