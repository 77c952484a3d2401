/** What a form would do, reckoned exactly before anything is sent. */
import type { Holding, Transaction } from '../../api/types';
import { add, multiply, negate, subtract, tryDecimal } from '../../lib/decimal';
import { type Form, plainNumber } from './fields';

const OUT = new Set(['BUY', 'FEE', 'TAX', 'WITHDRAWAL']);
const IN = new Set(['SELL', 'DIVIDEND', 'INTEREST', 'RETURN_OF_CAPITAL', 'DEPOSIT']);

type CashLike = Pick<Transaction, 'type' | 'quantity' | 'price' | 'amount'> &
  Record<'fee' | 'tax', string | null>;

/** The cash that moves, in the transaction's currency; null where none does. */
export function cashEffect({
  type,
  quantity,
  price,
  amount,
  fee,
  tax,
}: CashLike): string | null {
  if (!OUT.has(type) && !IN.has(type)) return null;
  const gross =
    amount ?? (quantity === null || price === null ? null : multiply(quantity, price));
  if (gross === null) return null;
  const costs = add(fee ?? '0', tax ?? '0');
  if (IN.has(type)) return subtract(gross, costs);
  return negate(type === 'BUY' ? add(gross, costs) : gross);
}

const filled = (text: string): string | null => {
  const bare = plainNumber(text);
  return bare === '' || tryDecimal(bare) === null ? null : bare;
};

export interface Effect {
  readonly cash: string | null;
  readonly heldBefore: string | null;
  readonly heldAfter: string | null;
}

const STEP: Readonly<Record<string, 1 | -1>> = {
  BUY: 1,
  OPENING: 1,
  REWARD: 1,
  TRANSFER_IN: 1,
  SELL: -1,
  TRANSFER_OUT: -1,
};

export function effectOf(form: Form, holdings: readonly Holding[]): Effect {
  const quantity = filled(form.quantity);
  const cash = cashEffect({
    type: form.type,
    quantity,
    price: filled(form.price),
    amount: filled(form.amount),
    fee: filled(form.fee),
    tax: filled(form.tax),
  });
  const step = STEP[form.type];
  const held =
    holdings.find((row) => row.asset_id === form.asset.id || row.symbol === form.asset.text)
      ?.quantity ?? '0';
  if (step === undefined || quantity === null || form.asset.text === '')
    return { cash, heldBefore: null, heldAfter: null };
  return {
    cash,
    heldBefore: held,
    heldAfter: step === 1 ? add(held, quantity) : subtract(held, quantity),
  };
}
