export * from './finding.ts';
export {
  assessQuality,
  qualityOfScope,
  type QualityRequest,
  type VersionQuality,
} from './version-quality.ts';
export { judgeFiles, type FileConformance } from './judge-files.ts';
