export type * from './problem.ts';
export type * from './page.ts';
export type * from './session-view.ts';
export type * from './case-view.ts';
export type * from './approval-view.ts';
export type * from './enrolment-view.ts';
export type * from './record-view.ts';
export type * from './inbox-view.ts';
