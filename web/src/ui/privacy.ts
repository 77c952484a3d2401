/** What of the amounts may be seen. Weights and returns stay in every mode. */
import { useSyncExternalStore } from 'react';
import { kept } from '../lib/store';

export const PRIVACY_MODES = ['off', 'hidden', 'presenter', 'scrambled'] as const;
export type PrivacyMode = (typeof PRIVACY_MODES)[number];

export const PRIVACY_WORDS: Readonly<Record<PrivacyMode, string>> = {
  off: 'Amounts shown',
  hidden: 'Amounts hidden',
  presenter: 'Weights and returns only',
  scrambled: 'Amounts scrambled',
};

const mode = kept<PrivacyMode>(
  'argosy.privacy',
  'off',
  (raw) => PRIVACY_MODES.find((name) => name === raw) ?? null,
);
const factor = kept<string>('argosy.scramble', newFactor(), (raw) =>
  typeof raw === 'string' ? raw : null,
);

function newFactor(): string {
  const [random = 0] = crypto.getRandomValues(new Uint16Array(1));
  return `${random % 7}.${String(100 + (random % 887))}`;
}

export interface Privacy {
  readonly mode: PrivacyMode;
  readonly factor: string;
}

export function usePrivacy(): Privacy {
  const current = useSyncExternalStore(mode.subscribe, mode.get);
  return { mode: current, factor: factor.get() };
}

/** Step to the next mode; each round of scrambling has its own factor. */
export function nextPrivacy(): PrivacyMode {
  const next =
    PRIVACY_MODES[(PRIVACY_MODES.indexOf(mode.get()) + 1) % PRIVACY_MODES.length] ?? 'off';
  if (next === 'scrambled') factor.set(newFactor());
  mode.set(next);
  return next;
}
