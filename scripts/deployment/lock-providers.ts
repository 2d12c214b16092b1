import { join, relative } from 'node:path';
import { reasonOf } from './terraform-error.ts';
import { type Tools, terraformProgram } from './tools.ts';

/** Laptops and pipelines. */
const PLATFORMS = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64'];

/**
 * Has Terraform note the provider's checksums for all of a team's machines: by itself it notes those of this one, and refuses the
 * provider on others. Where they cannot be had, as from a mirror without these platforms, that is said.
 *
 * @see https://developer.hashicorp.com/terraform/cli/commands/providers/lock
 */
export function lockProviders(folder: string, tools: Pick<Tools, 'read' | 'say'>): void {
  const file = relative(process.cwd(), join(folder, '.terraform.lock.hcl'));
  const command = ['providers', 'lock', ...PLATFORMS.map((platform) => `-platform=${platform}`)];
  try {
    tools.read(terraformProgram(), command, folder);
    tools.say(`commit ${file}: it holds every machine of the team to the provider that was installed here`);
  } catch (error) {
    const again = ['terraform', ...command].join(' ');
    tools.say(
      `commit ${file}; it knows the provider for this machine's platform alone, since the others' checksums could not be had (${reasonOf(error)}). Where they can: ${again}`,
    );
  }
}
