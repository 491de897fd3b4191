import { randomUUID } from 'node:crypto';
import type { StandIn, World, WorldReply, WorldRequest } from '../stand-in.ts';
import { recordCall } from '../world-state.ts';
import { AwsProblem, problemReply } from './aws-problem.ts';
import { authenticate, type Caller } from './caller.ts';
import { EC2_OPERATIONS } from './ec2.ts';
import { scopeOf, type SignedScope } from './signature.ts';
import { STS_OPERATIONS } from './sts.ts';
import { xmlReply } from './xml.ts';

/** STS and EC2 behind one endpoint, as the signature's scope tells them apart. Every call is recorded, refused ones too. */
export function awsStandIn(world: World): StandIn {
  return {
    operationOf: (request) => new URLSearchParams(request.body).get('Action') ?? 'unknown',
    perform: (request) => perform(world, request),
    refuse: (kind) => {
      const problem =
        kind === 'throttle'
          ? new AwsProblem(503, 'RequestLimitExceeded', 'Request limit exceeded.')
          : new AwsProblem(500, 'InternalError', 'An internal error has occurred');
      return problemReply('ec2', problem, randomUUID());
    },
  };
}

function perform(world: World, request: WorldRequest): WorldReply {
  const requestId = randomUUID();
  const form = new URLSearchParams(request.body);
  let scope: SignedScope | undefined;
  let caller: Caller | undefined;
  try {
    scope = scopeOf(request);
    caller = authenticate(world, request, scope);
    const tree = answer(world, { scope, caller, form, requestId });
    record(world, { scope, caller, form, requestId, errorCode: null });
    return xmlReply(200, tree, requestId);
  } catch (error) {
    if (!(error instanceof AwsProblem)) throw error;
    record(world, { scope, caller, form, requestId, errorCode: error.code });
    return problemReply(scope?.service ?? 'ec2', error, requestId);
  }
}

interface Call {
  readonly scope: SignedScope;
  readonly caller: Caller;
  readonly form: URLSearchParams;
  readonly requestId: string;
}

function answer(world: World, { scope, caller, form, requestId }: Call): object {
  const action = form.get('Action') ?? '';
  if (scope.service === 'sts' && Object.hasOwn(STS_OPERATIONS, action)) {
    return STS_OPERATIONS[action]?.(world, caller, form, requestId) ?? {};
  }
  if (scope.service === 'ec2' && Object.hasOwn(EC2_OPERATIONS, action)) {
    return EC2_OPERATIONS[action]?.({ world, caller, region: scope.region, form, requestId }) ?? {};
  }
  throw new AwsProblem(
    400,
    'InvalidAction',
    `The action ${action.slice(0, 60)} is not valid for this web service.`,
  );
}

function record(
  world: World,
  call: Omit<Call, 'scope' | 'caller'> & {
    readonly scope: SignedScope | undefined;
    readonly caller: Caller | undefined;
    readonly errorCode: string | null;
  },
): void {
  const { scope, caller, form, requestId, errorCode } = call;
  const eventName = form.get('Action') ?? 'unknown';
  const readOnly = /^(Describe|Get)/.test(eventName);
  const parameters = [...form].filter(([name]) => !['Action', 'Version'].includes(name));
  recordCall(world.state, {
    eventTime: new Date(world.nowMs()).toISOString(),
    eventSource: `${scope?.service ?? 'unknown'}.amazonaws.com`,
    eventName,
    awsRegion: scope?.region ?? 'unknown',
    account: caller?.account ?? 'unknown',
    principal: caller?.arn ?? 'unknown',
    accessKeyId: scope?.accessKeyId ?? 'unknown',
    sourceIdentity: caller?.session?.sourceIdentity ?? form.get('SourceIdentity'),
    requestParameters: Object.fromEntries(parameters),
    errorCode,
    requestId,
    readOnly,
  });
  if (!readOnly) world.touch();
}
