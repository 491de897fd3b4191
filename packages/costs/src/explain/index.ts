export { explainTable, type Explanation, type ExplainRequest } from './explain-table.ts';
