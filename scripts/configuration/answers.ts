import { parseArgs } from 'node:util';

/** Options that have one value, and those that may be given any number of times. */
const SINGLE = [
  'account',
  'alias',
  'app',
  'browser-client-id',
  'certificate-arn',
  'client-secret-name',
  'domain',
  'dynamodb-prefix-list-id',
  'hosted-zone-id',
  'issuer',
  'login-claim',
  'permissions-boundary',
  'profile',
  'refresh-token-days',
  'region',
  'sqs-security-group-id',
  'state-bucket',
  'sts-security-group-id',
  'user-pool-id',
  'vpc',
  'vpc-cidr',
  'vpc-id',
] as const;
const REPEATED = [
  'algorithm',
  'audience',
  'client-id',
  'frontend',
  'notify',
  'origin',
  'route-table-id',
  'subnet-id',
  'tag',
  'zone',
] as const;

export type Single = (typeof SINGLE)[number];
export type Repeated = (typeof REPEATED)[number];

/** What is known of an environment that is to be written, by the names of the options. */
export interface Answers {
  readonly single: Readonly<Partial<Record<Single, string>>>;
  readonly repeated: Readonly<Partial<Record<Repeated, readonly string[]>>>;
  readonly production?: boolean | undefined;
}

export interface ConfigureOptions {
  readonly name: string;
  /** Whether files that are there may be written over. */
  readonly force: boolean;
  readonly answers: Answers;
}

/** @throws Error in one line */
export function readConfigureOptions(args: readonly string[]): ConfigureOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      ...optionsOf(SINGLE, { type: 'string' } as const),
      ...optionsOf(REPEATED, { type: 'string', multiple: true } as const),
      production: { type: 'boolean' },
      force: { type: 'boolean' },
    },
  });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) {
    throw new Error(
      'usage: scripts/configure <environment> [--account ID] [--region REGION] …; all options with --help',
    );
  }
  return {
    name,
    force: values.force === true,
    answers: {
      single: chosen<Single, string>(SINGLE, values),
      repeated: chosen<Repeated, string[]>(REPEATED, values),
      production: values.production,
    },
  };
}

/** The command that gives these answers without a terminal. */
export function commandOf(name: string, { single, repeated, production }: Answers): string {
  const words = [
    ...SINGLE.flatMap((flag) => wordsOf(flag, single[flag] === undefined ? [] : [single[flag]])),
    ...REPEATED.flatMap((flag) => wordsOf(flag, repeated[flag] ?? [])),
    ...(production === undefined ? [] : [production ? '--production' : '--no-production']),
  ];
  return ['scripts/configure', quoted(name), ...words].join(' ');
}

function optionsOf<Name extends string, Option>(names: readonly Name[], option: Option): Record<Name, Option> {
  return Object.fromEntries(names.map((name) => [name, option])) as Record<Name, Option>;
}

/** Of the form that its options have in `optionsOf`. */
function chosen<Name extends string, Value>(
  names: readonly Name[],
  values: Readonly<Record<string, unknown>>,
): Partial<Record<Name, Value>> {
  const known = names.filter((name) => values[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, values[name]])) as Partial<Record<Name, Value>>;
}

function wordsOf(flag: string, values: readonly string[]): readonly string[] {
  return values.map((value) => `--${flag}${value.startsWith('-') ? '=' : ' '}${quoted(value)}`);
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
