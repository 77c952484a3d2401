/** The graduated border of a sea chart as a time axis: one segment a week, month or quarter. */
import { type Day, dayNumber, monthName } from '../lib/dates';

export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly dark: boolean;
  readonly label: string;
  /** A year begins here; its label is set stronger. */
  readonly year: boolean;
  /** The segment begins before the chart does, so its label would stand wrong. */
  readonly cut: boolean;
}

type Step = 'week' | 'month' | 'quarter' | 'year';

function stepFor(days: number): Step {
  if (days < 50) return 'week';
  if (days < 500) return 'month';
  return days < 3000 ? 'quarter' : 'year';
}

function starts(step: Step, first: number, last: number): number[] {
  const found: number[] = [];
  if (step === 'week') {
    for (let day = first - ((first + 3) % 7); day <= last; day += 7) found.push(day);
    return found;
  }
  const months = { month: 1, quarter: 3, year: 12 }[step];
  const date = new Date(first * 86_400_000);
  let month = date.getUTCFullYear() * 12 + Math.floor(date.getUTCMonth() / months) * months;
  for (;;) {
    const day = Date.UTC(Math.floor(month / 12), month % 12, 1) / 86_400_000;
    if (day > last) return found;
    found.push(day);
    month += months;
  }
}

function describe(step: Step, day: number): Pick<Segment, 'dark' | 'label' | 'year'> {
  const date = new Date(day * 86_400_000);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (step === 'week') {
    return {
      dark: Math.floor(day / 7) % 2 === 0,
      label: `${date.getUTCDate()} ${monthName(month)}`,
      year: false,
    };
  }
  if (step === 'month')
    return {
      dark: month % 2 === 0,
      label: month === 0 ? String(year) : monthName(month),
      year: month === 0,
    };
  if (step === 'quarter')
    return { dark: (month / 3) % 2 === 0, label: month === 0 ? String(year) : '', year: true };
  return { dark: year % 2 === 0, label: String(year), year: true };
}

export function segments(first: Day, last: Day): Segment[] {
  const [from, to] = [dayNumber(first), dayNumber(last)];
  const step = stepFor(to - from);
  const all = starts(step, from, to);
  return all.map((day, index) => ({
    from: Math.max(day, from),
    to: Math.min(all[index + 1] ?? to, to),
    cut: day < from,
    ...describe(step, day),
  }));
}
