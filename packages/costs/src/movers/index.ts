export { topMovers, type CurrencyMovers, type Mover, type MoversAnswer } from './top-movers.ts';
