/** Whether an explanation stays beside the page, as the reader left it. */
import { useSyncExternalStore } from 'react';
import { kept } from '../../lib/store';

const pinned = kept('argosy.pinned', false, (raw) => (raw === true ? true : null));

export function usePinned(): boolean {
  return useSyncExternalStore(pinned.subscribe, pinned.get);
}

export function turnPin(): void {
  pinned.set(!pinned.get());
}
