/** Something went wrong: what happened, what to do, and the id under which it is logged. */
import type { ReactElement } from 'react';
import { ApiError } from '../api/client';

interface Props {
  readonly error: Error;
  readonly what: string;
  readonly onRetry?: () => void;
}

export function Notice({ error, what, onRetry }: Props): ReactElement {
  const request = error instanceof ApiError ? error.requestId : null;
  return (
    <div className="notice" role="alert">
      <span>
        <b>{what}</b> {error.message}
      </span>
      {request !== null && <code>request {request}</code>}
      {onRetry !== undefined && (
        <button type="button" className="link" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
