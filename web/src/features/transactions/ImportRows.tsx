/** The left side: rows of the file and what becomes of each; problems first. */
import type { ReactElement } from 'react';
import type { ImportProblem, ImportResult, ImportRow } from '../../api/types';
import { count, exact } from '../../lib/format';
import { type Column, Table } from '../../ui/Table';

interface Row {
  readonly line: number;
  readonly read: ImportRow | null;
  readonly problems: readonly ImportProblem[];
  readonly warnings: readonly ImportProblem[];
}

const SHOWN = 60;

function byLine(
  problems: readonly ImportProblem[],
): ReadonlyMap<number, readonly ImportProblem[]> {
  const found = new Map<number, ImportProblem[]>();
  for (const problem of problems)
    found.set(problem.line, [...(found.get(problem.line) ?? []), problem]);
  return found;
}

function rowsOf({ rows, problems, warnings }: ImportResult): Row[] {
  const [wrong, doubtful] = [byLine(problems), byLine(warnings)];
  const read = rows.map((row): Row => ({
    line: row.line,
    read: row,
    problems: wrong.get(row.line) ?? [],
    warnings: doubtful.get(row.line) ?? [],
  }));
  const known = new Set(rows.map(({ line }) => line));
  const unread = [...wrong]
    .filter(([line]) => !known.has(line))
    .map(([line, own]): Row => ({ line, read: null, problems: own, warnings: [] }));
  return [...unread, ...read].sort((a, b) => rank(b) - rank(a) || a.line - b.line);
}

function rank({ problems, warnings }: Row): number {
  return problems.length > 0 ? 2 : warnings.length > 0 ? 1 : 0;
}

function words({ type, symbol, quantity, price, amount, currency }: ImportRow): string {
  const size =
    quantity !== null && price !== null
      ? `${exact(quantity)} × ${exact(price)}`
      : (amount ?? quantity ?? '');
  return [type, symbol, size, currency]
    .filter((part) => part !== null && part !== '')
    .join('  ');
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'line',
    head: 'Line',
    left: true,
    cell: ({ line }) => <span className="faint">{line}</span>,
  },
  { key: 'date', head: 'Date', left: true, className: 'wide', cell: ({ read }) => read?.day },
  {
    key: 'file',
    head: 'In the file',
    left: true,
    cell: ({ read }) => <span className="mono">{read === null ? '' : words(read)}</span>,
  },
  { key: 'becomes', head: 'Becomes', left: true, cell: (row) => <Becomes row={row} /> },
];

function Becomes({ row }: { readonly row: Row }): ReactElement {
  const { problems, warnings, read } = row;
  if (problems.length > 0)
    return (
      <span className="chip problem" data-status="incomplete">
        {problems.map(sentence).join(' ')}
      </span>
    );
  if (warnings.length > 0)
    return (
      <span className="chip problem" data-status="estimated">
        {warnings.map(sentence).join(' ')}
      </span>
    );
  if (read?.looks_duplicate === true)
    return (
      <span className="chip" data-status="carried">
        looks like one you have
      </span>
    );
  return (
    <span className="chip" data-status="yours">
      will be added
    </span>
  );
}

function sentence({ reason, suggestion }: ImportProblem): string {
  return suggestion === null || suggestion === ''
    ? reason
    : `${reason} Suggested: ${suggestion}.`;
}

export function ImportRows({ result }: { readonly result: ImportResult }): ReactElement {
  const rows = rowsOf(result);
  const hidden = Math.max(
    result.row_count - result.duplicates - Math.min(rows.length, SHOWN),
    0,
  );
  return (
    <div className="diff-left">
      <Table
        label="Rows of the file"
        columns={COLUMNS}
        rows={rows.slice(0, SHOWN)}
        rowKey={({ line }) => String(line)}
        dense
      />
      {hidden > 0 && (
        <p className="quiet small more">and {count(hidden, 'row', 'rows')} more</p>
      )}
      {result.ignored_columns.length > 0 && (
        <p className="quiet small more">Not used: {result.ignored_columns.join(', ')}.</p>
      )}
    </div>
  );
}
