export {
  DEMO_LAST_DAY,
  DEMO_SEED,
  generateOrganisation,
  type Organisation,
} from './generate-organisation.ts';
export { writeFocusFiles, type FocusFile } from './write-focus-files.ts';
export { FOCUS_COLUMNS } from './focus-columns.ts';
export type {
  Environment,
  IncidentKind,
  LookAlike,
  OrganisationAccount,
  OrganisationResource,
  PlannedActivity,
  PlantedIncident,
} from './organisation.ts';
