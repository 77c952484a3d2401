/** Find or do anything: places, holdings, figures, actions. */
import { Modal } from '@mantine/core';
import { type KeyboardEvent, type ReactElement, useState } from 'react';
import { useCommands } from './commands';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function Palette({ opened, onClose }: Props): ReactElement {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={560}
      yOffset="12vh"
      centered={false}
      title={<span className="hidden-text">Find or do anything</span>}
      classNames={{ header: 'palette-header' }}
    >
      {opened && <Finder onClose={onClose} />}
    </Modal>
  );
}

function Finder({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const words = text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  const found = useCommands()
    .filter(({ name, hint }) =>
      words.every((word) => `${name} ${hint}`.toLowerCase().includes(word)),
    )
    .slice(0, 12);
  const run = (index: number): void => {
    const command = found[index];
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((now) => Math.min(Math.max(now + step, 0), Math.max(found.length - 1, 0)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(at);
    }
  };
  return (
    <div className="palette">
      <input
        data-autofocus
        value={text}
        placeholder="Find or do anything"
        aria-label="Find or do anything"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${at}` : undefined}
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
      />
      <ul id="palette-list" role="listbox" aria-label="Results">
        {found.map((command, index) => (
          <li
            key={`${command.name} ${command.hint}`}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
          >
            <button
              type="button"
              className="plain"
              tabIndex={-1}
              onMouseMove={() => setAt(index)}
              onClick={() => run(index)}
            >
              <span>{command.name}</span>
              <span className="quiet small">{command.hint}</span>
              {command.keys !== undefined && <kbd>{command.keys}</kbd>}
            </button>
          </li>
        ))}
        {found.length === 0 && <li className="quiet">Nothing is called that.</li>}
      </ul>
    </div>
  );
}
