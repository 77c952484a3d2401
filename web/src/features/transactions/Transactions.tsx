/** The ledger as the reader keeps it: list, filters, form, import. */
import { Button, Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router';
import { usePortfolio } from '../../api/portfolios';
import { useTransaction } from '../../api/transactions';
import type { Portfolio } from '../../api/types';
import { Notice } from '../../ui/Notice';
import { useScope } from '../../ui/scope';
import { Filters } from './Filters';
import { ImportPanel } from './ImportPanel';
import { List } from './List';
import { TransactionForm } from './TransactionForm';
import './transactions.css';
import { UndoLine, useUndo } from './UndoLine';

export default function Transactions(): ReactElement {
  const { portfolioId, change } = useScope();
  const [search] = useSearchParams();
  const portfolio = usePortfolio(portfolioId, null);
  const importing = search.get('import') !== null;
  return (
    <>
      {portfolio.error !== null && (
        <Notice
          error={portfolio.error}
          what="The portfolio could not be read."
          onRetry={() => void portfolio.refetch()}
        />
      )}
      <div className="head page-head">
        <h1>Transactions</h1>
        <span className="grow" />
        <Button variant="default" onClick={() => change({ import: importing ? null : 'file' })}>
          {importing ? 'Close import' : 'Import file'}
        </Button>
        <Button className="narrow" onClick={() => change({ add: 'new' })}>
          Add
        </Button>
      </div>
      {portfolio.data !== undefined && importing && (
        <ImportPanel portfolio={portfolio.data} onDone={() => change({ import: null })} />
      )}
      <Filters />
      {portfolio.data !== undefined && <Ledger portfolio={portfolio.data} />}
    </>
  );
}

function Ledger({ portfolio }: { readonly portfolio: Portfolio }): ReactElement {
  const { change } = useScope();
  const [search] = useSearchParams();
  const roomy = useMediaQuery('(min-width: 1200px)', true, { getInitialValueInEffect: false });
  const undo = useUndo(portfolio.id);
  const editing = search.get('edit');
  const open = editing !== null || search.get('add') !== null;
  const close = (): void => change({ edit: null, add: null });
  const form = (
    <FormFor
      portfolio={portfolio}
      id={editing}
      onDone={close}
      onDelete={undo.remove}
      onClose={close}
    />
  );
  return (
    <div className={roomy ? 'list-and-form' : ''}>
      <section aria-label="List of transactions">
        <UndoLine undo={undo} />
        <List
          portfolio={portfolio}
          editing={editing}
          onOpen={(row) => change({ edit: row.id, add: null })}
        />
      </section>
      {roomy ? (
        <aside className="form-rail" aria-label="Form">
          {form}
        </aside>
      ) : (
        <Drawer
          opened={open}
          onClose={close}
          position="right"
          size={400}
          title={editing === null ? 'Add transaction' : 'Edit transaction'}
        >
          {form}
        </Drawer>
      )}
    </div>
  );
}

interface FormForProps {
  readonly portfolio: Portfolio;
  readonly id: string | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
  readonly onDelete: ReturnType<typeof useUndo>['remove'];
}

function FormFor({ portfolio, id, onDone, onClose, onDelete }: FormForProps): ReactElement {
  const row = useTransaction(id);
  if (id !== null && row.error !== null)
    return <Notice error={row.error} what="This transaction could not be read." />;
  const shown = id === null ? null : (row.data ?? null);
  return (
    <>
      <div className="head wide">
        <h2>{id === null ? 'Add transaction' : 'Edit transaction'}</h2>
        <span className="grow" />
        {id === null ? (
          <kbd>n</kbd>
        ) : (
          <button type="button" className="link" onClick={onClose}>
            Add another instead
          </button>
        )}
      </div>
      {(id === null || shown !== null) && (
        <TransactionForm key={id ?? 'new'} portfolio={portfolio} row={shown} onDone={onDone} />
      )}
      {shown !== null && (
        <Button
          className="delete"
          variant="default"
          fullWidth
          onClick={() => {
            onDelete(shown);
            onClose();
          }}
        >
          Delete, with undo
        </Button>
      )}
    </>
  );
}
