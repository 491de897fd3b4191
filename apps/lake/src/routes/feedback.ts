import { giveFeedback } from '../feedback/give-feedback.ts';
import { parseWithdrawal } from '../feedback/parse-feedback.ts';
import type { Route } from './route.ts';

/** Keeps what a person says of a case or signal: `{subject, verdict, by, note?, until?}` in, the record out. */
export const giveFeedbackRoute: Route = {
  method: 'POST',
  path: 'feedback',
  answer: (question, context) => giveFeedback(context, question.body()),
};

/** All feedback, newest first, what was withdrawn included. */
export const listFeedbackRoute: Route = {
  method: 'POST',
  path: 'feedback/list',
  answer: async (_question, { feedback }) => ({ feedback: feedback.list() }),
};

/** Takes feedback back: `{feedbackId, by}` in, the record with its end out. */
export const withdrawFeedbackRoute: Route = {
  method: 'POST',
  path: 'feedback/withdraw',
  answer: async (question, { feedback, clock }) => {
    const { feedbackId, by } = parseWithdrawal(question.body());
    feedback.withdraw(feedbackId, { by, at: new Date(clock.nowMs()).toISOString() });
    return feedback.list().find((one) => one.feedbackId === feedbackId);
  },
};
