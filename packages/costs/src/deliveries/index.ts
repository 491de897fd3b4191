export { chooseDeliveries, type ChosenDeliveries } from './choose-deliveries.ts';
export { isDeliveryManifest } from './delivery-manifest.ts';
