// @vitest-environment node
/** The answers that the API's own tests keep are of the shapes that the pages are written for. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { faults } from './schema';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDER = `${ROOT}tests/snapshots`;

interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

const schemas = (JSON.parse(readFileSync(`${ROOT}openapi.json`, 'utf-8')) as OpenApi).components
  .schemas;

/** The schema of each kept answer that a page reads, by the end of its file's name. */
const READ: Readonly<Record<string, unknown>> = {
  'auth.login': { $ref: 'TokensOut' },
  'auth.me': { $ref: 'UserOut' },
  'service.root': { $ref: 'ServiceOut' },
  'portfolio.figures': { $ref: 'PortfolioFiguresOut' },
  'figures.portfolio': { $ref: 'PortfolioFiguresOut' },
  'portfolios.create': { $ref: 'PortfolioOut' },
  'portfolios.list': { type: 'array', items: { $ref: 'PortfolioOut' } },
  'figures.holdings': { type: 'array', items: { $ref: 'HoldingOut' } },
  'figures.gains': { $ref: 'GainsOut' },
  'figures.series': { $ref: 'SeriesOut' },
  'figures.performance': { $ref: 'PerformanceOut' },
  'figures.explain': { $ref: 'ExplanationOut' },
  'transactions.create': { $ref: 'TransactionOut' },
  'transactions.list': { $ref: 'TransactionPage' },
  'transactions.import': { $ref: 'ImportOut' },
  'assets.search': { type: 'array', items: { $ref: 'AssetOut' } },
};

const kept = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));
const read = kept.filter((name) => name in READ);

describe('answers kept by the API’s tests', () => {
  it('are there', () => expect(read.length).toBeGreaterThan(0));

  it.each(read)('%s has the shape that the pages read', (name) => {
    const answer: unknown = JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf-8'));
    expect(faults(answer, READ[name], schemas)).toEqual([]);
  });

  it.each(kept.filter((name) => name.startsWith('errors.')))(
    '%s has words and a code',
    (name) => {
      const answer = JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf-8')) as Record<
        string,
        unknown
      >;
      expect(typeof answer['code']).toBe('string');
      expect(answer['detail']).toBeDefined();
    },
  );
});
