/** What the browser has and the test's stand-in has not. */
import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// What appears may take as long as a busy machine needs.
configure({ asyncUtilTimeout: 20_000 });

Object.defineProperty(navigator, 'language', { value: 'en-GB', configurable: true });

class NoResize implements ResizeObserver {
  observe(): void {
    // nothing is laid out here
  }
  unobserve(): void {
    // nothing is laid out here
  }
  disconnect(): void {
    // nothing is laid out here
  }
}
vi.stubGlobal('ResizeObserver', NoResize);

/** Desktop: wide, and without a wish for dark. */
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: query.includes('min-width'),
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
  addListener: () => undefined,
  removeListener: () => undefined,
}));

afterEach(() => {
  if (typeof document === 'undefined') return;
  cleanup();
  localStorage.clear();
});
