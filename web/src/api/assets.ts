import {
  keepPreviousData,
  useMutation,
  type UseMutationResult,
  useQueries,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { call } from './client';
import type { Asset, AssetDraft, Page, PriceBar } from './types';

export function useAssetSearch(text: string): UseQueryResult<Asset[]> {
  return useQuery({
    queryKey: ['assets', 'search', text],
    queryFn: async ({ signal }) => {
      const answer = await call<Asset[] | Page<Asset>>('/assets/search', {
        query: { q: text },
        signal,
      });
      return Array.isArray(answer) ? answer : answer.items;
    },
    enabled: text.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

/** Closes of some assets since a day, for small lines beside their names. */
export function useCloses(
  ids: readonly string[],
  start: string | null,
  end: string | null,
): ReadonlyMap<string, readonly string[]> {
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: ['assets', id, 'closes', start, end],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const page = await call<Page<PriceBar>>(`/assets/${id}/prices`, {
          query: { interval: '1d', start, end },
          signal,
        });
        return page.items.map((bar) => bar.close);
      },
      enabled: start !== null,
      staleTime: 600_000,
      retry: false,
    })),
    combine: (answers) =>
      new Map(
        ids.flatMap((id, index) => {
          const closes = answers[index]?.data;
          return closes === undefined ? [] : [[id, closes] as const];
        }),
      ),
  });
}

export function useCreateAsset(): UseMutationResult<Asset, Error, AssetDraft> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: AssetDraft) => call<Asset>('/assets', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['assets', 'search'] }),
  });
}
