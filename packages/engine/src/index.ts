export type { DataFile } from './data/read-data-file.ts';
export { FACT_CATALOGUE, type FactDefinition } from './causes/fact-catalogue.ts';
export { loadCatalogue, type Catalogue } from './causes/catalogue.ts';
export { parseCause, UNEXPLAINED, type Cause } from './causes/cause.ts';
export { parsePlaybook, type Playbook } from './playbooks/playbook.ts';
export {
  registerActions,
  registerTools,
  type ActionRegistry,
  type ToolRegistry,
} from './registry/registry.ts';
export { lakeTools } from './tools/index.ts';
export { sweep, type SweepPorts } from './durable/sweep.ts';
export type { StageHandler } from './durable/payload.ts';
export type { Wait } from './durable/wait.ts';
export { caseIdOf, createTriage, type TriageDependencies } from './stages/triage.ts';
export { createInvestigate, type InvestigateDependencies } from './stages/investigate.ts';
export { createPropose, type ProposeDependencies } from './stages/propose.ts';
export type { ProposalIdentity } from './proposal/bind.ts';
export { createGate } from './stages/gate.ts';
export { createApprove, type ApproveDependencies } from './stages/approve.ts';
export { createExecute } from './stages/execute.ts';
export type {
  ActivePolicies,
  AnsweredQuestion,
  ExecuteDependencies,
} from './execution/dependencies.ts';
export type { GateSources, ReleaseUse } from './execution/gate-facts.ts';
export type { CaseLeaf, CheckpointWatch, ReadCaseLeaves } from './execution/proofs.ts';
export { readKills, readRegistry } from './execution/authorise-now.ts';
export { createVerify, type VerifyDependencies } from './stages/verify.ts';
