import type { LakeContext } from '../lake-context.ts';
import { plannedByFeedback } from '../feedback/detection-feedback.ts';
import { plannedActivities } from '../planned-activities.ts';
import { calendarActivities } from '../planned-calendars.ts';
import type { Route } from './route.ts';

/** Where an announcement stands. */
type PlannedSource = 'configuration' | 'calendar' | 'feedback';

/** Everything that is announced, oldest first: by configuration, calendar files and feedback. */
export const plannedRoute: Route = {
  method: 'POST',
  path: 'planned',
  answer: async (_question, context) => ({ planned: plannedIn(context) }),
};

/** What is announced, each with where it stands. */
export function plannedIn({ planned, calendars, feedback, clock }: LakeContext) {
  const parts = [
    ['configuration', plannedActivities(planned)],
    ['calendar', calendarActivities(calendars, clock.nowMs())],
    ['feedback', plannedByFeedback(feedback.list())],
  ] as const satisfies readonly (readonly [PlannedSource, unknown])[];
  return parts
    .flatMap(([source, activities]) => activities.map((activity) => ({ ...activity, source })))
    .toSorted((a, b) => (a.fromDate < b.fromDate ? -1 : a.fromDate > b.fromDate ? 1 : 0));
}
