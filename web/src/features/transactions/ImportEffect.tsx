/** The right side: what the holdings and the cash become. */
import type { ReactElement } from 'react';
import type { ImportResult } from '../../api/types';
import { compare, subtract } from '../../lib/decimal';
import { type MoneyFormat, useMoney } from '../../ui/money';
import { type Column, Table } from '../../ui/Table';

interface Change {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  /** A currency where it is cash. */
  readonly currency: string | null;
  readonly before: string;
  readonly after: string;
}

function changes({
  holdings_after: holdings,
  cash_before: before,
  cash_after: after,
}: ImportResult): Change[] {
  const currencies = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const cash = currencies.map((currency): Change => ({
    id: `cash ${currency}`,
    name: 'Cash',
    note: currency,
    currency,
    before: before[currency] ?? '0',
    after: after[currency] ?? '0',
  }));
  const held = holdings.map((row): Change => ({
    id: row.asset_id,
    name: row.symbol,
    note: row.exchange ?? '',
    currency: null,
    before: row.quantity_before,
    after: row.quantity_after,
  }));
  return [...cash, ...held].filter((row) => compare(row.before, row.after) !== 0);
}

function write(
  row: Change,
  value: string,
  { amount, quantity }: MoneyFormat,
  signed = false,
): string {
  return row.currency === null
    ? quantity(value, null, signed)
    : amount(value, row.currency, signed);
}

export function ImportEffect({ result }: { readonly result: ImportResult }): ReactElement {
  const money = useMoney();
  if (result.problems.length > 0) {
    return (
      <p className="quiet diff-right">
        What it does to the holdings is shown once every row can be read.
      </p>
    );
  }
  const columns: Column<Change>[] = [
    {
      key: 'asset',
      head: 'Effect, if you commit',
      left: true,
      cell: ({ name, note }) => (
        <>
          <b>{name}</b>
          <span className="name">{note}</span>
        </>
      ),
    },
    {
      key: 'now',
      head: 'Now',
      className: 'wide quiet',
      cell: (row) => write(row, row.before, money),
    },
    { key: 'after', head: 'After', cell: (row) => write(row, row.after, money) },
    {
      key: 'change',
      head: 'Change',
      cell: (row) => <b>{write(row, subtract(row.after, row.before), money, true)}</b>,
    },
  ];
  const rows = changes(result);
  return (
    <div className="diff-right">
      {rows.length === 0 ? (
        <p className="quiet">The holdings stay as they are.</p>
      ) : (
        <Table
          label="Effect on the holdings"
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          dense
        />
      )}
    </div>
  );
}
