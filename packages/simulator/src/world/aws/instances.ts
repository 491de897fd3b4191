import type { OrganisationResource } from '../../organisation/index.ts';
import type { World } from '../stand-in.ts';

/** How long an instance takes to stop or to start. */
const TRANSITION_MS = 3_000;

const CODES = { pending: 0, running: 16, stopping: 64, stopped: 80 } as const;

export type InstanceStateName = keyof typeof CODES;

/** An instance of the organisation with the state that it is in now. */
export interface WorldInstance {
  readonly resource: OrganisationResource & {
    readonly instance: NonNullable<OrganisationResource['instance']>;
  };
  readonly state: InstanceStateName;
  readonly changedAtMs: number | null;
}

/** Number and name of a state as EC2 gives them. */
export function stateTree(state: InstanceStateName): { code: number; name: InstanceStateName } {
  return { code: CODES[state], name: state };
}

/** Every instance of the organisation. */
export function worldInstances(world: World): readonly WorldInstance[] {
  return world.organisation.resources.flatMap((resource) => {
    const { instance } = resource;
    return instance ? [instanceNow(world, { ...resource, instance })] : [];
  });
}

function instanceNow(world: World, resource: WorldInstance['resource']): WorldInstance {
  const change = world.state.instances[resource.resourceId];
  if (!change) return { resource, state: 'running', changedAtMs: null };
  const { state, changedAtMs } = change;
  const hasArrived = world.nowMs() - changedAtMs >= TRANSITION_MS;
  const final = state === 'stopping' ? 'stopped' : 'running';
  return { resource, state: hasArrived ? final : state, changedAtMs };
}
