export {
  decomposeChange,
  type CurrencyDecomposition,
  type DecomposedChange,
  type DecomposedItem,
  type DecompositionAnswer,
} from './decompose-change.ts';
export type { Effects } from './effects.ts';
