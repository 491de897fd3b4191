import type { CaseLake, Tool } from '@counterfoil/core';
import { commitmentCoverageTool } from './commitment-coverage.ts';
import { companionsTool } from './companions.ts';
import { creditsTool } from './credits.ts';
import { dailySeriesTool } from './daily-series.ts';
import { localiseTool } from './localise.ts';
import { priceAndQuantityTool } from './price-and-quantity.ts';
import { resourceLifetimesTool } from './resource-lifetimes.ts';
import { resourceTagsTool } from './resource-tags.ts';

/** Every tool that reads the lake, over one case lake. */
export function lakeTools(lake: CaseLake): readonly Tool[] {
  return [
    localiseTool(lake),
    dailySeriesTool(lake),
    priceAndQuantityTool(lake),
    resourceLifetimesTool(lake),
    resourceTagsTool(lake),
    commitmentCoverageTool(lake),
    creditsTool(lake),
    companionsTool(lake),
  ];
}
