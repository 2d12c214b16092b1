import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Variables } from './lean/environment.ts';

/** What a section holds, by name. */
type Section = ReadonlyMap<string, string>;

const SECTION = /^\[(.*)\]$/;
const PROFILE = /^profile\s(["'])?([\w\-@+.%:/]+)\1$/;
const COMMENT = /(?:^|\s)[;#]/;

/**
 * The region of the profile in use, as the SDK reads it: from the credentials file before the configuration file. A file that
 * cannot be read says nothing.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export async function sharedRegion(variables: Variables): Promise<string | undefined> {
  const { AWS_PROFILE, AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE } = variables;
  const home = variables.HOME || variables.USERPROFILE || homedir();
  const profile = AWS_PROFILE || 'default';
  const sectionsAt = (path: string) => sectionsOf(path.startsWith('~/') ? join(home, path.slice(2)) : path);
  const credentials = await sectionsAt(AWS_SHARED_CREDENTIALS_FILE || '~/.aws/credentials');
  const region = credentials.get(`[${profile}]`)?.get('region');
  if (region !== undefined) return region;
  return profileIn(await sectionsAt(AWS_CONFIG_FILE || '~/.aws/config'), profile)?.get('region');
}

/** In the configuration file `[default]` may stand for `[profile default]`, which comes first. */
function profileIn(config: ReadonlyMap<string, Section>, profile: string): Section | undefined {
  return config.get(`profile ${profile}`) ?? (profile === 'default' ? config.get('[default]') : undefined);
}

/** Sections by `profile <name>`, or by their heading as it stands. */
async function sectionsOf(file: string): Promise<ReadonlyMap<string, Section>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const sections = new Map<string, Map<string, string>>();
  let current: string | undefined;
  let isNested = false;
  for (const line of text.split(/\r?\n/)) {
    const said = line.split(COMMENT, 1)[0]?.trim() ?? '';
    if (SECTION.test(said)) {
      current = headingOf(said);
      isNested = false;
      continue;
    }
    const at = said.indexOf('=');
    if (current === undefined || at < 1) continue;
    const [name, value] = [said.slice(0, at).trim(), said.slice(at + 1).trim()];
    // Settings of a service stand indented below a name without a value.
    isNested = value === '' || (isNested && /^\s/.test(line));
    if (!isNested) sections.set(current, (sections.get(current) ?? new Map<string, string>()).set(name, value));
  }
  return sections;
}

function headingOf(said: string): string {
  const [, , name] = PROFILE.exec(said.slice(1, -1)) ?? [];
  return name === undefined ? said : `profile ${name}`;
}
