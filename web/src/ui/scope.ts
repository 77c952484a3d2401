/** What the page is about, all of it in the address: portfolio, day, range, and the open explanation. */
import { useCallback, useMemo } from 'react';
import { useParams, useSearchParams } from 'react-router';
import type { ExplainTarget } from '../api/portfolios';
import { isDay } from '../lib/dates';
import { asRange, type RangeName, type Span } from '../lib/ranges';

export interface Scope {
  readonly portfolioId: string;
  readonly asOf: string | null;
  readonly range: RangeName;
  /** Days picked on the chart, in place of a named range. */
  readonly picked: Span | null;
  readonly change: (changes: Readonly<Record<string, string | null>>) => void;
}

function day(text: string | null): string | null {
  return text !== null && isDay(text) ? text : null;
}

export function useScope(): Scope {
  const { portfolioId = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const change = useCallback(
    (changes: Readonly<Record<string, string | null>>) =>
      setSearch((current) => {
        const next = new URLSearchParams(current);
        for (const [name, value] of Object.entries(changes)) {
          if (value === null) next.delete(name);
          else next.set(name, value);
        }
        return next;
      }),
    [setSearch],
  );
  const asOf = day(search.get('as_of'));
  const range = asRange(search.get('range'));
  const [from, to] = [day(search.get('from')), day(search.get('to'))];
  return useMemo(
    () => ({
      portfolioId,
      asOf,
      range,
      change,
      picked: from !== null && to !== null && from < to ? { start: from, end: to } : null,
    }),
    [portfolioId, asOf, range, from, to, change],
  );
}

/** The address of a place, keeping the scope. */
export function usePlace(): (
  place: string,
  extra?: Readonly<Record<string, string>>,
) => string {
  const { portfolioId } = useScope();
  const [search] = useSearchParams();
  return (place, extra = {}) => {
    const next = new URLSearchParams();
    for (const name of ['as_of', 'range', 'from', 'to']) {
      const value = search.get(name);
      if (value !== null) next.set(name, value);
    }
    for (const [name, value] of Object.entries(extra)) next.set(name, value);
    const text = next.toString();
    return `/p/${portfolioId}/${place}${text === '' ? '' : `?${text}`}`;
  };
}

export interface ExplainScope {
  readonly target: ExplainTarget | null;
  readonly open: (target: ExplainTarget) => void;
  readonly close: () => void;
}

export function useExplainScope(): ExplainScope {
  const { change } = useScope();
  const [search] = useSearchParams();
  const figure = search.get('explain');
  return {
    target:
      figure === null
        ? null
        : {
            figure,
            assetId: search.get('asset'),
            start: search.get('since'),
            end: search.get('until'),
            on: search.get('on'),
          },
    open: ({ figure: name, assetId, start = null, end = null, on = null }) =>
      change({ explain: name, asset: assetId, since: start, until: end, on }),
    close: () => change({ explain: null, asset: null, since: null, until: null, on: null }),
  };
}
