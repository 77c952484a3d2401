import type { ReactElement } from 'react';
import type { Holding } from '../../api/types';
import { compare } from '../../lib/decimal';
import { AmountChange } from '../../ui/Change';
import { Figure } from '../../ui/Figure';
import { useMoney } from '../../ui/money';
import { type Column, Table } from '../../ui/Table';

interface Props {
  readonly holdings: readonly Holding[];
  readonly currency: string;
}

/** Positions sold in full: what they left behind. */
export function ClosedTable({ holdings, currency }: Props): ReactElement {
  const { amount } = useMoney();
  const columns: Column<Holding>[] = [
    {
      key: 'asset',
      head: 'Asset',
      left: true,
      sort: (a, b) => a.symbol.localeCompare(b.symbol),
      cell: (row) => (
        <>
          <b>{row.symbol}</b>
          <span className="name wide">{row.name}</span>
        </>
      ),
    },
    {
      key: 'realized',
      head: `Realized, ${currency}`,
      className: 'money',
      sort: (a, b) => compare(a.realized_gain ?? '0', b.realized_gain ?? '0'),
      cell: (row) => (
        <Figure figure="realized_gain" assetId={row.asset_id} of={row.symbol}>
          <AmountChange value={row.realized_gain} currency={currency} />
        </Figure>
      ),
    },
    {
      key: 'income',
      head: `Income, ${currency}`,
      className: 'money',
      cell: (row) => (
        <Figure figure="income" assetId={row.asset_id} of={row.symbol}>
          {amount(row.income, currency)}
        </Figure>
      ),
    },
    {
      key: 'fees',
      head: `Fees, ${currency}`,
      className: 'wide money',
      cell: (row) => amount(row.fees, currency),
    },
  ];
  return (
    <section className="closed" aria-labelledby="closed">
      <div className="head">
        <h2 id="closed">Closed positions</h2>
      </div>
      {holdings.length === 0 ? (
        <p className="quiet">Nothing has been sold in full.</p>
      ) : (
        <Table
          label="Closed positions"
          columns={columns}
          rows={holdings}
          rowKey={({ asset_id: id }) => id}
        />
      )}
    </section>
  );
}
