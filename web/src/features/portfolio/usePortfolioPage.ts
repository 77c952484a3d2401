/** Everything the overview shows, from four answers, cut to the range. */
import { useMemo } from 'react';
import { useHoldings, usePerformance, usePortfolio, useSeries } from '../../api/portfolios';
import { useRecentTransactions } from '../../api/transactions';
import type { Holding, Performance, PortfolioValue, Series } from '../../api/types';
import type { ChartEvent } from '../../charts/marks';
import { rangeSpan, rangeWords, type Span } from '../../lib/ranges';
import { type ChartPoint, cut, deepest, type Depth } from '../../lib/series';
import { useAsOf } from '../../ui/asOf';
import { useMoney } from '../../ui/money';
import { useScope } from '../../ui/scope';
import { chartEvents } from './events';

export interface PortfolioPage {
  readonly portfolio: PortfolioValue | undefined;
  readonly holdings: readonly Holding[];
  readonly performance: Performance | undefined;
  readonly points: readonly ChartPoint[];
  readonly events: readonly ChartEvent[];
  readonly depth: Depth | null;
  readonly first: string | null;
  readonly day: string | null;
  readonly span: Span | null;
  readonly words: string;
  /** Known to hold nothing at all. */
  readonly empty: boolean;
  readonly error: Error | null;
  readonly loading: boolean;
  readonly retry: () => void;
}

const NONE: readonly Holding[] = [];

interface Days {
  readonly first: string | null;
  readonly last: string | null;
  readonly span: Span | null;
}

/** The days there are, and those that the range or the reader's own pick takes of them. */
function useSpan(series: Series | undefined): Days {
  const { range, picked } = useScope();
  const first = series?.date[0] ?? null;
  const last = series?.date.at(-1) ?? null;
  return useMemo(
    () => ({
      first,
      last,
      span: first === null || last === null ? null : (picked ?? rangeSpan(range, first, last)),
    }),
    [first, last, picked, range],
  );
}

export function usePortfolioPage(): PortfolioPage {
  const { portfolioId, asOf: chosen, range, picked } = useScope();
  const { asOf } = useAsOf();
  const value = usePortfolio(portfolioId, asOf);
  const holdings = useHoldings(portfolioId, asOf);
  const series = useSeries(portfolioId, chosen);
  const { first, last, span } = useSpan(series.data);
  const [start, end] = span === null ? [null, null] : [span.start, span.end];
  const performance = usePerformance(portfolioId, start, end);
  const recent = useRecentTransactions(portfolioId, start, end);
  const { masked } = useMoney();
  const points = useMemo(
    () => (series.data === undefined || span === null ? [] : cut(series.data, span)),
    [series.data, span],
  );
  const events = useMemo(() => chartEvents(recent.data ?? [], !masked), [recent.data, masked]);
  const queries = [value, holdings, series, performance];
  return {
    portfolio: value.data,
    holdings: holdings.data ?? NONE,
    performance: performance.data,
    points,
    events,
    depth: useMemo(() => deepest(points), [points]),
    first,
    day: asOf ?? last,
    span,
    words: span === null ? '' : rangeWords(picked === null ? range : null, span),
    empty: series.data?.date.length === 0,
    error: queries.find(({ error }) => error !== null)?.error ?? null,
    loading: value.isPending || holdings.isPending || series.isPending,
    retry: () =>
      queries.filter(({ error }) => error !== null).forEach((query) => void query.refetch()),
  };
}
