import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answers, figures, holding, PORTFOLIO_ID, unpriced } from '../../testing/answers';
import { open } from '../../testing/open';
import { refuse, serve } from '../../testing/server';

const PATH = `/portfolios/${PORTFOLIO_ID}`;
const ADDRESS = `/p/${PORTFOLIO_ID}/overview?range=ALL`;

describe('the overview', () => {
  it('shows the value with its cents, what moved it, and a total that the API states', async () => {
    serve(answers);
    open(ADDRESS);
    expect(await screen.findByRole('heading', { level: 1, name: 'Family fund' })).toBeTruthy();
    expect(screen.getByRole('button', { name: /^Value:/u }).textContent).toContain(
      '€12,345.68',
    );
    expect(screen.getByText('−56.78', { exact: false, selector: '.moves .loss' })).toBeTruthy();
    const table = screen.getByRole('table', { name: 'Holdings' });
    expect(within(table).getByText('Total').closest('tr')?.textContent).toContain('12,345.68');
    expect(within(table).getByText('carried')).toBeTruthy();
  });

  it('shows what is known and names what lacks', async () => {
    serve({
      ...answers,
      [PATH]: { ...figures, flags: ['incomplete', 'no_price:HAVN'] },
      [`${PATH}/holdings`]: [holding, unpriced],
    });
    open(ADDRESS);
    const table = await screen.findByRole('table', { name: 'Holdings' });
    const row = within(table).getByText('HAVN').closest('tr');
    expect(row?.textContent).toContain('no price');
    expect(row?.textContent).not.toContain('0.00');
    expect(screen.getByText('incomplete')).toBeTruthy();
  });

  it('shows an ended history as of its last day, and says so', async () => {
    const asked = serve({
      ...answers,
      [`${PATH}/holdings`]: [{ ...holding, price_on: '2024-03-31', flags: ['stale'] }],
    });
    open(ADDRESS);
    expect(
      await screen.findByText('Prices end on 31 Mar 2024; figures are as of that day.'),
    ).toBeTruthy();
    expect(screen.getByRole('button', { name: 'As of: 31 Mar 2024' })).toBeTruthy();
    for (const path of [PATH, `${PATH}/holdings`])
      expect(
        asked.some((one) => one.path === path && one.query.get('as_of') === '2024-03-31'),
      ).toBe(true);
    expect(screen.queryByText('stale 0 d')).toBeNull();
  });

  it('counts old prices up to today where only some are old', async () => {
    serve({
      ...answers,
      [`${PATH}/holdings`]: [
        holding,
        { ...holding, asset_id: unpriced.asset_id, symbol: 'HAVN', flags: ['stale'] },
      ],
    });
    open(ADDRESS);
    expect(await screen.findByText('stale, Mar 2024')).toBeTruthy();
    expect(screen.queryByText(/Prices end/u)).toBeNull();
  });

  it('explains what a holding brought, its weight and its day', async () => {
    serve(answers);
    open(ADDRESS);
    const table = within(await screen.findByRole('table', { name: 'Holdings' }));
    for (const name of ['Unrealized return', 'Weight', 'Change today'])
      expect(
        table.getByRole('button', { name: new RegExp(`^${name} of ACME`, 'u') }),
      ).toBeTruthy();
  });

  it('leads a reader without transactions to the next step', async () => {
    serve({
      ...answers,
      [`${PATH}/holdings`]: [],
      [`${PATH}/series`]: { date: [], value: [], cost: [], invested: [], twr: [] },
    });
    open(ADDRESS);
    expect(await screen.findByRole('link', { name: 'Import a file' })).toBeTruthy();
  });

  it('says what failed, with the id under which it is logged', async () => {
    serve({ ...answers, [PATH]: refuse(500, 'Internal server error', 'internal') });
    open(ADDRESS);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Internal server error');
    expect(alert.textContent).toContain('request-7');
  });

  it('shows what is known where the series could not be read', async () => {
    serve({ ...answers, [`${PATH}/series`]: refuse(500, 'Internal server error', 'internal') });
    open(ADDRESS);
    expect(await screen.findByText('Not all figures could be read.')).toBeTruthy();
    expect(screen.getByRole('button', { name: /^Value:.*12,345/u })).toBeTruthy();
    expect(screen.getByRole('table', { name: 'Holdings' })).toBeTruthy();
    expect(screen.queryByText(/Nothing is stored yet/u)).toBeNull();
  });
});
