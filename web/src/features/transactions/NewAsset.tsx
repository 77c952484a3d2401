/** An asset the server does not know yet: its own, with a category and a currency. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useCreateAsset } from '../../api/assets';
import type { Asset, AssetCategory } from '../../api/types';

const CATEGORIES: readonly AssetCategory[] = [
  'STOCK',
  'ETF',
  'FUND',
  'INDEX',
  'BOND',
  'CRYPTO',
  'COMMODITY',
  'CURRENCY',
  'FUTURE',
  'OPTION',
  'REAL_ESTATE',
  'CASH',
  'OTHER',
];

interface Props {
  readonly symbol: string;
  readonly onMade: (asset: Asset) => void;
}

export function NewAsset({ symbol, onMade }: Props): ReactElement {
  const [open, setOpen] = useState(false);
  const [category, setCategory] = useState<AssetCategory>('STOCK');
  const [currency, setCurrency] = useState('USD');
  const [name, setName] = useState('');
  const create = useCreateAsset();
  if (!open) {
    return (
      <p className="small quiet new-asset">
        No asset is called {symbol}.{' '}
        <button type="button" className="link" onClick={() => setOpen(true)}>
          Create {symbol}
        </button>
      </p>
    );
  }
  const save = (): void =>
    create.mutate(
      {
        symbol,
        category,
        currency: currency.trim(),
        name: name.trim() === '' ? symbol : name.trim(),
      },
      { onSuccess: onMade },
    );
  return (
    <div className="form-grid new-asset">
      <TextInput
        className="whole"
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        placeholder={symbol}
      />
      <NativeSelect
        label="Category"
        data={[...CATEGORIES]}
        value={category}
        onChange={(event) =>
          setCategory(CATEGORIES.find((item) => item === event.currentTarget.value) ?? 'OTHER')
        }
      />
      <TextInput
        label="Currency"
        value={currency}
        onChange={(event) => setCurrency(event.currentTarget.value)}
      />
      {create.error !== null && (
        <p className="loss small whole" role="alert">
          {create.error.message}
        </p>
      )}
      <Button className="whole" variant="default" onClick={save} loading={create.isPending}>
        Create {symbol}
      </Button>
    </div>
  );
}
