/** The keyboard, bound once for the whole app. */
import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { type Bindings, listen } from '../lib/keys';
import { RANGES } from '../lib/ranges';
import { nextPrivacy } from '../ui/privacy';
import { usePlace, useScope } from '../ui/scope';
import { PLACES } from './places';

interface Sheets {
  readonly palette: () => void;
  readonly keys: () => void;
}

function press(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.click();
}

function explainFocused(): void {
  const focused = document.activeElement;
  const figure =
    focused?.matches('.figure') === true ? focused : focused?.querySelector('.figure');
  if (figure instanceof HTMLElement) figure.click();
}

export function useKeys({ palette, keys }: Sheets): void {
  const navigate = useNavigate();
  const place = usePlace();
  const { range, change } = useScope();
  const step = (by: 1 | -1): void => {
    const next = RANGES[RANGES.indexOf(range) + by];
    if (next !== undefined) change({ range: next, from: null, to: null });
  };
  const bindings: Bindings = {
    ...Object.fromEntries(
      PLACES.map(({ chord, path }) => [chord, () => void navigate(place(path))]),
    ),
    'ctrl+k': palette,
    '/': palette,
    '?': keys,
    n: () => void navigate(place('transactions', { add: 'new' })),
    f: () => press('[data-key=filter]'),
    e: explainFocused,
    h: () => void nextPrivacy(),
    '[': () => step(-1),
    ']': () => step(1),
  };
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  useEffect(() => listen(() => latest.current), []);
}
