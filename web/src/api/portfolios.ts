import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { call } from './client';
import type {
  Explanation,
  Gains,
  Holding,
  Performance,
  Portfolio,
  PortfolioChange,
  PortfolioDraft,
  PortfolioValue,
  Series,
} from './types';

/** Every answer about a portfolio is kept under this key, so that one change refreshes them all. */
export const portfolioKey = (id: string, ...rest: readonly unknown[]): readonly unknown[] => [
  'portfolio',
  id,
  ...rest,
];

type AsOf = string | null;

export function usePortfolios(): UseQueryResult<Portfolio[]> {
  return useQuery({
    queryKey: ['portfolios'],
    queryFn: ({ signal }) => call<Portfolio[]>('/portfolios', { signal }),
  });
}

export function usePortfolio(
  id: string,
  asOf: AsOf,
  enabled = true,
): UseQueryResult<PortfolioValue> {
  return useQuery({
    enabled,
    queryKey: portfolioKey(id, 'value', asOf),
    queryFn: ({ signal }) =>
      call<PortfolioValue>(`/portfolios/${id}`, { query: { as_of: asOf }, signal }),
    placeholderData: keepPreviousData,
  });
}

export function useHoldings(
  id: string,
  asOf: AsOf,
  include = '',
  enabled = true,
): UseQueryResult<Holding[]> {
  return useQuery({
    enabled,
    queryKey: portfolioKey(id, 'holdings', asOf, include),
    queryFn: ({ signal }) =>
      call<Holding[]>(`/portfolios/${id}/holdings`, {
        query: { as_of: asOf, include },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}

export function useSeries(id: string, asOf: AsOf): UseQueryResult<Series> {
  return useQuery({
    queryKey: portfolioKey(id, 'series', asOf),
    queryFn: ({ signal }) =>
      call<Series>(`/portfolios/${id}/series`, { query: { end: asOf }, signal }),
    placeholderData: keepPreviousData,
  });
}

export function usePerformance(
  id: string,
  start: string | null,
  end: string | null,
): UseQueryResult<Performance> {
  return useQuery({
    queryKey: portfolioKey(id, 'performance', start, end),
    queryFn: ({ signal }) =>
      call<Performance>(`/portfolios/${id}/performance`, { query: { start, end }, signal }),
    placeholderData: keepPreviousData,
    enabled: start !== null,
  });
}

export function useGains(
  id: string,
  start: string | null,
  end: string | null,
): UseQueryResult<Gains> {
  return useQuery({
    queryKey: portfolioKey(id, 'gains', start, end),
    queryFn: ({ signal }) =>
      call<Gains>(`/portfolios/${id}/gains`, { query: { start, end }, signal }),
    placeholderData: keepPreviousData,
  });
}

/** What a portfolio did over a range; the other figures are those of a day. */
const RANGED: ReadonlySet<string> = new Set([
  'twr',
  'annualized_twr',
  'mwr',
  'mwr_annual',
  'modified_dietz',
  'gain',
  'flows',
  'max_drawdown',
]);

export interface ExplainTarget {
  readonly figure: string;
  readonly assetId: string | null;
  readonly start?: string | null;
  readonly end?: string | null;
  /** The day it is asked for, where that is not the page's. */
  readonly on?: string | null;
}

/** What is asked of the API: a figure of a range has a first day, and the range's last as its day. */
export function explainQuery(
  { figure, assetId, start = null, end = null, on = null }: ExplainTarget,
  asOf: AsOf,
): Readonly<Record<'figure' | 'asset_id' | 'start' | 'as_of', string | null>> {
  const ranged = assetId === null && RANGED.has(figure);
  return {
    figure,
    asset_id: assetId,
    start: ranged ? start : null,
    as_of: on ?? (ranged ? end : null) ?? asOf,
  };
}

/** `include` asks for what takes longer: the figure under other methods, and a day earlier. */
export function useExplanation(
  id: string,
  target: ExplainTarget,
  asOf: AsOf,
  include = '',
): UseQueryResult<Explanation> {
  const query = { ...explainQuery(target, asOf), include };
  return useQuery({
    queryKey: portfolioKey(id, 'explain', query),
    queryFn: ({ signal }) => call<Explanation>(`/portfolios/${id}/explain`, { query, signal }),
  });
}

export function useCreatePortfolio(): UseMutationResult<Portfolio, Error, PortfolioDraft> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: PortfolioDraft) =>
      call<Portfolio>('/portfolios', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['portfolios'] }),
  });
}

/** Make the demo in one's own account, or find it there. */
export function useOpenDemo(): UseMutationResult<Portfolio, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call<Portfolio>('/portfolios/demo', { method: 'POST' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['portfolios'] }),
  });
}

export function useDeletePortfolio(id: string): UseMutationResult<void, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await call(`/portfolios/${id}`, { method: 'DELETE' });
    },
    // Taken out of the list at once: nothing may ask for it again.
    onSuccess: () =>
      client.setQueryData<Portfolio[]>(['portfolios'], (known) =>
        known?.filter((one) => one.id !== id),
      ),
  });
}

export function useChangePortfolio(
  id: string,
): UseMutationResult<Portfolio, Error, PortfolioChange> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: PortfolioChange) =>
      call<Portfolio>(`/portfolios/${id}`, { method: 'PATCH', body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['portfolios'] });
      await client.invalidateQueries({ queryKey: portfolioKey(id) });
    },
  });
}
