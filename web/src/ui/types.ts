/** Transaction types in words, and what a form asks for each. */
import type { TransactionType } from '../api/types';

const NAMES: Readonly<Record<TransactionType, string>> = {
  BUY: 'Buy',
  SELL: 'Sell',
  DIVIDEND: 'Dividend',
  INTEREST: 'Interest',
  REWARD: 'Reward',
  FEE: 'Fee',
  TAX: 'Tax',
  SPLIT: 'Split',
  SPIN_OFF: 'Spin-off',
  MERGER: 'Merger',
  SYMBOL_CHANGE: 'Symbol change',
  RETURN_OF_CAPITAL: 'Return of capital',
  TRANSFER_IN: 'Transfer in',
  TRANSFER_OUT: 'Transfer out',
  DEPOSIT: 'Deposit',
  WITHDRAWAL: 'Withdrawal',
  OPENING: 'Opening balance',
};

export function typeName(type: TransactionType): string {
  return NAMES[type];
}
