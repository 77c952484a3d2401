/** The plain names of figures, as the page and the drawer write them. */
const NAMES: Readonly<Record<string, string>> = {
  total_value: 'Value',
  total_cost: 'Cost of what is held',
  unrealized_gain: 'Unrealized gain',
  unrealized_return: 'Unrealized return',
  realized_gain: 'Realized gain',
  income: 'Income',
  fees: 'Fees and taxes',
  fees_separate: 'Fees outside cost',
  total_gain: 'Gain since the start',
  total_return: 'Simple return',
  day_change: 'Change today',
  invested: 'Paid in',
  average_cost: 'Average cost',
  twr: 'Time-weighted return',
  mwr: 'Money-weighted return',
  mwr_annual: 'Money-weighted return a year',
  modified_dietz: 'Return on average capital',
  flows: 'Paid in',
  gain: 'Gain',
  cost: 'Cost',
  value: 'Value',
  quantity: 'Quantity',
  price: 'Price',
  weight: 'Weight',
  cash: 'Cash',
  max_drawdown: 'Deepest fall',
  local_value: 'Value in its own currency',
  local_cost: 'Cost in its own currency',
};

export function figureName(figure: string): string {
  const known = NAMES[figure];
  if (known !== undefined) return known;
  const words = figure.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Fractions are shown as per cent, the rest as money or a count. */
export const FRACTIONS: ReadonlySet<string> = new Set([
  'unrealized_return',
  'total_return',
  'twr',
  'mwr',
  'mwr_annual',
  'annualized_twr',
  'modified_dietz',
  'weight',
  'max_drawdown',
]);

export const SIGNED: ReadonlySet<string> = new Set([
  'unrealized_gain',
  'realized_gain',
  'total_gain',
  'day_change',
  'gain',
  'flows',
]);
