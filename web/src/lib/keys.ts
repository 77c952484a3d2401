/** Keyboard: single keys and two-key chords, silent while the reader types. */
export type Bindings = Readonly<Record<string, () => void>>;

const CHORD_MS = 1200;

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Listen until the returned function is called. Names: "n", "?", "ctrl+k", "g o". */
export function listen(bindings: () => Bindings): () => void {
  let first = '';
  let at = 0;
  const onKey = (event: KeyboardEvent): void => {
    const held = event.ctrlKey || event.metaKey;
    if (event.altKey || event.isComposing || event.defaultPrevented) return;
    if (!held && isTyping(event.target)) return;
    const name = held ? `ctrl+${event.key.toLowerCase()}` : event.key;
    const chord = Date.now() - at < CHORD_MS && first !== '' ? `${first} ${name}` : name;
    const action = bindings()[chord] ?? bindings()[name];
    first = held || first !== '' ? '' : name;
    at = Date.now();
    if (action === undefined) return;
    first = '';
    event.preventDefault();
    action();
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}
