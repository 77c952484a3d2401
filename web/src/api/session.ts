/** Who is signed in: the two tokens, kept in the browser. */
import { kept } from '../lib/store';
import type { Tokens } from './types';

function readTokens(raw: unknown): Tokens | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { access_token, refresh_token } = raw as Partial<Tokens>;
  if (typeof access_token !== 'string' || typeof refresh_token !== 'string') return null;
  return { access_token, refresh_token, token_type: 'bearer' };
}

export const session = kept<Tokens | null>('argosy.session', null, readTokens);
