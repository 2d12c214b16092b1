import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsCall, type Local, type LocalProvider, startProvider } from '@cloakroom/local';
import { builtInUser, localToken } from '@cloakroom/local/token';
import { freePorts } from './run-dev.ts';
import { runScript, startStack } from './start-stack.ts';
import { userLikeAtKeycloak } from './user-like-at-keycloak.ts';

/** What `scripts/dev` runs, in the process of a test, which sees every call to AWS, and may refuse it or let it wait. */
export interface LocalRun {
  readonly api: string;
  readonly aws: string;
  readonly dataDir: string;
  readonly provider: LocalProvider;
  readonly monitoring: Local['monitoring'];
  /** An access token of another sign-in. */
  newLogin(user: string): Promise<string>;
  stop(): Promise<void>;
}

type ProviderOptions = Pick<Parameters<typeof startProvider>[0], 'shape' | 'refreshRotation'>;

interface InProcessOptions extends ProviderOptions {
  /** Where clients reach the API, without a slash at the end, when something stands before it. */
  readonly publicUrl?: string;
  /** Given the provider before anything else starts. */
  readonly onProvider?: (provider: LocalProvider) => void;
  /** How far the clock of metrics and alarms is ahead of the system's. */
  readonly metricsAheadMs?: () => number;
}

/** Builds, synthesizes and starts, with bundles, a stack and data of its own. */
export async function startInProcess(
  admit: (call: AwsCall) => void | Promise<void>,
  { shape = 'local', refreshRotation = 'none', publicUrl, onProvider, metricsAheadMs }: InProcessOptions = {},
): Promise<LocalRun> {
  const [apiPort, awsPort, providerPort] = await freePorts();
  const dataDir = mkdtempSync(join(tmpdir(), 'cloakroom-'));
  const distDir = join(dataDir, 'dist');
  const issuer = `http://localhost:${providerPort}`;
  const api = `http://127.0.0.1:${apiPort}`;
  await runScript('build.ts', '--out', distDir, '--like', join(import.meta.dirname, '../../../dist'));
  const like = [`--provider-shape=${shape}`, `--refresh-rotation=${refreshRotation}`];
  let provider: LocalProvider | undefined;
  const local = await startStack({
    dataDir,
    distDir,
    overlay: [`--provider-url=${issuer}`, `--api-url=${publicUrl ?? api}`, ...like],
    ports: { api: apiPort, aws: awsPort },
    async startProvider() {
      const place = { port: providerPort, dataDir: join(dataDir, 'provider'), api };
      provider = await startProvider({ ...place, shape, refreshRotation, isControlled: true });
      onProvider?.(provider);
      return provider;
    },
    admit,
    ...(metricsAheadMs === undefined ? {} : { metricsAheadMs }),
  });
  if (provider === undefined) throw new Error('the provider was not started');
  return {
    api,
    provider,
    aws: local.urls.aws,
    monitoring: local.monitoring,
    dataDir,
    async newLogin(user) {
      const userOf = shape === 'keycloak' ? userLikeAtKeycloak : builtInUser;
      return (await localToken(userOf(issuer, { dataDir, user }), { newLogin: true })).accessToken;
    },
    stop: local.stop,
  };
}
