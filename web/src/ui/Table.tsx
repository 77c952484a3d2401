/** A ruled table: units in the header, figures right, sorted by its headers, walked by j and k. */
import { type KeyboardEvent, type ReactElement, type ReactNode, useState } from 'react';
import { Icon } from './icons';

export interface Column<Row> {
  readonly key: string;
  readonly head: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  readonly left?: boolean;
  /** Classes: `wide` is not on a phone, `extra` only where there is room, `money` not for presenters. */
  readonly className?: string;
  readonly sort?: (a: Row, b: Row) => number;
  readonly foot?: ReactNode;
}

interface Props<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  readonly expanded?: (row: Row) => ReactNode;
  /** Which rows have more to show; a caret stands before them. */
  readonly expands?: (row: Row) => boolean;
  readonly selected?: (row: Row) => boolean;
  readonly footed?: boolean;
  readonly dense?: boolean;
}

interface Order {
  readonly key: string;
  readonly down: boolean;
}

export function Table<Row>(props: Props<Row>): ReactElement {
  const { label, columns, rows, rowKey, footed = false, dense = false } = props;
  const [order, setOrder] = useState<Order | null>(null);
  const sorter = columns.find((column) => column.key === order?.key)?.sort;
  const shown =
    sorter === undefined
      ? rows
      : [...rows].sort((a, b) => sorter(a, b) * (order?.down === true ? -1 : 1));
  return (
    <table className="ledger" aria-label={label} data-dense={dense}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Head key={column.key} column={column} order={order} onOrder={setOrder} />
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((row) => (
          <Row key={rowKey(row)} row={row} {...props} />
        ))}
      </tbody>
      {footed && (
        <tfoot>
          <tr>
            {columns.map((column) => (
              <td key={column.key} className={classes(column)}>
                {column.foot}
              </td>
            ))}
          </tr>
        </tfoot>
      )}
    </table>
  );
}

function classes<Row>(column: Column<Row>): string {
  return `${column.left === true ? 'left' : ''} ${column.className ?? ''}`.trim();
}

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly order: Order | null;
  readonly onOrder: (order: Order) => void;
}

function Head<Row>({ column, order, onOrder }: HeadProps<Row>): ReactElement {
  const on = order?.key === column.key;
  const down = on ? !order.down : column.left !== true;
  const sorted = on ? (order.down ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" className={classes(column)} aria-sort={sorted}>
      {column.sort === undefined ? (
        column.head
      ) : (
        <button
          type="button"
          className="plain sort"
          data-on={on}
          onClick={() => onOrder({ key: column.key, down })}
        >
          {column.head}
          {on && <span aria-hidden="true">{order.down ? '↓' : '↑'}</span>}
        </button>
      )}
    </th>
  );
}

function Row<Row>({
  row,
  columns,
  onOpen,
  expanded,
  expands,
  selected,
}: Props<Row> & { readonly row: Row }): ReactElement {
  const below = expanded?.(row);
  return (
    <>
      <tr
        tabIndex={onOpen === undefined ? undefined : 0}
        aria-selected={selected?.(row) === true ? true : undefined}
        onKeyDown={(event) => walk(event, () => onOpen?.(row))}
        onClick={() => onOpen?.(row)}
        style={onOpen === undefined ? undefined : { cursor: 'pointer' }}
      >
        {columns.map((column, index) => (
          <td key={column.key} className={classes(column)}>
            {index === 0 && expands?.(row) === true && (
              <Caret
                open={below !== null && below !== undefined}
                onFlip={() => onOpen?.(row)}
              />
            )}
            {column.cell(row)}
          </td>
        ))}
      </tr>
      {below !== null && below !== undefined && (
        <tr className="below">
          <td colSpan={columns.length} className="left">
            {below}
          </td>
        </tr>
      )}
    </>
  );
}

interface CaretProps {
  readonly open: boolean;
  readonly onFlip: () => void;
}

function Caret({ open, onFlip }: CaretProps): ReactElement {
  return (
    <button
      type="button"
      className="plain row-caret"
      aria-label="More of this row"
      aria-expanded={open}
      onClick={(event) => {
        event.stopPropagation();
        onFlip();
      }}
    >
      <Icon name={open ? 'caret' : 'right'} size={14} />
    </button>
  );
}

/** j, k and the arrows move between rows; Enter opens. */
function walk(event: KeyboardEvent<HTMLTableRowElement>, open: () => void): void {
  if (event.target !== event.currentTarget) return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step !== undefined) {
    event.preventDefault();
    let next: Element | null = event.currentTarget;
    do next = step > 0 ? next.nextElementSibling : next.previousElementSibling;
    while (next !== null && next.getAttribute('tabindex') === null);
    if (next instanceof HTMLElement) next.focus();
  } else if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    open();
  }
}
