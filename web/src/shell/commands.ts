/** All that can be found or done, from the scope the reader is in. */
import { useMantineColorScheme } from '@mantine/core';
import { useNavigate } from 'react-router';
import { useSignOut } from '../api/auth';
import { useHoldings, usePortfolios } from '../api/portfolios';
import { RANGES } from '../lib/ranges';
import { useAsOf } from '../ui/asOf';
import { figureName } from '../ui/figures';
import { nextPrivacy } from '../ui/privacy';
import { useExplainScope, usePlace, useScope } from '../ui/scope';
import { PLACES } from './places';

export interface Command {
  readonly name: string;
  readonly hint: string;
  readonly keys?: string;
  readonly run: () => void;
}

const FIGURES = [
  'total_value',
  'total_gain',
  'unrealized_gain',
  'realized_gain',
  'income',
  'fees',
  'invested',
  'day_change',
  'total_cost',
];

export function useCommands(): Command[] {
  const { portfolioId, change } = useScope();
  const { asOf } = useAsOf();
  const place = usePlace();
  const navigate = useNavigate();
  const { open } = useExplainScope();
  const { toggleColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const holdings = useHoldings(portfolioId, asOf).data ?? [];
  const portfolios = usePortfolios().data ?? [];
  const go = (to: string) => (): void => void navigate(to);
  return [
    ...PLACES.map(({ path, name, chord }) => ({
      name,
      hint: 'place',
      keys: chord,
      run: go(place(path)),
    })),
    {
      name: 'Add transaction',
      hint: 'action',
      keys: 'n',
      run: go(place('transactions', { add: 'new' })),
    },
    {
      name: 'Import a file',
      hint: 'action',
      run: go(place('transactions', { import: 'file' })),
    },
    { name: 'Hide amounts', hint: 'privacy', keys: 'h', run: () => void nextPrivacy() },
    { name: 'Light or dark', hint: 'appearance', run: toggleColorScheme },
    ...RANGES.map((range) => ({
      name: `Range ${range}`,
      hint: 'overview',
      run: go(place('overview', { range })),
    })),
    ...FIGURES.map((figure) => ({
      name: figureName(figure),
      hint: 'explain',
      run: () => open({ figure, assetId: null }),
    })),
    ...holdings.map(({ asset_id: id, symbol, name }) => ({
      name: symbol,
      hint: `${name}, explain value`,
      run: () => open({ figure: 'value', assetId: id }),
    })),
    ...portfolios.map(({ id, name }) => ({
      name,
      hint: 'portfolio',
      run: go(`/p/${id}/overview`),
    })),
    { name: 'As of latest', hint: 'scope', run: () => change({ as_of: null }) },
    { name: 'New portfolio', hint: 'action', run: go('/welcome') },
    { name: 'Sign out', hint: 'action', run: signOut },
  ];
}
