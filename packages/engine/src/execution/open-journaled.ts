import { IntegrityError, type Action, type ActionState } from '@counterfoil/core';
import { openAction } from '@counterfoil/guard';

/** The action as its bytes say: text, digest and binding must be one and the same, or it is an `IntegrityError`. */
export function openJournaled({ action }: Pick<ActionState, 'action'>): Action {
  try {
    return openAction(action);
  } catch (cause) {
    if (cause instanceof IntegrityError) throw cause;
    throw new IntegrityError('BINDING_MALFORMED', 'the bound action cannot be read', { cause });
  }
}
