/** A deletion can be taken back from the line that tells of it. */
import { type ReactElement, useState } from 'react';
import { useDeleteTransaction, useSaveTransaction } from '../../api/transactions';
import type { Transaction } from '../../api/types';
import { showDay } from '../../lib/dates';
import { typeName } from '../../ui/types';
import { draftOf, formOf } from './fields';

export interface Undo {
  readonly deleted: Transaction | null;
  readonly error: Error | null;
  readonly remove: (row: Transaction) => void;
  readonly restore: () => void;
  readonly forget: () => void;
}

export function useUndo(portfolioId: string): Undo {
  const [deleted, setDeleted] = useState<Transaction | null>(null);
  const remove = useDeleteTransaction(portfolioId);
  const save = useSaveTransaction(portfolioId);
  return {
    deleted,
    error: remove.error ?? save.error,
    remove: (row) => {
      setDeleted(null);
      save.reset();
      remove.mutate(row.id, { onSuccess: () => setDeleted(row) });
    },
    restore: () => {
      if (deleted === null) return;
      const draft = draftOf(formOf(deleted), portfolioId, deleted);
      save.mutate(
        { id: null, draft, key: crypto.randomUUID() },
        { onSuccess: () => setDeleted(null) },
      );
    },
    forget: () => {
      setDeleted(null);
      remove.reset();
      save.reset();
    },
  };
}

export function UndoLine({ undo }: { readonly undo: Undo }): ReactElement {
  const { deleted, error, restore, forget } = undo;
  return (
    <div role="status">
      {error !== null && (
        <p className="undo loss">
          {error.message} Nothing was changed.{' '}
          <button type="button" className="link" onClick={forget}>
            Close
          </button>
        </p>
      )}
      {error === null && deleted !== null && (
        <p className="undo">
          Deleted: {showDay(deleted.day)}, {typeName(deleted.type).toLowerCase()}{' '}
          {deleted.quantity} {deleted.symbol}.
          <button type="button" className="link" onClick={restore}>
            Undo
          </button>
          <button type="button" className="link" onClick={forget}>
            Close
          </button>
        </p>
      )}
    </div>
  );
}
