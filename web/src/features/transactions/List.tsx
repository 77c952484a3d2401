import type { ReactElement } from 'react';
import { useTransactions } from '../../api/transactions';
import type { Portfolio, Transaction } from '../../api/types';
import { download, toCsv } from '../../lib/csv';
import { count } from '../../lib/format';
import { type MoneyFormat, useMoney } from '../../ui/money';
import { Notice } from '../../ui/Notice';
import { Table } from '../../ui/Table';
import { transactionColumns } from './columns';
import { useFilter } from './Filters';

interface Props {
  readonly portfolio: Portfolio;
  readonly editing: string | null;
  readonly onOpen: (row: Transaction) => void;
}

export function List({ portfolio, editing, onOpen }: Props): ReactElement {
  const filter = useFilter();
  const list = useTransactions(portfolio.id, filter);
  const money = useMoney();
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const filtered = Object.values(filter).some((value) => value !== null);
  if (list.error !== null)
    return (
      <Notice
        error={list.error}
        what="The transactions could not be read."
        onRetry={() => void list.refetch()}
      />
    );
  if (list.data !== undefined && rows.length === 0) {
    return (
      <p className="quiet none">
        {filtered
          ? 'No transaction is under these filters.'
          : 'Nothing is stored yet. Add one by hand, or import a file.'}
      </p>
    );
  }
  return (
    <>
      <div className="list-head">
        <span className="quiet small">
          {count(rows.length, 'row', 'rows')}
          {list.hasNextPage ? ', more below' : ''}
        </span>
        <span className="grow" />
        <span className="quiet small wide">↑↓ or j k move · Enter edit</span>
        <button type="button" className="link" onClick={() => save(rows, portfolio, money)}>
          CSV
        </button>
      </div>
      <Table
        label="Transactions"
        columns={transactionColumns(money)}
        rows={rows}
        rowKey={({ id }) => id}
        onOpen={onOpen}
        selected={({ id }) => id === editing}
        dense
      />
      {list.hasNextPage && (
        <p className="more">
          <button
            type="button"
            className="link"
            disabled={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {list.isFetchingNextPage ? 'Reading…' : 'Show older'}
          </button>
        </p>
      )}
    </>
  );
}

const HEADER = [
  'timestamp',
  'type',
  'symbol',
  'quantity',
  'price',
  'amount',
  'fee',
  'tax',
  'currency',
  'fx_rate',
  'ratio',
  'note',
  'external_id',
];

/** The same columns that the import reads. */
function save(rows: readonly Transaction[], portfolio: Portfolio, { raw }: MoneyFormat): void {
  const lines = rows.map((row) => [
    row.timestamp,
    row.type,
    row.symbol,
    raw(row.quantity),
    row.price,
    raw(row.amount),
    raw(row.fee),
    raw(row.tax),
    row.currency,
    row.fx_rate,
    row.ratio,
    row.note,
    row.external_id,
  ]);
  download(`transactions-${portfolio.name}.csv`, toCsv(HEADER, lines));
}
