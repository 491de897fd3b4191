export {
  parseSavingsRequest,
  summariseSavings,
  type CurrencySavings,
  type Savings,
  type SavingsAnswer,
} from './summarise-savings.ts';
