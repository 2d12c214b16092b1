import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startServerProcess } from '@cloakroom/local';
import type { RealParts } from '../real-parts.ts';
import { startFork } from './emulators.ts';

const START_LIMIT_MS = 60_000;

/** A running control plane of AWS: moto, in memory. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`, for every service. */
  readonly url: string;
  /** Everything that there is in the account, as moto lists it. */
  inventory(): Promise<unknown>;
  /** Makes a bucket of S3, as whoever keeps a state there has done before. */
  makeBucket(name: string): Promise<void>;
  /** Makes a role of IAM that ECS may take on, as whoever has the app has done before. */
  makeRole(pathAndName: string): Promise<void>;
  /** Makes a hosted zone of Route 53, as whoever has the domain has done before, and returns its id. */
  makeHostedZone(name: string): Promise<string>;
  /** Has a certificate of ACM made, as somebody else has done before, and returns its ARN. */
  makeCertificate(name: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts moto with the Python of its virtual environment, or as a fork of one that was started for that.
 *
 * @param accountId the one account that there is, twelve digits. Default: 123456789012, and any other by a role of it that is assumed
 * @throws Error with what it wrote, when it ends or does not answer within a minute
 */
export async function startEmulator({ python, emulators }: RealParts, accountId?: string): Promise<Emulator> {
  const port = await freePort();
  // Which account there is must be said before moto is imported.
  const isFork = emulators !== undefined && accountId === undefined;
  const server = isFork ? startFork(emulators, port) : startServer(python, port, accountId);
  const url = `http://127.0.0.1:${port}`;
  const limitMs = Date.now() + START_LIMIT_MS;
  while (!(await answers(url))) {
    if (server.hasEnded() || Date.now() > limitMs) {
      await server.stop();
      throw new Error(`moto does not answer at ${url}; it wrote: ${server.output()}`);
    }
    await sleep(100);
  }
  return {
    url,
    inventory: async () => (await fetch(`${url}/moto-api/data.json`)).json(),
    async makeBucket(name) {
      const { ok, status } = await fetch(`${url}/${name}`, { method: 'PUT' });
      if (!ok) throw new Error(`moto did not make the bucket ${name}: ${status}`);
    },
    makeRole: (pathAndName) => makeRole(url, pathAndName),
    makeHostedZone: (name) => makeHostedZone(url, name),
    makeCertificate: (name) => makeCertificate(url, name),
    stop: server.stop,
  };
}

function startServer(python: string, port: number, accountId?: string) {
  const program = join(import.meta.dirname, 'emulator.py');
  const env = accountId === undefined ? {} : { MOTO_ACCOUNT_ID: accountId };
  return startServerProcess([python, program, '-H', '127.0.0.1', '-p', String(port)], env);
}

const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20200101/eu-central-1/${service}/aws4_request`,
});

const TRUST_ECS = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

async function makeRole(url: string, pathAndName: string): Promise<void> {
  const [, path = '', name = ''] = /^(.*?)([^/]*)$/.exec(pathAndName) ?? [];
  const role = { RoleName: name, Path: `/${path}`, AssumeRolePolicyDocument: TRUST_ECS };
  const body = new URLSearchParams({ Action: 'CreateRole', Version: '2010-05-08', ...role });
  const answer = await fetch(url, { method: 'POST', headers: signedFor('iam'), body });
  if (!answer.ok) throw new Error(`moto did not make the role ${pathAndName}: ${await answer.text()}`);
}

async function makeHostedZone(url: string, name: string): Promise<string> {
  const body = `<CreateHostedZoneRequest><Name>${name}</Name><CallerReference>${name}</CallerReference></CreateHostedZoneRequest>`;
  const headers = signedFor('route53');
  const answer = await (await fetch(`${url}/2013-04-01/hostedzone`, { method: 'POST', headers, body })).text();
  const [, id] = /<Id>\/hostedzone\/(\w+)<\/Id>/.exec(answer) ?? [];
  if (id === undefined) throw new Error(`moto did not make the hosted zone ${name}: ${answer}`);
  return id;
}

async function makeCertificate(url: string, name: string): Promise<string> {
  const headers = { ...signedFor('acm'), 'x-amz-target': 'CertificateManager.RequestCertificate' };
  const body = JSON.stringify({ DomainName: name, ValidationMethod: 'DNS' });
  const answer = await fetch(url, { method: 'POST', headers, body });
  return ((await answer.json()) as { CertificateArn: string }).CertificateArn;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/moto-api/data.json`)).ok;
  } catch {
    return false;
  }
}
