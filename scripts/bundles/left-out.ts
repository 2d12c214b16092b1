import type { OnResolveArgs, Plugin } from 'esbuild';

interface LeftOut {
  /** Which imports of the module are left out; those of others stay. */
  readonly isUnused: (importing: Pick<OnResolveArgs, 'importer' | 'kind'>) => boolean;
  /** What stands there instead. */
  readonly code: string;
}

/** What packages import for the sake of what no function of ours does, by the names that they import it by. */
const LEFT_OUT: Readonly<Record<string, LeftOut>> = {
  // For clients that are not told their credentials: ours have them from the session. 110 KB and 8 ms of a cold start.
  '@aws-sdk/credential-provider-node': {
    isUnused: ({ importer }) => /\/client-[^/]+\/dist-es\/runtimeConfig\.js$/.test(importer),
    code: failing('defaultProvider'),
  },
  // For operations that find their host by asking for it. DynamoDB's client makes one all the same, and never uses it. 8 KB.
  '@aws-sdk/endpoint-cache': { isUnused: () => true, code: 'export class EndpointCache {}' },
  // For answers that are event streams, as of Kinesis or Bedrock. 20 KB and, by `node:zlib`, 4 ms.
  '@smithy/core/event-streams': {
    isUnused: ({ kind }) => kind === 'dynamic-import',
    code: failing('EventStreamSerde') + failing('eventStreamSerdeProvider'),
  },
};

/** Leaves these modules out of a bundle. */
export const leaveOut: Plugin = {
  name: 'leave-out',
  setup(build) {
    build.onResolve({ filter: /^@(aws-sdk|smithy)\// }, (imported) =>
      LEFT_OUT[imported.path]?.isUnused(imported) ? { path: imported.path, namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: LEFT_OUT[path]?.code ?? '' }));
  },
};

/** What is called all the same throws, and says why. */
function failing(name: string): string {
  const message = `${name} is not in this bundle: see scripts/bundles/left-out.ts`;
  return `export function ${name}() { throw new Error('${message}'); }\n`;
}
