export type { AwsPlace, AwsSessionSettings } from './sessions/aws-session-settings.ts';
export { createAwsSessions, type AwsSessions, type WriteRequest } from './sessions/aws-sessions.ts';
export { describeInstancesTool } from './tools/describe-instances.ts';
export { stopInstancesPlanner } from './actions/stop-instances-planner.ts';
export { stopInstancesPerformer } from './actions/stop-instances-performer.ts';
export {
  openExportBucket,
  type ExportBucket,
  type ExportBucketSettings,
  type ExportObject,
} from './exports/export-bucket.ts';
export {
  openS3LogArchive,
  type ArchiveSettings,
  type S3LogArchive,
} from './archive/s3-log-archive.ts';
