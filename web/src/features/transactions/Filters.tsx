/** Filters as pills, kept in the address. */
import { Menu, NativeSelect, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router';
import type { TransactionFilter } from '../../api/transactions';
import { TYPES } from '../../api/types';
import { showDay } from '../../lib/dates';
import { useScope } from '../../ui/scope';
import { typeName } from '../../ui/types';

const NAMES = { symbol: 'Asset', type: 'Type', start: 'From', end: 'To' } as const;
type FilterName = keyof typeof NAMES;
const KEYS: readonly FilterName[] = ['symbol', 'type', 'start', 'end'];

export function useFilter(): TransactionFilter {
  const [search] = useSearchParams();
  return Object.fromEntries(KEYS.map((name) => [name, search.get(name)]));
}

function words(name: FilterName, value: string): string {
  if (name === 'type') return typeName(TYPES.find((type) => type === value) ?? 'BUY');
  return name === 'symbol' ? value : showDay(value);
}

export function Filters(): ReactElement {
  const filter = useFilter();
  const { change } = useScope();
  const set = (name: FilterName, value: string): void =>
    change({ [name]: value === '' ? null : value });
  return (
    <div className="filters">
      {KEYS.map((name) => {
        const value = filter[name];
        return value === null || value === undefined ? null : (
          <span key={name} className="pill">
            <span>{NAMES[name]}</span>
            <b>{words(name, value)}</b>
            <button
              type="button"
              className="plain"
              aria-label={`Remove filter ${NAMES[name]}`}
              onClick={() => set(name, '')}
            >
              ×
            </button>
          </span>
        );
      })}
      <Menu position="bottom-start" width={260} closeOnItemClick={false} trapFocus>
        <Menu.Target>
          <button type="button" className="link" data-key="filter">
            + Filter <kbd className="wide">f</kbd>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <div className="filter-form">
            <TextInput
              label="Asset"
              placeholder="Symbol"
              defaultValue={filter.symbol ?? ''}
              onBlur={(event) => set('symbol', event.currentTarget.value.trim())}
              onKeyDown={(event) => {
                if (event.key === 'Enter') set('symbol', event.currentTarget.value.trim());
              }}
            />
            <NativeSelect
              label="Type"
              value={filter.type ?? ''}
              data={[
                { value: '', label: 'Any' },
                ...TYPES.map((value) => ({ value, label: typeName(value) })),
              ]}
              onChange={(event) => set('type', event.currentTarget.value)}
            />
            <TextInput
              type="date"
              label="From"
              value={filter.start ?? ''}
              onChange={(event) => set('start', event.currentTarget.value)}
            />
            <TextInput
              type="date"
              label="To"
              value={filter.end ?? ''}
              onChange={(event) => set('end', event.currentTarget.value)}
            />
          </div>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
