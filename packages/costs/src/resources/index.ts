export {
  parseResourcesRequest,
  resourceChanges,
  type CurrencyResources,
  type ResourceChange,
  type ResourcesAnswer,
} from './resource-changes.ts';
