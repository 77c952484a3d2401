/** An explanation taken elsewhere: as text, as a file, as an address, as a command. */
import { Button } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import type { Explanation } from '../../api/types';
import { usePrivacy } from '../../ui/privacy';
import { outline, saveTree } from './share';

interface Props {
  readonly explanation: Explanation;
  readonly command: string;
}

export function Footer({ explanation, command }: Props): ReactElement {
  const [copied, setCopied] = useState('');
  const copy = (what: string, text: string): void =>
    void navigator.clipboard.writeText(text).then(() => setCopied(what));
  const hidden = usePrivacy().mode !== 'off';
  const why = hidden ? 'Amounts are hidden.' : undefined;
  return (
    <div className="explain-foot">
      <Button
        variant="default"
        disabled={hidden}
        title={why}
        onClick={() => copy('Text copied.', outline(explanation).join('\n'))}
      >
        Copy as text
      </Button>
      <Button
        variant="default"
        disabled={hidden}
        title={why}
        onClick={() => saveTree(explanation)}
      >
        CSV
      </Button>
      <Button variant="default" onClick={() => copy('Link copied.', location.href)}>
        Copy link
      </Button>
      <Button
        className="wide"
        variant="default"
        title={command}
        onClick={() => copy('Command copied.', command)}
      >
        Copy command
      </Button>
      <span className="small quiet" role="status">
        {copied}
      </span>
    </div>
  );
}
