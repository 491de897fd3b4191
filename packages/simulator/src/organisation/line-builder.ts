import { addDays } from './calendar.ts';
import { createChance, type Chance } from './chance.ts';
import type { OrganisationAccount, OrganisationResource } from './organisation.ts';
import type { PriceItem } from './price-catalogue.ts';
import type { Coverage, Extra, UsageLine } from './usage-line.ts';

const HEX = '0123456789abcdef';
const AROUND_THE_CLOCK = { weekendLevel: 1000, noise: 0, growth: 0 };
const HOURS_A_DAY_MILLI = 24_000;

/** How a resource is named; each `{id}` in the path is replaced by sixteen hex digits. */
export interface ResourceDraft {
  readonly path: string;
  readonly name: string;
  readonly application?: string;
  readonly type: string;
  readonly omitTags?: readonly string[];
}

export interface LineShape {
  readonly milliUnits?: number;
  readonly weekendLevel?: number;
  readonly noise?: number;
  readonly growth?: number;
  readonly coverage?: Coverage;
  readonly extras?: readonly Extra[];
}

/** Collects the resources and lines of an organisation; every draw comes from the account's own chance. */
export class LineBuilder {
  readonly lines: UsageLine[] = [];
  readonly resources: OrganisationResource[] = [];
  readonly #seed: number;
  readonly #firstDay: string;
  readonly #chances = new Map<string, Chance>();

  constructor(seed: number, firstDay: string) {
    this.#seed = seed;
    this.#firstDay = firstDay;
  }

  chanceOf(account: OrganisationAccount): Chance {
    const known = this.#chances.get(account.accountId);
    if (known) return known;
    const chance = createChance(this.#seed, account.accountId);
    this.#chances.set(account.accountId, chance);
    return chance;
  }

  /** A resource with an ARN of the account's Region. S3 buckets carry neither Region nor account in theirs. */
  resource(account: OrganisationAccount, service: string, draft: ResourceDraft) {
    const chance = this.chanceOf(account);
    const path = draft.path.replaceAll('{id}', () => chance.text(HEX, 16));
    const where = service === 's3' ? ':' : `${account.regionId}:${account.accountId}`;
    const resource: OrganisationResource = {
      resourceId: `arn:aws:${service}:${where}:${path}`,
      resourceType: draft.type,
      name: draft.name,
      accountId: account.accountId,
      regionId: account.regionId,
      tags: this.#tagsOf(account, draft),
    };
    this.resources.push(resource);
    return resource;
  }

  /** An EC2 instance; launched `ageDays` before the history begins unless `launchedAt` says otherwise. */
  instance(
    account: OrganisationAccount,
    instanceType: string,
    draft: Omit<ResourceDraft, 'path' | 'type'> & { readonly launchedAt?: string },
  ): OrganisationResource {
    const chance = this.chanceOf(account);
    const bare = this.resource(account, 'ec2', {
      ...draft,
      path: 'instance/i-0{id}',
      type: 'Instance',
    });
    const instanceId = bare.resourceId.split('/')[1] ?? '';
    const clock = `${pad(chance.integer(0, 23))}:${pad(chance.integer(0, 59))}:00.000Z`;
    const aged = `${addDays(this.#firstDay, -chance.integer(20, 400))}T${clock}`;
    const resource: OrganisationResource = {
      ...bare,
      instance: {
        instanceId,
        instanceType,
        availabilityZone: `${account.regionId}${'abc'[chance.integer(0, 2)]}`,
        launchedAt: draft.launchedAt ?? aged,
      },
    };
    this.resources[this.resources.length - 1] = resource;
    return resource;
  }

  /** A line of a resource; without a shape it runs 24 hours a day. */
  line(
    account: OrganisationAccount,
    resource: OrganisationResource,
    item: PriceItem,
    shape: LineShape = {},
  ): UsageLine {
    const line: UsageLine = {
      number: this.lines.length,
      account,
      resource,
      item,
      milliUnits: HOURS_A_DAY_MILLI,
      extras: [],
      ...AROUND_THE_CLOCK,
      ...shape,
    };
    this.lines.push(line);
    return line;
  }

  #tagsOf(account: OrganisationAccount, draft: ResourceDraft): Record<string, string> {
    const chance = this.chanceOf(account);
    // About one resource in eight was never tagged, which is what real organisations look like.
    if (!draft.omitTags && chance.next() < 0.12) return {};
    const tags: Record<string, string> = {
      application: draft.application ?? draft.name,
      environment: account.environment,
      owner: `${account.team}@example.com`,
      team: account.team,
    };
    for (const name of draft.omitTags ?? []) delete tags[name];
    return tags;
  }
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
