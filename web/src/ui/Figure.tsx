/** A figure is a button that shows where it comes from. */
import type { ReactElement, ReactNode } from 'react';
import { figureName } from './figures';
import { useExplainScope } from './scope';

interface Props {
  readonly figure: string;
  readonly assetId?: string | null;
  readonly of?: string;
  readonly start?: string | null;
  readonly end?: string | null;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Figure({
  figure,
  assetId = null,
  of,
  start = null,
  end = null,
  className = '',
  children,
}: Props): ReactElement {
  const { open, target } = useExplainScope();
  const shown = target?.figure === figure && target.assetId === assetId;
  return (
    <button
      type="button"
      className={`plain figure ${className}`}
      aria-expanded={shown}
      aria-haspopup="dialog"
      data-figure={figure}
      data-asset={assetId}
      title={`= shows where this comes from`}
      onClick={(event) => {
        event.stopPropagation();
        open({ figure, assetId, start, end });
      }}
    >
      <span className="hidden-text">{`${figureName(figure)}${of === undefined ? '' : ` of ${of}`}: `}</span>
      {children}
    </button>
  );
}
