/** Add or change one transaction. The button says what happens. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type SubmitEvent, type ReactElement, useState } from 'react';
import { ApiError } from '../../api/client';
import { useHoldings } from '../../api/portfolios';
import { useSaveTransaction } from '../../api/transactions';
import { type Portfolio, type Transaction, type TransactionType, TYPES } from '../../api/types';
import { typeName } from '../../ui/types';
import { AssetField } from './AssetField';
import { EffectLines } from './EffectLines';
import {
  type FieldName,
  type Form,
  draftOf,
  emptyForm,
  formOf,
  type Problems,
  problemsOf,
  shapeOf,
} from './fields';

interface Props {
  readonly portfolio: Portfolio;
  readonly row: Transaction | null;
  readonly onDone: (saved: Transaction) => void;
}

const TABS: readonly TransactionType[] = ['BUY', 'SELL', 'DIVIDEND', 'DEPOSIT'];
const MORE = TYPES.filter((type) => !TABS.includes(type));
const ACTIONS: Readonly<Partial<Record<TransactionType, string>>> = {
  BUY: 'Add purchase',
  SELL: 'Add sale',
  DEPOSIT: 'Add deposit',
  DIVIDEND: 'Add dividend',
};

const LABELS: Readonly<Record<Exclude<FieldName, 'asset' | 'to_asset'>, string>> = {
  quantity: 'Quantity',
  price: 'Price',
  amount: 'Amount',
  fee: 'Fee',
  tax: 'Tax',
  currency: 'Currency',
  fx_rate: 'Rate',
  ratio: 'Ratio, new:old',
  cost_share: 'Share of cost that moves',
  cost: 'Carried cost',
};

export function TransactionForm({ portfolio, row, onDone }: Props): ReactElement {
  const [form, setForm] = useState<Form>(() => (row === null ? emptyForm('BUY') : formOf(row)));
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [tried, setTried] = useState(false);
  const save = useSaveTransaction(portfolio.id);
  const holdings = useHoldings(portfolio.id, null).data ?? [];
  const change = (part: Partial<Form>): void => {
    setForm((now) => ({ ...now, ...part }));
    setKey(crypto.randomUUID());
    save.reset();
  };
  const problems: Problems = tried
    ? { ...problemsOf(form), ...serverProblems(save.error) }
    : {};
  const submit = (event?: SubmitEvent): void => {
    event?.preventDefault();
    setTried(true);
    if (Object.keys(problemsOf(form)).length > 0 || save.isPending) return;
    const draft = draftOf(form, portfolio.id, row);
    save.mutate(
      { id: row?.id ?? null, draft, key },
      {
        onSuccess: (saved) => {
          setForm({ ...emptyForm(form.type), day: form.day });
          setTried(false);
          onDone(saved);
        },
      },
    );
  };
  const action =
    row === null
      ? (ACTIONS[form.type] ?? `Add ${typeName(form.type).toLowerCase()}`)
      : 'Save changes';
  return (
    <form
      onSubmit={submit}
      noValidate
      aria-label={row === null ? 'Add transaction' : 'Edit transaction'}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
      }}
    >
      <TypeTabs type={form.type} onType={(type) => change({ type })} />
      <div className="form-grid">
        <Inputs form={form} portfolio={portfolio} problems={problems} change={change} />
        <TextInput
          className="whole"
          label="Note"
          value={form.note}
          onChange={(event) => change({ note: event.currentTarget.value })}
          maxLength={500}
        />
      </div>
      <EffectLines form={form} portfolio={portfolio} holdings={row === null ? holdings : []} />
      {save.error !== null && (
        <p className="form-error" role="alert">
          {save.error.message}
        </p>
      )}
      <Button type="submit" fullWidth loading={save.isPending}>
        {action}&ensp;<kbd className="wide on-accent">Ctrl ↵</kbd>
      </Button>
    </form>
  );
}

/** The server names fields in the path of each problem. */
function serverProblems(error: Error | null): Problems {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(
    error.fields.map(({ field, message }) => [
      field === 'symbol' || field === 'asset_id'
        ? 'asset'
        : field === 'timestamp'
          ? 'day'
          : field,
      message,
    ]),
  );
}

interface TabsProps {
  readonly type: TransactionType;
  readonly onType: (type: TransactionType) => void;
}

function TypeTabs({ type, onType }: TabsProps): ReactElement {
  const more = MORE.includes(type);
  return (
    <div className="type-tabs">
      <div className="choices" role="group" aria-label="Type">
        {TABS.map((item) => (
          <button
            key={item}
            type="button"
            className="plain"
            aria-pressed={item === type}
            onClick={() => onType(item)}
          >
            {typeName(item)}
          </button>
        ))}
        <button
          type="button"
          className="plain"
          aria-pressed={more}
          onClick={() => onType(more ? type : 'INTEREST')}
        >
          More
        </button>
      </div>
      {more && (
        <NativeSelect
          aria-label="Other type"
          value={type}
          data={MORE.map((value) => ({ value, label: typeName(value) }))}
          onChange={(event) => {
            const chosen = MORE.find((item) => item === event.currentTarget.value);
            if (chosen !== undefined) onType(chosen);
          }}
        />
      )}
    </div>
  );
}

interface InputsProps {
  readonly form: Form;
  readonly portfolio: Portfolio;
  readonly problems: Problems;
  readonly change: (part: Partial<Form>) => void;
}

function Inputs({ form, portfolio, problems, change }: InputsProps): ReactElement {
  const currency =
    form.currency === '' ? (form.asset.currency ?? portfolio.currency) : form.currency;
  const fields = shapeOf(form.type).fields.filter(
    (name) => name !== 'fx_rate' || currency !== portfolio.currency,
  );
  const date = (
    <TextInput
      key="day"
      type="date"
      label="Date"
      value={form.day}
      error={problems.day}
      onChange={(event) => change({ day: event.currentTarget.value })}
    />
  );
  const inputs = fields.map((name) => {
    if (name === 'asset' || name === 'to_asset') {
      const label = name === 'asset' ? 'Asset' : 'New asset';
      return (
        <AssetField
          key={name}
          label={label}
          choice={form[name]}
          error={problems[name]}
          onChange={(choice) => change({ [name]: choice })}
        />
      );
    }
    const label =
      name === 'fx_rate' ? `Rate, ${currency} → ${portfolio.currency}` : LABELS[name];
    return (
      <TextInput
        key={name}
        className={name === 'fx_rate' ? 'whole' : undefined}
        label={label}
        value={form[name]}
        error={problems[name]}
        autoComplete="off"
        inputMode={name === 'currency' || name === 'ratio' ? 'text' : 'decimal'}
        placeholder={hint(name, currency)}
        onChange={(event) => change({ [name]: event.currentTarget.value })}
      />
    );
  });
  return (
    <>
      {inputs[0] !== undefined && fields[0] === 'asset'
        ? [inputs[0], date, ...inputs.slice(1)]
        : [date, ...inputs]}
    </>
  );
}

function hint(name: FieldName, currency: string): string {
  if (name === 'currency') return currency;
  if (name === 'fx_rate') return 'the day’s rate; type to use your broker’s';
  if (name === 'ratio') return '2:1';
  return name === 'cost_share' ? '0.25' : '';
}
