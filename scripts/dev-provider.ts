import { join } from 'node:path';
import {
  installKeycloak,
  KEYCLOAK_ADMIN,
  MAIN_REALM,
  PARTNERS_REALM,
  type Part,
  PROVIDER_SHAPES,
  type ProviderShape,
  REFRESH_ROTATIONS,
  type RefreshRotation,
  startKeycloak,
  startProvider,
} from '@cloakroom/local';

/** Who signs people in at the local stack. */
export interface DevProvider {
  /** For `scripts/synth local`: whose tokens are accepted. */
  readonly synthOptions: readonly string[];
  /** Absent where it is not started here. */
  readonly start?: () => Promise<Part>;
  /** What must answer once it has started. */
  readonly checks: readonly string[];
  /** What the ready line says about it. */
  readonly ready: string;
  /** What else a person must know to sign in; one to a line. */
  readonly notes: readonly string[];
  /** For `scripts/token`; absent where tokens come from elsewhere. */
  readonly tokenOptions?: readonly string[];
}

export interface DevProviderOptions {
  /** `built-in` or `keycloak`. */
  readonly provider: string;
  /** The environment whose issuers are taken, instead of a provider of this machine. */
  readonly issuersOf?: string | undefined;
  /** Whom the built-in one is like: one of `PROVIDER_SHAPES`, `local` by default. */
  readonly shape?: string | undefined;
  /** What becomes of the built-in one's refresh tokens when they are used: one of `REFRESH_ROTATIONS`, `none` by default. */
  readonly refreshRotation?: string | undefined;
  /** Whether tests can make the built-in one misbehave, by `/control`. */
  readonly isControlled: boolean;
  readonly port: number;
  /** The local API, without a slash at the end. */
  readonly api: string;
  readonly dataDir: string;
  readonly toolsDir: string;
  readonly say: (step: string, text: string) => void;
  readonly signal: AbortSignal;
}

/** @throws Error when there is no such provider */
export function devProvider(options: DevProviderOptions): DevProvider {
  const { issuersOf, provider, shape, refreshRotation, isControlled } = options;
  if (provider !== 'built-in' && (shape !== undefined || refreshRotation !== undefined || isControlled)) {
    throw new Error('--provider-shape, --refresh-rotation and --provider-control are for the built-in provider');
  }
  if (issuersOf !== undefined) return elsewhere(issuersOf);
  if (provider === 'keycloak') return keycloak(options);
  if (provider === 'built-in') return builtIn(options);
  throw new Error('--provider must be built-in or keycloak');
}

function builtIn(options: DevProviderOptions): DevProvider {
  const { port, api, dataDir, shape = 'local', refreshRotation = 'none', isControlled } = options;
  const issuer = `http://localhost:${port}`;
  if (!isShape(shape)) throw new Error(`--provider-shape must be one of ${PROVIDER_SHAPES.join(', ')}`);
  if (!isRotation(refreshRotation))
    throw new Error(`--refresh-rotation must be one of ${REFRESH_ROTATIONS.join(', ')}`);
  return {
    synthOptions: [`--provider-url=${issuer}`, `--provider-shape=${shape}`, `--refresh-rotation=${refreshRotation}`],
    start: () => startProvider({ port, dataDir: join(dataDir, 'provider'), shape, refreshRotation, api, isControlled }),
    checks: [discoveryOf(issuer)],
    ready: `sign-in ${issuer}`,
    notes: [],
    tokenOptions: [],
  };
}

function isShape(text: string): text is ProviderShape {
  return PROVIDER_SHAPES.some((shape) => shape === text);
}

function isRotation(text: string): text is RefreshRotation {
  return REFRESH_ROTATIONS.some((rotation) => rotation === text);
}

function keycloak({ port, api, toolsDir, say, signal }: DevProviderOptions): DevProvider {
  const origin = `http://localhost:${port}`;
  return {
    synthOptions: ['--provider=keycloak', `--provider-url=${origin}`],
    async start() {
      const home = await installKeycloak({ toolsDir, say: (text) => say('fetch', text), signal });
      return startKeycloak({ home, port, api, say: (text) => say('wait', text), signal });
    },
    checks: [MAIN_REALM, PARTNERS_REALM].map(({ realm }) => discoveryOf(`${origin}/realms/${realm}`)),
    ready: `Keycloak ${origin}`,
    notes: [
      ...[MAIN_REALM, PARTNERS_REALM].map(({ realm, people }) => {
        const names = people.map(({ username }) => username).join(', ');
        return `realm  ${origin}/realms/${realm} · ${names} (the password is the name)`;
      }),
      `admin  ${origin}/admin · ${KEYCLOAK_ADMIN.username}, password ${KEYCLOAK_ADMIN.password} · new at every start`,
    ],
    tokenOptions: ['--provider keycloak'],
  };
}

function elsewhere(environment: string): DevProvider {
  return {
    synthOptions: [`--issuers-of=${environment}`],
    checks: [],
    ready: `issuers of ${environment}`,
    notes: [],
  };
}

function discoveryOf(issuer: string): string {
  return `${issuer}/.well-known/openid-configuration`;
}
