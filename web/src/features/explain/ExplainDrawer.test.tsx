import { fireEvent, screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import type { ExplainNode, Explanation } from '../../api/types';
import { answers, holding, PORTFOLIO_ID, transaction } from '../../testing/answers';
import { open } from '../../testing/open';
import { serve } from '../../testing/server';

const node = (id: number, value: string, rest: Partial<ExplainNode>): ExplainNode => ({
  id,
  value,
  kind: 'op',
  op: null,
  args: [],
  label: null,
  facts: {},
  ...rest,
});

const explanation: Explanation = {
  figure: 'unrealized_gain',
  asset_id: holding.asset_id,
  value: '2345.675',
  currency: 'EUR',
  formula: 'value − cost',
  as_of: '2024-03-31',
  status: 'exact',
  flags: [],
  reason: null,
  root: 6,
  nodes: [
    node(0, '40', {
      kind: 'transaction',
      facts: {
        transaction_id: transaction.id,
        field: 'quantity',
        type: 'BUY',
        on: '2024-01-03',
      },
    }),
    node(1, '283.641875', {
      kind: 'price',
      facts: { asset_id: holding.asset_id, source: 'manual', on: '2024-03-28' },
    }),
    node(2, '1', { kind: 'constant' }),
    node(3, '11345.675', { op: 'multiply', args: [0, 1] }),
    node(4, '11345.675', { op: 'multiply', args: [3, 2], label: 'quantity × price × rate' }),
    node(5, '9000', {
      kind: 'transaction',
      facts: { transaction_id: transaction.id, field: 'amount', type: 'BUY', on: '2024-01-03' },
    }),
    node(6, '2345.675', { op: 'subtract', args: [4, 5], label: 'value − cost' }),
  ],
};

it('lays a figure out as a sum down to its rows', async () => {
  serve({ ...answers, [`/portfolios/${PORTFOLIO_ID}/explain`]: explanation });
  open(`/p/${PORTFOLIO_ID}/overview?explain=unrealized_gain&asset=${holding.asset_id}`);
  const drawer = within(await screen.findByRole('dialog'));
  expect(await drawer.findByText('value − cost')).toBeTruthy();
  expect(drawer.getByRole('button', { name: /Value.*11,345\.68/u })).toBeTruthy();
  expect(drawer.getByText('−9,000.00')).toBeTruthy();
  expect(drawer.getByText('Manual, as traded')).toBeTruthy();
  expect(drawer.queryByText('Constant')).toBeNull();
  expect(drawer.getByRole('link', { name: 'Buy, quantity' }).getAttribute('href')).toContain(
    `edit=${transaction.id}`,
  );
  expect(drawer.getAllByText('+2,345.68', { exact: false }).length).toBe(2);
});

it('shows an inverted rate as one, and long numbers short', async () => {
  const fx = { base: 'EUR', quote: 'USD', source: 'ecb', on: '2024-03-28' };
  serve({
    ...answers,
    [`/portfolios/${PORTFOLIO_ID}/explain`]: {
      ...explanation,
      figure: 'rate',
      value: '0.852878464818763326226012793',
      currency: null,
      root: 2,
      nodes: [
        node(0, '1', { kind: 'constant' }),
        node(1, '1.172500000000001234', { kind: 'rate', facts: fx }),
        node(2, '0.852878464818763326226012793', { op: 'divide', args: [0, 1] }),
      ],
    },
  });
  open(`/p/${PORTFOLIO_ID}/overview?explain=rate&asset=${holding.asset_id}`);
  const drawer = within(await screen.findByRole('dialog'));
  const name = await drawer.findByText('EUR/USD, ECB');
  const line = name.closest('li');
  expect(line?.textContent).toMatch(/^÷EUR\/USD, ECB.*1\.1725$/u);
  expect(drawer.getByTitle('1.172500000000001234').textContent).toBe('1.1725');
  expect(drawer.queryByText('Constant')).toBeNull();
});

it('puts a figure beside itself, and says the command that explains it', async () => {
  const asked = serve({
    ...answers,
    [`/portfolios/${PORTFOLIO_ID}/explain`]: {
      ...explanation,
      day_before: { as_of: '2024-03-30', value: '2300.5', change: '45.175', reason: null },
      methods: [{ method: 'average', value: '2200.1' }],
    },
  });
  const write = vi.fn(() => Promise.resolve());
  Object.defineProperty(navigator, 'clipboard', {
    value: { writeText: write },
    configurable: true,
  });
  open(
    `/p/${PORTFOLIO_ID}/overview?as_of=2024-03-31&explain=unrealized_gain&asset=${holding.asset_id}`,
  );
  const drawer = within(await screen.findByRole('dialog'));
  const since = within(await drawer.findByRole('table', { name: 'Since 30 Mar 2024' }));
  expect(since.getByText('+2,300.50', { exact: false })).toBeTruthy();
  expect(since.getByText('+45.18', { exact: false })).toBeTruthy();
  const under = within(drawer.getByRole('table', { name: 'Under another cost method' }));
  expect(under.getByRole('row', { name: /FIFO this portfolio’s \+2,345\.68/u })).toBeTruthy();
  expect(under.getByRole('row', { name: /average cost \+2,200\.10/u })).toBeTruthy();
  const includes = asked
    .filter(({ path }) => path.endsWith('/explain'))
    .map(({ query }) => query.get('include'));
  expect(includes).toEqual([null, 'methods,day_before']);
  fireEvent.click(drawer.getByRole('button', { name: 'Copy command' }));
  expect(await drawer.findByText('Command copied.')).toBeTruthy();
  expect(write).toHaveBeenCalledWith(
    "argosy explain unrealized_gain --portfolio 'Family fund' --asset ACME --as-of 2024-03-31",
  );
});

it('stays beside the page once pinned', async () => {
  serve({ ...answers, [`/portfolios/${PORTFOLIO_ID}/explain`]: explanation });
  open(`/p/${PORTFOLIO_ID}/overview?explain=unrealized_gain&asset=${holding.asset_id}`);
  const pin = await screen.findByRole('button', { name: 'Beside the page' });
  fireEvent.click(pin);
  const aside = within(await screen.findByRole('complementary', { name: 'Explanation' }));
  expect(await aside.findByText('value − cost')).toBeTruthy();
  expect(screen.queryByRole('dialog')).toBeNull();
  fireEvent.click(aside.getByRole('button', { name: 'Beside the page' }));
  expect(await screen.findByRole('dialog')).toBeTruthy();
});

it('explains the return of the range on the page', async () => {
  const asked = serve({
    ...answers,
    [`/portfolios/${PORTFOLIO_ID}/explain`]: {
      ...explanation,
      figure: 'twr',
      asset_id: null,
      value: '0.0288',
      currency: null,
    },
  });
  open(`/p/${PORTFOLIO_ID}/overview?explain=twr&since=2024-03-29&until=2024-03-31`);
  const drawer = within(await screen.findByRole('dialog'));
  expect(await drawer.findByText(/29 Mar 2024 – 31 Mar 2024/u)).toBeTruthy();
  const query = asked.find(({ path }) => path.endsWith('/explain'))?.query;
  expect(query?.get('start')).toBe('2024-03-29');
  expect(query?.get('as_of')).toBe('2024-03-31');
});
