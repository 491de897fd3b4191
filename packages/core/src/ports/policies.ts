import type { JsonObject } from '../kernel/json.ts';
import type { AskedQuestion, RecordedPolicyAct, ShadowAnswer } from '../policy/policy-change.ts';
import type { Digest } from '../proposal/action.ts';

/** Name → text of the files of a policy bundle. */
export type PolicyFiles = Readonly<Record<string, string>>;

/** A bundle that is asked beside the one in effect. */
export interface ShadowChoice {
  readonly bundleSha256: string;
  readonly files: PolicyFiles;
}

/** Policies and the acts that changed them, as stored. Whether an act holds is for the guard to say. */
export interface PolicyStore {
  /** Every act in the order of the log. */
  acts(): Promise<readonly RecordedPolicyAct[]>;
  /** The files that were proposed under a hash; null where none were. The reader takes the hash of them again. */
  files(bundleSha256: string): Promise<PolicyFiles | null>;
  /** The bundle of the newest activation; null before the first. For the agent, whose word decides nothing. */
  newestSha256(): Promise<string | null>;
  propose(changeId: string, signed: JsonObject, files: PolicyFiles): Promise<void>;
  approve(changeId: string, signed: JsonObject): Promise<void>;
  activate(changeId: string): Promise<void>;
  shadow(): Promise<ShadowChoice | null>;
  chooseShadow(choice: ShadowChoice | null): Promise<void>;
  /** Records what the second bundle answered; the same action and bundle twice is recorded once. */
  recordShadow(answer: ShadowAnswer, caseId: string): Promise<void>;
  /** Newest first. */
  shadowAnswers(limit: number): Promise<readonly (ShadowAnswer & { readonly at: string })[]>;
  /** Records what the policies were asked, for those who want to know why. */
  recordQuestion(asked: AskedQuestion): Promise<void>;
  /** The newest question about an action; null where none was put. */
  questionAbout(digest: Digest): Promise<(AskedQuestion & { readonly at: string }) | null>;
  /** Newest first. */
  questions(limit: number): Promise<readonly (AskedQuestion & { readonly at: string })[]>;
}
