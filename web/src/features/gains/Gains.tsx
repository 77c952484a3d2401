/** Every disposal, with its parts and how long it was held. */
import type { ReactElement } from 'react';
import { useGains, usePortfolio } from '../../api/portfolios';
import type { Gain } from '../../api/types';
import { showDay } from '../../lib/dates';
import { compare } from '../../lib/decimal';
import { drawn, NONE } from '../../lib/format';
import { AmountChange } from '../../ui/Change';
import { methodName } from '../../ui/methods';
import { type MoneyFormat, useMoney } from '../../ui/money';
import { Notice } from '../../ui/Notice';
import { useScope } from '../../ui/scope';
import { type Column, Table } from '../../ui/Table';

type Money = 'proceeds' | 'cost' | 'gain' | 'price_part' | 'currency_part';
type Totals = Readonly<Partial<Record<Money, string | null>>>;

function columns(
  currency: string,
  totals: Totals,
  { amount, quantity }: MoneyFormat,
): Column<Gain>[] {
  const total = (name: Money): string | null => totals[name] ?? null;
  return [
    {
      key: 'date',
      head: 'Sold',
      left: true,
      sort: (a, b) => a.date.localeCompare(b.date),
      foot: 'Total',
      cell: (row) => (
        <>
          {showDay(row.date)}
          <span className="under narrow">
            {quantity(row.quantity)} held{' '}
            {row.days_held === null ? NONE : `${drawn(row.days_held)} days`}
          </span>
        </>
      ),
    },
    {
      key: 'asset',
      head: 'Asset',
      left: true,
      sort: (a, b) => a.symbol.localeCompare(b.symbol),
      cell: (row) => <b>{row.symbol}</b>,
    },
    {
      key: 'quantity',
      head: 'Quantity',
      className: 'wide',
      cell: (row) => quantity(row.quantity),
    },
    {
      key: 'acquired',
      head: 'Acquired',
      className: 'wide extra',
      cell: (row) => (row.acquired === null ? NONE : showDay(row.acquired)),
    },
    {
      key: 'days',
      head: 'Days held',
      className: 'wide',
      sort: (a, b) => (a.days_held ?? -1) - (b.days_held ?? -1),
      cell: (row) => (row.days_held === null ? NONE : drawn(row.days_held)),
    },
    {
      key: 'proceeds',
      head: `Proceeds, ${currency}`,
      className: 'wide money',
      foot: amount(total('proceeds'), currency),
      cell: (row) => amount(row.proceeds, currency),
    },
    {
      key: 'cost',
      head: `Cost, ${currency}`,
      className: 'wide money',
      foot: amount(total('cost'), currency),
      cell: (row) => amount(row.cost, currency),
    },
    {
      key: 'price',
      head: 'Price part',
      className: 'wide extra money',
      foot: <AmountChange value={total('price_part')} currency={currency} />,
      cell: (row) => <AmountChange value={row.price_part} currency={currency} />,
    },
    {
      key: 'currency',
      head: 'Currency part',
      className: 'wide extra money',
      foot: <AmountChange value={total('currency_part')} currency={currency} />,
      cell: (row) => <AmountChange value={row.currency_part} currency={currency} />,
    },
    {
      key: 'gain',
      head: `Gain, ${currency}`,
      className: 'money',
      sort: (a, b) => compare(a.gain ?? '0', b.gain ?? '0'),
      foot: <AmountChange value={total('gain')} currency={currency} />,
      cell: (row) => (
        <b>
          <AmountChange value={row.gain} currency={currency} />
        </b>
      ),
    },
  ];
}

export default function Gains(): ReactElement {
  const { portfolioId, asOf } = useScope();
  const portfolio = usePortfolio(portfolioId, asOf);
  const gains = useGains(portfolioId, null, asOf);
  const money = useMoney();
  const error = portfolio.error ?? gains.error;
  const currency = portfolio.data?.currency ?? '';
  const items = gains.data?.items ?? [];
  return (
    <>
      {error !== null && (
        <Notice
          error={error}
          what="The gains could not be read."
          onRetry={() => void gains.refetch()}
        />
      )}
      <div className="head page-head">
        <h1>Gains</h1>
        {portfolio.data !== undefined && (
          <span className="quiet small">
            realized, by {methodName(portfolio.data.cost_basis_method)}
          </span>
        )}
      </div>
      {gains.data !== undefined && items.length === 0 && (
        <p className="quiet">
          Nothing has been sold yet; each sale will stand here with its cost and gain.
        </p>
      )}
      {items.length > 0 && (
        <Table
          label="Realized gains"
          columns={columns(currency, gains.data?.totals ?? {}, money)}
          rows={items}
          rowKey={(row) =>
            `${row.date} ${row.asset_id} ${row.quantity} ${row.proceeds} ${row.acquired ?? ''}`
          }
          footed
        />
      )}
    </>
  );
}
