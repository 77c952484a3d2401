/** Text files made in the browser. */
export type Cell = string | number | null;

function quoted(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  // A spreadsheet would run a cell that begins so, unless it is a plain number.
  const safe = /^[=@\t\r]|^[+-](?!\d)/u.test(text) ? `'${text}` : text;
  return /[",\n\r]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n') + '\r\n';
}

/** Hand the reader a file. */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
