import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { isLoopbackHost } from '@cloakroom/local/token';
import { type Step, StepFailure } from './smoke-steps.ts';

const ASK_EVERY_MS = 5000;

export interface NameOptions {
  readonly api: string;
  /** How long a name that was just made may take until it is known. */
  readonly dnsWaitSeconds: number;
  /** What the name must lead to; undefined where nobody has said. */
  readonly domainTarget: string | undefined;
  /** What tells that. */
  readonly targetCommand: string;
}

/** How names are asked for. */
export interface NameTools {
  /** @throws Error with a `code` of DNS when the name has no address */
  lookup(host: string): Promise<{ readonly address: string }>;
  sleep(ms: number): Promise<unknown>;
}

const SYSTEM: NameTools = { lookup, sleep: setTimeout };

/** Waits until the API's name is known. None where the API has no name, or one of this machine. */
export function nameSteps(options: NameOptions, { lookup, sleep }: NameTools = SYSTEM): readonly Step[] {
  const { host, hostname } = new URL(options.api);
  if (isLoopbackHost(host) || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return [];
  const tries = 1 + Math.ceil((options.dnsWaitSeconds * 1000) / ASK_EVERY_MS);
  return [
    {
      name: 'its name is known',
      next: 'docs/troubleshooting.md',
      async run() {
        for (let left = tries - 1; ; left -= 1) {
          try {
            return (await lookup(hostname)).address;
          } catch (error) {
            if (left === 0) throw unknown(hostname, options, error);
            await sleep(ASK_EVERY_MS);
          }
        }
      },
    },
  ];
}

function unknown(
  name: string,
  { dnsWaitSeconds, domainTarget, targetCommand }: NameOptions,
  cause: unknown,
): StepFailure {
  const { code = String(cause) } = cause as { code?: string };
  const target = domainTarget ?? `what "${targetCommand}" tells`;
  return new StepFailure(
    `there is no record of ${name} (${code}), asked for ${dnsWaitSeconds} s`,
    `where the zone of ${name} is kept, add: ${name} CNAME ${target} (for the name of the zone itself, an alias record). If it was added just now, ask again later: --dns-wait-seconds`,
  );
}
