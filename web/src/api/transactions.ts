import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { call } from './client';
import { portfolioKey } from './portfolios';
import type { ImportResult, Page, Transaction, TransactionDraft } from './types';

export interface TransactionFilter {
  readonly symbol?: string | null;
  readonly type?: string | null;
  readonly start?: string | null;
  readonly end?: string | null;
}

export function useTransactions(
  id: string,
  filter: TransactionFilter,
): UseInfiniteQueryResult<InfiniteData<Page<Transaction>>> {
  return useInfiniteQuery({
    queryKey: portfolioKey(id, 'transactions', filter),
    queryFn: ({ pageParam, signal }) =>
      call<Page<Transaction>>('/transactions', {
        query: { portfolio_id: id, ...filter, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** The newest page alone, for the marks on a chart. */
export function useRecentTransactions(
  id: string,
  start: string | null,
  end: string | null,
): UseQueryResult<Transaction[]> {
  return useQuery({
    queryKey: portfolioKey(id, 'transactions', 'recent', start, end),
    queryFn: async ({ signal }) =>
      (
        await call<Page<Transaction>>('/transactions', {
          query: { portfolio_id: id, start, end },
          signal,
        })
      ).items,
    enabled: start !== null,
  });
}

function useRefresh(id: string): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: portfolioKey(id) });
}

export interface SaveTransaction {
  readonly id: string | null;
  readonly draft: TransactionDraft;
  /** The same key for the same form, so that a second click adds nothing. */
  readonly key: string;
}

export function useSaveTransaction(
  portfolioId: string,
): UseMutationResult<Transaction, Error, SaveTransaction> {
  const refresh = useRefresh(portfolioId);
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, draft, key }: SaveTransaction) =>
      id === null
        ? call<Transaction>('/transactions', {
            method: 'POST',
            body: draft,
            idempotencyKey: key,
          })
        : call<Transaction>(`/transactions/${id}`, { method: 'PUT', body: draft }),
    onSuccess: (saved) => {
      client.setQueryData(['transaction', saved.id], saved);
      return refresh();
    },
  });
}

export function useDeleteTransaction(
  portfolioId: string,
): UseMutationResult<void, Error, string> {
  const refresh = useRefresh(portfolioId);
  return useMutation({
    mutationFn: (id: string) => call<undefined>(`/transactions/${id}`, { method: 'DELETE' }),
    onSuccess: refresh,
  });
}

export interface ImportFile {
  readonly file: File;
  readonly dryRun: boolean;
}

export function useImport(
  portfolioId: string,
): UseMutationResult<ImportResult, Error, ImportFile> {
  const refresh = useRefresh(portfolioId);
  return useMutation({
    mutationFn: ({ file, dryRun }: ImportFile) => {
      const form = new FormData();
      form.set('file', file);
      form.set('portfolio_id', portfolioId);
      form.set('dry_run', String(dryRun));
      return call<ImportResult>('/transactions/import', { method: 'POST', form });
    },
    onSuccess: (_result, { dryRun }) => (dryRun ? undefined : refresh()),
  });
}

export function useTransaction(id: string | null): UseQueryResult<Transaction> {
  return useQuery({
    queryKey: ['transaction', id],
    queryFn: ({ signal }) => call<Transaction>(`/transactions/${id ?? ''}`, { signal }),
    enabled: id !== null,
    staleTime: 60_000,
  });
}
