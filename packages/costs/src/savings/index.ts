export {
  parseSavingsRequest,
  summariseSavings,
  type CurrencySavings,
  type Savings,
  type SavingsAnswer,
  type SavingsRequest,
} from './summarise-savings.ts';
