export {
  summariseCommitments,
  type Commitment,
  type CommitmentsAnswer,
  type CurrencyCommitments,
} from './summarise-commitments.ts';
