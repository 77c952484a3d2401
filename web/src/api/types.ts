/**
 * The API's shapes under the names that pages use, from the checked-in OpenAPI file.
 * Money, quantities, prices and rates are decimal text; fractions are numbers.
 */
import type * as wire from './gen/types.gen';

export type Text = string;

export type User = wire.UserOut;
export type Tokens = wire.TokensOut;
export type Portfolio = wire.PortfolioOut;
export type PortfolioValue = wire.PortfolioFiguresOut &
  Pick<wire.PortfolioOut, 'cost_basis_method' | 'dividend_policy'>;
export type Holding = wire.HoldingOut;
export type Lot = NonNullable<wire.HoldingOut['lots']>[number];
export type Gain = wire.GainOut;
export type Gains = wire.GainsOut;
export type GainTotals = wire.GainTotalsOut;
export type Series = wire.SeriesOut;
export type Performance = wire.PerformanceOut;
export type ExplainNode = wire.NodeOut;
export type Explanation = wire.ExplanationOut;
export type DayBefore = NonNullable<Explanation['day_before']>;
export type UnderMethod = NonNullable<Explanation['methods']>[number];
export type Transaction = wire.TransactionOut;
export type TransactionType = wire.TransactionType;
export type TransactionDraft = wire.TransactionIn;
export type Asset = wire.AssetOut;
export type AssetCategory = wire.AssetCategory;
export type AssetDraft = wire.AssetIn;
export type PortfolioDraft = wire.PortfolioIn;
export type PortfolioChange = wire.PortfolioPatch;
export type CostMethod = wire.CostBasisMethod;

export type Service = wire.ServiceOut;

export const COST_METHODS = [
  'average',
  'fifo',
  'lifo',
  'hifo',
  'specific',
  'uk_pool',
] as const satisfies readonly CostMethod[];

export const TYPES = [
  'BUY',
  'SELL',
  'DIVIDEND',
  'INTEREST',
  'REWARD',
  'FEE',
  'TAX',
  'SPLIT',
  'SPIN_OFF',
  'MERGER',
  'SYMBOL_CHANGE',
  'RETURN_OF_CAPITAL',
  'TRANSFER_IN',
  'TRANSFER_OUT',
  'DEPOSIT',
  'WITHDRAWAL',
  'OPENING',
] as const satisfies readonly TransactionType[];

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type ImportResult = wire.ImportOut;
export type ImportProblem = wire.LineProblemOut;
export type ImportRow = wire.PreviewRowOut;
export type HoldingChange = wire.HoldingChangeOut;

export interface PriceBar {
  timestamp: string;
  close: Text;
}
