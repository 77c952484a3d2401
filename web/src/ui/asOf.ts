/** The day that the page asks for: the chosen one, else none, unless all prices ended long ago. */
import { useHoldings, usePortfolio } from '../api/portfolios';
import type { Holding } from '../api/types';
import { type Day, dayNumber, today } from '../lib/dates';
import { useScope } from './scope';
import { isStale } from './status';

const OLD_DAYS = 10;

export interface AsOf {
  readonly asOf: Day | null;
  /** The last day with prices, where that is long ago and no day is chosen. */
  readonly ended: Day | null;
}

export function useAsOf(): AsOf {
  const { portfolioId, asOf } = useScope();
  const open = asOf === null;
  const latest = usePortfolio(portfolioId, null, open);
  const holdings = useHoldings(portfolioId, null, '', open);
  const known = open && !latest.isPlaceholderData && !holdings.isPlaceholderData;
  const ended = known ? lastDay(latest.data?.as_of, holdings.data ?? []) : null;
  return { asOf: asOf ?? ended, ended };
}

/** Against today each price of an ended history is stale; as of its last day they are what they were. */
function lastDay(day: Day | undefined, holdings: readonly Holding[]): Day | null {
  const old = day !== undefined && dayNumber(today()) - dayNumber(day) > OLD_DAYS;
  return old && holdings.length > 0 && holdings.every(isStale) ? day : null;
}
