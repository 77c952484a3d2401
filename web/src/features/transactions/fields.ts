/** The form changes with the type: which fields it has, and what is sent. */
import type { Transaction, TransactionDraft, TransactionType } from '../../api/types';
import { today } from '../../lib/dates';
import { tryDecimal } from '../../lib/decimal';

export const FIELD_NAMES = [
  'asset',
  'quantity',
  'price',
  'amount',
  'fee',
  'tax',
  'currency',
  'fx_rate',
  'ratio',
  'to_asset',
  'cost_share',
  'cost',
] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

interface Shape {
  readonly fields: readonly FieldName[];
  readonly needed: readonly FieldName[];
}

const TRADE: Shape = {
  fields: ['asset', 'quantity', 'price', 'fee', 'tax', 'currency', 'fx_rate'],
  needed: ['asset', 'quantity', 'price'],
};
const PAYMENT: Shape = {
  fields: ['asset', 'amount', 'tax', 'currency', 'fx_rate'],
  needed: ['asset', 'amount'],
};
const CASH: Shape = { fields: ['amount', 'currency', 'fx_rate'], needed: ['amount'] };

const SHAPES: Readonly<Record<TransactionType, Shape>> = {
  BUY: TRADE,
  SELL: TRADE,
  OPENING: TRADE,
  REWARD: {
    fields: ['asset', 'quantity', 'price', 'currency', 'fx_rate'],
    needed: ['asset', 'quantity', 'price'],
  },
  DIVIDEND: PAYMENT,
  RETURN_OF_CAPITAL: {
    fields: ['asset', 'amount', 'currency', 'fx_rate'],
    needed: ['asset', 'amount'],
  },
  INTEREST: { fields: ['amount', 'tax', 'currency', 'fx_rate'], needed: ['amount'] },
  FEE: CASH,
  TAX: CASH,
  DEPOSIT: CASH,
  WITHDRAWAL: CASH,
  SPLIT: { fields: ['asset', 'ratio', 'amount'], needed: ['asset', 'ratio'] },
  SPIN_OFF: {
    fields: ['asset', 'to_asset', 'ratio', 'cost_share'],
    needed: ['asset', 'to_asset', 'ratio', 'cost_share'],
  },
  MERGER: {
    fields: ['asset', 'to_asset', 'ratio', 'amount', 'cost_share'],
    needed: ['asset', 'to_asset', 'ratio'],
  },
  SYMBOL_CHANGE: { fields: ['asset', 'to_asset', 'ratio'], needed: ['asset', 'to_asset'] },
  TRANSFER_IN: {
    fields: ['asset', 'quantity', 'cost', 'currency', 'fx_rate'],
    needed: ['asset', 'quantity', 'cost'],
  },
  TRANSFER_OUT: { fields: ['asset', 'quantity'], needed: ['asset', 'quantity'] },
};

export function shapeOf(type: TransactionType): Shape {
  return SHAPES[type];
}

/** What stands in the form; empty text is nothing. */
export interface Form extends Readonly<
  Record<Exclude<FieldName, 'asset' | 'to_asset'>, string>
> {
  readonly type: TransactionType;
  readonly day: string;
  readonly asset: AssetChoice;
  readonly to_asset: AssetChoice;
  readonly note: string;
}

export interface AssetChoice {
  readonly id: string | null;
  readonly text: string;
  readonly currency: string | null;
}

export const NO_ASSET: AssetChoice = { id: null, text: '', currency: null };

export function emptyForm(type: TransactionType): Form {
  return {
    type,
    day: today(),
    asset: NO_ASSET,
    to_asset: NO_ASSET,
    quantity: '',
    price: '',
    amount: '',
    fee: '',
    tax: '',
    currency: '',
    fx_rate: '',
    ratio: '',
    cost_share: '',
    cost: '',
    note: '',
  };
}

const nonZero = (text: string | null | undefined): string =>
  text === null || text === undefined || text === '0' ? '' : text;

export function formOf(row: Transaction): Form {
  return {
    ...emptyForm(row.type),
    day: row.day,
    asset: { id: row.asset_id, text: row.symbol ?? '', currency: null },
    to_asset: { id: row.to_asset_id ?? null, text: row.to_symbol ?? '', currency: null },
    quantity: nonZero(row.quantity),
    price: row.price ?? '',
    amount: row.amount ?? '',
    fee: nonZero(row.fee),
    tax: nonZero(row.tax),
    currency: row.currency,
    fx_rate: row.fx_rate ?? '',
    ratio: row.ratio ?? '',
    cost_share: row.cost_share ?? '',
    cost: row.cost ?? '',
    note: row.note ?? '',
  };
}

const NUMBERS = [
  'quantity',
  'price',
  'amount',
  'fee',
  'tax',
  'fx_rate',
  'cost_share',
  'cost',
] as const;

/** A comma as decimal point, and spaces or apostrophes between thousands, are read as meant. */
export function plainNumber(text: string): string {
  const bare = text.replace(/[\s'\u00a0\u202f]/gu, '').replace('−', '-');
  if (bare.includes(',') && bare.includes('.')) {
    return bare.lastIndexOf(',') > bare.lastIndexOf('.')
      ? bare.replaceAll('.', '').replace(',', '.')
      : bare.replaceAll(',', '');
  }
  return bare.replace(',', '.');
}

export type Problems = Readonly<Partial<Record<FieldName | 'day', string>>>;

/** What can be seen without asking the server. */
export function problemsOf(form: Form): Problems {
  const { fields, needed } = shapeOf(form.type);
  const found: Partial<Record<FieldName | 'day', string>> = {};
  if (form.day === '') found.day = 'Date is empty.';
  for (const name of fields) {
    const value = name === 'asset' || name === 'to_asset' ? form[name].text : form[name];
    const optional = name === 'price' && form.amount !== '';
    if (value.trim() === '') {
      if (needed.includes(name) && !optional) found[name] = 'Is empty.';
    } else if (isNumberField(name) && tryDecimal(plainNumber(value)) === null)
      found[name] = 'Is no number.';
    else if (name === 'ratio' && !/^\d+(?:\.\d+)?:\d+(?:\.\d+)?$/u.test(value.trim()))
      found[name] = 'Write new:old, such as 2:1.';
  }
  return found;
}

function isNumberField(name: FieldName): name is (typeof NUMBERS)[number] {
  return (NUMBERS as readonly FieldName[]).includes(name);
}

/** The body that is sent: only the fields of the type, only those that are filled. */
export function draftOf(
  form: Form,
  portfolioId: string,
  before: Transaction | null,
): TransactionDraft {
  const { fields } = shapeOf(form.type);
  const sameDay = before?.day === form.day;
  const draft: TransactionDraft = {
    portfolio_id: portfolioId,
    type: form.type,
    timestamp: sameDay ? before.timestamp : form.day,
  };
  for (const name of fields) {
    if (name === 'asset')
      Object.assign(
        draft,
        form.asset.id === null
          ? { symbol: form.asset.text.trim() }
          : { asset_id: form.asset.id },
      );
    else if (name === 'to_asset')
      Object.assign(
        draft,
        form.to_asset.id === null
          ? { to_symbol: form.to_asset.text.trim() }
          : { to_asset_id: form.to_asset.id },
      );
    else if (form[name].trim() !== '')
      draft[name] = isNumberField(name) ? plainNumber(form[name]) : form[name].trim();
  }
  if (form.note.trim() !== '') draft.note = form.note.trim();
  if (before !== null && before.external_id !== null) draft.external_id = before.external_id;
  return draft;
}
