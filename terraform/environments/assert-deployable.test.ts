import { describe, expect, it } from '@jest/globals';
import { synthesizeEnvironment } from '../synthesis/synthesize.ts';
import { fakeDist, synthesized } from '../testing/synthesized.ts';
import { assertDeployable } from './assert-deployable.ts';
import { type Environment, parseEnvironment } from './environment.ts';
import { ENVIRONMENTS } from './index.ts';
import { localEnvironment } from './local.ts';
import { builtInIssuers } from './local-issuers.ts';

const { dev } = ENVIRONMENTS;

function withIssuer(url: string): Environment {
  const [issuer] = dev.issuers;
  if (issuer === undefined) throw new Error('dev has no issuer');
  return { ...dev, issuers: [{ ...issuer, issuer: url }] };
}

describe('assertDeployable', () => {
  it.each(Object.values(ENVIRONMENTS))('lets $name pass', (environment) => {
    expect(() => assertDeployable(environment)).not.toThrow();
  });

  it.each([
    'https://localhost',
    'https://localhost:3002',
    'https://LOCALHOST.',
    'https://login.localhost/pool',
    'https://localhost.localdomain',
    'https://127.0.0.1',
    'https://127.1',
    'https://127.8.9.10',
    'https://2130706433',
    'https://0x7f.1',
    'https://0.0.0.0',
    'https://[::1]',
    'https://[::]',
    'https://[0:0:0:0:0:0:0:1]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:0.0.0.0]',
  ])('refuses the issuer %s: it is this machine', (url) => {
    expect(() => assertDeployable(withIssuer(url))).toThrow(/issuers\.0\.issuer: .* is this machine/);
  });

  it.each(['https://localhost.example.com', 'https://127.example.com', 'https://[2001:db8::1]', 'https://10.0.0.1'])(
    'lets the issuer %s pass: it is another machine',
    (url) => {
      expect(() => assertDeployable(withIssuer(url))).not.toThrow();
    },
  );

  it('lets origins of apps pass, whatever stands where a host would', () => {
    const allowedOrigins = ['capacitor://localhost', 'tauri://localhost'];
    expect(() => assertDeployable({ ...dev, allowedOrigins })).not.toThrow();
  });

  it('refuses an issuer, a key set, an origin and a public URL by http, naming each', () => {
    const issuer = { ...withIssuer('http://id.example.com').issuers[0], jwksUri: 'http://id.example.com/jwks' };
    const environment = {
      ...dev,
      issuers: [issuer],
      allowedOrigins: ['http://app.example.com'],
      publicUrl: 'http://api.example.com',
      endpointUrls: { sqs: 'http://sqs.example.com' },
    } as Environment;
    const paths = ['issuers.0.issuer', 'issuers.0.jwksUri', 'allowedOrigins.0', 'publicUrl', 'endpointUrls.sqs'];
    for (const path of paths) {
      expect(() => assertDeployable(environment)).toThrow(`${path}: http`);
    }
  });
});

describe('the local overlay', () => {
  const local = localEnvironment({
    issuers: builtInIssuers('http://localhost:4002', ['http://127.0.0.1:4000']),
    api: 'http://127.0.0.1:4000',
    allowedOrigins: ['http://127.0.0.1:4000', 'http://localhost:5173'],
  });

  it("is dev with what is this machine's, without a VPC, with a web app, with handing in and alarms that tell nobody, and with a short wait for failed events", () => {
    expect(parseEnvironment(local)).toEqual({
      ...dev,
      issuers: builtInIssuers('http://localhost:4002', ['http://127.0.0.1:4000']),
      allowedOrigins: ['http://127.0.0.1:4000', 'http://localhost:5173'],
      publicUrl: 'http://127.0.0.1:4000',
      sessions: { ...dev.sessions, handIn: true },
      alarms: { notify: [] },
      webApps: [{ role: 'cloakroom-local-web-app' }],
      storeEventTimeoutSeconds: 2,
    });
    expect(local.network).toBeUndefined();
  });

  it('cannot be deployed', () => {
    expect(() => synthesized(local)).toThrow('http://localhost:4002 is this machine');
  });

  it('leaves dev on AWS without its issuer', () => {
    const file = synthesizeEnvironment('dev', { outDir: fakeDist(), distDir: fakeDist() });
    expect(file).toMatch(/cdk\.tf\.json$/);
    expect(JSON.stringify(synthesized(dev))).not.toContain('localhost');
  });
});
