import type { ReactElement } from 'react';
import type { StatusNote } from './status';

export function StatusChip({ status, label, why }: StatusNote): ReactElement {
  return (
    <span className="chip" data-status={status} title={why === '' ? undefined : why}>
      {label}
    </span>
  );
}
