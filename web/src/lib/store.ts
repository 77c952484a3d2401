/** A small value kept in the browser, with listeners: session, theme, privacy. */
export interface Kept<T> {
  readonly get: () => T;
  readonly set: (value: T) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function kept<T>(key: string, fallback: T, read: (raw: unknown) => T | null): Kept<T> {
  const listeners = new Set<() => void>();
  let value = load();

  function load(): T {
    try {
      const raw = localStorage.getItem(key);
      return raw === null ? fallback : (read(JSON.parse(raw)) ?? fallback);
    } catch {
      return fallback; // a browser without storage, or a value of an older version
    }
  }

  function tell(): void {
    for (const listener of listeners) listener();
  }

  if (typeof addEventListener === 'function') {
    addEventListener('storage', (event: StorageEvent) => {
      if (event.key !== key) return;
      value = load();
      tell();
    });
  }
  return {
    get: () => value,
    set: (next) => {
      value = next;
      try {
        if (next === null) localStorage.removeItem(key);
        else localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // kept for this page only
      }
      tell();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
