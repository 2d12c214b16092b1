import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anIssuer } from '@cloakroom/testing';
import { APP, CLIENT_ID, createWorld } from '../authorization/world.ts';
import { startFakeServices } from './fake-services.ts';
import { type FirstRequest, firstRequests } from './first-requests.ts';
import { functionVariables } from './function-variables.ts';

/** Since the process began: CPU of all its threads, user and system, and time. */
export interface Used {
  readonly cpuMs: number;
  readonly wallMs: number;
}

export interface ColdStart {
  readonly loaded: Used;
  readonly answered: Used;
  /** Node's own modules that were loaded by then, as `process.moduleLoadList` has them. */
  readonly builtins: readonly string[];
}

export interface StartOptions {
  /** Absolute path of an index.mjs. */
  readonly bundle: string;
  readonly request: FirstRequest;
  readonly env: NodeJS.ProcessEnv;
}

/** What functions find when they start here. */
export interface ColdStartWorld {
  /** By function. */
  readonly requests: Readonly<Record<string, FirstRequest>>;
  /** Has what every function needs, and credentials. */
  readonly env: NodeJS.ProcessEnv;
  stop(): void;
}

/** Starts the services that functions call, and writes down how they are configured, into `folder`. */
export async function startColdStartWorld(folder: string): Promise<ColdStartWorld> {
  const world = createWorld();
  const cursorKey = { key: { B: Buffer.alloc(32).toString('base64') } };
  const services = await startFakeServices({ ...world, items: { ...world.items, 'KEYS#~cursor': cursorKey } });
  const { url } = services;
  const { issuer } = world;
  const issuers = [
    {
      ...anIssuer({ issuer, jwksUri: url, algorithms: ['RS256'], clientIds: [CLIENT_ID] }),
      backchannelLogout: true,
      browser: {
        clientId: CLIENT_ID,
        endpoints: { authorization: `${url}/authorize`, token: `${url}/token` },
        frontends: [{ url: APP }],
      },
    },
  ];
  writeFileSync(join(folder, 'issuers.json'), JSON.stringify(issuers));
  return { requests: firstRequests(world), env: functionVariables(folder, url), stop: services.stop };
}
