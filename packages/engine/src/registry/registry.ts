import { InputError, type ActionDeclaration, type JsonObject, type Tool } from '@counterfoil/core';

/** A frozen list of tools by name. */
export type ToolRegistry = ReadonlyMap<string, Tool>;

/** A frozen list of one half of the action kinds, by kind. */
export type ActionRegistry<Half extends ActionDeclaration> = ReadonlyMap<string, Half>;

/** Checks and freezes the tools that an app hands in: unique names, a time limit each. */
export function registerTools(tools: readonly Tool[]): ToolRegistry {
  for (const tool of tools) {
    if (!(tool.timeoutMs > 0)) throw refuse(tool.name, 'has no time limit');
  }
  return byName(tools, (tool) => tool.name);
}

/**
 * Checks and freezes the action kinds that an app hands in: unique kinds, at least one permission, a bound on targets, and
 * examples that the kind itself accepts.
 */
export function registerActions<Half extends ActionDeclaration>(
  actions: readonly Half[],
): ActionRegistry<Half> {
  for (const action of actions) {
    if (action.permissions.length === 0) throw refuse(action.kind, 'declares no permission');
    if (!(action.targetsMax >= 1)) throw refuse(action.kind, 'has no bound on its targets');
    for (const example of action.examples) {
      const parsed = parseExample(action, example);
      if (parsed && action.targets(parsed).length > action.targetsMax) {
        throw refuse(action.kind, 'has an example with more targets than it allows');
      }
    }
  }
  return byName(actions, (action) => action.kind);
}

/** An example may name another place than the configured one; that is the one reason for which a kind may refuse its own. */
function parseExample(action: ActionDeclaration, example: JsonObject): JsonObject | null {
  try {
    return action.parse(example);
  } catch (error) {
    if (error instanceof InputError && error.code.endsWith('NOT_CONFIGURED')) return null;
    throw error;
  }
}

function byName<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): ReadonlyMap<string, Item> {
  const map = new Map<string, Item>();
  for (const item of items) {
    const name = nameOf(item);
    if (map.has(name)) throw refuse(name, 'is registered twice');
    map.set(name, item);
  }
  return map;
}

function refuse(name: string, problem: string): InputError {
  return new InputError('REGISTRATION_INVALID', `${name} ${problem}`, {
    remedy: 'correct the list that the app hands in',
  });
}
