import { lakeSocket } from '../up/settings.ts';
import type { LakeOperator } from '../up/main-job.ts';
import type { StateDirectory } from './state-directory.ts';

export function lakeOperatorOf(state: StateDirectory, token: string): LakeOperator {
  throw new Error(`pending ${lakeSocket(state)} ${token}`);
}
