/** The columns of the list of transactions. */
import type { ReactElement } from 'react';
import type { Transaction, TransactionType } from '../../api/types';
import { showDay } from '../../lib/dates';
import { negate, sign } from '../../lib/decimal';
import { exact, price } from '../../lib/format';
import type { MoneyFormat } from '../../ui/money';
import type { Column } from '../../ui/Table';
import { typeName } from '../../ui/types';
import { cashEffect } from './effect';

const OUTGOING = new Set<TransactionType>(['SELL', 'TRANSFER_OUT']);
const SHAPES: Readonly<Partial<Record<TransactionType, string>>> = {
  BUY: 'up',
  OPENING: 'up',
  TRANSFER_IN: 'up',
  REWARD: 'up',
  SELL: 'down',
  TRANSFER_OUT: 'down',
  DIVIDEND: 'diamond',
  INTEREST: 'diamond',
  DEPOSIT: 'bar',
  WITHDRAWAL: 'bar',
};

export function TypeMark({ type }: { readonly type: TransactionType }): ReactElement {
  return (
    <span className="type-mark" data-shape={SHAPES[type] ?? 'box'}>
      {typeName(type)}
    </span>
  );
}

function signedQuantity(row: Transaction): string | null {
  if (row.quantity === null || sign(row.quantity) === 0) return null;
  return OUTGOING.has(row.type) ? negate(row.quantity) : row.quantity;
}

/** What a phone shows under the date. */
function summary(row: Transaction, { quantity }: MoneyFormat): string {
  const size = signedQuantity(row);
  const parts = [
    typeName(row.type),
    size === null ? row.ratio : quantity(size, null, true),
    row.price === null ? null : `at ${price(row.price, row.currency)}`,
  ];
  return parts.filter((part) => part !== null).join(' ');
}

export function transactionColumns(money: MoneyFormat): Column<Transaction>[] {
  return [
    {
      key: 'date',
      head: 'Date',
      left: true,
      cell: (row) => (
        <>
          {showDay(row.day)}
          <span className="under narrow">{summary(row, money)}</span>
        </>
      ),
    },
    {
      key: 'type',
      head: 'Type',
      left: true,
      className: 'wide',
      cell: ({ type }) => <TypeMark type={type} />,
    },
    { key: 'asset', head: 'Asset', left: true, cell: ({ symbol }) => <b>{symbol}</b> },
    {
      key: 'quantity',
      head: 'Quantity',
      className: 'wide',
      cell: (row) => {
        const size = signedQuantity(row);
        return size === null ? (row.ratio ?? '') : money.quantity(size, null, true);
      },
    },
    {
      key: 'price',
      head: 'Price',
      className: 'wide',
      cell: (row) => (row.price === null ? '' : price(row.price, row.currency)),
    },
    {
      key: 'rate',
      head: 'Rate',
      className: 'wide extra quiet',
      cell: ({ fx_rate: rate }) => (rate === null ? '' : exact(rate)),
    },
    {
      key: 'fee',
      head: 'Fee',
      className: 'wide extra money quiet',
      cell: (row) => (sign(row.fee) === 0 ? '' : money.amount(row.fee, row.currency)),
    },
    {
      key: 'cash',
      head: 'Cash',
      className: 'money',
      cell: (row) => <CashCell row={row} money={money} />,
    },
    {
      key: 'currency',
      head: <span className="hidden-text">Currency</span>,
      left: true,
      className: 'wide quiet money',
      cell: ({ currency }) => currency,
    },
    {
      key: 'note',
      head: 'Note',
      left: true,
      className: 'wide extra quiet',
      cell: ({ note }) => <span className="clip note">{note}</span>,
    },
  ];
}

function CashCell({
  row,
  money,
}: {
  readonly row: Transaction;
  readonly money: MoneyFormat;
}): ReactElement {
  const cash = cashEffect(row);
  return (
    <b>
      {cash === null ? '' : money.amount(cash, row.currency, true)}
      <span className="under narrow">{cash === null ? '' : row.currency}</span>
    </b>
  );
}
