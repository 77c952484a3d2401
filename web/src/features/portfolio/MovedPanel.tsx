/** What moved the total on the last day: the five largest changes. */
import type { ReactElement } from 'react';
import type { Holding } from '../../api/types';
import { compare, ratio, sign, subtract, toNumber } from '../../lib/decimal';
import { AmountChange, PercentChange } from '../../ui/Change';
import { Figure } from '../../ui/Figure';

interface Props {
  readonly holdings: readonly Holding[];
  readonly currency: string;
  readonly today: boolean;
}

interface Move {
  readonly holding: Holding;
  readonly change: string;
  readonly size: string;
}

function moves(holdings: readonly Holding[]): Move[] {
  return holdings
    .flatMap((holding) => {
      const change = holding.day_change ?? null;
      return change === null || sign(change) === 0
        ? []
        : [{ holding, change, size: change.replace('-', '') }];
    })
    .sort((a, b) => compare(b.size, a.size))
    .slice(0, 5);
}

export function MovedPanel({ holdings, currency, today }: Props): ReactElement | null {
  const rows = moves(holdings);
  const largest = rows[0]?.size;
  if (largest === undefined) return null;
  return (
    <section aria-labelledby="moved">
      <div className="head">
        <h2 id="moved">{today ? 'Moved today' : 'Moved on the last day'}</h2>
        <span className="grow" />
        <span className="small quiet">
          <span className="money">{currency} and </span>price
        </span>
      </div>
      <ul className="moved">
        {rows.map(({ holding, change, size }) => (
          <li key={holding.asset_id}>
            <b>{holding.symbol}</b>
            <span className="move-bar" aria-hidden="true">
              <i
                data-falling={sign(change) < 0}
                style={{ width: `${Math.max(2, (toNumber(size) / toNumber(largest)) * 100)}%` }}
              />
            </span>
            <span className="money right">
              <Figure figure="day_change" assetId={holding.asset_id} of={holding.symbol}>
                <b>
                  <AmountChange value={change} currency={currency} arrow />
                </b>
              </Figure>
            </span>
            <span className="share">
              <PercentChange value={moveShare(holding, change)} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function moveShare({ value }: Holding, change: string): number | null {
  return value === null ? null : ratio(change, subtract(value, change));
}
