import type { CommandContext, LoadedConfiguration } from '../command-context.ts';
import type { ReadSecret } from '../up/outside-systems.ts';

export function secretReader(_context: CommandContext, _loaded: LoadedConfiguration): ReadSecret {
  return async () => {
    throw new Error('pending');
  };
}
