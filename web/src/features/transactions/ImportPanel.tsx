/** File, then what it would do, then commit. Nothing is stored before the last button. */
import { Button, FileButton } from '@mantine/core';
import { type DragEvent, type ReactElement, useState } from 'react';
import { useImport } from '../../api/transactions';
import type { ImportResult, Portfolio } from '../../api/types';
import { download } from '../../lib/csv';
import { count } from '../../lib/format';
import { Notice } from '../../ui/Notice';
import { ImportEffect } from './ImportEffect';
import { ImportRows } from './ImportRows';

interface Props {
  readonly portfolio: Portfolio;
  readonly onDone: () => void;
}

const SAMPLE = [
  'timestamp,type,symbol,quantity,price,fee,currency,note',
  '2024-01-05,BUY,AAPL,10,185.64,1.00,USD,first purchase',
  '2024-05-16,DIVIDEND,AAPL,,,,USD,write the amount in a column called amount',
].join('\r\n');

export function ImportPanel({ portfolio, onDone }: Props): ReactElement {
  const [file, setFile] = useState<File | null>(null);
  const preview = useImport(portfolio.id);
  const commit = useImport(portfolio.id);
  const choose = (chosen: File | null): void => {
    if (chosen === null) return;
    setFile(chosen);
    commit.reset();
    preview.mutate({ file: chosen, dryRun: true });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    choose(event.dataTransfer.files[0] ?? null);
  };
  if (commit.data !== undefined) return <Done result={commit.data} onDone={onDone} />;
  return (
    <section
      className="import"
      aria-label="Import"
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <div className="head">
        <h2>{preview.data === undefined ? 'Import' : 'Import preview'}</h2>
        <span className="quiet">{file?.name}</span>
        <span className="grow" />
        {preview.data !== undefined && <Counts result={preview.data} />}
      </div>
      {preview.error !== null && (
        <Notice error={preview.error} what="The file could not be read." />
      )}
      {commit.error !== null && <Notice error={commit.error} what="Nothing was stored." />}
      {preview.data === undefined ? (
        <Choose busy={preview.isPending} onFile={choose} />
      ) : (
        <Preview
          result={preview.data}
          busy={commit.isPending}
          onFile={choose}
          onCancel={onDone}
          onCommit={() => file !== null && commit.mutate({ file, dryRun: false })}
        />
      )}
    </section>
  );
}

interface ChooseProps {
  readonly busy: boolean;
  readonly onFile: (file: File | null) => void;
}

function Choose({ busy, onFile }: ChooseProps): ReactElement {
  return (
    <div className="drop">
      <p>
        Drop a CSV file here, or choose one. Columns: timestamp, type, symbol, quantity, price
        or amount, fee, tax, currency, fx_rate, note, external_id.
      </p>
      <p className="drop-actions">
        <FileButton onChange={onFile} accept=".csv,text/csv,text/plain">
          {(props) => (
            <Button {...props} loading={busy}>
              Choose file
            </Button>
          )}
        </FileButton>
        <button
          type="button"
          className="link"
          onClick={() => download('argosy-sample.csv', SAMPLE)}
        >
          Sample CSV
        </button>
        <span className="quiet small">
          It is read and shown first; nothing is stored before you commit.
        </span>
      </p>
      {busy && (
        <span
          className="zebra"
          data-busy="true"
          style={{ width: 120 }}
          role="progressbar"
          aria-label="Reading the file"
        />
      )}
    </div>
  );
}

function Counts({ result }: { readonly result: ImportResult }): ReactElement {
  const { created, duplicates, problems } = result;
  return (
    <span>
      <b>{created}</b> new <span className="faint">·</span> <b>{duplicates}</b> already here{' '}
      <span className="faint">·</span>{' '}
      <b className={problems.length > 0 ? 'loss' : ''}>{problems.length}</b>{' '}
      {problems.length === 1 ? 'needs you' : 'need you'}
    </span>
  );
}

interface PreviewProps {
  readonly result: ImportResult;
  readonly busy: boolean;
  readonly onFile: (file: File | null) => void;
  readonly onCancel: () => void;
  readonly onCommit: () => void;
}

function Preview({ result, busy, onFile, onCancel, onCommit }: PreviewProps): ReactElement {
  const blocked = result.problems.length > 0 || result.created === 0;
  return (
    <>
      <div className="diff">
        <ImportRows result={result} />
        <ImportEffect result={result} />
      </div>
      <p className="import-foot">
        <span className="quiet small">
          {result.problems.length > 0
            ? 'Nothing is stored. Mend the rows in the file and choose it again.'
            : 'Nothing is stored yet.'}
        </span>
        <span className="grow" />
        <FileButton onChange={onFile} accept=".csv,text/csv,text/plain">
          {(props) => (
            <Button {...props} variant="default">
              Another file
            </Button>
          )}
        </FileButton>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button onClick={onCommit} disabled={blocked} loading={busy}>
          Commit {count(result.created, 'row', 'rows')}
        </Button>
      </p>
    </>
  );
}

function Done({
  result,
  onDone,
}: {
  readonly result: ImportResult;
  readonly onDone: () => void;
}): ReactElement {
  return (
    <section className="import" aria-label="Import" role="status">
      <p className="undo">
        Imported: {count(result.created, 'row', 'rows')} added
        {result.duplicates > 0
          ? `, ${count(result.duplicates, 'row', 'rows')} already here`
          : ''}
        .
        <button type="button" className="link" onClick={onDone}>
          Close
        </button>
      </p>
    </section>
  );
}
