/** Find an asset by name or symbol; one that is not known can be created on the spot. */
import { Autocomplete } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { useAssetSearch } from '../../api/assets';
import type { Asset } from '../../api/types';
import type { AssetChoice } from './fields';
import { NewAsset } from './NewAsset';

interface Props {
  readonly label: string;
  readonly choice: AssetChoice;
  readonly error: string | undefined;
  readonly onChange: (choice: AssetChoice) => void;
}

const nameOf = (asset: Asset): string =>
  asset.exchange === null ? asset.symbol : `${asset.symbol}:${asset.exchange}`;

export function AssetField({ label, choice, error, onChange }: Props): ReactElement {
  const [wanted] = useDebouncedValue(choice.text, 200);
  const search = useAssetSearch(choice.id === null ? wanted : '');
  const found = search.data ?? [];
  const byName = new Map(found.map((asset) => [nameOf(asset), asset]));
  const pick = (text: string): void => {
    const asset = byName.get(text);
    onChange(
      asset === undefined
        ? { id: null, text, currency: null }
        : { id: asset.id, text: asset.symbol, currency: asset.currency },
    );
  };
  const unknown =
    choice.id === null &&
    choice.text.trim() !== '' &&
    search.data !== undefined &&
    found.length === 0 &&
    wanted === choice.text;
  return (
    <div className="whole">
      <Autocomplete
        label={label}
        value={choice.text}
        onChange={pick}
        error={error}
        placeholder="Symbol or name"
        data={[...byName.keys()]}
        filter={({ options }) => options}
        limit={12}
        autoComplete="off"
        spellCheck={false}
        comboboxProps={{ transitionProps: { duration: 0 } }}
        renderOption={({ option }) => (
          <span className="asset-option">
            <b>{option.value}</b>{' '}
            <span className="quiet">{byName.get(option.value)?.name}</span>
          </span>
        )}
      />
      {unknown && (
        <NewAsset
          symbol={choice.text.trim()}
          onMade={(asset) =>
            onChange({ id: asset.id, text: asset.symbol, currency: asset.currency })
          }
        />
      )}
    </div>
  );
}
