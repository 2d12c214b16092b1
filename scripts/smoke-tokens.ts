import { isObject } from '@cloakroom/core';

/** Of one sign-in. */
export interface GivenTokens {
  readonly accessToken: string;
  readonly idToken: string | undefined;
  readonly refreshToken: string | undefined;
}

type Texts = Readonly<Record<string, string | undefined>>;

interface TokenSources {
  /** From the command line. */
  readonly accessToken: string | undefined;
  readonly idToken: string | undefined;
  /** The environment of the process. */
  readonly variables: Texts;
  /** What was read from standard input; undefined where nobody asked for that. */
  readonly input: string | undefined;
}

const VARIABLES = {
  accessToken: 'CLOAKROOM_ACCESS_TOKEN',
  idToken: 'CLOAKROOM_ID_TOKEN',
  refreshToken: 'CLOAKROOM_REFRESH_TOKEN',
} as const;

/** What a token can consist of, opaque ones too (RFC 6750 §2.1). */
const TOKEN = /^[\w.~+/=-]{8,16384}$/;

/**
 * The tokens that were given: on standard input, else on the command line, else in variables. Undefined without any.
 *
 * @throws Error that quotes nothing of them
 */
export function readTokens({ input, variables, ...options }: TokenSources): GivenTokens | undefined {
  const given = input === undefined ? optionsOr(options, variables) : parseInput(input);
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && !TOKEN.test(value)) throw new Error(`the ${inWords(name)} that was given is no token`);
  }
  const { accessToken, idToken, refreshToken } = given;
  if (accessToken === undefined && (idToken ?? refreshToken) === undefined) return undefined;
  if (accessToken === undefined) throw new Error('an access token must come with the others: see scripts/smoke --help');
  return { accessToken, idToken, refreshToken };
}

type Parts = Partial<Readonly<Record<keyof typeof VARIABLES, string | undefined>>>;

/** The tokens of one sign-in belong together: those of the command line are not mixed with others. */
function optionsOr(options: Parts, variables: Texts): Parts {
  if ((options.accessToken ?? options.idToken) !== undefined) return options;
  const ofVariables = Object.entries(VARIABLES).map(([part, name]) => [part, variables[name] || undefined]);
  return Object.fromEntries(ofVariables);
}

/** The answer of a token endpoint (RFC 6749 §5.1), or an access token and perhaps an ID token, a line each. */
function parseInput(input: string): Parts {
  const text = input.trim();
  if (text === '') throw new Error('there are no tokens on standard input');
  if (!text.startsWith('{')) {
    const [accessToken, idToken, ...more] = text.split(/\s+/);
    if (more.length > 0) throw new Error('standard input has more than an access token and an ID token');
    return { accessToken, idToken };
  }
  const answer = parseAnswer(text);
  const textOf = (name: string) => {
    const value = answer[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    accessToken: textOf('access_token'),
    idToken: textOf('id_token'),
    refreshToken: textOf('refresh_token'),
  };
}

function parseAnswer(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // An error of JSON.parse quotes what it has read.
  }
  throw new Error('what is on standard input is neither tokens nor the JSON of a token endpoint');
}

function inWords(name: string): string {
  return name.replace('Token', ' token').replace('id ', 'ID ');
}
