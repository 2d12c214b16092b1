import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { recordRelease } from '@cloakroom/terraform';

try {
  parseArgs({ options: {} });
  console.log(`wrote ${relative(process.cwd(), recordRelease())}`);
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
