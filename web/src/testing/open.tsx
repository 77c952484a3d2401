/** Open the app at an address, signed in, as a reader would. */
import { render } from '@testing-library/react';
import { session } from '../api/session';
import { App } from '../shell/App';

export function open(address: string): void {
  history.replaceState(null, '', address);
  session.set({ access_token: 'a', refresh_token: 'r', token_type: 'bearer' });
  render(<App />);
}
