import { readFileSync } from 'node:fs';
import type { TerraformDocument } from '@cloakroom/terraform';

/** What was synthesized, as far as AWS can be compared with it. */
export interface SynthesizedStack {
  /** Names of all tables, each with the attribute by which its items expire. */
  readonly tables: readonly { readonly name: string; readonly ttlAttribute: string }[];
  readonly functions: readonly SynthesizedFunction[];
}

export interface SynthesizedFunction {
  readonly name: string;
  /** Its zip, relative to the folder of the cdk.tf.json. */
  readonly zip: string;
  /** Of its zip, base64. */
  readonly codeSha256: string;
  /** The version that it is pinned to. Absent: the one that is published with the stack. */
  readonly pinnedTo?: string;
  /** Of those that let people in, whether they do: `on` or `off`. */
  readonly bootstrap?: string;
}

/**
 * Reads a cdk.tf.json.
 *
 * @throws Error when it is not there, or has no tables or functions
 */
export function readSynthesized(file: string): SynthesizedStack {
  const { resource } = parse(file);
  const all = (type: string) => Object.values(resource[type] ?? {});
  const tables = all('aws_dynamodb_table').map(({ name, ttl }) => ({
    name: String(name),
    ttlAttribute: String((ttl as { attribute_name?: unknown } | undefined)?.attribute_name),
  }));
  const { aws_lambda_function: lambdas = {}, aws_lambda_alias: aliases = {} } = resource;
  const functions = Object.entries(lambdas).map(([id, { function_name, filename, source_code_hash, environment }]) => {
    const version = String(aliases[id]?.function_version ?? '');
    const bootstrap = bootstrapIn(environment);
    return {
      name: String(function_name),
      zip: String(filename),
      codeSha256: String(source_code_hash),
      ...(/^\d+$/.test(version) ? { pinnedTo: version } : {}),
      ...(bootstrap === undefined ? {} : { bootstrap }),
    };
  });
  if (tables.length === 0 || functions.length === 0) throw new Error(`${file} has no tables or functions`);
  return { tables, functions };
}

function bootstrapIn(environment: unknown): string | undefined {
  const { variables } = (environment ?? {}) as { variables?: Readonly<Record<string, string>> };
  return variables?.BOOTSTRAP;
}

function parse(file: string): TerraformDocument {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TerraformDocument;
  } catch (error) {
    throw new Error(`${file} cannot be read`, { cause: error });
  }
}
