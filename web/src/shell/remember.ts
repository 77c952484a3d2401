import { kept } from '../lib/store';

/** The portfolio looked at last, so that the front door opens on it. */
export const remember = kept<string | null>('argosy.portfolio', null, (raw) =>
  typeof raw === 'string' ? raw : null,
);
