import { AwsError } from '../../base/aws-error.ts';
import { functionCode, functionConfiguration } from '../../lambda/describe-function.ts';
import type { FunctionAlias, FunctionCatalog } from '../../lambda/function-catalog.ts';
import type { FunctionConfig } from '../../lambda/function-config.ts';
import type { AwsAccess, AwsRequest } from '../aws-service.ts';

const PATH = /^\/2015-03-31\/functions(?:\/([^/]+)(?:\/(configuration|aliases|versions)(?:\/([^/]+))?)?)?\/?$/;
/** At most so many functions or aliases in one answer. */
const MAX_ITEMS = 50;

/** One thing that is read, and the answer in AWS's form. */
interface LambdaRead {
  readonly access: AwsAccess;
  /** @throws AwsError */
  answer(): object;
}

/**
 * ListFunctions, GetFunction, GetFunctionConfiguration, ListVersionsByFunction, ListAliases and GetAlias, from the stack; undefined
 * for a request that is none of them. https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
 *
 * @throws AwsError when there is no such function, qualifier or alias
 */
export function parseLambdaRead({ method, url }: AwsRequest, catalog: FunctionCatalog): LambdaRead | undefined {
  const { pathname, searchParams } = new URL(url, 'http://lambda');
  const match = PATH.exec(pathname);
  if (method !== 'GET' || match === null) return undefined;
  const [, encodedName, part, encodedAlias] = match;
  if (encodedName === undefined) return listFunctions(catalog, searchParams);
  const name = decodeSegment(encodedName);
  const qualifier = searchParams.get('Qualifier') ?? undefined;
  const found = catalog.find(name, qualifier);
  if (found === undefined) throw functionNotFound(name, qualifier);
  const { config, target } = found;
  const about = (action: string, answer: () => object) => ({ access: { action, resource: target.arn }, answer });
  switch (part) {
    case undefined:
      return about('lambda:GetFunction', () => ({
        Configuration: functionConfiguration(config, target),
        Code: functionCode(config),
      }));
    case 'configuration':
      if (encodedAlias !== undefined) return undefined;
      return about('lambda:GetFunctionConfiguration', () => functionConfiguration(config, target));
    case 'versions':
      if (encodedAlias !== undefined) return undefined;
      return about('lambda:ListVersionsByFunction', () => listVersions(config));
    default: {
      const aliases = catalog.aliasesOf(config);
      if (encodedAlias === undefined) {
        return about('lambda:ListAliases', () => listAliases(config, aliases, searchParams));
      }
      return about('lambda:GetAlias', () => getAlias(config, aliases, decodeSegment(encodedAlias)));
    }
  }
}

/** @throws AwsError when a segment of a path is not encoded as one */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError('ValidationException', 'the function name is not encoded as a path segment');
  }
}

export function functionNotFound(name: string, qualifier: string | undefined): AwsError {
  const suffix = qualifier === undefined ? '' : `:${qualifier}`;
  return new AwsError('ResourceNotFoundException', `Function not found: ${name}${suffix}`, 404);
}

function listFunctions(catalog: FunctionCatalog, query: URLSearchParams): LambdaRead {
  return {
    access: { action: 'lambda:ListFunctions', resource: '*' },
    answer() {
      if (query.has('FunctionVersion')) {
        throw new AwsError('InvalidParameterValueException', 'FunctionVersion is not understood here');
      }
      const { items, NextMarker } = page(catalog.functions, ({ functionName }) => functionName, query);
      const Functions = items.map((config) => {
        const { functionName, arn } = config;
        // AWS leaves the state out of lists.
        const {
          State: _,
          LastUpdateStatus: __,
          ...listed
        } = functionConfiguration(config, {
          functionName,
          arn,
          executedVersion: '$LATEST',
        });
        return listed;
      });
      return { Functions, ...(NextMarker === undefined ? {} : { NextMarker }) };
    },
  };
}

/** Here there is one, and `$LATEST`: too few for a second page. */
function listVersions(config: FunctionConfig): object {
  const { functionName, arn, version } = config;
  const Versions = ['$LATEST', version].map((executedVersion) =>
    functionConfiguration(config, { functionName, arn: `${arn}:${executedVersion}`, executedVersion }),
  );
  return { Versions };
}

function listAliases(config: FunctionConfig, aliases: readonly FunctionAlias[], query: URLSearchParams): object {
  const version = query.get('FunctionVersion');
  const wanted = aliases.filter((alias) => version === null || alias.version === version);
  const { items, NextMarker } = page(wanted, ({ name }) => name, query);
  const Aliases = items.map((alias) => aliasConfiguration(config, alias));
  return { Aliases, ...(NextMarker === undefined ? {} : { NextMarker }) };
}

function getAlias(config: FunctionConfig, aliases: readonly FunctionAlias[], name: string): object {
  const alias = aliases.find((known) => known.name === name);
  if (alias === undefined) {
    throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${config.arn}:${name}`, 404);
  }
  return aliasConfiguration(config, alias);
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_AliasConfiguration.html */
function aliasConfiguration({ arn }: FunctionConfig, { name, version }: FunctionAlias): object {
  return { AliasArn: `${arn}:${name}`, Name: name, FunctionVersion: version, Description: '' };
}

/** What comes after `Marker`, in order of the names, as many as `MaxItems` allows. */
function page<T>(all: readonly T[], nameOf: (item: T) => string, query: URLSearchParams) {
  const maxItems = Number(query.get('MaxItems') ?? MAX_ITEMS);
  if (!Number.isInteger(maxItems) || maxItems < 1) {
    throw new AwsError('InvalidParameterValueException', 'MaxItems is no number from 1 on');
  }
  const marker = query.get('Marker') ?? '';
  const rest = all.filter((item) => nameOf(item) > marker).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const items = rest.slice(0, Math.min(maxItems, MAX_ITEMS));
  const last = items.at(-1);
  return { items, NextMarker: last === undefined || items.length === rest.length ? undefined : nameOf(last) };
}
