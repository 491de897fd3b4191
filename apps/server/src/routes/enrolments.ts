import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import type { JsonObject } from '@counterfoil/core';
import type { EnrolmentOptionsView, EnrolmentReceipt, EnrolmentSubmission } from '@counterfoil/api';
import type { ServerContext } from '../context.ts';
import type { DoorVerdict } from '../door/door.ts';
import { checkRegistration, registrationOptions } from '../door/registration.ts';
import { problem } from '../http/problem.ts';
import { answers, jsonBody, jsonObjectSchema } from '../schemas/common.ts';
import { enrolmentReceiptSchema, enrolmentSubmissionSchema } from '../schemas/enrolment.ts';

const optionsRoute = createRoute({
  method: 'post',
  path: '/api/enrolments/options',
  summary: 'Options for registering a passkey of one person in this browser',
  request: { body: jsonBody(z.strictObject({ personId: z.string().min(1).max(200) })) },
  responses: answers(z.object({ options: jsonObjectSchema }), 'WebAuthn creation options.', {
    404: 'The trust file does not name this person.',
  }),
});

const enrolRoute = createRoute({
  method: 'post',
  path: '/api/enrolments',
  summary: 'Enrol a key by a statement that an enrolment key signed in the browser',
  request: { body: jsonBody(enrolmentSubmissionSchema) },
  responses: answers(enrolmentReceiptSchema, 'The key is enrolled.', {
    403: 'The enrolment does not hold.',
  }),
});

/** Routes that enrol approver keys. The server stores what the guard accepts and can add nobody itself. */
export function enrolmentRoutes(app: OpenAPIHono, context: ServerContext): void {
  const { store, door, sessions, publicUrl, logger } = context;
  app.openapi(optionsRoute, async (c) => {
    const { personId } = c.req.valid('json');
    const { people } = await door.people();
    const person = people.find((candidate) => candidate.personId === personId);
    if (!person) {
      return problem(c, 404, {
        code: 'PERSON_UNKNOWN',
        message: 'the trust file does not name this person',
        remedy: 'open the enrolment link of a person that it names',
      }) as never;
    }
    const options = await registrationOptions(person, publicUrl);
    sessions.setChallenge(sessions.open(c), options.challenge);
    const view: EnrolmentOptionsView = { options: options as unknown as JsonObject };
    return c.json(view as never, 200);
  });
  app.openapi(enrolRoute, async (c) => {
    const submission = c.req.valid('json') as unknown as EnrolmentSubmission;
    const challenge = sessions.takeChallenge(sessions.open(c));
    const verdict = await judge(context, submission, challenge);
    const { personId, key } = submission.enrolment.statement;
    if (verdict.type === 'refused') {
      logger.warn({ personId, code: verdict.code }, 'enrolment refused');
      return problem(c, 403, {
        code: verdict.code,
        message: verdict.note,
        remedy: 'open a current enrolment link (`counterfoil up` prints one) and try again',
      }) as never;
    }
    await store.enrolments.submit(submission.enrolment as unknown as JsonObject);
    const receipt: EnrolmentReceipt = { personId, keyId: key.keyId };
    return c.json(receipt, 200);
  });
}

async function judge(
  { door, settings, publicUrl }: ServerContext,
  { enrolment, registration }: EnrolmentSubmission,
  challenge: string | null,
): Promise<DoorVerdict> {
  const { key } = enrolment.statement;
  if (key.type === 'ed25519' && !settings.demo) {
    return {
      type: 'refused',
      code: 'BROWSER_KEY_REFUSED',
      note: 'keys held by a browser are for the loopback demonstration; use a passkey',
    };
  }
  if (key.type === 'passkey') {
    const answer = registration as RegistrationResponseJSON | null;
    const made = await checkRegistration(key, answer, { challenge, publicUrl });
    if (made.type === 'refused') return made;
  }
  return door.enrolment(enrolment as unknown as JsonObject);
}
