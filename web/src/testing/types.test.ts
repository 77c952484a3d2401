// @vitest-environment node
import { createClient } from '@hey-api/openapi-ts';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it('has types that are those of openapi.json; `npm run types` renews them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'argosy-types-'));
  await createClient({
    input: at('../../../openapi.json'),
    output: { path: folder },
    plugins: ['@hey-api/typescript'],
    logs: { level: 'silent' },
  });
  expect(readFileSync(join(folder, 'types.gen.ts'), 'utf-8')).toBe(
    readFileSync(at('../api/gen/types.gen.ts'), 'utf-8'),
  );
});
