import { Modal } from '@mantine/core';
import type { ReactElement } from 'react';

const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl K  or  /', 'Find or do anything'],
  ['g o', 'Overview'],
  ['g h', 'Holdings'],
  ['g t', 'Transactions'],
  ['g r', 'Gains'],
  ['n', 'Add a transaction'],
  ['f', 'Filter'],
  ['e', 'Explain the focused figure'],
  ['h', 'Amounts: shown, hidden, weights only, scrambled'],
  ['[  ]', 'Shorter or longer range'],
  ['j k', 'Next or previous row'],
  ['Enter', 'Open the row'],
  ['Ctrl ↵', 'Store the form'],
  ['Esc', 'Back'],
];

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function KeysSheet({ opened, onClose }: Props): ReactElement {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" size={420}>
      <dl className="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
