/** Days as ISO text; arithmetic in UTC, so no time zone can move one. */
const DAY_MS = 86_400_000;

export type Day = string;

/** Days since 1970-01-01. */
export function dayNumber(day: Day): number {
  return Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / DAY_MS;
}

export function dayOf(number: number): Day {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/u.test(text) && !Number.isNaN(dayNumber(text));
}

export function addDays(day: Day, days: number): Day {
  return dayOf(dayNumber(day) + days);
}

/** The same day of another month, clamped to its end. */
export function addMonths(day: Day, months: number): Day {
  const date = new Date(dayNumber(day) * DAY_MS);
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const last = new Date(
    Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0),
  ).getUTCDate();
  first.setUTCDate(Math.min(date.getUTCDate(), last));
  return first.toISOString().slice(0, 10);
}

/** Today where the reader sits. */
export function today(): Day {
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

export function monthName(month: number): string {
  return MONTHS[month] ?? '';
}

/** 20 Nov 2026. */
export function showDay(day: Day): string {
  const [year = '', month = '1', date = '1'] = day.slice(0, 10).split('-');
  return `${Number(date)} ${monthName(Number(month) - 1)} ${year}`;
}

/** November 2026. */
export function showMonth(day: Day): string {
  return new Intl.DateTimeFormat('en-GB', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(dayNumber(day) * DAY_MS));
}
