export {
  summariseCommitments,
  type Commitment,
  type CommitmentQuantity,
  type CommitmentsAnswer,
  type CurrencyCommitments,
} from './summarise-commitments.ts';
export {
  parseContractCommitments,
  readContractRows,
  type ContractCommitment,
} from './contract-commitment.ts';
export { calendarIcs, expiryCalendar, type ExpiryEntry } from './expiry-calendar.ts';
