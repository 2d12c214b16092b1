import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseEnvironment } from '../environments/environment.ts';
import { cloakroomVersion, synthesizeStack, toDocument } from '../synthesis/synthesize.ts';
import type { Permissions } from './holders.ts';
import { type Narrowing, narrowingsOf } from './narrowings.ts';
import { PASSED } from './passed.ts';
import { refusals } from './refusals.ts';
import { SHAPES } from './shapes.ts';
import { parsePolicy } from './statements.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** Who may do what in a release, by the shape of its stack. */
export interface ReleaseRecord {
  readonly version: string;
  readonly shapes: Readonly<Record<string, Permissions>>;
}

const FOLDER = import.meta.dirname;
/** What comes before a release is none: nobody is held against it. */
const RELEASE = /^\d+\.\d+\.\d+$/;
/** Types of which a part is kept: what says whose role it is, or that there is no policy. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  aws_iam_role: ['name', 'assume_role_policy', 'permissions_boundary'],
  aws_iam_role_policy: ['role', 'policy'],
  aws_kms_key: ['policy'],
  aws_kms_key_policy: ['key_id', 'policy'],
  aws_lambda_function: ['role'],
  aws_vpc_endpoint: ['policy'],
};

/** What the code of now allows. */
export function currentRecord(): ReleaseRecord {
  const code = () => ({ path: 'function.zip', sha256Base64: '' });
  const shapes = Object.entries(SHAPES).map(([name, environment]) => {
    const stack = toDocument(synthesizeStack(parseEnvironment(environment), code), {});
    return [name, permissionsOnly(stack)] as const;
  });
  return { version: cloakroomVersion(), shapes: Object.fromEntries(shapes) };
}

/** The latest release that was recorded; undefined before the first. */
export function latestRecord(folder = FOLDER): ReleaseRecord | undefined {
  const versions = globSync('*.json', { cwd: folder })
    .map((file) => basename(file, '.json'))
    .filter((version) => RELEASE.test(version));
  const [latest] = versions.toSorted((one, other) => other.localeCompare(one, 'en', { numeric: true }));
  if (latest === undefined) return undefined;
  return JSON.parse(readFileSync(join(folder, `${latest}.json`), 'utf8')) as ReleaseRecord;
}

/** What `today` does no longer allow that the earlier release did, in any of its shapes. A shape that is gone allows nothing. */
export function narrowingsSince(earlier: ReleaseRecord, today: ReleaseRecord): readonly Narrowing[] {
  const found = Object.entries(earlier.shapes).flatMap(([shape, permissions]) =>
    narrowingsOf({ version: earlier.version, permissions }, today.shapes[shape] ?? { resource: {} }),
  );
  return [...new Map(found.map((one) => [one.sentence, one])).values()];
}

/**
 * Writes down what this release allows, for the one after it, and returns the file.
 *
 * @throws Error naming everything that it narrows, or for a version that comes before a release
 */
export function recordRelease(folder = FOLDER): string {
  const [earlier, today] = [latestRecord(folder), currentRecord()];
  if (!RELEASE.test(today.version))
    throw new Error(`${today.version} is no release, as 1.2.3 is: set the version in package.json`);
  const problems = earlier === undefined ? [] : refusals(narrowingsSince(earlier, today), earlier.version, PASSED);
  if (problems.length > 0) throw new Error(`the release is not recorded:\n${problems.join('\n')}`);
  const file = join(folder, `${today.version}.json`);
  writeFileSync(file, `${JSON.stringify(today, null, 2)}\n`);
  return file;
}

/** Policies as objects, so that a change of one is a change of lines. */
function permissionsOnly({ resource }: Permissions): Permissions {
  const kept = Object.entries(resource).map(([type, named]) => {
    const some = Object.entries(named).flatMap(([name, values]) => {
      const left = keptOf(type, values);
      return left === undefined ? [] : [[name, left] as const];
    });
    return [type, Object.fromEntries(some)] as const;
  });
  return { resource: Object.fromEntries(kept.filter(([, named]) => Object.keys(named).length > 0)) };
}

function keptOf(type: string, values: Arguments): Arguments | undefined {
  if (type === 'aws_lambda_permission') return values;
  const names = KEPT[type] ?? Object.keys(values).filter((name) => parsePolicy(values[name]) !== undefined);
  if (names.length === 0) return undefined;
  const kept = names.flatMap((name) => (values[name] === undefined ? [] : [[name, asObject(values[name])] as const]));
  return Object.fromEntries(kept);
}

function asObject(value: unknown): unknown {
  return parsePolicy(value) === undefined || typeof value !== 'string' ? value : JSON.parse(value);
}
