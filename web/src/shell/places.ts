/** The places of the app, in the order of the sidebar, with their chords. */
import type { IconName } from '../ui/icons';

export interface Place {
  readonly path: string;
  readonly name: string;
  readonly chord: string;
  readonly icon: IconName;
}

export const PLACES: readonly Place[] = [
  { path: 'overview', name: 'Overview', chord: 'g o', icon: 'chart' },
  { path: 'holdings', name: 'Holdings', chord: 'g h', icon: 'rows' },
  { path: 'transactions', name: 'Transactions', chord: 'g t', icon: 'list' },
  { path: 'gains', name: 'Gains', chord: 'g r', icon: 'chart' },
];
