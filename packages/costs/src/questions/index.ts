export { COST_QUESTIONS, readOperatorPlan, type CostPlan, type CostQuestion } from './questions.ts';
export type {
  CurrencyDecomposition,
  DecomposedChange,
  DecomposedItem,
  DecompositionAnswer,
  Effects,
} from '../decomposition/index.ts';
export type { CurrencyMovers, Mover, MoversAnswer } from '../movers/index.ts';
export type { CurrencyResources, ResourceChange, ResourcesAnswer } from '../resources/index.ts';
export type { CurrencySavings, Savings, SavingsAnswer } from '../savings/index.ts';
