import { expiryCalendar, readContractRows, summariseCommitments } from '@counterfoil/costs';
import type { JsonObject } from '@counterfoil/core';
import { withNewest } from '../lake-context.ts';
import type { Route } from './route.ts';

/** What has ended within so many days is still shown. */
const PAST_DAYS_MAX = 30;

/** `CommitmentsAnswer` of the newest version, and the `calendar` of their ends, contracts that people gave included. */
export const commitmentsRoute: Route = {
  method: 'POST',
  path: 'commitments',
  answer: (_question, context) =>
    withNewest(context, async (lake, { currencies }) => {
      const contracts = context.contracts.list();
      const answer = await summariseCommitments(lake, currencies, contracts);
      const todayDate = new Date(context.clock.nowMs()).toISOString().slice(0, 10);
      const calendar = expiryCalendar(answer, contracts, { todayDate, pastDaysMax: PAST_DAYS_MAX });
      return { ...answer, todayDate, calendar };
    }),
};

/** `{contracts}` in, `{added, count}` out: takes contract commitments into the side table. */
export const contractsRoute: Route = {
  method: 'POST',
  path: 'contracts',
  answer: (question, context) =>
    context.oneAtATime(async () => {
      const body = question.body() as JsonObject | null;
      return context.contracts.put(readContractRows(body?.['contracts']));
    }),
};
