import type { ReactElement } from 'react';
import { AllocationBar } from '../../charts/AllocationBar';
import { percent } from '../../lib/format';
import { useMoney } from '../../ui/money';
import type { AssetClass } from './classes';

interface Props {
  readonly classes: readonly AssetClass[];
  readonly currency: string;
}

export function AllocationPanel({ classes, currency }: Props): ReactElement {
  const { amount } = useMoney();
  return (
    <section aria-labelledby="allocation">
      <div className="head">
        <h2 id="allocation">Allocation</h2>
        <span className="grow" />
        <span className="small quiet money">{currency}</span>
      </div>
      <AllocationBar shares={classes} />
      <ul className="classes">
        {classes.map(({ name, color, weight, value }) => (
          <li key={name}>
            <i style={{ background: color }} />
            <span>{name}</span>
            <b>{percent(weight)}</b>
            <span className="quiet money">{amount(value, currency)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
