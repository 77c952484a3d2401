/** How sure a figure is, from what the API flags. A total takes its worst part's status. */
import type { Holding } from '../api/types';
import { dayNumber, showDay } from '../lib/dates';

export const STATUSES = ['exact', 'carried', 'estimated', 'stale', 'incomplete'] as const;
export type Status = (typeof STATUSES)[number];

export interface StatusNote {
  readonly status: Status;
  readonly label: string;
  readonly why: string;
}

const BY_FLAG: Readonly<Record<string, Status>> = {
  no_price: 'incomplete',
  no_rate: 'incomplete',
  incomplete: 'incomplete',
  split_unbooked: 'incomplete',
  stale: 'stale',
  estimated: 'estimated',
};

const WORDS: Readonly<Record<string, string>> = {
  no_price: 'no price',
  no_rate: 'no exchange rate',
  split_unbooked: 'a split is not in your ledger',
  stale: 'the price is old',
  estimated: 'from your own last trade',
  own_price: 'your own price',
  cash_negative: 'more cash went out than came in',
};

/** A flag may name its object after a colon, as in `stale:IBGS`. */
function bare(flag: string): string {
  return flag.split(':')[0] ?? flag;
}

export function flagStatus(flags: readonly string[]): Status {
  return worst(flags.map((flag) => BY_FLAG[bare(flag)] ?? 'exact'));
}

export function worst(statuses: readonly Status[]): Status {
  return statuses.reduce<Status>(
    (bad, next) => (STATUSES.indexOf(next) > STATUSES.indexOf(bad) ? next : bad),
    'exact',
  );
}

export function flagWords(flags: readonly string[]): string {
  return flags
    .map((flag) => {
      const [name = flag, object = ''] = flag.split(':');
      const words = WORDS[name] ?? name.replaceAll('_', ' ');
      return object === '' ? words : `${object}: ${words}`;
    })
    .join(', ');
}

export function isStale({ flags }: Pick<Holding, 'flags'>): boolean {
  return flags.some((flag) => bare(flag) === 'stale');
}

type Priced = Pick<Holding, 'flags' | 'price' | 'price_on'>;

/** The status of one holding's price on a day; on a closed day the last close is carried. Stale is as of `staleOn`. */
export function priceStatus(
  { flags, price, price_on: on }: Priced,
  day: string,
  staleOn: string,
): StatusNote {
  const status = flagStatus(flags);
  const since = on === null ? '' : `price of ${showDay(on)}`;
  const why = [flagWords(flags), since].filter((part) => part !== '').join(', ');
  const days = on === null ? 0 : dayNumber(day) - dayNumber(on);
  if (status === 'stale') return { status, label: staleLabel(on, staleOn), why };
  if (status === 'incomplete')
    return { status, label: price === null ? 'no price' : 'incomplete', why };
  if (status === 'exact' && days > 0) return { status: 'carried', label: 'carried', why };
  return { status, label: status, why };
}

const DAYS_SHOWN = 99;

/** Days while they are few, else the month of the price. */
function staleLabel(on: string | null, staleOn: string): string {
  if (on === null) return 'stale';
  const days = dayNumber(staleOn) - dayNumber(on);
  if (days <= 0) return 'stale';
  return days <= DAYS_SHOWN ? `stale ${days} d` : `stale, ${showDay(on).replace(/^\d+ /u, '')}`;
}
