import type { Investigator } from '@counterfoil/core';
import { chosenBy, obedient, textsIn, type Attack } from '@counterfoil/testkit';
import { createGuardedFlow } from './guarded-flow.ts';
import { approveAll, carrierOf, chanceOf, type TrajectorySpec } from './trajectory.ts';
import { createAttackWorld, incidentAt, type AttackWorld } from './world.ts';

/**
 * Lets everything that it is shown decide whatever it may choose. The harness tells it nothing: what of another account's
 * data reached it would show in what it chooses.
 */
function greedy(): Investigator {
  const seen: string[] = [];
  return {
    name: 'greedy',
    plan: async (brief) => {
      seen.push(...textsIn(brief));
      const tools = brief.tools.slice(0, brief.stepsMax);
      return { steps: tools.map(({ name }) => ({ tool: name, input: {} })) };
    },
    choose: async (evidence) => {
      seen.push(...textsIn(evidence));
      return chosenBy(evidence, seen.join('\n'));
    },
  };
}

/** Two runs that differ in the other account alone: whether anything at a sink, or in the record, differs. */
export async function scopeTwinsDiffer(spec: TrajectorySpec): Promise<boolean> {
  const traceOf = async (secret: string) => {
    const world = worldOf(spec, spec.attack?.text ?? '', secret);
    const investigator = spec.place % 4 === 0 ? undefined : greedy();
    const flow = createGuardedFlow({ world, ...(investigator ? { investigator } : {}) });
    flow.receive(world.signal(world.knowledge.homeAccount, 1));
    await flow.run();
    // In half of the pairs people approve, and what was approved runs.
    if (spec.place % 8 < 4) approveAll(flow, []);
    await flow.run();
    return JSON.stringify([world.outside.effects, flow.store.states()]);
  };
  return (await traceOf('left')) !== (await traceOf('right'));
}

/** Two runs that differ in what somebody typed: whether the set of effects that nobody approved differs. */
export async function textTwinsDiffer(spec: TrajectorySpec, other: Attack): Promise<boolean> {
  const effectsOf = async (text: string) => {
    const world = worldOf(spec, text, 'same');
    const investigator = modelFor(spec, world);
    const flow = createGuardedFlow({
      world,
      autonomy: 'autonomous',
      ...(investigator ? { investigator } : {}),
    });
    flow.receive(world.signal(world.knowledge.homeAccount, 1));
    await flow.run();
    const { effects } = world.outside;
    return JSON.stringify(effects.map(({ sink, where, targets }) => [sink, where, targets]));
  };
  return (await effectsOf(spec.attack?.text ?? '')) !== (await effectsOf(other.text));
}

/** The playbook alone, a model that does what it reads, or one that lets all that it sees decide. */
function modelFor(spec: TrajectorySpec, world: AttackWorld): Investigator | undefined {
  if (spec.place % 2 === 0) return undefined;
  if (spec.place % 4 === 1) return greedy();
  return obedient({
    world: world.knowledge,
    carriedText: world.carriedText,
    goal: 'stop_other',
    chance: chanceOf(spec, 'model'),
  });
}

function worldOf(spec: TrajectorySpec, text: string, secret: string): AttackWorld {
  return createAttackWorld({
    incident: incidentAt(Math.floor(chanceOf(spec, 'incident')() * 5)),
    carrier: carrierOf(spec),
    text,
    secrets: chanceOf(spec, `secrets/${secret}`),
  });
}
