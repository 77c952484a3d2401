import type { ReactElement } from 'react';
import type { Holding, Portfolio } from '../../api/types';
import { useMoney } from '../../ui/money';
import { effectOf } from './effect';
import { type Form, plainNumber } from './fields';

interface Props {
  readonly form: Form;
  readonly portfolio: Portfolio;
  readonly holdings: readonly Holding[];
}

/** What will follow, before it is stored. */
export function EffectLines({ form, portfolio, holdings }: Props): ReactElement {
  const { amount, quantity } = useMoney();
  const { cash, heldBefore, heldAfter } = effectOf(form, holdings);
  const currency =
    form.currency === '' ? (form.asset.currency ?? portfolio.currency) : form.currency;
  return (
    <dl className="effect" aria-live="polite">
      {cash !== null && (
        <div>
          <dt>{formula(form)}</dt>
          <dd>
            {amount(cash, currency, true)} {currency}
          </dd>
        </div>
      )}
      {heldBefore !== null && heldAfter !== null && holdings.length > 0 && (
        <div>
          <dt>{form.asset.text} held</dt>
          <dd>
            {quantity(heldBefore)} → {quantity(heldAfter)}
          </dd>
        </div>
      )}
    </dl>
  );
}

function formula(form: Form): string {
  if (form.quantity === '' || form.price === '') return 'Cash';
  const costs = [form.fee, form.tax]
    .filter((text) => text !== '')
    .map((text) => ` ${form.type === 'SELL' ? '−' : '+'} ${plainNumber(text)}`);
  return `${plainNumber(form.quantity)} × ${plainNumber(form.price)}${costs.join('')}`;
}
