export {
  parseResourcesRequest,
  resourceChanges,
  type CurrencyResources,
  type ResourceChange,
  type ResourcesAnswer,
  type ResourcesRequest,
} from './resource-changes.ts';
