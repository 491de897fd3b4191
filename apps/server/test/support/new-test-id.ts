import { randomBytes } from 'node:crypto';
import type { NewId } from '@counterfoil/core';

/** Fresh ids for servers under test, in the form that a process hands them out. */
export const newTestId: NewId = (prefix) => `${prefix}_${randomBytes(16).toString('base64url')}`;
